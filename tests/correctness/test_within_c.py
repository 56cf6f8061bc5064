"""A function in C that runs Python in its middle lets other workers run there."""

import sys
import textwrap

import pytest

from bench.correctness.programs.discovery import find_scenarios
from tests.correctness.outcomes import SEARCHES, end_states
from tests.correctness.within_c_programs import WITHIN_C

SOURCE = """
import bisect, collections, csv, enum, functools, heapq, io, ipaddress, itertools
import operator, pickle, weakref
from collections.abc import Mapping
from fractions import Fraction
from pathlib import PurePosixPath as Path

Point = collections.namedtuple("Point", "x")
Color = enum.Enum("Color", "A B C")


class Aged:
    def __init__(self, age):
        self._age = age

    @property
    def age(self):
        return self._age


class Holder:
    def __init__(self, held):
        self.held = held


class Saved:
    def __init__(self, age):
        self.age = age

    def __getstate__(self):
        return {"age": self.age}


class Missing(dict):
    def __missing__(self, key):
        return key


class Named:
    def __init__(self, **names):
        self.names = names

    def __iter__(self):
        return iter(self.names)


class Keyed:
    def __init__(self, **names):
        self.names = names

    def keys(self):
        return list(self.names)

    def __getitem__(self, key):
        return self.names[key]


class Settings(Mapping):
    def __init__(self, **names):
        self.names = names

    def __iter__(self):
        return iter(self.names)

    def __getitem__(self, key):
        return self.names.get(key)

    def __len__(self):
        return len(self.names)


class Pickler(pickle.Pickler):
    def persistent_id(self, thing):
        return None


def echo():
    value = None
    while True:
        value = yield value


class Program:
    def __init__(self):
        self.r = self.w = None
MAKE

    def one(self):
ONE

    def other(self):
OTHER

    def check(self):
        seen = SEEN
        raise AssertionError(f"{seen!r}")

    workers = (one, other)
"""


def program_of(tmp_path, make, one, other, seen):
    source = SOURCE.replace("SEEN", seen)
    for mark, body in (("MAKE", make), ("ONE", one), ("OTHER", other)):
        source = source.replace(mark, textwrap.indent(body, " " * 8))
    path = tmp_path / "within_c.py"
    path.write_text(source)
    (program,) = (one for one in find_scenarios(str(path)) if "Program" in one.name)
    return program


@pytest.mark.sampled(3)
@pytest.mark.parametrize("search", SEARCHES)
@pytest.mark.parametrize("name", WITHIN_C)
def test_other_workers_run_where_c_code_calls_python(tmp_path, search, name):
    """What C reads before and after that call is not read at once."""
    *program, texts = WITHIN_C[name]

    states = end_states(program_of(tmp_path, *program), search, seconds=60)

    assert {one.removeprefix("AssertionError: ") for one in states} == set(texts)


def test_no_profiler_is_left_when_an_exploration_is_over(tmp_path):
    """It would slow down all that the process does later."""
    *program, _ = WITHIN_C["paths in an f-string"]

    end_states(program_of(tmp_path, *program), "dpor", seconds=60)

    assert sys.getprofile() is None
