"""The schedules per second of the explorer, on greenlets and on threads.

    python -m bench.studies.explorer_speed [--seconds 1]

The scenarios are counters, locks, a condition and a queue, in threads and in asyncio.
Each is searched in two ways: one schedule of each class (dpor), and all schedules
(brute).  Each search is measured with one process, and with as many as there are cores;
processes share a search only if it is long.

Each line is the median of five measurements of whole explorations, with the smallest
and the largest.  The last column divides by processor time instead of elapsed time, so
that a busy machine does not look like a slow explorer.
`bench.studies.explorer_peers` measures other explorers.
"""

import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

import rich_click as click

from bench.correctness.programs.discovery import find_scenarios
from bench.correctness.programs.single_run import Program
from bench.correctness.records.options import Carrier, Options, Search
from bench.correctness.search.program_search import explore_program
from bench.throughput.runtimes import usable_cores

THREADS = """
import queue, threading

class TwoByTwo:
    def __init__(self): self.lock = threading.Lock(); self.n = 0
    def work(self):
        for _ in range(2):
            with self.lock: self.n += 1
    workers = (work, work)

class ThreeByThree(TwoByTwo):
    def work(self):
        for _ in range(3):
            with self.lock: self.n += 1
    workers = (work, work, work)

class BareCounter:
    def __init__(self): self.n = 0
    def work(self): self.n += 1; self.n += 1
    workers = (work, work, work)

class ConditionTakers:
    def __init__(self): self.not_empty = threading.Condition(); self.items = []
    def put(self):
        for item in range(2):
            with self.not_empty: self.items.append(item); self.not_empty.notify()
    def take(self):
        with self.not_empty:
            while not self.items: self.not_empty.wait()
            self.items.pop()
    workers = (put, take, take)

class Queues:
    def __init__(self): self.queue = queue.Queue(1); self.got = []
    def put(self):
        for item in range(3): self.queue.put(item)
    def get(self):
        for _ in range(3): self.got.append(self.queue.get())
    workers = (put, get)

"""
TASKS = """
import asyncio

class TornTasks:
    def __init__(self): self.n = 0
    async def work(self):
        for _ in range(2):
            seen = self.n
            await asyncio.sleep(0)
            self.n = seen + 1
    workers = (work, work, work)

class LockedTasks:
    def __init__(self): self.lock = asyncio.Lock(); self.n = 0
    async def work(self):
        async with self.lock:
            seen = self.n
            await asyncio.sleep(0)
            self.n = seen + 1
    workers = (work, work, work)

class ConditionTasks:
    def __init__(self): self.not_empty = asyncio.Condition(); self.items = []
    async def put(self):
        for item in range(2):
            async with self.not_empty: self.items.append(item); self.not_empty.notify()
    async def take(self):
        async with self.not_empty:
            while not self.items: await self.not_empty.wait()
            self.items.pop()
    workers = (put, take, take)

class QueueTasks:
    def __init__(self): self.queue = asyncio.Queue(1); self.got = []
    async def put(self):
        for item in range(2): await self.queue.put(item)
    async def get(self): self.got.append(await self.queue.get())
    workers = (put, get, get)
"""
SEARCHES: tuple[Search, ...] = ("dpor", "brute")
CARRIERS: dict[str, tuple[Carrier, ...]] = {
    THREADS: ("greenlet", "threads"),
    TASKS: ("greenlet",),
}
MEASUREMENTS = 5


@dataclass(frozen=True)
class Figure:
    """The schedules per second of repeated explorations of one scenario."""

    scenario: str
    search: str
    carrier: str
    jobs: int
    outcome: str
    schedules: int  # of one exploration
    rates: list[float]  # by elapsed time, one for each measurement
    cpu_rates: list[float]

    @property
    def line(self) -> str:
        return (
            f"{self.scenario:16} {self.search:6} {self.carrier:9} {self.jobs:>4} "
            f"{self.outcome:7} {self.schedules:>9,} "
            f"{statistics.median(self.rates):>9,.0f} "
            f"{min(self.rates):>8,.0f} to {max(self.rates):>6,.0f} "
            f"{statistics.median(self.cpu_rates):>9,.0f}"
        )


HEADING = (
    f"{'scenario':16} {'search':6} {'carrier':9} {'jobs':>4} {'outcome':7} "
    f"{'schedules':>9} {'a second':>9} {'least and most':>18} {'a CPU s':>9}"
)


def cpu_seconds() -> float:
    """The processor time of this process and of its children that have ended."""
    times = os.times()
    return time.process_time() + times.children_user + times.children_system


def measure(program: Program, options: Options, seconds: float) -> Figure:
    """Explore one scenario repeatedly, for this time in all."""
    each = seconds / MEASUREMENTS
    options = replace(options, limit_seconds=each, keep_going=True)
    # a first run: the program is then compiled and imported
    verdict = explore_program(program, options)
    rates, cpu_rates = [], []
    for _ in range(MEASUREMENTS):
        began, cpu = time.perf_counter(), cpu_seconds()
        schedules = 0
        while time.perf_counter() - began < each:
            verdict = explore_program(program, options)
            schedules += verdict.schedules
        rates.append(schedules / (time.perf_counter() - began))
        cpu_rates.append(schedules / (cpu_seconds() - cpu))
    return Figure(
        program.name.rpartition(":")[2],
        options.search,
        options.carrier,
        options.jobs or 1,
        verdict.outcome,
        verdict.schedules,
        rates,
        cpu_rates,
    )


def figures(seconds: float) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as directory:
        for number, source in enumerate((THREADS, TASKS)):
            path = Path(directory) / f"speed_{number}.py"
            path.write_text(source, encoding="utf-8")
            for program, search, carrier, jobs in product(
                find_scenarios(str(path)),
                SEARCHES,
                CARRIERS[source],
                sorted({1, len(usable_cores())}),
            ):
                options = Options(search=search, carrier=carrier, jobs=jobs)
                yield measure(program, options, seconds)


@click.command(help=(__doc__ or "").replace("    python", "\b\n    python", 1))
@click.option("--seconds", default=1.0, show_default=True, help="for each line")
def main(seconds: float) -> None:
    click.echo(HEADING)
    for figure in figures(seconds):
        click.echo(figure.line)


if __name__ == "__main__":
    main(prog_name="python -m bench.studies.explorer_speed")
