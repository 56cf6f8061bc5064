"""What functions, classes, generators and modules have is shared as anything else.

Each program has a reader and a writer of one line.  The end states are those that
CPython can reach, found by hand.
"""

import pytest

from bench.correctness.programs.discovery import find_scenarios
from tests.correctness.outcomes import SEARCHES, end_states
from tests.correctness.special_programs import ALL

SETTINGS = """
LIMIT = 3

def found():
    return LIMIT

def limit():
    return found()
"""
SOURCE = """
import abc, functools, inspect, sys
import settings

LIMIT = 3
REGISTRY = {{}}
CALLBACKS = []


def this():
    return sys.modules[__name__]


def bind():
    global new
    new = 1


def name_of_new():
    try:
        return new
    except NameError:
        return "unbound"


def name_of_limit():
    try:
        return LIMIT
    except NameError:
        return "unbound"


def work(x=1):
    return x


work.n = 0


def other():
    return 2


def only(*, k=1):
    return k


def made():
    def inner():
        pass
    inner.n = 0
    return inner


def numbers():
    n = 1
    yield n
    n = 2
    yield n


def echo():
    got = None
    while True:
        got = yield got


async def answer():
    return 42


def drive(coroutine):
    try:
        coroutine.send(None)
    except StopIteration:
        pass


class Part:
    n: int = 0

    def plus(self, x=1):
        return x

    def __len__(self):
        return 3

    def __str__(self):
        return "part"

    def __call__(self):
        return 4

    @property
    def half(self):
        return 5


class Sub(Part):
    pass


class Other:
    n = 9

    def plus(self, x):
        return -x


class Named(abc.ABC):
    pass


def register(base):
    @base.register
    class Made:
        pass

    base.register(Part)


def decorated(program):
    @Named.register
    class Made:
        pass

    program.c = Made


@functools.singledispatch
def shown(item):
    return "a thing"


def show_numbers():
    @shown.register
    def _(item: int):
        return "a number"


def enroll(function):
    REGISTRY[function.__name__] = function
    return function


def add_plugin():
    @enroll
    def plugin():
        pass


class Base:
    known = []

    def __init_subclass__(cls):
        Base.known.append(cls.__name__)


def add_below():
    class Below(Base):
        pass


class Field:
    names = {{}}

    def __set_name__(self, owner, name):
        Field.names[name] = owner


def add_field():
    class Record:
        size = Field()


def add_callback():
    @CALLBACKS.append
    def callback():
        pass


class Program:
    def __init__(self):
        self.r = None
        {make}
    def read(self):
        {read}
    read.n = 2
    def write(self):
        {write}
    def check(self):
        raise AssertionError(f"{{self.r!r}}")
    workers = (read, write)
"""


def found(tmp_path, search, make, read, write):
    """What the reader has found in the end, in each of the end states."""
    (tmp_path / "settings.py").write_text(SETTINGS)
    path = tmp_path / "special.py"
    path.write_text(SOURCE.format(make=make or "pass", read=read, write=write))
    (program,) = (one for one in find_scenarios(str(path)) if "Program" in one.name)
    states = end_states(program, search, seconds=60)
    return {state.removeprefix("AssertionError: ") for state in states}


@pytest.mark.sampled(3)
@pytest.mark.parametrize("search", SEARCHES)
@pytest.mark.parametrize(
    ("kind", "name"), [(kind, name) for kind, table in ALL.items() for name in table]
)
def test_what_is_special_of_an_object_is_shared_too(tmp_path, search, kind, name):
    """It is read by a name, a call, an operator, or by the library."""
    make, read, write, values = ALL[kind][name]

    assert found(tmp_path, search, make, read, write) == set(values)
