"""What plain Python computes between two statements is among the explored results.

This oracle shares no code with the explorer: no model, no hook, no list of functions.
So it finds reads that all searches miss, also the exhaustive one.
"""

import re

import pytest

from bench.correctness.programs.discovery import find_scenarios
from tests.correctness import plain_programs
from tests.correctness.outcomes import end_states
from tests.correctness.plain_programs import EXPRESSIONS, ITERABLES, program

LEAST = 110  # expressions of which results are compared, for each iterable
SEEN = re.compile(r"seen=(\d+)")


def explored(source, path):
    """Return the results of all schedules, or None if they are too many."""
    path.write_text(source, encoding="utf-8")
    (found,) = find_scenarios(str(path))
    states = end_states(found, "dpor", schedules=2_000)
    return states and {int(SEEN.search(state)[1]) for state in states}


def compare(expression, iterable, path):
    """Compare one program; return whether it was compared.

    It is not if its results differ between two runs, or if its schedules are too many.
    """
    source = program(expression, iterable)
    wanted = plain_programs.results(source)
    found = explored(source, path) if wanted else None
    if found is None:
        return False
    assert wanted <= found, (expression, iterable)
    return True


def test_an_expression_reads_what_its_objects_contain(tmp_path):
    """Else two workers that share only the contents are certified."""
    path = tmp_path / "program.py"
    compared = sum(compare(one, "list(self.rows)", path) for one in EXPRESSIONS)

    assert compared >= LEAST


@pytest.mark.long
@pytest.mark.parametrize("name", ITERABLES)
def test_an_expression_reads_what_the_items_of_any_iterable_contain(name, tmp_path):
    """A generator or a map gives its items one by one, to code that then reads them."""
    path = tmp_path / "program.py"
    of_rows = [one for one in EXPRESSIONS if re.search(r"\brows\b", one)]
    compared = sum(compare(one, ITERABLES[name], path) for one in of_rows)

    assert compared >= LEAST - 40


def test_the_oracle_runs_the_reader_at_each_place():
    """A wrong oracle would want too little."""
    states = plain_programs.results(program("rows"))

    assert len(states) == 4  # `rows` is changed by three of five statements
