"""A user's function measured alone: its shares, and the work that they describe."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from bench.decide.described.work import Work
from bench.errors import CannotRunError
from bench.records.decisions import Measured, Shares
from bench.records.user_pairs import UserPair
from bench.throughput import reasons
from bench.throughput.guarding import visible
from bench.throughput.launching import Launcher

SECONDS = 2.5  # time for the calls that are watched
# The number of calls before the measurement.  The first call may leave something that
# later calls use, such as a pool of threads.  So only the second call shows whether
# each call leaves something new.
TRIES = 2
LOOKING_SECONDS = 2.0  # time for the checks after a call
WAITING_LEAST = 0.02  # a smaller share of waiting may be the cost of watching
# A call that takes less time than this costs less than the carrier that runs it.
NOTHING_SECONDS = 1e-6
# If the first call takes this many times as long as the other calls, it is reported.
FIRST_FACTOR = 100
# If threads that a coroutine function starts do more than this share of its computing,
# the function counts as one that hands its work to threads.
HANDED = 0.5
# After the tries, at least this many calls follow.  If a call is long, the announced
# time of the measurement is this many times the time of a call.
MORE_CALLS = 3


def measure(
    launcher: Launcher,
    target: str,
    own: UserPair,
    seconds: float = SECONDS,
    tried: Callable[[float], object] = lambda seconds: None,
) -> Measured:
    """Call the function alone in a worker process.

    `tried` receives the time of a call before more calls are made.  Raises
    CannotRunError, with the reason, when the function cannot be called, when it fails,
    or when a call takes too little time to decide on.
    """
    before = _asked(launcher, "tried", target, own)
    if before["unusable"]:
        raise CannotRunError(before["unusable"])
    tried(before["seconds"])
    values = _asked(launcher, "measured", target, own, seconds)
    if reason := nothing(target, values):
        raise CannotRunError(reason)
    held = values["held_share"]
    how = "by sampling the lock"
    if held is None:
        cpu = min(1.0, computed(values) / values["elapsed_seconds"])
        beside = _asked(launcher, "contended", target, own, seconds)
        held = cpu * of_contention(beside["alone"], beside["beside"], cpu)
        how = "from the progress of a second thread beside it"
    calls = values["calls"]
    return Measured(
        name=target,
        calls=calls,
        seconds=values["elapsed_seconds"] / calls,
        shares=shares(values, held, how),
        cpu_seconds=computed(values) / calls,
        threads_cpu_seconds=in_threads(values) / calls,
        children_cpu_seconds=in_children(values) / calls,
        threads_started=round(values["threads_started"]),
        peak_bytes=float(values["peak_bytes"]),
        is_coroutine=values["is_coroutine"],
        blocking_seconds=blocking(values) / calls,
        blocks=blocks(values),
        outcome=visible(values["outcome"]),
    )


def shares(values: Mapping[str, Any], held: float, how: str) -> Shares:
    """The four shares of a function's time, from what was measured. Pure.

    `held` is the share of the time in which the lock was held, and `how` says how it
    was found.  C code can hold the lock while it waits, without computing.  So the
    share with the lock is `held`, but at most the share of computing.
    """
    elapsed = values["elapsed_seconds"]
    cpu = min(1.0, computed(values) / elapsed)
    queued = values["queued_seconds"]
    # While the function's own threads are in the queue for a core, the calling thread
    # waits for them.  This time counts as time in the queue, and not as waiting.
    if in_threads(values):
        queued += values.get("threads_queued_seconds", 0.0)
    queued = min(1.0 - cpu, queued / elapsed)
    with_gil = min(cpu, held)
    return Shares(
        with_gil=with_gil,
        without_gil=cpu - with_gil,
        waiting=max(0.0, 1.0 - cpu - queued),
        queued=queued,
        gil_from=how,
    )


def in_threads(values: Mapping[str, Any]) -> float:
    """Seconds that the function's own threads computed, besides the caller's. Pure.

    If this is less than 2 % of the time, it may be the cost of watching, and counts as
    0.
    """
    found: float = values.get("threads_cpu_seconds", 0.0)
    return found if found >= WAITING_LEAST * values["elapsed_seconds"] else 0.0


def in_children(values: Mapping[str, Any]) -> float:
    """Seconds that processes of the function computed. Pure.

    Only processes that have ended are counted.  The function itself waits during these
    seconds.  If they are less than 2 % of the time, they count as 0.
    """
    found: float = values.get("children_cpu_seconds", 0.0)
    return found if found >= WAITING_LEAST * values["elapsed_seconds"] else 0.0


def computed(values: Mapping[str, Any]) -> float:
    """Seconds that all threads of the function computed, added up. Pure."""
    own: float = values["cpu_seconds"]
    return own + in_threads(values)


def nothing(target: str, values: Mapping[str, Any]) -> str | None:
    """The reason not to decide, if a call does next to nothing; else None. Pure."""
    each = values["elapsed_seconds"] / values["calls"]
    if each >= NOTHING_SECONDS:
        return None
    first = values["first_seconds"]
    said = f"{target} takes {each * 1e9:.0f} ns a call, less than carrying it costs"
    if first >= FIRST_FACTOR * max(each, NOTHING_SECONDS):
        return (
            f"{said}: there is nothing to decide; its first call took "
            f"{first * 1e3:.3g} ms, so it may cache its result; if so, name the "
            "function without its cache (with functools.cache: `__wrapped__`)"
        )
    return f"{said}: there is nothing to decide; call it as it is"


def blocking(values: Mapping[str, Any]) -> float:
    """Seconds for which waits of a coroutine function blocked its loop. Pure.

    This is the time of the function's steps in the loop, minus the computing, minus the
    time in the queue for a core.  Only the total time in the queue is known, which also
    contains the time in the queue between two steps.  So the result may be too low.
    """
    # A step may wait for the interpreter lock, which the function's own threads hold.
    # Such a wait does not count.
    if in_threads(values):
        return 0.0
    used = values["cpu_seconds"] + values["queued_seconds"]
    found: float = max(0.0, values["stepped_seconds"] - used)
    return found if found >= WAITING_LEAST * values["elapsed_seconds"] else 0.0


def blocks(values: Mapping[str, Any]) -> tuple[tuple[float, str], ...]:
    """The lines that block the loop. Pure.

    Empty if threads of the function compute, because these may cause the long steps.
    """
    if in_threads(values):
        return ()
    return tuple((seconds, line) for seconds, _, line in values["blocks"])


def of_contention(alone: float, beside: float, cpu: float) -> float:
    """The share of a function's computing that holds the lock. Pure.

    It is found from a second thread that always wants the lock: `alone` and `beside`
    are the speeds of this thread alone and beside the function.  `cpu` is the share of
    the function's time in which it computes.

    Alone, one call of the function computes for g seconds with the lock and for n
    seconds without it, and waits for w seconds.  So `cpu` is (g + n) / (g + n + w).

    Beside the thread, the call takes longer.  While it wants the lock, it gets the lock
    for half of the time only, so its g seconds become 2 g.  The whole call takes
    2 g + n + w seconds.  The call has the lock for g of them, and the thread has it for
    the rest, g + n + w.  So `beside` / `alone` is (g + n + w) / (2 g + n + w).  From
    this and `cpu` follows the result, g / (g + n).
    """
    if not cpu or not alone:
        return 0.0
    got = max(0.5, min(1.0, beside / alone))
    whole = 1 / got - 1  # g over (g + n + w)
    return max(0.0, min(1.0, whole / cpu))


def work_of(found: Measured, concurrency: int) -> Work:
    """The work of this many calls at once, without the time in the queue."""
    parts = found.shares
    cpu = parts.with_gil + parts.without_gil
    seconds = found.cpu_seconds or found.seconds * cpu
    wait = found.seconds * parts.waiting if parts.waiting >= WAITING_LEAST else 0.0
    # The work that a coroutine function hands to threads is not computed on its loop.
    is_handed = found.threads_cpu_seconds > HANDED * seconds
    return Work(
        concurrency=concurrency,
        wait_seconds=wait,
        blocking_seconds=min(wait, found.blocking_seconds),
        cpu_seconds=seconds,
        without_gil=_without(found, seconds),
        blocking_library=not found.is_coroutine or is_handed,
    )


def _without(found: Measured, seconds: float) -> float:
    """The share of the function's computing that releases the lock.

    The share is 1 - (seconds with the lock) / (seconds of computing).  If several
    threads of a call compute at the same time, their seconds of computing can add up to
    more than the duration of the call.  Only one thread at a time can hold the lock, so
    the seconds with the lock are never more than the duration of the call.
    """
    if not seconds:
        return 0.0
    return max(0.0, 1 - found.seconds * found.shares.with_gil / seconds)


def _asked(
    launcher: Launcher, function: str, target: str, own: UserPair, seconds: float = 0.0
) -> Mapping[str, Any]:
    """The values of a worker process.

    Without `seconds`, the process makes TRIES calls, and each of them may take as long
    as the time limit of one call.
    """
    options = {"target": target, "args": own.args}
    spec = {
        "executable": "",
        "package": "bench.decide.function_profile",
        "probe": "calls",
        "function": function,
        "options": {**options, "seconds": seconds} if seconds else options,
        "windows": 1 if seconds else TRIES,
        "own": asdict(own),
        "path": list(own.folders),
        "start_limit_seconds": own.limit_seconds,
        "call_limit_seconds": own.limit_seconds,
        "limit_seconds": 3 * own.limit_seconds + 5 * seconds
        if seconds
        else own.limit_seconds + LOOKING_SECONDS,
        "memory_bytes": own.memory_bytes,
        "output_bytes": own.output_bytes,
    }
    [reading] = launcher.readings([spec])
    if reading.status != "ok":
        reason = reasons.told(reading.status, visible(reading.reason or ""))
        raise CannotRunError(f"{target} {reason}")
    values: Mapping[str, Any] = reading.result["values"]
    return values
