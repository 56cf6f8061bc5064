"""Pools, threads and loops at their ends: what CPython does, in scenarios.

The first word of each class says what is true of it.
"""

import asyncio
import contextlib
import socket
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor, as_completed, wait


class PoolClosedLast:
    """Broken: the pool may be closed after all of the jobs are given to it."""

    def __init__(self):
        self.pool = ThreadPoolExecutor(1)
        self.done = 0

    def close(self):
        self.pool.shutdown()

    def work(self):
        try:
            self.pool.submit(int)
            self.pool.submit(int).result()
            self.done = 1
            self.pool.submit(int)
            self.done = 2
        except RuntimeError:
            pass

    workers = (close, work)

    def check(self):
        assert self.done != 2


class PoolClosedBetween(PoolClosedLast):
    """Broken: or between two of them."""

    def check(self):
        assert self.done != 1


class PoolDrained:
    """Broken: the pool is closed before a thread takes the job, and wait waits."""

    def __init__(self):
        self.pool = ThreadPoolExecutor(1)

    def ask(self):
        try:
            job = self.pool.submit(int)
        except RuntimeError:
            return
        self.done = len(wait([job]).done)

    def close(self):
        self.pool.shutdown(wait=False, cancel_futures=True)

    workers = (ask, close)


class PoolDrainedAsked(PoolDrained):
    """Holds: the future itself knows that it was cancelled."""

    def ask(self):
        try:
            self.done = self.pool.submit(int).exception() is None
        except (RuntimeError, asyncio.CancelledError):
            return
        except BaseException as error:
            self.done = type(error).__name__ == "CancelledError"

    workers = (ask, PoolDrained.close)


class PoolCancelledByItsOwner(PoolDrained):
    """Holds: a thread hears of a job that is cancelled while it is in the queue."""

    def ask(self):
        job = self.pool.submit(int)
        job.cancel()
        assert len(wait([job]).done) == 1

    workers = (ask,)


class CompletedInAnyOrder:
    """Broken: futures that are done already come in the order of a set."""

    def work(self):
        with ThreadPoolExecutor(1) as pool:
            futures = [pool.submit(int, n) for n in range(3)]
        self.order = [future.result() for future in as_completed(futures)]

    workers = (work,)

    def check(self):
        assert self.order == [0, 1, 2]


class CompletedInAnyOrderSorted(CompletedInAnyOrder):
    """Holds: where the order does not matter."""

    def check(self):
        assert sorted(self.order) == [0, 1, 2]


class CompletedOneByOne:
    """Holds: a pool of one thread ends its jobs one after the other."""

    def work(self):
        gate = threading.Event()
        with ThreadPoolExecutor(1) as pool:
            pool.submit(gate.wait)
            futures = [pool.submit(int, n) for n in range(2)]
            came = as_completed(futures)
            gate.set()
            self.order = sorted(future.result() for future in came)

    workers = (work,)

    def check(self):
        assert self.order == [0, 1]


class CoroutinesAsCompleted:
    """Broken: in whatever order the set has them they begin."""

    async def work(self):
        async def one(n):
            return n

        made = asyncio.as_completed([one(1), one(2)])
        self.order = [await each for each in made]

    workers = (work,)

    def check(self):
        assert self.order == [1, 2]


class StartedTwice:
    """Broken: each looks whether it was started before it starts it."""

    def __init__(self):
        self.thread = threading.Thread(target=int)
        self.refused = 0

    def ensure(self):
        try:
            self.thread.start()
        except RuntimeError as error:
            self.refused += "once" in str(error)

    workers = (ensure, ensure)

    def check(self):
        assert self.refused == 1


class StartedOnce(StartedTwice):
    """Holds: under a lock."""

    def __init__(self):
        super().__init__()
        self.lock = threading.Lock()

    def ensure(self):
        with self.lock:
            super().ensure()

    workers = (ensure, ensure)


class IdentifiersUsedAgain:
    """Broken: a table by thread identifier mixes up threads that follow each other."""

    def run(self):
        table = {}
        for n in range(2):
            thread = threading.Thread(
                target=lambda n=n: table.setdefault(threading.get_ident(), n)
            )
            thread.start()
            thread.join()
        self.kept = len(table)

    workers = (run,)

    def check(self):
        assert self.kept == 2


class LockOfAnEndedThread:
    """Holds: an RLock that a thread keeps is the next one's with its identifier."""

    def run(self):
        lock = threading.RLock()
        for _ in range(2):
            thread = threading.Thread(target=lock.acquire)
            thread.start()
            thread.join()

    workers = (run,)


class LockOfAnEndedThreadForALivingOne(LockOfAnEndedThread):
    """Broken: a thread that lived beside it has another identifier."""

    def run(self):
        lock, begun, go = threading.RLock(), threading.Event(), threading.Event()

        def other():
            begun.set()
            go.wait()
            lock.acquire()

        late = threading.Thread(target=other)
        late.start()
        begun.wait()
        first = threading.Thread(target=lock.acquire)
        first.start()
        first.join()
        go.set()
        late.join()

    workers = (run,)


class LeftGenerator:
    """Holds: a generator that is left suspended ends with its own run."""

    def __init__(self):
        self.lock = threading.Lock()
        self.n = 0
        self.left = []

    def numbers(self):
        try:
            yield 1
            yield 2
        finally:
            with self.lock:
                self.n += 100

    def work(self):
        numbers = self.numbers()
        next(numbers)
        self.left.append(numbers)
        for _ in range(2):
            with self.lock:
                self.n += 1

    workers = (work, work)

    def check(self):
        assert self.n == 4


# --- A refusal that is caught ---------------------------------------------------------


class RefusalCaught:
    """Refused: socket.socketpair."""

    def __init__(self):
        self.sent = 0

    def work(self):
        try:
            socket.socketpair()
            self.sent += 1
        except Exception:
            pass

    workers = (work, work)

    def check(self):
        assert self.sent == 0


class RefusalReturned(RefusalCaught):
    """Refused: subprocess.run."""

    def work(self):
        try:
            subprocess.run([sys.executable], check=True)
        finally:
            return  # noqa: B012 - as careless programs do

    workers = (work,)


class RefusalOfAJob(RefusalCaught):
    """Refused: socket.socket."""

    def work(self):
        with ThreadPoolExecutor(1) as pool:
            pool.submit(socket.socket)

    workers = (work,)


class RefusalOfATask:
    """Refused: subprocess.Popen."""

    async def job(self):
        subprocess.Popen([sys.executable])  # noqa: ASYNC220 - it is refused

    async def work(self):
        await asyncio.gather(self.job(), return_exceptions=True)

    workers = (work,)


class RefusalInACheck(RefusalCaught):
    """Refused: socket.create_connection."""

    def work(self):
        self.sent = 0

    workers = (work,)

    def check(self):
        with contextlib.suppress(BaseException):
            socket.create_connection(("127.0.0.1", 9))


# --- Callbacks that are ready at the end ----------------------------------------------


class LoggedAtTheEnd:
    """Holds: the callback of a task that fails as the last worker ends is called."""

    def __init__(self):
        self.logged = []

    async def job(self):
        await asyncio.sleep(0)
        raise RuntimeError("lost")

    def log(self, task):
        if not task.cancelled():
            self.logged.append(str(task.exception()))

    async def main(self):
        task = asyncio.create_task(self.job())
        task.add_done_callback(self.log)
        await asyncio.sleep(0)

    workers = (main,)


class NotLoggedAtTheEnd(LoggedAtTheEnd):
    """Broken: nothing retrieves the exception."""

    async def main(self):
        self.task = asyncio.create_task(self.job())
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    workers = (main,)


class Discarded:
    """Holds: the documented idiom, a set that a callback empties."""

    def __init__(self):
        self.background = set()

    async def job(self):
        pass

    async def main(self):
        task = asyncio.create_task(self.job())
        self.background.add(task)
        task.add_done_callback(self.background.discard)
        await asyncio.sleep(0)

    workers = (main,)

    def check(self):
        assert not self.background


class ToldByACallback(Discarded):
    """Holds: a callback of one worker's task tells another worker."""

    def __init__(self):
        self.ended = asyncio.Event()

    async def main(self):
        task = asyncio.create_task(self.job())
        task.add_done_callback(lambda _: self.ended.set())

    async def waits(self):
        await self.ended.wait()

    workers = (main, waits)

    def check(self):
        assert self.ended.is_set()


class CalledSoon:
    """Holds: what the last worker asks to be called soon is called."""

    def __init__(self):
        self.called = 0

    def count(self):
        self.called += 1

    async def main(self):
        asyncio.get_running_loop().call_soon(self.count)

    workers = (main, main)

    def check(self):
        assert self.called == 2


class CalledMuchLater(CalledSoon):
    """Broken: a timer that is not due is not waited for."""

    async def main(self):
        asyncio.get_running_loop().call_later(5, self.count)

    workers = (main,)

    def check(self):
        assert self.called == 1


class InARunner(Discarded):
    """Holds: within a plain worker's own loop as well."""

    def go(self):
        with asyncio.Runner() as runner:
            runner.run(self.main())

    workers = (go,)


class InALoopOfItsOwn(Discarded):
    """Broken: a loop that is only closed calls nothing any more."""

    def go(self):
        loop = asyncio.new_event_loop()
        loop.run_until_complete(self.main())
        loop.close()

    workers = (go,)


# --- Threads beside a loop ------------------------------------------------------------


class CancelledFromAThread:
    """Broken: the coroutine may be done before it is cancelled."""

    def __init__(self):
        self.loop = asyncio.get_running_loop()

    async def serve(self):
        await asyncio.sleep(0.01)

    async def job(self):
        return 1

    def ask(self):
        future = asyncio.run_coroutine_threadsafe(self.job(), self.loop)
        self.cancelled = future.cancel()

    workers = (serve, ask)

    def check(self):
        assert self.cancelled


class CancelledOrDone(CancelledFromAThread):
    """Holds: it is one of the two."""

    def ask(self):
        future = asyncio.run_coroutine_threadsafe(self.job(), self.loop)
        self.cancelled = future.cancel() or future.result() == 1

    workers = (CancelledFromAThread.serve, ask)


class NeverCancelled(CancelledFromAThread):
    """Broken: and the other one is possible, too."""

    def check(self):
        assert not self.cancelled


class DoneFromAThread(CancelledFromAThread):
    """Broken: it may be done when the thread asks."""

    def ask(self):
        future = asyncio.run_coroutine_threadsafe(self.job(), self.loop)
        self.cancelled = not future.done()

    workers = (CancelledFromAThread.serve, ask)


class CancelledAfterItsSuspension(CancelledFromAThread):
    """Broken: it has made its step, and is cancelled in the middle."""

    def __init__(self):
        super().__init__()
        self.steps = 0

    async def job(self):
        self.steps += 1
        await asyncio.sleep(0)
        self.steps += 1

    def check(self):
        assert self.steps != 1


class CallbackOfACancelledOne(CancelledFromAThread):
    """Holds: its callback is called once, whoever ends it."""

    def __init__(self):
        super().__init__()
        self.told = []

    def ask(self):
        future = asyncio.run_coroutine_threadsafe(self.job(), self.loop)
        future.add_done_callback(lambda future: self.told.append(future.cancelled()))
        self.cancelled = future.cancel()

    workers = (CancelledFromAThread.serve, ask)

    def check(self):
        assert self.told == [self.cancelled]
