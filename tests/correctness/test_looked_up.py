"""What a line looks up in a class, a function or a module may be set by another."""

import textwrap

import pytest

from bench.correctness.programs.discovery import find_scenarios
from tests.correctness.looked_up_programs import LOOKED_UP
from tests.correctness.outcomes import SEARCHES, end_states

SETTINGS = """
LIMIT = 3

def limit():
    return LIMIT
"""
SOURCE = """
import abc, functools, string, sys, types, typing
import settings

LOG = []
LIMIT = 3


class Box:
    def __init__(self, *a):
        self.a = a
        self.x = 0


class Single:
    pass


def show(x):
    return "i"


def below():
    class A:
        def f(self):
            return 1

    class B:
        def f(self):
            return 2

    class C(A):
        def f(self):
            return super().f()

    return C, B


def this():
    return sys.modules[__name__]


class Program:
    def __init__(self):
        self.r = None
MAKE

    def read(self):
READ

    def write(self):
WRITE

    def check(self):
        raise AssertionError(f"{self.r!r}")

    workers = (read, write)
"""


@pytest.mark.sampled(3)
@pytest.mark.parametrize("search", SEARCHES)
@pytest.mark.parametrize("name", LOOKED_UP)
def test_what_a_line_looks_up_is_seen_to_change(tmp_path, search, name):
    """No expression of the line may name it: an operator calls a special method."""
    make, read, write, values = LOOKED_UP[name]
    source = SOURCE
    for mark, body in (("MAKE", make or "pass"), ("READ", read), ("WRITE", write)):
        source = source.replace(mark, textwrap.indent(body, " " * 8))
    (tmp_path / "settings.py").write_text(SETTINGS)
    path = tmp_path / "looked_up.py"
    path.write_text(source)
    (program,) = (one for one in find_scenarios(str(path)) if "Program" in one.name)

    states = end_states(program, search, seconds=60)

    assert {one.removeprefix("AssertionError: ") for one in states} == set(values)
