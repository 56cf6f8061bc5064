"""What the explorer finds, as numbers that can be compared exactly.

    python -m bench.studies.counts [--limit-schedules N] [FILE.py|PAIR ...] > lines

Each search and order explores every scenario, in one process and without a time limit.
A line of JSON has the verdict, schedules, bound, symptom and end states.  Two versions
of the explorer that behave alike print the same lines: compare them with diff.  Without
arguments it explores the whole catalogue of tests/mutants, and every pair.
"""

from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import msgspec
import rich_click as click
from rich.console import Console
from rich.progress import track

from bench.correctness.programs.discovery import find_scenarios
from bench.correctness.programs.single_run import Program
from bench.correctness.records.options import Options, Order, Search
from bench.correctness.search.program_search import explore_program
from bench.errors import CannotRunError
from bench.pairs.catalogue import PAIRS
from bench.pairs.explore_one import Call, explorables, small_workloads

CATALOGUE = Path(__file__).parents[2] / "tests" / "mutants"
SEARCHES: tuple[tuple[Search, Order], ...] = (
    ("dpor", "any"),
    ("dpor", "fifo"),
    ("brute", "any"),
)


def programs(target: str) -> Iterator[Program]:
    """The scenarios of a file; or a pair in each model, with its counter-examples."""
    if target not in PAIRS:
        yield from find_scenarios(target)
        return
    pair = PAIRS[target]
    for form in explorables([pair]):
        for options in small_workloads(pair, form.model):
            yield Call(pair, form.model, options, form.variant)


def explored(program: Program, options: Options) -> dict[str, Any]:
    """One exploration, without the values that differ from run to run."""
    named = {
        "scenario": program.name.rpartition("/")[2],
        "model": getattr(program, "model", ""),
        "search": options.search,
        "order": options.order,
    }
    try:
        verdict = explore_program(program, options)
    except CannotRunError as problem:
        return {**named, "outcome": "refused", "reason": str(problem)}
    return {
        **named,
        "outcome": verdict.outcome,
        "schedules": verdict.schedules,
        "exhausted": verdict.exhausted,
        "bound": verdict.bound,
        "symptom": verdict.failure.symptom if verdict.failure else None,
        "outcomes": [[o.state, o.schedules, o.acceptable] for o in verdict.outcomes],
    }


def lines(target: str, limit_schedules: int) -> Iterator[dict[str, Any]]:
    """The explorations of all programs of a target."""
    for program, (search, order) in product(programs(target), SEARCHES):
        options = Options(
            search=search,
            order=order,
            jobs=1,
            keep_going=True,
            limit_seconds=None,
            limit_schedules=limit_schedules,
        )
        yield explored(program, options)


@click.command(help=(__doc__ or "").replace("    python", "\b\n    python", 1))
@click.argument("targets", nargs=-1)
@click.option("--limit-schedules", default=3_000, show_default=True, help="of each")
def main(targets: tuple[str, ...], limit_schedules: int) -> None:
    console = Console(stderr=True)
    usual = [*map(str, sorted(CATALOGUE.glob("[!_]*.py"))), *PAIRS]
    for target in track(targets or usual, console=console, transient=True):
        for line in lines(target, limit_schedules):
            click.echo(msgspec.json.encode(line).decode())


if __name__ == "__main__":
    main(prog_name="python -m bench.studies.counts")
