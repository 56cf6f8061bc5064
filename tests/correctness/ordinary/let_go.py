"""The objects of an ended task or job are deleted when CPython deletes them.

An exception holds the frames that it came through, and these hold objects.  `Broken...`
is wrong in some order, `Holds...` in none.
"""

import asyncio
import threading
import weakref
from concurrent.futures import ThreadPoolExecutor, as_completed, wait
from contextlib import suppress


class Connection:
    def __init__(self, closed):
        self.closed = closed

    def __del__(self):
        self.closed.append("closed")


class Letting:
    def __init__(self):
        self.closed = []
        self.seen = None

    def fail(self):
        raise ConnectionError(Connection(self.closed))

    def fail_within(self):
        connection = Connection(self.closed)
        raise ConnectionError(id(connection))

    def answer(self):
        return Connection(self.closed)

    async def fail_later(self):
        connection = Connection(self.closed)
        await asyncio.sleep(0)
        raise ConnectionError(id(connection))

    def check(self):
        assert self.seen == ["closed"]


class HoldsForgottenJob(Letting):
    """A job whose future is not kept."""

    def work(self):
        with ThreadPoolExecutor(1) as pool:
            pool.submit(self.fail)
        self.seen = [*self.closed]

    workers = (work,)


class HoldsAskedJob(Letting):
    """A future that is asked for its exception, and dropped."""

    def work(self):
        with ThreadPoolExecutor(1) as pool:
            job = pool.submit(self.fail_within)
            assert isinstance(job.exception(), ConnectionError)
            del job
        self.seen = [*self.closed]

    workers = (work,)


class HoldsRaisedJob(Letting):
    def work(self):
        pool = ThreadPoolExecutor(1)
        with suppress(ConnectionError):
            pool.submit(self.fail_within).result()
        pool.shutdown()
        self.seen = [*self.closed]

    workers = (work,)


class HoldsWaitedJobs(Letting):
    def work(self):
        with ThreadPoolExecutor(2) as pool:
            jobs = [pool.submit(self.fail), pool.submit(self.answer)]
            wait(jobs)
            jobs.clear()
        self.seen = [*self.closed]

    workers = (work,)

    def check(self):
        assert self.seen == ["closed", "closed"]


class BrokenKeptJob(Letting):
    """The future is kept, and the exception with it."""

    def work(self):
        with ThreadPoolExecutor(1) as pool:
            self.job = pool.submit(self.fail)
            for job in as_completed([self.job]):
                job.exception()
        self.seen = [*self.closed]

    workers = (work,)


class HoldsJobOfALoop(Letting):
    """The thread of a loop's executor keeps nothing of what it has run."""

    async def work(self):
        with suppress(ConnectionError):
            await asyncio.to_thread(self.fail_within)
        await asyncio.to_thread(int)
        await asyncio.sleep(1)

    workers = (work,)

    def check(self):
        assert self.closed == ["closed"]


class HoldsTask(Letting):
    """Once the step is over in which the task that has awaited it is woken."""

    async def work(self):
        task = asyncio.create_task(self.fail_later())
        with suppress(ConnectionError):
            await task
        del task
        await asyncio.sleep(0)
        self.seen = [*self.closed]

    workers = (work,)


class HoldsAskedTask(Letting):
    async def work(self):
        task = asyncio.create_task(self.fail_later())
        await asyncio.wait([task])
        assert task.exception() is not None
        del task
        self.seen = [*self.closed]

    workers = (work,)


class BrokenKeptTask(Letting):
    async def work(self):
        self.task = asyncio.create_task(self.fail_later())
        await asyncio.wait([self.task])
        self.task.exception()
        self.seen = [*self.closed]

    workers = (work,)


class BrokenUnseenTask(Letting):
    """It dies with its exception, which nothing has asked for: still a failure."""

    async def work(self):
        task = asyncio.create_task(self.fail_later())
        await asyncio.wait([task])
        del task
        await asyncio.sleep(0)

    workers = (work,)

    def check(self):
        pass


class HoldsWeakTask(Letting):
    """A weak reference to what the exception of a task has held."""

    async def fail_later(self):
        connection = Connection([])
        self.known = weakref.ref(connection)
        raise ConnectionError

    async def work(self):
        task = asyncio.create_task(self.fail_later())
        assert isinstance(
            (await asyncio.gather(task, return_exceptions=True))[0], ConnectionError
        )
        del task
        await asyncio.sleep(1)
        self.seen = self.known()

    workers = (work,)

    def check(self):
        assert self.seen is None


class HoldsAsyncGenerator(Letting):
    """The variables of an async generator die when it has ended."""

    async def rows(self):
        connection = Connection(self.closed)
        yield id(connection)
        yield id(connection)

    async def work(self):
        async for _ in self.rows():
            assert not self.closed
        self.seen = [*self.closed]

    workers = (work,)


class HoldsClosedAsyncGenerator(HoldsAsyncGenerator):
    async def work(self):
        rows = self.rows()
        await anext(rows)
        await rows.aclose()
        self.seen = [*self.closed]

    workers = (work,)


class HoldsThreadThatFails(Letting):
    def run(self):
        try:
            self.fail_within()
        except ConnectionError:
            self.failed = True

    def work(self):
        thread = threading.Thread(target=self.run)
        thread.start()
        thread.join()
        self.seen = [*self.closed]

    workers = (work,)
