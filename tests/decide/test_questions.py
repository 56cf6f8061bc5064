"""What people ask: each question has an answer from here, or the command for it."""

import shlex
import sys
from importlib import import_module

import pytest
import rich_click as click

from bench import cli
from bench.commands import questions as asking_questions
from bench.decide.questions import QUESTIONS, Known, answers
from bench.report.page import questions_file
from tests.decide.costs import USUAL

WHOLE = [one for one in QUESTIONS if "..." not in one.command]


def test_there_are_29_numbered_in_order():
    """As people ask them."""
    assert [one.number for one in QUESTIONS] == [*range(1, 30)]


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda one: str(one.number))
def test_the_command_of_a_question_can_be_given(question):
    """Its options exist: the command line reads them without a complaint."""
    name, *arguments = shlex.split(question.command)
    command = import_module(f"bench.commands.{name}").command
    if "..." in arguments:
        arguments.remove("...")

    assert isinstance(command, click.Command)
    assert command.make_context(name, arguments, resilient_parsing=True)


def test_a_calibration_answers_with_figures():
    """Those of the machine, not of a table."""
    said = {one.question.number: one.said for one in answers(Known(USUAL))}

    assert "6 threads here" in said[8]
    assert "a thread 16.3 KiB" in said[9]
    assert "8 µs on asyncio's loop, 5 µs on uvloop's" in said[15]
    assert "fill one lock at 51 at once" in said[6] or "at 50 at once" in said[6]
    assert said[3] is None


def test_without_anything_measured_nothing_is_claimed():
    """The command is all there is."""
    assert not any(one.said for one in answers(Known()))


def test_questions_can_be_chosen():
    """By their numbers."""
    assert [one.question.number for one in answers(Known(), (7, 3))] == [3, 7]


def test_the_page_holds_all_that_is_said():
    """With the command, escaped."""
    page = questions_file.render([("1", "Why <b>?", "`x` it is.", "python -m bench")])

    assert "Why &lt;b&gt;?" in page
    assert "<code>x</code> it is." in page


def test_a_number_that_is_not_there_costs_one_line(monkeypatch, capsys):
    """With the numbers that are."""
    monkeypatch.setattr(sys, "argv", ["bench", "questions", "30"])
    with pytest.raises(SystemExit) as ended:
        cli.main()

    assert ended.value.code == 2
    assert "there are 1 to 29" in capsys.readouterr().err


def test_a_run_that_cannot_be_read_is_left_out_with_a_note(
    tmp_path, monkeypatch, capsys
):
    """One interrupted run in `results` made every question an error."""
    for name in ("older", "newer"):
        (tmp_path / "results" / name).mkdir(parents=True)
        (tmp_path / "results" / name / "ledger.jsonl").write_text('{"kind": "ru\n')
    monkeypatch.chdir(tmp_path)

    assert asking_questions.newest() is None
    said = capsys.readouterr().err
    assert said.count("note: left out a run: results/") == 2
