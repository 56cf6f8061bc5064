"""Limits on workers that run what the user wrote: memory, output, what they start.

From the controller's side, by looking at the process now and then: a limit of the
system on address space would count the stacks of threads, which take no memory.
"""

import os
import re
import uuid
from collections.abc import Mapping
from contextlib import suppress
from typing import IO, Any

import psutil

from bench.records.user_pairs import MARK

LOOK_SECONDS = 0.05  # between two looks
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

    @property
    def is_watching(self) -> bool:
        return self._memory_bytes is not None or self._output_bytes is not None

    def environment(self) -> dict[str, str]:
        """What tells the processes of this worker from all others."""
        return {MARK: self.mark} if self.mark else {}

    def exceeded(self, process: int) -> str | None:
        """Which limit is exceeded, with its value; None: none is."""
        written = os.fstat(self._errors.fileno()).st_size
        if self._output_bytes is not None and written > self._output_bytes:
            return f"wrote more than {self._output_bytes >> 20} MiB of output"
        held = _resident_bytes(process)
        if self._memory_bytes is not None and held > self._memory_bytes:
            return f"held more than {self._memory_bytes / 2**30:.3g} GiB of memory"
        return None

    def end_rest(self) -> None:
        """End what the worker has started in groups and sessions of their own."""
        if not self.mark:
            return
        for other in psutil.process_iter():
            with suppress(psutil.Error, OSError):
                if other.environ().get(MARK) == self.mark:
                    other.kill()


def visible(text: str) -> str:
    """What a worker wrote, without what would move a terminal's cursor."""
    return HIDDEN.sub("", text)


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
