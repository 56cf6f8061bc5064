"""How accurate is `decide` on workloads that it was not fitted to?

    python -m bench.studies.decide [--count 64] [--only N] [-o decide.jsonl]

Each workload is drawn at random.  First `decide` answers it.  Then the plainest
programs that do the same work (`decide_jobs`) measure it in full: fresh processes in
pairs, in both orders.  The study prints the predicted figures beside the measured ones,
and the verdict beside the verdict of the full measurement.  It stores one line for each
workload, so that an interrupted study can continue.  A workload that other processes
disturbed is marked.
"""

import json
import math
import random
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

import psutil
import rich_click as click
from rich.console import Console
from rich.table import Table

from bench.decide import calibrating
from bench.decide.costs import Costs
from bench.decide.deciding import Inquiry
from bench.decide.described.work import Wishes, Work
from bench.decide.findings import Question
from bench.studies.decide_jobs import Jobs
from bench.throughput import runtimes
from bench.throughput.inference import interval
from bench.throughput.launching import Launcher

WAITS = (0.0, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2)  # seconds
CPUS = (0.0, 0.0, 0.0001, 0.0003, 0.001, 0.002, 0.005, 0.01, 0.02)
AT_ONCE = (1, 3, 10, 30, 100, 300, 1000, 2000)
WITHOUT = (0.0, 0.0, 0.0, 0.5, 1.0)
LONGEST_ROUND = 1.0  # seconds of computing that one round of all jobs may take
RUN_SECONDS = 0.7  # of one program, approximately
# the same as a number of waits, so that start and end are a small part of a run
RUN_WAITS = 12
# one more wait for this many workers, because threads start and end one by one
WORKERS_A_WAIT = 100
PAIRS = (6, 24)  # at least, and at most
SETTLED = math.log(1.05)  # half of an interval, at which no further pair is needed
DISTURBED_CORES = 0.3
LIMIT_SECONDS = 240.0  # a thousand threads that compute can take very long


@dataclass(frozen=True)
class Row:
    """One workload: the answer of `decide`, and the full measurement.

    `ratio`, `low` and `high` are jobs a second of asyncio over those of threads, by the
    full measurement; `other_cores` is what other processes used meanwhile.
    """

    concurrency: int
    wait_seconds: float
    cpu_seconds: float
    without_gil: float
    verdict: str
    sure: bool
    predicted: tuple[float, float]  # jobs a second: threads, asyncio
    full: tuple[float, float]
    ratio: float  # from the full measurement
    low: float
    high: float
    other_cores: float

    @property
    def name(self) -> str:
        free = f", {self.without_gil:.0%} free" if self.without_gil else ""
        return (
            f"{self.concurrency} x ({self.wait_seconds * 1e3:g} + "
            f"{self.cpu_seconds * 1e3:g} ms{free})"
        )

    @property
    def errors(self) -> list[float]:
        """The errors of the predictions, as shares of the measured figures."""
        return [
            abs(said / seen - 1)
            for said, seen in zip(self.predicted, self.full, strict=True)
        ]

    @property
    def truth(self) -> str:
        """The verdict of the full measurement, from its ratio alone."""
        if abs(math.log(self.ratio)) <= math.log(1.05):
            return "either"
        return "asyncio" if self.ratio > 1 else "threads"

    @property
    def settled(self) -> bool:
        """Whether the full measurement became as narrow as wanted."""
        return math.log(self.high / self.low) / 2 <= SETTLED

    @property
    def clear(self) -> bool:
        """Whether the true ratio is beyond 10 %.

        Its whole interval is, or the interval is narrow and the ratio is.
        """
        whole = self.low > 1.1 or self.high < 1 / 1.1
        return whole or (self.settled and abs(math.log(self.ratio)) > math.log(1.1))

    @property
    def equal(self) -> bool:
        """Whether the true ratio is within 3 %, by a narrow interval."""
        return self.settled and abs(math.log(self.ratio)) <= math.log(1.03)


def workloads(count: int, seed: int) -> list[Work]:
    """Random workloads, each with some work, but not with minutes of it."""
    drawn = random.Random(seed)
    found: dict[Work, None] = {}
    while len(found) < count:
        cpu = drawn.choice(CPUS)
        work = Work(
            concurrency=drawn.choice(AT_ONCE),
            wait_seconds=drawn.choice(WAITS),
            cpu_seconds=cpu,
            without_gil=drawn.choice(WITHOUT) if cpu >= 0.001 else 0.0,
        )
        if work.alone_seconds >= 0.001 and work.concurrency * cpu <= LONGEST_ROUND:
            found[work] = None
    return list(found)


def measured(work: Work, seed: int) -> tuple[list[float], list[float]]:
    """Seconds a job of each model, in pairs of fresh programs in random order.

    More pairs follow until the interval of their ratio is narrow, whatever the ratio.
    """
    jobs = counted(work)
    drawn = random.Random(seed)
    found: dict[str, list[float]] = {"threads": [], "asyncio": []}
    for number in range(PAIRS[1]):
        if number >= PAIRS[0] and _is_narrow(found):
            break
        for model in drawn.sample(["threads", "asyncio"], 2):
            told = subprocess.run(
                [sys.executable, "-m", "bench.studies.decide_jobs", model,
                 json.dumps(asdict(jobs))],
                capture_output=True, check=True, timeout=LIMIT_SECONDS, text=True,
            ).stdout  # fmt: skip
            found[model].append(json.loads(told)["seconds"] / jobs.count)
    return found["threads"], found["asyncio"]


def _is_narrow(found: dict[str, list[float]]) -> bool:
    between = interval(_logs(found["threads"], found["asyncio"]))
    return between is not None and (between.high - between.low) / 2 <= SETTLED


def _logs(threads: Sequence[float], asyncio: Sequence[float]) -> list[float]:
    return [math.log(a / b) for a, b in zip(threads, asyncio, strict=True)]


def counted(work: Work) -> Jobs:
    """As many jobs as take about RUN_SECONDS or RUN_WAITS, and at least two rounds.

    The number of rounds matters: with four rounds, a thousand threads that wait 200 ms
    did a tenth fewer jobs than tasks; with twelve, 3 to 8 % fewer.  The first and the
    last round cause the rest, because these take longer with more threads.
    """
    holding = work.holding_seconds
    most = 1 / max(work.cpu_seconds, 5e-5)
    rate = min(work.concurrency / work.alone_seconds, most)
    waits = RUN_WAITS + work.concurrency / WORKERS_A_WAIT
    seconds = max(RUN_SECONDS, waits * work.alone_seconds)
    count = max(2 * work.concurrency, round(rate * seconds))
    # round up to whole rounds
    count = math.ceil(count / work.concurrency) * work.concurrency
    return Jobs(
        count=count,
        at_once=work.concurrency,
        wait_seconds=work.wait_seconds,
        holding_seconds=holding,
        free_seconds=work.cpu_seconds - holding,
    )


def studied(work: Work, kept: Costs, budget_seconds: float, seed: int) -> Row:
    """Ask `decide`, then measure in full."""
    costs = calibrating.at_this_speed(kept, runtimes.current())
    question = Question(work, Wishes(), budget_seconds)
    with Launcher() as launcher:
        inquiry = Inquiry(question, costs, "", launcher, lambda _: None)
        found = inquiry.compare(work, question.wishes, budget_seconds)
    busy, mine, start = psutil.cpu_times(), _own_cpu(), time.monotonic()
    threads, asyncio = measured(work, seed)
    used = _busy(psutil.cpu_times()) - _busy(busy) - (_own_cpu() - mine)
    logs = _logs(threads, asyncio)
    between = interval(logs)
    low, high = (between.low, between.high) if between else (min(logs), max(logs))
    others = max(one.other_cores for one in found.figures)
    return Row(
        concurrency=work.concurrency,
        wait_seconds=work.wait_seconds,
        cpu_seconds=work.cpu_seconds,
        without_gil=work.without_gil,
        verdict=found.decision.verdict,
        sure=found.decision.sure,
        predicted=(
            found.predictions[0].jobs_per_second,
            found.predictions[1].jobs_per_second,
        ),
        full=(1 / median(threads), 1 / median(asyncio)),
        ratio=math.exp(median(logs)),
        low=math.exp(low),
        high=math.exp(high),
        other_cores=max(others, used / (time.monotonic() - start)),
    )


def _own_cpu() -> float:
    """Processor seconds of this process and of its children that have ended."""
    times = psutil.Process().cpu_times()
    return float(times.user + times.system + times.children_user
                 + times.children_system)  # fmt: skip


def _busy(times: object) -> float:
    names = ("user", "nice", "system", "irq", "softirq")
    return float(sum(getattr(times, name, 0.0) for name in names))


def table(rows: Iterable[Row]) -> Table:
    """A line for each workload."""
    lines = Table(box=None, pad_edge=False)
    for name in ("at once x (wait + cpu)", "predicted t, a", "measured t, a", "error",
                 "ratio", "truth", "said", ""):  # fmt: skip
        lines.add_column(name, no_wrap=True)
    for one in rows:
        lines.add_row(
            one.name,
            ", ".join(f"{value:,.0f}" for value in one.predicted),
            ", ".join(f"{value:,.0f}" for value in one.full),
            ", ".join(f"{value:.0%}" for value in one.errors),
            f"{one.ratio:.2f} ({one.low:.2f}-{one.high:.2f})",
            one.truth,
            one.verdict + "?" * (not one.sure),
            ", ".join(_doubts(one)),
        )
    return lines


def _doubts(row: Row) -> list[str]:
    doubts = [] if row.settled else ["wide"]
    return doubts + ["disturbed"] * (row.other_cores > DISTURBED_CORES)


def summary(rows: Sequence[Row]) -> list[str]:
    """A summary of the rows in sentences."""
    errors = sorted(error for row in rows for error in row.errors)
    clear = [row for row in rows if row.clear]
    equal = [row for row in rows if row.equal]
    right = sum(row.verdict == row.truth for row in clear)
    either = sum(row.verdict == "either" for row in equal)
    within = sum(error <= 0.25 for error in errors)
    disturbed = sum(row.other_cores > DISTURBED_CORES for row in rows)
    wide = sum(not row.settled for row in rows)
    open_rows = sum(not row.settled and not row.clear for row in rows)
    return [
        f"predicted jobs/s: median error {median(errors):.0%}, "
        f"within 25 % in {within} of {len(errors)}",
        f"beyond 10 %: the verdict is right in {right} of {len(clear)}",
        f"within 3 %: the verdict is `either` in {either} of {len(equal)}",
        f"{len(rows)} workloads, {disturbed} disturbed by other processes",
        f"{wide} with an interval wider than 5 % either way; {open_rows} of these are "
        "not counted, because their true ratio is not known",
    ]


@click.command()
@click.option("--count", type=click.IntRange(1), default=64, show_default=True)
@click.option("--only", type=click.IntRange(1), help="Only the first N.")
@click.option("--budget", default=30.0, show_default=True, help="Seconds for `decide`.")
@click.option("--seed", default=2026, show_default=True, help="For the workloads.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Result file.")
def main(
    count: int, only: int | None, budget: float, seed: int, output: Path | None
) -> None:
    """Compare `decide` with full measurements of workloads drawn at random."""
    errors = Console(stderr=True, highlight=False)
    costs, _ = calibrating.costs_of(runtimes.current(), errors.print)
    chosen = workloads(count, seed)[: only or count]
    done = kept(output) if output and output.exists() else []
    errors.print(f"{len(chosen)} workloads, {len(done)} of them done before")
    rows = list(done)
    for number, work in enumerate(chosen, 1):
        if any(_same(row, work) for row in done):
            continue
        row = studied(work, costs, budget, seed + number)
        rows.append(row)
        errors.print(f"{number}: {row.name}: {row.verdict}, {row.ratio:.2f}")
        if output:
            with output.open("a", encoding="utf-8") as file:
                file.write(json.dumps(asdict(row)) + "\n")
    Console(width=150).print(table(rows))
    for line in summary(rows):
        click.echo(line)


def kept(file: Path) -> list[Row]:
    """The rows of an interrupted study."""
    rows = []
    for line in file.read_text(encoding="utf-8").splitlines():
        told = json.loads(line)
        pairs = {name: tuple(told[name]) for name in ("predicted", "full")}
        rows.append(Row(**{**told, **pairs}))
    return rows


def _same(row: Row, work: Work) -> bool:
    mine = (row.concurrency, row.wait_seconds, row.cpu_seconds, row.without_gil)
    return mine == (work.concurrency, work.wait_seconds, work.cpu_seconds,
                    work.without_gil)  # fmt: skip


if __name__ == "__main__":
    main()
