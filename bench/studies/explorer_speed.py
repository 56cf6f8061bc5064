"""How many schedules a second the explorer runs, on greenlets and on threads.

    python -m bench.studies.explorer_speed [--seconds 2]

The scenarios are those on which other explorers were tried: counters, locks, a
condition, a queue, in threads and in asyncio.  Each is searched by one process, and
again by as many as there are cores: a search is shared once it has gone on for a while.
Processor time is printed beside the wall's, so that a busy machine does not pass for a
slow explorer.
`bench.studies.explorer_peers` has other explorers' figures beside ours.
"""

import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import rich_click as click

from bench.correctness.exploration import explore_program
from bench.correctness.finding import find_scenarios
from bench.correctness.running import Program
from bench.correctness.verdict import Options
from bench.throughput.runtimes import usable_cores

SCENARIOS = """
import asyncio, queue, threading

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
"""


@dataclass(frozen=True)
class Figure:
    """What one exploration took."""

    scenario: str
    carrier: str
    jobs: int
    outcome: str
    schedules: int
    seconds: float
    cpu_seconds: float

    @property
    def line(self) -> str:
        wall, cpu = (self.schedules / max(s, 1e-6) for s in self.both)
        return (
            f"{self.scenario:16} {self.carrier:9} {self.jobs:>4} {self.outcome:7} "
            f"{self.schedules:>8,} {self.seconds:>8.3f} {wall:>10,.0f} {cpu:>10,.0f}"
        )

    @property
    def both(self) -> tuple[float, float]:
        return self.seconds, self.cpu_seconds


def cpu_seconds() -> float:
    """Processor time of this process, and of its children that have ended."""
    times = os.times()
    return time.process_time() + times.children_user + times.children_system


def measure(program: Program, carrier: str, jobs: int, seconds: float) -> Figure:
    """Explore one scenario by brute force, which has the most to run, for so long."""
    options = Options(
        search="brute",
        carrier=carrier,
        jobs=jobs,
        limit_seconds=seconds,
        keep_going=True,
    )
    explore_program(program, Options(limit_schedules=1))  # compiled, imported, warm
    began, cpu = time.perf_counter(), cpu_seconds()
    schedules = 0
    while time.perf_counter() - began < seconds / 2:
        verdict = explore_program(program, options)
        schedules += verdict.schedules
    return Figure(
        program.name.rpartition(":")[2],
        carrier,
        jobs,
        verdict.outcome,
        schedules,
        time.perf_counter() - began,
        cpu_seconds() - cpu,
    )


def figures(seconds: float) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "speed.py"
        path.write_text(SCENARIOS, encoding="utf-8")
        for program in find_scenarios(str(path)):
            for carrier in ("greenlet", "threads"):
                for jobs in sorted({1, len(usable_cores())}):
                    yield measure(program, carrier, jobs, seconds)


@click.command(help=(__doc__ or "").replace("    python", "\b\n    python", 1))
@click.option("--seconds", default=2.0, show_default=True, help="for each")
def main(seconds: float) -> None:
    click.echo(
        f"{'scenario':16} {'carrier':9} {'jobs':>4} {'outcome':7} {'runs':>8}"
        f" {'seconds':>8} {'a second':>10} {'a CPU s':>10}"
    )
    for figure in figures(seconds):
        click.echo(figure.line)


if __name__ == "__main__":
    main(prog_name="python -m bench.studies.explorer_speed")
