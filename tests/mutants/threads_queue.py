"""Queues: looked at and then used, never told the end, never told it is done."""

import contextlib
import queue
import sys
import threading
from queue import LifoQueue, PriorityQueue, Queue, SimpleQueue


class NotEmptyThenGet:
    """Two see the one item; the second waits for ever.

    Symptom: deadlock
    """

    def __init__(self):
        self.jobs = Queue()
        self.jobs.put("job")

    def work(self):
        if not self.jobs.empty():
            self.jobs.get()

    workers = (work, work)


class NotEmptyThenGetMended(NotEmptyThenGet):
    """Asks for one and is told when there is none."""

    def work(self):
        with contextlib.suppress(queue.Empty):
            self.jobs.get_nowait()

    workers = (work, work)


class SizeThenGetNowait:
    """The size was that of a moment ago.

    Symptom: Empty
    """

    def __init__(self):
        self.jobs = Queue()
        self.jobs.put("job")
        self.lock = threading.Lock()

    def work(self):
        if self.jobs.qsize() > 0:
            self.jobs.get_nowait()

    workers = (work, work)


class SizeThenGetNowaitMended(SizeThenGetNowait):
    """One consumer at a time looks and takes."""

    def work(self):
        with self.lock:
            if self.jobs.qsize() > 0:
                self.jobs.get_nowait()

    workers = (work, work)


class NotFullThenPutNowait:
    """Two see the one free place.

    Symptom: Full
    """

    def __init__(self):
        self.jobs = Queue(maxsize=1)
        self.refused = []

    def offer(self):
        if not self.jobs.full():
            self.jobs.put_nowait("job")

    workers = (offer, offer)


class NotFullThenPutNowaitMended(NotFullThenPutNowait):
    """Tries, and learns that it is full."""

    def offer(self):
        try:
            self.jobs.put_nowait("job")
        except queue.Full:
            self.refused.append("job")

    workers = (offer, offer)


class OneSentinelForTwo:
    """The first consumer eats the end mark of the second.

    Symptom: deadlock
    """

    def __init__(self):
        self.jobs = Queue()
        self.done = []

    def produce(self):
        self.jobs.put("job")
        self.jobs.put(None)

    def consume(self):
        while (job := self.jobs.get()) is not None:
            self.done.append(job)
        self.leave()

    def leave(self):
        pass

    workers = (produce, consume, consume)


class OneSentinelForTwoMended(OneSentinelForTwo):
    """Puts it back for the next one."""

    def leave(self):
        self.jobs.put(None)


class NoSentinelAfterAFailure:
    """The producer fails, and nobody tells the consumer.

    Symptom: deadlock
    """

    def __init__(self):
        self.jobs = SimpleQueue()

    def produce(self):
        with contextlib.suppress(ValueError):
            self.jobs.put(int("1"))
            self.jobs.put(int("two"))
            self.jobs.put(None)

    def consume(self):
        while self.jobs.get() is not None:
            pass

    workers = (produce, consume)


class NoSentinelAfterAFailureMended(NoSentinelAfterAFailure):
    """`finally` tells it."""

    def produce(self):
        try:
            self.jobs.put(int("1"))
            self.jobs.put(int("two"))
        except ValueError:
            pass
        finally:
            self.jobs.put(None)

    workers = (produce, NoSentinelAfterAFailure.consume)


class TaskDoneForgotten:
    """`join` waits for work that nobody reports as done.

    Symptom: deadlock
    """

    def __init__(self):
        self.jobs = Queue()
        self.done = []

    def produce(self):
        self.jobs.put("job")
        self.jobs.join()

    def consume(self):
        self.done.append(self.jobs.get())
        self.report()

    def report(self):
        pass

    workers = (produce, consume)


class TaskDoneForgottenMended(TaskDoneForgotten):
    """Reports it."""

    def report(self):
        self.jobs.task_done()


class TaskDoneTwice:
    """Reported in the loop and once more in `finally`.

    Symptom: ValueError
    """

    def __init__(self):
        self.jobs = Queue()

    def produce(self):
        self.jobs.put("job")
        self.jobs.join()

    def consume(self):
        try:
            self.jobs.get()
            self.report()
        finally:
            self.jobs.task_done()

    def report(self):
        self.jobs.task_done()

    workers = (produce, consume)


class TaskDoneTwiceMended(TaskDoneTwice):
    """Once a job."""

    def report(self):
        pass


class TaskDoneBeforeTheWork:
    """`join` returns while the job is still being done.

    Symptom: AssertionError
    """

    def __init__(self):
        self.jobs = Queue()
        self.done = []

    def produce(self):
        self.jobs.put("job")
        self.jobs.join()
        assert self.done == ["job"]

    def consume(self):
        job = self.jobs.get()
        self.jobs.task_done()
        self.done.append(job)

    workers = (produce, consume)


class TaskDoneBeforeTheWorkMended(TaskDoneBeforeTheWork):
    """Reported when it is done."""

    def consume(self):
        job = self.jobs.get()
        self.done.append(job)
        self.jobs.task_done()

    workers = (TaskDoneBeforeTheWork.produce, consume)


class TaskDoneSkipped:
    """`continue` goes past the report.

    Symptom: deadlock
    """

    def __init__(self):
        self.jobs = Queue()
        self.jobs.put(0)
        self.jobs.put(1)

    def consume(self):
        for _ in range(2):
            if not self.jobs.get():
                continue
            self.jobs.task_done()

    def wait(self):
        self.jobs.join()

    workers = (consume, wait)


class TaskDoneSkippedMended(TaskDoneSkipped):
    """Reported whatever it was."""

    def consume(self):
        for _ in range(2):
            self.jobs.get()
            self.jobs.task_done()

    workers = (consume, TaskDoneSkipped.wait)


class PutsIntoItsOwnFullQueue:
    """The consumer puts follow-up jobs into the queue that it alone empties.

    Symptom: deadlock
    """

    maxsize = 1

    def __init__(self):
        self.jobs = Queue(self.maxsize)
        self.found = []

    def start(self):
        self.jobs.put(2)
        self.jobs.put(2)

    def crawl(self):
        open_jobs = 2
        while open_jobs:
            job = self.jobs.get()
            open_jobs -= 1
            self.found.append(job)
            if job > 1:
                self.jobs.put(job - 1)
                open_jobs += 1

    def check(self):
        assert sorted(self.found) == [1, 1, 2, 2]

    workers = (start, crawl)


class PutsIntoItsOwnFullQueueMended(PutsIntoItsOwnFullQueue):
    """A queue without a bound."""

    maxsize = 0


class EachFillsTheOther:
    """Two stages put before they get, and both queues are full.

    Symptom: deadlock
    """

    maxsize = 1

    def __init__(self):
        self.there, self.back = Queue(self.maxsize), Queue(self.maxsize)

    def exchange(self, out, into):
        out.put(1)
        out.put(2)
        return [into.get(), into.get()]

    workers = (
        lambda self: self.exchange(self.there, self.back),
        lambda self: self.exchange(self.back, self.there),
    )


class EachFillsTheOtherMended(EachFillsTheOther):
    """Room for what is put before anything is taken."""

    maxsize = 2


class LastInFirstOut:
    """The consumer relies on the order of putting.

    Symptom: AssertionError
    """

    Kind = LifoQueue

    def __init__(self):
        self.jobs = self.Kind()

    def produce(self):
        self.jobs.put("open")
        self.jobs.put("close")

    def consume(self):
        assert [self.jobs.get(), self.jobs.get()] == ["open", "close"]

    workers = (produce, consume)


class LastInFirstOutMended(LastInFirstOut):
    """A Queue keeps it."""

    Kind = Queue


class EndOvertakesTheJobs:
    """The end mark sorts before the jobs that were put earlier.

    Symptom: AssertionError
    """

    end = (0, None)

    def __init__(self):
        self.jobs = PriorityQueue()
        self.done = []

    def produce(self):
        self.jobs.put((1, "job"))
        self.jobs.put(self.end)

    def consume(self):
        while (entry := self.jobs.get()) != self.end:
            self.done.append(entry)

    def check(self):
        assert self.done == [(1, "job")]

    workers = (produce, consume)


class EndOvertakesTheJobsMended(EndOvertakesTheJobs):
    """It sorts last."""

    end = (9, None)


class EqualPriorities:
    """Two jobs of one priority in the queue at a time: the jobs are compared.

    Symptom: TypeError
    """

    def __init__(self):
        self.jobs = PriorityQueue()

    def entry(self, job):
        return 1, job

    def produce(self):
        self.jobs.put(self.entry({"id": 1}))
        self.jobs.put(self.entry({"id": 2}))

    def consume(self):
        self.jobs.get()
        self.jobs.get()

    workers = (produce, consume)


class EqualPrioritiesMended(EqualPriorities):
    """A number that no two jobs share decides before the job is looked at."""

    def entry(self, job):
        return 1, job["id"], job


class TimeoutTakenAsTheEnd:
    """Nothing came for a second, so nothing will come.

    Symptom: AssertionError
    """

    def __init__(self):
        self.jobs = SimpleQueue()
        self.done = []

    def produce(self):
        self.jobs.put("job")
        self.jobs.put(None)

    def consume(self):
        try:
            while (job := self.next_job()) is not None:
                self.done.append(job)
        except queue.Empty:
            return

    def next_job(self):
        return self.jobs.get(timeout=1)

    def check(self):
        assert self.done == ["job"]

    workers = (produce, consume)


class TimeoutTakenAsTheEndMended(TimeoutTakenAsTheEnd):
    """Only the end mark is the end."""

    def next_job(self):
        return self.jobs.get()


class SimpleQueueEmptyThenGet:
    """`empty` of a SimpleQueue promises nothing either.

    Symptom: deadlock
    """

    def __init__(self):
        self.jobs = SimpleQueue()
        for job in ("one", "two"):
            self.jobs.put(job)

    def drain(self):
        while not self.jobs.empty():
            self.jobs.get()

    workers = (drain, drain)


class SimpleQueueEmptyThenGetMended(SimpleQueueEmptyThenGet):
    """Takes until it is told that there is none."""

    def drain(self):
        try:
            while True:
                self.jobs.get(block=False)
        except queue.Empty:
            pass

    workers = (drain, drain)


class PeeksAtTheInside:
    """It looks at the head and then takes what is the head by then.

    Symptom: AssertionError
    """

    def __init__(self):
        self.jobs = Queue()
        self.jobs.put("mine")
        self.jobs.put("yours")

    def take_mine(self):
        if self.jobs.queue[0] == "mine":
            assert self.jobs.get() == "mine"

    def take(self):
        self.jobs.get()

    workers = (take_mine, take)


class PeeksAtTheInsideMended(PeeksAtTheInside):
    """It looks at what it has taken."""

    def take_mine(self):
        job = self.jobs.get()
        if job != "mine":
            self.jobs.put(job)

    workers = (take_mine, PeeksAtTheInside.take)


class PeekedThenGet:
    """The list behind the queue is that of a moment ago.

    Symptom: Empty
    """

    def __init__(self):
        self.jobs = Queue()
        self.jobs.put("job")

    def work(self):
        if self.jobs.queue:
            self.jobs.get_nowait()

    workers = (work, work)


class PeekedThenGetMended(PeekedThenGet):
    """Looks and takes under the queue's own mutex."""

    def work(self):
        with self.jobs.mutex:
            if self.jobs.queue:
                self.jobs.queue.popleft()

    workers = (work, work)


class ClearedBesideTheMutex:
    """A consumer has seen that there is one, and then there is none.

    Symptom: IndexError
    """

    def __init__(self):
        self.jobs = Queue()
        self.jobs.put("job")

    def clear(self):
        self.jobs.queue.clear()

    def work(self):
        with contextlib.suppress(queue.Empty):
            self.jobs.get_nowait()

    workers = (work, clear)


class ClearedBesideTheMutexMended(ClearedBesideTheMutex):
    """Clears under the mutex, as `get` takes."""

    def clear(self):
        with self.jobs.mutex:
            self.jobs.queue.clear()

    workers = (ClearedBesideTheMutex.work, clear)


class CountsWhatIsUnfinished:
    """The last who is done sees what the one before has not told yet.

    Symptom: AssertionError
    """

    def __init__(self):
        self.jobs = Queue()
        self.jobs.put("one")
        self.jobs.put("two")
        self.finished = 0

    def work(self):
        self.jobs.get()
        if self.jobs.unfinished_tasks == 1:
            self.finished += 1
        self.jobs.task_done()

    def check(self):
        assert self.finished == 1

    workers = (work, work)


class CountsWhatIsUnfinishedMended(CountsWhatIsUnfinished):
    """Counts, and looks, under the mutex."""

    def work(self):
        self.jobs.get()
        with self.jobs.all_tasks_done:
            self.jobs.unfinished_tasks -= 1
            if self.jobs.unfinished_tasks == 0:
                self.finished += 1

    workers = (work, work)


if sys.version_info >= (3, 13):

    class PutAfterShutdown:
        """Another closes the queue while this one still puts.

        Symptom: ShutDown
        """

        def __init__(self):
            self.jobs = Queue()

        def produce(self):
            self.jobs.put("job")

        def close(self):
            self.jobs.shutdown()

        workers = (produce, close)

    class PutAfterShutdownMended(PutAfterShutdown):
        """It is told, and stops."""

        def produce(self):
            with contextlib.suppress(queue.ShutDown):
                self.jobs.put("job")

        workers = (produce, PutAfterShutdown.close)

    class ShutDownAtOnce:
        """An immediate shutdown throws away what is still in the queue.

        Symptom: AssertionError
        """

        immediate = True

        def __init__(self):
            self.jobs = Queue()
            self.done = []

        def produce(self):
            self.jobs.put("job")
            self.jobs.shutdown(immediate=self.immediate)

        def consume(self):
            with contextlib.suppress(queue.ShutDown):
                while True:
                    self.done.append(self.jobs.get())

        def check(self):
            assert self.done == ["job"]

        workers = (produce, consume)

    class ShutDownAtOnceMended(ShutDownAtOnce):
        """The rest is handed out first."""

        immediate = False
