"""Limits on workers that run what the user wrote: memory, output, what they start.

From the controller's side, by looking at the process now and then: a limit of the
system on address space would count the stacks of threads, which take no memory.

A worker adopts what its processes leave (`bench.pairs.descendants`), and this process
adopts what a worker leaves that ended by itself.  So all of it is found and ended.
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

LOOK_SECONDS = 0.05  # between two looks
TRACKER_SECONDS = 1.0  # for what tidies up after a worker
END_SECONDS = 2.0  # for what was killed to be gone
HIDDEN = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # control sequences of a terminal
    r"|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)"  # its titles and links
    r"|[\x00-\x08\x0b-\x1f\x7f-\x9f]"
)


class Guard:
    """Watches one worker for what its specification allows."""

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
        """What tells the processes of this worker from all others."""
        return {MARK: self.mark} if self.mark else {}

    def exceeded(self, process: int, written_elsewhere: int = 0) -> str | None:
        """Which limit is exceeded, with its value; None: none is."""
        written = os.fstat(self._errors.fileno()).st_size + written_elsewhere
        if self._output_bytes is not None and written > self._output_bytes:
            return f"wrote more than {self._output_bytes >> 20} MiB of output"
        held = _resident_bytes(process)
        if self._memory_bytes is not None and held > self._memory_bytes:
            return f"held more than {self._memory_bytes / 2**30:.3g} GiB of memory"
        return None

    def started(self, worker: int) -> list[psutil.Process]:
        """What a worker has started and is still running."""
        found = []
        for process in descendants.descendants(worker) if self._adopts else ():
            with suppress(psutil.Error):
                found.append(psutil.Process(process))
        return found

    def end_rest(self, started: Iterable[psutil.Process]) -> None:
        """End what a worker has left that has ended, wherever it went.

        `started` is what it had started before it ended.
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
        """Let go of what this process has adopted, and has ended."""
        for one in self._adopted():
            descendants.reap(one)

    def _adopted(self) -> list[int]:
        """The processes that this one has adopted since the worker was started.

        What this process starts itself is of its own session, or known to be a worker.
        """
        if not self._adopts:
            return []
        mine = os.getsid(0)
        found = set(descendants.children(os.getpid())) - self._before - workers
        return [one for one in found if _session(one) not in (mine, None)]

    def _end_marked(self) -> None:
        """End what has the mark of this worker in its environment."""
        for other in psutil.process_iter():
            with suppress(psutil.Error, OSError):
                if other.environ().get(MARK) == self.mark:
                    other.kill()


workers: set[int] = set()  # the processes of workers that this process has started


def _session(process: int) -> int | None:
    try:
        return os.getsid(process)
    except OSError:
        return None


def kill_group(
    process: "subprocess.Popen[bytes]", reap: Callable[[], object] = lambda: None
) -> None:
    """End a worker and its children: it is the leader of a process group.

    First by SIGTERM, which Python's resource tracker survives: it then removes the
    semaphores of a pool of processes.  What is still there after TRACKER_SECONDS is
    killed.  `reap` lets go of what this process has adopted, which counts until then.
    """
    if not hasattr(os, "killpg"):
        process.kill()
        return
    with suppress(OSError):
        os.killpg(process.pid, signal.SIGTERM)
        until = time.monotonic() + TRACKER_SECONDS
        while time.monotonic() < until:
            process.poll()  # a process that is not reaped still counts
            reap()
            os.killpg(process.pid, 0)  # raises when the group is empty
            time.sleep(0.002)
        os.killpg(process.pid, signal.SIGKILL)


def visible(text: str) -> str:
    """What a worker wrote, without what would move a terminal's cursor.

    Half of a pair of surrogates, as in the name of a file that is no text, is escaped:
    it cannot be written.
    """
    return HIDDEN.sub("", text).encode("utf-8", "backslashreplace").decode()


def _resident_bytes(process: int) -> int:
    """The memory of a process and of all that it has started."""
    total = 0
    with suppress(psutil.Error, OSError):
        parent = psutil.Process(process)
        total = parent.memory_info().rss
        for child in parent.children(recursive=True):
            with suppress(psutil.Error):
                total += child.memory_info().rss
    return total
