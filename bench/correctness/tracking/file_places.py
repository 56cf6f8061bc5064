"""Files are shared places, known by their paths: what is read, written or listed.

All files are parts of one place, whose keys are their paths; what creates, renames or
lists a directory uses all of them.
"""

import os
import sys
from typing import Any

from bench.correctness.engine.frames import is_ours
from bench.correctness.engine.kernel import kernel
from bench.correctness.engine.races import FILES, FILES_WRITTEN
from bench.correctness.engine.transitions import Worker

# Modules that read the source of a program, for a message.
READERS_OF_SOURCE = ("linecache", "tokenize", "inspect", "traceback")
TRACKED_THROUGH = ("bench.correctness.tracking.", "bench.correctness.models.stdlib.")


class Paths:
    """The paths that a run uses, by names that are the same in each run.

    A temporary file has another path in each run: it is known by the worker that made
    it, and by its number among those of that worker.
    """

    def __init__(self) -> None:
        self.run: Worker | None = None
        self.busy = False  # a path is being looked up, by the functions that report
        self.temporary: dict[str, str] = {}
        self.made: dict[int, int] = {}  # temporary paths of each worker, by its number

    def name(self, path: Any) -> str:
        """The name of a file: its path without links."""
        if kernel.main is not self.run:
            self.run = kernel.main
            self.temporary.clear()
            self.made.clear()
        self.busy = True
        try:
            if isinstance(path, int):
                path = path_of_descriptor(path)
            real = os.fsdecode(os.path.realpath(path))
        except (OSError, TypeError, ValueError):
            return "?"  # the call itself says what is wrong
        finally:
            self.busy = False
        return self.without_chance(real)

    def without_chance(self, path: str) -> str:
        """The path with the name of a temporary file or folder in it, if there is."""
        if not self.temporary:
            return path
        head, tail = path, ""
        while head not in self.temporary:
            parent, _, last = head.rpartition("/")
            if not parent:
                return path
            head, tail = parent, f"/{last}{tail}"
        return self.temporary[head] + tail

    def add_temporary(self, path: Any) -> None:
        """From now on a path is known by the worker that makes it."""
        self.name(path)  # of this run
        worker = kernel.current
        number = self.made[worker.number] = self.made.get(worker.number, 0) + 1
        self.busy = True
        try:
            real = os.fsdecode(os.path.realpath(path))
        finally:
            self.busy = False
        self.temporary[real] = f"temporary file {number} of {worker.name or 'main'}"


PATHS = Paths()


def path_of_descriptor(number: int) -> str:
    """The path that a descriptor was opened with; on Linux the system knows it."""
    try:
        return os.readlink(f"/proc/self/fd/{number}")
    except (OSError, AttributeError):
        return f"descriptor {number}"


def use(path: Any, write: bool, verb: str, *, all_files: bool = False) -> None:
    """Report that a file is about to be read or written; it may let others run."""
    if PATHS.busy or kernel.stop is not None:
        return
    if write:
        kernel.discover(FILES_WRITTEN)
    if kernel.alone:
        return
    name = PATHS.name(path)
    key = None if all_files else name
    shown = name.rpartition("/")[2] or name
    kernel.operation(FILES, key, write, (FILES, name, verb), (verb, f"file {shown}"))


def is_reported(depth: int = 2) -> bool:
    """Whether the program, or the library for it, has called a function here."""
    if PATHS.busy:
        return False
    module = str(sys._getframe(depth).f_globals.get("__name__"))
    if is_ours(module):
        return module.startswith(TRACKED_THROUGH)
    return module not in READERS_OF_SOURCE
