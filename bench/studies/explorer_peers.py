"""Other explorers of schedules on the same classes, if they are installed.

    pip install frontrun interleave-test
    frontrun python -m bench.studies.explorer_peers

frontrun patches locks only if its own command starts the program. interleave-test needs
Python 3.12 and supports only threads.  No other part of this project needs these two
packages.  Each explorer is called through its public functions, without a bound on
preemptions, and continues after a failure if it can.
"""

import asyncio
import time
from collections.abc import Iterator
from importlib import import_module
from typing import Any, NamedTuple

import rich_click as click

from bench.correctness import explore
from bench.studies.counters import WORKERS, LockedCounter, LostUpdate, TornTasks

RUNS = 500  # of interleave-test, which draws schedules at random


SUBJECTS: tuple[Any, ...] = (LostUpdate, LockedCounter, TornTasks)


class Row(NamedTuple):
    """The result of one tool on one class."""

    subject: str
    tool: str
    answer: str
    schedules: int = 0
    seconds: float = 0.0

    @property
    def line(self) -> str:
        figures = f"{self.schedules:>7,} {self.seconds:>8.3f}" if self.schedules else ""
        each = f"{self.schedules / self.seconds:>9,.0f}" if self.schedules else ""
        return f"{self.subject:14} {self.tool:16} {figures:16} {each:9}  {self.answer}"


def by_bench(subject: Any, seconds: float) -> tuple[str, int]:
    verdict = explore(subject, keep_going=True, limit_seconds=seconds)
    return verdict.outcome, verdict.schedules


def by_frontrun(subject: Any, seconds: float) -> tuple[str, int]:
    found = import_module("frontrun").explore(
        setup=subject,
        workers=subject.work,
        count=WORKERS,
        invariant=subject.right,
        stop_on_first=False,
        preemption_bound=None,
        reproduce_on_failure=0,
        total_timeout=seconds,
    )
    if asyncio.iscoroutine(found):
        found = asyncio.run(found)
    return "holds" if found.property_holds else "broken", found.num_explored


def by_interleave_test(subject: Any, _seconds: float) -> tuple[str, int]:
    tool = import_module("interleave_test")
    if asyncio.iscoroutinefunction(subject.work):
        return "has no tasks", 0

    def model() -> None:
        state = subject()
        threads = [tool.spawn(state.work) for _ in range(WORKERS)]
        for thread in threads:
            thread.join()
        state.check()

    found = tool.explore(model, iterations=RUNS, seed=0, raise_on_failure=False)
    return "nothing found" if found.ok else "broken", found.schedules_run


TOOLS = {
    "bench": by_bench,
    "frontrun": by_frontrun,
    "interleave-test": by_interleave_test,
}


def compare(seconds: float) -> Iterator[Row]:
    """Run each tool on each class; if it cannot run, the row has the reason."""
    for subject in SUBJECTS:
        for tool, ask in TOOLS.items():
            began = time.perf_counter()
            try:
                answer, schedules = ask(subject, seconds)
            except ImportError:
                yield Row(subject.__name__, tool, "not installed")
                continue
            except RuntimeError as problem:
                yield Row(subject.__name__, tool, f"{problem}".partition(".")[0])
                continue
            elapsed = time.perf_counter() - began
            yield Row(subject.__name__, tool, answer, schedules, elapsed)


@click.command(help=(__doc__ or "").replace("    pip", "\b\n    pip", 1))
@click.option("--seconds", default=4.0, show_default=True, help="for each")
def main(seconds: float) -> None:
    click.echo(
        f"{'scenario':14} {'tool':16} {'runs':>7} {'seconds':>8} {'a second':>9}"
        "  answer"
    )
    for row in compare(seconds):
        click.echo(row.line)


if __name__ == "__main__":
    main(prog_name="python -m bench.studies.explorer_peers")
