"""Event: cleared too soon, too late, believed too long."""

import threading
from collections import deque
from threading import Event


class SetAndClearedAtOnce:
    """Who was not waiting at that moment waits for ever.

    Symptom: deadlock
    """

    def __init__(self):
        self.not_empty = Event()
        self.items = deque()

    def put(self):
        self.items.append(1)
        self.not_empty.set()
        self.not_empty.clear()

    def take(self):
        self.not_empty.wait()
        self.items.popleft()

    workers = (put, take)


class SetAndClearedAtOnceMended(SetAndClearedAtOnce):
    """Stays set."""

    def put(self):
        self.items.append(1)
        self.not_empty.set()

    workers = (put, SetAndClearedAtOnce.take)


class ClearedAfterTheLook:
    """The consumer clears what the producer set since it looked.

    Symptom: deadlock
    """

    def __init__(self):
        self.not_empty = Event()
        self.items = deque()

    def put(self):
        for item in (1, 2):
            self.items.append(item)
            self.not_empty.set()

    def take(self):
        taken = 0
        while taken < 2:
            self.not_empty.wait()
            taken += self.take_all()

    def take_all(self):
        taken = self.drain()
        self.not_empty.clear()
        return taken

    def drain(self):
        taken = 0
        while self.items:
            self.items.popleft()
            taken += 1
        return taken

    workers = (put, take)


class ClearedAfterTheLookMended(ClearedAfterTheLook):
    """Clears first, looks then: what is set since is seen next time."""

    def take_all(self):
        self.not_empty.clear()
        return self.drain()


class EventTimeoutTakenAsSuccess:
    """`wait` returned False, and nobody looked.

    Symptom: KeyError
    """

    def __init__(self):
        self.ready = Event()
        self.results = {}

    def compute(self):
        self.results["sum"] = 3
        self.ready.set()

    def read(self):
        self.ready.wait(timeout=5)
        return self.results["sum"]

    workers = (compute, read)


class EventTimeoutTakenAsSuccessMended(EventTimeoutTakenAsSuccess):
    """Reads when it was set."""

    def read(self):
        if self.ready.wait(timeout=5):
            return self.results["sum"]
        return None

    workers = (EventTimeoutTakenAsSuccess.compute, read)


class InitializedTwice:
    """Once-only work, guarded by a look at an event.

    Symptom: AssertionError
    """

    def __init__(self):
        self.initialized = Event()
        self.lock = threading.Lock()
        self.times = []

    def initialize(self):
        if not self.initialized.is_set():
            self.times.append("now")
            self.initialized.set()

    def check(self):
        assert len(self.times) == 1

    workers = (initialize, initialize)


class InitializedTwiceMended(InitializedTwice):
    """The look and the work under a lock."""

    def initialize(self):
        with self.lock:
            if not self.initialized.is_set():
                self.times.append("now")
                self.initialized.set()

    workers = (initialize, initialize)


class AnnouncedBeforeItIsThere:
    """Sets the event, then the value.

    Symptom: AssertionError
    """

    value = None

    def __init__(self):
        self.announced = Event()

    def write(self):
        self.announced.set()
        self.value = 42

    def read(self):
        self.announced.wait()
        assert self.value == 42

    workers = (write, read)


class AnnouncedBeforeItIsThereMended(AnnouncedBeforeItIsThere):
    """The value, then the event."""

    def write(self):
        self.value = 42
        self.announced.set()

    workers = (write, AnnouncedBeforeItIsThere.read)


class TwoWokenForOneItem:
    """An event wakes all, and there is one item.

    Symptom: IndexError
    """

    def __init__(self):
        self.not_empty = Event()
        self.lock = threading.Lock()
        self.items = []

    def put(self):
        self.items.append(1)
        self.not_empty.set()

    def take(self):
        self.not_empty.wait()
        self.items.pop()

    workers = (put, take, take)


class TwoWokenForOneItemMended(TwoWokenForOneItem):
    """Each looks for itself."""

    def take(self):
        self.not_empty.wait()
        with self.lock:
            if self.items:
                self.items.pop()

    workers = (TwoWokenForOneItem.put, take, take)


class NeverSetAfterAFailure:
    """The job fails on its way to `set`, its exception is swallowed.

    Symptom: deadlock
    """

    def __init__(self):
        self.done = Event()

    def work(self):
        try:
            int("three")
            self.done.set()
        except ValueError:
            pass

    def await_end(self):
        self.done.wait()

    workers = (work, await_end)


class NeverSetAfterAFailureMended(NeverSetAfterAFailure):
    """`finally` sets it."""

    def work(self):
        try:
            int("three")
        except ValueError:
            pass
        finally:
            self.done.set()

    workers = (work, NeverSetAfterAFailure.await_end)


class EventReplaced:
    """A new event for each round, while somebody waits for the old one.

    Symptom: deadlock
    """

    def __init__(self):
        self.round = Event()

    def play(self):
        self.renew()
        self.round.set()

    def renew(self):
        self.round = Event()

    def watch(self):
        self.round.wait()

    workers = (play, watch)


class EventReplacedMended(EventReplaced):
    """Who waits for the old one is woken too."""

    def renew(self):
        self.round, old = Event(), self.round
        old.set()


class StopFlagReadOnce:
    """The flag is copied into a variable before the waiting.

    Symptom: AssertionError
    """

    def __init__(self):
        self.stop, self.go = Event(), Event()
        self.closed = False

    def close(self):
        self.stop.set()
        self.closed = True
        self.go.set()

    def work(self):
        stopped = self.stop.is_set()
        self.go.wait()
        if not stopped:
            assert not self.closed

    workers = (close, work)


class StopFlagReadOnceMended(StopFlagReadOnce):
    """Read when it is needed."""

    def work(self):
        self.go.wait()
        if not self.stop.is_set():
            assert not self.closed

    workers = (StopFlagReadOnce.close, work)


class EachWaitsForTheOthersEvent:
    """Both wait first.

    Symptom: deadlock
    """

    def __init__(self):
        self.ping, self.pong = Event(), Event()

    def first(self):
        self.pong.wait()
        self.ping.set()

    def second(self):
        self.ping.wait()
        self.pong.set()

    workers = (first, second)


class EachWaitsForTheOthersEventMended(EachWaitsForTheOthersEvent):
    """One begins."""

    def first(self):
        self.ping.set()
        self.pong.wait()

    workers = (first, EachWaitsForTheOthersEvent.second)


class SentAndOverwritten:
    """A mailbox of one letter: the second overwrites the first before it is read.

    Symptom: deadlock
    """

    def __init__(self):
        self.full, self.empty = Event(), Event()
        self.empty.set()
        self.letter = None

    def send(self):
        for self.letter in "ab":
            self.full.set()

    def receive(self):
        for _ in "ab":
            self.full.wait()
            self.full.clear()
            self.empty.set()

    workers = (send, receive)


class SentAndOverwrittenMended(SentAndOverwritten):
    """Waits until the last one has been taken."""

    def send(self):
        for letter in "ab":
            self.empty.wait()
            self.empty.clear()
            self.letter = letter
            self.full.set()

    workers = (send, SentAndOverwritten.receive)


class PayloadAfterTheEvent:
    """Whoever waited finds the event set, and nothing on it yet.

    Symptom: AttributeError
    """

    def __init__(self):
        self.event = threading.Event()

    def tell(self):
        self.event.set()
        self.event.payload = 42

    def wait(self):
        self.event.wait()
        self.got = self.event.payload

    workers = (tell, wait)


class PayloadAfterTheEventMended(PayloadAfterTheEvent):
    """What is told comes first."""

    def tell(self):
        self.event.payload = 42
        self.event.set()

    workers = (tell, PayloadAfterTheEvent.wait)
