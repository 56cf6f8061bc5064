"""The broker between a search and a cluster: which worker has which share."""

import io
from types import SimpleNamespace

import pytest

from bench.correctness.search.shares import Share, ShareReport
from bench.errors import CannotRunError
from bench.hosts import broker, checking, dask_cluster, frames, searching
from bench.hosts.dask_cluster import Worker

SECONDS = 30
SHARE = Share(points=(), path=(), owned_from=0, seconds=1.0)
FIRST, SECOND = Worker("first", "tcp://a:1", 1), Worker("second", "tcp://b:1", 1)


class Future:
    """A task that never ends by itself."""

    def __init__(self, address, done):
        self.address = address
        self.done = done
        self.cancelled = False

    def cancel(self):
        self.cancelled = True

    def result(self, timeout):
        return self.value

    def ends(self, value):
        self.value = value
        self.done(self)


class Engine:
    """A cluster whose workers answer each question as they are told to."""

    is_silent = False

    def __init__(self, **answers):
        self.answers = answers
        self.futures = []
        self.called = []

    def each(self, workers, function, *arguments):
        """What the workers of the name that has another answer say, or the usual."""
        usual = {
            "python_version": checking.python_version(),
            "project_digest": checking.project_digest(),
        }
        name = function.__name__
        if arguments and "bench.hosts.searching:__name__" in arguments:
            name = "packages"
        return [
            self.answers.get(f"{worker.name}_{name}", usual.get(name))
            for worker in workers
        ]

    def submit(self, function, *arguments, worker, done):
        self.futures.append(Future(worker, done))
        return self.futures[-1]

    def call(self, function, *arguments, workers=None, seconds=0.0):
        self.called.append((function, arguments, workers))
        return SimpleNamespace(is_alive=lambda: self.is_silent)


def begun(*workers, **answers):
    """A broker that has a program, and has told of its slots."""
    found = broker.Broker(Engine(**answers), io.BytesIO(), list(workers))
    found.on_begin(".", (), b"", {})
    told(found)
    return found


def told(found):
    """What it has told the search since this was asked last."""
    found.answers.seek(0)
    messages = []
    while found.answers.read(1):
        found.answers.seek(-1, io.SEEK_CUR)
        messages.append(frames.read(found.answers))
    found.answers.seek(0)
    found.answers.truncate()
    return messages


def answer(found):
    """Handle the next message of the inbox."""
    kind, *rest = found.inbox.get(timeout=SECONDS)
    getattr(found, f"on_{kind}")(*rest)


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"second_python_version": "3.9.1"}, "second runs Python 3.9.1, and this is"),
        ({"second_project_digest": "0123456789"}, "another version of this project"),
        ({"second_resolve_name": ImportError("No module")}, "cannot run this project"),
        ({"second_packages": ImportError("No module x")}, "install its packages"),
        ({"second_python_version": TimeoutError()}, "second does not answer; end it"),
        ({"second_prepare": "there is no jobs.py"}, "worker second: there is no jobs"),
    ],
)
def test_a_worker_that_joins_late_is_checked_as_the_others_were(answers, said):
    """Its counts would be those of another search; the others go on."""
    found = begun(FIRST, **answers)
    found.on_workers([FIRST, SECOND], True)
    answer(found)
    found.on_workers([FIRST, SECOND], True)

    [(kind, line)] = told(found)
    assert kind == "note"
    assert said in line
    assert line.endswith("; it is left out here")
    assert list(found.usable) == [FIRST.address]


def test_a_worker_that_joins_late_is_used():
    """A search of hours takes what comes."""
    found = begun(FIRST)
    found.on_workers([FIRST, SECOND], True)
    answer(found)
    found.on_search(0, SHARE)
    found.on_search(1, SHARE)

    assert told(found) == [("slots", 2, "no worker is left")]
    assert {one.address for one in found.engine.futures} == {
        FIRST.address,
        SECOND.address,
    }


def test_a_worker_that_joins_between_two_programs_loads_the_second():
    """What it was checked with is not explored any more."""
    found = begun(FIRST)
    found.on_workers([FIRST, SECOND], True)
    met = found.inbox.get(timeout=SECONDS)
    found.on_begin(".", (), b"another", {})
    found.on_met(*met[1:])
    assert SECOND.address not in found.usable
    answer(found)

    assert SECOND.address in found.usable


def test_the_share_of_a_worker_that_left_is_told_as_lost():
    """It is pinned to its worker: dask would wait for that one to come back."""
    found = begun(FIRST, SECOND)
    found.on_search(0, SHARE)
    found.on_search(1, SHARE)
    lost = next(n for n, one in found.shares.items() if one.address == FIRST.address)
    found.on_workers([SECOND], True)

    assert told(found) == [
        ("note", "worker first was lost; its share is searched again"),
        ("slots", 1, "no worker is left"),
        ("report", lost, None),
    ]


def test_a_worker_that_left_with_nothing_to_do_is_told_as_lost():
    """Its user may believe that it still searches."""
    found = begun(FIRST, SECOND)
    found.on_workers([SECOND], True)

    assert ("note", "worker first was lost") in told(found)


def test_each_worker_that_has_searched_is_told_once():
    """One that never took part gave nothing to the result."""
    found = begun(FIRST, SECOND)
    for number in range(4):
        found.on_search(0, SHARE)
        found.engine.futures[-1].ends(ShareReport(runs=number))
        answer(found)
    parts = [one for one in told(found) if one[0] == "part"]
    assert parts == [("part", "first")]

    found.on_begin(".", (), b"another", {})
    found.on_search(0, SHARE)
    found.engine.futures[-1].ends(ShareReport(runs=1))
    answer(found)
    assert ("part", "first") in told(found)


def test_a_late_report_of_a_share_that_another_worker_has_is_not_counted():
    """A worker that was stopped goes on, and reports what is searched elsewhere."""
    found = begun(FIRST)
    found.on_search(0, SHARE)
    found.on_workers([SECOND], True)
    answer(found)
    found.on_search(0, SHARE)
    told(found)
    stopped, other = found.engine.futures
    stopped.ends(ShareReport(runs=1))
    other.ends(ShareReport(runs=2))
    answer(found)
    answer(found)

    assert told(found) == [
        ("part", "second"),
        ("report", 0, ShareReport(runs=2)),
    ]


def test_without_its_scheduler_all_shares_are_lost_at_once():
    """Each would be given again, and be lost again, until the search is refused."""
    found = begun(FIRST, SECOND)
    found.on_search(0, SHARE)
    found.on_search(1, SHARE)
    told(found)
    found.on_done(0, 1, ConnectionError("the connection to the scheduler was lost"))
    found.on_search(0, SHARE)

    assert told(found) == [
        ("slots", 0, "the scheduler is gone"),
        ("report", 0, None),
        ("report", 1, None),
        ("report", 0, None),
    ]


def test_a_share_is_recalled_where_it_is_searched():
    """A message to all workers for each share is too much for a thousand."""
    found = begun(FIRST, SECOND)
    found.on_search(0, SHARE)
    found.on_search(1, SHARE)
    found.on_recall(1)
    found.on_recall(7)  # it has just been reported

    given = found.shares[1]
    assert found.engine.called == [
        (searching.recall, (found.spec.number, given.serial), [given.address])
    ]


def test_a_worker_that_does_not_answer_is_recalled_once():
    """One that is stopped took all connections of the scheduler in seconds."""
    found = begun(FIRST)
    found.engine.is_silent = True
    found.on_search(0, SHARE)
    for _ in range(3):
        found.on_recall(0)
    assert len(found.engine.called) == 1

    found.engine.is_silent = False
    found.on_recall(0)

    assert len(found.engine.called) == 2


def test_a_search_that_is_dropped_frees_its_workers():
    """The shares of the next one would wait until the slices of this one are over."""
    found = begun(FIRST, SECOND)
    found.on_search(0, SHARE)
    found.on_drop()

    [future] = found.engine.futures
    assert future.cancelled
    assert found.engine.called == [
        (searching.recall, (found.spec.number,), [future.address])
    ]


def test_a_worker_that_gives_no_sign_of_life_counts_as_lost(monkeypatch):
    """dask waits five minutes for a process that is stopped."""
    monkeypatch.setattr(dask_cluster, "SILENT_SECONDS", 0)
    seen = {"last_seen": 1.0, "name": "first", "nthreads": 1}
    known = {"workers": {FIRST.address: seen}}
    found = object.__new__(dask_cluster.Engine)
    found.heard = {}
    found.client = SimpleNamespace(scheduler_info=lambda n_workers: known)

    assert found.workers() == [FIRST]
    assert found.workers() == []
    seen["last_seen"] = 2.0
    assert found.workers() == [FIRST]


def test_at_the_start_each_worker_must_be_usable():
    """Its user still watches, and can mend it before anything is searched."""

    class Here(Engine):
        expected, on = 1, "local"

        def __init__(self, **answers):
            super().__init__(**answers)
            self.client = self

        def wait_for_workers(self, count, timeout):
            pass

        def workers(self):
            return [FIRST, SECOND]

    assert checking.check(Here(), searching.__name__) == [FIRST, SECOND]
    with pytest.raises(CannotRunError, match=r"worker second runs Python 3\.9\.1, and"):
        checking.check(Here(second_python_version="3.9.1"), searching.__name__)
