"""asyncio's queues: looked at before an await, never told the end, never joined."""

import asyncio
import sys
from asyncio import LifoQueue, PriorityQueue, Queue, QueueEmpty, QueueFull
from contextlib import suppress


class AsyncNotEmptyThenGet:
    """It looks, awaits, gets: the item is gone.

    Symptom: deadlock
    """

    def __init__(self):
        self.jobs = Queue()
        self.jobs.put_nowait("job")

    async def work(self):
        if not self.jobs.empty():
            await asyncio.sleep(0)
            await self.jobs.get()

    workers = (work, work)


class AsyncNotEmptyThenGetMended(AsyncNotEmptyThenGet):
    """Nothing is awaited between looking and getting."""

    async def work(self):
        await asyncio.sleep(0)
        if not self.jobs.empty():
            await self.jobs.get()

    workers = (work, work)


class AsyncSizeThenGetNowait:
    """The size was that before the await.

    Symptom: QueueEmpty
    """

    def __init__(self):
        self.jobs = Queue()
        self.jobs.put_nowait("job")

    async def work(self):
        if self.jobs.qsize():
            await asyncio.sleep(0)
            self.take()

    def take(self):
        return self.jobs.get_nowait()

    workers = (work, work)


class AsyncSizeThenGetNowaitMended(AsyncSizeThenGetNowait):
    """Tries, and learns that it is empty."""

    def take(self):
        with suppress(QueueEmpty):
            return self.jobs.get_nowait()


class AsyncNotFullThenPutNowait:
    """There was a free place before the await.

    Symptom: QueueFull
    """

    def __init__(self):
        self.jobs = Queue(1)

    async def offer(self):
        if not self.jobs.full():
            await asyncio.sleep(0)
            self.put()

    def put(self):
        self.jobs.put_nowait("job")

    workers = (offer, offer)


class AsyncNotFullThenPutNowaitMended(AsyncNotFullThenPutNowait):
    """Tries, and learns that it is full."""

    def put(self):
        with suppress(QueueFull):
            self.jobs.put_nowait("job")


class AsyncOneSentinelForTwo:
    """The first consumer eats the end mark of the second.

    Symptom: deadlock
    """

    def __init__(self):
        self.jobs = Queue()

    async def produce(self):
        await self.jobs.put("job")
        await self.jobs.put(None)

    async def consume(self):
        while await self.jobs.get() is not None:
            pass
        await self.leave()

    async def leave(self):
        pass

    workers = (produce, consume, consume)


class AsyncOneSentinelForTwoMended(AsyncOneSentinelForTwo):
    """Puts it back for the next one."""

    async def leave(self):
        await self.jobs.put(None)


class AsyncTaskDoneForgotten:
    """`join` waits for work that nobody reports as done.

    Symptom: deadlock
    """

    def __init__(self):
        self.jobs = Queue()

    async def produce(self):
        await self.jobs.put("job")
        await self.jobs.join()

    async def consume(self):
        await self.jobs.get()
        self.report()

    def report(self):
        pass

    workers = (produce, consume)


class AsyncTaskDoneForgottenMended(AsyncTaskDoneForgotten):
    """Reports it."""

    def report(self):
        self.jobs.task_done()


class AsyncTaskDoneTwice:
    """Reported in the loop and once more in `finally`.

    Symptom: ValueError
    """

    def __init__(self):
        self.jobs = Queue()

    async def produce(self):
        await self.jobs.put("job")
        await self.jobs.join()

    async def consume(self):
        try:
            await self.jobs.get()
            self.report()
        finally:
            self.jobs.task_done()

    def report(self):
        self.jobs.task_done()

    workers = (produce, consume)


class AsyncTaskDoneTwiceMended(AsyncTaskDoneTwice):
    """Once a job."""

    def report(self):
        pass


class AsyncTaskDoneBeforeTheWork:
    """`join` returns while the job is still being done.

    Symptom: AssertionError
    """

    def __init__(self):
        self.jobs = Queue()
        self.done = []

    async def produce(self):
        await self.jobs.put("job")
        await self.jobs.join()
        assert self.done == ["job"]

    async def consume(self):
        job = await self.jobs.get()
        self.jobs.task_done()
        await asyncio.sleep(0.01)
        self.done.append(job)

    workers = (produce, consume)


class AsyncTaskDoneBeforeTheWorkMended(AsyncTaskDoneBeforeTheWork):
    """Reported when it is done."""

    async def consume(self):
        job = await self.jobs.get()
        await asyncio.sleep(0.01)
        self.done.append(job)
        self.jobs.task_done()

    workers = (AsyncTaskDoneBeforeTheWork.produce, consume)


class AsyncEachFillsTheOther:
    """Two stages put before they get, and both queues are full.

    Symptom: deadlock
    """

    maxsize = 1

    def __init__(self):
        self.there, self.back = Queue(self.maxsize), Queue(self.maxsize)

    async def exchange(self, out, into):
        await out.put(1)
        await out.put(2)
        return [await into.get() for _ in range(2)]

    async def left(self):
        await self.exchange(self.there, self.back)

    async def right(self):
        await self.exchange(self.back, self.there)

    workers = (left, right)


class AsyncEachFillsTheOtherMended(AsyncEachFillsTheOther):
    """Room for what is put before anything is taken."""

    maxsize = 2


class AsyncLastInFirstOut:
    """The consumer relies on the order of putting.

    Symptom: AssertionError
    """

    Kind = LifoQueue

    def __init__(self):
        self.jobs = self.Kind()

    async def produce(self):
        await self.jobs.put("open")
        await self.jobs.put("close")

    async def consume(self):
        assert [await self.jobs.get(), await self.jobs.get()] == ["open", "close"]

    workers = (produce, consume)


class AsyncLastInFirstOutMended(AsyncLastInFirstOut):
    """A Queue keeps it."""

    Kind = Queue


class AsyncEndOvertakesTheJobs:
    """The end mark sorts before the jobs that were put earlier.

    Symptom: AssertionError
    """

    end = 0

    def __init__(self):
        self.jobs = PriorityQueue()
        self.done = []

    async def produce(self):
        for job in (1, 2, self.end):
            await self.jobs.put(job)

    async def consume(self):
        while (job := await self.jobs.get()) != self.end:
            self.done.append(job)

    def check(self):
        assert self.done == [1, 2]

    workers = (produce, consume)


class AsyncEndOvertakesTheJobsMended(AsyncEndOvertakesTheJobs):
    """It sorts last."""

    end = 9


class AsyncTimeoutTakenAsTheEnd:
    """Nothing came for a second, so nothing will come.

    Symptom: AssertionError
    """

    patience = 1

    def __init__(self):
        self.jobs = Queue()
        self.done = []

    async def produce(self):
        await asyncio.sleep(2)
        await self.jobs.put("job")
        await self.jobs.put(None)

    async def consume(self):
        with suppress(TimeoutError):
            while job := await asyncio.wait_for(self.jobs.get(), self.patience):
                self.done.append(job)

    def check(self):
        assert self.done == ["job"]

    workers = (produce, consume)


class AsyncTimeoutTakenAsTheEndMended(AsyncTimeoutTakenAsTheEnd):
    """Only the end mark is the end."""

    patience = None


class ItemLostWithItsTask:
    """The consumer is cancelled between getting a job and doing it.

    Symptom: AssertionError
    """

    def __init__(self):
        self.jobs = Queue()
        self.jobs.put_nowait("job")
        self.done = []

    async def consume(self):
        job = await self.jobs.get()
        await self.do(job)

    async def do(self, job):
        await asyncio.sleep(1)
        self.done.append(job)

    async def work(self):
        consumer = asyncio.create_task(self.consume())
        await asyncio.sleep(0)
        consumer.cancel()
        with suppress(asyncio.CancelledError):
            await consumer
        assert self.done or self.jobs.qsize() == 1

    workers = (work,)


class ItemLostWithItsTaskMended(ItemLostWithItsTask):
    """A job that is not done goes back."""

    async def do(self, job):
        try:
            await super().do(job)
        except asyncio.CancelledError:
            self.jobs.put_nowait(job)
            raise


class JoinedBeforeItWasPut:
    """A queue that nothing was put into yet counts as done.

    Symptom: AssertionError
    """

    def __init__(self):
        self.jobs = Queue()
        self.begun = asyncio.Event()
        self.done = 0

    async def work(self):
        await self.jobs.put("job")
        self.begun.set()
        await self.jobs.get()
        self.done += 1
        self.jobs.task_done()

    async def await_all(self):
        await self.jobs.join()
        assert self.done == 1

    workers = (work, await_all)


class JoinedBeforeItWasPutMended(JoinedBeforeItWasPut):
    """Joined once there is something to wait for."""

    async def await_all(self):
        await self.begun.wait()
        await super().await_all()

    workers = (JoinedBeforeItWasPut.work, await_all)


if sys.version_info >= (3, 13):

    class AsyncPutAfterShutdown:
        """Another closes the queue while this one still puts.

        Symptom: QueueShutDown
        """

        def __init__(self):
            self.jobs = Queue()

        async def produce(self):
            await self.jobs.put("job")

        async def close(self):
            self.jobs.shutdown()

        workers = (produce, close)

    class AsyncPutAfterShutdownMended(AsyncPutAfterShutdown):
        """It is told, and stops."""

        async def produce(self):
            with suppress(asyncio.QueueShutDown):
                await self.jobs.put("job")

        workers = (produce, AsyncPutAfterShutdown.close)
