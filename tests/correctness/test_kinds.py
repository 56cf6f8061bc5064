"""Programs of each kind that was once answered wrongly, each with its verdict."""

import ast
from pathlib import Path

import pytest

from bench.correctness import explore
from bench.correctness.engine.kernel import kernel
from bench.correctness.explain.labels import label
from bench.correctness.programs.discovery import find_scenarios
from bench.correctness.programs.first_import import InOrder
from bench.correctness.programs.session import Conditions, session
from bench.correctness.programs.single_run import run_once

DIRECTORY = Path(__file__).parent / "kinds"
LIMIT = 10.0  # seconds: far more than any needs

TABLE = {
    "long_runs.py": {
        "SumsSquares": "holds",
        "SumsWrongly": "broken",
        "CountsDown": "holds",
        "CountsDownBesideOne": "holds",
        "NeverCountsDown": "broken",
        "FillsATable": "holds",
        "FillsATableUnlocked": "broken",
        "WaitsForALongOne": "holds",
        "TakesFromAnEndlessOne": "holds",
    },
    "everyday_tasks.py": {
        "Crawler": "holds",
        "CrawlerDoneTooSoon": "broken",
        "Turnstile": "holds",
        "TurnstileLeftOpen": "broken",
        "Relay": "holds",
        "RelayDropped": "broken",
        "RetriedOnce": "holds",
        "FirstAnswer": "holds",
    },
    "containers.py": {
        "Arrivals": "broken",
        "ArrivalsInAnyOrder": "holds",
        "OrderedArrivals": "broken",
        "CountedArrivals": "broken",
        "UserArrivals": "broken",
        "DefaultArrivals": "broken",
        "OwnArrivals": "broken",
        "Wrapped": "broken",
        "WrappedAndRead": "holds",
    },
    "default_factories.py": {
        "Given": "holds",
        "GivenARow": "holds",
        "GivenARowWithInit": "broken",
        "GivenARowWithNew": "broken",
        "GivenByAnObject": "broken",
        "GivenByAPartial": "broken",
        "GivenByAPartialOfC": "holds",
        "Grown": "broken",
        "Counted": "broken",
        "CountedBefore": "holds",
    },
    "beside_a_loop.py": {
        "Inbox": "holds",
        "InboxByForce": "broken",
        "Tally": "holds",
        "TallyUnlocked": "broken",
        "Bridge": "holds",
        "BridgeOnTheLoop": "broken",
        "Pooled": "holds",
        "a_test_of_one_task": "holds",
        "a_test_of_two_tasks": "broken",
    },
    "depth.py": {
        "Divers": "holds",
        "DiversAlone": "broken",
        "TooDeep": "broken",
        "Walk": "holds",
    },
}
LONGEST = {"NeverCountsDown", "SumsWrongly", "WaitsForALongOne"}  # of their kind
ROWS = [
    pytest.param(
        file, name, outcome, marks=[pytest.mark.long] if name in LONGEST else []
    )
    for file, rows in TABLE.items()
    for name, outcome in rows.items()
]


@pytest.mark.parametrize(("file", "name", "outcome"), ROWS)
def test_a_program_of_the_table_has_its_verdict(file, name, outcome):
    """One false proof or false alarm costs more trust than many found bugs win."""
    verdict = explore(f"{DIRECTORY / file}:{name}", limit_seconds=LIMIT, jobs=1)

    assert verdict.outcome == outcome, verdict.failure or verdict.reason


@pytest.mark.parametrize("name", ["SumsSquares", "WaitsForALongOne"])
def test_a_run_is_not_called_endless_because_a_worker_computes_for_long(name):
    """What still changes something may be right: here with fewer steps allowed."""
    (program,) = find_scenarios(f"{DIRECTORY / 'long_runs.py'}:{name}")
    conditions = Conditions("any", "any", 0, "greenlet", most_transitions=20)
    with session(program, conditions, describe=label) as pool:
        result = run_once(program, InOrder(), pool)
        kernel.unwind()

    assert result.symptom is None
    assert result.long or "20000" in result.state


@pytest.mark.parametrize("file", sorted(path.name for path in DIRECTORY.glob("*.py")))
def test_each_program_of_a_file_is_in_the_table(file):
    """One that is left out would prove nothing."""
    body = ast.parse((DIRECTORY / file).read_text(encoding="utf-8")).body
    scenarios = {
        node.name
        for node in body
        if isinstance(node, ast.FunctionDef)
        or (isinstance(node, ast.ClassDef) and is_scenario(node, body))
    }

    assert scenarios == TABLE[file].keys()


def is_scenario(node, body):
    """Whether a class, or one that it is derived from in the file, names workers."""
    names = {
        target.id
        for one in node.body
        if isinstance(one, ast.Assign)
        for target in one.targets
        if isinstance(target, ast.Name)
    }
    if "workers" in names:
        return True
    classes = {one.name: one for one in body if isinstance(one, ast.ClassDef)}
    return any(
        is_scenario(classes[base.id], body)
        for base in node.bases
        if isinstance(base, ast.Name) and base.id in classes
    )
