"""Thread and Timer: started twice, not joined, not yet there, cancelled too late."""

import threading
import time
from threading import Thread, Timer


class ReadBeforeJoin:
    """The result is read while the thread may still be at work.

    Symptom: AssertionError
    """

    def __init__(self):
        self.result = None

    def compute(self):
        self.result = 42

    def wait_for(self, thread):
        pass

    def work(self):
        thread = Thread(target=self.compute)
        thread.start()
        self.wait_for(thread)
        assert self.result == 42
        thread.join()

    workers = (work,)


class ReadBeforeJoinMended(ReadBeforeJoin):
    """Joined first."""

    def wait_for(self, thread):
        thread.join()


class JoinTimeoutTakenAsEnd:
    """`join` came back because its time was up.

    Symptom: AssertionError
    """

    def __init__(self):
        self.written = []

    def write(self):
        self.written.append("a")
        self.written.append("b")

    def work(self):
        thread = Thread(target=self.write, daemon=True)
        thread.start()
        thread.join(timeout=10)
        if self.ended(thread):
            assert self.written == ["a", "b"]
        thread.join()

    def ended(self, thread):
        return True

    workers = (work,)


class JoinTimeoutTakenAsEndMended(JoinTimeoutTakenAsEnd):
    """Only `is_alive` tells."""

    def ended(self, thread):
        return not thread.is_alive()


class StartedTwice:
    """Both see that it does not run, both start it.

    Symptom: RuntimeError or AttributeError
    """

    def __init__(self):
        self.thread = Thread(target=lambda: None, name="background")
        self.lock = threading.Lock()

    def ensure_started(self):
        if self.thread.ident is None:
            self.thread.start()

    workers = (ensure_started, ensure_started)


class StartedTwiceMended(StartedTwice):
    """Looking and starting are one step."""

    def ensure_started(self):
        with self.lock:
            if self.thread.ident is None:
                self.thread.start()

    workers = (ensure_started, ensure_started)


class Download(Thread):
    """A thread that starts itself before it has been told what to do."""

    def __init__(self):
        super().__init__()
        self.start()
        self.url = "http://localhost"

    def run(self):
        self.seen = getattr(self, "url", None)


class PatientDownload(Thread):
    """A thread that is whole when it starts."""

    def __init__(self):
        super().__init__(name="download")
        self.url = "http://localhost"
        self.start()

    def run(self):
        self.seen = getattr(self, "url", None)


class StartsInItsConstructor:
    """`run` comes before the rest of `__init__`.

    Symptom: AssertionError
    """

    Download = Download

    def work(self):
        download = self.Download()
        download.join()
        assert download.seen == "http://localhost"

    workers = (work,)


class StartsInItsConstructorMended(StartsInItsConstructor):
    """The start comes last."""

    Download = PatientDownload


class LoopVariableShared:
    """Threads started in a loop read its variable when they get to it.

    Symptom: AssertionError
    """

    def __init__(self):
        self.seen = []

    def target(self):
        threads = []
        for number in range(2):
            threads.append(Thread(target=lambda: self.seen.append(number)))  # noqa: B023
            threads[-1].start()
        return threads

    def work(self):
        for thread in self.target():
            thread.join()
        assert sorted(self.seen) == [0, 1]

    workers = (work,)


class LoopVariableSharedMended(LoopVariableShared):
    """The value is an argument, bound when the thread is made."""

    def target(self):
        threads = [Thread(target=self.seen.append, args=(n,)) for n in range(2)]
        for thread in threads:
            thread.start()
        return threads


class ChildrenLoseUpdates:
    """The worker's own threads share a variable of the worker.

    Symptom: AssertionError
    """

    def add_with(self, lock):
        def add():
            nonlocal total
            total += 1

        def add_locked():
            with lock:
                add()

        total = 0
        children = [Thread(target=add_locked if lock else add) for _ in range(2)]
        for child in children:
            child.start()
        for child in children:
            child.join()
        return total

    def work(self):
        assert self.add_with(None) == 2

    workers = (work,)


class ChildrenLoseUpdatesMended(ChildrenLoseUpdates):
    """They share a lock as well."""

    def work(self):
        assert self.add_with(threading.Lock()) == 2

    workers = (work,)


class JoinsWhileItHoldsTheLock:
    """It waits for a thread that waits for its lock.

    Symptom: deadlock
    """

    def __init__(self):
        self.lock = threading.Lock()
        self.flushed = False

    def flush(self):
        with self.lock:
            self.flushed = True

    def close(self):
        flusher = Thread(target=self.flush)
        flusher.start()
        with self.lock:
            flusher.join()

    workers = (close,)


class JoinsWhileItHoldsTheLockMended(JoinsWhileItHoldsTheLock):
    """It lets go before it waits."""

    def close(self):
        flusher = Thread(target=self.flush)
        flusher.start()
        with self.lock:
            pass
        flusher.join()

    workers = (close,)


class GivenToOneWhoIsLeaving:
    """The helper looked for jobs, found none, and is about to end.

    Symptom: AssertionError
    """

    def __init__(self):
        self.lock = threading.Lock()
        self.jobs, self.done = [], []
        self.running = True

    def assist(self):
        while self.jobs:
            self.done.append(self.jobs.pop())
        self.running = False

    def submit(self):
        if self.running:
            self.jobs.append("job")
        else:
            self.done.append("job")

    def check(self):
        assert self.done == ["job"]

    workers = (assist, submit)


class GivenToOneWhoIsLeavingMended(GivenToOneWhoIsLeaving):
    """Looking for jobs and leaving are one step, and so is asking and giving."""

    def assist(self):
        with self.lock:
            GivenToOneWhoIsLeaving.assist(self)

    def submit(self):
        with self.lock:
            GivenToOneWhoIsLeaving.submit(self)

    workers = (assist, submit)


class SleepsInsteadOfWaiting:
    """A second will be enough for the other to be ready.

    Symptom: AssertionError
    """

    def __init__(self):
        self.ready = False
        self.told = threading.Event()

    def prepare(self):
        self.ready = True
        self.told.set()

    def use(self):
        time.sleep(1)
        assert self.ready

    workers = (prepare, use)


class SleepsInsteadOfWaitingMended(SleepsInsteadOfWaiting):
    """Waits until it is told."""

    def use(self):
        self.told.wait()
        assert self.ready

    workers = (SleepsInsteadOfWaiting.prepare, use)


class TimerAgainstCancel:
    """`cancel` does not stop a timer that has begun.

    Symptom: AssertionError
    """

    def __init__(self):
        self.lock = threading.Lock()
        self.answered = self.timed_out = False

    def time_out(self):
        if not self.answered:
            self.timed_out = True

    def answer(self):
        self.answered = True

    def work(self):
        timer = Timer(0.01, self.time_out)
        timer.start()
        self.answer()
        timer.cancel()
        timer.join()
        assert self.answered != self.timed_out

    workers = (work,)


class TimerAgainstCancelMended(TimerAgainstCancel):
    """Whichever comes first under the lock wins."""

    def time_out(self):
        with self.lock:
            if not self.answered:
                self.timed_out = True

    def answer(self):
        with self.lock:
            if not self.timed_out:
                self.answered = True


class TimerNotCancelled:
    """The watchdog barks although the work has been done.

    Symptom: AssertionError
    """

    def __init__(self):
        self.done = self.barked_late = False

    def bark(self):
        self.barked_late = self.done

    def work(self):
        watchdog = Timer(60, self.bark)
        watchdog.start()
        self.stop(watchdog)
        self.done = True
        watchdog.cancel()
        watchdog.join()
        assert not self.barked_late

    def stop(self, watchdog):
        pass

    workers = (work,)


class TimerNotCancelledMended(TimerNotCancelled):
    """Cancelled and waited for before the work counts as done."""

    def stop(self, watchdog):
        watchdog.cancel()
        watchdog.join()


class TimersAdd:
    """Two timers call one function at the same time.

    Symptom: AssertionError
    """

    def __init__(self):
        self.lock = threading.Lock()
        self.ticks = 0

    def tick(self):
        self.ticks += 1

    def work(self):
        timers = [Timer(0.01, self.tick) for _ in range(2)]
        for timer in timers:
            timer.start()
        for timer in timers:
            timer.join()
        assert self.ticks == 2

    workers = (work,)


class TimersAddMended(TimersAdd):
    """A timer's function is a thread's function: it needs the lock."""

    def tick(self):
        with self.lock:
            self.ticks += 1


class JoinsItself:
    """The last thread to leave joins all, itself among them.

    Symptom: RuntimeError
    """

    def __init__(self):
        self.failed = None
        self.thread = Thread(target=self.leave)

    def others(self):
        return [self.thread]

    def leave(self):
        try:
            for thread in self.others():
                thread.join()
        except RuntimeError as error:
            self.failed = error

    def work(self):
        self.thread.start()
        self.thread.join()
        if self.failed:
            raise self.failed

    workers = (work,)


class JoinsItselfMended(JoinsItself):
    """All but itself."""

    def others(self):
        return [t for t in (self.thread,) if t is not threading.current_thread()]


class WaitsUntilItIsAlone:
    """The last thread to go is told by counting, when two may count at once.

    Symptom: AssertionError
    """

    def __init__(self):
        self.closed = 0
        self.lock = threading.Lock()
        self.left = 2

    def is_last(self):
        return sum(t.name.startswith("leaver") for t in threading.enumerate()) == 1

    def leave(self):
        if self.is_last():
            self.closed += 1

    def work(self):
        threads = [Thread(target=self.leave, name=f"leaver {n}") for n in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def check(self):
        assert self.closed == 1

    workers = (work,)


class WaitsUntilItIsAloneMended(WaitsUntilItIsAlone):
    """Count down under a lock."""

    def is_last(self):
        with self.lock:
            self.left -= 1
            return not self.left


class DaemonNotWaitedFor:
    """Nobody waits for a daemon: it may not have begun when all others have ended.

    Symptom: AssertionError
    """

    def __init__(self):
        self.saved = False

    def save(self):
        self.saved = True

    def work(self):
        saver = threading.Thread(target=self.save, daemon=True)
        saver.start()
        self.settle(saver)

    def settle(self, saver):
        pass

    def check(self):
        assert self.saved

    workers = (work,)


class DaemonNotWaitedForMended(DaemonNotWaitedFor):
    """Joined."""

    def settle(self, saver):
        saver.join()


class WakesAtTheEnd:
    """A daemon sleeps as long as the worker does, and may be up before it.

    Symptom: AssertionError
    """

    nap = 1

    def __init__(self):
        self.closed = False

    def close(self):
        time.sleep(self.nap)
        self.closed = True

    def work(self):
        Thread(target=self.close, daemon=True).start()
        time.sleep(1)
        assert not self.closed

    workers = (work,)


class WakesAtTheEndMended(WakesAtTheEnd):
    """It says so when it begins to work, and the daemon leaves it alone."""

    def __init__(self):
        super().__init__()
        self.at_work = False

    def close(self):
        time.sleep(self.nap)
        if not self.at_work:
            self.closed = True

    def work(self):
        self.at_work = True
        super().work()

    workers = (work,)


class CountedByName:
    """A thread's name is shared like any attribute.

    Symptom: AssertionError
    """

    def __init__(self):
        self.lock = threading.Lock()
        self.counter = threading.Thread(name="0")

    def add(self):
        self.counter.name = str(int(self.counter.name) + 1)

    def check(self):
        assert self.counter.name == "2"

    workers = (add, add)


class CountedByNameMended(CountedByName):
    """One at a time."""

    def add(self):
        with self.lock:
            super().add()

    workers = (add, add)


class StartedBeforeItIsMade:
    """The thread looks for what `__init__` has not set yet.

    Symptom: AttributeError
    """

    def __init__(self):
        self.thread = Thread(target=self.serve)
        self.thread.start()
        self.limit = 3

    def serve(self):
        self.served = self.limit

    def join(self):
        self.thread.join()

    workers = (join,)


class StartedBeforeItIsMadeMended(StartedBeforeItIsMade):
    """Starts it last."""

    def __init__(self):
        self.thread = Thread(target=self.serve)
        self.limit = 3
        self.thread.start()


class FlagOnTheThread:
    """The thread asks itself for a flag that is put on it after it has begun.

    Symptom: AttributeError
    """

    def __init__(self):
        self.done = []

    def serve(self):
        self.done.append(threading.current_thread().go_on)

    def start(self):
        thread = Thread(target=self.serve)
        thread.start()
        thread.go_on = True
        thread.join()

    workers = (start,)


class FlagOnTheThreadMended(FlagOnTheThread):
    """It has the flag when it begins."""

    def start(self):
        thread = Thread(target=self.serve)
        thread.go_on = True
        thread.start()
        thread.join()

    workers = (start,)
