"""The modelled primitives keep the rules of CPython's: the same code sees the same."""

from pathlib import Path

import pytest

from bench.correctness.programs.discovery import find_scenarios
from bench.correctness.records.options import Options
from bench.correctness.search.program_search import explore_program
from tests.correctness import rules

FILE = Path(rules.__file__)


def test_there_are_rules():
    """A renamed file must not pass by being empty."""
    assert len(rules.RULES) > 30


@pytest.mark.parametrize("rule", rules.RULES, ids=lambda rule: rule.__name__)
def test_a_primitive_keeps_the_rules_of_cpython(rule, tmp_path):
    """A proof about primitives with other rules would be about another program."""
    text = FILE.read_text(encoding="utf-8")
    scenario = tmp_path / "rule.py"
    scenario.write_text(
        text.replace("for rule in RULES:", f"for rule in ({rule.__name__},):"),
        encoding="utf-8",
    )

    (program,) = find_scenarios(str(scenario))
    verdict = explore_program(program, Options(limit_schedules=1))

    states = [outcome.state for outcome in verdict.outcomes]
    seen = rule()
    assert states == [f"seen={ {rule.__name__: seen}!r}"]
