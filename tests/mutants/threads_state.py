"""State that threads share without a guard: what is read is old when it is used."""

import threading
import threading as t
from collections import defaultdict, deque
from dataclasses import dataclass, field
from threading import Lock as L  # noqa: N817  (an alias the explorer must follow)

total = 0
total_guard = L()


class LostUpdate:
    """Both threads read the value before either writes it.

    Symptom: AssertionError
    """

    def __init__(self):
        self.value = 0
        self.lock = threading.Lock()

    def increment(self):
        self.value += 1

    def check(self):
        assert self.value == 2

    workers = (increment, increment)


class LostUpdateMended(LostUpdate):
    """The lock makes reading and writing one step."""

    def increment(self):
        with self.lock:
            self.value += 1

    workers = (increment, increment)


class GlobalLostUpdate:
    """The value is a global of the module, which starts at 0 in every schedule.

    Symptom: AssertionError
    """

    def add(self):
        global total
        total += 1

    def check(self):
        assert total == 2

    workers = (add, add)


class GlobalLostUpdateMended(GlobalLostUpdate):
    """A lock of the module guards it."""

    def add(self):
        global total
        with total_guard:
            total += 1

    workers = (add, add)


class ItemLostUpdate:
    """An item of a dict is read, added to and written.

    Symptom: AssertionError
    """

    def __init__(self):
        self.votes = {"yes": 0}
        self.lock = t.Lock()

    def vote(self):
        self.votes["yes"] += 1

    def check(self):
        assert self.votes == {"yes": 2}

    workers = (vote, vote)


class ItemLostUpdateMended(ItemLostUpdate):
    """The lock covers the item."""

    def vote(self):
        with self.lock:
            self.votes["yes"] += 1

    workers = (vote, vote)


class DefaultLostUpdate:
    """The default is made twice, and one of the two lists is thrown away.

    Symptom: AssertionError
    """

    def __init__(self):
        self.by_letter = defaultdict(list)
        self.lock = threading.Lock()

    def file(self, word):
        if word[0] not in self.by_letter:
            self.by_letter[word[0]] = []
        self.by_letter[word[0]].append(word)

    def check(self):
        assert sorted(self.by_letter["a"]) == ["ant", "ape"]

    workers = (lambda self: self.file("ant"), lambda self: self.file("ape"))


class DefaultLostUpdateMended(DefaultLostUpdate):
    """Looking, making and appending are one step."""

    def file(self, word):
        with self.lock:
            self.by_letter[word[0]].append(word)


def make_tally(lock):
    """Two functions over one variable that nobody else can reach."""
    count = 0

    def add():
        nonlocal count
        if lock is None:
            count += 1
        else:
            with lock:
                count += 1

    return add, lambda: count


class ClosureLostUpdate:
    """The value is a variable of a closure.

    Symptom: AssertionError
    """

    lock = None

    def __init__(self):
        self.add, self.read = make_tally(self.lock)

    def work(self):
        self.add()

    def check(self):
        assert self.read() == 2

    workers = (work, work)


class ClosureLostUpdateMended(ClosureLostUpdate):
    """A lock of the class guards the variable."""

    lock = threading.Lock()


@dataclass(slots=True)
class Stock:
    """A record without a `__dict__`."""

    bars: int = 5
    guard: threading.Lock = field(default_factory=threading.Lock)


class SlotLostUpdate:
    """The value is a slot of a dataclass.

    Symptom: AssertionError
    """

    def __init__(self):
        self.stock = Stock()

    def take(self):
        self.stock.bars -= 1

    def check(self):
        assert self.stock.bars == 3

    workers = (take, take)


class SlotLostUpdateMended(SlotLostUpdate):
    """The record carries its own lock."""

    def take(self):
        with self.stock.guard:
            self.stock.bars -= 1

    workers = (take, take)


class Celsius:
    """A property over a private attribute, locked for each access or not."""

    def __init__(self):
        self._degrees = 20
        self.lock = threading.RLock()

    @property
    def degrees(self):
        with self.lock:
            return self._degrees

    @degrees.setter
    def degrees(self, degrees):
        with self.lock:
            self._degrees = degrees


class PropertyLostUpdate:
    """Getter and setter are locked, one by one; reading and writing are not.

    Symptom: AssertionError
    """

    def __init__(self):
        self.room = Celsius()

    def warm(self):
        self.room.degrees += 1

    def check(self):
        assert self.room.degrees == 22

    workers = (warm, warm)


class PropertyLostUpdateMended(PropertyLostUpdate):
    """One lock, held from the getter to the setter."""

    def warm(self):
        with self.room.lock:
            self.room.degrees += 1

    workers = (warm, warm)


class Counted:
    """A descriptor that keeps its value in the instance."""

    def __set_name__(self, owner, name):
        self.name = name

    def __get__(self, instance, owner=None):
        return instance.__dict__.get(self.name, 0)

    def __set__(self, instance, value):
        instance.__dict__[self.name] = value


class DescriptorLostUpdate:
    """The attribute is a descriptor.

    Symptom: AssertionError
    """

    visits = Counted()

    def __init__(self):
        self.lock = threading.Lock()

    def visit(self):
        self.visits = self.visits + 1

    def check(self):
        assert self.visits == 2

    workers = (visit, visit)


class DescriptorLostUpdateMended(DescriptorLostUpdate):
    """The lock covers get and set."""

    def visit(self):
        with self.lock:
            self.visits = self.visits + 1

    workers = (visit, visit)


class ClassLostUpdate:
    """The value is an attribute of the class, shared by all its instances.

    Symptom: AssertionError
    """

    made = 0
    guard = threading.Lock()

    @classmethod
    def make(cls):
        cls.made += 1

    def check(self):
        assert type(self).made == 2

    workers = (lambda self: self.make(), lambda self: self.make())


class ClassLostUpdateMended(ClassLostUpdate):
    """So is the lock."""

    made = 0

    @classmethod
    def make(cls):
        with cls.guard:
            cls.made += 1


class TornPair:
    """A reader comes between the two halves of a write.

    Symptom: AssertionError
    """

    def __init__(self):
        self.x = self.y = 0
        self.lock = threading.Lock()

    def move(self):
        self.x = 1
        self.y = 1

    def look(self):
        x, y = self.x, self.y
        assert x == y, (x, y)

    workers = (move, look)


class TornPairMended(TornPair):
    """Both sides hold the lock."""

    def move(self):
        with self.lock:
            self.x = self.y = 1

    def look(self):
        with self.lock:
            x, y = self.x, self.y
        assert x == y, (x, y)

    workers = (move, look)


class TornSwap:
    """Two exchanges at once: both sides end up with the same thing.

    Symptom: AssertionError
    """

    def __init__(self):
        self.left, self.right = "salt", "pepper"
        self.lock = threading.Lock()

    def swap(self):
        self.left, self.right = self.right, self.left

    def check(self):
        assert {self.left, self.right} == {"salt", "pepper"}

    workers = (swap, swap)


class TornSwapMended(TornSwap):
    """An exchange is one step."""

    def swap(self):
        with self.lock:
            self.left, self.right = self.right, self.left

    workers = (swap, swap)


class PopOfAnEmptyList:
    """There was one left when it looked.

    Symptom: IndexError
    """

    def __init__(self):
        self.bars = ["last one"]
        self.lock = threading.Lock()

    def take(self):
        if self.bars:
            self.bars.pop()

    workers = (take, take)


class PopOfAnEmptyListMended(PopOfAnEmptyList):
    """Looking and taking are one step."""

    def take(self):
        with self.lock:
            if self.bars:
                self.bars.pop()

    workers = (take, take)


class DeletedTwice:
    """Both find the key, both delete it.

    Symptom: KeyError
    """

    def __init__(self):
        self.sessions = {"ada": 1}

    def close(self):
        if "ada" in self.sessions:
            del self.sessions["ada"]

    workers = (close, close)


class DeletedTwiceMended(DeletedTwice):
    """One operation of the dict both looks and deletes."""

    def close(self):
        self.sessions.pop("ada", None)

    workers = (close, close)


class TakenTwice:
    """Two guests find the seat free, since `in` and `add` are two steps.

    Symptom: AssertionError
    """

    def __init__(self):
        self.taken = set()
        self.seated = deque()
        self.lock = threading.Lock()

    def sit(self):
        if 7 not in self.taken:
            self.taken.add(7)
            self.seated.append(7)

    def check(self):
        assert list(self.seated) == [7]

    workers = (sit, sit)


class TakenTwiceMended(TakenTwice):
    """The lock is held from the look to the entry."""

    def sit(self):
        with self.lock:
            TakenTwice.sit(self)

    workers = (sit, sit)


class DictGrowsWhileRead:
    """One iterates over a dict to which the other adds a key.

    Symptom: RuntimeError
    """

    def __init__(self):
        self.prices = {"bar": 1, "gum": 2}
        self.lock = threading.Lock()

    def add(self):
        self.prices["mint"] = 3

    def list_all(self):
        return [name.upper() for name in self.prices]

    workers = (add, list_all)


class DictGrowsWhileReadMended(DictGrowsWhileRead):
    """Nobody adds while somebody iterates."""

    def add(self):
        with self.lock:
            self.prices["mint"] = 3

    def list_all(self):
        with self.lock:
            return [name.upper() for name in self.prices]

    workers = (add, list_all)


class DequeShrinksWhileRead:
    """One iterates over a deque from which the other takes.

    Symptom: RuntimeError
    """

    def __init__(self):
        self.jobs = deque(["a", "b", "c"])
        self.lock = threading.Lock()
        self.seen = []

    def take(self):
        self.jobs.popleft()

    def look(self):
        for job in self.jobs:
            self.seen.append(job)

    workers = (take, look)


class DequeShrinksWhileReadMended(DequeShrinksWhileRead):
    """The reader iterates over a copy, taken under the lock."""

    def take(self):
        with self.lock:
            self.jobs.popleft()

    def look(self):
        with self.lock:
            jobs = tuple(self.jobs)
        for job in jobs:
            self.seen.append(job)

    workers = (take, look)


class SharedGenerator:
    """Two threads advance one generator at the same time.

    Symptom: ValueError
    """

    def __init__(self):
        self.last = 0
        self.tickets = self.number()
        self.lock = threading.Lock()
        self.drawn = []

    def number(self):
        while True:
            self.last += 1
            yield self.last

    def draw(self):
        self.drawn.append(next(self.tickets))

    def check(self):
        assert sorted(self.drawn) == [1, 2]

    workers = (draw, draw)


class SharedGeneratorMended(SharedGenerator):
    """One at a time."""

    def draw(self):
        with self.lock:
            self.drawn.append(next(self.tickets))

    workers = (draw, draw)


class WriteSkew:
    """Each sees the other on call and leaves: nobody is left.

    Symptom: AssertionError
    """

    def __init__(self):
        self.on_call = {"ada": True, "bob": True}
        self.lock = threading.Lock()

    def leave(self, name, other):
        if self.on_call[other]:
            self.on_call[name] = False

    def check(self):
        assert any(self.on_call.values())

    workers = (
        lambda self: self.leave("ada", "bob"),
        lambda self: self.leave("bob", "ada"),
    )


class WriteSkewMended(WriteSkew):
    """The look at the other's state is part of one's own change."""

    def leave(self, name, other):
        with self.lock:
            super().leave(name, other)


class Family:
    members = 0


class Relative(Family):
    """Has its members from its family, until it has its own."""


class SeenThroughARelative:
    """A class's attribute is looked for in one class after the other.

    Symptom: AssertionError
    """

    kind = Relative

    def __init__(self):
        Family.members = 0
        self.seen = []

    def marry(self):
        Family.members += 1

    def count(self):
        self.seen.append(self.kind.members)

    def check(self):
        assert self.seen == [0]

    workers = (marry, count)


class SeenThroughARelativeMended(SeenThroughARelative):
    """It has members of its own."""

    class Adopted(Family):
        members = 0

    kind = Adopted
