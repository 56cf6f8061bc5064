"""Which of its locks a pair needs, as `run` records it."""

from functools import partial

import msgspec
import pytest

from bench.commands.targets import programs
from bench.correctness.records.options import Options
from bench.correctness.watch import without_locks
from bench.correctness.watch.process import OPEN
from bench.correctness.watch.without_locks import (
    STOPPED,
    LocksOf,
    explore_without_locks,
)
from bench.pairs import explore_all, explore_one
from bench.pairs.explore_all import ask, explore_pairs
from bench.pairs.explore_one import Explorable, answers, calls
from bench.pairs.lock_needs import lock_needs
from bench.records.locks import LockNeeds
from bench.records.models import MODELS, PACKAGES
from bench.records.runs import Entry


@pytest.fixture(scope="module", params=MODELS)
def form(request):
    """The pair whose lock keeps a balance, in one model, explored with its lock."""
    one = Explorable("lock", request.param)
    return one, answers(one)


def never():
    return False


def test_a_run_says_of_each_lock_what_the_command_says(form):
    """The same question has one answer, whoever asks it."""
    one, found = form
    target = f"{PACKAGES[one.model]}.lock"
    [report] = explore_without_locks(
        partial(programs, target), Options(limit_schedules=explore_one.LIMIT_SCHEDULES)
    )

    needs = ask(one, found, never)

    assert (needs.pair, needs.model, needs.outcome) == ("lock", one.model, "answered")
    assert [(a.name, a.lock, a.answer, a.symptom) for a in needs.answers] == [
        (a.lock.name, a.lock.kind, a.answer, a.symptom) for a in report.answers
    ]


def test_both_models_need_the_lock_of_the_balance(form):
    """In asyncio only where it pauses between reading and writing: the third load."""
    one, found = form

    [answer] = ask(one, found, never).answers

    assert (answer.name, answer.answer) == ("guard", "needed")
    assert 0 < answer.different <= answer.schedules
    assert "an update was lost" in answer.symptom
    assert ("pause=1.0" in answer.workload) == (one.model == "asyncio")


def test_noting_the_locks_changes_no_count(form):
    """The certificates of a run are those of `explore`."""
    one, found = form
    plain = explore_one.explore_watched(
        partial(calls, one),
        explore_one.options_with(explore_one.LIMIT_SCHEDULES),
        fork=False,
    )

    assert [(v.schedules, v.outcomes) for _, v in found] == [
        (each.answer.schedules, each.answer.outcomes) for each in plain
    ]


@pytest.mark.long
def test_a_pair_that_makes_no_lock_says_so():
    """A queue's own locks are not the program's."""
    one = Explorable("bounded_queue", "threads")

    needs = ask(one, answers(one)[:1], never)

    assert (needs.outcome, needs.answers) == ("no locks", ())


def test_what_does_not_hold_is_not_asked(monkeypatch):
    """Without its locks it would be broken too, whatever they are for."""
    one = Explorable("lock", "threads", variant="lock")
    found = answers(one)
    monkeypatch.setattr(without_locks, "explore_watched", None)  # not called

    broken = ask(one, found, never)
    unexplored = ask(one, (), never)

    assert (broken.outcome, broken.reason) == (
        "not asked", "it is broken with all its locks",
    )  # fmt: skip
    assert unexplored.reason == "no workload was explored to its end"


def test_a_workload_that_was_cut_takes_no_answer_from_the_others():
    """The largest workload of a pair may have too many schedules to be explored."""
    one = Explorable("lock", "threads")
    found = answers(one, limit_schedules=5)
    outcomes = [answer.outcome for _, answer in found]

    needs = ask(one, found, never)

    assert outcomes == ["holds", "cut", "holds"]
    assert [answer.answer for answer in needs.answers] == ["needed"]


def test_when_the_time_is_over_no_exploration_begins(form):
    """What is left is undecided, with the reason."""
    one, found = form
    asked = LocksOf(
        partial(calls, one),
        explore_one.options_with(5),
        fork=False,
        stopped=lambda: True,
    )

    needs = lock_needs(one, asked, [answer for _, answer in found])

    assert [(a.answer, a.reason) for a in needs.answers] == [("undecided", STOPPED)]
    assert not OPEN


@pytest.mark.long
def test_each_form_comes_with_its_certificates_first_and_its_locks_later():
    """When the time is over in the middle, the certificates are there."""
    wanted = [Explorable("lock", model) for model in ("threads", "anyio")]
    wanted.append(Explorable("lock", "threads", variant="lock"))

    found = list(explore_pairs(wanted))

    about_locks = [isinstance(records[0], LockNeeds) for _, records in found]
    assert about_locks == [False, False, False, True]
    assert found[-1][0] == wanted[0]  # those of anyio, and of a defect, are not tried


def test_a_failure_of_the_explorer_is_the_reason(monkeypatch):
    """A crash in one form must not end the run."""

    def fail(*_):
        raise MemoryError("no room")

    monkeypatch.setattr(explore_all, "ask", fail)

    *_, (_, [needs]) = explore_pairs([Explorable("lock", "threads")])

    assert (needs.outcome, needs.reason) == ("not asked", "MemoryError: no room")


def test_the_record_is_read_back_as_it_was_written(form):
    """And has no path of this machine."""
    one, found = form
    needs = ask(one, found, never)

    line = msgspec.json.encode(needs)

    assert msgspec.json.decode(line, type=Entry) == needs
    assert b".py" not in line
