"""Programs with locks, and what each needs of them."""

import asyncio
import queue
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from threading import Lock as Mutex

REGISTRY = threading.Lock()
counted = [0]


class TwoLocks:
    """One lock guards the count, the other nothing."""

    def __init__(self):
        self.value = 0
        self.guard = threading.Lock()
        self.idle = threading.Lock()

    def increment(self):
        with self.idle:
            pass
        with self.guard:
            self.value += 1

    workers = (increment, increment)

    def check(self):
        assert self.value == 2


class OfTheClass:
    """A lock that its owner acquires twice, made by a class attribute."""

    lock = threading.RLock()

    def __init__(self):
        self.left, self.right = 1, 0

    def move(self):
        with self.lock, self.lock:
            self.left -= 1
            self.right += 1

    def look(self):
        with self.lock:
            assert self.left + self.right == 1

    workers = (move, look)


class OfTheModule:
    def register(self):
        with REGISTRY:
            counted[0] += 1

    workers = (register, register)

    def check(self):
        assert counted[0] == 2


class Hall:
    """Without the lock a notice is lost between the test and the wait."""

    def __init__(self):
        self.not_empty = threading.Condition()
        self.items = []

    def put(self):
        with self.not_empty:
            self.items.append(1)
            self.not_empty.notify()

    def get(self):
        with self.not_empty:
            while not self.items:
                self.not_empty.wait()
            self.items.pop()

    workers = (put, get)


class HallOfTasks:
    """No task runs between the test and the wait of another: no notice is lost."""

    def __init__(self):
        self.not_empty = asyncio.Condition()
        self.items = []

    async def put(self):
        async with self.not_empty:
            self.items.append(1)
            self.not_empty.notify()

    async def get(self):
        async with self.not_empty:
            while not self.items:
                await self.not_empty.wait()
            self.items.pop()

    workers = (put, get)


class Handed:
    """A lock that one worker acquires and another releases is a signal."""

    def __init__(self):
        self.ready = threading.Lock()
        self.ready.acquire()
        self.guard = threading.Lock()
        self.value = 0

    def prepare(self):
        self.value = 5
        self.ready.release()

    def use(self):
        self.ready.acquire()
        with self.guard:
            assert self.value == 5

    workers = (prepare, use)


class Counted:
    """A semaphore that counts items, and one that admits one worker at a time."""

    def __init__(self):
        self.items = threading.Semaphore(0)
        self.door = threading.BoundedSemaphore(1)
        self.shelf = 0

    def put(self):
        with self.door:
            self.shelf += 1
        self.items.release()

    def take(self):
        self.items.acquire()
        with self.door:
            self.shelf -= 1

    workers = (put, put, take)

    def check(self):
        assert self.shelf == 1


@dataclass
class Account:
    balance: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


class Bank:
    """Two locks that are made at one line; each guards its own account."""

    def __init__(self):
        self.first, self.second = Account(1), Account(1)

    def deposit(self):
        for account in (self.first, self.second):
            with account.lock:
                account.balance += 1

    workers = (deposit, deposit)

    def check(self):
        assert (self.first.balance, self.second.balance) == (3, 3)


class MadeByWorkers:
    """A lock that is made by the worker that comes first."""

    def __init__(self):
        self.guard = threading.Lock()
        self.locks = {}
        self.value = 0

    def increment(self, name="a"):
        with self.guard:
            if name not in self.locks:
                self.locks[name] = threading.Lock()
        with self.locks[name]:
            self.value += 1

    workers = (increment, increment)

    def check(self):
        assert self.value == 2


class Once:
    """Only the first worker gets it: it is tried, and never released."""

    def __init__(self):
        self.claim = threading.Lock()
        self.winners = 0

    def enter(self):
        if self.claim.acquire(blocking=False):
            self.winners += 1

    workers = (enter, enter)

    def check(self):
        assert self.winners == 1


class AcrossAwait:
    def __init__(self):
        self.guard = asyncio.Lock()
        self.slots = asyncio.Semaphore(1)
        self.value = 0

    async def increment(self):
        async with self.slots:
            self.value += 0
        async with self.guard:
            before = self.value
            await asyncio.sleep(0)
            self.value = before + 1

    workers = (increment, increment)

    def check(self):
        assert self.value == 2


class BesideThreads:
    """Tasks and a thread: asyncio's locks are CPython's own code there."""

    def __init__(self):
        self.door = asyncio.Lock()
        self.guard = threading.Lock()
        self.slots = asyncio.BoundedSemaphore(1)
        self.inner, self.outer = 0, 0

    async def both(self):
        async with self.slots:
            pass
        async with self.door:
            before = self.inner
            await asyncio.sleep(0)
            self.inner = before + 1
        with self.guard:
            self.outer += 1

    def one(self):
        with self.guard:
            self.outer += 1

    workers = (both, both, one)

    def check(self):
        assert (self.inner, self.outer) == (2, 3)


class Asked:
    """Out of effect a lock is held by the worker that has acquired it."""

    def __init__(self):
        self.guard = threading.Lock()
        self.value = 0

    def add(self):
        assert self.guard.locked()
        self.value += 1

    def increment(self):
        with self.guard:
            self.add()

    workers = (increment, increment)

    def check(self):
        assert self.value == 2


class WithoutAny:
    """A queue's own lock is not the program's."""

    def __init__(self):
        self.items = queue.Queue()

    def add(self):
        self.items.put(1)

    workers = (add, add)

    def check(self):
        assert self.items.qsize() == 2


class BrokenAnyway:
    def __init__(self):
        self.value = 0
        self.guard = threading.Lock()

    def increment(self):
        with self.guard:
            before = self.value
        self.value = before + 1

    workers = (increment, increment)

    def check(self):
        assert self.value == 2


def in_a_pool():
    """A function that is a scenario: its lock is a variable of its own."""
    lock = threading.Lock()
    total = [0]

    def work():
        with lock:
            total[0] += 1

    with ThreadPoolExecutor(2) as pool:
        for job in (partial(work), partial(work)):
            pool.submit(job)
    assert total[0] == 2


def passed_as_an_argument():
    """A lock of another name, which the threads are given."""
    mutex = Mutex()
    total = [0]

    def work(lock):
        with lock:
            total[0] += 1

    threads = [threading.Thread(target=work, args=(mutex,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert total[0] == 2


class Admitting(threading.Semaphore):
    """A semaphore of the program's own class, which counts those that ask."""

    def __init__(self):
        super().__init__(1)
        self.asked = 0

    def __enter__(self):
        self.asked += 1
        return super().__enter__()


class OfAClassOfItsOwn:
    def __init__(self):
        self.door = Admitting()
        self.value = 0

    def increment(self):
        with self.door:
            self.value += 1

    workers = (increment, increment)

    def check(self):
        assert self.value == 2


class TwoConditions:
    """Two conditions of one lock: the lock has a name of its own."""

    def __init__(self):
        self.mutex = threading.Lock()
        self.not_empty = threading.Condition(self.mutex)
        self.not_full = threading.Condition(self.mutex)
        self.items = []

    def put(self):
        for item in range(2):
            with self.not_full:
                while self.items:
                    self.not_full.wait()
                self.items.append(item)
                self.not_empty.notify()

    def get(self):
        for item in range(2):
            with self.not_empty:
                while not self.items:
                    self.not_empty.wait()
                assert self.items.pop() == item
                self.not_full.notify()

    workers = (put, get)


NEEDS = {  # by program: the answer for each lock, by its name
    TwoLocks: {"guard": "needed", "idle": "not needed"},
    OfTheClass: {"lock": "needed"},
    OfTheModule: {"REGISTRY": "needed"},
    Hall: {"not_empty": "needed"},
    HallOfTasks: {"not_empty": "not needed"},
    Handed: {"ready": "not tried", "guard": "not needed"},
    Counted: {"items": "not tried", "door": "needed"},
    Bank: {"first.lock": "needed", "second.lock": "needed"},
    MadeByWorkers: {"guard": "needed", "locks[name]": "needed"},
    Once: {"claim": "needed"},
    AcrossAwait: {"guard": "needed", "slots": "not needed"},
    BesideThreads: {"door": "needed", "guard": "needed", "slots": "not needed"},
    Asked: {"guard": "needed"},
    WithoutAny: {},
    in_a_pool: {"lock": "needed"},
    passed_as_an_argument: {"mutex": "needed"},
    OfAClassOfItsOwn: {"door": "needed"},
    TwoConditions: {"mutex": "needed"},
}
