"""Calling a function alone, again and again, and what each call comes to.

Three passes: one that warms up and tells whether it can be called, one that is watched
for its shares, and one that counts allocations, which slows.
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
from bench.decide.function_profile.sampler import Sampler
from bench.pairs.leftovers import Left, tasks
from bench.pairs.user_calls import UnusableError, arguments, check_signature, resolve

Values = dict[str, Any]
MOST_CALLS = 100_000
SHOWN = 80  # characters of an outcome


class Function:
    """The user's function with its arguments, plain or a coroutine function."""

    def __init__(self, target: str, args: str) -> None:
        self.target = target
        self.left = Left(target)
        self._calls = 0
        self.function = resolve(target)
        if not callable(self.function):
            raise UnusableError(f"{target} is {self.function!r}, not a function")
        self.positional, self.named = arguments(args)
        check_signature(target, self.function, self.positional, self.named)
        self.is_coroutine = inspect.iscoroutinefunction(self.function)

    def call(self) -> Any:
        return self.function(*self.positional, **self.named)

    def calls(self, seconds: float) -> tuple[int, Any]:
        """Call it for so long, at least once; how often, and the last outcome."""
        if self.is_coroutine:
            return asyncio.run(self._awaited(seconds))
        count, outcome = 0, None
        end = time.perf_counter() + seconds
        while not count or (time.perf_counter() < end and count < MOST_CALLS):
            outcome = self.call()
            count += 1
        return count, outcome

    def looked(self) -> None:
        """Call it once; raises UnusableError when calls leave something behind."""
        self._calls += 1
        found = asyncio.run(self._left_tasks()) if self.is_coroutine else self.call()
        if inspect.isawaitable(found):
            raise UnusableError(
                f"{self.target} returned {found!r}; name a coroutine function itself"
            )
        if reason := (
            self.left.second_process()
            or self.left.threads(self._calls)
            or self.left.processes(self._calls)
        ):
            raise UnusableError(reason)

    async def _left_tasks(self) -> None:
        before = asyncio.all_tasks()
        await self.call()
        if reason := self.left.second_process():
            raise UnusableError(reason)
        await asyncio.sleep(0)  # what was cancelled may end
        if reason := tasks(self.target, before):
            raise UnusableError(reason)

    async def _awaited(self, seconds: float) -> tuple[int, Any]:
        count, outcome = 0, None
        end = time.perf_counter() + seconds
        while not count or (time.perf_counter() < end and count < MOST_CALLS):
            outcome = await self.call()
            count += 1
        return count, outcome


_tried: list[Function] = []


def tried(target: str, args: str) -> Values:
    """One more call of a function, and a look at what it left; before it is measured.

    Thousands of calls that each leave a process would end the machine first.
    """
    if not _tried:
        _tried.append(Function(target, args))
    _tried[0].looked()
    return {}


def measured(target: str, args: str, seconds: float) -> Values:
    """All that is measured of a function that runs alone; shares of its time."""
    function = Function(target, args)
    _, outcome = function.calls(0.0)
    with counted_threads() as started:
        found = _shares(function, seconds)
    return {
        **found,
        "is_coroutine": function.is_coroutine,
        "threads_started": started[0] / found["calls"],
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
            os.sched_setaffinity(0, cores[1:])  # or it would look only when this rests
            sampler.begin()
    before, start = _times(), time.perf_counter()
    with watched() as watch:
        count = _called(function, seconds)
    blocks = watch.told() if function.is_coroutine else []
    elapsed, after = time.perf_counter() - start, _times()
    held = sampler.held_share() if sampler is not None and sampler.works else None
    if cores:
        os.sched_setaffinity(0, cores)
    return {
        "calls": count,
        "elapsed_seconds": elapsed,
        "cpu_seconds": after[0] - before[0],
        "queued_seconds": after[1] - before[1],
        "process_cpu_seconds": after[2] - before[2],
        "held_share": held,
        "blocks": blocks,
        "stepped_seconds": watch.stepped_seconds if function.is_coroutine else 0.0,
    }


def _called(function: Function, seconds: float) -> int:
    """Call it until it had the cores for so long, at most three times as long."""
    queued, start, count = _times()[1], time.perf_counter(), 0
    while True:
        count += function.calls(seconds)[0]
        elapsed = time.perf_counter() - start
        had = elapsed - (_times()[1] - queued)
        if had >= seconds or elapsed >= 3 * seconds:
            return count


def _times() -> tuple[float, float, float]:
    """Seconds that this thread computed and was queued, and that the process computed.

    Without schedstat nothing is known of the queue.
    """
    process = time.process_time()
    try:
        with open("/proc/thread-self/schedstat", encoding="ascii") as told:
            cpu, queued, _ = told.read().split()
    except OSError:
        return time.thread_time(), 0.0, process
    return int(cpu) * 1e-9, int(queued) * 1e-9, process


class counted_threads:  # noqa: N801 - used as a function
    """Count the threads that are started while the block runs."""

    def __enter__(self) -> list[int]:
        self._start = threading.Thread.start
        self._count = count = [0]

        def start(thread: threading.Thread) -> None:
            count[0] += 1
            original(thread)

        original: Callable[[threading.Thread], None] = self._start
        threading.Thread.start = start  # type: ignore[method-assign, assignment]
        return count

    def __exit__(self, *_: object) -> None:
        threading.Thread.start = self._start  # type: ignore[method-assign]


def _allocated(function: Function) -> int:
    """The most bytes that Python held at once for one call."""
    tracemalloc.start()
    try:
        function.calls(0.0)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def contended(target: str, args: str, seconds: float) -> Values:
    """How much a thread of pure Python gets done beside the function, and alone.

    For systems on which the lock cannot be read: a function that holds it takes
    half of the time from the other thread, one that does not takes none.
    """
    function = Function(target, args)
    function.calls(0.0)
    alone = _counted(None, seconds / 3)
    return {"alone": alone, "beside": _counted(function, seconds), "seconds": seconds}


def _counted(function: Function | None, seconds: float) -> float:
    """Turns a second of a thread that counts, beside the function if there is one."""
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
