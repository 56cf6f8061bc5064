"""The fixture `explore`: fails the test with the schedule that breaks a scenario.

def test_the_counter_counts(explore):
    explore(Counter)

pytest finds it by the entry point of the installed distribution, whose plugin is
`threads_vs_asyncio.pytest_plugin`.  Where that is not installed, `conftest.py` names
this one: pytest_plugins = ["bench.correctness.pytest_plugin"].
"""

from pathlib import Path
from typing import Any, Protocol

import pytest

from bench.correctness.api import explore as explore_here
from bench.correctness.explain.render import verdict_text
from bench.correctness.programs.discovery import file_of
from bench.correctness.records.options import Options
from bench.correctness.records.verdict import Verdict
from bench.correctness.watch.one import explore_one_watched
from bench.correctness.watch.regressions import Regressions
from bench.errors import CannotRunError

WIDTH = 100
FOLDER = Path(".explore", "regressions")  # in pytest's root directory


class Explore(Protocol):
    def __call__(self, target: Any, **options: Any) -> Verdict: ...


@pytest.fixture
def explore(request: pytest.FixtureRequest) -> Explore:
    """Explore a class, or "file.py:Name"; fail unless it holds in every schedule."""
    return explore_in_test(request.node.nodeid, request.config.rootpath / FOLDER)


def explore_in_test(test: str, folder: Path) -> Explore:
    """What the fixture is in one test; `folder` keeps failing schedules.

    The options are those of `bench.correctness.explore`; a search that was cut by a
    limit fails as well, because it proves nothing, and so does one that saw nothing
    shared, unless the test says `independent=True`.  It runs in a process of its own,
    which is ended when it does not come back within the limit; `watched=False` lets it
    run in this one, for a debugger or a program that needs what the test has patched.

    A failing schedule is saved.  The next run of the test replays it first, and fails
    at once if it still fails; it stays in the folder when it does not.
    """
    kept = Regressions(folder, test)

    def run(target: Any, *, watched: bool = True, **options: Any) -> Verdict:
        where = str(target) if isinstance(target, str | Path) else file_of(target)
        if watched:
            text = kept.failing(where, Options(**options), WIDTH)
            if text is not None:
                pytest.fail(text, pytrace=False)
        explore_scenario = explore_one_watched if watched else explore_here
        verdict = explore_scenario(target, **options)
        if verdict.outcome != "holds" or verdict.nothing_shared:
            text = verdict_text(verdict, WIDTH, saved(kept, where, verdict))
            pytest.fail(text, pytrace=False)
        return verdict

    return run


def saved(kept: Regressions, where: str, verdict: Verdict) -> str:
    """Save the failing schedule; return the command that replays it.

    Where it cannot be saved, the test fails with its trace all the same.
    """
    try:
        return kept.save(where, verdict)
    except CannotRunError as problem:
        return f"it cannot be: {problem}"
