"""Lock and RLock: the wrong one, at the wrong time, in the wrong order, for ever."""

import contextlib
import threading
from threading import Lock, RLock


class LostDespiteTwoLocks:
    """Reading and writing are locked one by one: between them is a gap.

    Symptom: AssertionError
    """

    def __init__(self):
        self.value = 0
        self.lock = Lock()

    def add(self):
        with self.lock:
            value = self.value
        with self.lock:
            self.value = value + 1

    def check(self):
        assert self.value == 2

    workers = (add, add)


class LostDespiteTwoLocksMended(LostDespiteTwoLocks):
    """One stretch under the lock."""

    def add(self):
        with self.lock:
            self.value += 1

    workers = (add, add)


class OwnLockEach:
    """Each worker brings a lock of its own.

    Symptom: AssertionError
    """

    def __init__(self):
        self.value = 0
        self.lock = Lock()

    def add(self, lock):
        with lock:
            self.value += 1

    def check(self):
        assert self.value == 2

    workers = (lambda self: self.add(Lock()), lambda self: self.add(Lock()))


class OwnLockEachMended(OwnLockEach):
    """The state's lock."""

    workers = (lambda self: self.add(self.lock), lambda self: self.add(self.lock))


class WrongLock:
    """Two locks for one state: deposits hold one, withdrawals the other.

    Symptom: AssertionError
    """

    def __init__(self):
        self.balance = 100
        self.deposits = Lock()
        self.withdrawals = Lock()

    def deposit(self):
        with self.deposits:
            self.balance += 10

    def withdraw(self):
        with self.withdrawals:
            self.balance -= 30

    def check(self):
        assert self.balance == 80

    workers = (deposit, withdraw)


class WrongLockMended(WrongLock):
    """One state, one lock."""

    def withdraw(self):
        with self.deposits:
            self.balance -= 30

    workers = (WrongLock.deposit, withdraw)


class LockPerInstance:
    """Two objects with a lock each, and one count on their class.

    Symptom: AssertionError
    """

    class Door:
        count = 0
        of_all = RLock()

        def __init__(self):
            self.lock = RLock()

        def enter(self):
            with self.lock:
                type(self).count += 1

    def __init__(self):
        self.doors = [self.Door(), self.Door()]

    def check(self):
        assert self.Door.count == 2

    workers = (lambda self: self.doors[0].enter(), lambda self: self.doors[1].enter())


class LockPerInstanceMended(LockPerInstance):
    """A lock of the class for a count of the class."""

    class Door(LockPerInstance.Door):
        count = 0

        def enter(self):
            with self.of_all:
                type(self).count += 1


class ReaderWithoutLock:
    """The writer holds the lock; the reader thinks that reading needs none.

    Symptom: AssertionError
    """

    def __init__(self):
        self.lock = Lock()
        self.accounts = {"ada": 50, "bob": 50}

    def transfer(self):
        with self.lock:
            self.accounts["ada"] -= 20
            self.accounts["bob"] += 20

    def audit(self):
        assert self.accounts["ada"] + self.accounts["bob"] == 100

    workers = (transfer, audit)


class ReaderWithoutLockMended(ReaderWithoutLock):
    """The reader holds it too."""

    def audit(self):
        with self.lock:
            total = sum(self.accounts.values())
        assert total == 100

    workers = (ReaderWithoutLock.transfer, audit)


class CheckOutsideLock:
    """The last seat is looked for before the lock is held.

    Symptom: AssertionError
    """

    def __init__(self):
        self.lock = Lock()
        self.seats = 1

    def book(self):
        if self.seats:
            with self.lock:
                self.seats -= 1

    def check(self):
        assert self.seats == 0

    workers = (book, book)


class CheckOutsideLockMended(CheckOutsideLock):
    """Looked for under the lock."""

    def book(self):
        with self.lock:
            if self.seats:
                self.seats -= 1

    workers = (book, book)


class TryLockIgnored:
    """It did not get the lock, and goes on all the same.

    Symptom: AssertionError
    """

    def __init__(self):
        self.lock = Lock()
        self.value = 0

    def add(self):
        got = self.lock.acquire(blocking=False)
        self.value += 1
        if got:
            self.lock.release()

    def check(self):
        assert self.value == 2

    workers = (add, add)


class TryLockIgnoredMended(TryLockIgnored):
    """Without the lock it waits for it."""

    def add(self):
        if not self.lock.acquire(blocking=False):
            self.lock.acquire()
        self.value += 1
        self.lock.release()

    workers = (add, add)


class ReleasedByTheLoser:
    """`finally` releases a lock that another holds, and that one finds it unlocked.

    Symptom: RuntimeError
    """

    def __init__(self):
        self.lock = Lock()

    def work(self):
        try:
            self.lock.acquire(blocking=False)
        finally:
            self.lock.release()

    workers = (work, work)


class ReleasedByTheLoserMended(ReleasedByTheLoser):
    """Only who has it gives it back."""

    def work(self):
        if self.lock.acquire(blocking=False):
            self.lock.release()

    workers = (work, work)


class LockTimeoutTakenAsSuccess:
    """After a second it has waited long enough, and thinks that it has the lock.

    Symptom: RuntimeError
    """

    def __init__(self):
        self.lock = Lock()
        self.value = 0

    def add(self):
        self.lock.acquire(timeout=1)
        self.value += 1
        self.lock.release()

    workers = (add, add)


class LockTimeoutTakenAsSuccessMended(LockTimeoutTakenAsSuccess):
    """It gives up when the time is up."""

    def add(self):
        if self.lock.acquire(timeout=1):
            self.value += 1
            self.lock.release()

    workers = (add, add)


class HeldAfterAnException:
    """What raises between `acquire` and `release` leaves the lock held.

    Symptom: deadlock
    """

    def __init__(self):
        self.lock = Lock()
        self.written = []

    def write(self, text):
        self.lock.acquire()
        self.written.append(text.upper())
        self.lock.release()

    def write_all(self, *texts):
        for text in texts:
            with contextlib.suppress(AttributeError):
                self.write(text)

    workers = (
        lambda self: self.write_all(None),
        lambda self: self.write_all("one"),
    )


class HeldAfterAnExceptionMended(HeldAfterAnException):
    """`with` releases it whatever happens."""

    def write(self, text):
        with self.lock:
            self.written.append(text.upper())


class HeldAfterAnEarlyReturn:
    """One path out of the method passes no `release`.

    Symptom: deadlock
    """

    def __init__(self):
        self.lock = Lock()
        self.seats = 1

    def book(self):
        self.lock.acquire()
        if not self.seats:
            return
        self.seats -= 1
        self.lock.release()

    workers = (book, book, book)


class HeldAfterAnEarlyReturnMended(HeldAfterAnEarlyReturn):
    """`finally` is on every path."""

    def book(self):
        self.lock.acquire()
        try:
            if not self.seats:
                return
            self.seats -= 1
        finally:
            self.lock.release()

    workers = (book, book, book)


class LockedAgainByItsOwner:
    """A method that holds the Lock calls one that takes it.

    Symptom: deadlock
    """

    Guard = staticmethod(Lock)

    def __init__(self):
        self.lock = self.Guard()
        self.orders = []

    def count(self):
        with self.lock:
            return len(self.orders)

    def order(self):
        with self.lock:
            if self.count() < 2:
                self.orders.append("bar")

    def check(self):
        assert self.count() == 2

    workers = (order, order)


class LockedAgainByItsOwnerMended(LockedAgainByItsOwner):
    """An RLock counts its owner's entries."""

    Guard = staticmethod(RLock)


class OrderOfTwo:
    """One takes a and then b, the other b and then a.

    Symptom: deadlock
    """

    def __init__(self):
        self.a, self.b = Lock(), Lock()

    def forth(self):
        with self.a, self.b:
            pass

    def back(self):
        with self.b, self.a:
            pass

    workers = (forth, back)


class OrderOfTwoMended(OrderOfTwo):
    """Both take a first."""

    back = OrderOfTwo.forth
    workers = (OrderOfTwo.forth, back)


class OrderOfThree:
    """Three locks in a ring: no two workers disagree, all three do.

    Symptom: deadlock
    """

    def __init__(self):
        self.locks = [Lock() for _ in range(3)]

    def take(self, first, second):
        with self.locks[first]:
            self.locks[second].acquire()
            self.locks[second].release()

    workers = (
        lambda self: self.take(0, 1),
        lambda self: self.take(1, 2),
        lambda self: self.take(2, 0),
    )


class OrderOfThreeMended(OrderOfThree):
    """The lower number first."""

    def take(self, first, second):
        super().take(min(first, second), max(first, second))


class Account:
    """A balance with a lock and a number."""

    def __init__(self, number, balance):
        self.number, self.balance, self.lock = number, balance, RLock()


class BankTransfer:
    """Payer first, payee second: two transfers cross.

    Symptom: deadlock
    """

    def __init__(self):
        self.ada, self.bob = Account(1, 50), Account(2, 50)

    def transfer(self, payer, payee, amount):
        with contextlib.ExitStack() as held:
            for account in self.in_order(payer, payee):
                held.enter_context(account.lock)
            payer.balance -= amount
            payee.balance += amount

    def in_order(self, *accounts):
        return accounts

    def check(self):
        assert (self.ada.balance, self.bob.balance) == (60, 40)

    workers = (
        lambda self: self.transfer(self.ada, self.bob, 10),
        lambda self: self.transfer(self.bob, self.ada, 20),
    )


class BankTransferMended(BankTransfer):
    """The lower number first, whoever pays."""

    def in_order(self, *accounts):
        return sorted(accounts, key=lambda account: account.number)


class TransferInTwoSteps:
    """Taking and giving are locked each: the auditor finds money missing.

    Symptom: AssertionError
    """

    def __init__(self):
        self.lock = threading.Lock()
        self.balances = [50, 50]

    def move(self, index, amount):
        with self.lock:
            self.balances[index] += amount

    def transfer(self):
        self.move(0, -10)
        self.move(1, 10)

    def audit(self):
        with self.lock:
            assert sum(self.balances) == 100

    workers = (transfer, audit)


class TransferInTwoStepsMended(TransferInTwoSteps):
    """Both halves under one hold."""

    def transfer(self):
        with self.lock:
            self.balances[0] -= 10
            self.balances[1] += 10

    workers = (transfer, TransferInTwoSteps.audit)


class DiningPhilosophers:
    """All three hold their left fork and wait for the right one.

    Symptom: deadlock
    """

    def __init__(self):
        self.forks = (Lock(), Lock(), Lock())

    def dine(self, seat):
        left, right = self.forks[seat], self.forks[(seat + 1) % 3]
        with left, right:
            pass

    workers = (
        lambda self: self.dine(0),
        lambda self: self.dine(1),
        lambda self: self.dine(2),
    )


class DiningPhilosophersMended(DiningPhilosophers):
    """The last one takes the right fork first."""

    def dine(self, seat):
        left, right = self.forks[seat], self.forks[(seat + 1) % 3]
        if seat == 2:
            left, right = right, left
        with left, right:
            pass


class CalledBackUnderTheLock:
    """A subscriber is called while the lock is held, and subscribes another.

    Symptom: deadlock
    """

    def __init__(self):
        self.lock = Lock()
        self.subscribers = [self.subscribe_more]

    def subscribe_more(self):
        with self.lock:
            self.subscribers.append(print)

    def publish(self):
        with self.lock:
            for subscriber in tuple(self.subscribers):
                if subscriber is not print:
                    subscriber()

    workers = (publish, publish)


class CalledBackUnderTheLockMended(CalledBackUnderTheLock):
    """Called after the lock has been released, from a copy."""

    def publish(self):
        with self.lock:
            subscribers = tuple(self.subscribers)
        for subscriber in subscribers:
            if subscriber is not print:
                subscriber()

    workers = (publish, publish)


class FirstReaderOutOpensTheDoor:
    """Readers share the room, but the first to leave lets the writer in.

    Symptom: AssertionError or RuntimeError
    """

    def __init__(self):
        self.door, self.counting = Lock(), Lock()
        self.readers = 0
        self.x = self.y = 0

    def read(self):
        with self.counting:
            self.readers += 1
            if self.readers == 1:
                self.door.acquire()
        x, y = self.x, self.y
        self.leave()
        assert x == y, (x, y)

    def leave(self):
        with self.counting:
            self.readers -= 1
            self.door.release()

    def write(self):
        with self.door:
            self.x += 1
            self.y += 1

    workers = (read, read, write)


class FirstReaderOutOpensTheDoorMended(FirstReaderOutOpensTheDoor):
    """The last one opens it."""

    def leave(self):
        with self.counting:
            self.readers -= 1
            if self.readers == 0:
                self.door.release()


class RLockLeftOnce:
    """Entered twice, left once: it stays the owner's.

    Symptom: deadlock
    """

    def __init__(self):
        self.lock = RLock()

    def work(self):
        self.lock.acquire()
        with self.lock:
            pass

    workers = (work, work)


class RLockLeftOnceMended(RLockLeftOnce):
    """As many exits as entries."""

    def work(self):
        with self.lock, self.lock:
            pass

    workers = (work, work)


class RLockLeftByAnother:
    """One thread enters, another leaves: an RLock has an owner.

    Symptom: RuntimeError
    """

    def __init__(self):
        self.lock = RLock()
        self.entered = threading.Event()

    def enter(self):
        self.lock.acquire()
        self.entered.set()

    def leave(self):
        self.entered.wait()
        self.lock.release()

    workers = (enter, leave)


class RLockLeftByAnotherMended(RLockLeftByAnother):
    """A Lock may be released by anyone."""

    def __init__(self):
        super().__init__()
        self.lock = Lock()


class RLockLetsItsOwnerIn:
    """An RLock is no guard against the same thread: its callback sees half a change.

    Symptom: AssertionError
    """

    def __init__(self):
        self.lock = RLock()
        self.items, self.size = [], 0

    def look(self):
        with self.lock:
            assert len(self.items) == self.size

    def put(self, item):
        with self.lock:
            self.items.append(item)
            self.look()
            self.size += 1

    workers = (lambda self: self.put(1), look)


class RLockLetsItsOwnerInMended(RLockLetsItsOwnerIn):
    """Looked at when the change is whole."""

    def put(self, item):
        with self.lock:
            self.items.append(item)
            self.size += 1
            self.look()


class TryEnterChecksFirst:
    """Mutual exclusion by flags: looks at the other's before it raises its own.

    Symptom: AssertionError
    """

    def __init__(self):
        self.wants = [False, False]
        self.inside = 0

    def try_enter(self, me):
        if not self.wants[1 - me]:
            self.wants[me] = True
            self.be_inside()
            self.wants[me] = False

    def be_inside(self):
        self.inside += 1
        assert self.inside == 1
        self.inside -= 1

    workers = (lambda self: self.try_enter(0), lambda self: self.try_enter(1))


class TryEnterChecksFirstMended(TryEnterChecksFirst):
    """Raises its own first; both may stay out, never both go in."""

    def try_enter(self, me):
        self.wants[me] = True
        if not self.wants[1 - me]:
            self.be_inside()
        self.wants[me] = False
