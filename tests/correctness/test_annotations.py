"""What an annotation reads where it is evaluated is a read of the worker.

Each program has a reader, which defines something, and a writer of one line; the values
that the reader may find were found by hand.
"""

import sys

import pytest

from bench.correctness.programs.discovery import find_scenarios
from tests.correctness.outcomes import SEARCHES, end_states

EITHER = ["0", "7"]
# By name: the lines of the reader, which bind `r`, and what it may find.
EVALUATED = {
    "a parameter": (
        "def f(a: self.x): pass\nr = f.__annotations__['a']",
        EITHER,
    ),
    "what is returned": (
        "def f() -> self.x: pass\nr = f.__annotations__['return']",
        EITHER,
    ),
    "of an async function": (
        "async def f(a: self.x): pass\nr = f.__annotations__['a']",
        EITHER,
    ),
    "a positional parameter": (
        "def f(a: self.x, /): pass\nr = f.__annotations__['a']",
        EITHER,
    ),
    "a parameter by name": (
        "def f(*, a: self.x = 1): pass\nr = f.__annotations__['a']",
        EITHER,
    ),
    "more parameters": (
        "def f(*a: self.x): pass\nr = f.__annotations__['a']",
        EITHER,
    ),
    "more parameters by name": (
        "def f(**a: self.x): pass\nr = f.__annotations__['a']",
        EITHER,
    ),
    "two, one after the other": (
        "def f(a: self.x) -> self.x: pass\nr = tuple(f.__annotations__.values())",
        ["(0, 0)", "(0, 7)", "(7, 7)"],
    ),
    "a variable of the module": (
        "def f(a: KIND): pass\nr = f.__annotations__['a']",
        EITHER,
    ),
    "a captured variable": (
        "def f(a: CAPTURED): pass\nr = f.__annotations__['a']",
        EITHER,
    ),
    "an item": (
        "def f(a: self.d['x']): pass\nr = f.__annotations__['a']",
        EITHER,
    ),
    "a call": (
        "def f(a: self.get()): pass\nr = f.__annotations__['a']",
        EITHER,
    ),
    "an operator": (
        "def f(a: self.x + 0): pass\nr = f.__annotations__['a']",
        EITHER,
    ),
    "a list of classes": (
        "def f(a: list[self.x]): pass\nr = f.__annotations__['a'].__args__[0]",
        EITHER,
    ),
    "a parameter of the same name": (
        "def f(KIND: KIND): pass\nr = f.__annotations__['KIND']",
        EITHER,
    ),
    "a method of a class": (
        "class C:\n    def f(this, a: self.x): pass\nr = C.f.__annotations__['a']",
        EITHER,
    ),
    "a class": (
        "class C:\n    a: self.x\nr = C.__annotations__['a']",
        EITHER,
    ),
    "a class, with a value": (
        "class C:\n    a: self.x = 1\nr = C.__annotations__['a']",
        EITHER,
    ),
    "a class, after the value": (
        "class C:\n    a: self.x = self.x\nr = (C.a, C.__annotations__['a'])",
        ["(0, 0)", "(0, 7)", "(7, 7)"],
    ),
    "a class within a class": (
        "class C:\n    class D:\n        a: KIND\nr = C.D.__annotations__['a']",
        EITHER,
    ),
    "a dataclass": (
        "@dataclass\nclass C:\n    a: self.x\nr = fields(C)[0].type",
        EITHER,
    ),
    "a private name": (
        "class C:\n    __a: self.x\nr = C.__annotations__['_C__a']",
        EITHER,
    ),
    "an attribute of a class's body": (
        "seen = []\nclass C:\n    self.o.n: seen.append(self.x) = 1\nr = seen[0]",
        EITHER,
    ),
    "an object whose attribute is annotated": (
        "seen = []\nself.get(seen).n: int\nr = seen[0]",
        EITHER,
    ),
    "a key that is annotated": (
        "seen = []\nself.d[self.get(seen)]: int\nr = seen[0]",
        EITHER,
    ),
    "a function in an annotation": (
        "def f(a: lambda: self.x): pass\nr = f.__annotations__['a']()",
        EITHER,
    ),
    "a function in an annotation of the module": (
        "r = plain.__annotations__['a'](self)",
        EITHER,
    ),
    "a variable of a function": (
        "seen = []\na: seen.append(self.x) = 1\nr = seen or self.x * 0",
        ["0"],
    ),
}
WITH_TYPE_PARAMETERS = {  # syntax of Python 3.12
    "a generic function": (
        "def f[T](a: self.x) -> T: pass\nr = f.__annotations__['a']",
        EITHER,
    ),
    "a generic method": (
        "class C:\n    def f[T](this, a: KIND) -> T: pass\n"
        "r = C.f.__annotations__['a']",
        EITHER,
    ),
    "a generic class": (
        "class C[T]:\n    a: self.x\nr = C.__annotations__['a']",
        EITHER,
    ),
}
AS_TEXTS = {  # under `from __future__ import annotations`
    "a parameter": (
        "def f(a: self.x): pass\nr = f.__annotations__['a']",
        ["'self.x'"],
    ),
    "a class": (
        "class C:\n    __a: self.x\nr = C.__annotations__['_C__a']",
        ["'self.x'"],
    ),
    "a private name": (
        "class C:\n    def f(this, __a: this.__x): pass\n"
        "r = C.f.__annotations__['_C__a']",
        ["'this.__x'"],
    ),
}
SOURCE = """{future}
from dataclasses import dataclass, fields

KIND = 0


def plain(a: lambda program: program.x): pass


class Thing:
    pass


class Program:
    def __init__(self):
        self.r = None
        self.x, self.d, self.o = 0, {{"x": 0}}, Thing()
        CAPTURED = 0

        def read(self):
{read}
            self.r = r

        def write(self):
            global KIND
            nonlocal CAPTURED
            self.x = self.d["x"] = KIND = CAPTURED = 7

        self.reading, self.writing = read, write

    def get(self, seen=None):
        x = self.x
        if seen is not None:
            seen.append(x)
            return self.o
        return x

    def read(self):
        self.reading(self)

    def write(self):
        self.writing(self)

    def check(self):
        raise AssertionError(f"{{self.r!r}}")

    workers = (read, write)
"""


def found(tmp_path, search, read, future=""):
    """What the reader has found in the end, in each of the end states."""
    lines = "".join(f"            {line}\n" for line in read.split("\n"))
    path = tmp_path / "annotated.py"
    path.write_text(SOURCE.format(future=future, read=lines))
    (program,) = find_scenarios(f"{path}:Program")
    states = end_states(program, search, seconds=60)
    return {state.removeprefix("AssertionError: ") for state in states}


@pytest.mark.parametrize("search", SEARCHES)
@pytest.mark.parametrize("name", EVALUATED)
def test_an_annotation_reads_what_its_expression_names(tmp_path, search, name):
    """Defaults and decorators do: an annotation at the same place is no different."""
    read, values = EVALUATED[name]
    assert found(tmp_path, search, read) == set(values)


@pytest.mark.skipif(sys.version_info < (3, 12), reason="syntax of Python 3.12")
@pytest.mark.parametrize("search", SEARCHES)
@pytest.mark.parametrize("name", WITH_TYPE_PARAMETERS)
def test_annotations_beside_type_parameters_are_read(tmp_path, search, name):
    """They have a scope of their own, in which no name can be bound."""
    read, values = WITH_TYPE_PARAMETERS[name]
    assert found(tmp_path, search, read) == set(values)


@pytest.mark.parametrize("search", SEARCHES)
@pytest.mark.parametrize("name", AS_TEXTS)
def test_an_annotation_that_is_kept_as_a_text_reads_nothing(tmp_path, search, name):
    """The text is that of the program's own source."""
    read, values = AS_TEXTS[name]
    future = "from __future__ import annotations"
    assert found(tmp_path, search, read, future) == set(values)
