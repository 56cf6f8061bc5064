"""Limits on workers that run user code: memory, output, started processes.

The controller checks the process at intervals.  The system has a limit of its own, for
the address space.  The controller does not use it, because address space includes the
stacks of threads, even where they take no memory.

A process whose parent has ended is an orphan, and another process becomes its parent:
it adopts the orphan.  A worker adopts the orphans among the processes that it has
started, directly or not (`bench.pairs.descendants`).  After the worker has ended, the
controller adopts them.  So the controller finds and ends all of these processes.
"""

import os
import re
import signal
import subprocess
import time
import uuid
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import IO, Any

import psutil

from bench.pairs import descendants
from bench.records.user_pairs import MARK

LOOK_SECONDS = 0.05  # seconds between two checks
TRACKER_SECONDS = 1.0  # the time limit of processes that clean up after a worker
END_SECONDS = 2.0  # the time within which a killed process must have ended
HIDDEN = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # control sequences of a terminal
    r"|(?:\x1b\]|\x9d)[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)"  # its titles and links
    r"|[\x00-\x08\x0b-\x1f\x7f-\x9f"
    r"\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]"  # direction, zero width
)


class Guard:
    """Checks the limits in the specification of one worker."""

    def __init__(self, spec: Mapping[str, Any], errors: IO[bytes]) -> None:
        self._memory_bytes: int | None = spec.get("memory_bytes")
        self._output_bytes: int | None = spec.get("output_bytes")
        self._errors = errors
        self.mark = uuid.uuid4().hex if "own" in spec else ""
        self._adopts = bool(self.mark) and descendants.adopt_orphans()
        self._before = set(descendants.children(os.getpid())) if self._adopts else set()

    @property
    def is_watching(self) -> bool:
        return self._memory_bytes is not None or self._output_bytes is not None

    def environment(self) -> dict[str, str]:
        """A variable that marks the processes of this worker; empty without a mark."""
        return {MARK: self.mark} if self.mark else {}

    def exceeded(self, process: int, written_elsewhere: int = 0) -> str | None:
        """The limit that is exceeded, with its value; None if no limit is exceeded."""
        written = os.fstat(self._errors.fileno()).st_size + written_elsewhere
        if self._output_bytes is not None and written > self._output_bytes:
            return f"wrote more than {self._output_bytes >> 20} MiB of output"
        held = _resident_bytes(process)
        if self._memory_bytes is not None and held > self._memory_bytes:
            return f"held more than {self._memory_bytes / 2**30:.3g} GiB of memory"
        return None

    def started(self, worker: int) -> list[psutil.Process]:
        """The processes that a worker has started and that still run."""
        found = []
        for process in descendants.descendants(worker) if self._adopts else ():
            with suppress(psutil.Error):
                found.append(psutil.Process(process))
        return found

    def end_rest(self, started: Iterable[psutil.Process]) -> None:
        """End all processes that an ended worker has left, wherever they are.

        `started` are the processes that the worker had started before it ended.
        """
        if not self.mark:
            return
        for known in started:
            with suppress(psutil.Error):
                known.kill()
        if not self._adopts:
            self._end_marked()
        until = time.monotonic() + END_SECONDS
        while (left := self._adopted()) and time.monotonic() < until:
            for process in left:
                for one in (*descendants.descendants(process), process):
                    with suppress(OSError):
                        os.kill(one, signal.SIGKILL)
                descendants.reap(process)
            time.sleep(0.002)

    def reap(self) -> None:
        """Reap the adopted processes that have ended."""
        for one in self._adopted():
            descendants.reap(one)

    def _adopted(self) -> list[int]:
        """The processes that this process has adopted since the worker was started.

        Child processes that this process itself started do not count: they are in its
        session, or they are workers.
        """
        if not self._adopts:
            return []
        mine = os.getsid(0)
        found = set(descendants.children(os.getpid())) - self._before - workers
        return [one for one in found if _session(one) not in (mine, None)]

    def _end_marked(self) -> None:
        """End all processes that have the mark of this worker in their environment."""
        for other in psutil.process_iter():
            with suppress(psutil.Error, OSError):
                if other.environ().get(MARK) == self.mark:
                    other.kill()


workers: set[int] = set()  # the processes of all workers that this process has started


def _session(process: int) -> int | None:
    try:
        return os.getsid(process)
    except OSError:
        return None


def kill_group(
    process: "subprocess.Popen[bytes]", reap: Callable[[], object] = lambda: None
) -> None:
    """End a worker and its children; the worker is the leader of a process group.

    SIGTERM is sent first.  Python's resource tracker survives SIGTERM, and then removes
    the semaphores of a process pool.  Processes that still run after TRACKER_SECONDS
    are killed.  A process that has ended still counts as running until its parent reads
    its status.  This process is the parent of the processes that it has adopted, so
    `reap` reads their status.
    """
    if not hasattr(os, "killpg"):
        process.kill()
        return
    with suppress(OSError):
        os.killpg(process.pid, signal.SIGTERM)
        until = time.monotonic() + TRACKER_SECONDS
        while time.monotonic() < until:
            process.poll()  # a process that is not reaped still counts as running
            reap()
            # this raises ProcessLookupError when the group is empty
            os.killpg(process.pid, 0)
            time.sleep(0.002)
        os.killpg(process.pid, signal.SIGKILL)


def visible(text: str) -> str:
    """The output of a worker, without what moves a cursor or turns the text around.

    A file name that is not valid text contains single surrogates.  They cannot be
    written, so they are escaped.
    """
    return HIDDEN.sub("", text).encode("utf-8", "backslashreplace").decode()


def _resident_bytes(process: int) -> int:
    """The memory of a process and of all processes that it has started."""
    total = 0
    with suppress(psutil.Error, OSError):
        parent = psutil.Process(process)
        total = parent.memory_info().rss
        for child in parent.children(recursive=True):
            with suppress(psutil.Error):
                total += child.memory_info().rss
    return total
