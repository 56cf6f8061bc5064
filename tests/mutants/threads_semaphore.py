"""Semaphore and BoundedSemaphore: permits lost, invented, counted twice."""

import contextlib
import threading as t
from contextlib import contextmanager
from threading import BoundedSemaphore, Semaphore


class PermitLostByAnException:
    """A job that raises does not give its permit back.

    Symptom: deadlock
    """

    def __init__(self):
        self.permits = Semaphore(1)

    def do(self, job):
        self.permits.acquire()
        job()
        self.permits.release()

    def work(self):
        with contextlib.suppress(ZeroDivisionError):
            self.do(lambda: 1 / 0)

    workers = (work, work)


class PermitLostByAnExceptionMended(PermitLostByAnException):
    """`with` gives it back."""

    def do(self, job):
        with self.permits:
            job()


class PermitInvented:
    """One release too many: the room for one holds two.

    Symptom: AssertionError
    """

    def __init__(self):
        self.room = Semaphore(1)
        self.inside = 0

    def visit(self):
        with self.room:
            self.inside += 1
            assert self.inside == 1
            self.inside -= 1

    def visit_twice(self):
        self.visit()
        self.room.release()
        self.visit()

    workers = (visit_twice, visit)


class PermitInventedMended(PermitInvented):
    """As many releases as acquires."""

    def visit_twice(self):
        self.visit()
        self.visit()

    workers = (visit_twice, PermitInvented.visit)


class BoundedReleasedTooOften:
    """A BoundedSemaphore says so, if nobody else has a permit at that time.

    Symptom: ValueError
    """

    def __init__(self):
        self.tray = BoundedSemaphore(2)

    def buy(self):
        self.tray.acquire()

    def refill(self):
        self.tray.release()

    def check(self):
        assert self.tray.acquire(blocking=False)

    workers = (buy, refill)


class BoundedReleasedTooOftenMended(BoundedReleasedTooOften):
    """A full tray is skipped."""

    def refill(self):
        with contextlib.suppress(ValueError):
            self.tray.release()

    workers = (BoundedReleasedTooOften.buy, refill)


class SemaphoreOfTwoAsLock:
    """Two permits guard a value that only one may change.

    Symptom: AssertionError
    """

    permits = 2

    def __init__(self):
        self.guard = Semaphore(self.permits)
        self.value = 0

    def add(self):
        with self.guard:
            self.value += 1

    def check(self):
        assert self.value == 2

    workers = (add, add)


class SemaphoreOfTwoAsLockMended(SemaphoreOfTwoAsLock):
    """One permit."""

    permits = 1


class ReleasedWithoutHaving:
    """The acquire timed out, the `finally` releases.

    Symptom: ValueError
    """

    def __init__(self):
        self.permits = BoundedSemaphore(1)

    def work(self):
        try:
            self.permits.acquire(timeout=1)
        finally:
            self.permits.release()

    workers = (work, work)


class ReleasedWithoutHavingMended(ReleasedWithoutHaving):
    """Releases what it got."""

    def work(self):
        if self.permits.acquire(timeout=1):
            self.permits.release()

    workers = (work, work)


class TwoPermitsOneByOne:
    """Both need two of two permits, both have one.

    Symptom: deadlock
    """

    def __init__(self):
        self.permits = Semaphore(2)
        self.asking = t.Lock()

    def take_two(self):
        self.permits.acquire()
        self.permits.acquire()

    def work(self):
        self.take_two()
        self.permits.release(2)

    workers = (work, work)


class TwoPermitsOneByOneMended(TwoPermitsOneByOne):
    """One asks at a time."""

    def take_two(self):
        with self.asking:
            super().take_two()


class ReleasedOneShort:
    """It waits for three, and two are released.

    Symptom: deadlock
    """

    def __init__(self):
        self.arrived = Semaphore(0)

    def let_go(self):
        self.arrived.release(n=2)

    def pass_by(self):
        self.arrived.acquire()

    workers = (let_go, pass_by, lambda self: [self.pass_by(), self.pass_by()])


class ReleasedOneShortMended(ReleasedOneShort):
    """Three."""

    def let_go(self):
        self.arrived.release(n=3)

    workers = (let_go, *ReleasedOneShort.workers[1:])


class RendezvousBothWait:
    """Each waits for the other to come before it says that it came.

    Symptom: deadlock
    """

    def __init__(self):
        self.came = {"a": Semaphore(0), "b": Semaphore(0)}

    def meet(self, me, other):
        self.came[other].acquire()
        self.came[me].release()

    workers = (lambda self: self.meet("a", "b"), lambda self: self.meet("b", "a"))


class RendezvousBothWaitMended(RendezvousBothWait):
    """Says first, waits then."""

    def meet(self, me, other):
        self.came[me].release()
        self.came[other].acquire()


class RendezvousOneSided:
    """Only one of the two waits: the other goes on alone.

    Symptom: AssertionError
    """

    def __init__(self):
        self.a_came, self.b_came = Semaphore(0), Semaphore(0)
        self.arrived = []

    def a(self):
        self.arrived.append("a")
        self.a_came.release()
        self.b_came.acquire()
        assert len(self.arrived) == 2

    def b(self):
        self.arrived.append("b")
        self.b_came.release()
        assert len(self.arrived) == 2

    workers = (a, b)


class RendezvousOneSidedMended(RendezvousOneSided):
    """Both wait."""

    def b(self):
        self.arrived.append("b")
        self.b_came.release()
        self.a_came.acquire()
        assert len(self.arrived) == 2

    workers = (RendezvousOneSided.a, b)


class TurnstileNotPassedOn:
    """Who goes through does not let the next one in.

    Symptom: deadlock
    """

    def __init__(self):
        self.turnstile = Semaphore(0)

    def unlock(self):
        self.turnstile.release()

    def enter(self):
        self.turnstile.acquire()

    workers = (unlock, enter, enter)


class TurnstileNotPassedOnMended(TurnstileNotPassedOn):
    """In, and release for the next."""

    def enter(self):
        self.turnstile.acquire()
        self.turnstile.release()

    workers = (TurnstileNotPassedOn.unlock, enter, enter)


class CandyCounter:
    """The tray's semaphore is right; the count beside it is not guarded.

    Symptom: AssertionError
    """

    def __init__(self):
        self.bars = BoundedSemaphore(5)
        self.lock = t.Lock()
        self.sold = 0

    def count(self):
        self.sold += 1

    def buy(self):
        if self.bars.acquire(blocking=False):
            self.count()

    def check(self):
        assert self.sold == 2

    workers = (buy, buy)


class CandyCounterMended(CandyCounter):
    """A semaphore counts permits, a lock guards the rest."""

    def count(self):
        with self.lock:
            self.sold += 1


class LastTokenLooksThenTakes:
    """A rate limiter of two operations: both see the last token.

    Symptom: deadlock
    """

    def __init__(self):
        self.tokens = 1
        self.gate = Semaphore(1)

    def call(self):
        if self.tokens > 0:
            self.gate.acquire()
            self.tokens -= 1

    workers = (call, call)


class LastTokenLooksThenTakesMended(LastTokenLooksThenTakes):
    """The semaphore itself says whether there is one."""

    def call(self):
        if self.gate.acquire(blocking=False):
            self.tokens -= 1

    workers = (call, call)


class ConnectionGivenBackTwice:
    """`close` may be called twice, and the pool lends one connection to two.

    Symptom: AssertionError
    """

    def __init__(self):
        self.free = ["c1"]
        self.permits = Semaphore(1)
        self.lock = t.Lock()
        self.lent = set()

    @contextmanager
    def lend(self):
        with self.permits:
            with self.lock:
                connection = self.free.pop()
                assert connection not in self.lent
                self.lent.add(connection)
            yield connection
            self.give_back(connection)

    def give_back(self, connection):
        with self.lock:
            self.lent.discard(connection)
            self.free.append(connection)

    def use(self):
        with self.lend() as connection:
            self.close(connection)

    def close(self, connection):
        self.give_back(connection)

    def check(self):
        assert self.free == ["c1"]

    workers = (use, use)


class ConnectionGivenBackTwiceMended(ConnectionGivenBackTwice):
    """The second time does nothing."""

    def give_back(self, connection):
        with self.lock:
            if connection in self.lent:
                self.lent.remove(connection)
                self.free.append(connection)


class ZeroAtTheStart:
    """It starts with no permit, and the first to release is the first to wait.

    Symptom: deadlock
    """

    at_the_start = 0

    def __init__(self):
        self.turn = Semaphore(self.at_the_start)

    def work(self):
        self.turn.acquire()
        self.turn.release()

    workers = (work, work)


class ZeroAtTheStartMended(ZeroAtTheStart):
    """One."""

    at_the_start = 1


class TriedBesideADaemon:
    """A daemon that waits for the only permit may have it before the one who tries.

    Symptom: AssertionError
    """

    at_the_start = 1

    def __init__(self):
        self.permits = Semaphore(self.at_the_start)
        self.mine = False

    def work(self):
        t.Thread(target=self.permits.acquire, daemon=True).start()
        self.mine = self.permits.acquire(blocking=False)

    workers = (work,)

    def check(self):
        assert self.mine


class TriedBesideADaemonMended(TriedBesideADaemon):
    """There is one for each."""

    at_the_start = 2
