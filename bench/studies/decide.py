"""How accurate is `decide` on workloads that it was not fitted to?

    python -m bench.studies.decide [--count 64] [--only N] [-o decide.jsonl]

Each workload is drawn at random.  First `decide` answers it.  Then the plainest
programs that do the same work (`decide_jobs`) measure it in full: fresh processes in
pairs, each pair in a random order.  The study prints the predicted figures beside the
measured ones, and the verdict beside the verdict of the full measurement.  It stores
one line for each workload, so that an interrupted study can continue.  A workload that
other processes disturbed is marked.
"""

import json
import math
import random
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, astuple
from pathlib import Path
from statistics import median

import psutil
import rich_click as click
from rich.console import Console

from bench.decide import calibrating
from bench.decide.costs import Costs
from bench.decide.deciding import Inquiry
from bench.decide.described.work import Wishes, Work
from bench.decide.findings import Question
from bench.studies.decide_jobs import Jobs
from bench.studies.decide_rows import SETTLED, Row, is_of, kept, summary, table
from bench.throughput import runtimes
from bench.throughput.inference import interval
from bench.throughput.launching import Launcher

WAITS = (0.0, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2)  # seconds
CPUS = (0.0, 0.0, 0.0001, 0.0003, 0.001, 0.002, 0.005, 0.01, 0.02)
AT_ONCE = (1, 3, 10, 30, 100, 300, 1000, 2000)
WITHOUT = (0.0, 0.0, 0.0, 0.5, 1.0)
LONGEST_ROUND = 1.0  # seconds of computing that one round of all jobs may take
RUN_SECONDS = 0.7  # of one program, approximately
# A run takes at least so many times the time of one job.  So the start and the end of a
# run are a small part of it.
RUN_WAITS = 12
# Threads start and end one by one, so a run with more workers must be longer.  It gets
# longer by the time of one job for every WORKERS_A_WAIT workers.
WORKERS_A_WAIT = 100
PAIRS = (6, 24)  # at least, and at most
LIMIT_SECONDS = 240.0  # a thousand threads that compute can take very long


def workloads(count: int, seed: int) -> list[Work]:
    """Random workloads: a job takes 1 ms or more, a round at most LONGEST_ROUND."""
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

    Pairs are added until the interval of their ratio is narrow, but at most PAIRS[1].
    Only the width of the interval decides, and not the ratio.
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
    """The jobs of a program: enough for RUN_SECONDS, RUN_WAITS and two rounds.

    The first and the last round take longer with more threads.  So a run of few rounds
    shows too large a difference between the models.  For example, a thousand threads
    that wait 200 ms did a tenth fewer jobs than tasks in four rounds, but only 3 to 8 %
    fewer in twelve rounds.
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
        said=astuple(found.ratio) if found.ratio else None,
    )


def _own_cpu() -> float:
    """Processor seconds of this process and of its children that have ended."""
    times = psutil.Process().cpu_times()
    return float(times.user + times.system + times.children_user
                 + times.children_system)  # fmt: skip


def _busy(times: object) -> float:
    names = ("user", "nice", "system", "irq", "softirq")
    return float(sum(getattr(times, name, 0.0) for name in names))


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
        if any(is_of(row, work) for row in done):
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


if __name__ == "__main__":
    main()
