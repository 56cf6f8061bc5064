"""The modelled primitives keep the rules of CPython's: the same code sees the same."""

from pathlib import Path

import pytest

from bench.correctness.programs.discovery import find_scenarios
from bench.correctness.records.options import Options
from bench.correctness.search.program_search import explore_program
from tests.correctness import rules

ALONE = """

class Alone_{rule}(Rules):
    rules = ({rule},)
"""


@pytest.fixture(scope="module")
def scenarios(tmp_path_factory):
    """The rules and a scenario of each: one file, so that it is rewritten once."""
    path = tmp_path_factory.mktemp("rules") / "rule.py"
    path.write_text(
        Path(rules.__file__).read_text(encoding="utf-8")
        + "".join(ALONE.format(rule=rule.__name__) for rule in rules.RULES),
        encoding="utf-8",
    )
    return path


def test_there_are_rules():
    """A renamed file must not pass by being empty."""
    assert len(rules.RULES) > 30


@pytest.mark.parametrize("rule", rules.RULES, ids=lambda rule: rule.__name__)
def test_a_primitive_keeps_the_rules_of_cpython(rule, scenarios):
    """A proof about primitives with other rules would be about another program."""
    (program,) = find_scenarios(f"{scenarios}:Alone_{rule.__name__}")
    verdict = explore_program(program, Options(limit_schedules=1))

    states = [outcome.state for outcome in verdict.outcomes]
    seen = rule()
    assert states == [f"seen={ {rule.__name__: seen}!r}"]
