"""The fixture `explore` in every test session: pytest finds it by its entry point.

def test_the_counter_counts(explore):
    explore(Counter)

The plugin is outside `bench`, and imports `bench` only when a test uses the fixture.
The reason: a project may have its own package of that name, which must stay usable.
"""

import importlib.util
import sys
from pathlib import Path
from typing import Any

import pytest

OURS = Path(__file__).resolve().parents[1] / "bench"
FOLDER = "explore_folder"  # the name of the option in the project's configuration
USUAL_FOLDER = ".explore/regressions"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addini(
        FOLDER,
        "folder in which the fixture `explore` saves failing schedules, below the root",
        default=USUAL_FOLDER,
    )


def pytest_report_header(config: pytest.Config) -> str | None:
    """Warn in the header of the run if the fixture cannot be used here."""
    other = hiding(config.rootpath)
    return f"explore: {told(other)}" if other is not None else None


@pytest.fixture
def explore(request: pytest.FixtureRequest) -> Any:
    """Explore a class, or "file.py:Name"; fail unless it holds in every schedule.

    The options are those of `bench.correctness.explore`.  A search that a limit cut
    fails as well, because it proves nothing.  A search that saw no shared state fails
    too, except with `independent=True`.  A failing schedule is saved, and the next run
    of the test begins with it.
    """
    other = hiding(request.config.rootpath)
    if other is not None:
        pytest.fail(told(other), pytrace=False)
    from bench.correctness.pytest_plugin import explore_in_test

    folder = request.config.rootpath / str(request.config.getini(FOLDER))
    return explore_in_test(request.node.nodeid, folder)


def told(other: Path) -> str:
    """Say in one line why the fixture cannot be used, and what to do."""
    return (
        f"the package `bench` of {other.parent} hides the one that the fixture"
        " `explore` is part of; rename it, or explore from the command line:"
        " threads-vs-asyncio explore FILE.py"
    )


def hiding(root: Path) -> Path | None:
    """Return the foreign package or module `bench`; None if ours is found."""
    known = sys.modules.get("bench")
    spec = known.__spec__ if known is not None else importlib.util.find_spec("bench")
    places = [] if spec is None else [*(spec.submodule_search_locations or ())]
    if spec is not None and spec.origin is not None and not places:
        places = [spec.origin]
    found = [Path(place).resolve() for place in places]
    if known is None:  # test modules may put the root directory first on the path
        own = root / "bench" / "__init__.py", root / "bench.py"
        found += [file.resolve() for file in own if file.is_file()]
    found = [one.parent if one.name == "__init__.py" else one for one in found]
    return next((one for one in found if one != OURS), None)
