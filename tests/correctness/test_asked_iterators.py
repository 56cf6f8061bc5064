"""Other workers call `next` of an iterator between two items that it gives.

One call in C, such as `zip(it, it)`, asks it several times.  Each program has two
workers of one line; what they may find is what real runs on CPython found, all of it.
"""

import pytest

from bench.correctness.programs.discovery import find_scenarios
from tests.correctness.outcomes import SEARCHES, end_states

# By name: what `__init__` makes, what the two workers do, and what they may find.
ASKED = {
    "zip of a filter twice": (
        "self.it = filter(lambda x: True, [1, 2, 3, 4])",
        "list(zip(self.it, self.it))",
        "next(self.it, None)",
        [
            "([(1, 2), (3, 4)], None)",
            "([(1, 2)], 3)",
            "([(1, 2)], 4)",
            "([(1, 3)], 2)",
            "([(2, 3)], 1)",
        ],
    ),
    "zip_longest": (
        "self.it = filter(lambda x: True, [1, 2, 3, 4])",
        "list(itertools.zip_longest(self.it, self.it))",
        "next(self.it)",
        [
            "([(1, 2), (3, 4)], 'StopIteration')",
            "([(1, 2), (3, None)], 4)",
            "([(1, 2), (4, None)], 3)",
            "([(1, 3), (4, None)], 2)",
            "([(2, 3), (4, None)], 1)",
        ],
    ),
    "islice": (
        "self.it = filter(lambda x: True, [1, 2, 3, 4])",
        "list(itertools.islice(self.it, 2))",
        "list(itertools.islice(self.it, 2))",
        [
            "([1, 2], [3, 4])",
            "([1, 3], [2, 4])",
            "([1, 4], [2, 3])",
            "([2, 3], [1, 4])",
            "([2, 4], [1, 3])",
            "([3, 4], [1, 2])",
        ],
    ),
    "chain": (
        "self.it = map(lambda x: x, [1, 2, 3])",
        "list(itertools.chain(self.it, self.it))",
        "next(self.it, None)",
        ["([1, 2, 3], None)", "([1, 2], 3)", "([1, 3], 2)", "([2, 3], 1)"],
    ),
    "pairs in a dict": (
        "self.it = map(lambda x: x, [1, 2, 3, 4])",
        "dict(zip(self.it, self.it))",
        "next(self.it, None)",
        [
            "({1: 2, 3: 4}, None)",
            "({1: 2}, 3)",
            "({1: 2}, 4)",
            "({1: 3}, 2)",
            "({2: 3}, 1)",
        ],
    ),
    "a map in a list": (
        "self.it = map(lambda x: x, [1, 2, 3])",
        "list(self.it)",
        "next(self.it, None)",
        ["([1, 2, 3], None)", "([1, 2], 3)", "([1, 3], 2)", "([2, 3], 1)"],
    ),
    "shared islice of map": (
        "self.it = itertools.islice(map(lambda x: x, [1, 2, 3, 4]), 3)",
        "list(zip(self.it, self.it))",
        "next(self.it, None)",
        [
            "([(1, 2)], 3)",
            "([(1, 2)], 4)",
            "([(1, 2)], None)",
            "([(1, 3)], 2)",
            "([(2, 3)], 1)",
        ],
    ),
    "enumerate of an iterator with a lock": (
        "self.it = enumerate(Locked('ab'))",
        "next(self.it)",
        "next(self.it)",
        [
            "((0, 'a'), (1, 'b'))",
            "((0, 'b'), (1, 'a'))",
            "((1, 'a'), (0, 'b'))",
            "((1, 'b'), (0, 'a'))",
        ],
    ),
    "enumerate of map": (
        "self.it = enumerate(map(lambda x: x, 'abc'))",
        "list(self.it)",
        "next(self.it, None)",
        [
            "([(0, 'a'), (1, 'b'), (2, 'c')], None)",
            "([(0, 'a'), (1, 'b')], (2, 'c'))",
            "([(0, 'a'), (1, 'c')], (2, 'b'))",
            "([(0, 'a'), (2, 'b')], (1, 'c'))",
            "([(0, 'a'), (2, 'c')], (1, 'b'))",
            "([(0, 'b'), (1, 'c')], (2, 'a'))",
            "([(0, 'b'), (2, 'c')], (1, 'a'))",
            "([(1, 'a'), (2, 'c')], (0, 'b'))",
            "([(1, 'b'), (2, 'c')], (0, 'a'))",
        ],
    ),
    "a zip of one map twice": (
        "m = map(lambda x: x, [1, 2, 3, 4]); self.it = zip(m, m)",
        "list(self.it)",
        "next(self.it, None)",
        [
            "([(1, 2), (3, 4)], None)",
            "([(1, 2)], (3, 4))",
            "([(1, 2)], None)",
            "([(1, 3)], (2, 4))",
            "([(1, 3)], None)",
            "([(1, 4)], (2, 3))",
            "([(2, 3)], (1, 4))",
            "([(2, 3)], None)",
            "([(2, 4)], (1, 3))",
            "([(3, 4)], (1, 2))",
        ],
    ),
    "a map in C of an iterator with a lock": (
        "self.it = map(str, Locked([1, 2, 3]))",
        "list(zip(self.it, self.it))",
        "next(self.it)",
        [
            "([('1', '2')], '3')",
            "([('1', '2')], 'StopIteration')",
            "([('1', '3')], '2')",
            "([('2', '3')], '1')",
        ],
    ),
    "a generator": (
        "self.it = gen([1, 2, 3, 4])",
        "list(zip(self.it, self.it))",
        "next(self.it, None)",
        [
            "('ValueError', 1)",
            "([(1, 2), (3, 4)], 'ValueError')",
            "([(1, 2), (3, 4)], None)",
            "([(2, 3)], 1)",
        ],
    ),
    "a generator expression": (
        "self.it = (x for x in [1, 2, 3, 4])",
        "list(zip(self.it, self.it))",
        "next(self.it, None)",
        [
            "('ValueError', 1)",
            "([(1, 2), (3, 4)], 'ValueError')",
            "([(1, 2), (3, 4)], None)",
            "([(2, 3)], 1)",
        ],
    ),
    "unpacking": (
        "self.it = map(lambda x: x, [1, 2])",
        "two(self.it)",
        "next(self.it, None)",
        ["('ValueError', 1)", "('ValueError', 2)", "((1, 2), None)"],
    ),
    "a display": (
        "self.it = map(lambda x: x, [1, 2])",
        "[*self.it]",
        "next(self.it, None)",
        ["([1, 2], None)", "([1], 2)", "([2], 1)"],
    ),
    "a search": (
        "self.it = map(lambda x: x, [1, 2, 3])",
        "3 in self.it",
        "next(self.it, None)",
        ["(False, 3)", "(True, 1)", "(True, 2)", "(True, None)"],
    ),
    "iter with an end": (
        "self.n = iter([1, 2, 3, 4]); self.it = iter(lambda: next(self.n), 4)",
        "list(zip(self.it, self.it))",
        "next(self.it, None)",
        [
            "([(1, 2)], 3)",
            "([(1, 2)], None)",
            "([(1, 3)], 2)",
            "([(1, 3)], None)",
            "([(2, 3)], 1)",
            "([(2, 3)], None)",
        ],
    ),
    "sum": (
        "self.it = map(lambda x: x, [1, 2, 3])",
        "sum(self.it)",
        "next(self.it, None)",
        ["(3, 3)", "(4, 2)", "(5, 1)", "(6, None)"],
    ),
    "extend": (
        "self.it = map(lambda x: x, [1, 2, 3])",
        "ext(self.it)",
        "next(self.it, None)",
        ["([1, 2, 3], None)", "([1, 2], 3)", "([1, 3], 2)", "([2, 3], 1)"],
    ),
    "join": (
        "self.it = map(lambda x: x, 'abc')",
        "''.join(self.it)",
        "next(self.it, None)",
        ["('ab', 'c')", "('abc', None)", "('ac', 'b')", "('bc', 'a')"],
    ),
    "filter of map C": (
        "self.it = filter(None, map(lambda x: x, [1, 2, 3, 4]))",
        "list(zip(self.it, self.it))",
        "next(self.it, None)",
        [
            "([(1, 2), (3, 4)], None)",
            "([(1, 2)], 3)",
            "([(1, 2)], 4)",
            "([(1, 3)], 2)",
            "([(2, 3)], 1)",
        ],
    ),
    "takewhile": (
        "self.it = itertools.takewhile(lambda x: x < 3, iter([1, 2, 3, 4]))",
        "list(self.it)",
        "next(self.it, None)",
        ["([1, 2], None)", "([1], 2)", "([2], 1)"],
    ),
    "dropwhile": (
        "self.it = itertools.dropwhile(lambda x: x < 2, [1, 2, 3, 4])",
        "list(self.it)",
        "next(self.it, None)",
        ["([2, 3, 4], None)", "([2, 4], 3)", "([3, 4], 2)"],
    ),
    "the iterator behind a map": (
        "self.l = iter([1, 2, 3, 4]); self.it = map(lambda x: x, self.l)",
        "list(zip(self.it, self.it))",
        "next(self.l, None)",
        [
            "([(1, 2), (3, 4)], None)",
            "([(1, 2)], 3)",
            "([(1, 2)], 4)",
            "([(1, 3)], 2)",
            "([(2, 3)], 1)",
        ],
    ),
    "two maps of one iterator": (
        "self.l = iter([1, 2])",
        "list(map(lambda x: x, self.l))",
        "list(map(lambda x: x, self.l))",
        ["([1, 2], [])", "([1], [2])", "([2], [1])", "([], [1, 2])"],
    ),
    "a map of a function in C, at once": (
        "self.it = map(str, [1, 2, 3, 4])",
        "list(zip(self.it, self.it))",
        "next(self.it, None)",
        ["([('1', '2'), ('3', '4')], None)", "([('2', '3')], '1')"],
    ),
    "the iterator of a list, at once": (
        "self.it = iter([1, 2, 3, 4])",
        "list(zip(self.it, self.it))",
        "next(self.it, None)",
        ["([(1, 2), (3, 4)], None)", "([(2, 3)], 1)"],
    ),
    "pairwise": (
        "self.it = map(lambda x: x, [1, 2, 3])",
        "list(itertools.pairwise(self.it))",
        "next(self.it, None)",
        ["([(1, 2), (2, 3)], None)", "([(1, 2)], 3)", "([(1, 3)], 2)", "([(2, 3)], 1)"],
    ),
    "chain of maps": (
        "self.it = itertools.chain(map(lambda x: x, [1, 2]), map(lambda x: x, [3]))",
        "list(self.it)",
        "next(self.it, None)",
        ["([1, 2, 3], None)", "([1, 2], 3)", "([1, 3], 2)", "([2, 3], 1)"],
    ),
    "cycle of map": (
        "self.it = itertools.cycle(map(lambda x: x, [1, 2]))",
        "list(itertools.islice(self.it, 2))",
        "next(self.it, None)",
        ["([1, 1], 2)", "([1, 2], 1)", "([1, 2], 2)", "([2, 1], 1)", "([2, 2], 1)"],
    ),
    "a tee of a map": (
        "self.it, self.o = itertools.tee(map(lambda x: x, [1, 2]))",
        "list(self.it)",
        "next(self.it, None)",
        [
            "('RuntimeError', 1)",
            "([1, 2], 'RuntimeError')",
            "([1, 2], None)",
            "([2], 1)",
        ],
    ),
    "both of a tee": (
        "self.it, self.o = itertools.tee(map(lambda x: x, [1, 2]))",
        "list(self.it)",
        "list(self.o)",
        ["('RuntimeError', [1, 2])", "([1, 2], 'RuntimeError')", "([1, 2], [1, 2])"],
    ),
    "a map of a partial in C, at once": (
        "self.it = map(partial(pow, 2), [1, 2, 3])",
        "list(zip(self.it, self.it))",
        "next(self.it, None)",
        ["([(2, 4)], None)", "([(4, 8)], 2)"],
    ),
    "accumulate": (
        "self.it = itertools.accumulate([1, 2, 3], lambda a, b: a + b)",
        "list(self.it)",
        "next(self.it, None)",
        ["([1, 3, 6], None)", "([1, 3], 4)", "([3, 6], 1)"],
    ),
    "starmap": (
        "self.it = itertools.starmap(lambda a, b: a + b, [(1, 1), (2, 2), (3, 3)])",
        "list(self.it)",
        "next(self.it, None)",
        ["([2, 4, 6], None)", "([2, 4], 6)", "([2, 6], 4)", "([4, 6], 2)"],
    ),
    "a loop in a comprehension": (
        "self.it = itertools.islice(map(lambda x: x, [1, 2, 3]), 3)",
        "[x for x in self.it]",
        "next(self.it, None)",
        ["([1, 2, 3], None)", "([1, 2], 3)", "([1, 3], 2)", "([2, 3], 1)"],
    ),
    "compress": (
        "self.it = itertools.compress(map(lambda x: x, [1, 2, 3]), [1, 1, 1])",
        "list(self.it)",
        "next(self.it, None)",
        ["([1, 2, 3], None)", "([1, 2], 3)", "([1, 3], 2)", "([2, 3], 1)"],
    ),
}
SOURCE = """
import itertools
import threading
from functools import partial


class Locked:
    def __init__(self, items):
        self.items, self.lock = iter(items), threading.Lock()

    def __iter__(self):
        return self

    def __next__(self):
        with self.lock:
            return next(self.items)


def gen(items):
    for item in items:
        yield item


def two(it):
    first, second = it
    return first, second


def ext(it):
    items = []
    items.extend(it)
    return items


class Program:
    def __init__(self):
        self.one = self.two = None
        {make}

    def first(self):
        try:
            self.one = {one}
        except Exception as error:
            self.one = type(error).__name__

    def second(self):
        try:
            self.two = {two}
        except Exception as error:
            self.two = type(error).__name__

    def check(self):
        raise AssertionError(f"{{(self.one, self.two)!r}}")

    workers = (first, second)
"""


@pytest.mark.sampled(3)
@pytest.mark.parametrize("search", SEARCHES)
@pytest.mark.parametrize("name", ASKED)
def test_a_call_that_asks_twice_may_be_interrupted_between(tmp_path, search, name):
    """Only code of Python within it lets others run: in C alone it is one step."""
    make, one, two, values = ASKED[name]
    path = tmp_path / "asked.py"
    path.write_text(SOURCE.format(make=make, one=one, two=two))
    (program,) = find_scenarios(f"{path}:Program")

    states = end_states(program, search, seconds=60)

    assert {state.removeprefix("AssertionError: ") for state in states} == set(values)
