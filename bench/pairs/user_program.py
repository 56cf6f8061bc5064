"""Explores a function of the user's, in a worker process.

The function runs with small arguments, and must return the same outcome in every
schedule.
"""

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
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
from bench.errors import CannotRunError
from bench.pairs.user_targets import (
    UnusableError,
    arguments,
    check_signature,
    checked_function,
    generates,
    member,
)

# keys whose `repr` runs no code of the user
KEYS = (str, int, float, bool, bytes, type(None))
LIMIT_SECONDS = 5.0  # of the search of one function; a longer search is cut


@dataclass
class UserProgram:
    """`package.module:function` with its small arguments."""

    target: str
    small: str  # JSON, or an object of a module, as `package.module:NAME`
    loader: Loader

    @property
    def name(self) -> str:
        return self.target

    def run(self) -> str:
        """Call the function under the explorer's kernel; return its outcome as text."""
        loaded = self.loader.load(self.target.partition(":")[0])
        function = checked_function(self.target, member(loaded, self.target))
        positional, named = arguments(self.small, self._resolve)
        check_signature(self.target, function, positional, named, "small")
        outcome = function(*positional, **named)
        if inspect.iscoroutine(outcome):
            outcome = loops.run(outcome)
        else:
            run_to_end()
        kernel.run_alone()
        if reason := generates(self.target, outcome):
            raise UnusableError(reason)
        return show(in_order(outcome))

    def _resolve(self, target: str) -> Any:
        """Return an object of a module, after the program has been loaded."""
        module = target.partition(":")[0]
        return member(self.loader.importer.import_module(module), target)

    def close(self) -> None:
        self.loader.uninstall()


def in_order(value: Any) -> Any:
    """Return plain data whose dicts have their keys in order.

    Equal outcomes must have equal texts, in whichever order their keys were added.
    """
    if isinstance(value, dict) and all(type(key) in KEYS for key in dict.keys(value)):
        rows = sorted(dict.items(value), key=lambda row: repr(row[0]))
        return {key: in_order(item) for key, item in rows}
    if type(value) is list:
        return [in_order(item) for item in value]
    if type(value) is tuple:
        return tuple(in_order(item) for item in value)
    return value


@contextmanager
def unusable_as_such() -> Iterator[None]:
    """Raise the UnusableError that the explorer has wrapped in a CannotRunError."""
    try:
        yield
    except CannotRunError as problem:
        if isinstance(problem.__cause__, UnusableError):
            raise problem.__cause__ from None
        raise


def explored(target: str, small: str, root: str) -> dict[str, Any]:
    """Explore a function whose module is below `root`; return plain data."""
    program = UserProgram(target, small, Loader(Path(root)))
    options = Options(
        limit_seconds=LIMIT_SECONDS, jobs=1, keep_going=True, independent=True
    )
    with unusable_as_such():
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
