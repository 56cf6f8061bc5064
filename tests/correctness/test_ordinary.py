"""Programs as people write them have the verdict that their names say.

A class `Broken...` is wrong in some order, which was worked out by hand; `Holds...` is
wrong in none.
"""

import ast
from pathlib import Path

import pytest

from bench.correctness import explore

FILES = sorted((Path(__file__).parent / "ordinary").glob("*.py"))
VERDICTS = {"Broken": "broken", "Holds": "holds"}
PROGRAMS = [
    (path, node.name, VERDICTS[prefix])
    for path in FILES
    for node in ast.parse(path.read_text(encoding="utf-8")).body
    for prefix in VERDICTS
    if isinstance(node, ast.ClassDef) and node.name.startswith(prefix)
]


@pytest.mark.sampled(3)
@pytest.mark.parametrize(
    ("path", "name", "outcome"),
    PROGRAMS,
    ids=[f"{path.stem}-{name}" for path, name, _ in PROGRAMS],
)
def test_an_ordinary_program_has_its_verdict(path, name, outcome):
    """One false proof or false alarm costs more trust than many found bugs win."""
    verdict = explore(f"{path}:{name}", limit_seconds=60, jobs=1)
    assert verdict.outcome == outcome, verdict.failure


# Small enough for brute force, which must say the same.
SMALL = [
    "cached_calls",
    "called_for_each_item",
    "generated_methods",
    "named_in_patterns",
    "other_spellings",
    "private_names",
    "special_methods_between",
    "tested_results",
]
LARGE = {"HoldsThroughManyRows"}  # too many rows for each of its 120 interleavings
OF_SMALL = [row for row in PROGRAMS if row[0].stem in SMALL and row[1] not in LARGE]


@pytest.mark.long
@pytest.mark.parametrize(
    ("path", "name", "outcome"),
    OF_SMALL,
    ids=[f"{path.stem}-{name}" for path, name, _ in OF_SMALL],
)
def test_brute_force_agrees_with_the_verdict(path, name, outcome):
    """An access that is not seen hides from the default search, and from this one."""
    verdict = explore(f"{path}:{name}", search="brute", limit_seconds=100, jobs=1)
    assert verdict.outcome == outcome, verdict.failure
