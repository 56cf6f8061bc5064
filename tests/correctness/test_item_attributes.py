"""Attributes of a dict that are its items are one place with them."""

import textwrap

import pytest

from bench.correctness.programs.discovery import find_scenarios
from tests.correctness.item_programs import ITEMS, KINDS
from tests.correctness.outcomes import SEARCHES, end_states

SOURCE = """
import collections

class D(KIND):
BODY

class Program:
    def __init__(self):
        self.d, self.r = MADE, None

    def read(self):
        try:
            READ
        except (KeyError, RuntimeError) as error:
            self.r = type(error)

    def write(self):
        WRITE

    def check(self):
        r = self.r
        raise AssertionError(r.__name__ if isinstance(r, type) else repr(r))

    workers = (read, write)
"""


@pytest.mark.parametrize("search", SEARCHES)
@pytest.mark.parametrize("name", ITEMS)
def test_an_attribute_that_is_an_item_is_one_place_with_it(tmp_path, search, name):
    body, made, read, write, expected = ITEMS[name]
    source = SOURCE.replace("KIND", KINDS.get(name, "dict"))
    source = source.replace("BODY", textwrap.indent(body, "    "))
    source = source.replace("MADE", made).replace("READ", read).replace("WRITE", write)
    file = tmp_path / "program.py"
    file.write_text(source)
    (scenario,) = find_scenarios(str(file))
    states = end_states(scenario, search, seconds=60)
    assert sorted(one.removeprefix("AssertionError: ") for one in states) == expected
