"""What a function in C changes is seen where other code in C calls it.

Each program has a writer and a reader of one line; the values that the reader may find
were found by hand.
"""

import pytest

from bench.correctness.programs.discovery import find_scenarios
from tests.correctness.outcomes import SEARCHES, end_states

# By name: what `__init__` makes, the writer's line, what is read, and what that may be.
CALLED = {
    "map": (
        "self.d = {}",
        "list(map(self.d.__setitem__, ['k'], [1]))",
        "self.d.get('k')",
        ["1", "None"],
    ),
    "map in a comprehension": (
        "self.d = {}",
        "[None for _ in map(self.d.__setitem__, ['k'], [1])]",
        "self.d.get('k')",
        ["1", "None"],
    ),
    "map that a deque takes": (
        "self.d = {}",
        "collections.deque(map(self.d.__setitem__, ['k'], [1]), maxlen=0)",
        "self.d.get('k')",
        ["1", "None"],
    ),
    "starmap": (
        "self.d = {}",
        "list(itertools.starmap(self.d.__setitem__, [('k', 1)]))",
        "self.d.get('k')",
        ["1", "None"],
    ),
    "map of a function of operator": (
        "self.d = {}",
        "list(map(operator.setitem, [self.d], ['k'], [1]))",
        "self.d.get('k')",
        ["1", "None"],
    ),
    "map of a partial": (
        "self.d = {}",
        "list(map(partial(self.d.__setitem__, 'k'), [1]))",
        "self.d.get('k')",
        ["1", "None"],
    ),
    "map of a partial of a function of operator": (
        "self.d = {}",
        "list(map(partial(operator.setitem, self.d), ['k'], [1]))",
        "self.d.get('k')",
        ["1", "None"],
    ),
    "accumulate, with its first value": (
        "self.d = {}",
        "list(itertools.accumulate([{'k': 1}], operator.ior, initial=self.d))",
        "self.d.get('k')",
        ["1", "None"],
    ),
    "accumulate": (
        "self.d = {}",
        "list(itertools.accumulate([self.d, {'k': 1}], operator.ior))",
        "self.d.get('k')",
        ["1", "None"],
    ),
    "reduce, with its first value": (
        "self.d = {}",
        "reduce(operator.ior, [{'k': 1}], self.d)",
        "self.d.get('k')",
        ["1", "None"],
    ),
    "reduce": (
        "self.d = {}",
        "reduce(operator.ior, [self.d, {'k': 1}])",
        "self.d.get('k')",
        ["1", "None"],
    ),
    "ior of attributes": (
        "self.o = Thing()",
        "operator.ior(vars(self.o), {'k': 1})",
        "getattr(self.o, 'k', None)",
        ["1", "None"],
    ),
    "a bound method of its own": (
        "self.d = {}",
        "types.MethodType(dict.update, self.d)({'k': 1})",
        "self.d.get('k')",
        ["1", "None"],
    ),
    "a bound function of operator": (
        "self.d = {}",
        "types.MethodType(operator.setitem, self.d)('k', 1)",
        "self.d.get('k')",
        ["1", "None"],
    ),
    "a bound slot": (
        "self.d = {}",
        "types.MethodType(dict.__setitem__, self.d)('k', 1)",
        "self.d.get('k')",
        ["1", "None"],
    ),
    "map of a bound slot": (
        "self.d = {}",
        "list(map(types.MethodType(dict.__setitem__, self.d), ['k'], [1]))",
        "self.d.get('k')",
        ["1", "None"],
    ),
    "a finalizer": (
        "self.d = {}; self.f = finalizer(self, self.d.update, k=1)",
        "self.f()",
        "self.d.get('k')",
        ["1", "None"],
    ),
    "a finalizer of a list": (
        "self.d = []; self.f = finalizer(self, self.d.append, 1)",
        "self.f()",
        "len(self.d)",
        ["0", "1"],
    ),
    "a finalizer whose object dies": (
        "self.d = {}; self.f = finalizer(self, self.d.update, k=1)",
        "self.o = None",
        "self.d.get('k')",
        ["1", "None"],
    ),
    "a partial of a function of operator": (
        "self.d = {}",
        "partial(operator.setitem, self.d)('k', 1)",
        "self.d.get('k')",
        ["1", "None"],
    ),
    "a partial with attributes": (
        "self.o = Thing()",
        "partial(operator.ior, vars(self.o))({'k': 1})",
        "getattr(self.o, 'k', None)",
        ["1", "None"],
    ),
    "map of a method of the class": (
        "self.d = []",
        "list(map(list.append, [self.d], [1]))",
        "len(self.d)",
        ["0", "1"],
    ),
    "map of a partial of a method": (
        "self.d = []",
        "list(map(partial(list.append, self.d), [1]))",
        "len(self.d)",
        ["0", "1"],
    ),
    "map of a slot of the class": (
        "self.d = {}",
        "list(map(dict.__setitem__, [self.d], ['k'], [1]))",
        "self.d.get('k')",
        ["1", "None"],
    ),
    "map of dict.update": (
        "self.d = {}",
        "list(map(dict.update, [self.d], [{'k': 1}]))",
        "self.d.get('k')",
        ["1", "None"],
    ),
    "map of update": (
        "self.d = {}",
        "list(map(self.d.update, [{'k': 1}]))",
        "self.d.get('k')",
        ["1", "None"],
    ),
    "map, to attributes": (
        "self.o = Thing()",
        "list(map(vars(self.o).__setitem__, ['k'], [1]))",
        "getattr(self.o, 'k', None)",
        ["1", "None"],
    ),
    "map of __setattr__": (
        "self.o = Thing()",
        "list(map(self.o.__setattr__, ['k'], [1]))",
        "getattr(self.o, 'k', None)",
        ["1", "None"],
    ),
    "map of object.__setattr__": (
        "self.o = Thing()",
        "list(map(object.__setattr__, [self.o], ['k'], [1]))",
        "getattr(self.o, 'k', None)",
        ["1", "None"],
    ),
    "map of a partial of setattr": (
        "self.o = Thing()",
        "list(map(partial(setattr, self.o), ['k'], [1]))",
        "getattr(self.o, 'k', None)",
        ["1", "None"],
    ),
    "a key": (
        "self.d = {}",
        "sorted(['k'], key=self.d.setdefault)",
        "'k' in self.d",
        ["False", "True"],
    ),
    "a key that deletes": (
        "self.d = {'k': 1}",
        "sorted(['k'], key=self.d.__delitem__)",
        "'k' in self.d",
        ["False", "True"],
    ),
    "a key that is a partial": (
        "self.d = {}",
        "max(['k'], key=partial(operator.setitem, self.d, 'k'))",
        "'k' in self.d",
        ["False", "True"],
    ),
    "filter": (
        "self.d = {'k': 1}",
        "list(filter(self.d.pop, ['k']))",
        "self.d.get('k')",
        ["1", "None"],
    ),
    "filter delitem": (
        "self.d = {'k': 1}",
        "list(filter(self.d.__delitem__, ['k']))",
        "self.d.get('k')",
        ["1", "None"],
    ),
    "filterfalse": (
        "self.d = {'k': 1}",
        "list(itertools.filterfalse(self.d.__delitem__, ['k']))",
        "self.d.get('k')",
        ["1", "None"],
    ),
    "takewhile": (
        "self.d = {'k': 1}",
        "list(itertools.takewhile(self.d.__delitem__, ['k']))",
        "self.d.get('k')",
        ["1", "None"],
    ),
    "groupby": (
        "self.d = {'k': 1}",
        "list(itertools.groupby(['k'], self.d.__delitem__))",
        "self.d.get('k')",
        ["1", "None"],
    ),
    "iter with an end": (
        "self.d = {'k': 1}",
        "next(iter(partial(self.d.__delitem__, 'k'), None), 0)",
        "len(self.d)",
        ["0", "1"],
    ),
    "iadd": (
        "self.d = []",
        "operator.iadd(self.d, [1])",
        "len(self.d)",
        ["0", "1"],
    ),
    "map of iadd": (
        "self.d = []",
        "list(map(operator.iadd, [self.d], [[1]]))",
        "len(self.d)",
        ["0", "1"],
    ),
    "starmap iadd": (
        "self.d = []",
        "list(itertools.starmap(operator.iadd, [(self.d, [1])]))",
        "len(self.d)",
        ["0", "1"],
    ),
    "starmap setitem": (
        "self.d = {}",
        "list(itertools.starmap(operator.setitem, [(self.d, 'k', 1)]))",
        "len(self.d)",
        ["0", "1"],
    ),
    "map, to a slice": (
        "self.d = []",
        "list(map(self.d.__setitem__, [slice(0)], [[1]]))",
        "len(self.d)",
        ["0", "1"],
    ),
    "map of __iadd__": (
        "self.d = []",
        "list(map(self.d.__iadd__, [[1]]))",
        "len(self.d)",
        ["0", "1"],
    ),
    "map of a methodcaller": (
        "self.d = {}",
        "list(map(operator.methodcaller('__setitem__', 'k', 1), [self.d]))",
        "self.d.get('k')",
        ["1", "None"],
    ),
    "a methodcaller": (
        "self.d = {}",
        "operator.methodcaller('update', k=1)(self.d)",
        "self.d.get('k')",
        ["1", "None"],
    ),
    "any of a map": (
        "self.d = {}",
        "any(map(self.d.__setitem__, ['k'], [1]))",
        "self.d.get('k')",
        ["1", "None"],
    ),
    "a map that is unpacked": (
        "self.d = {}",
        "_, = map(self.d.__setitem__, ['k'], [1])",
        "self.d.get('k')",
        ["1", "None"],
    ),
    "a map in a list": (
        "self.d = {}",
        "[*map(self.d.__setitem__, ['k'], [1])]",
        "self.d.get('k')",
        ["1", "None"],
    ),
    "next of a map": (
        "self.d = {}; self.m = map(self.d.__setitem__, ['k'], [1])",
        "next(self.m)",
        "self.d.get('k')",
        ["1", "None"],
    ),
    "a map in zip": (
        "self.d = {}",
        "list(zip(map(self.d.__setitem__, ['k'], [1]), [2]))",
        "self.d.get('k')",
        ["1", "None"],
    ),
    "a thread": (
        "self.d = {}",
        "run(partial(operator.setitem, self.d), 'k', 1)",
        "self.d.get('k')",
        ["1", "None"],
    ),
    "a context": (
        "self.d = {}",
        "contextvars.copy_context().run(self.d.__setitem__, 'k', 1)",
        "self.d.get('k')",
        ["1", "None"],
    ),
    "a partial in a context": (
        "self.d = {}",
        "contextvars.copy_context().run(partial(operator.setitem, self.d), 'k', 1)",
        "self.d.get('k')",
        ["1", "None"],
    ),
    "operator.call": (
        "self.d = {}",
        "operator.call(self.d.__setitem__, 'k', 1)",
        "self.d.get('k')",
        ["1", "None"],
    ),
    "a pool": (
        "self.d = {}",
        "pool(self.d.__setitem__)",
        "self.d.get('k')",
        ["1", "None"],
    ),
    "map of next": (
        "self.d = iter([1, 2])",
        "list(map(next, [self.d]))",
        "next(self.d)",
        ["1", "2"],
    ),
    "map of __next__": (
        "self.d = iter([1, 2])",
        "list(map(operator.methodcaller('__next__'), [self.d]))",
        "next(self.d)",
        ["1", "2"],
    ),
    "iter of __next__": (
        "self.d = iter([1, 2, 3])",
        "list(iter(self.d.__next__, 2))",
        "next(self.d)",
        ["1", "3"],
    ),
    "map of write": (
        "self.d = io.StringIO()",
        "list(map(self.d.write, ['a', 'b']))",
        "self.d.getvalue()",
        ["''", "'ab'"],
    ),
    "two items at once": (
        "self.d = {}",
        "list(map(self.d.__setitem__, 'ab', [1, 2]))",
        "len(self.d)",
        ["0", "2"],
    ),
    "a partial that is kept alone": (
        "self.d = {}; self.f = partial(self.d.__setitem__, 'k')",
        "self.g = [self.f]",
        "self.d.get('k')",
        ["None"],
    ),
    "a map that is not asked": (
        "self.d = {}",
        "self.m = map(self.d.__setitem__, 'a', [1])",
        "len(self.d)",
        ["0"],
    ),
    "map that reads": (
        "self.d = {'k': 1}",
        "self.d['k'] = 2",
        "list(map(partial(self.d.__getitem__), ['k']))[0]",
        ["1", "2"],
    ),
    "pop until an end": (
        "self.d = [1, 2]",
        "list(iter(self.d.pop, 1))",
        "len(self.d)",
        ["0", "2"],
    ),
    "heappush": (
        "self.d = []",
        "list(map(partial(heapq.heappush, self.d), [1]))",
        "len(self.d)",
        ["0", "1"],
    ),
}
SOURCE = """
import collections, contextvars, heapq, io, itertools, operator
import threading, types, weakref
from concurrent.futures import ThreadPoolExecutor
from functools import partial, reduce


class Thing:
    pass


def finalizer(program, *args, **kwargs):
    program.o = Thing()
    return weakref.finalize(program.o, *args, **kwargs)


def run(function, *args):
    thread = threading.Thread(target=function, args=args)
    thread.start()
    thread.join()


def pool(function):
    with ThreadPoolExecutor(1) as executor:
        executor.submit(function, "k", 1).result()


class Program:
    def __init__(self):
        self.r = None
        {make}

    def write(self):
        {write}

    def read(self):
        self.r = {read}

    def check(self):
        raise AssertionError(f"{{self.r!r}}")

    workers = (write, read)
"""


@pytest.mark.sampled(3)
@pytest.mark.parametrize("search", SEARCHES)
@pytest.mark.parametrize("name", CALLED)
def test_what_a_called_function_changes_is_seen(tmp_path, search, name):
    """No line of the program names the container where it changes."""
    make, write, read, values = CALLED[name]
    path = tmp_path / "called.py"
    path.write_text(SOURCE.format(make=make, write=write, read=read))
    (program,) = find_scenarios(f"{path}:Program")

    states = end_states(program, search, seconds=60)

    assert {one.removeprefix("AssertionError: ") for one in states} == set(values)
