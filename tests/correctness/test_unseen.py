"""What one line of a worker reads or writes is seen, however the line does it.

Each program has a reader and a writer of one line, which nothing interrupts but where
the table says so.  The end states are those that CPython can reach, found by hand.
"""

import pytest

from bench.correctness.programs.discovery import find_scenarios
from tests.correctness.outcomes import end_states

# By name: what `__init__` makes, the reader's line, the writer's, and each value that
# the reader may find, as it is shown.
LATER = {  # made before the workers start, and used by them
    "a generator expression in a list": (
        "self.l = [1]; self.g = (x * 2 for x in self.l)",
        "self.r = list(self.g)",
        "self.l.append(2)",
        ["[2]", "[2, 4]"],
    ),
    "a generator expression in a loop": (
        "self.l = [1]; self.g = (x * 2 for x in self.l)",
        "self.r = [x for x in self.g]",
        "self.l.append(2)",
        ["[2]", "[2, 4]"],
    ),
    "a generator expression over pairs": (
        "self.l = [(1, 2)]; self.g = (x * y for x, y in self.l)",
        "self.r = sum(self.g)",
        "self.l.append((3, 4))",
        ["2", "14"],
    ),
    "a generator expression over values": (
        "self.l = {1: 1}; self.g = (x + 1 for x in self.l.values())",
        "self.r = max(self.g)",
        "self.l[1] = 7",
        ["2", "8"],
    ),
    "a generator expression over enumerate": (
        "self.l = [1]; self.g = (x for x in enumerate(self.l))",
        "self.r = list(self.g)",
        "self.l.append(2)",
        ["[(0, 1)]", "[(0, 1), (1, 2)]"],
    ),
    "a generator expression over groupby": (
        "self.l = [1]; self.g = (k for k, _ in itertools.groupby(self.l))",
        "self.r = list(self.g)",
        "self.l.append(2)",
        ["[1]", "[1, 2]"],
    ),
    "tee": (
        "self.l = [1]; self.g, self.h = itertools.tee(self.l)",
        "self.r = list(self.h)",
        "self.l.append(2)",
        ["[1]", "[1, 2]"],
    ),
    "tee of a tee": (
        "self.l = [1]; self.g = itertools.tee(itertools.tee(self.l)[0])[1]",
        "self.r = list(self.g)",
        "self.l.append(2)",
        ["[1]", "[1, 2]"],
    ),
    "a generator that has started": (
        "self.l = [0, 1]; self.g = doubled(self.l); next(self.g)",
        "self.r = list(self.g)",
        "self.l.append(2)",
        ["[2]", "[2, 4]"],
    ),
    "a generator that delegates": (
        "self.l = [0, 1]; self.g = delegating(self.l); next(self.g)",
        "self.r = list(self.g)",
        "self.l.append(2)",
        ["[1]", "[1, 2]"],
    ),
}
AT_ONCE = {  # one line of the library reads, or writes, what the other line names
    "pickle": (
        "self.o = Part(1)",
        "self.r = pickle.loads(pickle.dumps(self.o)).x",
        "self.o.x = 7",
        ["1", "7"],
    ),
    "join of bytes": (
        "self.b = bytearray(b'ab')",
        "self.r = b''.join([b'<', self.b])",
        "self.b[0] = 65",
        ["b'<ab'", "b'<Ab'"],
    ),
    "extend of an array": (
        "self.a = array.array('i', [1])",
        "self.r = len(self.a)",
        "self.a.extend([2])",
        ["1", "2"],
    ),
    "the text of a UserString": (
        "self.u = collections.UserString('a')",
        "self.r = str(self.u)",
        "self.u.data = 'z'",
        ["'a'", "'z'"],
    ),
    "a formatted UserString": (
        "self.u = collections.UserString('a')",
        "self.r = f'{self.u}'",
        "self.u.data = 'z'",
        ["'a'", "'z'"],
    ),
    "the text of an exception": (
        "self.e = ValueError('a')",
        "self.r = str(self.e)",
        "self.e.args = ('b',)",
        ["'a'", "'b'"],
    ),
    "a formatted exception": (
        "self.e = ValueError('a')",
        "self.r = f'{self.e!r}'",
        "self.e.args = ('b',)",
        ["\"ValueError('a')\"", "\"ValueError('b')\""],
    ),
    "the notes of an exception": (
        "self.e = ValueError('a')",
        "self.r = getattr(self.e, '__notes__', None)",
        "self.e.add_note('n')",
        ["None", "['n']"],
    ),
    "a second note": (
        "self.e = ValueError('a'); self.e.add_note('m')",
        "self.r = len(self.e.__notes__)",
        "self.e.add_note('n')",
        ["1", "2"],
    ),
    "dir": ("", "self.r = 'nu' in dir(self)", "self.nu = 1", ["False", "True"]),
    "dir of another": (
        "self.o = Part()",
        "self.r = 'x' in dir(self.o)",
        "del self.o.x",
        ["False", "True"],
    ),
    "methodcaller": (
        "self.o = Part()",
        "self.r = operator.methodcaller('name')(self.o)",
        "self.o.name = lambda: 5",
        ["'part'", "5"],
    ),
    "a method of the class that an object had": (
        "self.o = Part()",
        "self.r = self.o.name()",
        "self.o.__class__ = Other",
        ["'part'", "'other'"],
    ),
    "type": (
        "self.o = Part()",
        "self.r = type(self.o) is Other",
        "self.o.__class__ = Other",
        ["False", "True"],
    ),
    "isinstance": (
        "self.o = Part()",
        "self.r = isinstance(self.o, Other)",
        "self.o.__class__ = Other",
        ["False", "True"],
    ),
    "isinstance of what is unpacked": (
        "self.o = Part()",
        "self.r = isinstance(*(self.o, Part))",
        "self.o.x = 1",
        ["True"],
    ),
    "lines of a file": (
        "self.f = io.StringIO('a\\nb\\n')",
        "self.r = [line.strip() for line in self.f]",
        "self.f.readline()",
        ["['a', 'b']", "['a']", "['b']"],
    ),
    "all lines of a file": (
        "self.f = io.StringIO('a\\nb\\n')",
        "self.r = len(list(self.f))",
        "self.f.readline()",
        ["1", "2"],
    ),
    "the number of weak references": (
        "self.o = Part(); self.s = {self.o}; self.w = weakref.ref(self.o)",
        "self.r = weakref.getweakrefcount(self.o)",
        "self.o.x = 1",
        ["1"],
    ),
    "a weak proxy beside a weak set": (
        "self.o = Part(); self.p = weakref.proxy(self.o); self.s = {self.o}",
        "self.r = len(weakref.getweakrefs(self.o)) if self.o else None",
        "self.o = None",
        ["1", "0", "None"],
    ),
    "WeakSet": (
        "self.o = Part(); self.w = weakref.WeakSet([self.o])",
        "self.r = len(self.w)",
        "self.o = None",
        ["0", "1"],
    ),
    "WeakKeyDictionary": (
        "self.o = Part(); self.w = weakref.WeakKeyDictionary({self.o: 1})",
        "self.r = list(self.w.values())",
        "self.o = None",
        ["[]", "[1]"],
    ),
    "a finalizer whose object dies": (
        "self.o = Part(); self.f = weakref.finalize(self.o, len, 'a')",
        "self.r = self.f.alive",
        "self.o = None",
        ["False", "True"],
    ),
    "a finalizer that is called": (
        "self.o = Part(); self.f = weakref.finalize(self.o, len, 'a')",
        "self.r = self.f.alive",
        "self.f()",
        ["False", "True"],
    ),
    "a finalizer that is detached": (
        "self.o = Part(); self.f = weakref.finalize(self.o, len, 'a')",
        "self.r = self.f.peek() is None",
        "self.f.detach()",
        ["False", "True"],
    ),
    "a shared generator of numbers": (
        "self.g = random.Random(1)",
        "self.r = self.g.random() == random.Random(1).random()",
        "self.g.seed(5)",
        ["False", "True"],
    ),
    "numbers that are drawn by two": (
        "self.g = random.Random(1); self.first = random.Random(1).randint(1, 999)",
        "self.r = self.g.randint(1, 999) == self.first",
        "self.g.randint(1, 999)",
        ["False", "True"],
    ),
}
OF_MODULES = {  # what they write outlives the object, and is put back for the next run
    "a registered class": (
        "isinstance(Part(), Named)",
        "Named.register(Part)",
        ["False", "True"],
    ),
    "a class that is registered with one below": (
        "issubclass(Other, Named)",
        "Called.register(Part)",
        ["False", "True"],
    ),
    "a class that is registered with the library's": (
        "isinstance(Part(), collections.abc.Sequence)",
        "collections.abc.Sequence.register(Part)",
        ["False", "True"],
    ),
    "a function that singledispatch calls": (
        "shown(1)",
        "shown.register(int, lambda item: 'a number')",
        ["'a thing'", "'a number'"],
    ),
}
CRASHED = {  # they fill a tuple with iterators, and take out those that have ended
    "max": ("max({z}, key=self.key)", ["(2, None)", "(3, None)"]),
    "sorted": (
        "sorted({z}, key=self.key)",
        ["[(1, 'a'), (2, None)]", "[(1, 'a'), (2, None), (3, None)]"],
    ),
    "reduce": ("functools.reduce(lambda x, y: y, {z})", ["(2, None)", "(3, None)"]),
    "list": (
        "list({z})",
        ["[(1, 'a'), (2, None)]", "[(1, 'a'), (2, None), (3, None)]"],
    ),
}
SOURCE = """
import abc, array, collections, functools, itertools, operator, pickle, random, weakref
import collections.abc, io

def doubled(items):
    for item in items:
        yield item * 2

def delegating(items):
    yield from items

class Part:
    def __init__(self, x=None):
        self.x = x
    def name(self):
        return "part"

class Named(abc.ABC):
    pass

class Called(Named):
    pass

@functools.singledispatch
def shown(item):
    return "a thing"

class Other(Part):
    def name(self):
        return "other"

class Program:
    def __init__(self):
        self.r = None
        {make}
    def key(self, item):
        return str(item)
    def read(self):
        {read}
    def write(self):
        {write}
    def check(self):
        raise AssertionError(f"{{self.r!r}}")
    workers = (read, write)
"""


def found(tmp_path, search, make, read, write):
    """What the reader has found in the end, in each of the end states."""
    path = tmp_path / "unseen.py"
    path.write_text(SOURCE.format(make=make, read=read, write=write))
    (program,) = find_scenarios(str(path))
    states = end_states(program, search, seconds=60)
    return {state.removeprefix("AssertionError: ") for state in states}


@pytest.mark.parametrize("search", ["dpor", "brute"])
@pytest.mark.parametrize("name", LATER)
def test_what_is_made_before_the_workers_is_seen_when_they_iterate(
    tmp_path, search, name
):
    """Nothing races while it is made, but it goes on when something can."""
    make, read, write, values = LATER[name]
    assert found(tmp_path, search, make, read, write) == set(values)


@pytest.mark.parametrize("search", ["dpor", "brute"])
@pytest.mark.parametrize("name", AT_ONCE)
def test_what_the_library_does_with_an_object_is_seen(tmp_path, search, name):
    """Its code is not rewritten, so that only its name tells what it accesses."""
    make, read, write, values = AT_ONCE[name]
    assert found(tmp_path, search, make or "pass", read, write) == set(values)


@pytest.mark.parametrize("search", ["dpor", "brute"])
@pytest.mark.parametrize("name", OF_MODULES)
def test_what_is_registered_in_a_run_is_not_registered_in_the_next(
    tmp_path, search, name
):
    """Else the first run decides what all others find."""
    read, write, values = OF_MODULES[name]
    assert found(tmp_path, search, "pass", f"self.r = {read}", write) == set(values)


@pytest.mark.parametrize("search", ["dpor", "brute"])
@pytest.mark.parametrize("name", CRASHED)
def test_an_iterator_that_has_ended_in_zip_longest_crashes_nothing(
    tmp_path, search, name
):
    """Its tuple has a slot with no object in it, which no code may read."""
    call, values = CRASHED[name]
    read = "self.r = " + call.format(z="itertools.zip_longest(self.s, 'a')")
    make, write = "self.s = [1, 2]", "self.s.append(3)"
    assert found(tmp_path, search, make, read, write) == set(values)
