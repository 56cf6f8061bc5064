"""Iterators of a module are shared by all that ask them for items.

Each program has two workers, of one line each; what they find was found by hand.
"""

import pytest

from bench.correctness.programs.discovery import find_scenarios
from tests.correctness.outcomes import SEARCHES, end_states

# What the module makes, what the two workers do, and what they may find.
SHARED = {
    "count": (
        "COUNT = itertools.count()",
        "next(COUNT)",
        "next(COUNT)",
        ["(0, 1)", "(1, 0)"],
    ),
    "count by steps": (
        "COUNT = itertools.count(10, 5)",
        "[next(COUNT), next(COUNT)]",
        "next(COUNT)",
        ["([10, 15], 20)", "([15, 20], 10)", "([10, 20], 15)"],
    ),
    "the next of count": (
        "NEXT = itertools.count().__next__",
        "NEXT()",
        "NEXT()",
        ["(0, 1)", "(1, 0)"],
    ),
    "a partial of count": (
        "NEXT = functools.partial(next, itertools.count())",
        "NEXT()",
        "NEXT()",
        ["(0, 1)", "(1, 0)"],
    ),
    "a generator expression": (
        "GEN = (n * 2 for n in range(3))",
        "next(GEN)",
        "next(GEN)",
        ["(0, 2)", "(2, 0)", BUSY_FIRST := "('busy', 0)", BUSY_SECOND := "(0, 'busy')"],
    ),
    "a generator expression that is used up": (
        "GEN = (n for n in [1])",
        "next(GEN, None)",
        "next(GEN, None)",
        ["(1, None)", "(None, 1)", "('busy', 1)", "(1, 'busy')"],
    ),
    "a generator expression over a list": (
        "ITEMS = [1]; GEN = (n for n in ITEMS)",
        "list(GEN)",
        "ITEMS.append(2)",
        ["([1, 2], None)", "([1], None)"],
    ),
    "a generator expression over a variable": (
        "LIMIT = 1; GEN = (n + LIMIT for n in range(2))",
        "list(GEN)",
        "raise_limit()",
        ["([1, 2], None)", "([1, 7], None)", "([6, 7], None)"],
    ),
    "a generator expression in a class": (
        "class Ids:\n    ids = (n for n in range(9))",
        "next(Ids.ids)",
        "next(Ids.ids)",
        ["(0, 1)", "(1, 0)", BUSY_FIRST, BUSY_SECOND],
    ),
    "enumerate": (
        "IT = enumerate('ab')",
        "next(IT)",
        "next(IT)",
        ["((0, 'a'), (1, 'b'))", "((1, 'b'), (0, 'a'))"],
    ),
    "zip": (
        "IT = zip('ab', [1, 2])",
        "next(IT)",
        "next(IT)",
        ["(('a', 1), ('b', 2))", "(('b', 2), ('a', 1))"],
    ),
    "map": (
        "IT = map(str, [1, 2])",
        "next(IT)",
        "next(IT)",
        ["('1', '2')", "('2', '1')"],
    ),
    "filter": (
        "IT = filter(None, [0, 1, 2])",
        "next(IT)",
        "next(IT)",
        ["(1, 2)", "(2, 1)"],
    ),
    "cycle": (
        "IT = itertools.cycle('ab')",
        "next(IT)",
        "next(IT)",
        ["('a', 'b')", "('b', 'a')"],
    ),
    "chain": (
        "IT = itertools.chain([1], [2])",
        "next(IT)",
        "next(IT)",
        ["(1, 2)", "(2, 1)"],
    ),
    "an iterator of a list": (
        "IT = iter([1, 2])",
        "next(IT)",
        "next(IT)",
        ["(1, 2)", "(2, 1)"],
    ),
    "an iterator of a dict": (
        "IT = iter({1: 2, 3: 4}.items())",
        "next(IT)",
        "next(IT)",
        ["((1, 2), (3, 4))", "((3, 4), (1, 2))"],
    ),
    "parts of one iterator": (
        "IT = iter(range(4))",
        "list(itertools.islice(IT, 2))",
        "list(itertools.islice(IT, 2))",
        ["([0, 1], [2, 3])", "([2, 3], [0, 1])"],
    ),
    "a part and the whole": (
        "IT = iter([1, 2, 3])",
        "list(itertools.islice(IT, 1))",
        "list(IT)",
        ["([1], [2, 3])", "([], [1, 2, 3])"],
    ),
    "one behind enumerate": (
        "IT = iter('abc')",
        "list(enumerate(IT))",
        "next(IT, None)",
        [
            "([(0, 'a'), (1, 'b'), (2, 'c')], None)",
            "([(0, 'b'), (1, 'c')], 'a')",
        ],
    ),
    "one behind map and zip": (
        "IT = iter([1, 2])",
        "[*map(str, zip(IT, 'x'))]",
        "next(IT, None)",
        ["([\"(1, 'x')\"], None)", "([\"(2, 'x')\"], 1)"],
    ),
    "one behind a loop": (
        "IT = iter([1, 2])",
        "[one for one in map(str, IT)]",
        "next(IT, None)",
        ["(['1', '2'], None)", "(['1'], 2)", "(['2'], 1)"],
    ),
    "pairs of one iterator": (
        "IT = iter([1, 2, 3])",
        "list(zip(IT, IT))",
        "next(IT, None)",
        ["([(1, 2)], None)", "([(2, 3)], 1)"],
    ),
    "a sum": (
        "IT = iter([1, 2])",
        "sum(IT)",
        "next(IT, 0)",
        ["(3, 0)", "(2, 1)"],
    ),
    "a sum of a map": (
        "IT = iter([1, 2]); MAP = map(abs, IT)",
        "sum(MAP)",
        "next(IT, 0)",
        ["(3, 0)", "(2, 1)"],
    ),
    "join": (
        "IT = iter('ab')",
        "'-'.join(IT)",
        "next(IT, None)",
        ["('a-b', None)", "('b', 'a')"],
    ),
    "in": (
        "IT = iter([1, 2])",
        "1 in IT",
        "next(IT, None)",
        ["(True, 2)", "(False, 1)"],
    ),
    "unpacking": (
        "IT = iter([1, 2])",
        "[*IT]",
        "next(IT, None)",
        ["([1, 2], None)", "([2], 1)"],
    ),
    "a line of a file": (
        "FILE = io.StringIO('a\\nb\\n')",
        "next(FILE).strip()",
        "FILE.readline().strip()",
        ["('a', 'b')", "('b', 'a')"],
    ),
}
SOURCE = """
import functools, io, itertools

LIMIT = 0
{make}


def raise_limit():
    global LIMIT
    LIMIT = 6


class Program:
    def __init__(self):
        self.one = self.two = None

    def first(self):
        try:
            self.one = {one}
        except ValueError:
            self.one = "busy"

    def second(self):
        try:
            self.two = {two}
        except ValueError:
            self.two = "busy"

    def check(self):
        raise AssertionError(f"{{(self.one, self.two)!r}}")

    workers = (first, second)
"""


@pytest.mark.sampled(3)
@pytest.mark.parametrize("search", SEARCHES)
@pytest.mark.parametrize("name", SHARED)
def test_an_iterator_of_a_module_gives_each_item_once(tmp_path, search, name):
    """Which worker gets an item depends on the order; two get different ones.

    A generator that runs raises a ValueError where another worker asks it for an item.
    """
    make, one, two, values = SHARED[name]
    path = tmp_path / "iterators.py"
    path.write_text(SOURCE.format(make=make, one=one, two=two))
    (program,) = (one for one in find_scenarios(str(path)) if "Program" in one.name)

    states = end_states(program, search, seconds=60)

    assert {one.removeprefix("AssertionError: ") for one in states} == set(values)
