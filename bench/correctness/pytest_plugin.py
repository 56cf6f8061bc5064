"""The fixture `explore`: if a scenario fails, the test fails and shows the schedule.

def test_the_counter_counts(explore):
    explore(Counter)

pytest finds this fixture through the entry point of the installed distribution, which
names the plugin `threads_vs_asyncio.pytest_plugin`.  If the distribution is not
installed, `conftest.py` must name this module:

pytest_plugins = ["bench.correctness.pytest_plugin"]
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
    """Explore a class, or "file.py:Name"; the test fails if any schedule fails."""
    return explore_in_test(request.node.nodeid, request.config.rootpath / FOLDER)


def explore_in_test(test: str, folder: Path) -> Explore:
    """Make the fixture for one test; `folder` stores failing schedules.

    The options are those of `bench.correctness.explore`.  The test also fails in two
    other cases:

    - A limit cut the search, because a cut search proves nothing.
    - The search saw no shared state, unless the test passes `independent=True`.

    The exploration runs in a process of its own.  This process is ended when it does
    not finish within the limit.  With `watched=False` the exploration runs in the
    process of the test: for a debugger, or for a program that needs what the test has
    patched.

    A failing schedule is saved in `folder`.  The next run of the test replays the
    schedule first, and the test fails at once if the schedule still fails.  A schedule
    that no longer fails stays in the folder.
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

    If the schedule cannot be saved, return the reason.  The test still fails, and shows
    the trace.
    """
    try:
        return kept.save(where, verdict)
    except CannotRunError as problem:
        return f"not possible: {problem}"
