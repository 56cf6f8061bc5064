"""A resumed run repeats what was cut in the middle, or killed, and nothing else."""

import os
import signal
from functools import partial
from itertools import pairwise
from multiprocessing import parent_process

import msgspec
import pytest

from bench.ledger.latest_records import latest_records
from bench.ledger.merging import merge
from bench.ledger.store import Ledger, read
from bench.pairs import explore_all, explore_one
from bench.pairs.catalogue import PAIRS
from bench.pairs.explore_all import explore_pairs
from bench.pairs.explore_one import Explorable, explore_workloads
from bench.records.certificates import Certificate
from bench.records.primitives import Internals
from bench.records.samples import Measurement
from bench.runs import lenses, saved
from bench.throughput import allowance, probing
from bench.throughput.launching import Reading
from bench.throughput.planning import Plan
from bench.throughput.probing import FLOORS
from tests.ledger.test_merging import RUN
from tests.throughput.fakes import THREADS, FakeWorkers, blocks, sample, small_plan
from tests.throughput.test_measuring import run as measured

LOCK = Explorable("lock", "threads")


@pytest.fixture(scope="module")
def whole():
    """The certificates of one form: one for each of its small workloads."""
    return explore_workloads(LOCK)


CALLS = explore_one.calls


def killed_once(mark, explorable):
    """In a process that explores: the first is killed, the next explores."""
    if parent_process() is not None and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return CALLS(explorable)


def killed_always(explorable):
    """As by the system when memory is short."""
    if parent_process() is not None:
        os.kill(os.getpid(), signal.SIGKILL)
    return CALLS(explorable)


@pytest.mark.long
@pytest.mark.skipif(os.name == "nt", reason="needs POSIX signals")
def test_a_killed_process_is_replaced_and_takes_no_other_with_it(tmp_path, monkeypatch):
    """All that the pool had not done yet was called cut."""
    monkeypatch.setattr(explore_one, "calls", partial(killed_once, tmp_path / "mark"))
    wanted = [LOCK, Explorable("rlock", "asyncio")]

    found = list(explore_pairs(wanted))

    assert {one for one, _ in found} == set(wanted)
    assert len(found) == 2 * len(wanted)  # with all locks, and without
    assert {one.outcome for _, group in found for one in group} == {
        "holds", "answered",
    }  # fmt: skip


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX signals")
def test_a_process_that_is_killed_again_is_cut_and_not_whole(monkeypatch):
    """A resumed run explores it once more: memory may be there by then."""
    monkeypatch.setattr(explore_one, "calls", killed_always)

    [(_, [row]), (_, [needs])] = explore_pairs([LOCK])

    assert (needs.outcome, needs.answers) == ("not asked", ())
    assert (row.outcome, row.schedules) == ("cut", 0)
    assert not explore_one.has_all_certificates(LOCK, [row])


def test_a_group_is_whole_only_with_all_its_workloads(whole):
    """The first record alone said that the rest was there."""
    assert len(whole) == len(PAIRS["lock"].explored) > 1
    assert explore_one.has_all_certificates(LOCK, whole)
    assert not any(
        explore_one.has_all_certificates(LOCK, whole[:cut]) for cut in range(len(whole))
    )
    assert not explore_one.has_all_certificates(Explorable("lock", "asyncio"), whole)


@pytest.mark.parametrize("kept", [0, 1, 2])
def test_a_resumed_run_repeats_a_group_that_is_not_whole(
    kept, whole, tmp_path, monkeypatch
):
    """Wherever the ledger was cut, the reader then sees every workload once."""
    asked = []

    def explore(wanted, left_seconds):
        asked.extend(wanted)
        return ((one, whole) for one in wanted)

    monkeypatch.setattr(explore_one, "explorables", lambda _: [LOCK])
    monkeypatch.setattr(explore_all, "explore_pairs", explore)
    monkeypatch.setattr(lenses, "counter_examples", lambda _: [])
    before = [RUN, *whole[:kept]]
    with Ledger.create(tmp_path / "run") as ledger:
        for entry in before:
            ledger.append(entry)
        for _ in lenses.run(
            [PAIRS["lock"]], Plan((), RUN.settings), ["correctness"], ledger, before
        ):
            pass

    assert asked == [LOCK]
    assert sorted(saved.results(tmp_path / "run").certificates, key=str) == sorted(
        whole, key=str
    )


def test_a_group_is_written_whole_or_not_at_all(whole, tmp_path):
    """A full disk between two records of one form would lose the rest."""
    resource = pytest.importorskip("resource")
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            with Ledger.create(tmp_path / "run") as ledger:
                ledger.append(RUN)
                size = (tmp_path / "run" / "ledger.jsonl").stat().st_size
                signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
                resource.setrlimit(resource.RLIMIT_FSIZE, (size + 400, size + 400))
                try:
                    ledger.append_all(whole)
                except Exception as error:
                    status = 0 if "make room" in str(error) else 2
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    assert read(tmp_path / "run") == [RUN]


def test_what_was_killed_is_replaced_by_what_came_later(whole):
    """The reader sees the exploration that ended, not the one that was lost."""
    lost = explore_one.unexplored(LOCK, "", "MemoryError: killed")

    assert latest_records([lost, *whole]) == whole
    assert latest_records([*whole, lost]) == whole
    assert latest_records([lost]) == [lost]


def test_a_workload_that_was_refused_stays_beside_one_that_holds(whole):
    """Only an exploration of the same workload can replace it."""
    lost = explore_one.unexplored(LOCK, "count=99", "refused: too many workers")

    assert latest_records([*whole, lost]) == [*whole, lost]
    assert latest_records([lost, *whole]) == [lost, *whole]


def test_a_worker_killed_while_it_calibrates_is_tried_again_on_resume():
    """Memory was short then, and its case was given up for good."""
    plan = small_plan()
    killed = sample(
        0, 0, 0, 1.0, case=plan.cases[0].name, status="killed", windows=(),
        seconds_per_operation=None,
    )  # fmt: skip
    killed = msgspec.structs.replace(killed, workload=plan.cases[0].workload)

    ledger, _ = measured(plan, FakeWorkers(), done=[killed])
    places = [(one.block, one.position) for one in latest_records(ledger)]

    assert len(ledger) == 1 + 12 * 4
    assert len(set(places)) == len(places) == 12 * 4
    assert {one.status for one in latest_records(ledger)} == {"ok"}


@pytest.mark.parametrize(("limit", "is_again"), [(20.0, True), (3.0, False)])
def test_a_call_that_the_budget_ended_is_tried_again_on_resume(limit, is_again):
    """With its own limit, it may still end; after its own limit, it hangs."""
    plan = small_plan()
    name = plan.cases[0].name
    hung = sample(0, 1, 1, 1.0, case=name, status="hung", windows=())
    hung = msgspec.structs.replace(hung, reason=allowance.why_hung(3.0, limit))
    done = [sample(0, 0, 0, 1e-6, case=name), hung]

    ledger, _ = measured(plan, FakeWorkers(), done=done)

    assert (len(ledger) > len(done)) is is_again
    again = [(one.block, one.position) for one in ledger[2:]]
    assert again[:1] == [(0, 1)] * is_again


def test_a_killed_probe_is_run_again_and_others_are_not(monkeypatch):
    """A hang takes its limit each time, and would again."""
    monkeypatch.setattr(
        probing.Launcher, "readings", lambda *_: iter([Reading("ok", result={})])
    )
    wanted = [(FLOORS, THREADS)]

    def done(status):
        return probing.measurement(FLOORS, THREADS, Reading(status))

    assert len(list(probing.probe(wanted, [done("killed")]))) == 1
    assert list(probing.probe(wanted, [done("hung")])) == []
    assert list(probing.probe(wanted, [done("ok")])) == []


def test_a_run_with_replaced_samples_can_be_merged(tmp_path):
    """One ledger that holds a place twice is no second run of it."""
    killed = sample(0, 0, 0, 1.0, status="killed", windows=())
    for name, samples in (
        ("a", [killed, *blocks(6)]),
        ("b", blocks(6, case="other")),
    ):
        with Ledger.create(tmp_path / name) as ledger:
            for entry in (RUN, *samples):
                ledger.append(entry)

    merge([tmp_path / "a", tmp_path / "b"], tmp_path / "all")

    assert len(saved.results(tmp_path / "all").samples) == 48


def test_records_about_different_things_all_count(whole):
    """Nothing is taken for a repetition of something else."""
    entries = [
        RUN,
        *whole,
        *blocks(3),
        *blocks(3, case="other"),
        Internals(primitive="Lock", python="3.11.7"),
        Internals(primitive="RLock", python="3.11.7"),
        Measurement(name="memory", title="", coordinates={"workers": 1.0}),
        Measurement(name="memory", title="", coordinates={"workers": 2.0}),
        Certificate(
            pair="lock", model="threads", scenario="broken.lock", outcome="broken",
            method="provoked", schedules=1,
        ),
    ]  # fmt: skip

    assert latest_records(entries) == entries


def test_counts_of_schedules_are_limited_by_number_not_by_time(monkeypatch):
    """The README says how many there are, and so does every machine."""
    asked = []

    def explore(programs, options, *, fork):
        asked.append(options)
        return []

    monkeypatch.setattr(explore_one, "explore_watched", explore)
    explore_workloads(LOCK)

    [options] = asked
    assert options.limit_schedules == explore_one.LIMIT_SCHEDULES
    assert options.jobs == 1
    assert options.limit_seconds == explore_one.LIMIT_SECONDS >= 30


def test_places_in_order():
    """Records stand where they first stood."""
    entries = latest_records([RUN, *blocks(4)])[1:]

    assert all(one.block <= other.block for one, other in pairwise(entries))
