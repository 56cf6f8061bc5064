"""An operation on two containers looks into both at one time."""

import textwrap

import pytest

from bench.correctness.programs.discovery import find_scenarios
from tests.correctness.operand_programs import OPERANDS
from tests.correctness.outcomes import SEARCHES, end_states

SOURCE = """
import itertools
from collections import deque


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


@pytest.mark.parametrize("search", SEARCHES)
@pytest.mark.parametrize("name", OPERANDS)
def test_an_operation_reads_both_operands_at_one_time(tmp_path, search, name):
    make, read, write, expected = OPERANDS[name]
    source = SOURCE
    for mark, body in (("MAKE", make), ("READ", read), ("WRITE", write)):
        source = source.replace(mark, textwrap.indent(body, " " * 8))
    path = tmp_path / "operands.py"
    path.write_text(source)
    (program,) = find_scenarios(str(path))

    states = end_states(program, search, seconds=60)

    assert {one.removeprefix("AssertionError: ") for one in states} == set(expected)
