"""A shared value is seen in whatever shape a line reads or writes it."""

import textwrap

import pytest

from bench.correctness.programs.discovery import find_scenarios
from tests.correctness.more_shape_programs import MORE, PRELUDE, SETTINGS
from tests.correctness.outcomes import SEARCHES, end_states
from tests.correctness.shape_programs import READ

SOURCE = """
import bisect, collections, contextlib, copy, dataclasses, enum, functools, heapq
import itertools, json, operator
from collections.abc import Mapping
from contextlib import nullcontext as null
from typing import NamedTuple

CELL = [0]


@functools.lru_cache
def looked_up(key):
    return CELL[0]


class Part:
    def __init__(self, x):
        self.x = x


class Slot:
    __slots__ = ("x",)
    __init__ = Part.__init__


class Below(Part):
    def __init__(self, x):
        super().__init__(x)

    def get(self):
        return super().__getattribute__("x")


class Counted:
    n = 0

    @classmethod
    def count(cls):
        cls.n += 1

    @staticmethod
    def set(n):
        Counted.n = n


class Borg:
    shared = {{}}

    def __init__(self):
        self.__dict__ = Borg.shared


class Proxy:
    def __init__(self, inner):
        self.inner = inner

    def __getattr__(self, name):
        return getattr(self.inner, name)


class Items:
    def __init__(self, items):
        self.items = items

    def __getitem__(self, key):
        return self.items[key]

    def __setitem__(self, key, value):
        self.items[key] = value

    def __contains__(self, value):
        return value in self.items

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass


class Mapped(Mapping):
    def __init__(self, d):
        self.d = d

    def __getitem__(self, key):
        return self.d[key]

    def __iter__(self):
        return iter(self.d)

    def __len__(self):
        return len(self.d)


class Field:
    def __set_name__(self, owner, name):
        self.name = "_" + name

    def __get__(self, instance, owner=None):
        return getattr(instance, self.name)

    def __set__(self, instance, value):
        setattr(instance, self.name, value)


@dataclasses.dataclass
class Record:
    n: int = 0
    items: list = dataclasses.field(default_factory=list)


class Point(NamedTuple):
    x: int
    y: int


class Colour(enum.Enum):
    RED = 1
    BLUE = 2


def stacked(program):
    with contextlib.ExitStack() as stack:
        found = stack.enter_context(null(program.a))
        stack.callback(program.done.append, 1)
        return found


class Program:
    field = Field()

    def __init__(self):
        self.r = None
        {make}

    @property
    def n(self):
        return self._n

    @n.setter
    def n(self, value):
        self._n = value

    @functools.cached_property
    def cached(self):
        return self.n_

    @contextlib.contextmanager
    def managed(self):
        yield self.a

    def last(self):
        try:
            return self.a
        finally:
            self.ended = True

    def read(self):
        {read}

    def write(self):
        {write}

    def check(self):
        raise AssertionError(f"{{self.r!r}}")

    workers = (read, write)
"""


@pytest.mark.sampled(3)
@pytest.mark.parametrize("search", SEARCHES)
@pytest.mark.parametrize("name", READ)
def test_a_line_reads_what_another_writes(tmp_path, search, name):
    """Each value that CPython can find is the end of some schedule, and no other is."""
    make, read, write, values = READ[name]
    path = tmp_path / "shapes.py"
    path.write_text(SOURCE.format(make=make or "pass", read=read, write=write))
    (program,) = (one for one in find_scenarios(str(path)) if "Program" in one.name)

    states = end_states(program, search, seconds=60)

    assert {one.removeprefix("AssertionError: ") for one in states} == set(values)


PROGRAM = """

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
@pytest.mark.parametrize("name", MORE)
def test_lines_read_what_others_write(tmp_path, search, name):
    """The same of lines that use functions and classes, and of other files."""
    make, read, write, values = MORE[name]
    source = PRELUDE + PROGRAM
    for mark, body in (("MAKE", make or "pass"), ("READ", read), ("WRITE", write)):
        source = source.replace(mark, textwrap.indent(body, " " * 8))
    (tmp_path / "settings.py").write_text(SETTINGS)
    path = tmp_path / "shapes.py"
    path.write_text(source)
    (program,) = (one for one in find_scenarios(str(path)) if "Program" in one.name)

    states = end_states(program, search, seconds=60)

    assert {one.removeprefix("AssertionError: ") for one in states} == set(values)


AWAITING = {  # the same of two tasks
    "an async comprehension": (
        "self.l = [1, 2]",
        "self.r = [n async for n in slowly(self.l)]",
        "self.l.append(3)",
        ["[1, 2, 3]", "[1, 2]"],
    ),
    "an async for": (
        "self.l = [1]; self.r = []",
        "async for n in slowly(self.l): self.r.append(n)",
        "self.l.append(3)",
        ["[1, 3]", "[1]"],
    ),
    "an async generator expression": (
        "self.l = [1]; self.f = 1",
        "self.r = [n async for n in (m * self.f async for m in slowly(self.l))]",
        "self.f = 2",
        ["[1]", "[2]"],
    ),
    "async with": (
        "self.a = 0",
        "async with entered(self) as a: self.r = a",
        "self.a = 1",
        ["0", "1"],
    ),
    "an async exit stack": (
        "self.a = 0",
        "self.r = await stacked(self)",
        "self.a = 1",
        ["0", "1"],
    ),
    "a lost update": (
        "self.a = 0",
        "a = self.a; await asyncio.sleep(0); self.a = a + 1; self.r = self.a",
        "self.a = 10",
        ["1", "11"],
    ),
    "a context variable": (
        "",
        "await asyncio.sleep(0); self.r = VAR.get()",
        "VAR.set(5)",
        ["0"],
    ),
    "a value in a context variable": (
        "VAR.set([1])",
        "await asyncio.sleep(0); self.r = len(VAR.get())",
        "VAR.get().append(5)",
        ["1", "2"],
    ),
    "what gather returns": (
        "self.a = 0",
        "self.r = await asyncio.gather(read(self), read(self))",
        "self.a = 1",
        ["[0, 0]", "[0, 1]", "[1, 0]", "[1, 1]"],
    ),
    "try with finally": (
        "self.a = 0",
        "self.r = await ended(self)",
        "self.a += 5",
        ["1", "6"],
    ),
}
TASKS = """
import asyncio, contextlib, contextvars

VAR = contextvars.ContextVar("VAR", default=0)


async def slowly(items):
    for item in items:
        await asyncio.sleep(0)
        yield item


async def read(program):
    await asyncio.sleep(0)
    return program.a


@contextlib.asynccontextmanager
async def entered(program):
    await asyncio.sleep(0)
    yield program.a


async def stacked(program):
    async with contextlib.AsyncExitStack() as stack:
        return await stack.enter_async_context(entered(program))


async def ended(program):
    try:
        await asyncio.sleep(0)
    finally:
        program.a += 1
        return program.a


class Program:
    def __init__(self):
        self.r = None
        {make}

    async def read(self):
        {read}

    async def write(self):
        {write}

    def check(self):
        raise AssertionError(f"{{self.r!r}}")

    workers = (read, write)
"""


@pytest.mark.parametrize("search", SEARCHES)
@pytest.mark.parametrize("name", AWAITING)
def test_a_task_finds_what_another_writes_while_it_waits(tmp_path, search, name):
    """Another task runs only where this one suspends."""
    make, read, write, values = AWAITING[name]
    path = tmp_path / "shapes.py"
    path.write_text(TASKS.format(make=make or "pass", read=read, write=write))
    (program,) = (one for one in find_scenarios(str(path)) if "Program" in one.name)

    states = end_states(program, search, seconds=60)

    assert {one.removeprefix("AssertionError: ") for one in states} == set(values)
