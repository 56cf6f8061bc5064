"""The time that the explorer takes to find each defect of the catalogue.

    python -m bench.studies.mutants [--brute] [--replays N] [NAME ...]

A mutant is a scenario with a defect; its mended twin is the same scenario without the
defect.  Every mutant is explored until it breaks, and every mended twin until no
schedule is left.  The slowest mutants come first. --brute compares the end states of
both with those of every interleaving. --replays replays each failure N times with each
carrier.  Exit status 1 if a mutant, a twin or a replay is wrong.
"""

import inspect
import re
import runpy
import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import rich_click as click
from rich.console import Console
from rich.progress import track
from rich.table import Table

from bench.correctness import explore
from bench.correctness.records.schedule import Schedule
from bench.errors import CannotRunError
from bench.studies.replays import NONE, Replays, replays

CATALOGUE = Path(__file__).parents[2] / "tests" / "mutants"
MENDED = "Mended"  # ending of the name of a mutant's correct twin
SYMPTOM = re.compile(r"^ *Symptom: ([\w ]+)(, in any order only)?$", re.MULTILINE)


@dataclass(frozen=True)
class Mutant:
    """A defective scenario; its correct twin is the class with that name + Mended."""

    path: Path
    name: str
    symptoms: tuple[str, ...]  # the symptom of its failure begins with one of these
    any_order_only: bool  # not reachable in the order of the stock loop
    in_asyncio: bool

    @property
    def scenario(self) -> str:
        return f"{self.path}:{self.name}"

    @property
    def twin(self) -> str:
        return self.scenario + MENDED

    def shown_by(self, symptom: str) -> bool:
        """Whether this symptom shows the defect."""
        return symptom.startswith(self.symptoms)


def catalogue(directory: Path = CATALOGUE) -> Iterator[Mutant]:
    """Yield every mutant under a directory, in the order of files and classes.

    Raises CannotRunError for a mutant without a twin, or without its symptom.
    """
    for path in sorted(directory.glob("[!_]*.py")):
        classes = {
            name: thing
            for name, thing in runpy.run_path(str(path)).items()
            if isinstance(thing, type) and hasattr(thing, "workers")
        }
        for name, mutant in classes.items():
            if not name.endswith(MENDED):
                if name + MENDED not in classes:
                    raise CannotRunError(f"{path}: {name} needs a twin {name}{MENDED}")
                yield described(path, mutant)


def described(path: Path, mutant: type) -> Mutant:
    said = SYMPTOM.search(mutant.__doc__ or "")
    if said is None:
        raise CannotRunError(
            f"{path}: {mutant.__name__} needs a docstring that ends in Symptom: ..."
        )
    return Mutant(
        path,
        mutant.__name__,
        tuple(said[1].split(" or ")),
        any_order_only=said[2] is not None,
        in_asyncio=any(
            inspect.iscoroutinefunction(member)
            for _, member in inspect.getmembers_static(mutant)
        )
        or any(map(inspect.iscoroutinefunction, mutant.workers)),  # type: ignore[attr-defined]
    )


@dataclass(frozen=True)
class Timed:
    """One exploration: its outcome, schedules and seconds."""

    outcome: str
    symptom: str
    schedules: int
    seconds: float
    schedule: Schedule | None = None  # a schedule that fails

    @property
    def summary(self) -> str:
        """A short summary: the symptom if it is broken, otherwise the outcome."""
        symptom = self.symptom.partition(":")[0]
        return symptom if self.outcome == "broken" else f"{self.outcome} {symptom}"


def timed(scenario: str, limit_seconds: float) -> Timed:
    """Explore a scenario; a refusal and a crash are outcomes too."""
    begin = time.perf_counter()
    try:
        verdict: Any = explore(scenario, limit_seconds=limit_seconds)
    except Exception as problem:
        outcome = "refused" if isinstance(problem, CannotRunError) else "crashed"
        return Timed(
            outcome,
            f"{type(problem).__name__}: {problem}",
            0,
            time.perf_counter() - begin,
        )
    return Timed(
        verdict.outcome,
        verdict.failure.symptom if verdict.failure else "",
        verdict.schedules,
        time.perf_counter() - begin,
        verdict.schedule,
    )


def lost_states(scenario: str, limit_seconds: float) -> set[str]:
    """The end states that only one of two searches reaches.

    One search is reduced (dpor), the other is brute force.  Both must reach the same
    end states.  If a limit cut one of them, nothing is proved, and the result is empty.
    """
    reduced, every = (
        explore(scenario, search=search, keep_going=True, limit_seconds=limit_seconds)
        for search in ("dpor", "brute")
    )
    if not (reduced.exhausted and every.exhausted):
        return set()
    return {o.state for o in reduced.outcomes} ^ {o.state for o in every.outcomes}


@dataclass(frozen=True)
class Asked:
    """The options of the study besides the time limit."""

    brute: bool = False
    replays: int = 0
    schedules: Path | None = None  # a directory of saved schedules


@dataclass(frozen=True)
class Row:
    """A mutant and its twin, explored."""

    mutant: Mutant
    found: Timed
    proved: Timed
    # end states that only one of two searches reached
    lost: frozenset[str] = frozenset()
    replays: Replays = NONE

    @property
    def is_right(self) -> bool:
        return (
            self.found.outcome == "broken"
            and self.mutant.shown_by(self.found.symptom)
            and self.proved.outcome == "holds"
            and not self.lost
            and self.replays.failed_again == self.replays.made
        )

    @property
    def cells(self) -> tuple[str, ...]:
        found, proved = self.found, self.proved
        return (
            self.mutant.name,
            "" if self.is_right else "[bold red]wrong[/]",
            found.summary,
            f"{found.schedules:,}",
            f"{found.seconds:.3f}",
            proved.summary,
            f"{proved.schedules:,}",
            f"{proved.seconds:.3f}",
        )


def explored(mutant: Mutant, limit_seconds: float, asked: Asked) -> Row:
    """Explore a mutant and its twin; with brute force and replays if asked for."""
    both = mutant.scenario, mutant.twin
    found, proved = (timed(one, limit_seconds) for one in both)
    row = Row(mutant, found, proved)
    if asked.brute and "refused" not in (found.outcome, proved.outcome):
        lost = [lost_states(one, limit_seconds) for one in both]
        row = replace(row, lost=frozenset().union(*lost))
    if asked.replays and found.schedule is not None:
        again = replays(mutant.scenario, found.schedule, asked.replays, asked.schedules)
        row = replace(row, replays=again)
    return row


def table(rows: list[Row]) -> Table:
    """The rows: wrong ones first, then the slowest."""
    made = Table(box=None, pad_edge=False)
    for title in ("mutant", "", "found", "schedules", "s", "twin", "schedules", "s"):
        number = title in ("schedules", "s")
        made.add_column(title, justify="right" if number else "left", no_wrap=True)
    order = sorted(
        rows,
        key=lambda row: (row.is_right, -max(row.found.seconds, row.proved.seconds)),
    )
    for row in order:
        made.add_row(*row.cells)
    return made


def summary(rows: list[Row]) -> str:
    """One line for the README: how many are right, and the times."""
    found = [row.found.seconds for row in rows]
    proved = [row.proved.seconds for row in rows]
    again = sum((row.replays for row in rows), start=NONE)
    replayed = f"; {again.failed_again:,} of {again.made:,} replays fail again"
    return (
        f"{sum(row.is_right for row in rows)} of {len(rows)} right; "
        f"found in {statistics.median(found):.3f} s, at most {max(found):.3f}; "
        f"proved in {statistics.median(proved):.3f} s, at most {max(proved):.3f}"
        f"{replayed if again.made else ''}"
    )


@click.command(help=(__doc__ or "").replace("    python", "\b\n    python", 1))
@click.argument("names", nargs=-1)
@click.option("--under", type=click.Path(path_type=Path), default=CATALOGUE)
@click.option("--limit-seconds", default=10.0, show_default=True, help="for each")
@click.option("--brute", is_flag=True, help="compare with every interleaving")
@click.option("--replays", type=click.IntRange(0), default=0, help="of each failure")
@click.option(
    "--schedules",
    type=click.Path(path_type=Path, file_okay=False),
    help="a directory: replay the schedules in it, and save the others there",
)
def main(
    names: tuple[str, ...], under: Path, limit_seconds: float, **asked: Any
) -> None:
    mutants = [m for m in catalogue(under) if not names or m.name in names]
    if not mutants:
        raise click.ClickException(f"no mutant of that name under {under}")
    rows = [
        explored(m, limit_seconds, Asked(**asked))
        for m in track(
            mutants, "exploring", console=Console(stderr=True), transient=True
        )
    ]
    # do not wrap lines in a pipe
    console = Console(width=None if sys.stdout.isatty() else 120)
    console.print(table(rows))
    for row in rows:
        if row.replays.failed_again < row.replays.made:
            console.print(f"{row.mutant.name}: {row.replays} of {row.found.symptom}")
        if row.lost:
            console.print(f"{row.mutant.name}: only one search saw {sorted(row.lost)}")
    console.print(summary(rows))
    sys.exit(not all(row.is_right for row in rows))


if __name__ == "__main__":
    main(prog_name="python -m bench.studies.mutants")
