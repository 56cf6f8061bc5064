"""What plain Python computes between two statements is among the explored results.

This oracle shares no code with the explorer: no model, no hook, no list of functions.
So it finds reads that all searches miss, also the exhaustive one.
"""

import re

import pytest

from bench.correctness.programs.discovery import find_scenarios
from tests.correctness import plain_objects, plain_programs
from tests.correctness.outcomes import end_states
from tests.correctness.plain_programs import EXPRESSIONS, ITERABLES, program

PARTS = 40  # of the programs with classes of their own
LEAST = 110  # expressions of which results are compared, for each iterable
SEEN = re.compile(r"seen=(\d+)")


def explored(source, path):
    """Return the results of all schedules, or None if they are too many."""
    path.write_text(source, encoding="utf-8")
    (found,) = find_scenarios(str(path))
    states = end_states(found, "dpor", schedules=2_000)
    return states and {int(SEEN.search(state)[1]) for state in states}


def compare(expression, iterable, path):
    """Compare the program of an expression; return whether it was compared."""
    return compare_program(program(expression, iterable), path, (expression, iterable))


def compare_program(source, path, what):
    """Compare one program; return whether it was compared.

    It is not if its results differ between two runs, or if its schedules are too many.
    """
    wanted = plain_programs.results(source)
    found = explored(source, path) if wanted else None
    if found is None:
        return False
    assert wanted <= found, what
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


@pytest.mark.long
@pytest.mark.parametrize("part", range(PARTS))
def test_code_reads_through_the_special_methods_of_its_own_classes(part, tmp_path):
    """Their methods run within C code, and in code of the standard library."""
    path = tmp_path / "program.py"
    some = list(plain_objects.programs().items())[part::PARTS]
    compared = sum(compare_program(source, path, what) for what, source in some)

    assert compared >= 0.95 * len(some)


def test_the_oracle_runs_the_reader_at_each_place():
    """A wrong oracle would want too little."""
    states = plain_programs.results(program("rows"))

    assert len(states) == 4  # `rows` is changed by three of five statements
