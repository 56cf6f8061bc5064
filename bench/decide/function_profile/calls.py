"""Calls a function alone, again and again, and measures the calls.

There are three passes.  The first warms up and finds out whether the function can be
called.  The second measures its shares.  The third counts allocations, which makes the
function slower.
"""

import asyncio
import inspect
import os
import threading
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

from bench.decide.function_profile import lock_word
from bench.decide.function_profile.blocking import watched
from bench.decide.function_profile.sampler import Sampler, held_share
from bench.decide.function_profile.thread_times import started, times
from bench.pairs.leftovers import Left, tasks
from bench.pairs.user_targets import (
    UnusableError,
    arguments,
    check_signature,
    function_of,
    generates,
)
from bench.throughput.lifeline import call_limit

Values = dict[str, Any]
MOST_CALLS = 100_000
SHOWN = 80  # characters of an outcome in the report


class Function:
    """The user's function with its arguments, plain or a coroutine function."""

    def __init__(self, target: str, args: str) -> None:
        self.target = target
        self.left = Left(target)
        self._calls = 0
        self.function = function_of(target)
        self.positional, self.named = arguments(args)
        check_signature(target, self.function, self.positional, self.named)
        self.is_coroutine = inspect.iscoroutinefunction(self.function)

    def call(self) -> Any:
        call_limit.begin()
        return self.function(*self.positional, **self.named)

    def calls(
        self, seconds: float, called: Callable[[], None] | None = None
    ) -> tuple[int, Any]:
        """Call the function for this many seconds, and at least once.

        Returns the number of calls and the last outcome.  `called` is called after each
        call of a coroutine function.
        """
        if not self.is_coroutine:
            count, outcome = 0, None
            end = time.perf_counter() + seconds
            while not count or (time.perf_counter() < end and count < MOST_CALLS):
                outcome = self.call()
                if not count and self.is_coroutine_after_all(outcome):
                    break
                count += 1
            else:
                return count, outcome
        return asyncio.run(self._awaited(seconds, called))

    def is_coroutine_after_all(self, outcome: object) -> bool:
        """Whether a plain call returned a coroutine, as some decorated functions do."""
        if inspect.iscoroutine(outcome):
            outcome.close()  # no part of the coroutine has run
            self.is_coroutine = True
        return self.is_coroutine

    def looked(self) -> Any:
        """Call the function once; raises UnusableError if it leaves something behind.

        Returns the outcome of a plain function, and None for a coroutine function.
        """
        self._calls += 1
        found = None if self.is_coroutine else self.call()
        if self.is_coroutine_after_all(found):
            asyncio.run(self._left_tasks())
        elif inspect.isawaitable(found):
            raise UnusableError(
                f"{self.target} returned {found!r}; name a coroutine function itself"
            )
        if reason := (
            self.left.second_process()
            or self.left.threads(self._calls)
            or self.left.processes(self._calls)
        ):
            raise UnusableError(reason)
        return None if self.is_coroutine else found

    async def _left_tasks(self) -> None:
        before = asyncio.all_tasks()
        await self.call()
        if reason := self.left.second_process():
            raise UnusableError(reason)
        await asyncio.sleep(0)  # cancelled tasks may end here
        if reason := tasks(self.target, before):
            raise UnusableError(reason)

    async def _awaited(
        self, seconds: float, called: Callable[[], None] | None
    ) -> tuple[int, Any]:
        count, outcome = 0, None
        end = time.perf_counter() + seconds
        while not count or (time.perf_counter() < end and count < MOST_CALLS):
            outcome = await self.call()
            count += 1
            if called is not None:
                called()
        return count, outcome


_tried: list[Function] = []


def tried(target: str, args: str) -> Values:
    """Call the function once more before it is measured, and check what it left.

    Without this check, thousands of calls that each leave a process could stop the
    machine.  `unusable` is the reason why the function cannot be measured, or None.
    """
    if not _tried:
        _tried.append(Function(target, args))
    start = time.perf_counter()
    outcome = _tried[0].looked()
    took = time.perf_counter() - start
    return {"unusable": generates(target, outcome), "seconds": took}


def measured(target: str, args: str, seconds: float) -> Values:
    """All measurements of a function that runs alone."""
    function = Function(target, args)
    start = time.perf_counter()
    _, outcome = function.calls(0.0)
    first_seconds = time.perf_counter() - start
    return {
        **_shares(function, seconds),
        "first_seconds": first_seconds,
        "is_coroutine": function.is_coroutine,
        "peak_bytes": _allocated(function),
        "outcome": repr(outcome)[:SHOWN],
    }


def _shares(function: Function, seconds: float) -> Values:
    address = lock_word.find()
    sampler = None
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
    if address is not None and len(cores) > 1:
        lock_word.be_readable()
        sampler = Sampler(address, cores[0])
        if sampler.works:
            # On the same core, the sampler could run only while this process does not.
            os.sched_setaffinity(0, cores[1:])
            sampler.begin()
    before, start = times(), time.perf_counter()
    with watched() as watch, started() as mine:
        count = _called(function, seconds, watch.split)
    elapsed, after = time.perf_counter() - start, times()
    blocks = watch.told() if function.is_coroutine else []
    cpu = after.cpu - before.cpu
    in_threads = after.process_cpu - before.process_cpu - cpu - watch.looked_seconds
    held = None
    if sampler is not None and sampler.works:
        held = held_share(sampler.looks(), by_any=in_threads > cpu)
    if cores:
        os.sched_setaffinity(0, cores)
    return {
        "calls": count,
        "elapsed_seconds": elapsed,
        "cpu_seconds": cpu,
        "queued_seconds": after.queued - before.queued,
        "children_cpu_seconds": after.children_cpu - before.children_cpu,
        "threads_started": mine.count / count,
        "threads_cpu_seconds": max(0.0, in_threads),
        "threads_queued_seconds": sum(mine.queued),
        "held_share": held,
        "blocks": blocks,
        "stepped_seconds": watch.stepped_seconds if function.is_coroutine else 0.0,
    }


def _called(function: Function, seconds: float, called: Callable[[], None]) -> int:
    """Call the function until it has had a core for this many seconds; count the calls.

    The time in the queue for a core does not count.  After three times these seconds,
    the calls stop in any case.
    """
    queued, start, count = times().queued, time.perf_counter(), 0
    while True:
        count += function.calls(seconds, called)[0]
        elapsed = time.perf_counter() - start
        had = elapsed - (times().queued - queued)
        if had >= seconds or elapsed >= 3 * seconds:
            return count


def _allocated(function: Function) -> int:
    """The most bytes that Python held at once for one call."""
    tracemalloc.start()
    try:
        function.calls(0.0)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def contended(target: str, args: str, seconds: float) -> Values:
    """How fast a thread of pure Python runs beside the function, and how fast alone.

    Both speeds are measured where another process cannot read the state of the lock.
    The thread needs the lock all the time.  If the function also needs the lock all the
    time, the thread runs at half of its speed beside the function.  If the function
    never needs the lock, the thread runs at its full speed.
    """
    function = Function(target, args)
    function.calls(0.0)
    alone = _counted(None, seconds / 3)
    return {"alone": alone, "beside": _counted(function, seconds), "seconds": seconds}


def _counted(function: Function | None, seconds: float) -> float:
    """How fast a thread counts, in turns a second, beside the function or alone."""
    turns = [0]
    over = threading.Event()

    def count() -> None:
        while not over.is_set():
            for _ in range(1000):
                pass
            turns[0] += 1

    thread = threading.Thread(target=count)
    start = time.perf_counter()
    thread.start()
    try:
        if function is None:
            time.sleep(seconds)
        else:
            function.calls(seconds)
        return turns[0] / (time.perf_counter() - start)
    finally:
        over.set()
        thread.join()
