"""Every way to read or to change shared state, in Python and its library, is seen.

One worker changes a pair in two steps, and another looks at it once, by one expression:
some schedule must show the pair half changed.  Or two workers each add one, by one
statement that reads and writes: some schedule must lose an update.
"""

import pytest

from bench.correctness import explore
from bench.correctness.api import explore_all
from bench.errors import CannotRunError

IMPORTS = """
import array, collections, contextlib, copy, csv, dataclasses, decimal, enum, functools
import heapq, io, itertools, json, logging, operator, pickle, re, statistics, string
import struct, sys, threading, types, weakref

@dataclasses.dataclass
class Box:
    value: object = 0
"""
READER = """
class Reader:
    def __init__(self):
        self.pair = {whole}
        self.box = Box(self.pair)
        self.seen = []

    def change(self):
        self.pair[{first!r}] = 1
        self.pair[{second!r}] = 1

    def look(self):
        self.seen.append(repr({expression}))

    def check(self):
        (seen,) = self.seen
        self.pair[{second!r}] = 0
        self.look()
        assert seen != self.seen[1], "half changed"

    workers = (change, look)
"""
OF_A_LIST = """
list(self.pair)
self.pair[:]
self.pair[slice(None)]
self.pair + []
[] + self.pair
self.pair * 1
self.pair == [1, 0]
[self.pair] == [[1, 0]]
{"x": self.pair} == {"x": [1, 0]}
[0, 0] < self.pair < [1, 1]
not self.pair == [1, 0]
self.pair in [[1, 0]]
[[1, 0]].count(self.pair)
str(self.pair)
f"{self.pair!r:>10}"
"%s" % self.pair
"%s" % (self.pair,)
"%d%d" % tuple(self.pair)
"{}".format(self.pair)
"{x}".format(x=self.pair)
"{0[0]}{0[1]}".format(self.pair)
"".join(map(str, self.pair))
[*self.pair]
(lambda *pair: pair)(*self.pair)
[x for x in self.pair]
[(x, y) for x, y in [self.pair]]
[(i, x, y) for i, (x, y) in enumerate([self.pair])]
list(x for x in self.pair)
list(map(int, self.pair))
list(filter(lambda x: True, self.pair))
list(zip(self.pair, "ab"))
list(enumerate(self.pair))
list(reversed(self.pair))
list(map(self.pair.__getitem__, (0, 1)))
sorted([0, 1], key=self.pair.__getitem__)
list(itertools.chain(self.pair, []))
list(itertools.chain.from_iterable([self.pair]))
list(itertools.starmap(lambda *pair: pair, [self.pair]))
list(itertools.accumulate(self.pair))
list(itertools.compress("ab", self.pair))
functools.reduce(lambda x, y: (x, y), self.pair)
functools.partial(list, self.pair)()
operator.itemgetter(0, 1)(self.pair)
operator.attrgetter("box.value")(self).copy()
operator.methodcaller("copy")(self.pair)
list.copy(self.pair)
getattr(self, "pair").copy()
vars(self)["pair"].copy()
copy.copy(x=self.pair)
copy.deepcopy(self.box).value
dataclasses.astuple(self.box)
self.box == Box([1, 0])
repr(self.box)
types.SimpleNamespace(a=self.pair) == types.SimpleNamespace(a=[1, 0])
json.dumps(self.box.value)
pickle.dumps(self.pair)
struct.pack("BB", *self.pair)
array.array("b", self.pair)
bytes(self.pair)
collections.deque(self.pair)
collections.namedtuple("Pair", "x y")._make(self.pair)
statistics.mean(x * 10 for x in self.pair) + self.pair[0]
heapq.nlargest(2, enumerate(self.pair))
io.StringIO(str(self.pair)).read()
(self.pair if self.pair else 0) and list(self.pair)
"""
OF_A_DICT = """
dict(self.pair)
dict(**self.pair)
{**self.pair}
self.pair | {}
self.pair.copy()
list(self.pair.values())
[v for v in self.pair.values()]
{k: v for k, v in self.pair.items()}
sorted(self.pair.items())
self.pair.items() - {("x", 1), ("y", 0)}
self.pair == {"x": 1, "y": 0}
"%(x)s%(y)s" % self.pair
"{x}{y}".format(**self.pair)
"{x}{y}".format_map(self.pair)
string.Template("$x$y").substitute(self.pair)
min(self.pair, key=self.pair.get)
list(map(self.pair.get, ("x", "y")))
types.SimpleNamespace(**self.pair)
str(types.MappingProxyType(self.pair))
collections.Counter(self.pair)
collections.OrderedDict(self.pair)
dict(collections.ChainMap(self.pair))
logging.LogRecord("", 0, "", 0, "%s", (self.pair,), None).getMessage()
re.sub("9", "", str(self.pair))
"""
WRITER = """
class Adder:
    def __init__(self):
        self.n, self.items, self.table, self.text = 0, [0], {{"k": 0}}, "0"
        self.counter, self.queue = collections.Counter(k=0), collections.deque([0])
        self.cells, self.view = array.array("i", [0]), memoryview(bytearray(1))
        self.library = collections.UserDict(k=0)
        self.box, self.space = Box(), types.SimpleNamespace(n=0)

    def bump(self):
        self.n = self.n + 1

    def add(self):
        {statement}

    def check(self):
        assert 2 in (
            self.n, self.items[0], self.table["k"], int(self.text), self.counter["k"],
            self.queue[0], self.cells[0], self.view[0], self.library["k"],
            self.box.value, self.space.n,
        )

    workers = (add, add)
"""
UPDATES = """
self.n += 1
self.n = 1 + self.n
setattr(self, "n", getattr(self, "n") + 1)
self.__dict__["n"] += 1
vars(self).update(n=self.n + 1)
object.__setattr__(self, "n", object.__getattribute__(self, "n") + 1)
self.items[0] += 1
self.items[-1] = self.items[-1] + 1
self.items[0:1] = [self.items[0] + 1]
self.items[:] = [x + 1 for x in self.items]
self.items = list(map(lambda x: x + 1, self.items))
self.items.__setitem__(0, self.items.__getitem__(0) + 1)
operator.setitem(self.items, 0, operator.getitem(self.items, 0) + 1)
heapq.heapreplace(self.items, self.items[0] + 1)
self.table["k"] += 1
self.table.update(k=self.table["k"] + 1)
self.table |= {"k": self.table["k"] + 1}
self.table = {**self.table, "k": self.table.get("k") + 1}
self.text = str(int(self.text) + 1)
self.text = f"{int(self.text) + 1}"
self.counter["k"] += 1
self.counter = self.counter + collections.Counter("k")
self.queue[0] += 1
self.cells[0] += 1
self.view[0] += 1
self.library["k"] += 1
self.box.value += 1
self.box = Box(self.box.value + 1)
self.box = dataclasses.replace(self.box, value=self.box.value + 1)
self.space.n += 1
_, self.n = 0, self.n + 1
self.n = (x := self.n) + 1
self.n = self.n + 1 if self.n >= 0 else 0
[setattr(self, "n", self.n + 1) for _ in range(1)]
list(map(lambda _: self.bump(), range(1)))
sorted([1], key=lambda _: self.bump() or 0)
functools.partial(Adder.bump, self)()
functools.reduce(lambda adder, _: adder.bump(), [1], self)
operator.methodcaller("bump")(self)
types.MethodType(Adder.bump, self)()
{"do": self.bump}["do"]()
re.sub("x", lambda _: self.bump() or "", "x")
json.dumps(object(), default=lambda _: self.bump())
"""

OF_A_MODULE = """
total = 0

def bump():
    global total
    total += 1

class Together:
    def __init__(self):
        global total
        total = 0

    def one(self):
        bump()

    def other(self):
        {statement}

    def check(self):
        assert total == 2, "lost"

    workers = (one, other)
"""
MODULE_UPDATES = """
bump()
globals()["total"] += 1
globals().update(total=total + 1)
globals()["total"] = globals().get("total") + 1
vars(sys.modules[__name__])["total"] += 1
sys.modules[__name__].__dict__["total"] += 1
sys.modules[__name__].total += 1
setattr(sys.modules[__name__], "total", getattr(sys.modules[__name__], "total") + 1)
"""
PEEK = """
class Peeks:
    def __init__(self):
        self.semaphore, self.event = threading.Semaphore(), threading.Event()
        self.chosen = functools.singledispatch(lambda value: value)

    def act(self):
        {statement}

    def look(self):
        self.seen = {expression}

    workers = (act, look)
"""
PEEKS = [
    ("self.semaphore.acquire()", "self.semaphore._value", {"seen=0", "seen=1"}),
    ("self.event.set()", "self.event._flag", {"seen=False", "seen=True"}),
    ("self.chosen.register(int, str)", "self.chosen(1)", {"seen='1'", "seen=1"}),
]


def lines(table):
    return table.strip().splitlines()


def failure(source, tmp_path):
    path = tmp_path / "form.py"
    path.write_text(IMPORTS + source, encoding="utf-8")
    found = explore(path).failure
    return found and found.symptom


@pytest.mark.sampled(3)
@pytest.mark.parametrize("expression", lines(OF_A_LIST))
def test_a_list_is_seen_half_changed(expression, tmp_path):
    """What holds a reference only, or copies before or after, would be proved."""
    source = READER.format(whole="[0, 0]", first=0, second=1, expression=expression)

    assert "half changed" in failure(source, tmp_path)


@pytest.mark.sampled(3)
@pytest.mark.parametrize("expression", lines(OF_A_DICT))
def test_a_dict_is_seen_half_changed(expression, tmp_path):
    """The same for a dict, with its views and what is made of it."""
    whole = "{'x': 0, 'y': 0}"
    source = READER.format(whole=whole, first="x", second="y", expression=expression)

    assert "half changed" in failure(source, tmp_path)


@pytest.mark.sampled(3)
@pytest.mark.parametrize("statement", lines(UPDATES))
def test_an_update_is_lost(statement, tmp_path):
    """Reading and writing are two operations, however they are spelled."""
    symptom = failure(WRITER.format(statement=statement), tmp_path)

    assert symptom is not None
    assert symptom.startswith("AssertionError")


@pytest.mark.parametrize("statement", lines(MODULE_UPDATES))
def test_an_update_of_a_modules_variable_is_lost(statement, tmp_path):
    """A variable of a module is an attribute of it, and an item of its namespace."""
    assert "lost" in failure(OF_A_MODULE.format(statement=statement), tmp_path)


def test_an_update_of_another_modules_variable_is_lost(tmp_path):
    """It is the same variable in the file that has it and in one that imports that."""
    (tmp_path / "counted.py").write_text(OF_A_MODULE.partition("class")[0])
    source = OF_A_MODULE.partition("class")[2].format(statement="counted.total += 1")
    source = f"import counted\nclass{source}".replace("bump()", "counted.bump()")
    source = source.replace("global total\n", "").replace(
        " total =", " counted.total ="
    )

    assert "lost" in failure(source, tmp_path)


def test_each_scenario_of_a_file_finds_its_module(tmp_path):
    """Where the first has been explored, the second is not imported again."""
    path = tmp_path / "several.py"
    text = OF_A_MODULE.format(statement=lines(MODULE_UPDATES)[-1])
    path.write_text(f"{IMPORTS}{text}\nclass Again(Together): pass\n")

    symptoms = [verdict.failure.symptom for verdict in explore_all(str(path))]
    assert [symptom.partition(":")[0] for symptom in symptoms] == ["AssertionError"] * 2


@pytest.mark.parametrize(("statement", "expression", "seen"), PEEKS)
def test_a_look_within_comes_before_or_after(statement, expression, seen, tmp_path):
    """At what a lock keeps for itself, or a function for its choice."""
    path = tmp_path / "peeks.py"
    source = PEEK.format(statement=statement, expression=expression)
    path.write_text(f"{IMPORTS}{source}")

    assert {outcome.state for outcome in explore(path).outcomes} == seen


@pytest.mark.parametrize(
    "call",
    [
        "exec('n = n + 1', self.names)",
        "eval('n', vars(self))",
        "exec('len = 3')",
        "eval('mine(1)')",
        "eval('max(1)', self.names)",
        "eval('[one for one in (1,)]')",
        "eval('globals()')",
        "exec('\"text\"')",  # the name `__doc__` is bound
        "eval('max(1, 2)'); globals()['max'] = min",
    ],
)
def test_code_that_shares_names_is_refused(call, tmp_path):
    """It has no hooks: what it does to the names of others would not be seen."""
    path = tmp_path / "refused.py"
    path.write_text(
        "class Runs:\n"
        "    def __init__(self): self.n, self.names, self.items = 0, {'n': 0}, []\n"
        f"    def work(self): {call}\n"
        "    workers = (work, work)\n"
    )

    with pytest.raises(CannotRunError, match="of shared names is not modelled"):
        explore(path)


@pytest.mark.parametrize(
    "call",
    [
        "exec('pass')",
        "self.n = eval('1 + 1')",
        "self.n = eval(' 2', self.names)",
        "self.n = eval('max(1, len((1, 2)))')",
        "self.n = eval(f'{self.n} + 1')",
        "self.n = eval(compile('2', 'x', 'eval'))",
    ],
)
def test_code_that_uses_no_shared_name_is_run(call, tmp_path):
    """It has no hooks, and needs none."""
    path = tmp_path / "computes.py"
    path.write_text(
        "class Computes:\n"
        "    def __init__(self): self.n, self.names, self.items = 0, {'n': 0}, []\n"
        f"    def work(self): {call}; self.n = 7\n"
        "    def look(self): self.seen = self.n\n"
        "    workers = (work, look)\n"
    )

    states = {outcome.state for outcome in explore(path).outcomes}
    assert {"seen=0", "seen=7"} <= {state.rpartition(", ")[2] for state in states}
