"""The costs of this machine, measured in fresh processes and kept with their age.

A few seconds, once for each interpreter: what a job costs around its own computing in
each model, how late a sleep ends, how much threads that wait for the lock slow its
holder, what one more worker weighs, what starting takes.
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

OLD_SECONDS = 30 * 24 * 3600.0  # then they are measured anew
OLD_WHEN_DISTURBED_SECONDS = 600.0
FORMAT = 4  # of what is measured and how: another makes the kept ones worthless
WAITING = (200, 500, 1000, 2000)  # threads that wait for the lock
WINDOW_SECONDS = 0.3
RETRIED_WINDOW_SECONDS = (0.3, 1.0, 3.0)  # longer where no job was done
LATE_WAIT_SECONDS = 0.010
CONTENDED_SECONDS = 0.001  # of computing in a job, to see what is left of it
LIMIT_SECONDS = 30.0
DISTURBED_CORES = 0.3  # used by others; then it is measured anew the next time
USUAL_LOCK_LEFT = {200: 0.9, 500: 0.7, 1000: 0.38, 2000: 0.05}  # 2 cores, CPython 3.11
LOADS, PROBES = "bench.decide.loads", "bench.throughput.probes"

Tell = Callable[[str], object]
Values = Mapping[str, Any]


def costs_of(
    interpreter: Interpreter, tell: Tell, *, anew: bool = False
) -> tuple[Costs, float]:
    """The costs of an interpreter and their age in seconds; 0: measured now."""
    key = _key(interpreter)
    file = _folder() / f"costs-{key}.json"
    kept = None if anew else _kept(file, key)
    if kept is not None:
        return kept, max(0.0, time.time() - kept.taken)
    tell(f"calibrating {interpreter.name} on this machine: once, about 10 s")
    found = measured(interpreter, key)
    if found.other_cores > DISTURBED_CORES:
        tell(
            f"other processes used {found.other_cores:.1f} cores meanwhile: this "
            "calibration is kept for 10 minutes only, and predictions may be off"
        )
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_suffix(f".{os.getpid()}")
        part.write_bytes(msgspec.json.encode(found))
        part.replace(file)
    except OSError as problem:
        tell(f"the calibration cannot be kept ({problem}), so the next run repeats it")
    return found, 0.0


def kept_costs(interpreter: Interpreter) -> Costs | None:
    """What an earlier calibration has kept; None when there is none that holds."""
    key = _key(interpreter)
    return _kept(_folder() / f"costs-{key}.json", key)


def measured(interpreter: Interpreter, key: str = "") -> Costs:
    """Measure all of it now."""
    with Launcher() as launcher:
        return _costs(_Bench(launcher, interpreter), interpreter, key)


def at_this_speed(costs: Costs, interpreter: Interpreter) -> Costs:
    """The same costs at the speed that the machine computes with now; takes 0.3 s.

    A shared machine is a third slower or faster from one minute to the next.  What
    carrying a job costs is computing too, and scales with it.
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
    """Asks fresh processes of one interpreter for values."""

    def __init__(self, launcher: Launcher, interpreter: Interpreter) -> None:
        self._launcher = launcher
        self._executable = interpreter.executable
        self._others: list[float] = []

    def turns(self, count: int, *loads: Mapping[str, Any]) -> list[list[Values]]:
        """The values of so many windows of each load, in turns, a process each."""
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
        """What other processes used, in the median window."""
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
        """Seconds around a job that does nothing, where all is carrying."""
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
        """How much longer a cycle of one wait takes than the wait."""
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
        left = USUAL_LOCK_LEFT  # among others, more threads get more of the cores
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
    """The share of the computing that is left while so many threads want the lock.

    Against a loop that does the same in turns with them, so that the speed of the
    moment cancels.
    """
    left, least = {}, 1.0
    for workers in WAITING:
        load = {
            "workers": workers,
            "wait_seconds": CONTENDED_SECONDS,
            "steps": round(CONTENDED_SECONDS * steps),
            "seconds": WINDOW_SECONDS,
        }
        threads, tasks = bench.turns(
            3, {"function": "threads", **load}, {"function": "tasks", **load}
        )
        share = _mean_ratio(threads[1:], tasks[1:])
        if share is None:  # the next numbers would be compared with a guess
            return USUAL_LOCK_LEFT
        least = min(least, share)
        left[workers] = max(least, 0.005)
    return left


def _mean_ratio(threads: Sequence[Values], tasks: Sequence[Values]) -> float | None:
    """Mean progress of threads to that of tasks; None where tasks never got a core."""
    ratios = [
        one["by_progress"] / other["by_progress"]
        for one, other in zip(threads, tasks, strict=True)
        if other["by_progress"] > 0
    ]
    return fmean(ratios) if ratios else None


def _key(interpreter: Interpreter) -> str:
    """Changes with the machine, the interpreter, and how all this is measured."""
    told = machine([interpreter])
    of_machine = (told.hostname_sha256, told.cpu, told.kernel, usable_cores())
    build = (interpreter.executable, interpreter.build, interpreter.packages)
    parts = (FORMAT, of_machine, build)
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def _folder() -> Path:
    """Where things that can be made again are kept."""
    told = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    return Path(told) / "threads-vs-asyncio" if told else (
        Path.home() / ".cache" / "threads-vs-asyncio"
    )  # fmt: skip


def _kept(file: Path, key: str) -> Costs | None:
    """What was kept, if it is whole, of this machine, and not old."""
    try:
        found = msgspec.json.decode(file.read_bytes(), type=Costs)
    except (OSError, msgspec.MsgspecError):
        return None
    disturbed = found.other_cores > DISTURBED_CORES
    old = OLD_WHEN_DISTURBED_SECONDS if disturbed else OLD_SECONDS
    is_fresh = time.time() - found.taken < old
    return found if is_fresh and found.key == key else None
