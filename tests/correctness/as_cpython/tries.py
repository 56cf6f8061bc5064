"""A try without waiting, and then another operation of the same worker on the object.

The first word of each class says what is true of it; each was worked out by hand.  The
other worker waits for what the try has taken, so that it cannot come in between.
"""

import queue
import threading
from concurrent.futures import Future


class Gate:
    """Broken: the other may hold the semaphore."""

    def __init__(self):
        self.gate = threading.Semaphore(1)

    def first(self):
        self.got = self.gate.acquire(blocking=False)
        if self.got:
            self.gate.release()

    def second(self):
        with self.gate:
            sum(range(10))

    workers = (first, second)

    def check(self):
        assert self.got


class GateOfTwo(Gate):
    """Holds: there is room for both."""

    def __init__(self):
        self.gate = threading.Semaphore(2)


class GateOfThreeWorkers(GateOfTwo):
    """Broken: not for three."""

    workers = (Gate.first, Gate.second, Gate.second)


class GateWithTimeout(Gate):
    """Broken: as without one."""

    def first(self):
        self.got = self.gate.acquire(timeout=0)
        if self.got:
            self.gate.release()

    workers = (first, Gate.second)


class Bounded(Gate):
    """Broken: as the other kind."""

    def __init__(self):
        self.gate = threading.BoundedSemaphore(1)


class Swapped(Gate):
    """Broken: in whatever order the workers are listed."""

    workers = (Gate.second, Gate.first)


class TriedThreeTimes(Gate):
    """Broken: only the first try may fail, and the last is the one that is known."""

    def first(self):
        self.got = self.gate.acquire(blocking=False)
        for _ in range(2):
            if self.got:
                self.gate.release()
                self.got = self.gate.acquire()
        if self.got:
            self.gate.release()

    workers = (first, Gate.second)


class TriedLock(Gate):
    """Broken: a lock may be held, too."""

    def __init__(self):
        self.gate = threading.Lock()


class TriedRLock(Gate):
    """Broken: by another thread."""

    def __init__(self):
        self.gate = threading.RLock()


class TriedTwice:
    """Broken: a try, and then one with a timeout."""

    def __init__(self):
        self.lock = threading.Lock()

    def first(self):
        self.got = self.lock.acquire(blocking=False)
        if not self.lock.acquire(timeout=0.01) and not self.got:
            return
        self.lock.release()

    def second(self):
        with self.lock:
            pass

    workers = (first, second)

    def check(self):
        assert self.got


class LookedAtAndTaken:
    """Broken: the look may find it locked."""

    def __init__(self):
        self.lock = threading.Lock()

    def first(self):
        self.was_free = not self.lock.locked()
        with self.lock:
            pass

    def second(self):
        with self.lock:
            pass

    workers = (first, second)

    def check(self):
        assert self.was_free


class SimpleQueueTried:
    """Broken: the other may have taken the item."""

    make = queue.SimpleQueue

    def __init__(self):
        self.queue = self.make()
        self.queue.put(1)

    def first(self):
        try:
            self.got = bool(self.queue.get_nowait())
        except queue.Empty:
            self.got = False
        self.queue.put(2)

    def second(self):
        self.queue.get()

    workers = (first, second)

    def check(self):
        assert self.got


class QueueTried(SimpleQueueTried):
    """Broken: in the other queues as well."""

    make = queue.Queue


class StackTried(SimpleQueueTried):
    """Broken: in the other queues as well."""

    make = queue.LifoQueue


class HeapTried(SimpleQueueTried):
    """Broken: in the other queues as well."""

    make = queue.PriorityQueue


class EmptyThenFull(SimpleQueueTried):
    """Broken: a look at the size, and then a put."""

    def first(self):
        self.got = not self.queue.empty()
        self.queue.put(2)

    workers = (first, SimpleQueueTried.second)


class FullTried:
    """Broken: the other may have filled it, and takes its item out again."""

    def __init__(self):
        self.queue = queue.Queue(1)

    def first(self):
        try:
            self.queue.put_nowait(1)
            self.got = True
            self.queue.get()
        except queue.Full:
            self.got = False

    def second(self):
        self.queue.put(2)
        self.queue.get()

    workers = (first, second)

    def check(self):
        assert self.got


class EventLookedAt:
    """Broken: it may be set already."""

    def __init__(self):
        self.event = threading.Event()

    def first(self):
        self.unset = not self.event.is_set()
        self.event.wait()

    def second(self):
        self.event.set()

    workers = (first, second)

    def check(self):
        assert self.unset


class FutureCancelled:
    """Broken: the other may have begun it."""

    def __init__(self):
        self.future = Future()

    def first(self):
        self.cancelled = self.future.cancel()
        self.future.add_done_callback(lambda _: None)

    def second(self):
        if self.future.set_running_or_notify_cancel():
            self.future.set_result(1)

    workers = (first, second)

    def check(self):
        assert self.cancelled


class LongUnderOneLock:
    """Holds: a worker that goes on for long gives way, but not as it takes a lock."""

    def __init__(self):
        self.lock = threading.Lock()
        self.n = self.pad = 0

    def one(self):
        self.pad += 1

    def many(self):
        with self.lock:
            for _ in range(20):
                for _ in range(60):
                    self.one()
            self.n += 1

    workers = (many, many)

    def check(self):
        assert self.n == 2
