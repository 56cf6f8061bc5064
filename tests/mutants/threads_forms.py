"""State behind other forms: views, names, modules, proxies, handed-over methods."""

import functools
import io
import sys
import threading
import types
from array import array
from collections import UserDict, deque, namedtuple
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, replace

settings = types.ModuleType("settings")
settings.total = 0
Point = namedtuple("Point", "x y")


class ViewGoneOver:
    """A view of a dict is iterated over while a key is added.

    Symptom: RuntimeError
    """

    def __init__(self):
        self.prices = {"bar": 1, "gum": 2}
        self.lock = threading.Lock()

    def add(self):
        self.prices["mint"] = 3

    def total(self):
        total = 0
        for _, price in self.prices.items():  # noqa: PERF102
            total += price
        return total

    workers = (add, total)


class ViewGoneOverMended(ViewGoneOver):
    """Both hold the lock."""

    def add(self):
        with self.lock:
            super().add()

    def total(self):
        with self.lock:
            return super().total()

    workers = (add, total)


class SkippedByEnumerate:
    """The first item goes while the list is enumerated: the second is skipped.

    Symptom: AssertionError
    """

    def __init__(self):
        self.jobs = ["a", "b", "c"]
        self.lock = threading.Lock()

    def take(self):
        del self.jobs[0]

    def look(self):
        seen = [job for _, job in enumerate(self.copy())]
        assert seen in (["a", "b", "c"], ["b", "c"]), seen

    def copy(self):
        return self.jobs

    workers = (take, look)


class SkippedByEnumerateMended(SkippedByEnumerate):
    """A copy is enumerated; copying a list is one step."""

    def copy(self):
        return self.jobs[:]


class FunctionAttribute:
    """A count kept at the function, as C would keep a static variable.

    Symptom: AssertionError
    """

    lock = nullcontext()

    def __init__(self):
        def tick():
            with self.lock:
                tick.count += 1

        tick.count = 0
        self.tick = tick

    def work(self):
        self.tick()

    def check(self):
        assert self.tick.count == 2

    workers = (work, work)


class FunctionAttributeMended(FunctionAttribute):
    """With a lock in place of the null context."""

    lock = threading.Lock()


class ModuleAttribute:
    """A count in another module.

    Symptom: AssertionError
    """

    lock = threading.Lock()

    def work(self):
        settings.total += 1

    def check(self):
        assert settings.total == 2

    workers = (work, work)


class ModuleAttributeMended(ModuleAttribute):
    """With a lock."""

    def work(self):
        with self.lock:
            settings.total += 1

    workers = (work, work)


class AttributeByName:
    """Read by `getattr`, written by `setattr`.

    Symptom: AssertionError
    """

    def __init__(self):
        self.red = 0
        self.lock = threading.Lock()

    def add(self, name):
        setattr(self, name, getattr(self, name) + 1)

    def check(self):
        assert self.red == 2

    workers = (lambda self: self.add("red"), lambda self: self.add("red"))


class AttributeByNameMended(AttributeByName):
    """With a lock."""

    def add(self, name):
        with self.lock:
            super().add(name)


class DictOfTheInstance:
    """Written through `__dict__`, read as an attribute.

    Symptom: AssertionError
    """

    def __init__(self):
        self.x = self.y = 0
        self.lock = threading.Lock()

    def move(self):
        with self.lock:
            self.__dict__["x"] = 1
            vars(self)["y"] = 1

    def look(self):
        assert self.x == self.y

    workers = (move, look)


class DictOfTheInstanceMended(DictOfTheInstance):
    """The reader holds the lock as well."""

    def look(self):
        with self.lock:
            assert self.x == self.y

    workers = (DictOfTheInstance.move, look)


class ClassSeenThroughItsInstance:
    """Written at the class, read through the instance.

    Symptom: AssertionError
    """

    x = y = 0
    lock = threading.Lock()

    def move(self):
        with self.lock:
            type(self).x = 1
            type(self).y = 1

    def look(self):
        x = self.x
        assert x == self.y

    workers = (move, look)


class ClassSeenThroughItsInstanceMended(ClassSeenThroughItsInstance):
    """The reader holds the lock as well."""

    def look(self):
        with self.lock:
            super().look()

    workers = (ClassSeenThroughItsInstance.move, look)


class MethodOfAListAsTarget:
    """A thread runs a list's own `append`; the reader does not wait for it.

    Symptom: AssertionError
    """

    def __init__(self):
        self.log = []

    def settle(self, thread):
        pass

    def work(self):
        thread = threading.Thread(target=self.log.append, args=("a",))
        thread.start()
        self.settle(thread)
        assert self.log == ["a"]
        thread.join()

    workers = (work,)


class MethodOfAListAsTargetMended(MethodOfAListAsTarget):
    """It does."""

    def settle(self, thread):
        thread.join()


class MethodOfAListInAPool:
    """Two appends in two threads, thought to keep the order of submitting.

    Symptom: AssertionError
    """

    threads = 2

    def __init__(self):
        self.log = []

    def work(self):
        with ThreadPoolExecutor(self.threads) as pool:
            for number in range(2):
                pool.submit(self.log.append, number)
        assert self.log == [0, 1]

    workers = (work,)


class MethodOfAListInAPoolMended(MethodOfAListInAPool):
    """One thread does one after the other."""

    threads = 1


class MethodFromATable:
    """`pop` out of a table of bound methods, after a look at the list.

    Symptom: IndexError
    """

    def __init__(self):
        self.bars = ["last one"]
        self.does = {"take": self.bars.pop, "count": self.bars.__len__}
        self.lock = threading.Lock()

    def take(self):
        if self.does["count"]():
            self.does["take"]()

    workers = (take, take)


class MethodFromATableMended(MethodFromATable):
    """With a lock."""

    def take(self):
        with self.lock:
            super().take()

    workers = (take, take)


class JoinedHalfway:
    """`join` reads a list between its two halves.

    Symptom: AssertionError
    """

    def __init__(self):
        self.words = []
        self.lock = threading.Lock()

    def write(self):
        with self.lock:
            self.words.append("salt")
            self.words.append("pepper")

    def read(self):
        assert " and ".join(self.words) in ("", "salt and pepper")

    workers = (write, read)


class JoinedHalfwayMended(JoinedHalfway):
    """The reader holds the lock as well."""

    def read(self):
        with self.lock:
            super().read()

    workers = (JoinedHalfway.write, read)


class SpreadHalfway:
    """`**` reads a dict between its two halves.

    Symptom: AssertionError
    """

    def __init__(self):
        self.options = {}
        self.lock = threading.Lock()

    def configure(self):
        with self.lock:
            self.options["host"] = "localhost"
            self.options["port"] = 80

    def connect(self, **options):
        assert len(options) in (0, 2), options

    def read(self):
        self.connect(**self.options)

    workers = (configure, read)


class SpreadHalfwayMended(SpreadHalfway):
    """The reader holds the lock as well."""

    def read(self):
        with self.lock:
            self.connect(**{**self.options})

    workers = (SpreadHalfway.configure, read)


class DelegatedIteration:
    """`yield from` goes over a deque that shrinks.

    Symptom: RuntimeError
    """

    def __init__(self):
        self.jobs = deque("abc")
        self.lock = threading.Lock()

    def all(self):
        yield from self.jobs

    def look(self):
        return [job.upper() for job in self.all()]

    def take(self):
        self.jobs.popleft()

    workers = (look, take)


class DelegatedIterationMended(DelegatedIteration):
    """Nobody takes while somebody looks."""

    def look(self):
        with self.lock:
            return super().look()

    def take(self):
        with self.lock:
            super().take()

    workers = (look, take)


class MatchedThenTaken:
    """It matched a list of one; by then it may be empty.

    Symptom: IndexError
    """

    def __init__(self):
        self.jobs = ["job"]
        self.lock = threading.Lock()

    def take(self):
        match self.jobs:
            case [_, *_]:
                self.jobs.pop()
            case []:
                pass

    workers = (take, take)


class MatchedThenTakenMended(MatchedThenTaken):
    """With a lock."""

    def take(self):
        with self.lock:
            super().take()

    workers = (take, take)


class TornLine:
    """A line is written in two parts, and another's part comes between.

    Symptom: AssertionError
    """

    def __init__(self):
        self.file = io.StringIO()
        self.lock = threading.Lock()

    def tell(self, name):
        self.file.write(name + " ")
        self.file.write("says hello\n")

    def check(self):
        lines = self.file.getvalue().splitlines()
        assert sorted(lines) == ["ada says hello", "bob says hello"]

    workers = (lambda self: self.tell("ada"), lambda self: self.tell("bob"))


class TornLineMended(TornLine):
    """The line is written under a lock."""

    def tell(self, name):
        with self.lock:
            super().tell(name)


class PrintedInTwo:
    """`print` to a shared file, first the name and then the end of the line.

    Symptom: AssertionError
    """

    def __init__(self):
        self.file = io.StringIO()

    def tell(self, name):
        print(name, end=" ", file=self.file)
        print("waves", file=self.file)

    def check(self):
        lines = self.file.getvalue().splitlines()
        assert sorted(lines) == ["ada waves", "bob waves"]

    workers = (lambda self: self.tell("ada"), lambda self: self.tell("bob"))


class PrintedInTwoMended(PrintedInTwo):
    """One write of a whole line."""

    def tell(self, name):
        self.file.write(f"{name} waves\n")


class DictOfTheLibrary:
    """A UserDict is a class, its item an update like any other.

    Symptom: AssertionError
    """

    def __init__(self):
        self.votes = UserDict(yes=0)
        self.lock = threading.Lock()

    def vote(self):
        self.votes["yes"] += 1

    def check(self):
        assert self.votes["yes"] == 2

    workers = (vote, vote)


class DictOfTheLibraryMended(DictOfTheLibrary):
    """With a lock."""

    def vote(self):
        with self.lock:
            super().vote()

    workers = (vote, vote)


class CellOfAnArray:
    """A cell of an array of integers.

    Symptom: AssertionError
    """

    def __init__(self):
        self.cells = array("i", [0, 0])
        self.lock = threading.Lock()

    def add(self):
        self.cells[1] += 1

    def check(self):
        assert list(self.cells) == [0, 2]

    workers = (add, add)


class CellOfAnArrayMended(CellOfAnArray):
    """With a lock."""

    def add(self):
        with self.lock:
            super().add()

    workers = (add, add)


class CellOfAMatrix:
    """A list in a list.

    Symptom: AssertionError
    """

    def __init__(self):
        self.rows = [[0], [0]]
        self.lock = threading.Lock()

    def add(self, row):
        cells = self.rows[row]
        cells[0] = cells[0] + 1

    def check(self):
        assert self.rows == [[0], [2]]

    workers = (lambda self: self.add(-1), lambda self: self.add(1))


class CellOfAMatrixMended(CellOfAMatrix):
    """With a lock."""

    def add(self, row):
        with self.lock:
            super().add(row)


class ReplacedRecord:
    """Records that never change are replaced: by one made from an old one.

    Symptom: AssertionError
    """

    @dataclass(frozen=True)
    class Tray:
        bars: int = 5
        sold: int = 0

    def __init__(self):
        self.tray = self.Tray()
        self.lock = threading.Lock()

    def sell(self):
        self.tray = replace(self.tray, bars=self.tray.bars - 1, sold=1)

    def refill(self):
        self.tray = replace(self.tray, bars=self.tray.bars + 1)

    def check(self):
        assert self.tray == self.Tray(5, 1)

    workers = (sell, refill)


class ReplacedRecordMended(ReplacedRecord):
    """With a lock."""

    def sell(self):
        with self.lock:
            super().sell()

    def refill(self):
        with self.lock:
            super().refill()

    workers = (sell, refill)


class NamedTupleReplaced:
    """One moves along x, the other along y, both from the same place.

    Symptom: AssertionError
    """

    def __init__(self):
        self.at = Point(0, 0)
        self.lock = threading.Lock()

    def go(self, **to):
        self.at = self.at._replace(**to)

    def check(self):
        assert self.at == Point(1, 1)

    workers = (lambda self: self.go(x=1), lambda self: self.go(y=1))


class NamedTupleReplacedMended(NamedTupleReplaced):
    """With a lock."""

    def go(self, **to):
        with self.lock:
            super().go(**to)


class Money:
    """An amount that adds in place."""

    def __init__(self, cents):
        self.cents = cents

    def __iadd__(self, other):
        self.cents = self.cents + other.cents
        return self

    def __eq__(self, other):
        return isinstance(other, Money) and self.cents == other.cents

    __hash__ = None


class InPlaceOperator:
    """`+=` of an object that changes itself.

    Symptom: AssertionError
    """

    def __init__(self):
        self.till = Money(0)
        self.lock = threading.Lock()

    def pay(self):
        self.till += Money(5)

    def check(self):
        assert self.till == Money(10)

    workers = (pay, pay)


class InPlaceOperatorMended(InPlaceOperator):
    """With a lock."""

    def pay(self):
        with self.lock:
            self.till += Money(5)

    workers = (pay, pay)


class Proxy:
    """Stands for another object."""

    def __init__(self, target):
        object.__setattr__(self, "_target", target)

    def __getattr__(self, name):
        return getattr(self._target, name)

    def __setattr__(self, name, value):
        setattr(self._target, name, value)


class BehindAProxy:
    """The attribute is another object's.

    Symptom: AssertionError
    """

    def __init__(self):
        self.real = types.SimpleNamespace(value=0)
        self.proxy = Proxy(self.real)
        self.lock = threading.Lock()

    def add(self):
        self.proxy.value += 1

    def check(self):
        assert self.real.value == 2

    workers = (add, add)


class BehindAProxyMended(BehindAProxy):
    """With a lock."""

    def add(self):
        with self.lock:
            super().add()

    workers = (add, add)


class CopyOnWrite:
    """A new list from the old one, and the other's item is missing.

    Symptom: AssertionError
    """

    def __init__(self):
        self.items = []

    def add(self, item):
        self.items = [*self.items, item]

    def check(self):
        assert sorted(self.items) == ["a", "b"]

    workers = (lambda self: self.add("a"), lambda self: self.add("b"))


class CopyOnWriteMended(CopyOnWrite):
    """`append` adds to the one list."""

    def add(self, item):
        self.items.append(item)


class FlagsOfOneByte:
    """Two bits of one number.

    Symptom: AssertionError
    """

    def __init__(self):
        self.flags = 0
        self.lock = threading.Lock()

    def raise_flag(self, bit):
        self.flags |= 1 << bit

    def check(self):
        assert self.flags == 0b11

    workers = (lambda self: self.raise_flag(0), lambda self: self.raise_flag(1))


class FlagsOfOneByteMended(FlagsOfOneByte):
    """With a lock."""

    def raise_flag(self, bit):
        with self.lock:
            super().raise_flag(bit)


class ClaimedByWalrus:
    """The next number is read in the condition and written in the body.

    Symptom: AssertionError
    """

    def __init__(self):
        self.next, self.claimed = 0, []
        self.lock = threading.Lock()

    def claim_all(self):
        while (number := self.next) < 2:
            self.next = number + 1
            self.claimed.append(number)

    def check(self):
        assert sorted(self.claimed) == [0, 1]

    workers = (claim_all, claim_all)


class ClaimedByWalrusMended(ClaimedByWalrus):
    """With a lock."""

    def claim_all(self):
        with self.lock:
            super().claim_all()

    workers = (claim_all, claim_all)


class HighestBid:
    """A lower bid overwrites a higher one that came after the look.

    Symptom: AssertionError
    """

    def __init__(self):
        self.best = 0
        self.lock = threading.Lock()

    def bid(self, amount):
        if amount > self.best:
            self.best = amount

    def check(self):
        assert self.best == 20

    workers = (lambda self: self.bid(10), lambda self: self.bid(20))


class HighestBidMended(HighestBid):
    """With a lock."""

    def bid(self, amount):
        with self.lock:
            super().bid(amount)


class MissingAttribute:
    """`hasattr`, then made: twice.

    Symptom: AssertionError
    """

    def __init__(self):
        self.made = []
        self.lock = threading.Lock()

    def data(self):
        if not hasattr(self, "_data"):
            self._data = object()
            self.made.append(1)
        return self._data

    def work(self):
        assert self.data()

    def check(self):
        assert len(self.made) == 1

    workers = (work, work)


class MissingAttributeMended(MissingAttribute):
    """With a lock."""

    def data(self):
        with self.lock:
            return super().data()


class LockOfTheSubclassOnly:
    """The subclass locks its own half; the half it inherits is open.

    Symptom: AssertionError
    """

    class Account:
        def __init__(self):
            self.balance, self.lock = 0, threading.RLock()

        def add(self, amount):
            self.balance = self.balance + amount

    class Logged(Account):
        def __init__(self):
            super().__init__()
            self.entries = []

        def add(self, amount):
            super().add(amount)
            with self.lock:
                self.entries.append(amount)

    def __init__(self):
        self.account = self.Logged()

    def check(self):
        assert self.account.balance == sum(self.account.entries) == 3

    workers = (lambda self: self.account.add(1), lambda self: self.account.add(2))


class LockOfTheSubclassOnlyMended(LockOfTheSubclassOnly):
    """The lock covers both."""

    class Logged(LockOfTheSubclassOnly.Logged):
        def add(self, amount):
            with self.lock:
                super().add(amount)


class LruCacheComputesTwice:
    """`lru_cache` keeps its own books in order; it does not compute only once.

    Symptom: AssertionError
    """

    def __init__(self):
        self.computed = []
        self.lock = threading.Lock()

    @functools.lru_cache(maxsize=None)  # noqa: B019, UP033
    def answer(self):
        self.computed.append(42)
        return 42

    def work(self):
        assert self.answer() == 42

    def check(self):
        assert self.computed == [42]

    workers = (work, work)


class LruCacheComputesTwiceMended(LruCacheComputesTwice):
    """With a lock around the cache."""

    def work(self):
        with self.lock:
            assert self.answer() == 42

    workers = (work, work)


class HalfOfASlice:
    """Every item is doubled in a copy, and the copy put back.

    Symptom: AssertionError
    """

    def __init__(self):
        self.prices = [1, 2]
        self.lock = threading.Lock()

    def double(self):
        self.prices[:] = [price * 2 for price in self.prices]

    def check(self):
        assert self.prices == [4, 8]

    workers = (double, double)


class HalfOfASliceMended(HalfOfASlice):
    """With a lock."""

    def double(self):
        with self.lock:
            super().double()

    workers = (double, double)


if sys.version_info >= (3, 12):

    class CachedPropertyComputesTwice:
        """Since 3.12 `cached_property` has no lock.

        Symptom: AssertionError
        """

        def __init__(self):
            self.computed = []
            self.lock = threading.Lock()

        @functools.cached_property
        def answer(self):
            self.computed.append(42)
            return 42

        def work(self):
            assert self.answer == 42

        def check(self):
            assert self.computed == [42]

        workers = (work, work)

    class CachedPropertyComputesTwiceMended(CachedPropertyComputesTwice):
        """With a lock around it."""

        def work(self):
            with self.lock:
                assert self.answer == 42

        workers = (work, work)


@dataclass(slots=True)
class Purse:
    """What the patterns look into."""

    coins: int = 10


class MatchedByName:
    """A pattern has looked at the coins, and then they are taken.

    Symptom: AssertionError
    """

    def __init__(self):
        self.purse = Purse()
        self.lock = nullcontext()

    def take(self):
        with self.lock:
            match self.purse:
                case Purse(coins=coins) if coins >= 10:
                    self.purse.coins -= 10

    def check(self):
        assert self.purse.coins == 0

    workers = (take, take)


class MatchedByNameMended(MatchedByName):
    """Looked at and taken under a lock."""

    def __init__(self):
        super().__init__()
        self.lock = threading.Lock()


class MatchedByPosition(MatchedByName):
    """The same by position, and one pattern deeper.

    Symptom: AssertionError
    """

    def take(self):
        with self.lock:
            match {"purse": self.purse}:
                case {"purse": Purse(10)}:
                    self.purse.coins -= 10

    workers = (take, take)


class MatchedByPositionMended(MatchedByPosition):
    """Looked at and taken under a lock."""

    def __init__(self):
        super().__init__()
        self.lock = threading.Lock()
