"""Each statement that binds a variable is a step that other workers can see.

The variable is a global, or one that two functions have captured.  One worker binds it,
and another reads it.  The values that the variable has, one after the other, were found
by hand.
"""

import re
import sys

import pytest

from bench.correctness import explore
from tests.correctness.outcomes import SEARCHES

# What binds x or y, and the values x/y that they have one after the other.
ASSIGNMENTS = {
    "plain": ("x = 1", "0/0 1/0"),
    "annotated": ("x = 1; z: int = 2", "0/0 1/0"),
    "walrus": ("(x := 1)", "0/0 1/0"),
    "chained": ("x = y = 1", "0/0 1/0 1/1"),
    "chained back": ("y = x = 1", "0/0 0/1 1/1"),
    "tuple": ("x, y = 1, 1", "0/0 1/0 1/1"),
    "list": ("[y, x] = [1, 1]", "0/0 0/1 1/1"),
    "starred": ("x, *z, y = 1, 5, 5, 2", "0/0 1/0 1/2"),
    "starred itself": ("y, *x = 1, 5", "0/0 0/1 [5]/1"),
    "nested": ("x, (z, [y]) = 1, (5, [2])", "0/0 1/0 1/2"),
    "swapped": ("x = 1; x, y = y, x", "0/0 1/0 0/1"),
    "before an attribute": ("x, BOX.n, y = 1, 5, 1", "0/0 1/0 1/1"),
}
LOOPS = {
    "for": ("for x in (1, 2): pass", "0/0 1/0 2/0"),
    "for in order": ("for x in (1, 2): y = x", "0/0 1/0 1/1 2/1 2/2"),
    "for with break": ("for x in (1, 2): break", "0/0 1/0"),
    "for with else": ("for x in (1, 2): continue\nelse: y = 1", "0/0 1/0 2/0 2/1"),
    "for over nothing": ("for x in (): pass", "0/0"),
    "for of a tuple": ("for x, y in [(1, 2)]: pass", "0/0 1/0 1/2"),
    "for of a pair in a pair": ("for z, (x, y) in [(0, (1, 2))]: pass", "0/0 1/0 1/2"),
    "for that fails": (
        "try:\n    for x, y in [(1, 2), 3]: pass\nexcept TypeError: x = 4",
        "0/0 1/0 1/2 4/2",
    ),
}
MANAGERS = {
    "with": ("with null(1) as x: pass", "0/0 1/0"),
    "with several": ("with null(1) as x, null(x + 1) as y: pass", "0/0 1/0 1/2"),
    "with a tuple": ("with null((1, 2)) as (x, y): pass", "0/0 1/0 1/2"),
    "with that binds again": ("with null(1) as x:\n    x = 3", "0/0 1/0 3/0"),
    "with that suppresses": (
        "with suppress(TypeError) as z, null(1) as (x, y): pass\ny = 1",
        "0/0 0/1",
    ),
}
NAMES_ONLY = {  # no target in the grammar
    "except": (
        "try: raise KeyError\nexcept KeyError as x: y = 1",
        "0/0 KeyError/0 KeyError/1 unbound/1",
    ),
    "except that deletes": (
        "try: raise KeyError\nexcept KeyError as x: del x\nx = 1",
        "0/0 KeyError/0 unbound/0 1/0",
    ),
    "except that returns": (
        "try: raise KeyError\nexcept KeyError as x: return",
        "0/0 KeyError/0 unbound/0",
    ),
    "except that fails": (
        "try:\n    try: raise KeyError\n    except KeyError as x: raise ValueError\n"
        "except ValueError: y = 1",
        "0/0 KeyError/0 unbound/0 unbound/1",
    ),
    "except of a group": (
        "try: raise ExceptionGroup('', [KeyError()])\nexcept* KeyError as x: pass",
        "0/0 ExceptionGroup/0 unbound/0",
    ),
    "def": ("def x(): pass", "0/0 x/0"),
    "decorated def": ("@give(1)\ndef x(): pass", "0/0 1/0"),
    "async def": ("async def x(): pass", "0/0 x/0"),
    "class": ("class x: pass", "0/0 x/0"),
    "decorated class": ("@give(1)\nclass x: pass", "0/0 1/0"),
    "import": ("import math as x", "0/0 math/0"),
    "imports": ("import math as x, json as y", "0/0 math/0 math/json"),
    "import of a submodule": ("import os.path as x", "0/0 posixpath/0"),
    "from import": ("from math import inf as x, nan as y", "0/0 inf/0 inf/nan"),
    "del": ("del x", "0/0 unbound/0"),
    "del of several": ("del (x, y)", "0/0 unbound/0 unbound/unbound"),
    "del and bind": ("del x\nx = 1", "0/0 unbound/0 1/0"),
}
PATTERNS = {
    "capture": ("match 1:\n    case x: pass", "0/0 1/0"),
    "captures": ("match [1, 2]:\n    case [x, y]: pass", "0/0 1/0 1/2"),
    "second case": (
        "match [1, 2]:\n    case [x]: pass\n    case [y, 2]: pass",
        "0/0 0/1",
    ),
    "alternatives": ("match [1, 2]:\n    case [x, 3] | [x, 2]: pass", "0/0 1/0"),
    "as": ("match 1:\n    case int() as x: pass", "0/0 1/0"),
    "starred pattern": ("match [1, 2]:\n    case [_, *x]: pass", "0/0 [2]/0"),
    "rest": ("match {1: 2}:\n    case {**x}: pass", "0/0 {1:2}/0"),
    "class pattern": ("match 1:\n    case int(x): pass", "0/0 1/0"),
    "guard": (
        "match [1, 2]:\n    case [x, _] if x > 1: pass\n    case [_, y]: pass",
        "0/0 1/0 1/2",
    ),
    "no case": ("match 1:\n    case [x]: pass\n    case {2: x}: pass", "0/0"),
}
if sys.version_info >= (3, 12):
    NAMES_ONLY["type"] = ("type x = int", "0/0 x/0")
FORMS = {**ASSIGNMENTS, **LOOPS, **MANAGERS, **NAMES_ONLY, **PATTERNS}
COMMON = """
from contextlib import nullcontext as null, suppress
from types import SimpleNamespace

BOX = SimpleNamespace(n=0)


def give(value):
    return lambda made: value


def shown(value):
    if isinstance(value, BaseException):
        return type(value).__name__
    return getattr(value, "__name__", None) or str(value).replace(" ", "")
"""
GLOBAL = """
x = y = 0


class Case:
    def __init__(self):
        self.seen = ""

    def change(self):
        global x, y
{form}

    def look(self):
{look}

    workers = (change, look)
"""
CLOSURE = """
class Case:
    def __init__(self):
        self.seen = ""
        self.run = self.made()

    def made(self):
        x = y = 0
        def change():
            nonlocal x, y
{form}
        def look():
{look}
        return change, look

    def change(self):
        self.run[0]()

    def look(self):
        self.run[1]()

    def check(self):
        self.run = ()

    workers = (change, look)
"""
LOOK = """
try:
    first = x
except NameError:
    first = "unbound"
try:
    second = y
except NameError:
    second = "unbound"
self.seen = shown(first) + "/" + shown(second)
"""


def indented(text, columns):
    return "\n".join(" " * columns + line for line in text.strip().splitlines())


def source(text, form, look=LOOK):
    """The source of a scenario with this form."""
    columns = 12 if text is CLOSURE else 8
    return COMMON + text.format(
        form=indented(form, columns), look=indented(look, columns)
    )


def state_of(row):
    """What the second worker saw, as an end state shows it."""
    return re.search("seen='(.*?)'", row)[1]


def seen(history):
    """What a worker may see that reads x, and then y at the same time or later."""
    values = [values.split("/") for values in history.split()]
    return {
        f"{x}/{y}" for index, (x, _) in enumerate(values) for _, y in values[index:]
    }


@pytest.mark.sampled(3)
@pytest.mark.parametrize("search", SEARCHES)
@pytest.mark.parametrize("text", [GLOBAL, CLOSURE], ids=["global", "closure"])
@pytest.mark.parametrize("form", FORMS)
def test_a_variable_may_be_read_before_and_after_each_binding(
    form, text, search, tmp_path
):
    """A binding that is not seen is a proof that is false."""
    statement, history = FORMS[form]
    path = tmp_path / "program.py"
    path.write_text(source(text, statement), encoding="utf-8")

    verdict = explore(f"{path}:Case", search=search, jobs=1, limit_seconds=60)

    assert verdict.exhausted, verdict.failure
    assert {state_of(row.state) for row in verdict.outcomes} == seen(history)


@pytest.mark.parametrize("search", SEARCHES)
@pytest.mark.parametrize("text", [GLOBAL, CLOSURE], ids=["global", "closure"])
@pytest.mark.parametrize("nested", [False, True])
def test_a_comprehension_has_variables_of_its_own(nested, text, search, tmp_path):
    """Its function may still read another variable of the same name."""
    path = tmp_path / "program.py"
    read = "z = [x for x in (5,)] + [y for y in (6,)]" + LOOK
    form = "z = {x: y for x in (5,) for y in (6,)}\nx, y = 1, 2"
    if nested:
        read = f"def inner():\n{indented(LOOK, 4)}\n{read}\ninner()"
    path.write_text(source(text, form, read), encoding="utf-8")

    verdict = explore(f"{path}:Case", search=search, jobs=1, limit_seconds=60)

    assert verdict.exhausted, verdict.failure
    assert {state_of(row.state) for row in verdict.outcomes} == seen("0/0 1/0 1/2")


LAMBDAS = {  # what a worker does whose variable i the function self.f reads
    "for": ("for i in (1, 2): self.f = lambda: i", "None 1 2"),
    "for of a tuple": ("for i, _ in [(1, 0), (2, 0)]: self.f = lambda: i", "None 1 2"),
    "list": ("[self.keep(lambda: i) for i in (1, 2)]", "None 1 2"),
    "set of pairs": ("{self.keep(lambda: i) for i, _ in [(1, 0), (2, 0)]}", "None 1 2"),
    "dict": ("{0: self.keep(lambda: i) for _ in [0] for i in (1, 2)}", "None 1 2"),
    "generator": ("list(self.keep(lambda: i) for i in (1, 2) if i)", "None 1 2"),
    "except": (
        "try: raise KeyError\nexcept KeyError as i: self.f = lambda: type(i).__name__",
        "None KeyError unbound",
    ),
    "def": (
        "self.f = lambda: i.__name__\nfor _ in (1, 2):\n    def i(): pass",
        "None unbound i",
    ),
    "match": (
        "i = 0\nself.f = lambda: i\nmatch [1, 2]:\n    case [_, i]: pass",
        "None 0 2",
    ),
    "with": ("i = 0\nself.f = lambda: i\nwith null(1) as i: pass", "None 0 1"),
    "import": ("i = 0\nself.f = lambda: shown(i)\nimport math as i", "None 0 math"),
}
ESCAPED = """
class Case:
    def __init__(self):
        self.seen = self.f = None

    def keep(self, f):
        self.f = f

    def change(self):
{form}

    def look(self):
        f = self.f
        try:
            self.seen = f and f()
        except NameError:
            self.seen = "unbound"

    def check(self):
        self.f = None

    workers = (change, look)
"""


@pytest.mark.parametrize("search", SEARCHES)
@pytest.mark.parametrize("form", LAMBDAS)
def test_a_function_reads_its_captured_variable_when_it_is_called(
    form, search, tmp_path
):
    """It may be called while the statement that binds the variable goes on."""
    statement, values = LAMBDAS[form]
    path = tmp_path / "program.py"
    text = COMMON + ESCAPED.format(form=indented(statement, 8))
    path.write_text(text, encoding="utf-8")

    verdict = explore(f"{path}:Case", search=search, jobs=1, limit_seconds=60)

    assert verdict.exhausted, verdict.failure
    states = {row.state for row in verdict.outcomes}
    shown = {re.search("seen='?(.*?)[',]", f"{state},")[1] for state in states}
    assert shown == set(values.split())
