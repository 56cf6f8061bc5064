"""Whether each lock is needed, as the terminal, the page and the JSON say it."""

import io
import json

import msgspec
import pytest
from rich.console import Console

from bench.decide.questions import QUESTIONS, Known
from bench.exports.verdicts_json import verdicts
from bench.records.certificates import Certificate
from bench.records.locks import LockAnswer, LockNeeds
from bench.records.runs import Entry, Results
from bench.report.page import html_file
from bench.report.terminal import summary
from bench.report.words import locks, reproduce
from bench.runs import saved
from tests.report.sample_results import certificates, lock_needs, rich, run

BRIEF = {  # by pair, lock and model
    ("candy_machine", "guard"): (
        "needed: 96 of 214 fail",
        "not needed: all 2,741 hold",
    ),
    ("candy_machine", "bars"): ("not tried", "-"),
    ("condition", "not_empty"): ("undecided", "changes 4 of 12 ends"),
    ("event", ""): ("no lock of its own", "not asked"),
}


def printed(results: Results, width: int = 80) -> str:
    console = Console(file=io.StringIO(), width=width, force_terminal=False)
    summary.show(results, console)
    return console.file.getvalue()


@pytest.mark.parametrize("model", ["threads", "asyncio"])
def test_each_lock_has_its_answer_in_each_model(model):
    """One name for a lock in both models, so that the two can be compared."""
    found = lock_needs()
    column = locks.models(found).index(model)

    said = {
        (row.pair, row.name): locks.brief(row.cells.get(model))
        for row in locks.rows(found)
    }

    assert said == {row: cells[column] for row, cells in BRIEF.items()}


def test_the_only_lock_of_a_pair_is_one_row_whatever_its_names():
    """A re-entrant lock is made of another one in asyncio, which lacks it."""
    found = [
        LockNeeds(
            pair="rlock",
            model=model,
            outcome="answered",
            answers=(LockAnswer(name=name, lock="Lock", answer="needed"),),
        )
        for model, name in (("threads", "guard"), ("asyncio", "_block"))
    ]

    [row] = locks.rows(found)

    assert (row.pair, row.name) == ("rlock", "guard, _block")
    assert row.cells == {one.model: one.answers[0] for one in found}


def test_the_terminal_has_a_line_for_each_lock_within_80_columns():
    """A reader looks for the name of the lock, and reads both models beside it."""
    lines = printed(rich()).splitlines()
    at = lines.index("Is each lock needed?")
    block = lines[at + 1 : at + 6]

    assert all(len(line) <= 80 for line in block)
    assert [line.split()[:2] for line in block[1:3]] == [
        ["candy_machine", "guard"],
        ["candy_machine", "bars"],
    ]
    assert "needed: 96 of 214 fail" in block[1]


def test_the_page_says_what_each_answer_rests_on():
    """The failure, the workload and the count: enough to try it again."""
    table = locks.table(lock_needs())

    assert table is not None
    assert table.head == ("lock", "threads", "asyncio")
    cells = {
        name: [claim for claims in row for claim in claims] for name, row in table.rows
    }
    guard, unlocked = cells["candy_machine: guard"]
    assert guard.words == "needed: 96 of the first 214 schedules without it fail"
    assert guard.evidence == (
        "the transcript is torn at line 1, count=2, people=2, capacity=1"
    )
    assert unlocked.words == "not needed: all 2,741 schedules without it hold"
    assert cells["candy_machine: bars"][0].evidence == "used to wait or to count"
    assert cells["condition: not_empty"][0].sort == "open"
    assert cells["event"][1].evidence == "it is broken with all its locks"
    assert "96 of the first 214 schedules" in html_file.render(rich())


def test_the_json_has_every_answer_with_every_key():
    """A program that reads it need not know the defaults."""
    told = json.loads(verdicts(rich()))["locks"]

    assert [(one["pair"], one["model"]) for one in told] == [
        (one.pair, one.model) for one in lock_needs()
    ]
    assert told[0]["answers"][1] == {
        "name": "bars",
        "lock": "Semaphore",
        "answer": "not tried",
        "schedules": 0,
        "different": 0,
        "exhausted": False,
        "workload": "",
        "symptom": None,
        "reason": "used to wait or to count",
    }


def test_a_run_of_an_earlier_version_has_no_answers_and_is_read():
    """Its ledger has no such records: nothing is said of locks, and nothing breaks."""
    old = msgspec.structs.replace(rich(), locks=())

    assert "lock needed" not in printed(old)
    assert "Is each lock needed" not in html_file.render(old)
    assert json.loads(verdicts(old))["locks"] == []
    assert not [
        one for one in reproduce.commands(old) if "--without-locks" in one.command
    ]


def test_of_two_answers_for_a_pair_the_later_counts():
    """A resumed run asks again where the first was cut."""
    first, second = lock_needs()[:2]
    later = msgspec.structs.replace(first, outcome="no locks", answers=())
    entries: list[Entry] = [first, second, *certificates(), later]

    results = saved.collect(run(), entries)

    assert results.locks == (later, second)
    assert all(isinstance(one, Certificate) for one in results.certificates)


def test_the_command_that_asks_again_is_named():
    """Each figure of the page can be made again."""
    commands = [one.command for one in reproduce.commands(rich())]

    assert "python -m bench explore --without-locks candy_machine" in commands


def test_the_question_is_answered_from_a_run():
    """What people ask, with the count of the pairs on this machine."""
    [asked] = [one for one in QUESTIONS if one.text == "Do I need this lock?"]

    assert asked.command == "explore --without-locks FILE.py"
    assert asked.known(Known(run=rich())) == (
        "of the locks of the pairs that were tried, in threads 1 of 1 and in asyncio"
        " 1 of 2 are needed"
    )
    assert asked.known(Known()) is None
