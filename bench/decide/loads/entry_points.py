"""The functions that a worker process runs on request, one for each candidate.

The first window of a process is short and does not count, because the first jobs are
slower.
"""

import asyncio
from collections.abc import Callable
from typing import Any

from bench.decide.loads import job
from bench.decide.loads.job import Load
from bench.decide.loads.watched import Values, measured
from bench.throughput.this_process import gil_enabled

# The first window lasts this long plus two times the waits of a job, but never longer
# than the other windows.
WARM_SECONDS = 0.1
WARM_WAIT_SECONDS = 0.025  # the longest wait of a job in the first window
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


def _load(options: dict[str, Any]) -> Load:
    load = Load(**options)
    if not _calls:
        wait = min(load.wait_seconds, WARM_WAIT_SECONDS)
        blocking = min(load.blocking_seconds, WARM_WAIT_SECONDS)
        warm = min(load.seconds, WARM_SECONDS + 2 * (wait + blocking))
        options = {
            **options,
            "wait_seconds": wait,
            "blocking_seconds": blocking,
            "seconds": warm,
        }
    _calls.append("window")
    return Load(**options)


def _new_loop(loop: str) -> Callable[[], asyncio.AbstractEventLoop]:
    if loop == "uvloop":
        import uvloop

        new_loop: Callable[[], asyncio.AbstractEventLoop] = uvloop.new_event_loop
        return new_loop
    return asyncio.new_event_loop
