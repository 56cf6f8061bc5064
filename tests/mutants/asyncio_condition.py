"""asyncio.Condition, Event, Barrier: signals lost, believed, sent to the wrong one."""

import asyncio
from asyncio import Barrier, BrokenBarrierError, Condition, Event
from collections import deque
from contextlib import suppress


class AsyncIfForWhile:
    """A woken consumer does not look again; a newcomer has taken the item.

    Symptom: IndexError
    """

    def __init__(self):
        self.not_empty = Condition()
        self.items = deque()

    async def put(self):
        for item in (1, 2):
            async with self.not_empty:
                self.items.append(item)
                self.not_empty.notify()
            await asyncio.sleep(0)

    async def take(self):
        async with self.not_empty:
            if not self.items:
                await self.not_empty.wait()
            return self.items.popleft()

    workers = (put, take, take)


class AsyncIfForWhileMended(AsyncIfForWhile):
    """Looks again after every wake-up."""

    async def take(self):
        async with self.not_empty:
            while not self.items:
                await self.not_empty.wait()
            return self.items.popleft()

    workers = (AsyncIfForWhile.put, take, take)


class AsyncWaitsForWhatHasHappened:
    """Waits without looking: the notification came before.

    Symptom: deadlock
    """

    def __init__(self):
        self.changed = Condition()
        self.done = False

    async def finish(self):
        async with self.changed:
            self.done = True
            self.changed.notify_all()

    async def await_end(self):
        async with self.changed:
            await self.changed.wait()

    workers = (finish, await_end)


class AsyncWaitsForWhatHasHappenedMended(AsyncWaitsForWhatHasHappened):
    """Waits only while it is not done."""

    async def await_end(self):
        async with self.changed:
            await self.changed.wait_for(lambda: self.done)

    workers = (AsyncWaitsForWhatHasHappened.finish, await_end)


class AsyncLooksBeforeItLocks:
    """While it waits for the lock, what it looked at changes.

    Symptom: deadlock
    """

    def __init__(self):
        self.changed = Condition()
        self.open = False

    async def unlock(self):
        async with self.changed:
            await asyncio.sleep(0)
            self.open = True
            self.changed.notify_all()

    async def enter(self):
        while not self.open:
            async with self.changed:
                await self.changed.wait()

    workers = (unlock, enter)


class AsyncLooksBeforeItLocksMended(AsyncLooksBeforeItLocks):
    """Looks while it holds the lock."""

    async def enter(self):
        async with self.changed:
            while not self.open:
                await self.changed.wait()

    workers = (AsyncLooksBeforeItLocks.unlock, enter)


class AsyncOneWokenOfTwo:
    """The gate opens for all, and wakes one.

    Symptom: deadlock
    """

    def __init__(self):
        self.gate = Condition()
        self.open = False

    def wake(self):
        self.gate.notify()

    async def unlock(self):
        async with self.gate:
            self.open = True
            self.wake()

    async def enter(self):
        async with self.gate:
            await self.gate.wait_for(lambda: self.open)

    workers = (unlock, enter, enter)


class AsyncOneWokenOfTwoMended(AsyncOneWokenOfTwo):
    """Wakes all."""

    def wake(self):
        self.gate.notify_all()


class AsyncWrongKindWoken:
    """One condition for two states: a consumer wakes a consumer.

    Symptom: deadlock
    """

    def __init__(self):
        self.changed = Condition()
        self.items = []

    def wake(self):
        self.changed.notify()

    async def put(self):
        for item in (1, 2):
            async with self.changed:
                await self.changed.wait_for(lambda: not self.items)
                self.items.append(item)
                self.wake()

    async def take(self):
        async with self.changed:
            await self.changed.wait_for(lambda: self.items)
            self.items.pop()
            self.wake()

    workers = (put, take, take)


class AsyncWrongKindWokenMended(AsyncWrongKindWoken):
    """With one condition for two states all must be woken."""

    def wake(self):
        self.changed.notify_all()


class AsyncWrongConditionNotified:
    """Two conditions over one lock, and `take` tells the consumers.

    Symptom: deadlock
    """

    def __init__(self):
        lock = asyncio.Lock()
        self.not_empty, self.not_full = Condition(lock), Condition(lock)
        self.taken = self.not_empty
        self.items = []

    async def put(self):
        for item in (1, 2):
            async with self.not_full:
                while self.items:
                    await self.not_full.wait()
                self.items.append(item)
                self.not_empty.notify()

    async def take(self):
        for _ in range(2):
            async with self.not_empty:
                while not self.items:
                    await self.not_empty.wait()
                self.items.pop()
                self.taken.notify()

    workers = (put, take)


class AsyncWrongConditionNotifiedMended(AsyncWrongConditionNotified):
    """It tells the producer."""

    def __init__(self):
        super().__init__()
        self.taken = self.not_full


class AsyncNotifiesWithoutTheLock:
    """In asyncio too `notify` needs the lock.

    Symptom: RuntimeError
    """

    def __init__(self):
        self.changed = Condition()
        self.done = False

    async def finish(self):
        self.done = True
        self.changed.notify()

    async def await_end(self):
        async with self.changed:
            while not self.done:
                await self.changed.wait()

    workers = (finish, await_end)


class AsyncNotifiesWithoutTheLockMended(AsyncNotifiesWithoutTheLock):
    """Takes it."""

    async def finish(self):
        async with self.changed:
            await super().finish()

    workers = (finish, AsyncNotifiesWithoutTheLock.await_end)


class AsyncWaitTimeoutTakenAsSuccess:
    """The wait ended because the time did.

    Symptom: IndexError
    """

    def __init__(self):
        self.not_empty = Condition()
        self.items = []

    async def put(self):
        await asyncio.sleep(2)
        async with self.not_empty:
            self.items.append(1)
            self.not_empty.notify()

    async def wait_a_second(self):
        with suppress(TimeoutError):
            async with asyncio.timeout(1):
                await self.not_empty.wait_for(lambda: self.items)

    async def take(self):
        async with self.not_empty:
            await self.wait_a_second()
            return self.pop()

    def pop(self):
        return self.items.pop()

    workers = (put, take)


class AsyncWaitTimeoutTakenAsSuccessMended(AsyncWaitTimeoutTakenAsSuccess):
    """Takes what there is, if anything."""

    def pop(self):
        return self.items.pop() if self.items else None


class AsyncClosedInSilence:
    """`close` sets the flag and tells nobody.

    Symptom: deadlock
    """

    def __init__(self):
        self.changed = Condition()
        self.closed = False

    async def close(self):
        async with self.changed:
            self.closed = True

    async def take(self):
        async with self.changed:
            await self.changed.wait_for(lambda: self.closed)

    workers = (close, take)


class AsyncClosedInSilenceMended(AsyncClosedInSilence):
    """Tells all."""

    async def close(self):
        async with self.changed:
            self.closed = True
            self.changed.notify_all()

    workers = (close, AsyncClosedInSilence.take)


class AsyncCyclicBarrierWithoutGenerations:
    """A fast task comes round again before a slow one has left.

    Symptom: deadlock
    """

    def __init__(self):
        self.changed = Condition()
        self.waiting = self.generation = 0

    async def meet(self):
        async with self.changed:
            mine = self.generation
            self.waiting += 1
            if self.waiting == 2:
                self.waiting = 0
                self.generation += 1
                self.changed.notify_all()
            while self.not_over(mine):
                await self.changed.wait()

    def not_over(self, generation):
        return self.waiting

    async def work(self):
        await self.meet()
        await self.meet()

    workers = (work, work)


class AsyncCyclicBarrierWithoutGenerationsMended(AsyncCyclicBarrierWithoutGenerations):
    """Waits for its own round to end."""

    def not_over(self, generation):
        return generation == self.generation


class AsyncSetAndClearedAtOnce:
    """Who was not waiting at that moment waits for ever.

    Symptom: deadlock
    """

    def __init__(self):
        self.not_empty = Event()
        self.items = deque()

    async def put(self):
        self.items.append(1)
        self.not_empty.set()
        self.tidy()

    def tidy(self):
        self.not_empty.clear()

    async def take(self):
        await self.not_empty.wait()
        self.items.popleft()

    workers = (put, take)


class AsyncSetAndClearedAtOnceMended(AsyncSetAndClearedAtOnce):
    """Stays set."""

    def tidy(self):
        pass


class AsyncClearedAfterTheWork:
    """The consumer clears what the producer set while it was at work.

    Symptom: deadlock
    """

    def __init__(self):
        self.not_empty = Event()
        self.items = deque()

    async def put(self):
        for item in (1, 2):
            self.items.append(item)
            self.not_empty.set()
            await asyncio.sleep(0)

    async def take(self):
        taken = 0
        while taken < 2:
            await self.not_empty.wait()
            taken += await self.take_all()

    async def take_all(self):
        taken = await self.drain()
        self.not_empty.clear()
        return taken

    async def drain(self):
        taken = len(self.items)
        self.items.clear()
        await asyncio.sleep(0)
        return taken

    workers = (put, take)


class AsyncClearedAfterTheWorkMended(AsyncClearedAfterTheWork):
    """Clears first."""

    async def take_all(self):
        self.not_empty.clear()
        return await self.drain()


class AsyncAnnouncedBeforeItIsThere:
    """Sets the event, awaits, sets the value.

    Symptom: AssertionError
    """

    value = None

    def __init__(self):
        self.announced = Event()

    async def compute(self):
        await asyncio.sleep(0)
        return 42

    async def write(self):
        self.announced.set()
        self.value = await self.compute()

    async def read(self):
        await self.announced.wait()
        assert self.value == 42

    workers = (write, read)


class AsyncAnnouncedBeforeItIsThereMended(AsyncAnnouncedBeforeItIsThere):
    """The value, then the event."""

    async def write(self):
        self.value = await self.compute()
        self.announced.set()

    workers = (write, AsyncAnnouncedBeforeItIsThere.read)


class AsyncTwoWokenForOneItem:
    """An event wakes all, and there is one item.

    Symptom: IndexError
    """

    def __init__(self):
        self.not_empty = Event()
        self.items = []

    async def put(self):
        self.items.append(1)
        self.not_empty.set()

    async def take(self):
        await self.not_empty.wait()
        return self.pop()

    def pop(self):
        return self.items.pop()

    workers = (put, take, take)


class AsyncTwoWokenForOneItemMended(AsyncTwoWokenForOneItem):
    """Each looks for itself, and no await follows."""

    def pop(self):
        return self.items.pop() if self.items else None


class AsyncEventTimeoutTakenAsSuccess:
    """`wait_for` raised, the exception was swallowed, the result read.

    Symptom: KeyError
    """

    def __init__(self):
        self.ready = Event()
        self.results = {}

    async def compute(self):
        await asyncio.sleep(2)
        self.results["sum"] = 3
        self.ready.set()

    async def read(self):
        with suppress(TimeoutError):
            await asyncio.wait_for(self.ready.wait(), 1)
        return self.result()

    def result(self):
        return self.results["sum"]

    workers = (compute, read)


class AsyncEventTimeoutTakenAsSuccessMended(AsyncEventTimeoutTakenAsSuccess):
    """Asks whether it is there."""

    def result(self):
        return self.results.get("sum")


class AsyncEventReplaced:
    """A new event for each round, while somebody waits for the old one.

    Symptom: deadlock
    """

    def __init__(self):
        self.round = Event()

    async def play(self):
        old, self.round = self.round, Event()
        self.dismiss(old)
        self.round.set()

    def dismiss(self, old):
        pass

    async def watch(self):
        await self.round.wait()

    workers = (play, watch)


class AsyncEventReplacedMended(AsyncEventReplaced):
    """Who waits for the old one is woken too."""

    def dismiss(self, old):
        old.set()


class AsyncOnePartyTooMany:
    """It waits for three, and two come.

    Symptom: deadlock
    """

    parties = 3

    def __init__(self):
        self.meeting = Barrier(self.parties)

    async def work(self):
        async with self.meeting:
            pass

    workers = (work, work)


class AsyncOnePartyTooManyMended(AsyncOnePartyTooMany):
    """As many parties as workers."""

    parties = 2


class AsyncOneMeetingForTwoPhases:
    """A fast one writes its next value while a slow one still reads the last.

    Symptom: AssertionError
    """

    def __init__(self):
        self.values = [0, 0]
        self.meeting = Barrier(2)

    async def work(self, me):
        for phase in (1, 2):
            self.values[me] = phase
            await self.meeting.wait()
            assert self.values[1 - me] == phase
            await self.part()

    async def part(self):
        pass

    async def first(self):
        await self.work(0)

    async def second(self):
        await self.work(1)

    workers = (first, second)


class AsyncOneMeetingForTwoPhasesMended(AsyncOneMeetingForTwoPhases):
    """A second meeting, after reading."""

    async def part(self):
        await self.meeting.wait()


class AsyncFailsBeforeTheMeeting:
    """One fails on its way; the other waits for it.

    Symptom: deadlock
    """

    def __init__(self):
        self.meeting = Barrier(2)

    async def fail(self):
        try:
            int("full")
        except ValueError:
            await self.give_up()

    async def give_up(self):
        pass

    async def work(self):
        with suppress(BrokenBarrierError):
            await self.meeting.wait()

    workers = (fail, work)


class AsyncFailsBeforeTheMeetingMended(AsyncFailsBeforeTheMeeting):
    """It breaks the barrier, and the other learns of it."""

    async def give_up(self):
        await self.meeting.abort()


class AsyncResetWhileOthersWait:
    """`reset` by one who thinks that nobody has come yet.

    Symptom: BrokenBarrierError
    """

    def __init__(self):
        self.meeting = Barrier(2)

    async def lead(self):
        await self.prepare()
        await self.meeting.wait()

    async def prepare(self):
        await self.meeting.reset()

    async def follow(self):
        await self.meeting.wait()

    workers = (lead, follow)


class AsyncResetWhileOthersWaitMended(AsyncResetWhileOthersWait):
    """A new barrier needs no reset."""

    async def prepare(self):
        pass
