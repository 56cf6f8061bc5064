"""Which steps of a long trace are shown: at most 12 lines, with the gaps between."""

import pytest

from bench.correctness.explain.trace import MAX_LINES, shorten
from bench.records.certificates import Step

OWN, PACKAGE = "/home/me/jobs.py", "/venv/lib/site-packages/pool/pool.py"


def trace(files):
    """A trace with one step for each letter: `o` is the program's, `p` a package's."""
    return [
        Step(worker="a", action=str(n), file=OWN if letter == "o" else PACKAGE, line=n)
        for n, letter in enumerate(files)
    ]


def shown(files):
    return [step.action for step in shorten(trace(files))]


@pytest.mark.parametrize("files", ["", "o", "p" * 12, "op" * 6])
def test_a_trace_of_twelve_steps_is_shown_whole(files):
    assert shown(files) == [str(n) for n in range(len(files))]


@pytest.mark.parametrize("letter", ["o", "p"])
def test_of_a_longer_trace_the_end_is_shown_and_the_first_two_steps(letter):
    assert shown(letter * 100) == [
        "0", "1", "89 steps left out", *(str(n) for n in range(91, 100)),
    ]  # fmt: skip


def test_steps_of_installed_packages_are_left_out_first():
    """The steps of the program's own files decide; a package's are bookkeeping."""
    assert shown("ppp" + "o" + "p" * 60 + "oo" + "p" * 60) == [
        "3 steps left out", "3", "60 steps left out", "64", "65", "54 steps left out",
        *(str(n) for n in range(120, 126)),
    ]  # fmt: skip


def test_the_last_step_is_always_shown():
    """It is the one that fails."""
    actions = shown("o" * 40 + "p" * 40)
    assert actions[-3:] == ["39", "39 steps left out", "79"]


@pytest.mark.parametrize("files", ["op" * 50, "opp" * 30, "o" + "p" * 30, "po" * 7])
def test_a_shortened_trace_counts_each_step_once(files):
    steps = shorten(trace(files))
    gaps = [int(step.action.split()[0]) for step in steps if not step.worker]
    assert len(steps) <= MAX_LINES
    assert sum(gaps) + len(steps) - len(gaps) == len(files)
    lines = [step.line for step in steps if step.worker]
    assert lines == sorted(set(lines))
