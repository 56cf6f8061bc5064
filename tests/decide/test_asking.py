"""The questions on a terminal, one after the other."""

from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from bench.commands import decide
from bench.decide.described.asking import ask
from bench.decide.described.work import Wishes
from bench.errors import CannotRunError

ANSWERS = {
    "How many jobs": ["1k", "300"],
    "wait in all": ["50", "50ms"],
    "compute?": ["2ms"],
    "releases the lock": ["0%"],
    "blocking library": ["maybe", "n"],
    "99 of 100": ["200ms"],
    "memory": ["none"],
}


def answers():
    """What is said, in order, to each question."""
    left = {part: list(said) for part, said in ANSWERS.items()}

    def prompt(text, default):
        [part] = [part for part in left if part in text]
        return left[part].pop(0)

    return prompt


def test_an_answer_that_cannot_be_read_is_asked_for_again():
    """With what was nearly right."""
    told = []
    found = ask(answers(), told.append)

    assert found == {
        "concurrency": 300,
        "wait": 0.05,
        "cpu": 0.002,
        "without_gil": 0.0,
        "blocking_library": False,
        "p99": 0.2,
        "memory": None,
    }
    assert "did you mean 1000?" in told[0]
    assert "did you mean 50ms" in told[1]


def test_enter_takes_what_is_usual():
    """And asks nothing of a computing part that there is not."""
    asked = []

    def prompt(text, default):
        asked.append(text)
        return "0" if "compute?" in text else default

    found = ask(prompt, asked.append)

    assert found["concurrency"] == 100
    assert not any("releases the lock" in text for text in asked)


def test_what_the_command_line_says_is_not_asked_for():
    """`decide --p99 200ms --blocking-library` asks for the rest."""
    asked = []

    def prompt(text, default):
        asked.append(text)
        return default

    given = {"p99": 0.2, "blocking_library": True, "cancel": False, "wait": None}
    found = ask(prompt, asked.append, given)

    assert (found["p99"], found["blocking_library"]) == (0.2, True)
    assert found["wait"] == 0.05
    assert not any("99 of 100" in text or "blocking" in text for text in asked)


def test_every_wish_of_an_answer_is_used(monkeypatch):
    """A new question must not be asked in vain."""
    told = {"concurrency": 3, "wait": 0.1, "cpu": 0.0, "blocking_library": False,
            "p99": 0.5, "memory": 10**9, "rate": 20.0, "cancel": True}  # fmt: skip
    monkeypatch.setattr(decide.asking, "ask", lambda *_: told)
    monkeypatch.setattr(decide.sys, "stdin", SimpleNamespace(isatty=lambda: True))
    options = {one.name: None for one in decide.command.params} | {"as_json": False}
    work, wishes = decide.asked(options)

    assert work.concurrency == 3
    assert wishes == Wishes(
        p99_seconds=0.5, memory_bytes=10**9, rate_per_second=20.0, cancel=True
    )


@pytest.mark.parametrize("option", ["--wait=0s", "--cpu=0ms", "--without-gil=0%"])
def test_a_zero_that_does_not_fit_is_refused_as_any_other_value(option):
    """A value that is ignored would be taken for used."""
    ended = CliRunner().invoke(decide.command, ["--function", "os:getcwd", option])

    assert isinstance(ended.exception, CannotRunError)
    assert "is not for a function" in str(ended.exception)
