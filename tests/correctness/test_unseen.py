"""What one line of a worker reads or writes is seen, however the line does it.

Each program has a reader and a writer of one line, which nothing interrupts but where
the table says so.  The end states are those that CPython can reach, found by hand.
"""

import pytest

from bench.correctness.programs.discovery import find_scenarios
from tests.correctness.outcomes import SEARCHES, end_states
from tests.correctness.unseen_programs import AT_ONCE

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
BY_CLASS = {  # what is read; what the first and the second class say
    "str": ("str(self.o)", ["'1'", "'2'"]),
    "format": ("f'{self.o}'", ["'1'", "'2'"]),
    "call": ("self.o()", ["1", "2"]),
    "len": ("len(self.o)", ["1", "2"]),
    "==": ("self.o == 1", ["True", "False"]),
    "+": ("self.o + 0", ["1", "2"]),
    "[]": ("self.o[0]", ["1", "2"]),
    "in": ("1 in self.o", ["True", "False"]),
    "list": ("list(self.o)", ["[1]", "[2]"]),
    "for": ("[item for item in self.o]", ["[1]", "[2]"]),
    "hash": ("hash(self.o)", ["1", "2"]),
}
SPECIAL_METHODS = """
class {name}:
    def __str__(self): return str({number})
    def __call__(self): return {number}
    def __len__(self): return {number}
    def __eq__(self, other): return {number} == other
    def __add__(self, other): return {number}
    def __getitem__(self, key): return {number}
    def __contains__(self, item): return {number} == item
    def __iter__(self): return iter([{number}])
    def __hash__(self): return {number}
"""
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
import collections.abc, csv, heapq, io, json, statistics, string, struct, sys, types

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

class Mortal(Part):
    def __init__(self):
        self.x = 1
    def __del__(self):
        pass

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
    classes = [
        SPECIAL_METHODS.format(name=name, number=number)
        for name, number in (("One", 1), ("Two", 2))
    ]
    program = SOURCE.format(make=make, read=read, write=write)
    path.write_text(program + "".join(classes))
    (program,) = find_scenarios(str(path))
    states = end_states(program, search, seconds=60)
    return {state.removeprefix("AssertionError: ") for state in states}


@pytest.mark.parametrize("search", SEARCHES)
@pytest.mark.parametrize("name", LATER)
def test_what_is_made_before_the_workers_is_seen_when_they_iterate(
    tmp_path, search, name
):
    """Nothing races while it is made, but it goes on when something can."""
    make, read, write, values = LATER[name]
    assert found(tmp_path, search, make, read, write) == set(values)


@pytest.mark.sampled(3)
@pytest.mark.parametrize("search", SEARCHES)
@pytest.mark.parametrize("name", AT_ONCE)
def test_what_the_library_does_with_an_object_is_seen(tmp_path, search, name):
    """Its code is not rewritten, so that only its name tells what it accesses."""
    make, read, write, values = AT_ONCE[name]
    assert found(tmp_path, search, make or "pass", read, write) == set(values)


@pytest.mark.parametrize("search", SEARCHES)
@pytest.mark.parametrize("name", BY_CLASS)
def test_a_special_method_is_that_of_the_class_that_an_object_has(
    tmp_path, search, name
):
    """No expression names the class, and another worker has changed it."""
    read, values = BY_CLASS[name]
    write = "self.o.__class__ = Two"
    assert found(tmp_path, search, "self.o = One()", f"self.r = {read}", write) == set(
        values
    )


@pytest.mark.parametrize("search", SEARCHES)
@pytest.mark.parametrize("name", OF_MODULES)
def test_what_is_registered_in_a_run_is_not_registered_in_the_next(
    tmp_path, search, name
):
    """Else the first run decides what all others find."""
    read, write, values = OF_MODULES[name]
    assert found(tmp_path, search, "pass", f"self.r = {read}", write) == set(values)


@pytest.mark.parametrize("search", SEARCHES)
@pytest.mark.parametrize("name", CRASHED)
def test_an_iterator_that_has_ended_in_zip_longest_crashes_nothing(
    tmp_path, search, name
):
    """Its tuple has a slot with no object in it, which no code may read."""
    call, values = CRASHED[name]
    read = "self.r = " + call.format(z="itertools.zip_longest(self.s, 'a')")
    make, write = "self.s = [1, 2]", "self.s.append(3)"
    assert found(tmp_path, search, make, read, write) == set(values)
