"""Finds what calls of a user's function leave behind: threads, tasks, processes.

Standard library only.  Threads and processes that exist after the first calls, for
example those of a pool, may be kept for later calls.  But if their number grows with
further calls, the function leaves them behind.  A task of a call that still runs after
the call is always left behind.  The checks of threads and processes run between the
timed windows, because each takes up to GRACE_SECONDS.
"""

import asyncio
import mmap
import os
import sys
import threading
import time
from contextlib import suppress
from typing import Any

from bench.pairs.descendants import PROCESSES, adopt_orphans, descendants
from bench.records.user_pairs import MARK

GRACE_SECONDS = 0.2  # how long to wait for threads and processes that will end soon
LOOK_SECONDS = 0.005
FORK_LOOKS = 3  # the number of checks that wait for a forked process to return
# Pools grow while they are used.  So the threads of pools are not counted if there are
# at most this many of them.
POOLED = 64
TRACKERS = (b"multiprocessing.resource_tracker", b"multiprocessing.forkserver")


class Left:
    """Checks this process between the calls of one function."""

    def __init__(self, target: str) -> None:
        self.target = target
        self._threads: int | None = None  # threads at the first check
        self._processes: int | None = None
        self._imported = 1, 0  # threads and processes after the import
        self._mark = f"{MARK}={os.environ.get(MARK, '')}".encode()
        self._adopts = not self._mark.endswith(b"=") and adopt_orphans()
        self._process = os.getpid()
        self._forks = 0  # forks since the last check
        self._fork_looks = FORK_LOOKS
        self._came_back = mmap.mmap(-1, 1)  # shared with forked processes
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(before=self._count_fork)

    def _count_fork(self) -> None:
        self._forks += 1

    def imported(self) -> None:
        """Record the threads and processes that the import made: these may stay."""
        self._imported = running_threads(), len(self._started())

    def end_second(self) -> None:
        """End this process if it is a forked copy that has returned from the call.

        The copy first reports this to the original process, which continues.
        """
        if os.getpid() != self._process:
            self._came_back[0] = 1
            os._exit(0)

    def second_process(self) -> str | None:
        """Return the report of a forked copy of this process; None if there is none.

        The outcome is useless if a copy of the process returns from the call too.  If
        there was a fork since the last check, the report may come late, so this method
        waits up to GRACE_SECONDS for it.  At most FORK_LOOKS checks wait in this way.
        """
        self.end_second()
        end = time.perf_counter()
        if self._forks and self._fork_looks:
            end += GRACE_SECONDS
            self._fork_looks -= 1
        self._forks = 0
        while not self._came_back[0] and time.perf_counter() < end:
            time.sleep(LOOK_SECONDS)
        return self.told_of_second()

    def told_of_second(self) -> str | None:
        """Return the report of a forked copy if it has arrived; this does not wait."""
        if not self._came_back[0]:
            return None
        return f"{self.target} forked, and a second process came back from the call"

    def threads(self, calls: int) -> str | None:
        """Name the threads that are new since the first check; None if none are.

        The first check only records the number of threads.
        """
        end = time.perf_counter() + GRACE_SECONDS
        before = self._imported[0] if self._threads is None else self._threads
        while (count := running_threads()) > before and time.perf_counter() < end:
            time.sleep(LOOK_SECONDS)
        if self._threads is None:
            self._threads = count
        elif count > before:
            names = [one.name for one in threading.enumerate()][before:]
            names = names or ["not known to threading"]
            return self._told(count - before, "thread", names, calls)
        return None

    def processes(self, calls: int) -> str | None:
        """Name the processes that are new since the first check; None if none are.

        The first check only records the number of processes.
        """
        end = time.perf_counter() + GRACE_SECONDS
        before = self._imported[1] if self._processes is None else self._processes
        while len(found := self._started()) > before and time.perf_counter() < end:
            time.sleep(LOOK_SECONDS)
        if self._processes is None:
            self._processes = len(found)
        elif len(found) > before:
            names = [named(one) for one in found[before:]]
            return self._told(len(found) - before, "process", names, calls)
        return None

    def _told(self, count: int, thing: str, names: list[str], calls: int) -> str:
        return (
            f"{self.target} leaves {many(count, thing)} behind in "
            f"{many(calls, 'call')} ({', '.join(names[:3])})"
        )

    def _started(self) -> list[int]:
        """Return the processes that this process has started, directly or not."""
        if not self._adopts:
            return self._marked()
        return [one for one in descendants(self._process) if not _is_tracker(one)]

    def _marked(self) -> list[int]:
        """Return the processes that have this worker's mark in their environment."""
        found = []
        if not self._mark.endswith(b"="):
            for entry in PROCESSES.glob("[0-9]*"):
                process = int(entry.name)
                # the process has ended or belongs to another user
                with suppress(OSError):
                    marked = self._mark in (entry / "environ").read_bytes().split(b"\0")
                    if marked and process != self._process and not _is_tracker(process):
                        found.append(process)
        return sorted(found)


def running_threads() -> int:
    """Count the threads of this process, even those that `threading` does not know.

    Threads of pools are not counted if there are at most POOLED of them, because a pool
    starts its threads only when it first needs them.
    """
    pools = sys.modules.get("concurrent.futures.thread")
    pooled = sum(one.is_alive() for one in [*getattr(pools, "_threads_queues", ())])
    kept = pooled if pooled <= POOLED else 0
    try:
        return len(os.listdir(PROCESSES / "self" / "task")) - kept
    except OSError:
        return threading.active_count() - kept


def tasks(target: str, before: "set[asyncio.Task[Any]]") -> str | None:
    """Name the tasks of the running loop that a call has left behind."""
    left = [one for one in asyncio.all_tasks() - before if not one.done()]
    if not left:
        return None
    names = ", ".join(sorted(map(_of_task, left))[:3])
    return f"{target} leaves {many(len(left), 'task')} ({names})"


def named(process: int) -> str:
    """Return the command of a process, and its number."""
    command = b""
    with suppress(OSError):
        command = (PROCESSES / str(process) / "cmdline").read_bytes()
    words = command.replace(b"\0", b" ").decode(errors="replace").split()
    text = " ".join(words)
    if "bench.throughput.worker" in text:
        text = "a copy of this one"  # it was forked, and runs the same program
    return f"{text[:40] or 'unnamed'}, process {process}"


def many(count: int, thing: str) -> str:
    """Return a number with its noun."""
    plural = f"{thing}es" if thing.endswith("s") else f"{thing}s"
    return f"{count} {thing if count == 1 else plural}"


def _is_tracker(process: int) -> bool:
    """Whether a process is a helper process that multiprocessing keeps running."""
    command = b""
    with suppress(OSError):
        command = (PROCESSES / str(process) / "cmdline").read_bytes()
    return any(one in command for one in TRACKERS)


def _of_task(task: "asyncio.Task[Any]") -> str:
    coroutine = task.get_coro()
    return getattr(coroutine, "__qualname__", None) or task.get_name()
