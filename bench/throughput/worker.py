"""One fresh process: run one side of a pair in windows, and report each window.

It imports only the standard library, the catalogue and the pair, because every import
is part of what is measured.  The controller (`launching`) and the worker exchange JSON
lines.  The controller sends a specification, and the worker sends `ready` after its
imports.  For each `go` the worker runs a window and answers; its last answer contains
the result.  Between windows the process is parked.  So the workers of a block start
together and run their windows in turns.

The garbage collector stays on, as it does for users.  It collects all generations
before the first window, and only the young ones before each further window.  So all
windows start from the same state.  A full collection before each window would take a
quarter of the window's time.
"""

import gc
import json
import os
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from importlib import import_module
from typing import Any

from bench.pairs.catalogue import Pair
from bench.records.workload import Workload
from bench.throughput import measurable
from bench.throughput.calling import Call, caller, loop_runner
from bench.throughput.lifeline import (
    call_limit,
    dying_with_controller,
    end_with_all,
    explain_hangs,
    lines,
    own_streams,
)
from bench.throughput.sizing import least_operations
from bench.throughput.this_process import (
    allow_connections,
    core_idle_seconds,
    gil_enabled,
    peak_memory_bytes,
    pin,
    switches,
)

Spec = Mapping[str, Any]
MAX_OPERATIONS = 1_000_000
MOST_FILES = 65_536  # descriptors with higher numbers are not closed
CALIBRATION_WINDOWS = 2
# stored before the pair is imported, because the pair may replace `json.dumps`
_encode = json.JSONEncoder().encode


@dataclass(frozen=True)
class Window:
    """One call of the pair's `run`."""

    seconds: float
    cpu_seconds: float  # CPU time of the process in the same period
    span_seconds: float  # the duration of the whole call
    # the part of the whole call in which other programs used our core; None: unknown
    others_seconds: float | None
    switches: int  # voluntary context switches, of all threads
    preemptions: int  # involuntary context switches


def main() -> None:
    """Serve one specification from standard input, then end without cleanup."""
    process = os.getpid()
    commands, channel = own_streams()
    received = lines(commands)
    spec = json.loads(next(received))
    send = partial(_send, channel, spec.get("token", ""))
    explain_hangs()
    try:
        sample = prepared(spec)
        message: dict[str, Any] = {"ready": True, "gil": gil_enabled()}
        # If the pair has forked this process, the copy must not continue here.
        while os.getpid() == process:
            send(message)
            if next(received, None) is None:
                end_with_all()
            with dying_with_controller(commands):
                message = sample()
    except BaseException as error:  # any error is a result of the sample
        if os.getpid() == process:
            # The pair may have used all file descriptors.  Imports, as in `_formatted`,
            # need some.  So all descriptors above that of the channel are closed.
            os.closerange(channel + 1, MOST_FILES)
            send({"status": "crashed", "reason": _formatted(error)})
    os._exit(0)  # ends without waiting for threads that the pair left running


def prepared(spec: Spec) -> Callable[[], dict[str, Any]]:
    """Import what the sample needs; return the function that runs the next window."""
    if "probe" in spec:
        return prepared_probe(spec)
    if "own" in spec:
        from bench.pairs.function_pairs import register
        from bench.records.user_pairs import UserPair

        register((UserPair(**spec["own"]),))
    pair = measurable.find(spec["pair"])
    carrier = spec.get("module")
    module = import_module(carrier) if carrier else pair.load(spec["model"])
    call = caller(pair, module, spec)
    workload = Workload(**spec["workload"])
    if pair.needs_origin:
        allow_connections()
    windows: list[Window] = []

    def sample() -> dict[str, Any]:
        pin(spec.get("cores"))
        if not workload.operations:
            return calibrate(pair, call, workload, spec["window_seconds"])
        return measure(pair, call, workload, spec, windows)

    return sample


def prepared_probe(spec: Spec) -> Callable[[], dict[str, Any]]:
    """Import a probe; return the function that measures its values."""
    package = spec.get("package", "bench.throughput.probes")
    function = getattr(import_module(f"{package}.{spec['probe']}"), spec["function"])
    options = {
        name: int(value) if name == "workers" else value
        for name, value in spec["options"].items()
    }

    if "call_limit_seconds" in spec:
        call_limit.set(spec["call_limit_seconds"])

    def sample() -> dict[str, Any]:
        if spec["function"] == "asyncio_":
            run_in_loop = loop_runner(spec["loop"], spec["eager"])
            values = run_in_loop(lambda: function(**options))
        else:
            values = function(**options)
        call_limit.end()
        # A probe of another package, as of `decide`: its lists are no series, and its
        # caller knows what they are.
        if "package" in spec:
            return {"status": "ok", "values": values}
        series = {name: value for name, value in values.items() if listed(value)}
        figures = {name: value for name, value in values.items() if not listed(value)}
        return {"status": "ok", "values": figures, "series": series}

    return sample


def listed(value: object) -> bool:
    """Whether a value of a probe is a series, from which percentiles are taken."""
    return isinstance(value, list)


def measure(
    pair: Pair, call: Call, workload: Workload, spec: Spec, windows: list[Window]
) -> dict[str, Any]:
    """Run the next window; after the last one, return the result of all windows.

    A wrong outcome ends the sample, with the reason.
    """
    options = pair.options(workload)
    gc.collect(1 if windows else 2)
    window, outcome = timed(pair, call, options, spec.get("slowed", 1.0))
    windows.append(window)
    if (reason := pair.wrong(outcome, options)) is not None:
        return {"status": "wrong", "reason": reason}
    if len(windows) < spec["windows"]:
        return {"status": "ok"}
    return {
        "status": "ok",
        "windows": [window.seconds for window in windows],
        "cpu": [window.cpu_seconds for window in windows],
        "measures": measures(pair, windows[1:], workload, outcome),
        "noticed": pair.noticed(outcome),
    }


def timed(
    pair: Pair, call: Call, options: Mapping[str, Any], slowed: float = 1.0
) -> tuple[Window, Any]:
    """Time one call, and other programs' use of its core; return its outcome too."""
    voluntary, involuntary = switches()
    idle = idle_seconds()
    cpu = time.process_time()
    seconds, outcome = call(options, slowed)
    cpu = time.process_time() - cpu
    span, own = seconds, cpu
    idle_after = idle_seconds()
    voluntary_after, involuntary_after = switches()
    if pair.seconds is not None:
        seconds = pair.seconds(outcome) * slowed
    if pair.cpu_seconds is not None:
        cpu = pair.cpu_seconds(outcome)
    others = None
    if idle is not None and idle_after is not None:
        others = span - own - (idle_after - idle)
        if pair.least_seconds is not None:
            # While all jobs wait, other programs use the core but delay nothing.
            others = min(others, span - pair.least_seconds(options, own))
    window = Window(
        seconds=seconds,
        cpu_seconds=cpu,
        span_seconds=span,
        others_seconds=others,
        switches=voluntary_after - voluntary,
        preemptions=involuntary_after - involuntary,
    )
    return window, outcome


def idle_seconds() -> float | None:
    """How long the core of this process was idle; None if it has several cores."""
    if not hasattr(os, "sched_getaffinity"):
        return None
    cores = os.sched_getaffinity(0)
    return core_idle_seconds(min(cores)) if len(cores) == 1 else None


def calibrate(
    pair: Pair, call: Call, workload: Workload, window_seconds: float
) -> dict[str, Any]:
    """Increase the operations until a window is long enough; return the cost of one."""
    steps = workload.cpu_steps
    if workload.cpu_share and not steps:
        from bench.throughput.jobs import cpu_seconds, steps_in

        steps = steps_in(cpu_seconds(workload))
    operations = least_operations(pair, workload.workers)
    found: list[float] = []  # seconds of the windows that are long enough
    tries = pair.tries
    while len(found) < CALIBRATION_WINDOWS:
        sized = replace(workload, operations=operations, cpu_steps=steps)
        options = pair.options(sized)
        window, outcome = timed(pair, call, options)
        if (reason := pair.wrong(outcome, options)) is not None:
            return {"status": "wrong", "reason": reason}
        if window.seconds >= window_seconds / 2 or operations >= MAX_OPERATIONS:
            found.append(window.seconds)
        elif tries > 1:
            tries -= 1
        else:
            growth = window_seconds / max(window.seconds, window_seconds / 100)
            operations = min(MAX_OPERATIONS, int(operations * max(2.0, growth)))
            found.clear()
    return {
        "status": "ok",
        "cpu_steps": steps,
        **pair.summary(outcome),
        # the shortest time, from the least disturbed window
        "seconds_per_operation": min(found) / operations,
    }


def measures(
    pair: Pair, windows: list[Window], workload: Workload, outcome: Any
) -> dict[str, float]:
    """Other measures of the kept windows; the names contain the units."""
    operations = workload.operations * len(windows)
    wall = sum(window.seconds for window in windows)
    cpu = sum(window.cpu_seconds for window in windows)
    others = [w.others_seconds for w in windows if w.others_seconds is not None]
    span = sum(window.span_seconds for window in windows)
    found = {
        **({"cores_used": cpu / wall} if cpu else {}),
        **({"core_taken_by_others": sum(others) / span} if others else {}),
        "gil": float(gil_enabled()),
        "threads_left": float(threading.active_count() - 1),
        "context_switches_per_operation": sum(w.switches for w in windows) / operations,
        "preemptions_per_operation": sum(w.preemptions for w in windows) / operations,
        "peak_memory_bytes": float(peak_memory_bytes()),
    }
    if pair.measures is not None:
        found |= pair.measures(outcome)
    return found


def _send(
    channel: int,
    token: str,
    message: Mapping[str, Any],
) -> None:
    """Write a message as a line that begins with the token of this worker.

    Other bytes in the channel do not begin with the token, and may end without a line
    break.
    """
    line = memoryview(f"\n{token}{_encode(message)}\n".encode())
    try:
        while line:
            line = line[os.write(channel, line) :]
    except BrokenPipeError:
        end_with_all()


def _formatted(error: BaseException) -> str:
    """The traceback of an error as text, then the error in one line."""
    import traceback  # imported only for an error, because it takes time

    from bench.throughput import reasons

    return "".join(traceback.format_exception(error)[-12:]) + reasons.summary(error)
