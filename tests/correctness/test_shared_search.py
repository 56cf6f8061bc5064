"""A search in parts has the schedules of one process, whatever happens to a part."""

import itertools
import pickle
import random
import time
from dataclasses import replace

import pytest

from bench.correctness.engine.kernel import kernel
from bench.correctness.engine.races import LoopPlace
from bench.correctness.engine.transitions import New, Written
from bench.correctness.explain.display_names import action_text
from bench.correctness.explain.labels import label
from bench.correctness.programs.discovery import program_of
from bench.correctness.programs.session import Conditions, session
from bench.correctness.records.options import Options
from bench.correctness.search import distributed_search
from bench.correctness.search.exploration import Exploration
from bench.correctness.search.frontier import Frontier, Place
from bench.correctness.search.serialization import (
    NotSerializableError,
    from_words,
    in_words,
    name_of_number,
)
from bench.correctness.search.share_worker import ShareSearch
from bench.correctness.search.shares import Encoder
from bench.errors import CannotRunError
from tests.correctness import shared_programs

FILE = shared_programs.__file__
SEARCHES = {"dpor": {}, "brute": {"search": "brute"}, "bounded": {"preemptions": 2}}


class OneAfterTheOther:
    """Searchers that search shares here, in any order, and lose some of them."""

    slots = 3
    lack = "no worker is left"

    def __init__(self, program, options, pool, lost):
        self.search_with = program, replace(options, tick=None), pool
        self.lost = lost  # the share of shares that are lost
        self.random = random.Random(1)
        self.asked = []
        self.searched = 0
        self.recalled = []
        self.told = []

    def search(self, number, share):
        self.asked.append((number, pickle.dumps(share)))

    def reports(self, seconds):
        self.random.shuffle(self.asked)
        number, share = self.asked.pop()
        if self.random.random() < self.lost:
            return [(number, None)]
        self.searched += 1
        report = ShareSearch(*self.search_with, pickle.loads(share)).report()
        return [(number, pickle.loads(pickle.dumps(report)))]

    def drop(self):
        self.asked.clear()

    def recall(self, number):
        self.recalled.append(number)

    def tell(self, line):
        self.told.append(line)


def verdicts(name, *, lost=0.0, kind=None, **asked):
    """What one process finds, what is found in parts, and what searched those."""
    program = program_of(f"{FILE}:{name}")
    options = Options(jobs=1, keep_going=True, **asked)
    conditions = Conditions(options.order, options.timers, 0, options.carrier)
    with session(program, conditions, describe=label, tell=action_text) as pool:
        start = time.perf_counter()
        one = Exploration(program, options, pool, start).verdict()
        searchers = (kind or OneAfterTheOther)(program, options, pool, lost)
        start = time.perf_counter()
        parts = distributed_search.DistributedExploration(
            program, options, pool, start, searchers=searchers
        ).verdict()
    return one, parts, searchers


@pytest.fixture(autouse=True)
def tiny_shares(monkeypatch):
    """Each share is over after its first schedule, and sharing begins at once."""
    monkeypatch.setattr(distributed_search, "WORTHWHILE_SECONDS", 0)
    monkeypatch.setattr(distributed_search, "SLICE_SECONDS", 0)
    monkeypatch.setattr(distributed_search, "SECONDS_A_SLOT", 0)
    monkeypatch.setattr(distributed_search, "MOST_LOST", 1_000)


def claims(verdict):
    return (
        verdict.outcome,
        verdict.exhausted,
        verdict.schedules,
        verdict.outcomes,
        verdict.bound,
    )


@pytest.mark.long
@pytest.mark.parametrize("search", SEARCHES)
@pytest.mark.parametrize("name", ["Lost", "Guarded", "Waiting", "Tasks", "Hidden"])
def test_parts_have_the_schedules_of_one_process(name, search):
    """A proof in parts claims what one process would: nothing lost, nothing doubled."""
    one, parts, searchers = verdicts(name, **SEARCHES[search])

    assert searchers.searched > 3
    assert claims(parts) == claims(one)


@pytest.mark.long
def test_each_worker_has_a_part_where_all_report_at_once(monkeypatch):
    """Else one of them searches what is left, and the others look on to the end."""
    at_work = []
    reports = OneAfterTheOther.reports

    def all_reports(searchers, seconds):
        at_work.append(len(searchers.asked))
        return [one for _ in range(at_work[-1]) for one in reports(searchers, seconds)]

    monkeypatch.setattr(OneAfterTheOther, "reports", all_reports)
    one, parts, _ = verdicts("Lost", search="brute")

    assert claims(parts) == claims(one)
    assert at_work.count(OneAfterTheOther.slots) > 0.9 * len(at_work)


class WhileTheyAreRecalled(OneAfterTheOther):
    """Searchers that report only what is recalled, unless no slot is idle."""

    patience = 1_000

    def reports(self, seconds):
        busy = len(self.asked) == self.slots
        found = [one for one in self.asked if busy or one[0] in self.recalled]
        if not found:
            self.patience -= 1
            assert self.patience, "a slot is idle, and no share is recalled"
            return []
        self.asked.remove(found[0])
        number, share = found[0]
        search = ShareSearch(*self.search_with, pickle.loads(share))
        search.is_recalled = number in self.recalled
        self.recalled = [one for one in self.recalled if one != number]
        self.searched += 1
        return [(number, search.report())]


@pytest.mark.parametrize("slots", [2, pytest.param(8, marks=pytest.mark.long)])
@pytest.mark.parametrize(
    "name", [pytest.param("Lost", marks=pytest.mark.long), "Hidden"]
)
def test_an_idle_worker_has_the_share_of_another_recalled(name, slots, monkeypatch):
    """Slices are long, as each report takes time: another is not waited for."""
    monkeypatch.setattr(WhileTheyAreRecalled, "slots", slots)
    monkeypatch.setattr(distributed_search, "SLICE_SECONDS", 1_000)
    monkeypatch.setattr(distributed_search, "LEAST_SECONDS", 0)
    one, parts, searchers = verdicts(name, kind=WhileTheyAreRecalled, search="brute")

    assert claims(parts) == claims(one)
    assert searchers.searched > slots


def test_a_share_that_cannot_be_put_into_words_is_not_recalled(monkeypatch):
    """It is searched to its end: what is left of it could not be reported."""
    monkeypatch.setattr(WhileTheyAreRecalled, "slots", 2)
    monkeypatch.setattr(distributed_search, "SLICE_SECONDS", 1_000)
    monkeypatch.setattr(distributed_search, "LEAST_SECONDS", 0)
    monkeypatch.setattr(ShareSearch, "places_left", places_at_the_end)
    one, parts, searchers = verdicts("Lost", kind=WhileTheyAreRecalled)

    assert claims(parts) == claims(one)
    assert searchers.told == []


PLACES_LEFT = ShareSearch.places_left


def places_at_the_end(search):
    """None while anything is left to search here."""
    owned = search.search.nodes[search.search.owned_from :]
    if owned and not any(node.delegated for node in owned):
        return None
    return PLACES_LEFT(search)


def test_what_was_found_when_the_time_is_up_is_counted(monkeypatch):
    """All shares end at that moment: their reports come a little later."""
    now = [0.0]

    class Late(OneAfterTheOther):
        given = 0

        def search(self, number, share):
            super().search(number, share)
            self.given += 1
            now[0] = 60.0

    monkeypatch.setattr(distributed_search, "SLICE_SECONDS", 1_000)
    monkeypatch.setattr(
        distributed_search.DistributedExploration, "elapsed", lambda _: now[0]
    )
    _, parts, searchers = verdicts("Lost", kind=Late, limit_seconds=60.0)

    assert parts.outcome == "cut"
    assert searchers.given > 1
    assert searchers.searched == searchers.given


@pytest.mark.long
@pytest.mark.parametrize("search", SEARCHES)
def test_a_lost_part_is_searched_again(search):
    """A worker may end at any moment: what it had not reported was not counted."""
    one, parts, _ = verdicts("Lost", lost=0.4, **SEARCHES[search])

    assert claims(parts) == claims(one)


@pytest.mark.long
def test_a_part_that_is_lost_each_time_is_refused(monkeypatch):
    """A share that ends each process would be searched for ever."""
    monkeypatch.setattr(distributed_search, "MOST_LOST", 3)

    with pytest.raises(CannotRunError, match="one share was lost 3 times"):
        verdicts("Lost", lost=1.0)


@pytest.mark.long
def test_a_failure_in_a_part_is_explained_here():
    """The trace is the deliverable, wherever the schedule was found."""
    program = program_of(f"{FILE}:Guarded")
    assert program.name.endswith("Guarded")
    one, parts, _ = verdicts("Broken")

    assert parts.outcome == one.outcome == "broken"
    assert parts.failure.symptom == one.failure.symptom
    assert parts.failure.steps == one.failure.steps


@pytest.mark.long
@pytest.mark.parametrize("calls", [0, 40])
def test_what_means_nothing_elsewhere_is_searched_in_one_process(calls, monkeypatch):
    """A key that is compared as equal elsewhere, or never, would change the proof.

    It may be met before the search is shared, or by a share.
    """
    footprint, count = Encoder.footprint, itertools.count()

    def refuse(self, accesses):
        if next(count) >= calls:
            raise NotSerializableError("a key")
        return footprint(self, accesses)

    monkeypatch.setattr(Encoder, "footprint", refuse)
    one, parts, searchers = verdicts("Lost")

    assert bool(searchers.searched) == bool(calls)
    assert searchers.told == [f"{one.scenario}: {distributed_search.NOT_SHARED}"]
    assert claims(parts) == claims(one)


def test_a_user_object_is_not_put_into_words():
    """Whether it equals another one, only its own process can tell."""
    with pytest.raises(NotSerializableError):
        in_words(("items", shared_programs.Key(1)), str)


def test_names_are_the_same_in_words_and_back():
    """Footprints of other processes are compared with those made here."""
    number = kernel.number("increment 1")
    for name in (
        ("item", 1, None, True, b"x"),
        New("dict", number, 2),
        LoopPlace("ready", "loop 1"),
        Written("value"),
        frozenset({"b", "a"}),
    ):
        back = from_words(in_words(name, name_of_number))

        assert (back, type(back)) == (name, type(name))


@pytest.mark.long
def test_a_process_that_lost_all_workers_goes_on_alone(monkeypatch):
    """The search was asked for, not the cluster."""
    monkeypatch.setattr(OneAfterTheOther, "slots", 0)
    monkeypatch.setattr(OneAfterTheOther, "reports", lambda *_: [])
    monkeypatch.setattr(distributed_search, "ALONE_SECONDS", 0)
    one, parts, searchers = verdicts("Lost")

    assert claims(parts) == claims(one)
    [line] = searchers.told
    assert line.endswith("no worker is left; the search begins again in this process")


# --- The parts, without a program -----------------------------------------------------


def node(chosen, *others, **more):
    return Place([chosen, *others], chosen, {chosen, *others}, {}, {}, **more)


def frontier():
    """A path of three nodes; the last choice has not run."""
    return Frontier(
        [node("a", "b", made=b"a"), node("c", "d", made=b"c"), node("e", "f")]
    )


def test_a_part_is_split_at_the_node_nearest_to_the_root():
    """What is below such a node takes longest, so that it is worth sending."""
    parts = frontier()
    first, part = parts.take()
    assert parts.take() is None  # what is at work is not split
    parts.lose(first)

    assert parts.split()
    upper, lower = parts.parts.values()
    assert [place.chosen for place in upper.path()] == ["b"]
    assert upper.places[0].done == {"a": b"a"}
    assert [place.chosen for place in lower.path()] == ["a", "c", "e"]
    assert [place.below for place in part.places] == [1]


def test_a_request_for_a_node_at_work_is_heard_when_it_is_back():
    """Its worker has another state of the node, which replaces the one kept here."""
    parts = Frontier([node("a", "b", made=b"a"), node("c")])
    parts.parts[0].places[0].enabled.append("z")
    assert parts.split()
    (upper, _), (lower, _) = parts.take(), parts.take()

    parts.receive(lower, [], 0, [(0, ("z",))])
    done = Place(["a", "b", "z"], "b", set(), {}, {"a": b"", "b": b""}, made=b"b")
    parts.receive(upper, [done], 1, [])

    assert parts.take()[1].places[0].chosen == "z"


def test_a_node_is_not_left_before_the_parts_below_it_end():
    """One of them may still request another choice there."""
    parts = Frontier([node("a", "b", made=b"a"), node("c")])
    assert parts.split()
    (upper, _), (lower, _) = parts.take(), parts.take()
    done = Place(["a", "b"], "b", set(), {}, {"a": b"", "b": b""}, made=b"b", below=1)

    parts.receive(upper, [done], 1, [])
    assert parts.take() is None
    assert parts.parts
    parts.receive(lower, [], 0, [])
    assert not parts.parts
