"""Rewritten code does the same operations in the same order, with the same results."""

import os
import warnings

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from bench.correctness import explore
from tests.correctness.order_programs import bodies, source_of

PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "")
NEW = int(os.environ.get("PROGRAMS", "2000"))
EXAMPLES = {"many": 400, "thorough": NEW}.get(PROFILE, 15)
BODIES = 5  # of a program
pytestmark = pytest.mark.timeout(7_200 if PROFILE else 120)
SCENARIO = """
class Program:
    def play(self):
        self.returned = [{calls}]

    def be_there(self):
        self.is_there = True  # or the explorer might know that nothing is shared

    def check(self):
        for found, expected in zip(self.returned, {expected!r}):
            assert found == expected, f"{{found}} but CPython: {{expected}}"

    workers = (play, be_there)
"""


def compiled(text, path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return compile(text, str(path), "exec", dont_inherit=True)
        except SyntaxError:
            return None


def compare(drawn, path):
    """Run bodies as they are, and explored; what they do must be the same."""
    text = source_of(drawn)
    code = compiled(text, path)
    assert code is not None, text
    space = {"__name__": path.stem, "__file__": str(path)}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(code, space)
        calls = [f"run_{number}()" for number in range(len(drawn))]
        expected = [eval(call, space) for call in calls]
        text += SCENARIO.format(calls=", ".join(calls), expected=expected)
        path.write_text(text, encoding="utf-8")
        verdict = explore(f"{path}:Program", limit_schedules=1, jobs=1)
    assert verdict.failure is None, verdict.failure.symptom


@pytest.mark.long
def test_generated_bodies_do_the_same_as_in_cpython(tmp_path):
    """Each operation on an object is noted; some fail."""

    @given(st.lists(bodies(), min_size=1, max_size=BODIES))
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        derandomize=PROFILE != "thorough",
        suppress_health_check=list(HealthCheck),
    )
    def same(drawn):
        path = tmp_path / "program.py"
        whole = [one for one in drawn if compiled(source_of([one]), path)]
        assume(whole)
        compare(whole, path)

    same()


CASES = {  # `a` and `b` are shared, `c` is not; lines that once did something else
    "a key that a later target binds": ["a, d[c], c = e, f, 7"],
    "an owner that a later target binds": ["a, c.p, c = e, f, 7"],
    "a target after one that fails": ["a, a[0][c], c = [1], 2, 3"],
    "a target after one that cannot be unpacked": ["a, (b, e), c = 1, 2, 3"],
    "a starred target after one that fails": ["(a, b), [*c], d[3:][0] = e, f, 1"],
    "items of a call after its keywords": ["d(*e, y=f.p)", "d.q(*e, **f)"],
    "items of a call before others": ["d(*e, *f, y=f.p)", "d(a, *e, y=f.p)"],
    "a call with no items": ["LOG.append(print_(*1, y=e.p))"],
    "a call of an object with no items": ["LOG.append(d(*1))"],
    "a call with no names": ["LOG.append(run(**1, **f))"],
    "a call with a name twice": ["LOG.append(note(**{'k': 1}, **f))"],
    "an owner that a generator binds": [
        "later = ((c := one) for one in (d, e))",
        "c[0] += next(later)",
        "c.q += next(later)",
    ],
    "names of variables": [
        "c[d.p] = e",
        "match d:",
        "    case T(q=c): LOG.append(f'{sorted(locals())} {sorted(vars())} {dir()}')",
    ],
    "the truth of operands": ["if e and 'p' and f and c: d.p", "assert e and f and c"],
    "the truth of two values": ["if (e and f if d else c): d.p", "not (d if e else f)"],
    "the truth of a choice": ["while (e < f < d if d else e and c): note('turn')"],
}


@pytest.mark.parametrize("what", CASES)
def test_a_case_does_the_same_as_in_cpython(what, tmp_path):
    """Each case once had another order, another result or another error."""
    compare([body_of(CASES[what])], tmp_path / "program.py")


def body_of(lines, colour="plain"):
    kinds = dict(zip("abcdef", ("captured", "global", *["local"] * 4), strict=True))
    starts = {name: f"T('{name}')" for name in "abcdef"}
    return kinds, starts, colour, lines, (0, "Oops")


@pytest.mark.parametrize("value", ["[1, 2]", "iter([1, 2])", "{1: 2}.values()", "d"])
def test_what_is_sent_to_no_generator_is_the_same_error(value, tmp_path):
    """The error names what `yield from` iterates over."""
    lines = [f"LOG.append((yield from {value}))"]
    compare([body_of(lines, "generator")], tmp_path / "program.py")


KEEPING_LOCALS = """
class Program:
    def __init__(self):
        self.count = 0

    def play(self):
        here = 1
        found = locals()
        self.count += here
        self.count += here
        self.found = found.get('here')

    def be_there(self):
        self.count += 1

    def check(self):
        raise AssertionError(self.found)

    workers = (play, be_there)
"""


def test_what_locals_returned_stays_while_a_failure_is_described(tmp_path):
    """To name its objects, the explorer looks at the variables of each frame."""
    path = tmp_path / "program.py"
    path.write_text(KEEPING_LOCALS, encoding="utf-8")
    verdict = explore(f"{path}:Program")

    assert verdict.failure.symptom == "AssertionError: 1"


LATE_ITEMS = """
def pack(*items, key):
    return len(items), key

class Program:
    def __init__(self):
        self.items, self.key = [], 0

    def reads(self):
        self.found = pack(*self.items, key=self.key)

    def writes(self):
        self.items.append(1)
        self.key = 1

    def check(self):
        assert self.found != {never}

    workers = (reads, writes)
"""


@pytest.mark.parametrize(
    ("never", "outcome"), [("(0, 1)", "holds"), ("(1, 0)", "broken")]
)
def test_others_may_change_items_while_keywords_are_evaluated(never, outcome, tmp_path):
    """Python takes the items of `*items` after it has read the key."""
    path = tmp_path / "program.py"
    path.write_text(LATE_ITEMS.format(never=never), encoding="utf-8")

    assert explore(f"{path}:Program").outcome == outcome
