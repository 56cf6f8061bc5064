"""The costs of this machine, measured in fresh processes and stored with their date.

The measurement takes about 20 seconds for each interpreter.  It measures:

- what it costs in each model to carry a job, without the job's own computing
- by how much a sleep takes longer than requested
- by how much threads that wait for the lock slow down the thread that holds it
- the memory of one more worker
- the time to start a worker
"""

import hashlib
import json
import os
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from statistics import fmean, median
from typing import Any

import msgspec

from bench.decide.costs import Costs
from bench.errors import CannotRunError
from bench.throughput import reasons
from bench.throughput.launching import Launcher
from bench.throughput.machine import machine
from bench.throughput.runtimes import Interpreter, usable_cores

OLD_SECONDS = 30 * 24 * 3600.0  # older costs are measured again
OLD_WHEN_DISTURBED_SECONDS = 600.0
# the number of this format of costs; stored costs with another number are not used
FORMAT = 5
# Number of threads that wait for the lock -> how many windows are measured with it.
# One more window, before these, is discarded.  Each window shows how much of its speed
# the computing keeps (`_lock_left`).  From 500 threads on, this share differs by a
# factor of three from window to window, so four windows are measured.  Two thousand
# threads take a second to start, so they get only two windows.
WINDOWS_OF_WAITING = {200: 2, 500: 4, 1000: 4, 2000: 2}
WINDOW_SECONDS = 0.3
# lengths of a window, tried in this order until a job is done within the window
RETRIED_WINDOW_SECONDS = (0.3, 1.0, 3.0)
LATE_WAIT_SECONDS = 0.010
# how long a job waits, and how long it computes, when `lock_left` is measured
CONTENDED_SECONDS = 0.001
LIMIT_SECONDS = 30.0
# If other processes use more cores than this during the calibration, its costs are
# used for OLD_WHEN_DISTURBED_SECONDS only.
DISTURBED_CORES = 0.3
# `lock_left` where it cannot be measured; these were measured on 2 cores, CPython 3.11
USUAL_LOCK_LEFT = {200: 0.9, 500: 0.7, 1000: 0.38, 2000: 0.05}
LOADS, PROBES = "bench.decide.loads", "bench.throughput.probes"

Tell = Callable[[str], object]
Values = Mapping[str, Any]


def costs_of(
    interpreter: Interpreter, tell: Tell, *, anew: bool = False
) -> tuple[Costs, float]:
    """The costs of an interpreter, and their age in seconds (0 if measured now)."""
    key = _key(interpreter)
    file = _folder() / f"costs-{key}.json"
    kept = None if anew else _kept(file, key)
    if kept is not None:
        return kept, max(0.0, time.time() - kept.taken)
    tell(f"calibrating {interpreter.name} on this machine: once, about 20 s")
    found = measured(interpreter, key)
    if found.other_cores > DISTURBED_CORES:
        tell(
            f"other processes used {found.other_cores:.1f} cores during this "
            "calibration: it is stored for only 10 minutes; predictions may be wrong"
        )
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_suffix(f".{os.getpid()}")
        part.write_bytes(msgspec.json.encode(found))
        part.replace(file)
    except OSError as problem:
        tell(f"cannot store the calibration ({problem}), so the next run repeats it")
    return found, 0.0


def kept_costs(interpreter: Interpreter) -> Costs | None:
    """The costs that an earlier calibration stored; None if there are no valid ones."""
    key = _key(interpreter)
    return _kept(_folder() / f"costs-{key}.json", key)


def measured(interpreter: Interpreter, key: str = "") -> Costs:
    """Measure all costs now."""
    with Launcher() as launcher:
        return _costs(_Bench(launcher, interpreter), interpreter, key)


def at_this_speed(costs: Costs, interpreter: Interpreter) -> Costs:
    """The same costs, scaled to the present speed of the machine; takes 0.3 s.

    A shared machine can be a third slower or faster from one minute to the next.
    Carrying a job is computing too, so its cost is scaled by the same factor.
    """
    with Launcher() as launcher:
        [found] = _Bench(launcher, interpreter).turns(1, {"function": "sized"})
    steps = float(found[0]["steps_per_second"])
    slower = costs.steps_per_second / steps
    uvloop = costs.uvloop_job_seconds
    return msgspec.structs.replace(
        costs,
        steps_per_second=steps,
        hashes_per_second=float(found[0]["hashes_per_second"]),
        thread_job_seconds=costs.thread_job_seconds * slower,
        task_job_seconds=costs.task_job_seconds * slower,
        uvloop_job_seconds=None if uvloop is None else uvloop * slower,
        hop_seconds=costs.hop_seconds * slower,
    )


class _Bench:
    """Reads values from fresh processes of one interpreter."""

    def __init__(self, launcher: Launcher, interpreter: Interpreter) -> None:
        self._launcher = launcher
        self._executable = interpreter.executable
        self._others: list[float] = []

    def turns(self, count: int, *loads: Mapping[str, Any]) -> list[list[Values]]:
        """`count` windows of each load, in turns; each load has its own process."""
        specs = [self._spec(count, load) for load in loads]
        found = []
        for reading in self._launcher.readings(specs):
            if reading.status != "ok":
                reason = reasons.of_worker(reading.status, reading.reason)
                raise CannotRunError(f"cannot calibrate this machine: {reason}")
            windows = [turn["values"] for turn in reading.turns]
            self._others += [one.get("other_cores", 0.0) for one in windows]
            found.append(windows)
        return found

    def windows(self, function: str, **options: Any) -> list[Values]:
        """The values of two windows, after one that is discarded."""
        [found] = self.turns(3, {"function": function, **options})
        return found[1:]

    def once(self, probe: str, function: str, **options: Any) -> Values:
        """The values of a probe of the throughput lens."""
        asked = {"package": PROBES, "probe": probe, "function": function, **options}
        [[found]] = self.turns(1, asked)
        return found

    @property
    def other_cores(self) -> float:
        """The cores that other processes used: the median over all windows."""
        return median(self._others) if self._others else 0.0

    def _spec(self, count: int, load: Mapping[str, Any]) -> dict[str, Any]:
        told = ("package", "probe", "function")
        options = {name: load[name] for name in load if name not in told}
        if load["function"] == "tasks":
            options = {"loop": "asyncio", **options}
        return {
            "executable": self._executable,
            "package": load.get("package", LOADS),
            "probe": load.get("probe", "entry_points"),
            "function": load["function"],
            "loop": "asyncio",
            "eager": False,
            "options": options,
            "windows": count,
            "limit_seconds": LIMIT_SECONDS,
        }


def _costs(bench: _Bench, interpreter: Interpreter, key: str) -> Costs:
    sizes = [bench.turns(1, {"function": "sized"})[0][0] for _ in range(3)]
    steps = median(one["steps_per_second"] for one in sizes)

    def around(function: str, **named: Any) -> float:
        """Seconds that it costs to carry one job that only waits."""
        best = 0.0
        for seconds in RETRIED_WINDOW_SECONDS:
            busy = {"workers": 200, "wait_seconds": 0.0005, "seconds": seconds}
            found = bench.windows(function, **busy, **named)
            best = float(max(one["by_progress"] for one in found))
            if best > 0:
                return 1.0 / best
        raise CannotRunError(
            f"cannot calibrate this machine: no job of {function!r} was done in "
            f"windows of up to {seconds:g} s; try again when other processes leave "
            "a core free"
        )

    def late(function: str) -> float:
        """By how many seconds a job that only waits takes longer than its wait."""
        few = {"workers": 4, "seconds": WINDOW_SECONDS}
        found = bench.windows(function, wait_seconds=LATE_WAIT_SECONDS, **few)
        cycles = [median(one["latencies"]) for one in found if one["latencies"]]
        return max(0.0, min(cycles) - LATE_WAIT_SECONDS) if cycles else 0.0

    thread_job = around("threads")
    has_uvloop = "uvloop" in interpreter.packages
    small = {"wait_seconds": 0.001, "seconds": 0.05}
    idle = bench.windows("tasks", workers=1, **small)[-1]
    [spread] = bench.turns(2, {"function": "processes", "workers": 2, "pool": 2,
                               **small})  # fmt: skip
    memory = {
        model: bench.once("memory", model, workers=500)
        for model in ("threads", "asyncio_")
    }
    left = _lock_left(bench, steps) if interpreter.gil else {}
    if left and bench.other_cores > DISTURBED_CORES:
        # Other processes compete for the cores.  Many threads get more of the cores
        # than the one thread of a loop.  So the measured shares would be too high.
        left = USUAL_LOCK_LEFT
    return Costs(
        python=interpreter.name,
        cores=len(usable_cores()),
        taken=time.time(),
        key=key,
        gil=interpreter.gil,
        steps_per_second=steps,
        hashes_per_second=median(one["hashes_per_second"] for one in sizes),
        thread_job_seconds=thread_job,
        task_job_seconds=around("tasks"),
        uvloop_job_seconds=around("tasks", loop="uvloop") if has_uvloop else None,
        hop_seconds=max(0.0, around("pooled", pool=8) - thread_job),
        thread_late_seconds=late("threads"),
        task_late_seconds=late("tasks"),
        lock_left=left,
        other_cores=bench.other_cores,
        thread_start_seconds=memory["threads"]["start_seconds"],
        task_start_seconds=memory["asyncio_"]["start_seconds"],
        process_start_seconds=spread[0]["ready_seconds"] / 2,
        base_bytes=float(idle["peak_memory_bytes"]),
        thread_bytes=memory["threads"]["memory_bytes_per_worker"],
        task_bytes=memory["asyncio_"]["memory_bytes_per_worker"],
        process_bytes=spread[-1]["peak_memory_bytes"] / 2,
        floors=dict(bench.once("floors", "machine")),
    )


def _lock_left(bench: _Bench, steps: float) -> dict[int, float]:
    """How much waiting threads slow the computing, for several numbers of threads.

    For each number of threads in WINDOWS_OF_WAITING, the result has a share: the speed
    of threads that all want the lock, divided by the speed of a loop.  The threads and
    the tasks of the loop do the same work, in windows that take turns.  So if the speed
    of the machine changes, it changes for both, and the share stays the same.
    """
    left, least = {}, 1.0
    for workers, windows in WINDOWS_OF_WAITING.items():
        load = {
            "workers": workers,
            "wait_seconds": CONTENDED_SECONDS,
            "steps": round(CONTENDED_SECONDS * steps),
            "seconds": WINDOW_SECONDS,
        }
        threads, tasks = bench.turns(
            1 + windows,
            {"function": "threads", **load},
            {"function": "tasks", **load},
        )
        share = _mean_ratio(threads[1:], tasks[1:])
        # More threads cannot have a higher share than fewer threads.  If a higher one
        # is measured, it is noise, and the lowest share so far replaces it.  A share
        # that cannot be measured might be the lowest so far.  So if one is missing,
        # USUAL_LOCK_LEFT replaces all shares.
        if share is None:
            return USUAL_LOCK_LEFT
        least = min(least, share)
        left[workers] = max(least, 0.005)
    return left


def _mean_ratio(threads: Sequence[Values], tasks: Sequence[Values]) -> float | None:
    """The mean, over windows, of the progress of threads divided by that of tasks.

    None if the tasks made no progress in any window.
    """
    ratios = [
        one["by_progress"] / other["by_progress"]
        for one, other in zip(threads, tasks, strict=True)
        if other["by_progress"] > 0
    ]
    return fmean(ratios) if ratios else None


def _key(interpreter: Interpreter) -> str:
    """A key that changes with the machine, the interpreter and the format."""
    told = machine([interpreter])
    of_machine = (told.hostname_sha256, told.cpu, told.kernel, usable_cores())
    build = (interpreter.executable, interpreter.build, interpreter.packages)
    parts = (FORMAT, of_machine, build)
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def _folder() -> Path:
    """The cache folder: its files can be deleted, and are then made again."""
    told = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    return Path(told) / "threads-vs-asyncio" if told else (
        Path.home() / ".cache" / "threads-vs-asyncio"
    )  # fmt: skip


def _kept(file: Path, key: str) -> Costs | None:
    """The stored costs; None if they are unreadable, too old, or of another key."""
    try:
        found = msgspec.json.decode(file.read_bytes(), type=Costs)
    except (OSError, msgspec.MsgspecError):
        return None
    disturbed = found.other_cores > DISTURBED_CORES
    old = OLD_WHEN_DISTURBED_SECONDS if disturbed else OLD_SECONDS
    is_fresh = time.time() - found.taken < old
    return found if is_fresh and found.key == key else None
