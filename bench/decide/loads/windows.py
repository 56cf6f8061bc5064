"""What a worker process is asked for, one function a kind of candidate.

The first window of a process is a short one, to be discarded: what is done first is
slower.  Each tells what the process computed meanwhile, and what the other processes
of the machine did, so that a disturbed window is seen to be one.
"""

import asyncio
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.decide.loads import job
from bench.decide.loads.job import Load
from bench.throughput.process import gil_enabled, peak_memory_bytes

Values = dict[str, Any]
WARM_SECONDS = 0.1  # of the first window, and a job's length more
_calls: list[str] = []


def threads(**options: Any) -> Values:
    """A window on threads."""
    from bench.decide.loads import threads as carrier

    load = _load(options)
    return measured(lambda: carrier.run(load))


def tasks(**options: Any) -> Values:
    """A window on the tasks of a loop."""
    from bench.decide.loads import tasks as carrier

    new_loop = _new_loop(options.pop("loop"))
    load = _load(options)

    def run() -> Values:
        with asyncio.Runner(loop_factory=new_loop) as runner:
            return runner.run(carrier.run(load))

    return measured(run)


def pooled(**options: Any) -> Values:
    """A window on a loop that hands the jobs to threads."""
    from bench.decide.loads import pooled as carrier

    load = _load(options)
    return measured(lambda: asyncio.run(carrier.run(load)))


def processes(**options: Any) -> Values:
    """A window on several processes."""
    from bench.decide.loads import processes as carrier

    load = _load(options)
    return {**measured(lambda: carrier.run(load)), "of_processes": load.pool}


def sized() -> Values:
    """How much this interpreter computes in a second."""
    return {**job.sized(), "gil": gil_enabled()}


def measured(run: Callable[[], Values]) -> Values:
    """A window's values, with what this process and the others computed meanwhile."""
    cpu, busy, start = time.process_time(), _busy(), time.perf_counter()
    waited = _queued_seconds()
    found = run()
    elapsed = time.perf_counter() - start
    cpu = found.get("cpu_seconds", 0.0) + time.process_time() - cpu
    others = (_busy() - busy - cpu) / elapsed if busy else 0.0
    return {
        "peak_memory_bytes": peak_memory_bytes(),
        "gil": gil_enabled(),
        **found,
        "cpu_seconds": cpu,
        "elapsed_seconds": elapsed,
        "other_cores": max(0.0, others),
        "queued_share": (_queued_seconds() - waited) / elapsed,
    }


def _load(options: dict[str, Any]) -> Load:
    load = Load(**options)
    if not _calls:
        warm = WARM_SECONDS + 2 * load.wait_seconds
        options = {**options, "seconds": min(load.seconds, warm)}
    _calls.append("window")
    return Load(**options)


def _new_loop(loop: str) -> Callable[[], asyncio.AbstractEventLoop]:
    if loop == "uvloop":
        import uvloop

        new_loop: Callable[[], asyncio.AbstractEventLoop] = uvloop.new_event_loop
        return new_loop
    return asyncio.new_event_loop


def _busy() -> float:
    """Seconds that all cores have computed since the system started; 0 if not told."""
    try:
        line = Path("/proc/stat").read_text(encoding="ascii").partition("\n")[0]
    except OSError:
        return 0.0
    user, nice, system, _, _, irq, soft, *_ = map(int, line.split()[1:])
    return (user + nice + system + irq + soft) / os.sysconf("SC_CLK_TCK")


def _queued_seconds() -> float:
    """Seconds that this thread was ready to compute and had no core."""
    try:
        told = Path("/proc/thread-self/schedstat").read_text(encoding="ascii")
    except OSError:
        return 0.0
    return int(told.split()[1]) * 1e-9
