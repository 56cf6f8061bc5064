"""Making something once, and showing it to others only when it is whole."""

import contextlib
import functools
import threading


class Connection:
    """Usable once it has been opened."""

    def __init__(self):
        self.port = None

    def open(self):
        self.port = 8080


class MadeTwice:
    """A lazy singleton: both find nothing there, both make one.

    Symptom: AssertionError
    """

    def __init__(self):
        self.shared = None
        self.lock = threading.Lock()
        self.given = []

    def get(self):
        if self.shared is None:
            self.shared = Connection()
        return self.shared

    def use(self):
        self.given.append(self.get())

    def check(self):
        first, second = self.given
        assert first is second

    workers = (use, use)


class MadeTwiceMended(MadeTwice):
    """Looked at twice, the second time under the lock."""

    def get(self):
        if self.shared is None:
            with self.lock:
                if self.shared is None:
                    self.shared = Connection()
        return self.shared


class ShownHalfMade:
    """Double-checked, but visible to the unlocked look before it is opened.

    Symptom: AssertionError
    """

    def __init__(self):
        self.shared = None
        self.lock = threading.Lock()

    def get(self):
        if self.shared is None:
            with self.lock:
                if self.shared is None:
                    self.shared = Connection()
                    self.shared.open()
        return self.shared

    def use(self):
        assert self.get().port == 8080

    workers = (use, use)


class ShownHalfMadeMended(ShownHalfMade):
    """Opened first, shown last."""

    def get(self):
        if self.shared is None:
            with self.lock:
                if self.shared is None:
                    connection = Connection()
                    connection.open()
                    self.shared = connection
        return self.shared


class CheckedOnceUnderTheLock:
    """The lock is taken, but nobody looks again once it is held.

    Symptom: AssertionError
    """

    def __init__(self):
        self.table = None
        self.lock = threading.Lock()
        self.loads = 0

    def load(self):
        if self.table is None:
            with self.lock:
                self.loads += 1
                self.table = {"bar": 1}

    def check(self):
        assert self.loads == 1

    workers = (load, load)


class CheckedOnceUnderTheLockMended(CheckedOnceUnderTheLock):
    """Looked at under the lock."""

    def load(self):
        with self.lock:
            if self.table is None:
                self.loads += 1
                self.table = {"bar": 1}

    workers = (load, load)


class FlagBeforeValue:
    """The flag says that the value is there; the value comes after.

    Symptom: AssertionError
    """

    def __init__(self):
        self.ready = False
        self.value = None

    def write(self):
        self.ready = True
        self.value = 42

    def read(self):
        if self.ready:
            assert self.value == 42

    workers = (write, read)


class FlagBeforeValueMended(FlagBeforeValue):
    """The value first."""

    def write(self):
        self.value = 42
        self.ready = True

    workers = (write, FlagBeforeValue.read)


class LockMadeLazily:
    """Each makes a lock of its own, as both find none.

    Symptom: AssertionError
    """

    def __init__(self):
        self.lock = None
        self.value = 0

    def add(self):
        import threading as late

        if self.lock is None:
            self.lock = late.Lock()
        with self.lock:
            self.value += 1

    def check(self):
        assert self.value == 2

    workers = (add, add)


class LockMadeLazilyMended(LockMadeLazily):
    """`setdefault` looks and enters in one step."""

    def add(self):
        from threading import Lock

        with self.__dict__.setdefault("guard", Lock()):
            self.value += 1

    workers = (add, add)


class LockReplaced:
    """A reset brings a new lock while the old one is still held.

    Symptom: AssertionError
    """

    def __init__(self):
        self.lock = threading.Lock()
        self.inside = 0

    def enter(self):
        with self.lock:
            self.inside += 1
            assert self.inside == 1
            self.inside -= 1

    def reset(self):
        self.lock = threading.Lock()
        self.enter()

    workers = (enter, reset)


class LockReplacedMended(LockReplaced):
    """The lock stays for as long as the state it guards."""

    def reset(self):
        self.enter()

    workers = (LockReplaced.enter, reset)


def memoize(function):
    """Keep results by argument."""
    kept = {}

    @functools.wraps(function)
    def remembering(self, key):
        if key not in kept:
            kept[key] = function(self, key)
        return kept[key]

    return remembering


def memoize_under(lock):
    """Keep results by argument, one caller at a time."""

    def decorate(function):
        remembering = memoize(function)

        @functools.wraps(function)
        def locked(self, key):
            with lock:
                return remembering(self, key)

        return locked

    return decorate


class ComputedTwice:
    """Both miss, both compute: the cache is a closure's dict.

    Symptom: AssertionError
    """

    def __init__(self):
        self.computed = []

    @memoize
    def square(self, number):
        self.computed.append(number)
        return number * number

    def work(self):
        assert self.square(3) == 9

    def check(self):
        assert self.computed == [3]

    workers = (work, work)


class ComputedTwiceMended(ComputedTwice):
    """The second comer waits for the first one's result."""

    @memoize_under(threading.Lock())
    def square(self, number):
        self.computed.append(number)
        return number * number


def synchronized_each(method):
    """A lock for each call: it excludes nobody."""

    @functools.wraps(method)
    def locked(*args, **kwargs):
        with threading.Lock():
            return method(*args, **kwargs)

    return locked


def synchronized(method):
    """One lock for the method."""
    lock = threading.Lock()

    @functools.wraps(method)
    def locked(*args, **kwargs):
        with lock:
            return method(*args, **kwargs)

    return locked


class DecoratedWithALockACall:
    """The decorator makes its lock inside the wrapper.

    Symptom: AssertionError
    """

    def __init__(self):
        self.value = 0

    @synchronized_each
    def add(self):
        self.value += 1

    def check(self):
        assert self.value == 2

    workers = (add, add)


class DecoratedWithALockACallMended(DecoratedWithALockACall):
    """The lock is made where the method is decorated."""

    @synchronized
    def add(self):
        self.value += 1

    workers = (add, add)


class RestoresAnOldState:
    """A context manager puts back what it found, over the other's change.

    Symptom: AssertionError
    """

    def __init__(self):
        self.depth = 0
        self.lock = threading.Lock()

    @contextlib.contextmanager
    def deeper(self):
        found = self.depth
        self.depth = found + 1
        try:
            yield
        finally:
            self.depth = found

    def work(self):
        with self.deeper():
            pass

    def check(self):
        assert self.depth == 0

    workers = (work, work)


class RestoresAnOldStateMended(RestoresAnOldState):
    """The lock is held for as long as the change is."""

    def work(self):
        with self.lock, self.deeper():
            pass

    workers = (work, work)


class SharedInsteadOfLocal:
    """The user of the request is kept where every thread can write it.

    Symptom: AssertionError
    """

    def __init__(self):
        self.context = Connection()

    def serve(self, user):
        self.context.user = user
        assert self.context.user == user

    workers = (lambda self: self.serve("ada"), lambda self: self.serve("bob"))


class SharedInsteadOfLocalMended(SharedInsteadOfLocal):
    """`threading.local` gives each thread its own."""

    def __init__(self):
        self.context = threading.local()


class LocalSetByAnother:
    """What one thread puts into a `local`, another does not find there.

    Symptom: AttributeError
    """

    local = threading.local()
    local.user = "ada"  # of the thread that loads the module only

    def serve(self):
        assert self.local.user == "ada"

    workers = (serve,)


class LocalSetByAnotherMended(LocalSetByAnother):
    """Each thread sets what it reads."""

    def serve(self):
        self.local.user = "ada"
        assert self.local.user == "ada"

    workers = (serve, serve)


class LocalOfTheRequest(threading.local):
    """A subclass: `__init__` runs again in every thread."""

    shared = []  # noqa: RUF012  (the defect: one list for all threads)

    def __init__(self):
        self.own = []


class LocalWithSharedList:
    """A list of the class is shared, though the object is a `local`.

    Symptom: AssertionError
    """

    def __init__(self):
        self.request = LocalOfTheRequest()

    def notes(self):
        return self.request.shared

    def serve(self):
        self.notes().append("x")
        assert len(self.notes()) == 1

    workers = (serve, serve)


class LocalWithSharedListMended(LocalWithSharedList):
    """A list made in `__init__` is one for each thread."""

    def notes(self):
        return self.request.own
