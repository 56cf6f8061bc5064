"""Each run begins with the names of a module as its import has left them."""

import ctypes
import os
from textwrap import dedent, indent

import pytest

from bench.correctness import explore
from bench.correctness.programs.restorer import Restorer, restore_class
from bench.correctness.programs.snapshot import has_state

PROGRAM = """
import itertools


class Equal:
    def __eq__(self, other):
        compared.append(other)
        return True

    __hash__ = object.__hash__


class Kept:
    limit = 1


compared = []
first, second, numbers = Equal(), Equal(), itertools.count()
originals = first, second


class Changing:
    def __init__(self):
        assert first is originals[0] and second is originals[1]
        assert Kept.limit == 1 and not hasattr(Kept, "floor")
        assert "third" not in globals()
        assert next(numbers) == 0
        assert not compared
        self.total = 0

    def work(self):
        self.total += 1
        {change}

    workers = (work, work)
"""
CHANGES = {
    "nothing": "pass",
    "bound_anew": "global first; first = Equal()",
    "bound_to_an_equal_object": "globals()['first'] = originals[1]",
    "two_names_swapped": "global first, second; first, second = originals[::-1]",
    "deleted": "globals().pop('second', None)",
    "the_last_one_renamed": "globals()['third'] = globals().pop('Changing', None)",
    "added": "globals()['third'] = 3",
    "a_count_goes_on": "next(numbers)",
    "a_member_bound_anew": "Kept.limit = 2",
    "a_member_added": "Kept.floor = 0",
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_run_begins_with_the_names_that_the_import_left(change, tmp_path):
    """Nothing of an earlier run is seen, and no comparison runs the program's code."""
    path = tmp_path / "scenario.py"
    lines = indent(dedent(change.replace("; ", "\n")), " " * 8).strip()
    path.write_text(PROGRAM.replace("{change}", lines), encoding="utf-8")

    verdict = explore(path, jobs=1, limit_seconds=10)

    assert verdict.outcome == "holds"
    assert verdict.schedules > 1


DELETED = """
class Kept:
    nothing = None


class Deleting:
    def __init__(self):
        assert Kept.nothing is None
        self.total = 0

    def work(self):
        self.total += 1
        try:
            del Kept.nothing
        except AttributeError:
            pass

    workers = (work, work)
"""


def test_a_run_begins_with_a_deleted_member_that_was_none(tmp_path):
    """It is not the same as none at all."""
    path = tmp_path / "scenario.py"
    path.write_text(DELETED, encoding="utf-8")

    verdict = explore(path, jobs=1, limit_seconds=10)

    assert verdict.outcome == "holds"
    assert verdict.schedules > 1


KEPT_BY_SPECIAL_NAMES = {
    "a_default_of_init": (
        "def __init__(self, items=[]):\n        self.items = items",
        "Kept().items.append(1)",
        "len(Kept().items)",
    ),
    "a_count_that_a_default_asks": (
        "def __init__(self, ask=numbers.__next__):\n        self.number = ask()",
        "Kept()",
        "Kept().number",
    ),
    "a_count_that_a_field_asks": (
        "number: int = field(default_factory=numbers.__next__)",
        "Kept()",
        "Kept().number",
    ),
    "a_cache": (
        "__call__ = lru_cache(lambda self, key: key)\n"
        "    __hash__ = lambda self: 1\n"
        "    __eq__ = lambda self, other: True",
        "Kept()(1)",
        "sum(Kept.__call__.cache_info()[:2])",  # hits and misses
    ),
    "a_list": ("__all_of__ = []", "Kept.__all_of__.append(1)", "len(Kept.__all_of__)"),
    "a_private_list_of_the_module": ("pass", "add(1)", "len(kept())"),
}
SPECIAL_NAMES = """
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import count

numbers = count()
__private = []


def add(item):
    __private.append(item)


def kept():
    return __private


@dataclass(eq=False)
class Kept:
    {body}


class Changing:
    def __init__(self):
        self.total = 0

    def work(self):
        self.total += 1
        {change}

    workers = (work, work)

    def check(self):
        assert {size} == 2
"""


@pytest.mark.parametrize(
    ("body", "change", "size"),
    KEPT_BY_SPECIAL_NAMES.values(),
    ids=KEPT_BY_SPECIAL_NAMES,
)
def test_a_run_begins_with_what_special_names_hold(body, change, size, tmp_path):
    """A list that is the default of an argument of `__init__` is empty in each run."""
    path = tmp_path / "scenario.py"
    filled = {"{body}": body, "{change}": change, "{size}": size}
    text = SPECIAL_NAMES
    for name, value in filled.items():
        text = text.replace(name, value)
    path.write_text(text, encoding="utf-8")

    verdict = explore(path, jobs=1, limit_seconds=10)

    assert verdict.outcome == "holds"
    assert verdict.schedules > 1


PACKAGE = """
from collections import Counter, OrderedDict, defaultdict, deque

handlers = defaultdict(list)
names = OrderedDict()
counts = Counter()
last = deque()
"""
CHANGES_A_PACKAGE = """
import installed_by_test as package


class Changing:
    def __init__(self):
        assert package.handlers.default_factory is list
        assert not (package.handlers or package.names or package.counts or package.last)
        self.total = 0

    def work(self):
        self.total += 1
        package.handlers["key"].append(1)
        package.handlers.default_factory = None
        package.names["key"] = package.counts["key"] = 1
        package.last.append(1)

    workers = (work, work)

    def check(self):
        assert package.handlers["key"]
"""


@pytest.mark.parametrize("installed", [True, False], ids=["installed", "own"])
def test_a_run_begins_with_the_containers_of_other_modules(
    installed, tmp_path, monkeypatch
):
    """A package registers in a defaultdict of its own; it is never imported again."""
    directory = tmp_path / "site-packages" if installed else tmp_path
    directory.mkdir(exist_ok=True)
    (directory / "installed_by_test.py").write_text(PACKAGE, encoding="utf-8")
    monkeypatch.syspath_prepend(directory)
    path = tmp_path / "scenario.py"
    path.write_text(CHANGES_A_PACKAGE, encoding="utf-8")

    verdict = explore(path, jobs=1, limit_seconds=10)

    assert verdict.outcome == "holds"
    assert verdict.schedules > 1


ENVIRONMENT = """
import os


class Changing:
    def __init__(self):
        assert os.environ["EXPLORED_KEPT"] == "as it was"
        assert "EXPLORED_ADDED" not in os.environ
        self.total = 0

    def work(self):
        self.total += 1
        {change}

    workers = (work, work)
"""
ENVIRONMENT_CHANGES = {
    "nothing": "pass",
    "set": "os.environ['EXPLORED_KEPT'] = 'otherwise'",
    "added": "os.environ.setdefault('EXPLORED_ADDED', '1')",
    "removed": "os.environ.pop('EXPLORED_KEPT', None)",
    "updated": "os.environ |= {'EXPLORED_ADDED': '1'}",
    "added_and_removed": (
        "os.environ.update(EXPLORED_ADDED='1'); os.environ.pop('EXPLORED_KEPT', None)"
    ),
}


@pytest.mark.parametrize(
    "change", ENVIRONMENT_CHANGES.values(), ids=ENVIRONMENT_CHANGES
)
def test_a_run_begins_with_the_environment_that_the_import_left(
    change, tmp_path, monkeypatch
):
    """What a run changes in `os.environ` is undone, also after the last one."""
    monkeypatch.setenv("EXPLORED_KEPT", "as it was")
    path = tmp_path / "scenario.py"
    lines = indent(dedent(change.replace("; ", "\n")), " " * 8).strip()
    path.write_text(ENVIRONMENT.replace("{change}", lines), encoding="utf-8")
    setting = vars(type(os.environ))["__setitem__"]

    verdict = explore(path, jobs=1, limit_seconds=10)

    assert verdict.outcome == "holds"
    assert verdict.schedules > 1
    assert os.environ["EXPLORED_KEPT"] == "as it was"
    assert "EXPLORED_ADDED" not in os.environ
    assert vars(type(os.environ))["__setitem__"] is setting


def test_the_built_ins_of_a_namespace_in_a_closure_are_not_restored():
    """They are the explorer's: its later programs had no `globals()` of their own."""
    built_in, own = [], []
    restorer = Restorer(has_state)
    restorer.save({"__builtins__": {"print": built_in}, "own": own})
    built_in.append(1)
    own.append(1)

    restorer.restore()

    assert (built_in, own) == ([1], [])


def test_a_class_of_a_metaclass_in_c_is_restored():
    """`type.__setattr__` refuses a class of `ctypes`, which has its own method."""

    class Point(ctypes.Structure):
        limit = 0

    before = dict(vars(Point))
    Point.limit = 1
    Point.more = 1
    restore_class(Point, before)

    assert Point.limit == 0
    assert not hasattr(Point, "more")
