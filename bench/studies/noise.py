"""False alarms, coverage and power of the throughput method.

    python -m bench.studies.noise [--quick] [--trials 40]
    python -m bench.studies.noise --cells [--seconds 20] [--only event]
    python -m bench.studies.noise --cells -o trials.jsonl --minutes 90

A trial measures a model against itself.  There are three kinds: equal sides on a quiet
machine, equal sides beside a process that computes and rests in turns, and one side
slowed by a known factor.  A false alarm is an interval that is wholly beyond 5 %.
Coverage is how often the interval contains the true ratio.

With `--cells` the sides are equal.  A cell is a pair in one situation, for example
beside two processes that compute.  All cells together take hours.  The kinds of trial
take turns, one trial each.  With `-o` each trial is stored as a line.  The same command
later continues where it stopped, and the table contains all stored trials.
"""

import math
import multiprocessing
import random
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import msgspec
import rich_click as click
from rich.console import Console
from rich.text import Text

from bench.records.subjects import Runtime
from bench.report.terminal.grid import Column, grid
from bench.throughput import runtimes
from bench.throughput.inference import Interval
from bench.throughput.selftest import (
    SIDES,
    Found,
    Row,
    Surroundings,
    Trials,
    quietly,
    summed,
    take,
)

LOOK_SECONDS = 1.0  # between two checks whether the study still runs
HOG_SECONDS = (0.5, 3.0)  # limits of the random time of computing, and of resting


def study(is_quick: bool) -> list[Trials]:
    """The trials of the study, each with the time that it needs."""
    seconds = 5.0 if is_quick else 20.0
    effects = [(1.05, 10.0)] if is_quick else [(1.05, 10.0), (1.02, 20.0)]
    return [
        *(Trials(model, seconds) for model in SIDES),
        *(Trials(model, seconds, beside="hog", surroundings=hog) for model in SIDES),
        *(Trials(model, length, slow) for slow, length in effects for model in SIDES),
    ]


def cells(seconds: float) -> list[Trials]:
    """Equal sides of four pairs in both models, alone and beside three neighbours."""
    return [
        Trials(model, seconds, pair=pair, beside=name, surroundings=surroundings)
        for pair in CELL_PAIRS
        for name, surroundings in NEIGHBOURS.items()
        for model in SIDES
    ]


@contextmanager
def beside(target: Callable[[int], None], count: int, seed: int) -> Iterator[None]:
    """Run `count` processes beside the block, and end them with it."""
    started = [
        multiprocessing.get_context("spawn").Process(
            target=target, args=(seed + number,), daemon=True
        )
        for number in range(count)
    ]
    for process in started:
        process.start()
    try:
        yield
    finally:
        for process in started:
            process.kill()
            process.join()


def hog(seed: int) -> AbstractContextManager[None]:
    """A process that computes and rests in turns while the block runs."""
    return beside(compute_and_rest, 1, seed)


def steady(seed: int) -> AbstractContextManager[None]:
    """A process that computes all the time while the block runs."""
    return beside(compute, 1, seed)


def two(seed: int) -> AbstractContextManager[None]:
    """Two processes that compute all the time while the block runs."""
    return beside(compute, 2, seed)


CELL_PAIRS = ("lock", "event", "condition", "jobs")
NEIGHBOURS: dict[str, Surroundings] = {
    "": quietly,
    "hog": steady,
    "hog in turns": hog,
    "two hogs": two,
}


def compute(_: int) -> None:
    """Compute at full speed until killed or orphaned."""
    study = multiprocessing.parent_process()
    while study is not None and study.is_alive():
        end = time.monotonic() + LOOK_SECONDS
        while time.monotonic() < end:
            pass


def compute_and_rest(seed: int) -> None:
    """Compute and rest for random times, until killed or orphaned."""
    drawn = random.Random(seed)
    study = multiprocessing.parent_process()
    while study is not None and study.is_alive():
        end = time.monotonic() + drawn.uniform(*HOG_SECONDS)
        while time.monotonic() < end:
            pass
        time.sleep(drawn.uniform(*HOG_SECONDS))


LEGEND = """\
blocks: of a trial, on average; ±: half of the interval, median over the trials
holds truth: trials whose interval contains the true ratio; 95 in 100 should
differs: intervals without 1; should be few if both sides are equal, and all if one
  side is slowed
beyond 5 %: intervals wholly beyond ±5 %; of equal sides at most 1 in 40"""


def table(rows: Iterable[Row], width: int) -> Text:
    """A line for each kind of trial, and below them the meaning of the columns."""
    columns = [
        Column("trials of", is_name=True),
        *(
            Column(title, right=True)
            for title in (
                "number", "time", "blocks", "±", "holds truth", "differs", "beyond 5 %",
            )
        ),
    ]  # fmt: skip
    lines = [
        [
            one.title,
            str(one.trials),
            f"{one.seconds:.0f} s",
            f"{one.blocks:.0f}",
            f"{one.half_width * 100:.1f} %" if one.trials else "none",
            *(
                f"{count} of {one.trials}"
                for count in (one.covered, one.differs, one.beyond)
            ),
        ]
        for one in rows
    ]
    return grid(columns, lines, width).append(f"\n\n{LEGEND}", style="dim")


class Trial(msgspec.Struct, frozen=True):
    """A trial as it is stored; its interval is of the log-ratio, or None."""

    title: str
    seconds: float
    seed: int
    blocks: int = 0
    interval: Interval | None = None

    @property
    def found(self) -> Found | None:
        return Found(self.blocks, self.interval) if self.interval else None


def kept(file: Path | None) -> list[Trial]:
    """The trials of a file; an incomplete last line is removed from the file."""
    if file is None or not file.exists():
        return []
    content = file.read_bytes()
    whole = content[: content.rfind(b"\n") + 1]
    if whole != content:
        file.write_bytes(whole)
    return [msgspec.json.decode(line, type=Trial) for line in whole.splitlines()]


def missing(
    chosen: Iterable[Trials], seeds: Iterable[int], done: Iterable[Trial]
) -> Iterator[tuple[Trials, int]]:
    """The trials that are not done yet, in turns: one of each kind for each seed."""
    there = {(one.title, one.seconds, one.seed) for one in done}
    kinds = list(chosen)
    for seed in seeds:
        for one in kinds:
            if (one.title, one.seconds, seed) not in there:
                yield one, seed


def tried(one: Trials, sides: Sequence[Runtime], seed: int) -> Trial:
    """Make one trial."""
    [found] = take(one, sides, 1, seed)
    if found is None:
        return Trial(one.title, one.seconds, seed)
    return Trial(one.title, one.seconds, seed, found.blocks, found.interval)


@click.command()
@click.option("--trials", type=click.IntRange(1), default=40, show_default=True)
@click.option("--quick", is_flag=True, help="Shorter trials, without the 2 % effect.")
@click.option(
    "--cells", "in_cells", is_flag=True, help="Four pairs by four neighbours."
)
@click.option(
    "--seconds",
    type=click.FloatRange(1),
    default=20.0,
    show_default=True,
    help="Of a trial of --cells.",
)
@click.option("--only", default="", help="Only trials with this text in their title.")
@click.option("--seed", type=int, default=0, show_default=True)
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Store each trial as a line of this file, and continue after them.",
)
@click.option(
    "--minutes", type=click.FloatRange(0), help="Begin no trial after this time."
)
def main(
    trials: int,
    quick: bool,
    in_cells: bool,
    seconds: float,
    only: str,
    seed: int,
    output: Path | None,
    minutes: float | None,
) -> None:
    """Measure the method: false alarms, coverage, width and power."""
    errors = Console(stderr=True)
    sides = runtimes.runtimes([runtimes.current()], ["asyncio"])
    kinds = cells(seconds) if in_cells else study(quick)
    chosen = [one for one in kinds if only in one.title]
    if not chosen:
        titles = "; ".join(one.title for one in kinds)
        raise click.BadParameter(
            f"{only!r} is in none of the titles: {titles}", param_hint="--only"
        )
    done = kept(output)
    left = list(missing(chosen, range(seed, seed + trials), done))
    needed = sum(one.seconds for one, _ in left) / 60
    errors.print(
        f"{len(chosen)} kinds of {trials} trials; {len(done)} trials are kept,"
        f" {len(left)} are left: {needed:.0f} minutes",
        highlight=False,
    )
    until = math.inf if minutes is None else time.monotonic() + 60 * minutes
    for number, (one, at) in enumerate(left, 1):
        if time.monotonic() >= until:
            break
        done.append(tried(one, sides, at))
        if output is not None:
            with output.open("ab") as file:
                file.write(msgspec.json.encode(done[-1]) + b"\n")
        errors.print(f"{number} of {len(left)}: {one.title}", highlight=False)
    rows = []
    for one in chosen:
        mine = [t for t in done if (t.title, t.seconds) == (one.title, one.seconds)]
        rows.append(summed(one, [t.found for t in mine]))
    console = Console()
    console.print(table(rows, console.width), soft_wrap=True)


if __name__ == "__main__":
    main()
