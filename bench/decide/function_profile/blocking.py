"""Where a coroutine blocks its loop: long steps, and their lines.

A step is one call of `Handle._run`: the loop runs a callback, or a task up to its next
suspension.  While a step takes long, a second thread reads the stack of the loop's
thread again and again.  If C code holds the interpreter lock for the whole step, the
second thread cannot run, and only the length of the step is known.
"""

import asyncio
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from types import FrameType

LONG_SECONDS = 0.005  # a longer step delays other tasks noticeably
LOOK_SECONDS = 0.002
MOST = 5  # the most lines that are reported
Blocks = dict[str, list[float]]  # for each line, the seconds of each of its steps


class Watch:
    """The long steps of the loops, by the line that ran when the stack was read."""

    def __init__(self) -> None:
        self.blocks: Blocks = defaultdict(list)
        # seconds in all steps, whether the steps computed or not
        self.stepped_seconds = 0.0
        # computing of the thread that reads the stack, in seconds
        self.looked_seconds = 0.0
        self._begun = 0.0
        self._handle: asyncio.Handle | None = None
        self._seen: dict[str, int] = {}
        self._over = threading.Event()

    def step(self, run: object, handle: asyncio.Handle) -> None:
        """Run a step, and store its time if it is long."""
        self._seen = {}
        self._handle = handle
        self._begun = time.perf_counter()
        try:
            run(handle)  # type: ignore[operator]
        finally:
            self._keep(time.perf_counter() - self._begun)
            self._begun = 0.0

    def split(self) -> None:
        """Split the running step in two: one call has ended, and the next begins.

        If calls never suspend, several of them run in one step of the loop.  A split
        after each call then gives the time for which each single call blocks the loop.
        """
        if self._begun and self._handle is not None:
            now = time.perf_counter()
            self._keep(now - self._begun)
            self._begun, self._seen = now, {}

    def _keep(self, took: float) -> None:
        self.stepped_seconds += took
        if took >= LONG_SECONDS and self._handle is not None:
            seen = self._seen
            line = max(seen, key=lambda one: seen[one]) if seen else _of(self._handle)
            self.blocks[line].append(took)

    def look(self, thread: int) -> None:
        """In a second thread: note the line of each long step."""
        try:
            self._look(thread)
        finally:
            self.looked_seconds = time.thread_time()

    def _look(self, thread: int) -> None:
        while not self._over.wait(LOOK_SECONDS):
            begun = self._begun
            if begun and time.perf_counter() - begun >= LONG_SECONDS / 2:
                frame = sys._current_frames().get(thread)
                line = user_line(frame)
                if line and self._begun == begun:
                    self._seen[line] = self._seen.get(line, 0) + 1

    def end(self) -> None:
        self._over.set()

    def told(self) -> list[tuple[float, int, str]]:
        """For each line: the median step, the number of steps, the line.

        The longest median is first, and there are at most MOST lines.  The median is
        used in place of the longest step, because another process may have had the core
        during the longest step.
        """
        rows = [(median(took), len(took), line) for line, took in self.blocks.items()]
        return sorted(rows, reverse=True)[:MOST]


@contextmanager
def watched() -> Iterator[Watch]:
    """Watch the steps of every loop of this thread while the block runs."""
    watch = Watch()
    run = asyncio.Handle._run
    mine = threading.get_ident()
    looker = threading.Thread(target=watch.look, args=(mine,), daemon=True)

    def step(handle: asyncio.Handle) -> None:
        if threading.get_ident() == mine:
            watch.step(run, handle)
        else:  # the loop of a thread that the function started
            run(handle)

    asyncio.Handle._run = step  # type: ignore[method-assign, assignment]
    looker.start()
    try:
        yield watch
    finally:
        asyncio.Handle._run = run  # type: ignore[method-assign]
        watch.end()
        looker.join()


def user_line(frame: FrameType | None) -> str | None:
    """The innermost line outside of the standard library and of this harness."""
    while frame is not None:
        file = frame.f_code.co_filename
        if not _is_known(file):
            return f"{file}:{frame.f_lineno} in {frame.f_code.co_name}"
        frame = frame.f_back
    return None


def _is_known(file: str) -> bool:
    library = f"{sys.prefix}/lib/python", f"{sys.base_prefix}/lib/python"
    ours = "/bench/decide/", "/bench/throughput/", "/bench/pairs/"
    is_installed = "site-packages" in file
    in_library = file.startswith(library) and not is_installed
    return file.startswith("<") or in_library or any(part in file for part in ours)


def _of(handle: asyncio.Handle) -> str:
    """A name for a step in which no line was seen: its coroutine or callback."""
    callback = getattr(handle, "_callback", None)
    task = getattr(callback, "__self__", None)
    coroutine = task.get_coro() if isinstance(task, asyncio.Task) else None
    frame = getattr(coroutine, "cr_frame", None)
    if frame is not None:
        return f"{frame.f_code.co_filename}:{frame.f_lineno} in {frame.f_code.co_name}"
    return getattr(callback, "__qualname__", repr(callback))
