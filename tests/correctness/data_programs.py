"""Random small programs over data: containers, items, attributes, variables, contexts.

Workers use the same few places of the same few objects, in the ways in which programs
do: constant and computed keys, two places of one container, iteration, special methods,
inheritance, generators, closures, module variables.
"""

from hypothesis import strategies as st

from tests.correctness.programs import small, source, statements

DATA_STATE = """
import asyncio
import contextlib
import contextvars
import functools
import types
from array import array
from collections import ChainMap, Counter, OrderedDict, UserDict, defaultdict, deque
from dataclasses import dataclass, field, replace
TOTAL = 0
TABLE = {"a": 0}
VAR = contextvars.ContextVar("VAR", default=0)
@dataclass
class Point:
    x: int = 0
    y: int = 0
    tags: list = field(default_factory=list)
class Slots:
    __slots__ = ("one", "two")
    def __init__(self): self.one = self.two = 0
class Temperature:
    def __init__(self): self._value = 0
    @property
    def value(self): return self._value
    @value.setter
    def value(self, value): self._value = value
class Bag:
    size = 0
    def __init__(self): self.items = {"a": 0, "b": 0}
    def __getitem__(self, key): return self.items[key]
    def __setitem__(self, key, value): self.items[key] = value
    def __delitem__(self, key): self.items.pop(key, None)
    def __contains__(self, key): return bool(self.items.get(key))
    def __len__(self): return len(self.items)
    def __iter__(self): return iter(list(self.items))
    def __call__(self, key): self.items[key] = self.items.get(key, 0) + 1
    def __iadd__(self, n): self.items["a"] += n; return self
    def __enter__(self): self.items["b"] += 1; return self
    def __exit__(self, *_): self.items["b"] -= 1
    def __bool__(self): return self.items["a"] > 0
    def bump(self): self.items["a"] += 1
class Counted(Bag):
    def bump(self):
        super().bump()
        type(self).size += 1
    def __getitem__(self, key): return super().__getitem__(key) + 1
class Program:
    def __init__(self):
        self.d = {"a": 0, "b": 0}
        self.l = [0, 0]
        self.q = deque([1, 2])
        self.s = {1, 2}
        self.by = bytearray(2)
        self.ar = array("i", [0, 0])
        self.c = Counter(a=1, b=1)
        self.od = OrderedDict(a=0, b=0)
        self.dd = defaultdict(int)
        self.ud = UserDict(a=0)
        self.nested = {"x": {"y": [0, 0]}}
        self.point = Point()
        self.slots = Slots()
        self.warm = Temperature()
        self.bag = Bag()
        self.counted = Counted()
        self.space = types.SimpleNamespace(n=0)
        self.x = 0
        self.log = {}
        Counted.size = 0
        n = 0
        def add():
            nonlocal n
            n += 1
            return n
        self.add = add
    def numbers(self):
        for index in range(2): yield self.l[index]
    @functools.cached_property
    def cached(self): return self.d["a"]
"""
DATA = """
self.d["a"] += 1
self.d[key] = self.d["b"] + 1
self.d["a"], self.d["b"] = self.d["b"] + 1, self.d["a"] + 2
note(self.d["a"] + self.d["b"])
note(sorted(self.d.items()))
note(self.d.get(key)); self.d["a"] = 7
self.d.update({key: 3})
note(self.d.pop(key, None))
if "c" not in self.d: self.d["c"] = number
note(self.d.setdefault("c", number))
for k in list(self.d): note(self.d[k])
self.l[0] += 1
self.l[index] = self.l[0] + self.l[1]
self.l[0], self.l[1] = self.l[1], self.l[0] + 1
note(sum(self.l)); self.l[1] += 1
self.l.append(number); note(len(self.l))
self.l = [*self.l, number]
note(self.l[-1]); self.l[:] = [5, 6]
note([one for one in self.l])
for one in self.l: note(one)
self.q.append(number); note(self.q.popleft() if self.q else None)
self.q[0] += 1; note(self.q[-1])
self.q.rotate(1); note(list(self.q))
self.s.add(number + 5); note(sorted(self.s))
note(1 in self.s); self.s.discard(1)
self.s |= {number + 7}; note(len(self.s))
self.by[0] += 1; note(bytes(self.by))
self.by[index] = self.by[0] + 1
self.ar[0] += 1; self.ar[1] += 1
note(self.ar.tolist()); self.ar[index] = 4
self.c["a"] += 1; note(self.c["b"])
self.c.update(a=2); note(sum(self.c.values()))
self.od["a"] += 1; note(list(self.od.values()))
self.od.move_to_end("a"); note(list(self.od))
self.dd[key] += 1
self.dd["n"] += 1; note(len(self.dd))
self.ud["a"] += 1; note(self.ud["a"])
self.nested["x"]["y"][0] += 1
self.nested["x"]["y"][index] += 2; note(self.nested["x"]["y"][0])
self.nested["x"] = {"y": [1, 1]}
self.point.x += 1
self.point.x, self.point.y = self.point.y + 1, self.point.x
self.point = replace(self.point, x=self.point.x + 1)
self.point.tags.append(number); note(len(self.point.tags))
note(self.point == Point())
self.slots.one += 1; note(self.slots.two)
self.slots.two = self.slots.one + 1
self.warm.value += 1
note(self.warm.value); self.warm.value = 4
self.bag["a"] += 1
self.bag[key] = self.bag["b"] + 1
self.bag("a"); note(self.bag["a"])
self.bag += 2
with self.bag: note(self.bag["b"])
note("a" in self.bag); self.bag.bump()
note(len(self.bag)); self.bag["c"] = 1
note([k for k in self.bag])
if not self.bag: self.bag.bump()
del self.bag["a"]; note("a" in self.bag)
self.counted.bump()
note(self.counted["a"]); note(Counted.size)
self.space.n += 1; note(self.space.n)
setattr(self, "x", getattr(self, "x") + 1)
vars(self)["x"] = self.x + 1
note(self.x); self.x += 1
note(list(self.numbers())); self.l[0] += 1
for one in self.numbers(): note(one)
note(self.add())
self.add(); note(self.add())
TOTAL += 1; note(TOTAL)
TABLE["a"] += 1; note(TABLE["a"])
VAR.set(VAR.get() + 1); note(VAR.get())
note(max(self.d.values())); self.d["b"] += 2
note(dict(zip("ab", self.l))); self.l[1] = 9
note(any(v > 0 for v in self.d.values())); self.d["a"] = 1
del self.d["a"]; self.d["a"] = 1
note(ChainMap(self.d, self.od)["a"]); self.d["a"] = 2
match self.point:
    case Point(x=0): self.point.x = 3
    case _: note("moved")
"""
NAMES = """\
        global TOTAL
        number = {number}
        key, index = "ab"[number % 2], number % 2
"""


def data_source(workers):
    """A scenario over data, whose workers have a number, a key and an index."""
    text = source(DATA_STATE, workers)
    for number in range(len(workers)):
        name = f"        name = 'worker {number}'\n"
        text = text.replace(name, name + NAMES.format(number=number))
    return text


def lines(most: int, *, between: str = ""):
    """At most so many statements, one at least; a task may suspend between them."""
    made = st.lists(st.sampled_from(statements(DATA)), min_size=1, max_size=most)
    if not between:
        return made
    return made.map(lambda body: [part for one in body for part in (between, one)])


def thread(most: int):
    return lines(most).map(lambda body: ("", body))


# A statement of a thread is several steps.
thread_data_programs = st.tuples(thread(2), thread(1)).map(
    lambda made: data_source(list(made))
)
task_data_programs = small(lines(2, between="await asyncio.sleep(0)"), "async ").map(
    data_source
)
