"""Small scenarios for the tests of the explorer itself."""

import asyncio
import contextlib
import queue
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor


class Counter:
    """Two workers lose an update."""

    def __init__(self):
        self.value = 0

    def increment(self):
        self.value += 1

    def check(self):
        assert self.value == 2

    workers = (increment, increment)


class Locked(Counter):
    """With a lock they do not."""

    def __init__(self):
        super().__init__()
        self.lock = threading.Lock()

    def increment(self):
        with self.lock:
            self.value += 1

    workers = (increment, increment)


class Crossed:
    """Two locks, taken in opposite orders."""

    def __init__(self):
        self.left = threading.Lock()
        self.right = threading.Lock()

    def leftward(self):
        with self.right, self.left:
            pass

    def rightward(self):
        with self.left, self.right:
            pass

    workers = (leftward, rightward)


class Torn:
    """A task reads, lets another go on, and writes."""

    def __init__(self):
        self.value = 0

    async def increment(self):
        seen = self.value
        await asyncio.sleep(0)
        self.value = seen + 1

    def check(self):
        assert self.value == 2

    workers = (increment, increment)


class Overtaken:
    """Only a ready task that overtakes an older one sees the list empty."""

    def __init__(self):
        self.items = []

    async def main(self):
        async with asyncio.TaskGroup() as group:
            group.create_task(self.put())
            group.create_task(self.take())

    async def put(self):
        self.items.append(1)

    async def take(self):
        self.items.pop()

    workers = (main,)


class Large:
    """Too much for a small limit."""

    def __init__(self):
        self.value = 0

    def add(self):
        for _ in range(6):
            self.value += 1

    workers = (add, add, add)


class Two:
    """Two threads with two steps each, to be exhausted at once."""

    def __init__(self):
        self.log = []

    def work(self):
        self.log.append("begin")
        self.log.append("end")

    workers = (work, work)


class Three(Two):
    """Three threads with three steps each under a lock."""

    def __init__(self):
        super().__init__()
        self.lock = threading.Lock()

    def work(self):
        for _ in range(3):
            with self.lock:
                self.log.append("step")

    workers = (work, work, work)


class Late:
    """A timeout that may come before the one that is waited for."""

    def __init__(self):
        self.ready = threading.Event()
        self.seen = None

    def tell(self):
        time.sleep(1)
        self.ready.set()

    def wait(self):
        self.seen = self.ready.wait(1)

    workers = (tell, wait)


class Counts:
    """Asks how many threads there are, while another starts one."""

    def __init__(self):
        self.seen = None

    def nothing(self):
        pass

    def start(self):
        threading.Thread(target=self.nothing, daemon=True).start()

    def count(self):
        self.seen = threading.active_count()

    workers = (start, count)


class CountsTasks:
    """Asks how many tasks there are, while another makes one."""

    def __init__(self):
        self.seen = None

    async def nothing(self):
        pass

    async def start(self):
        await asyncio.create_task(self.nothing())

    async def count(self):
        self.seen = len(asyncio.all_tasks())

    workers = (start, count)


class Connected:
    """Uses what is not modelled."""

    def connect(self):
        socket.create_connection(("127.0.0.1", 1))

    workers = (connect,)


class Polls:
    """Looks again and again: there is an end because others come first at times."""

    def __init__(self):
        self.ready = False

    def tell(self):
        self.ready = True

    def poll(self):
        while not self.ready:
            time.sleep(0.1)

    workers = (tell, poll)


class Spins:
    """Never ends, and looks at nothing that another could change."""

    def spin(self):
        while True:
            pass

    workers = (spin,)


class StartedCrossed(Crossed):
    """The same two locks, in threads that the program starts itself."""

    def main(self):
        threads = [
            threading.Thread(target=self.leftward),
            threading.Thread(target=self.rightward),
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    workers = (main,)


class HeldWhileWaiting:
    """Whoever waits holds the lock without which nobody can wake it."""

    def __init__(self):
        self.lock = threading.Lock()
        self.ready = threading.Event()

    def wait(self):
        with self.lock:
            self.ready.wait()

    def wake(self):
        with self.lock:
            self.ready.set()

    workers = (wait, wake)


class SpawnsAndLooks:
    """A thread starts another, and takes it that this one has not begun."""

    def __init__(self):
        self.begun = False

    def begin(self):
        self.begun = True

    def start(self):
        threading.Thread(target=self.begin).start()
        assert not self.begun

    workers = (start,)


class EachStartsOne(Counter):
    """Two workers, each with a thread of its own that loses an update."""

    def start(self):
        thread = threading.Thread(target=self.increment)
        thread.start()
        thread.join()

    workers = (start, start)


class BetweenTwoWrites:
    """One writes two halves, the other reads them in between."""

    def __init__(self):
        self.left = self.right = 0

    def write(self):
        self.left = 1
        self.right = 1

    def read(self):
        assert self.left == self.right

    workers = (write, read)


class SeenTwice:
    """Wrong only for one who comes in between twice."""

    def __init__(self):
        self.is_open = False

    def toggle(self):
        self.is_open = True
        self.is_open = False

    def look(self):
        before = self.is_open
        assert not (before and not self.is_open)

    workers = (look, toggle)


class TasksCrossed:
    """Two locks of asyncio, taken in opposite orders."""

    def __init__(self):
        self.left = asyncio.Lock()
        self.right = asyncio.Condition()

    async def leftward(self):
        async with self.right:
            await asyncio.sleep(0)
            async with self.left:
                pass

    async def rightward(self):
        async with self.left:
            await asyncio.sleep(0)
            async with self.right:
                pass

    workers = (leftward, rightward)


PERMIT = asyncio.Semaphore(1)


class TasksStuck:
    """One waits at an empty queue, with the permit that another needs."""

    def __init__(self):
        self.queue = asyncio.Queue()

    async def take(self):
        async with PERMIT:
            await self.queue.get()

    async def give(self):
        async with PERMIT:
            await self.queue.put(1)

    workers = (take, give)


class Unemployed:
    """Has no workers."""


def count():
    """Starts its threads itself."""
    counter = Counter()
    threads = [threading.Thread(target=counter.increment) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return counter.value


async def count_in_tasks():
    """Starts its tasks itself."""
    torn = Torn()
    await asyncio.gather(torn.increment(), torn.increment())
    return torn.value


def count_to(limit):
    """Cannot be explored as it is."""
    return list(range(limit))


class ReleasedByAnother:
    """A lock that somebody else releases as well: who takes it when is all."""

    def __init__(self):
        self.value = 0
        self.lock = threading.Lock()

    def take(self):
        self.lock.acquire()

    def add_and_take(self):
        with self.lock:
            self.value = 5
        self.value += 1
        self.lock.acquire()

    def release_twice(self):
        with self.lock:
            self.value = 5
        self.lock.release()

    workers = (take, add_and_take, release_twice)


class Enclosed:
    """A variable of the function around it, which only a closure can reach."""

    def __init__(self):
        self.increment, self.read = enclosed()

    def work(self):
        self.increment()

    def check(self):
        assert self.read() == 2

    workers = (work, work)


def enclosed():
    """A counter without an object."""
    value = 0

    def increment():
        nonlocal value
        value += 1

    return increment, lambda: value


class CountedOut(Counter):
    """Whoever finds itself alone is the last, if the other has not ended meanwhile."""

    def leave(self):
        names = [thread.name for thread in threading.enumerate()]
        self.value += sum(name.startswith("leaves") for name in names) == 1

    def work(self):
        threads = [
            threading.Thread(target=self.leave, name=f"leaves {n}") for n in range(2)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def check(self):
        assert self.value == 1

    workers = (work,)


class ClosesThePool:
    """It cancels the jobs that no thread has begun yet: each, or none, or the last."""

    def __init__(self):
        self.pool = ThreadPoolExecutor(1)
        self.done = []

    def submit(self):
        for number in range(2):
            with contextlib.suppress(RuntimeError):
                self.pool.submit(self.done.append, number)

    def close(self):
        self.pool.shutdown(cancel_futures=True)

    workers = (submit, close)


class LeavesADaemon(Counter):
    """Its daemons are at any of their steps when the worker has ended."""

    def count_twice(self):
        self.value += 1
        self.value += 1

    def work(self):
        for _ in range(2):
            threading.Thread(target=self.count_twice, daemon=True).start()

    workers = (work,)

    def check(self):
        """Any number is right."""


class ServesUntilTheCheck(Counter):
    """A thread of its own serves the workers until the check ends it."""

    def __init__(self):
        super().__init__()
        self.jobs = queue.Queue()
        self.server = threading.Thread(target=self.serve)
        self.server.start()

    def serve(self):
        while self.jobs.get():
            self.value += 1

    def work(self):
        self.jobs.put(True)

    workers = (work, work)

    def end(self):
        self.jobs.put(False)

    def check(self):
        self.end()
        self.server.join()
        assert self.value == 2


class TasksAreServedUntilTheCheck(ServesUntilTheCheck):
    """Its workers are tasks."""

    async def work(self):
        super().work()

    workers = (work, work)


class ServesUntilTheAsyncCheck(TasksAreServedUntilTheCheck):
    """Its check is a coroutine."""

    async def check(self):
        self.end()
        await asyncio.to_thread(self.server.join)
        assert self.value == 2


class ServesForEver(ServesUntilTheCheck):
    """Nobody ends the thread, which is no daemon."""

    def check(self):
        assert self.value == 2


class LeavesCallbacks(LeavesADaemon):
    """Its callbacks are due; a task is left that calls another, or does not."""

    def count(self, *_):
        self.value += 1

    async def leave(self):
        self.value += 10
        asyncio.get_running_loop().call_soon(self.count)

    async def work(self):
        task = asyncio.create_task(self.leave())
        task.add_done_callback(self.count)
        await asyncio.sleep(0)

    workers = (work,)


class WaitsWhereItRaced:
    """Where `late` has been, `first` waits, and does not come to what it races for."""

    def __init__(self):
        self.x = 0
        self.log = {}
        self.semaphore = asyncio.Semaphore(1)

    async def first(self):
        async with self.semaphore:
            pass
        self.log["first"] = 1

    async def late(self):
        await self.semaphore.acquire()
        self.x = 1

    async def last(self):
        self.log["last"] = await asyncio.gather(self.child(), self.child())

    async def child(self):
        self.x += 1
        return self.x

    workers = (first, late, last)


class SleepsOnItsWay:
    """Nobody polls: `sleeper` may be done before the task that `maker` made begins."""

    def __init__(self):
        self.begun = False

    async def child(self):
        self.begun = True

    async def maker(self):
        self.task = asyncio.create_task(self.child())
        await asyncio.sleep(0)

    async def sleeper(self):
        for seconds in (1, 2, 1):
            await asyncio.sleep(seconds)

    workers = (maker, sleeper)


class HandsOverInSilence:
    """What a thread gives a loop without a word waits for the next thing it hears."""

    def __init__(self):
        self.loop = asyncio.get_running_loop()
        self.x = self.y = 0
        self.items = []

    def helper(self):
        self.y = self.x + 1

    def thread(self):
        self.seen = len(self.items)
        self.loop.call_soon(self.helper)
        self.y = self.x

    async def task(self):
        self.items.append(0)
        self.x = 1

    workers = (thread, task)


class GivesUp:
    """It looks five times, as it says; the other may be slower than that."""

    def __init__(self):
        self.ready = False

    def wait(self):
        tries = 0
        while not self.ready:
            tries += 1
            if tries == 5:
                self.end = "gave up"
                return
            time.sleep(1)
        self.end = f"found at {tries}"

    def make_ready(self):
        self.ready = True

    workers = (wait, make_ready)


class GivesUpLate(GivesUp):
    """The same by the clock, in asyncio."""

    async def wait(self):
        loop = asyncio.get_running_loop()
        began = loop.time()
        while not self.ready:
            if loop.time() >= began + 4:
                self.end = "gave up"
                return
            await asyncio.sleep(1)
        self.end = f"found at {int(loop.time() - began)}"

    async def make_ready(self):
        self.ready = True

    workers = (wait, make_ready)


class WorksToItsEnd:
    """Each turn does something: `look` may come after all of them, or before."""

    def __init__(self):
        self.items = [1, 2, 3, 4, 5]
        self.queue = queue.SimpleQueue()
        for item in self.items:
            self.queue.put(item)

    def work(self):
        while not self.queue.empty():
            self.queue.get()
            time.sleep(1)

    def look(self):
        self.seen = self.queue.qsize()

    workers = (work, look)


class WorksToItsEndInTasks(WorksToItsEnd):
    async def work(self):
        while self.items:
            self.items.pop()
            await asyncio.sleep(0)

    async def look(self):
        self.seen = len(self.items)

    def check(self):
        self.queue = None

    workers = (work, look)


class TwoPoll:
    """Both look, turn by turn, and nobody is the only one that does."""

    def __init__(self):
        self.ready = False

    def wait(self):
        while not self.ready:
            time.sleep(1)

    def make_ready(self):
        self.ready = True

    workers = (wait, wait, make_ready)


class TwoPollInTasks(TwoPoll):
    async def wait(self):
        while not self.ready:  # noqa: ASYNC110
            await asyncio.sleep(0)

    async def make_ready(self):
        self.ready = True

    workers = (wait, wait, make_ready)


class NobodyIsReady(TwoPoll):
    workers = (TwoPoll.wait, TwoPoll.wait)


class NobodyIsReadyInTasks(TwoPollInTasks):
    workers = (TwoPollInTasks.wait, TwoPollInTasks.wait)


class CountsItsLooks(TwoPoll):
    """As long as it counts, nobody can tell that it will not end by itself."""

    looks = 0

    def wait(self):
        while not self.ready:
            self.looks += 1
            time.sleep(1)

    workers = (wait, TwoPoll.make_ready)


class CalledInOrder:
    """Who has ended first is told of first."""

    def __init__(self):
        self.ended = 0
        self.told = []

    async def child(self):
        self.ended += 1
        return self.ended

    async def work(self):
        for task in asyncio.as_completed([self.child(), self.child()]):
            self.told.append(await task)

    workers = (work,)


class FiresWhileTheRestEnds:
    """A task is cancelled in the end, and what was to be called is called, or not."""

    def __init__(self):
        self.loop = asyncio.get_running_loop()
        self.begun = self.called = False

    def call(self):
        self.called = True

    async def child(self):
        self.begun = True

    def thread(self):
        asyncio.run_coroutine_threadsafe(self.child(), self.loop)

    async def task(self):
        self.loop.call_later(1, self.call)

    workers = (thread, task)


class BothFail:
    """Neither touches what the other does."""

    def one(self):
        raise KeyError

    def other(self):
        raise ValueError

    def slow(self):
        threading.Event().wait(1)

    workers = (one, other, slow)


class FailsAndIsAwaited:
    """A task fails, and another looks for ever for what it would have done."""

    def __init__(self):
        self.done = False

    async def work(self):
        raise KeyError

    async def poll(self):
        while not self.done:  # noqa: ASYNC110
            await asyncio.sleep(1)

    workers = (work, poll)


class FailsAndIsWaitedFor(FailsAndIsAwaited):
    """The same in threads."""

    def work(self):
        raise KeyError

    def poll(self):
        while not self.done:
            time.sleep(1)

    workers = (work, poll)


class LeavesATaskBehind:
    """The main coroutine makes a task, and ends before it."""

    def __init__(self):
        self.log = []

    async def work(self):
        try:
            for turn in range(3):
                self.log.append(turn)
                await asyncio.sleep(0)
        except asyncio.CancelledError:
            self.log.append("cancelled")
            raise

    async def main(self):
        self.task = asyncio.create_task(self.work())

    def start(self):
        asyncio.run(self.main())

    workers = (start,)


class AwaitsWhatItCancelled:
    """The task that it cancels takes it along, and the rest is never done."""

    def __init__(self):
        self.done = False

    async def stop(self):
        task = asyncio.create_task(asyncio.sleep(1))
        task.cancel()
        await task
        self.done = True

    workers = (stop,)


class CancelledByAnother:
    """Ends because somebody asked for it."""

    def __init__(self):
        self.task = None

    async def serve(self):
        self.task = asyncio.current_task()
        await asyncio.sleep(1)

    async def stop(self):
        if self.task:
            self.task.cancel()

    workers = (serve, stop)


class TriesUntilInTime:
    """Each try may run out of time, and then there is another."""

    seconds = 1

    def __init__(self):
        self.answer = None

    async def ask(self):
        while self.answer is None:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(2):
                    await asyncio.sleep(self.seconds)
                    self.answer = 42

    workers = (ask,)


class NeverInTime(TriesUntilInTime):
    """Each try gets less time than it takes."""

    seconds = 3


class GetsUntilThereIsOne:
    """Waits for an item for a while, and again."""

    def __init__(self):
        self.items, self.got = asyncio.Queue(), None

    async def put(self):
        await self.items.put("item")

    async def get(self):
        while self.got is None:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(1):
                    self.got = await self.items.get()

    workers = (put, get)


class NotifiesWithoutTheLock:
    """Its only step is the one that fails."""

    def __init__(self):
        self.changed = threading.Condition()

    def tell(self):
        self.changed.notify()

    workers = (tell,)


TOTAL = 0


class CountsInAModule:
    """A lost update of a module's variable, by tasks."""

    async def add(self):
        global TOTAL
        seen = TOTAL
        await asyncio.sleep(0)
        TOTAL = seen + 1

    def check(self):
        assert TOTAL == 2

    workers = (add, add)


class BlocksItsLoop:
    """A task waits for a thread's lock, and the loop with it, and so the other."""

    def __init__(self):
        self.mutex = threading.Lock()

    async def work(self):
        with self.mutex:
            await asyncio.sleep(0)

    workers = (work, work)


class CancelledHalfway:
    """Nobody shares anything; what matters is where the task is cancelled."""

    def __init__(self):
        self.left, self.right = 5, 0

    async def move(self):
        self.left -= 1
        await asyncio.sleep(0)
        self.right += 1

    async def hurry(self):
        task = asyncio.create_task(self.move())
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])

    def check(self):
        assert self.left + self.right == 5

    workers = (hurry,)
