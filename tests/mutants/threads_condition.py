"""Condition: a wake-up that is lost, believed, misdirected or never sent."""

import threading
from collections import deque
from threading import Condition


class IfForWhile:
    """A woken consumer does not look again; another has taken the item.

    Symptom: IndexError
    """

    def __init__(self):
        self.not_empty = Condition()
        self.items = deque()

    def put(self):
        for item in (1, 2):
            with self.not_empty:
                self.items.append(item)
                self.not_empty.notify()

    def take(self):
        with self.not_empty:
            if not self.items:
                self.not_empty.wait()
            return self.items.popleft()

    workers = (put, take, take)


class IfForWhileMended(IfForWhile):
    """Looks again after every wake-up."""

    def take(self):
        with self.not_empty:
            while not self.items:
                self.not_empty.wait()
            return self.items.popleft()

    workers = (IfForWhile.put, take, take)


class WaitsForWhatHasHappened:
    """Waits without looking: the notification came before.

    Symptom: deadlock
    """

    def __init__(self):
        self.changed = Condition()
        self.done = False

    def finish(self):
        with self.changed:
            self.done = True
            self.changed.notify_all()

    def await_end(self):
        with self.changed:
            self.changed.wait()

    workers = (finish, await_end)


class WaitsForWhatHasHappenedMended(WaitsForWhatHasHappened):
    """Waits only while it is not done."""

    def await_end(self):
        with self.changed:
            self.changed.wait_for(lambda: self.done)

    workers = (WaitsForWhatHasHappened.finish, await_end)


class LooksBeforeItLocks:
    """The look is outside: the change and its notification fit in between.

    Symptom: deadlock
    """

    def __init__(self):
        self.changed = Condition(threading.Lock())
        self.open = False

    def unlock(self):
        with self.changed:
            self.open = True
            self.changed.notify_all()

    def enter(self):
        while not self.open:
            with self.changed:
                self.changed.wait()

    workers = (unlock, enter)


class LooksBeforeItLocksMended(LooksBeforeItLocks):
    """Looks while it holds the lock."""

    def enter(self):
        with self.changed:
            while not self.open:
                self.changed.wait()

    workers = (LooksBeforeItLocks.unlock, enter)


class StateSetWithoutTheLock:
    """The notification is locked, the change is not: it comes after the look.

    Symptom: deadlock
    """

    def __init__(self):
        self.changed = Condition()
        self.open = False

    def unlock(self):
        with self.changed:
            self.changed.notify_all()
        self.open = True

    def enter(self):
        with self.changed:
            self.changed.wait_for(lambda: self.open)

    workers = (unlock, enter)


class StateSetWithoutTheLockMended(StateSetWithoutTheLock):
    """Change and notification under one hold."""

    def unlock(self):
        with self.changed:
            self.open = True
            self.changed.notify_all()

    workers = (unlock, StateSetWithoutTheLock.enter)


class OneWokenOfTwo:
    """The gate opens for all, and wakes one.

    Symptom: deadlock
    """

    def __init__(self):
        self.gate = Condition()
        self.open = False

    def unlock(self):
        with self.gate:
            self.open = True
            self.gate.notify()

    def enter(self):
        with self.gate:
            while not self.open:
                self.gate.wait()

    workers = (unlock, enter, enter)


class OneWokenOfTwoMended(OneWokenOfTwo):
    """Wakes all."""

    def unlock(self):
        with self.gate:
            self.open = True
            self.gate.notify_all()

    workers = (unlock, OneWokenOfTwo.enter, OneWokenOfTwo.enter)


class WrongKindWoken:
    """One condition for "not full" and "not empty": a consumer wakes a consumer.

    Symptom: deadlock
    """

    def __init__(self):
        self.changed = Condition()
        self.items = []

    def wake(self):
        self.changed.notify()

    def put(self):
        for item in (1, 2):
            with self.changed:
                while self.items:
                    self.changed.wait()
                self.items.append(item)
                self.wake()

    def take(self):
        with self.changed:
            while not self.items:
                self.changed.wait()
            self.items.pop()
            self.wake()

    workers = (put, take, take)


class WrongKindWokenMended(WrongKindWoken):
    """With one condition for two states all must be woken."""

    def wake(self):
        self.changed.notify_all()


class WrongConditionNotified:
    """Two conditions over one lock, and `take` tells the consumers.

    Symptom: deadlock
    """

    def __init__(self):
        self.lock = threading.RLock()
        self.not_empty = Condition(self.lock)
        self.not_full = Condition(self.lock)
        self.items = []

    def put(self):
        for item in (1, 2):
            with self.not_full:
                while self.items:
                    self.not_full.wait()
                self.items.append(item)
                self.not_empty.notify()

    def take(self):
        for _ in range(2):
            with self.not_empty:
                while not self.items:
                    self.not_empty.wait()
                self.items.pop()
                self.tell_producer()

    def tell_producer(self):
        self.not_empty.notify()

    workers = (put, take)


class WrongConditionNotifiedMended(WrongConditionNotified):
    """It tells the producer."""

    def tell_producer(self):
        self.not_full.notify()


class TwoConditionsTwoLocks:
    """Each condition has its own lock: the count belongs to both and to none.

    Symptom: AssertionError
    """

    def __init__(self):
        self.not_empty, self.not_full = self.make_conditions()
        self.size = 1

    def make_conditions(self):
        return Condition(), Condition()

    def put(self):
        with self.not_full:
            self.size += 1

    def take(self):
        with self.not_empty:
            self.size -= 1

    def check(self):
        assert self.size == 1

    workers = (put, take)


class TwoConditionsTwoLocksMended(TwoConditionsTwoLocks):
    """Two conditions over one lock."""

    def make_conditions(self):
        lock = threading.Lock()
        return Condition(lock), Condition(lock)


class NotifiesWithoutTheLock:
    """`notify` needs the lock.

    Symptom: RuntimeError
    """

    def __init__(self):
        self.changed = Condition()
        self.done = False

    def finish(self):
        with self.changed:
            self.done = True
        self.changed.notify()

    def await_end(self):
        with self.changed:
            while not self.done:
                self.changed.wait()

    workers = (finish, await_end)


class NotifiesWithoutTheLockMended(NotifiesWithoutTheLock):
    """Notifies before it lets go."""

    def finish(self):
        with self.changed:
            self.done = True
            self.changed.notify()

    workers = (finish, NotifiesWithoutTheLock.await_end)


class WaitTimeoutTakenAsSuccess:
    """The wait ended because the time did, and nobody asks.

    Symptom: IndexError
    """

    def __init__(self):
        self.not_empty = Condition()
        self.items = []

    def put(self):
        with self.not_empty:
            self.items.append(1)
            self.not_empty.notify()

    def take(self):
        with self.not_empty:
            if not self.items:
                self.not_empty.wait(timeout=1)
            return self.items.pop()

    workers = (put, take)


class WaitTimeoutTakenAsSuccessMended(WaitTimeoutTakenAsSuccess):
    """`wait_for` says whether it came true."""

    def take(self):
        with self.not_empty:
            if self.not_empty.wait_for(lambda: self.items, timeout=1):
                return self.items.pop()
            return None

    workers = (WaitTimeoutTakenAsSuccess.put, take)


class ClosedInSilence:
    """`close` sets the flag that the consumer waits for, and tells nobody.

    Symptom: deadlock
    """

    def __init__(self):
        self.changed = Condition()
        self.closed = False
        self.items = []

    def close(self):
        with self.changed:
            self.closed = True

    def take(self):
        with self.changed:
            while not self.items and not self.closed:
                self.changed.wait()

    workers = (close, take)


class ClosedInSilenceMended(ClosedInSilence):
    """Tells all."""

    def close(self):
        with self.changed:
            self.closed = True
            self.changed.notify_all()

    workers = (close, ClosedInSilence.take)


class StalePredicate:
    """The predicate looks at a copy made before the wait.

    Symptom: deadlock
    """

    def __init__(self):
        self.not_empty = Condition()
        self.items = []

    def put(self):
        with self.not_empty:
            self.items.append(1)
            self.not_empty.notify()

    def take(self):
        with self.not_empty:
            size = len(self.items)
            self.not_empty.wait_for(lambda: size)
            return self.items.pop()

    workers = (put, take)


class StalePredicateMended(StalePredicate):
    """The predicate looks at the list."""

    def take(self):
        with self.not_empty:
            self.not_empty.wait_for(lambda: len(self.items))
            return self.items.pop()

    workers = (StalePredicate.put, take)


class LatchCountedOutside:
    """A countdown latch whose count is taken down without the lock.

    Symptom: deadlock
    """

    def __init__(self):
        self.zero = Condition()
        self.count = 2

    def count_down(self):
        self.count -= 1
        with self.zero:
            if self.count == 0:
                self.zero.notify_all()

    def await_zero(self):
        with self.zero:
            self.zero.wait_for(lambda: self.count == 0)

    workers = (count_down, count_down, await_zero)


class LatchCountedOutsideMended(LatchCountedOutside):
    """Counted under the lock."""

    def count_down(self):
        with self.zero:
            self.count -= 1
            if self.count == 0:
                self.zero.notify_all()

    workers = (count_down, count_down, LatchCountedOutside.await_zero)


class CyclicBarrierWithoutGenerations:
    """A fast thread comes round again before a slow one has left.

    Symptom: deadlock
    """

    def __init__(self):
        self.changed = Condition()
        self.waiting = 0
        self.generation = 0

    def meet(self):
        with self.changed:
            self.waiting += 1
            if self.waiting == 2:
                self.waiting = 0
                self.changed.notify_all()
            while self.waiting:
                self.changed.wait()

    def work(self):
        self.meet()
        self.meet()

    workers = (work, work)


class CyclicBarrierWithoutGenerationsMended(CyclicBarrierWithoutGenerations):
    """Waits for its own round to end."""

    def meet(self):
        with self.changed:
            mine = self.generation
            self.waiting += 1
            if self.waiting == 2:
                self.waiting = 0
                self.generation += 1
                self.changed.notify_all()
            while mine == self.generation:
                self.changed.wait()


class LastReaderLeavesInSilence:
    """A writer waits for the readers to leave; the last one does not say so.

    Symptom: deadlock
    """

    def __init__(self):
        self.changed = Condition()
        self.readers = 0

    def read(self):
        with self.changed:
            self.readers += 1
        with self.changed:
            self.readers -= 1
            self.told(self.readers)

    def told(self, left):
        if left:
            self.changed.notify()

    def write(self):
        with self.changed:
            while self.readers:
                self.changed.wait()

    workers = (read, write)


class LastReaderLeavesInSilenceMended(LastReaderLeavesInSilence):
    """The last one wakes the writer."""

    def told(self, left):
        if not left:
            self.changed.notify()


class WaitsInsideAnotherLock:
    """`wait` releases its own lock, and not the one around it.

    Symptom: deadlock
    """

    def __init__(self):
        self.outer = threading.Lock()
        self.changed = Condition()
        self.done = False

    def await_end(self):
        with self.outer, self.changed:
            while not self.done:
                self.changed.wait()

    def finish(self):
        with self.outer, self.changed:
            self.done = True
            self.changed.notify()

    workers = (await_end, finish)


class WaitsInsideAnotherLockMended(WaitsInsideAnotherLock):
    """One lock for the state and its condition."""

    def __init__(self):
        super().__init__()
        self.changed = Condition(threading.RLock())
        self.outer = self.changed


class ToldIfAnybodyWaits:
    """Nobody waits yet when the teller looks, and nobody tells any more.

    Symptom: deadlock
    """

    def __init__(self):
        self.changed, self.ready = threading.Condition(), False

    def tell(self):
        self.ready = True
        if self.changed._waiters:
            with self.changed:
                self.changed.notify()

    def wait(self):
        with self.changed:
            while not self.ready:
                self.changed.wait()

    workers = (tell, wait)


class ToldIfAnybodyWaitsMended(ToldIfAnybodyWaits):
    """Looks for waiters, and changes what they wait for, under the lock."""

    def tell(self):
        with self.changed:
            self.ready = True
            if self.changed._waiters:
                self.changed.notify()

    workers = (tell, ToldIfAnybodyWaits.wait)
