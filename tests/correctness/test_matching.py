"""Each case of a `match` reads the subject anew, which other workers may change.

The cases that can be chosen were found by hand.
"""

import re
from textwrap import indent

import pytest

from bench.correctness import explore

# The first value of the subject, its change, the cases, and the numbers of those that
# can be chosen.  The last one is the number of no case.
SUBJECTS = {
    "plain": ("[1]", "append(3)", "[] | [x] | [x, y] | _", "1 2"),
    "changed twice": ("[1]", "append(3) clear()", "[] | [x] | [x, y] | _", "0 1 2 3"),
    "guard": ("[1]", "append(3)", "[x, y] | _ if self.is_rare() | [x] | _", "0 2 3"),
    "guard of a name": ("[1]", "append(3)", "[x, y] | z if not z | [x] | _", "0 2 3"),
    "mapping": ("{'t': 1}", "update(t=2)", "{'t': 2} | {'t': 1} | _", "0 1 2"),
    "mapping that grows": ("{}", "update(t=2)", "{'t': 2} | {**x} if not x", "0 1 2"),
    "in a tuple": ("[1]", "append(3)", "(_, [x, y]) | (_, [x]) | _", "0 1 2"),
    "or": ("[1]", "append(3)", "[x, _, 0] | [x, _] | [x] | _", "1 2 3"),
    "no case": ("[1]", "append(3)", "[x, y] | [x]", "0 1 2"),
    "one case": ("[1]", "append(3)", "[x]", "0 1"),
}
MATCHING = """
class Case:
    def __init__(self):
        self.q = {first}
        self.chosen = None

    def is_rare(self):
        return False

    def choose(self):
        match {subject}:
{cases}
            case _:
                self.chosen = {others}

    def change(self):
{change}

    def check(self):
        self.q = None

    workers = (choose, change)
"""


@pytest.mark.parametrize("search", ["dpor", "brute"])
@pytest.mark.parametrize("name", SUBJECTS)
def test_each_case_reads_the_subject_anew(name, search, tmp_path):
    """It may change after one pattern has not matched and before the next is tried."""
    first, changes, patterns, numbers = SUBJECTS[name]
    cases = [
        f"case {pattern}:\n    self.chosen = {number}"
        for number, pattern in enumerate(patterns.removesuffix(" | _").split(" | "))
    ]
    text = MATCHING.format(
        first=first,
        subject="('x', self.q)" if name == "in a tuple" else "self.q",
        cases=indent("\n".join(cases), " " * 12),
        others=len(cases),
        change=indent("\n".join(f"self.q.{one}" for one in changes.split()), " " * 8),
    )
    path = tmp_path / "program.py"
    path.write_text(text, encoding="utf-8")

    verdict = explore(f"{path}:Case", search=search, jobs=1, limit_seconds=60)

    assert verdict.exhausted, verdict.failure
    states = {row.state for row in verdict.outcomes}
    assert {re.search(r"chosen=(\d)", one)[1] for one in states} == {*numbers.split()}


PARTS = """
class Order:
    def __init__(self):
        self.paid = False
        self.status = "new"
        self.parts = ["tea"]


class Shop:
    def __init__(self):
        self.order = Order()
        self.seen = None

    def look(self):
        match self.order:
            case Order(status="new", paid=True, parts=[_]):
                self.seen = "odd"

    def pay(self):
        self.order.paid = True
        self.order.status = "paid"

    def check(self):
        assert self.seen is None

    workers = (look, pay)
"""


def test_a_pattern_that_reads_what_is_not_written_replays(tmp_path):
    """A replay comes to no more scheduling points than the run that was saved."""
    path = tmp_path / "program.py"
    path.write_text(PARTS, encoding="utf-8")

    verdict = explore(f"{path}:Shop", jobs=1)

    assert verdict.failure.symptom == "AssertionError: assert self.seen is None"
