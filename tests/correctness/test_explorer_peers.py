"""The study that asks other explorers, where they are installed."""

import pytest

from bench.studies import explorer_peers


def test_every_counter_has_a_row_for_every_tool_with_or_without_it(monkeypatch):
    """They are no dependencies: what is missing is said, and no error."""
    monkeypatch.setitem(explorer_peers.TOOLS, "frontrun", missing)
    monkeypatch.setitem(explorer_peers.TOOLS, "interleave-test", asked_wrongly)

    rows = list(explorer_peers.compare(seconds=1.0))

    answers = {(row.subject, row.tool): row.answer for row in rows}
    assert [answers[subject.__name__, "bench"] for subject in SUBJECTS] == [
        "broken", "holds", "broken",
    ]  # fmt: skip
    for subject in SUBJECTS:
        assert answers[subject.__name__, "frontrun"] == "not installed"
        assert answers[subject.__name__, "interleave-test"] == "start it otherwise"


@pytest.mark.parametrize("tool", ["frontrun", "interleave-test"])
def test_a_row_without_figures_invents_none(tool):
    """A tool that is missing has run nothing in no time."""
    row = explorer_peers.Row("LostUpdate", tool, "not installed")

    assert row.line.split() == ["LostUpdate", tool, "not", "installed"]


SUBJECTS = explorer_peers.SUBJECTS


def missing(subject, seconds):
    raise ImportError


def asked_wrongly(subject, seconds):
    raise RuntimeError("start it otherwise. Long explanation")
