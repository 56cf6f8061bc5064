"""Explores a function of the user's, in a worker process.

The function runs with small arguments, and must return the same outcome in every
schedule.
"""

import inspect
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bench.correctness.engine.kernel import kernel
from bench.correctness.models.asyncio_ import runner as loops
from bench.correctness.programs.end_state import show
from bench.correctness.programs.loader import Loader
from bench.correctness.programs.single_run import run_to_end
from bench.correctness.records.options import Options
from bench.correctness.search.program_search import explore_program

LIMIT_SECONDS = 5.0  # of the search of one function; a longer search is cut


@dataclass
class UserProgram:
    """`package.module:function` with its small arguments."""

    target: str
    positional: tuple[Any, ...]
    named: dict[str, Any]
    loader: Loader

    @property
    def name(self) -> str:
        return self.target

    def run(self) -> str:
        """Call the function under the explorer's kernel; return its outcome as text."""
        module, _, path = self.target.partition(":")
        function: Any = self.loader.load(module)
        for part in path.split("."):
            function = getattr(function, part)
        outcome = function(*self.positional, **self.named)
        if inspect.iscoroutine(outcome):
            outcome = loops.run(outcome)
        else:
            run_to_end()
        kernel.run_alone()
        return show(outcome)

    def close(self) -> None:
        self.loader.uninstall()


def explored(target: str, small: str, root: str) -> dict[str, Any]:
    """Explore a function whose module is below `root`; return plain data."""
    given = json.loads(small)
    positional = tuple(given) if isinstance(given, list) else ()
    named = given if isinstance(given, dict) else {}
    program = UserProgram(target, positional, named, Loader(Path(root)))
    options = Options(
        limit_seconds=LIMIT_SECONDS, jobs=1, keep_going=True, independent=True
    )
    found = explore_program(program, options)
    by_timers = False
    if found.failure is None and len(found.outcomes) > 1:
        calm = explore_program(program, replace(options, timers="idle"))
        by_timers = calm.outcome == "holds" and len(calm.outcomes) == 1
    return {
        "outcome": found.outcome,
        "schedules": found.schedules,
        "exhausted": found.exhausted,
        "seconds": found.seconds,
        "granularity": found.granularity,
        "search": found.search,
        "order": found.order,
        "states": [
            [one.state, one.schedules, one.acceptable] for one in found.outcomes
        ],
        "by_timers": by_timers,
        "symptom": found.failure.symptom if found.failure else None,
    }
