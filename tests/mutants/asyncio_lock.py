"""asyncio.Lock and Semaphore: held over the wrong await, left in the wrong way."""

import asyncio
from asyncio import BoundedSemaphore, Lock, Semaphore
from contextlib import AsyncExitStack, suppress


class LockForEachCall:
    """A lock made in the call that takes it.

    Symptom: AssertionError
    """

    def __init__(self):
        self.value = 0
        self.lock = Lock()

    def guard(self):
        return Lock()

    async def add(self):
        async with self.guard():
            value = self.value
            await asyncio.sleep(0)
            self.value = value + 1

    def check(self):
        assert self.value == 2

    workers = (add, add)


class LockForEachCallMended(LockForEachCall):
    """The object's lock."""

    def guard(self):
        return self.lock


class WaitsUntilUnlocked:
    """`locked` was False; no lock was taken.

    Symptom: AssertionError
    """

    def __init__(self):
        self.lock = Lock()
        self.inside = 0

    async def be_inside(self):
        self.inside += 1
        await asyncio.sleep(0)
        assert self.inside == 1
        self.inside -= 1

    async def hold(self):
        async with self.lock:
            await self.be_inside()

    async def enter(self):
        if not self.lock.locked():
            await self.be_inside()

    workers = (hold, enter)


class WaitsUntilUnlockedMended(WaitsUntilUnlocked):
    """Takes it, when it is free."""

    async def enter(self):
        if not self.lock.locked():
            await self.hold()

    workers = (WaitsUntilUnlocked.hold, enter)


class ReleasedOverTheAwait:
    """The lock is let go for the await, and the old value written after it.

    Symptom: AssertionError
    """

    def __init__(self):
        self.value = 0
        self.lock = Lock()

    async def add(self):
        async with self.lock:
            value = self.value
        await asyncio.sleep(0)
        async with self.lock:
            self.value = self.renewed(value) + 1

    def renewed(self, value):
        return value

    def check(self):
        assert self.value == 2

    workers = (add, add)


class ReleasedOverTheAwaitMended(ReleasedOverTheAwait):
    """Read again under the lock."""

    def renewed(self, value):
        return self.value


class LockTakenAgain:
    """asyncio has no RLock: the task waits for itself.

    Symptom: deadlock
    """

    def __init__(self):
        self.lock = Lock()
        self.rows = []

    async def insert(self, row):
        async with self.lock:
            self.rows.append(row)

    async def insert_all(self):
        async with self.lock:
            for row in (1, 2):
                await self.put(row)

    async def put(self, row):
        await self.insert(row)

    workers = (insert_all, insert_all)


class LockTakenAgainMended(LockTakenAgain):
    """The inner method leaves the locking to its callers."""

    async def put(self, row):
        self.rows.append(row)


class LeftLockedByAnException:
    """Between acquire and release something raises.

    Symptom: deadlock
    """

    def __init__(self):
        self.lock = Lock()

    async def parse(self):
        await self.lock.acquire()
        await self.fail()
        self.lock.release()

    async def fail(self):
        raise ValueError("not a number")

    async def work(self):
        with suppress(ValueError):
            await self.parse()

    workers = (work, work)


class LeftLockedByAnExceptionMended(LeftLockedByAnException):
    """`async with` releases."""

    async def parse(self):
        async with self.lock:
            await self.fail()


class LeftLockedByACancellation:
    """`except Exception` does not see a CancelledError.

    Symptom: deadlock
    """

    def __init__(self):
        self.lock = Lock()

    async def hold(self):
        await self.lock.acquire()
        try:
            await asyncio.sleep(3600)
        except Exception:
            self.lock.release()
            raise
        self.lock.release()

    async def work(self):
        task = asyncio.create_task(self.hold())
        await asyncio.sleep(0)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        async with self.lock:
            pass

    workers = (work,)


class LeftLockedByACancellationMended(LeftLockedByACancellation):
    """`finally` does."""

    async def hold(self):
        await self.lock.acquire()
        try:
            await asyncio.sleep(3600)
        finally:
            self.lock.release()


class ReleasedUnheld:
    """The wait for the lock timed out; `finally` releases it all the same.

    Symptom: RuntimeError
    """

    def __init__(self):
        self.lock = Lock()

    async def work(self):
        try:
            async with asyncio.timeout(1):
                await self.lock.acquire()
            await asyncio.sleep(2)
        except TimeoutError:
            pass
        finally:
            self.lock.release()

    workers = (work, work)


class ReleasedUnheldMended(ReleasedUnheld):
    """Only what was acquired is released."""

    async def work(self):
        with suppress(TimeoutError):
            async with asyncio.timeout(1):
                await self.lock.acquire()
            try:
                await asyncio.sleep(2)
            finally:
                self.lock.release()

    workers = (work, work)


class AsyncOrderOfTwo:
    """One takes a and then b, the other b and then a.

    Symptom: deadlock
    """

    def __init__(self):
        self.a, self.b = Lock(), Lock()

    async def both(self, first, second):
        async with first:
            await asyncio.sleep(0)
            async with second:
                pass

    async def forth(self):
        await self.both(self.a, self.b)

    async def back(self):
        await self.both(self.b, self.a)

    workers = (forth, back)


class AsyncOrderOfTwoMended(AsyncOrderOfTwo):
    """Both take a first."""

    async def back(self):
        await self.forth()

    workers = (AsyncOrderOfTwo.forth, back)


class AsyncDiningPhilosophers:
    """All hold their left fork.

    Symptom: deadlock
    """

    def __init__(self):
        self.forks = [Lock() for _ in range(3)]

    def pair(self, seat):
        return seat, (seat + 1) % 3

    async def dine(self, seat):
        async with AsyncExitStack() as hands:
            for fork in self.pair(seat):
                await hands.enter_async_context(self.forks[fork])
                await asyncio.sleep(0)

    async def first(self):
        await self.dine(0)

    async def second(self):
        await self.dine(1)

    async def third(self):
        await self.dine(2)

    workers = (first, second, third)


class AsyncDiningPhilosophersMended(AsyncDiningPhilosophers):
    """The lower number first."""

    def pair(self, seat):
        return sorted(super().pair(seat))


class AwaitsATaskThatNeedsItsLock:
    """It holds the lock and awaits a task that waits for it.

    Symptom: deadlock
    """

    def __init__(self):
        self.lock = Lock()

    async def save(self):
        async with self.lock:
            return "saved"

    async def close(self):
        async with self.lock:
            saving = asyncio.create_task(self.save())
            await self.settle(saving)
        assert await saving == "saved"

    async def settle(self, task):
        await task

    workers = (close,)


class AwaitsATaskThatNeedsItsLockMended(AwaitsATaskThatNeedsItsLock):
    """It awaits it when it has let go."""

    async def settle(self, task):
        await asyncio.sleep(0)


class AsyncPermitLost:
    """A job that raises keeps its permit.

    Symptom: deadlock
    """

    def __init__(self):
        self.permits = Semaphore(1)

    async def fetch(self):
        await self.permits.acquire()
        raise OSError("connection reset")

    async def work(self):
        with suppress(OSError):
            await self.fetch()

    workers = (work, work)


class AsyncPermitLostMended(AsyncPermitLost):
    """`async with` gives it back."""

    async def fetch(self):
        async with self.permits:
            raise OSError("connection reset")


class PermitLostByATimeout:
    """A timeout cancels the job between acquire and release.

    Symptom: deadlock
    """

    def __init__(self):
        self.permits = Semaphore(1)

    async def fetch(self):
        await self.permits.acquire()
        await asyncio.sleep(60)
        self.permits.release()

    async def work(self):
        with suppress(TimeoutError):
            await asyncio.wait_for(self.fetch(), timeout=1)
        async with self.permits:
            pass

    workers = (work,)


class PermitLostByATimeoutMended(PermitLostByATimeout):
    """`async with` gives it back to the next."""

    async def fetch(self):
        async with self.permits:
            await asyncio.sleep(60)


class AsyncPermitInvented:
    """One release too many: two in a room for one.

    Symptom: AssertionError
    """

    def __init__(self):
        self.room = Semaphore(1)
        self.inside = 0

    async def visit(self):
        async with self.room:
            self.inside += 1
            await asyncio.sleep(0)
            assert self.inside == 1
            self.inside -= 1

    async def visit_and_release(self):
        await self.visit()
        self.tidy()
        await self.visit()

    def tidy(self):
        self.room.release()

    workers = (visit_and_release, visit)


class AsyncPermitInventedMended(AsyncPermitInvented):
    """As many releases as acquires."""

    def tidy(self):
        pass


class AsyncBoundedReleasedTooOften:
    """The tray is full, unless a buyer came first.

    Symptom: ValueError
    """

    def __init__(self):
        self.tray = BoundedSemaphore(2)

    async def buy(self):
        await self.tray.acquire()

    async def refill(self):
        self.tray.release()

    workers = (buy, refill)


class AsyncBoundedReleasedTooOftenMended(AsyncBoundedReleasedTooOften):
    """A full tray is skipped."""

    async def refill(self):
        with suppress(ValueError):
            self.tray.release()

    workers = (AsyncBoundedReleasedTooOften.buy, refill)


class AsyncSemaphoreOfTwoAsLock:
    """Two permits guard what only one may change.

    Symptom: AssertionError
    """

    permits = 2

    def __init__(self):
        self.guard = Semaphore(self.permits)
        self.value = 0

    async def add(self):
        async with self.guard:
            value = self.value
            await asyncio.sleep(0)
            self.value = value + 1

    def check(self):
        assert self.value == 2

    workers = (add, add)


class AsyncSemaphoreOfTwoAsLockMended(AsyncSemaphoreOfTwoAsLock):
    """One permit."""

    permits = 1


class AsyncTwoPermitsOneByOne:
    """Both need two of two permits, both have one.

    Symptom: deadlock
    """

    def __init__(self):
        self.permits = Semaphore(2)
        self.asking = Lock()

    async def take_two(self):
        await self.permits.acquire()
        await asyncio.sleep(0)
        await self.permits.acquire()

    async def work(self):
        await self.take_two()
        self.permits.release()
        self.permits.release()

    workers = (work, work)


class AsyncTwoPermitsOneByOneMended(AsyncTwoPermitsOneByOne):
    """One asks at a time."""

    async def take_two(self):
        async with self.asking:
            await super().take_two()


class LockedIsNotFull:
    """A permit is free when it looks, and gone when it has slept.

    Symptom: deadlock
    """

    def __init__(self):
        self.tray = Semaphore(1)

    async def pay(self):
        await asyncio.sleep(0)

    async def buy(self):
        if not self.tray.locked():
            await self.pay()
            await self.tray.acquire()

    workers = (buy, buy)


class LockedIsNotFullMended(LockedIsNotFull):
    """No await between looking and taking."""

    async def buy(self):
        await self.pay()
        if not self.tray.locked():
            await self.tray.acquire()

    workers = (buy, buy)
