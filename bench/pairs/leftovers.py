"""What calls of a user's function leave behind: threads, tasks, processes.

Standard library only.  What is there after the first call may be a pool that is kept;
what grows with each further call is a leak.
"""

import asyncio
import mmap
import os
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from bench.records.user_pairs import MARK

GRACE_SECONDS = 0.2  # for threads and processes that are about to end
LOOK_SECONDS = 0.005
PROCESSES = Path("/proc")  # absent on some systems: then no process is found
TRACKERS = (b"multiprocessing.resource_tracker", b"multiprocessing.forkserver")


class Left:
    """Looks at this process between the calls of one function."""

    def __init__(self, target: str) -> None:
        self.target = target
        self._threads = 0  # after the first call
        self._processes: int | None = None
        self._mark = f"{MARK}={os.environ.get(MARK, '')}".encode()
        self._process = os.getpid()
        self._forks = 0
        self._came_back = mmap.mmap(-1, 1)  # shared with processes that are forked
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(before=self._count_fork)

    def _count_fork(self) -> None:
        self._forks += 1

    def second_process(self) -> str | None:
        """Why an outcome is worth nothing: a forked process came back from the call.

        That process ends here; this one waits for it to say so.
        """
        if os.getpid() != self._process:
            self._came_back[0] = 1
            os._exit(0)
        end = time.perf_counter() + GRACE_SECONDS * bool(self._forks)
        while not self._came_back[0] and time.perf_counter() < end:
            time.sleep(LOOK_SECONDS)
        if not self._came_back[0]:
            return None
        return f"{self.target} forked, and a second process came back from the call"

    def threads(self, calls: int) -> str | None:
        """Which threads are there that were not after the first look."""
        end = time.perf_counter() + GRACE_SECONDS
        while (count := threading.active_count()) > max(1, self._threads):
            if time.perf_counter() > end:
                break
            time.sleep(LOOK_SECONDS)
        if not self._threads:
            self._threads = count
        elif count > self._threads:
            names = [one.name for one in threading.enumerate()][self._threads :]
            return self._told(count - self._threads, "thread", names, calls)
        return None

    def processes(self, calls: int) -> str | None:
        """Which processes are there that were not after the first look."""
        end = time.perf_counter() + GRACE_SECONDS
        before = self._processes or 0
        while len(found := self._marked()) > before and time.perf_counter() < end:
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

    def _marked(self) -> list[int]:
        """Processes that have this worker's mark from it, wherever they are now."""
        found = []
        if not self._mark.endswith(b"="):
            for entry in PROCESSES.glob("[0-9]*"):
                process = int(entry.name)
                with suppress(OSError):  # it has ended, or is another user's
                    marked = self._mark in (entry / "environ").read_bytes().split(b"\0")
                    if marked and process != self._process and not _is_tracker(entry):
                        found.append(process)
        return sorted(found)


def tasks(target: str, before: "set[asyncio.Task[Any]]") -> str | None:
    """Which tasks of the running loop a call left that were not there before it."""
    left = [one for one in asyncio.all_tasks() - before if not one.done()]
    if not left:
        return None
    names = ", ".join(sorted(map(_of_task, left))[:3])
    return f"{target} leaves {many(len(left), 'task')} ({names})"


def named(process: int) -> str:
    """What a process runs, and its number."""
    command = b""
    with suppress(OSError):
        command = (PROCESSES / str(process) / "cmdline").read_bytes()
    words = command.replace(b"\0", b" ").decode(errors="replace").split()
    text = " ".join(words)
    if "bench.throughput.worker" in text:
        text = "a copy of this one"  # it was forked, and has run nothing else
    return f"{text[:40] or 'unnamed'}, process {process}"


def many(count: int, thing: str) -> str:
    """A number and its noun."""
    plural = f"{thing}es" if thing.endswith("s") else f"{thing}s"
    return f"{count} {thing if count == 1 else plural}"


def _is_tracker(entry: Path) -> bool:
    """Whether it is one that multiprocessing keeps for a whole process."""
    command = (entry / "cmdline").read_bytes()
    return any(one in command for one in TRACKERS)


def _of_task(task: "asyncio.Task[Any]") -> str:
    coroutine = task.get_coro()
    return getattr(coroutine, "__qualname__", None) or task.get_name()
