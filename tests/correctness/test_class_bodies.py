"""The body of a class in a function is code that the function's worker runs.

It binds variables around it, reads what others write, and is no place for names that
the program does not have.
"""

import pytest

from bench.correctness import explore
from bench.correctness.programs.discovery import find_scenarios
from tests.correctness.outcomes import SEARCHES, end_states
from tests.correctness.test_bindings import (
    CLOSURE,
    FORMS,
    GLOBAL,
    indented,
    seen,
    source,
    state_of,
)

NEEDS_A_FUNCTION = {"except that returns"}
# What the body of a class does, and what a reader of self.x may see.
BODIES = {
    "reads": ("y = self.x", "made.y", ["0", "1"]),
    "reads an item": ("y = self.items[0]", "made.y", ["0", "1"]),
    "calls": ("y = self.get()", "made.y", ["0", "1"]),
    "annotated": ("y: int = self.x", "made.y", ["0", "1"]),
    "in a base": ("y = 1", "made.__bases__[0].n", ["0", "1"]),
    "in a keyword": ("y = 1", "made.k", ["0", "1"]),
    "reads twice": (
        "a = self.x\nb = self.x",
        "(made.a, made.b)",
        [
            "(0, 0)",
            "(0, 1)",
            "(1, 1)",
        ],
    ),
    "a loop": (
        "y = []\nfor one in self.items: y.append(one)",
        "made.y",
        [
            "[0]",
            "[1]",
        ],
    ),
    "pairs": ("for a, b in [(self.x, 5)]: y = a + b", "made.y", ["5", "6"]),
    "a comprehension": (
        "y = [one + 1 for one in self.items]",
        "made.y",
        [
            "[1]",
            "[2]",
        ],
    ),
    "with": ("with null(self.x) as y: pass", "made.y", ["0", "1"]),
    "if": ("if self.x: y = 'one'\nelse: y = 'zero'", "made.y", ["'one'", "'zero'"]),
    "match": ("match self.items:\n    case [y]: pass", "made.y", ["0", "1"]),
    "a default": ("def f(self, n=self.x): return n", "made().f()", ["0", "1"]),
    "a lambda": ("f = lambda self, x=self: x.x", "made().f()", ["0", "1"]),
    "a class within": ("class In:\n    y = self.x", "made.In.y", ["0", "1"]),
    "try": (
        "try: y = 1 // self.x\nexcept ZeroDivisionError: y = -1",
        "made.y",
        [
            "-1",
            "1",
        ],
    ),
    "a walrus": ("(y := self.x)", "made.y", ["0", "1"]),
    "an augmented item": (
        "d = {'a': 1}\nd['a'] += self.x\nd['a' + ''] += 0",
        "made.d['a']",
        ["1", "2"],
    ),
}
READING = """
from contextlib import nullcontext as null

class Zero:
    n = 0

class One:
    n = 1

class Keyed:
    def __init_subclass__(cls, k=None):
        cls.k = k

class Case:
    def __init__(self):
        self.x, self.items, self.base = 0, [0], Zero

    def get(self):
        return self.x

    def read(self):
        class made(self.base, Keyed, k=self.x):
            "The words of the class."
{body}
        self.seen = {read}
        names = [n for n in vars(made) if n.startswith("_x")]
        assert not names and made.__doc__ == "The words of the class.", names

    def write(self):
        self.{write}

    def check(self):
        raise AssertionError(repr(self.seen))

    workers = (read, write)
"""


@pytest.mark.sampled(3)
@pytest.mark.parametrize("search", SEARCHES)
@pytest.mark.parametrize("text", [GLOBAL, CLOSURE], ids=["global", "closure"])
@pytest.mark.parametrize("form", [one for one in FORMS if one not in NEEDS_A_FUNCTION])
def test_the_body_of_a_class_binds_a_variable_around_it(form, text, search, tmp_path):
    """It is bound where the class is made, which another worker sees."""
    statement, history = FORMS[form]
    declared = "global x, y" if text is GLOBAL else "nonlocal x, y"
    body = f"class Body:\n    {declared}\n{indented(statement, 4)}"
    path = tmp_path / "program.py"
    path.write_text(source(text, body), encoding="utf-8")

    verdict = explore(f"{path}:Case", search=search, jobs=1, limit_seconds=60)

    assert verdict.exhausted, verdict.failure
    assert {state_of(row.state) for row in verdict.outcomes} == seen(history)


@pytest.mark.parametrize("search", SEARCHES)
@pytest.mark.parametrize("name", BODIES)
def test_the_body_of_a_class_reads_what_others_write(name, search, tmp_path):
    """Its members are what they were when the class was made."""
    body, read, values = BODIES[name]
    write = "items[0] = 1" if "items" in body else "x = 1"
    if name == "in a base":
        write = "base = One"
    path = tmp_path / "program.py"
    path.write_text(
        READING.format(body=indented(body, 12), read=read, write=write),
        encoding="utf-8",
    )
    (program,) = find_scenarios(str(path))

    states = end_states(program, search, seconds=60)

    assert {one.removeprefix("AssertionError: ") for one in states} == set(values)


AROUND = """
class Case:
    def __init__(self):
        self.seen = None
        self.run = self.made()

    def made(self):
        x = 0
        def change():
            nonlocal x
            x = 1
        def look():
            class Body:
                {body}
            self.seen = Body.y
        return change, look

    def change(self):
        self.run[0]()

    def look(self):
        self.run[1]()

    def check(self):
        self.run = ()
        raise AssertionError(repr(self.seen))

    workers = (change, look)
"""


@pytest.mark.parametrize("search", SEARCHES)
@pytest.mark.parametrize(
    ("body", "values"),
    [
        ("y = x", {"0", "1"}),
        ("y = (x, x)", {"(0, 0)", "(0, 1)", "(1, 1)"}),
        ("y = [x for _ in (1,)]", {"[0]", "[1]"}),
    ],
)
def test_the_body_of_a_class_reads_a_variable_around_it(body, values, search, tmp_path):
    """It is read when the class is made, and not when the class is used."""
    path = tmp_path / "program.py"
    path.write_text(AROUND.format(body=body), encoding="utf-8")
    (program,) = find_scenarios(str(path))

    states = end_states(program, search, seconds=60)

    assert {one.removeprefix("AssertionError: ") for one in states} == values


NAMESPACES = """
import enum


class Everything(dict):
    def __missing__(self, name):
        if name.startswith("__"):
            raise KeyError(name)
        self[name] = found = len(self)
        return found


class Meta(type):
    @classmethod
    def __prepare__(cls, name, bases):
        return Everything()


class Case:
    def __init__(self):
        self.n = 0

    def make(self):
        class Colour(enum.Enum):
            RED = self.n
            BOTH = [RED, 7][1] + self.n

        class Wanted(metaclass=Meta):
            one, two, one

        shown = [name for name in vars(Wanted) if name[:2] != "__"]
        self.seen = [one.name for one in Colour], shown

    def other(self):
        self.n += 0

    def check(self):
        assert self.seen == (["RED", "BOTH"], ["one", "two"]), self.seen

    workers = (make, other)
"""


def test_hooks_leave_no_names_in_the_namespace_of_a_class(tmp_path):
    """It may be an object that makes a member of each name that it is asked for."""
    path = tmp_path / "program.py"
    path.write_text(NAMESPACES, encoding="utf-8")

    verdict = explore(f"{path}:Case", jobs=1, limit_seconds=60)

    assert (verdict.outcome, verdict.exhausted) == ("holds", True), verdict.failure
