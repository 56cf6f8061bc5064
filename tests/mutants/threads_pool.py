"""ThreadPoolExecutor and Future: read too soon, never read, waited for in the pool."""

import concurrent.futures as cf
import contextlib
import threading
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, as_completed


class WaitsForAJobInItsOwnPool:
    """The pool's only worker waits for a job that waits for the worker.

    Symptom: deadlock
    """

    workers_in_pool = 1

    def outer(self, pool):
        return pool.submit(int, "7").result()

    def work(self):
        with ThreadPoolExecutor(self.workers_in_pool) as pool:
            assert pool.submit(self.outer, pool).result() == 7

    workers = (work,)


class WaitsForAJobInItsOwnPoolMended(WaitsForAJobInItsOwnPool):
    """One worker for each level of waiting."""

    workers_in_pool = 2


class BothFillThePool:
    """Two jobs have a worker each, and each wait for a third.

    Symptom: deadlock
    """

    def __init__(self):
        self.pool = ThreadPoolExecutor(max_workers=2)

    def outer(self):
        return self.inner()

    def inner(self):
        return self.pool.submit(lambda: 1).result()

    def work(self):
        jobs = [self.pool.submit(self.outer) for _ in range(2)]
        assert [job.result() for job in jobs] == [1, 1]
        self.pool.shutdown()

    workers = (work,)


class BothFillThePoolMended(BothFillThePool):
    """The inner step is a call."""

    def inner(self):
        return 1


class ReadWithoutAsking:
    """The result is read if it is there, and there is no other branch.

    Symptom: AssertionError
    """

    def read(self, future):
        return future.result() if future.done() else None

    def work(self):
        with ThreadPoolExecutor(1) as pool:
            future = pool.submit(pow, 2, 3)
            assert self.read(future) == 8

    workers = (work,)


class ReadWithoutAskingMended(ReadWithoutAsking):
    """`result` waits."""

    def read(self, future):
        return future.result()


class FailureNeverRead:
    """A job fails, nobody reads its future, and the sum is short.

    Symptom: AssertionError
    """

    def __init__(self):
        self.sum, self.failed = 0, []

    def add(self, text):
        self.sum += int(text)

    def work(self):
        with ThreadPoolExecutor(1) as pool:
            for future in [pool.submit(self.add, text) for text in ("1", "two")]:
                self.read(future)

    def read(self, future):
        pass

    def check(self):
        assert self.sum == 3 or self.failed

    workers = (work,)


class FailureNeverReadMended(FailureNeverRead):
    """Each future is read."""

    def read(self, future):
        try:
            future.result()
        except ValueError as error:
            self.failed.append(error)


class ResultTimeout:
    """The result is waited for, but only a second, and this was not thought of.

    Symptom: TimeoutError
    """

    def read(self, future):
        return future.result(timeout=1)

    def work(self):
        with ThreadPoolExecutor(1) as pool:
            assert self.read(pool.submit(sum, [1, 2])) in (3, None)

    workers = (work,)


class ResultTimeoutMended(ResultTimeout):
    """It was."""

    def read(self, future):
        try:
            return future.result(timeout=1)
        except TimeoutError:
            return None


class FirstTakenForAll:
    """`wait` returns when the first is done, and all are read as done.

    Symptom: AssertionError
    """

    until = FIRST_COMPLETED

    def work(self):
        with ThreadPoolExecutor(2) as pool:
            futures = [pool.submit(int), pool.submit(int)]
            cf.wait(futures, return_when=self.until)
            assert all(future.done() for future in futures)

    workers = (work,)


class FirstTakenForAllMended(FirstTakenForAll):
    """When all are."""

    until = cf.ALL_COMPLETED


class CompletionTakenForOrder:
    """`as_completed` hands out results as they come, not as they were asked for.

    Symptom: AssertionError
    """

    def gather(self, futures):
        return [future.result() for future in as_completed(futures)]

    def work(self):
        with ThreadPoolExecutor(max_workers=2) as pool:
            futures = [pool.submit(str, number) for number in (1, 2)]
            assert self.gather(futures) == ["1", "2"]

    workers = (work,)


class CompletionTakenForOrderMended(CompletionTakenForOrder):
    """In the order of asking."""

    def gather(self, futures):
        return [future.result() for future in futures]


class MappedOverSharedState:
    """`map` keeps the order of results; what the jobs change it does not guard.

    Symptom: AssertionError
    """

    def __init__(self):
        self.total = 0
        self.lock = threading.Lock()

    def add(self, number):
        self.total += number

    def work(self):
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(self.add, [1, 2]))
        assert self.total == 3

    workers = (work,)


class MappedOverSharedStateMended(MappedOverSharedState):
    """The lock does."""

    def add(self, number):
        with self.lock:
            self.total += number


class CallbacksInTwoThreads:
    """A future's callback runs in the thread that ended it.

    Symptom: AssertionError
    """

    def __init__(self):
        self.done = 0
        self.lock = threading.Lock()

    def count(self, future):
        self.done += 1

    def work(self):
        with ThreadPoolExecutor(2) as pool:
            for _ in range(2):
                pool.submit(int).add_done_callback(self.count)
        assert self.done == 2

    workers = (work,)


class CallbacksInTwoThreadsMended(CallbacksInTwoThreads):
    """So it needs the lock."""

    def count(self, future):
        with self.lock:
            self.done += 1


class LeftRunning:
    """The pool is shut down without waiting, and its work taken for done.

    Symptom: AssertionError
    """

    wait = False

    def __init__(self):
        self.written = False

    def write(self):
        self.written = True

    def work(self):
        pool = ThreadPoolExecutor(1)
        pool.submit(self.write)
        pool.shutdown(wait=self.wait)
        assert self.written

    workers = (work,)


class LeftRunningMended(LeftRunning):
    """Shut down and waited for."""

    wait = True


class SubmitAfterShutdown:
    """One closes the pool, another still has a job for it.

    Symptom: RuntimeError
    """

    def __init__(self):
        self.pool = ThreadPoolExecutor(1)
        self.closed = False
        self.lock = threading.Lock()

    def submit(self):
        if not self.closed:
            self.pool.submit(int)

    def close(self):
        self.closed = True
        self.pool.shutdown()

    workers = (submit, close)


class SubmitAfterShutdownMended(SubmitAfterShutdown):
    """Looking and submitting are one step, and so is closing."""

    def submit(self):
        with self.lock:
            super().submit()

    def close(self):
        with self.lock:
            self.closed = True
        self.pool.shutdown()

    workers = (submit, close)


class CancelledInVain:
    """`cancel` returns False for a job that has begun.

    Symptom: AssertionError
    """

    def __init__(self):
        self.sent = False

    def send(self):
        self.sent = True

    def refund(self, future):
        future.cancel()
        return True

    def work(self):
        with ThreadPoolExecutor(1) as pool:
            refunded = self.refund(pool.submit(self.send))
        assert refunded != self.sent

    workers = (work,)


class CancelledInVainMended(CancelledInVain):
    """Its answer decides."""

    def refund(self, future):
        return future.cancel()


class AnsweredTwice:
    """Two answer one future; both saw it open.

    Symptom: InvalidStateError
    """

    def __init__(self):
        self.answer = Future()
        self.lock = threading.Lock()

    def reply(self, value):
        if not self.answer.done():
            self.answer.set_result(value)

    def check(self):
        assert self.answer.result(timeout=0) in ("a", "b")

    workers = (lambda self: self.reply("a"), lambda self: self.reply("b"))


class AnsweredTwiceMended(AnsweredTwice):
    """The first one under the lock answers."""

    def reply(self, value):
        with self.lock:
            super().reply(value)


class NeverAnswered:
    """The one who promised failed, and left the promise open.

    Symptom: deadlock
    """

    def __init__(self):
        self.promise = Future()

    def keep(self):
        try:
            self.promise.set_result({}["missing"])
        except KeyError as error:
            self.tell(error)

    def tell(self, error):
        pass

    def rely(self):
        with contextlib.suppress(KeyError):
            self.promise.result()

    workers = (keep, rely)


class NeverAnsweredMended(NeverAnswered):
    """The failure is the answer."""

    def tell(self, error):
        self.promise.set_exception(error)


class SubmitsUnderTheLock:
    """It waits for a job under a lock that the job needs.

    Symptom: deadlock
    """

    def __init__(self):
        self.lock = threading.Lock()
        self.saved = 0

    def save(self):
        with self.lock:
            self.saved += 1

    def work(self):
        with ThreadPoolExecutor(1) as pool, self.lock:
            pool.submit(self.save).result()

    workers = (work,)


class SubmitsUnderTheLockMended(SubmitsUnderTheLock):
    """It submits under the lock and waits after it."""

    def work(self):
        with ThreadPoolExecutor(1) as pool:
            with self.lock:
                saving = pool.submit(self.save)
            saving.result()

    workers = (work,)


class NobodyWaitsForThePool:
    """A pool that is never shut down does its jobs, but nobody waits for them.

    Symptom: AssertionError
    """

    def __init__(self):
        self.pool = ThreadPoolExecutor(1)
        self.value = 0

    def add(self):
        self.value += 1

    def work(self):
        job = self.pool.submit(self.add)
        self.wait_for(job)
        assert self.value == 1

    def wait_for(self, job):
        pass

    workers = (work,)


class NobodyWaitsForThePoolMended(NobodyWaitsForThePool):
    """Its threads need not end either: idle ones keep nobody."""

    def wait_for(self, job):
        job.result()


class LeftForTheNextJob:
    """What a job leaves in its thread's own, the next one in that thread finds.

    Symptom: AssertionError
    """

    def __init__(self):
        self.own = threading.local()
        self.found = []

    def serve(self, user):
        self.found.append(getattr(self.own, "user", None))
        self.own.user = user
        self.leave()

    def leave(self):
        pass

    def work(self):
        with ThreadPoolExecutor(2) as pool:
            pool.submit(self.serve, "one").result()
            pool.submit(self.serve, "other").result()
        assert self.found == [None, None]

    workers = (work,)


class LeftForTheNextJobMended(LeftForTheNextJob):
    """A job cleans up."""

    def leave(self):
        del self.own.user


class OneThreadForEachJob:
    """A pool of two is thought to have started two threads for two jobs.

    Symptom: AssertionError
    """

    def __init__(self):
        self.begun = []

    def begin(self):
        self.begun.append(True)

    def work(self):
        with ThreadPoolExecutor(2, initializer=self.begin) as pool:
            list(pool.map(abs, [1, 2]))
        self.look()

    def look(self):
        assert len(self.begun) == 2

    workers = (work,)


class OneThreadForEachJobMended(OneThreadForEachJob):
    """An idle one is taken again."""

    def look(self):
        assert len(self.begun) in (1, 2)
