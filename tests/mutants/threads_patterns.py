"""Patterns of several parts: caches, pools, hubs, stacks; each with one gap."""

import contextlib
import threading
from collections import OrderedDict, deque
from dataclasses import dataclass
from enum import Enum


class CacheStampede:
    """All who miss load, at the same time.

    Symptom: AssertionError
    """

    def __init__(self):
        self.kept, self.loads = {}, 0
        self.lock = threading.Lock()
        self.loading = threading.Lock()

    def load(self):
        with self.lock:
            self.loads += 1
        return "page"

    def get(self):
        try:
            return self.kept["/"]
        except KeyError:
            return self.kept.setdefault("/", self.load())

    def check(self):
        assert self.loads == 1

    workers = (get, get)


class CacheStampedeMended(CacheStampede):
    """One loads, the others wait for it."""

    def get(self):
        with self.loading:
            return super().get()

    workers = (get, get)


class LeastRecentlyUsed:
    """Looking something up in such a cache moves it: a read is a write.

    Symptom: KeyError
    """

    def __init__(self):
        self.kept = OrderedDict(a=1, b=2)
        self.lock = threading.Lock()

    def get(self):
        if "a" in self.kept:
            self.kept.move_to_end("a")

    def evict(self):
        self.kept.popitem(last=False)

    workers = (get, evict)


class LeastRecentlyUsedMended(LeastRecentlyUsed):
    """Both hold the lock."""

    def get(self):
        with self.lock:
            super().get()

    def evict(self):
        with self.lock:
            super().evict()

    workers = (get, evict)


class UnsubscribedWhilePublishing:
    """A set of subscribers changes while it is being iterated over.

    Symptom: RuntimeError
    """

    def __init__(self):
        self.lock = threading.Lock()
        self.subscribers = {len, repr}

    def publish(self):
        for subscriber in self.all():
            subscriber("news")

    def all(self):
        return self.subscribers

    def unsubscribe(self):
        with self.lock:
            self.subscribers.discard(repr)

    workers = (publish, unsubscribe)


class UnsubscribedWhilePublishingMended(UnsubscribedWhilePublishing):
    """A copy, made under the lock, is iterated over."""

    def all(self):
        with self.lock:
            return frozenset(self.subscribers)


@dataclass(eq=False)
class Node:
    """A link of a stack."""

    name: str
    below: "Node | None" = None


class AbaStack:
    """The top is the same node again, but what was below it is gone.

    Symptom: AssertionError
    """

    def __init__(self):
        self.lock = threading.Lock()
        self.version = 0
        self.c = Node("c")
        self.top = Node("a", Node("b", self.c))
        self.popped = []

    def seen(self):
        with self.lock:
            return self.top, self.top.below, None

    def swap(self, expected, new, version):
        """Compare and swap: replace the top if it is still the expected one."""
        with self.lock:
            if self.top is not expected or version not in (None, self.version):
                return False
            self.top, self.version = new, self.version + 1
            return True

    def pop(self):
        top, below, version = self.seen()
        if self.swap(top, below, version):
            self.popped.append(top.name)

    def pop_two_and_put_the_first_back(self):
        with self.lock:
            first, second = self.top, self.top.below
            if second is None:
                return
            self.popped.append(second.name)
            first.below = second.below
            self.top, self.version = first, self.version + 2

    def check(self):
        left = []
        while self.top is not None:
            left.append(self.top.name)
            self.top = self.top.below
        assert sorted(self.popped + left) == ["a", "b", "c"]

    workers = (pop, pop_two_and_put_the_first_back)


class AbaStackMended(AbaStack):
    """A version beside the node tells the two apart."""

    def seen(self):
        with self.lock:
            return self.top, self.top.below, self.version


class State(Enum):
    """Of a file."""

    OPEN = 1
    CLOSED = 2


class ClosedTwice:
    """Both find it open, both close it.

    Symptom: AssertionError
    """

    def __init__(self):
        self.state = State.OPEN
        self.lock = threading.Lock()
        self.closings = []

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        if self.state is State.OPEN:
            self.closings.append(threading.current_thread().name)
            self.state = State.CLOSED

    def use(self):
        with self:
            pass

    def check(self):
        assert len(self.closings) == 1, self.closings

    workers = (use, use)


class ClosedTwiceMended(ClosedTwice):
    """Who changes the state closes."""

    def __exit__(self, *exc):
        with self.lock:
            super().__exit__(*exc)


class UsedAfterClose:
    """Looked at while open, used when it had been closed.

    Symptom: ValueError or AttributeError
    """

    def __init__(self):
        self.lock = threading.RLock()
        self.buffer = []

    def write(self):
        if self.buffer is not None:
            self.append("line")

    def append(self, line):
        if self.buffer is None:
            raise ValueError("write to a closed file")
        self.buffer.append(line)

    def close(self):
        with self.lock:
            self.buffer = None

    workers = (write, close)


class UsedAfterCloseMended(UsedAfterClose):
    """Looking and using under the lock that `close` takes."""

    def write(self):
        with self.lock:
            super().write()

    workers = (write, UsedAfterClose.close)


class TwoLeaders:
    """An election by looking whether there is a leader.

    Symptom: AssertionError
    """

    def __init__(self):
        self.leader = None
        self.elected = []
        self.lock = threading.Lock()

    def stand(self):
        me = threading.get_ident()
        match self.leader:
            case None:
                self.leader = me
                self.elected.append(me)
            case _:
                pass

    def check(self):
        assert len(self.elected) == 1

    workers = (stand, stand)


class TwoLeadersMended(TwoLeaders):
    """Whoever gets a lock that is never given back."""

    def stand(self):
        if self.lock.acquire(blocking=False):
            self.elected.append(threading.get_ident())

    workers = (stand, stand)


class StolenLastJob:
    """The owner takes from one end, the thief from the other: one job, two takers.

    Symptom: IndexError
    """

    def __init__(self):
        self.jobs = deque(["only one"])

    def own(self):
        if len(self.jobs):
            self.jobs.pop()

    def steal(self):
        if len(self.jobs):
            self.jobs.popleft()

    workers = (own, steal)


class StolenLastJobMended(StolenLastJob):
    """Each operation of a deque is one step: try, and take no for an answer."""

    def own(self):
        with contextlib.suppress(IndexError):
            self.jobs.pop()

    def steal(self):
        with contextlib.suppress(IndexError):
            self.jobs.popleft()

    workers = (own, steal)


class RingOverrun:
    """A ring buffer that looks whether there is room, and writes later.

    Symptom: AssertionError
    """

    def __init__(self):
        self.cells, self.head = [None, None], 0
        self.lock = threading.Lock()

    def put(self, item):
        at = self.head
        self.cells[at % 2] = item
        self.head = at + 1

    def check(self):
        assert set(self.cells) == {"x", "y"}

    workers = (lambda self: self.put("x"), lambda self: self.put("y"))


class RingOverrunMended(RingOverrun):
    """Reserving a cell and filling it are one step."""

    def put(self, item):
        with self.lock:
            super().put(item)


class LimiterLetsTwoIn:
    """At most one call an hour: both read the time of the last one.

    Symptom: AssertionError
    """

    def __init__(self):
        self.last = float("-inf")
        self.lock = threading.Lock()
        self.calls = 0

    def call(self):
        now = 0.0
        if now - self.last >= 3600:
            self.last = now
            with self.lock:
                self.calls += 1

    def check(self):
        assert self.calls == 1

    workers = (call, call)


class LimiterLetsTwoInMended(LimiterLetsTwoIn):
    """Reading and writing the time are one step."""

    def __init__(self):
        super().__init__()
        self.deciding = threading.Lock()

    def call(self):
        with self.deciding:
            super().call()

    workers = (call, call)


class SnapshotOfAMovingList:
    """Length first, items after: the list has changed its length.

    Symptom: IndexError
    """

    def __init__(self):
        self.rows = [1, 2, 3]
        self.lock = threading.Lock()

    def total(self):
        return sum(self.rows[index] for index in range(len(self.rows)))

    def remove(self):
        self.rows.pop()

    workers = (total, remove)


class SnapshotOfAMovingListMended(SnapshotOfAMovingList):
    """Under the lock the list stands still."""

    def total(self):
        with self.lock:
            return super().total()

    def remove(self):
        with self.lock:
            self.rows.pop()

    workers = (total, remove)


class MovedBetweenSets:
    """For a moment it is in neither set, and is taken for lost.

    Symptom: AssertionError
    """

    def __init__(self):
        self.idle, self.busy = {"c1"}, set()
        self.lock = threading.RLock()

    def lend(self):
        connection = self.idle.pop()
        self.busy.add(connection)

    def audit(self):
        assert len(self.idle) + len(self.busy) == 1

    workers = (lend, audit)


class MovedBetweenSetsMended(MovedBetweenSets):
    """The move is one step for all who hold the lock."""

    def lend(self):
        with self.lock:
            super().lend()

    def audit(self):
        with self.lock:
            super().audit()

    workers = (lend, audit)
