"""A function of the user's measured alone: its shares, and the work it comes to."""

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

SECONDS = 2.5  # of watched calls
TRIES = 2  # calls before: what each leaves behind is seen from the second on
LOOKING_SECONDS = 2.0  # for what is done after a call
WAITING_LEAST = 0.02  # a share of waiting below that is what looking costs
NOTHING_SECONDS = 1e-6  # a call that takes less is less than what carrying it costs
FIRST_FACTOR = 100  # a first call that takes so many times as long is told
HANDED = 0.5  # of a coroutine function's computing, in threads of its own
MORE_CALLS = 3  # after the tries, each of which lasts as long: at least so many


def measure(
    launcher: Launcher,
    target: str,
    own: UserPair,
    seconds: float = SECONDS,
    tried: Callable[[float], object] = lambda seconds: None,
) -> Measured:
    """Call the function alone in a worker process.

    `tried` is told how long a call takes before more are made.  Raises CannotRunError
    with the reason when it cannot be called, fails, or takes too little to decide on.
    """
    before = _asked(launcher, "tried", target, own)
    if before["unusable"]:
        raise CannotRunError(before["unusable"])
    tried(before["seconds"])
    values = _asked(launcher, "measured", target, own, seconds)
    if reason := nothing(target, values):
        raise CannotRunError(reason)
    held = values["held_share"]
    how = "by looking at the lock"
    if held is None:
        cpu = min(1.0, computed(values) / values["elapsed_seconds"])
        beside = _asked(launcher, "contended", target, own, seconds)
        held = cpu * of_contention(beside["alone"], beside["beside"], cpu)
        how = "from what a second thread got done beside it"
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

    The lock can be held while nothing is computed, by C code that waits without
    letting it go; that is no computing.
    """
    elapsed = values["elapsed_seconds"]
    cpu = min(1.0, computed(values) / elapsed)
    queued = values["queued_seconds"]
    if in_threads(values):  # the thread that called waits meanwhile
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
    """Seconds that threads of the function's own computed, beside the one that called.

    Below 2 % of the time it is what looking costs. Pure.
    """
    found: float = values.get("threads_cpu_seconds", 0.0)
    return found if found >= WAITING_LEAST * values["elapsed_seconds"] else 0.0


def in_children(values: Mapping[str, Any]) -> float:
    """Seconds that processes of the function's own computed, once ended. Pure.

    It waits meanwhile.  Below 2 % of the time it is nothing to speak of.
    """
    found: float = values.get("children_cpu_seconds", 0.0)
    return found if found >= WAITING_LEAST * values["elapsed_seconds"] else 0.0


def computed(values: Mapping[str, Any]) -> float:
    """Seconds that all threads of the function computed. Pure."""
    own: float = values["cpu_seconds"]
    return own + in_threads(values)


def nothing(target: str, values: Mapping[str, Any]) -> str | None:
    """Why there is nothing to decide on: a call does next to nothing. Pure."""
    each = values["elapsed_seconds"] / values["calls"]
    if each >= NOTHING_SECONDS:
        return None
    first = values["first_seconds"]
    said = f"{target} takes {each * 1e9:.0f} ns a call, less than carrying it costs"
    if first >= FIRST_FACTOR * max(each, NOTHING_SECONDS):
        return (
            f"{said}: there is nothing to decide; its first call took "
            f"{first * 1e3:.3g} ms: if it keeps what it returned, name the function "
            "without that (of functools.cache: its `__wrapped__`)"
        )
    return f"{said}: there is nothing to decide; call it as it is"


def blocking(values: Mapping[str, Any]) -> float:
    """Seconds that a coroutine function waited without giving its loop back. Pure.

    What its steps took beyond their computing and their time in the queue.  All of the
    queue is taken off, in steps or between them, so that it is rather too little.
    """
    if in_threads(values):  # a step may wait for the lock, which they hold
        return 0.0
    used = values["cpu_seconds"] + values["queued_seconds"]
    found: float = max(0.0, values["stepped_seconds"] - used)
    return found if found >= WAITING_LEAST * values["elapsed_seconds"] else 0.0


def blocks(values: Mapping[str, Any]) -> tuple[tuple[float, str], ...]:
    """Where it keeps its loop, as far as its own threads do not make it wait. Pure."""
    if in_threads(values):
        return ()
    return tuple((seconds, line) for seconds, _, line in values["blocks"])


def of_contention(alone: float, beside: float, cpu: float) -> float:
    """The share of a function's computing that holds the lock, from a paired run. Pure.

    Of a call that computes g with the lock, n without and waits w, the other thread
    takes as long as g while both want it: it gets (g + n + w) done in 2 g + n + w.
    """
    if not cpu or not alone:
        return 0.0
    got = max(0.5, min(1.0, beside / alone))
    whole = 1 / got - 1  # g over (g + n + w)
    return max(0.0, min(1.0, whole / cpu))


def work_of(found: Measured, concurrency: int) -> Work:
    """The work that so many calls at once come to: queueing is not the function's."""
    parts = found.shares
    cpu = parts.with_gil + parts.without_gil
    seconds = found.cpu_seconds or found.seconds * cpu
    wait = found.seconds * parts.waiting if parts.waiting >= WAITING_LEAST else 0.0
    # What a coroutine function hands to threads is not computed on its loop.
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
    """The share of its computing that releases the lock.

    Threads that compute at the same time have more of it than the time they take; the
    lock can be held for no more than that.
    """
    if not seconds:
        return 0.0
    return max(0.0, 1 - found.seconds * found.shares.with_gil / seconds)


def _asked(
    launcher: Launcher, function: str, target: str, own: UserPair, seconds: float = 0.0
) -> Mapping[str, Any]:
    """The values of a worker process; without seconds it is called TRIES times.

    Each of those has the limit of a call to itself.
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
