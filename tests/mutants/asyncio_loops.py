"""Background tasks, polling, retries; signals from threads that the loop must hear."""

import asyncio
import threading
from asyncio import Event, Queue
from contextlib import suppress


class PolledTooEarly:
    """It polls until the flag is up; an await follows before the result is there.

    Symptom: AssertionError
    """

    def __init__(self):
        self.done, self.result = False, None

    async def compute(self):
        self.done = True
        await asyncio.sleep(0)
        self.result = 42

    async def use(self):
        while not self.done:  # noqa: ASYNC110
            await asyncio.sleep(0)
        assert self.result == 42

    workers = (compute, use)


class PolledTooEarlyMended(PolledTooEarly):
    """The flag goes up with the result."""

    async def compute(self):
        await asyncio.sleep(0)
        self.done, self.result = True, 42

    workers = (compute, PolledTooEarly.use)


class BackgroundTaskReportsTooEarly:
    """A task that serves a queue for ever; `join` returns before the work is done.

    Symptom: AssertionError
    """

    def __init__(self):
        self.jobs, self.done = Queue(), []

    async def serve(self):
        while True:
            await self.do(await self.jobs.get())

    async def do(self, job):
        self.jobs.task_done()
        await asyncio.sleep(0)
        self.done.append(job)

    async def work(self):
        server = asyncio.create_task(self.serve())
        for job in "ab":
            await self.jobs.put(job)
        await self.jobs.join()
        server.cancel()
        assert self.done == ["a", "b"]

    workers = (work,)


class BackgroundTaskReportsTooEarlyMended(BackgroundTaskReportsTooEarly):
    """Reported when done; the task is left to be cancelled with the loop."""

    async def do(self, job):
        await asyncio.sleep(0)
        self.done.append(job)
        self.jobs.task_done()


class SetFromAThread:
    """A thread sets an asyncio.Event directly; the sleeping loop does not hear it.

    Symptom: deadlock or RuntimeError
    """

    def __init__(self):
        self.done = Event()

    def tell(self, loop):
        self.done.set()

    async def work(self):
        loop = asyncio.get_running_loop()
        thread = threading.Thread(target=self.tell, args=(loop,))
        thread.start()
        await self.done.wait()
        thread.join()

    workers = (work,)


class SetFromAThreadMended(SetFromAThread):
    """`call_soon_threadsafe` wakes the loop."""

    def tell(self, loop):
        loop.call_soon_threadsafe(self.done.set)


class RetriesAfterItWorked:
    """Each try has a timeout, and what was cancelled may have been done already.

    Symptom: AssertionError
    """

    def __init__(self):
        self.sent = 0

    async def send(self):
        self.sent += 1
        await asyncio.sleep(1)

    async def work(self):
        for _ in range(2):
            try:
                await asyncio.wait_for(self.send(), 1)
            except TimeoutError:
                continue
            break

    def check(self):
        assert self.sent <= 1

    workers = (work,)


class RetriesAfterItWorkedMended(RetriesAfterItWorked):
    """A second try asks whether the first was sent."""

    async def send(self):
        if not self.sent:
            await super().send()


class ClosedWhileAwaiting:
    """The connection is closed by the time the request has been made up.

    Symptom: ConnectionError
    """

    def __init__(self):
        self.open = True

    async def make_up(self):
        await asyncio.sleep(0)
        return "request"

    async def send(self):
        if self.open:
            request = await self.make_up()
            self.write(request)

    def write(self, request):
        if not self.open:
            raise ConnectionError(f"closed, cannot send {request}")

    async def close(self):
        self.open = False

    workers = (send, close)


class ClosedWhileAwaitingMended(ClosedWhileAwaiting):
    """Made up first, looked at then."""

    async def send(self):
        request = await self.make_up()
        if self.open:
            self.write(request)

    workers = (send, ClosedWhileAwaiting.close)


class FirstExceptionTakenForAll:
    """`wait` returns at the first exception; the rest is taken for done.

    Symptom: AssertionError
    """

    until = asyncio.FIRST_EXCEPTION

    def __init__(self):
        self.written = False

    async def write(self):
        for _ in range(3):
            await asyncio.sleep(0)
        self.written = True

    async def fail(self):
        raise OSError("disk full")

    async def work(self):
        tasks = [asyncio.create_task(self.write()), asyncio.create_task(self.fail())]
        await asyncio.wait(tasks, return_when=self.until)
        assert isinstance(tasks[1].exception(), OSError)
        assert self.written

    workers = (work,)


class FirstExceptionTakenForAllMended(FirstExceptionTakenForAll):
    """All are waited for."""

    until = asyncio.ALL_COMPLETED


class RateLimitOverAwait:
    """Two of two tokens seen, three taken.

    Symptom: AssertionError
    """

    def __init__(self):
        self.tokens, self.most = 2, 2

    async def call(self):
        if self.tokens:
            await asyncio.sleep(0)
            self.tokens -= 1

    def check(self):
        assert self.tokens >= 0

    workers = (call, call, call)


class RateLimitOverAwaitMended(RateLimitOverAwait):
    """Taken when seen."""

    async def call(self):
        if self.tokens:
            self.tokens -= 1
            await asyncio.sleep(0)

    workers = (call, call, call)


class ConnectionPoolLendsTwice:
    """The free connection is looked up, pinged over an await, and then taken.

    Symptom: ValueError
    """

    def __init__(self):
        self.free, self.lent = ["c1"], []

    async def ping(self, connection):
        await asyncio.sleep(0)
        return connection

    async def lend(self):
        if self.free:
            connection = await self.ping(self.free[0])
            self.free.remove(connection)
            self.lent.append(connection)

    workers = (lend, lend)


class ConnectionPoolLendsTwiceMended(ConnectionPoolLendsTwice):
    """Taken out first, pinged then."""

    async def lend(self):
        with suppress(IndexError):
            self.lent.append(await self.ping(self.free.pop()))

    workers = (lend, lend)


class ReadersLockOutTheWriter:
    """A readers' count over a lock, left by the first reader for the last.

    Symptom: AssertionError or RuntimeError
    """

    def __init__(self):
        self.door = asyncio.Lock()
        self.readers = 0
        self.x = self.y = 0

    async def read(self):
        self.readers += 1
        if self.readers == 1:
            await self.door.acquire()
        assert self.x == self.y
        await asyncio.sleep(0)
        self.leave()

    def leave(self):
        self.readers -= 1
        if self.readers == 0:
            self.door.release()

    async def write(self):
        async with self.door:
            self.x = 1
            await asyncio.sleep(0)
            self.y = 1

    workers = (read, read, write)


class ReadersLockOutTheWriterMended(ReadersLockOutTheWriter):
    """The second reader waits with the first for the door."""

    def __init__(self):
        super().__init__()
        self.counting = asyncio.Lock()

    async def read(self):
        async with self.counting:
            self.readers += 1
            if self.readers == 1:
                await self.door.acquire()
        assert self.x == self.y
        await asyncio.sleep(0)
        self.leave()

    workers = (read, read, ReadersLockOutTheWriter.write)


class DeadLetter:
    """`get` was cancelled by a timeout again and again, and the consumer gave up.

    Symptom: AssertionError
    """

    def __init__(self):
        self.jobs, self.done = Queue(), []

    async def produce(self):
        await asyncio.sleep(5)
        await self.jobs.put("job")

    async def consume(self):
        for _ in self.tries():
            with suppress(TimeoutError):
                async with asyncio.timeout(1):
                    self.done.append(await self.jobs.get())
                return

    def tries(self):
        return range(2)

    def check(self):
        assert self.done == ["job"]

    workers = (produce, consume)


class DeadLetterMended(DeadLetter):
    """It has no timeout."""

    async def consume(self):
        self.done.append(await self.jobs.get())

    workers = (DeadLetter.produce, consume)


class DrainedWhileItShrinks:
    """A callback takes each task out of the set that is gone over.

    Symptom: RuntimeError
    """

    def __init__(self):
        self.tasks = set()

    async def rest(self):
        await asyncio.sleep(0)

    async def work(self):
        for _ in range(2):
            task = asyncio.create_task(self.rest())
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)
        await self.drain()

    async def drain(self):
        for task in self.tasks:
            await task

    def check(self):
        assert not self.tasks

    workers = (work,)


class DrainedWhileItShrinksMended(DrainedWhileItShrinks):
    """Waits until it is empty: each callback comes in the end."""

    async def drain(self):
        while self.tasks:
            await asyncio.wait(list(self.tasks))


class DoneBeforeTheTimer:
    """Three turns are thought to take less time than a timer.

    Symptom: AssertionError
    """

    def __init__(self):
        self.late = False

    def note(self):
        self.late = True

    async def work(self):
        self.timer = asyncio.get_running_loop().call_later(1, self.note)
        for _ in range(3):
            await asyncio.sleep(0)
        self.end()

    def end(self):
        pass

    def check(self):
        assert not self.late or not self.timer

    workers = (work,)


class DoneBeforeTheTimerMended(DoneBeforeTheTimer):
    """It looks which of them it was."""

    def end(self):
        self.timer = None if self.late else self.timer.cancel()
