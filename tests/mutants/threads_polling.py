"""Loops that ask again: flags, try-locks, timeouts, deadlines, endless daemons."""

import queue
import threading
import time
import uuid
from datetime import UTC, datetime, timedelta
from queue import Queue
from threading import Event, Lock, Thread


class FlagPolledTooEarly:
    """It polls until the flag is up, which goes up before the result is there.

    Symptom: AssertionError
    """

    def __init__(self):
        self.done, self.result = False, None

    def compute(self):
        self.done = True
        self.result = 42

    def use(self):
        while not self.done:
            time.sleep(0.01)
        assert self.result == 42

    workers = (compute, use)


class FlagPolledTooEarlyMended(FlagPolledTooEarly):
    """The result first."""

    def compute(self):
        self.result = 42
        self.done = True

    workers = (compute, FlagPolledTooEarly.use)


class SpinsForAFlagThatNobodyRaises:
    """It gives way in its loop, but waits for what the other never does.

    Symptom: deadlock or does not end
    """

    def __init__(self):
        self.turn = 0

    def first(self):
        while self.turn != 0:
            time.sleep(0)
        self.turn = self.next_turn()

    def next_turn(self):
        return 2

    def second(self):
        while self.turn != 1:
            time.sleep(0)
        self.turn = 0

    workers = (first, second)


class SpinsForAFlagThatNobodyRaisesMended(SpinsForAFlagThatNobodyRaises):
    """It hands the turn on."""

    def next_turn(self):
        return 1


class SpinLockWithoutSwap:
    """A lock of one's own: it looks, and then takes.

    Symptom: AssertionError
    """

    def __init__(self):
        self.taken, self.value = False, 0
        self.lock = Lock()

    def acquire(self):
        while self.taken:
            time.sleep(0)
        self.taken = True

    def release(self):
        self.taken = False

    def add(self):
        self.acquire()
        self.value += 1
        self.release()

    def check(self):
        assert self.value == 2

    workers = (add, add)


class SpinLockWithoutSwapMended(SpinLockWithoutSwap):
    """Asking a Lock without waiting looks and takes in one."""

    def acquire(self):
        while not self.lock.acquire(blocking=False):
            time.sleep(0)

    def release(self):
        self.lock.release()


class GivesUpAfterADeadline:
    """When the time is over it goes on as if the other had been in time.

    Symptom: AssertionError
    """

    def __init__(self):
        self.ready = False

    def prepare(self):
        self.ready = True

    def use(self):
        deadline = time.monotonic() + 1
        while not self.ready and time.monotonic() < deadline:
            time.sleep(1)
        self.go_on()

    def go_on(self):
        assert self.ready

    workers = (prepare, use)


class GivesUpAfterADeadlineMended(GivesUpAfterADeadline):
    """It looks why the loop ended."""

    def go_on(self):
        if self.ready:
            assert self.ready


class AsksAgainAfterATimeout:
    """The consumer asks again after each timeout, and ends before the last job.

    Symptom: AssertionError
    """

    def __init__(self):
        self.jobs, self.stopped, self.done = Queue(), Event(), []

    def produce(self):
        self.jobs.put("job")
        self.stopped.set()

    def consume(self):
        while not self.is_over():
            try:
                self.done.append(self.jobs.get(timeout=1))
            except queue.Empty:
                continue

    def is_over(self):
        return self.stopped.is_set()

    def check(self):
        assert self.done == ["job"]

    workers = (produce, consume)


class AsksAgainAfterATimeoutMended(AsksAgainAfterATimeout):
    """It is over when nothing is left either; the stop is read first."""

    def is_over(self):
        return self.stopped.is_set() and self.jobs.empty()


class HeartbeatAfterStop:
    """A daemon beats until it is stopped, and once more.

    Symptom: AssertionError
    """

    def __init__(self):
        self.stop, self.lock = Event(), Lock()
        self.beats, self.closed, self.late = 0, False, False

    def beat(self):
        while not self.stop.wait(1):
            if self.beats < 2:
                self.beats += 1
                self.late = self.late or self.closed

    def settle(self, thread):
        pass

    def work(self):
        thread = Thread(target=self.beat, daemon=True)
        thread.start()
        self.stop.set()
        self.settle(thread)
        self.closed = True
        thread.join()

    def check(self):
        assert not self.late

    workers = (work,)


class HeartbeatAfterStopMended(HeartbeatAfterStop):
    """Stopped, joined, and only then closed."""

    def settle(self, thread):
        thread.join()


class DaemonForgetsAJob:
    """Daemons serve a queue for ever; `join` waits for all that was reported.

    Symptom: AssertionError
    """

    def __init__(self):
        self.jobs, self.done = Queue(), []

    def serve(self):
        while True:
            self.do(self.jobs.get())

    def do(self, job):
        self.jobs.task_done()
        self.done.append(job)

    def work(self):
        Thread(target=self.serve, daemon=True).start()
        for job in "ab":
            self.jobs.put(job)
        self.jobs.join()
        assert self.done == ["a", "b"]

    workers = (work,)


class DaemonForgetsAJobMended(DaemonForgetsAJob):
    """Reported when done; the daemon that waits for more is no deadlock."""

    def do(self, job):
        self.done.append(job)
        self.jobs.task_done()


class IsAlivePolled:
    """`is_alive` is asked before the thread has been started.

    Symptom: AssertionError
    """

    def __init__(self):
        self.result = None
        self.begun = Event()
        self.thread = Thread(target=self.compute)

    def compute(self):
        self.result = 42

    def begin(self):
        self.thread.start()
        self.begun.set()

    def ready(self):
        pass

    def use(self):
        self.ready()
        while self.thread.is_alive():
            time.sleep(0.1)
        assert self.result == 42

    workers = (begin, use)


class IsAlivePolledMended(IsAlivePolled):
    """Asked once it has been started."""

    def ready(self):
        self.begun.wait()


class BacksOffAndLosesTheLock:
    """Try-lock against deadlock: it gives back the first lock, and works all the same.

    Symptom: AssertionError
    """

    def __init__(self):
        self.a, self.b = Lock(), Lock()
        self.inside = 0

    def transfer(self, first, second):
        with first:
            got = second.acquire(timeout=1)
            if got or self.goes_on():
                self.inside += 1
                assert self.inside == 1
                self.inside -= 1
            if got:
                second.release()

    def goes_on(self):
        return True

    workers = (
        lambda self: self.transfer(self.a, self.b),
        lambda self: self.transfer(self.b, self.a),
    )


class BacksOffAndLosesTheLockMended(BacksOffAndLosesTheLock):
    """Without both it does nothing."""

    def goes_on(self):
        return False


class CompareAndSwap:
    """An atomic cell by a lock, and a loop around it.

    Symptom: AssertionError
    """

    def __init__(self):
        self.value, self.lock = 0, threading.Lock()

    def swap(self, expected, new):
        with self.lock:
            if self.value != expected:
                return False
            self.value = new
            return True

    def add(self):
        self.swap(self.value, self.value + 1)

    def check(self):
        assert self.value == 2

    workers = (add, add)


class CompareAndSwapMended(CompareAndSwap):
    """Reads once, and tries until it succeeds."""

    def add(self):
        while not self.swap(value := self.value, value + 1):
            pass

    workers = (add, add)


class ExpiresWhileItIsRead:
    """A session is looked at while valid, and is used when it has expired.

    Symptom: AssertionError
    """

    def __init__(self):
        self.session = str(uuid.uuid4())
        self.expires = datetime.now(UTC) + timedelta(seconds=30)
        self.used = []

    def valid(self):
        return datetime.now(UTC) < self.expires

    def use(self):
        if self.valid():
            self.prepare()
            self.used.append(self.valid())

    def prepare(self):
        time.sleep(60)

    def check(self):
        assert self.used == [True]

    workers = (use,)


class ExpiresWhileItIsReadMended(ExpiresWhileItIsRead):
    """Nothing that takes time comes in between."""

    def prepare(self):
        pass


class GivesUpAfterFiveTimeouts:
    """It asks five times, and the other may need longer.

    Symptom: AssertionError
    """

    def __init__(self):
        self.lock, self.done = Lock(), 0

    def hold(self):
        with self.lock:
            self.done += 1

    def try_five_times(self):
        for _ in range(5):
            if self.lock.acquire(timeout=1):
                self.done += 1
                self.lock.release()
                return

    def check(self):
        assert self.done == 2

    workers = (hold, lambda self: self.try_five_times())


class GivesUpAfterFiveTimeoutsMended(GivesUpAfterFiveTimeouts):
    """It asks until it is told yes."""

    def try_five_times(self):
        while not self.lock.acquire(timeout=1):
            pass
        self.done += 1
        self.lock.release()
