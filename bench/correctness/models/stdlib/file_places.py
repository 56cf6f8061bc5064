"""Files are shared places, known by their paths: what is read, written or listed.

All files are parts of one place, whose keys are their paths; what creates, renames or
lists a directory uses all of them.
"""

import os
import sys
from typing import Any

from bench.correctness.engine.frames import is_ours
from bench.correctness.engine.kernel import kernel
from bench.correctness.engine.refusals import REFUSED
from bench.correctness.engine.transitions import FILES, FILES_WRITTEN
from bench.errors import CannotRunError

# Modules that read the source of a program, for a message.
READERS_OF_SOURCE = ("linecache", "tokenize", "inspect", "traceback")
TRACKED_THROUGH = ("bench.correctness.tracking.", "bench.correctness.models.stdlib.")


class Paths:
    """The paths that runs of a program use, by names that are the same in each run.

    A temporary file has another path in each run: it is known by the worker that made
    it, and by its number among those of that worker.

    A run must not read what an earlier one has left in a file: what the program does
    would depend on the order in which its schedules are run.
    """

    def __init__(self) -> None:
        self.busy = False  # a path is being looked up, by the functions that report
        self.temporary: dict[str, str] = {}
        self.made: dict[int, int] = {}  # temporary paths of each worker, by its number
        self.is_run = False  # since then; not the import of a program
        self.left: set[str] = set()  # names of what earlier runs have written
        self.written: set[str] = set()
        self.anew: set[str] = set()  # names of what this run has made anew, or removed

    def begin_program(self) -> None:
        """What was run before was another program, or its import."""
        self.is_run = False
        self.written.clear()
        self.left.clear()

    def begin_run(self) -> None:
        """Forget the paths of the run before, but not what it has written."""
        if self.is_run and self.written:
            self.left |= self.written
        self.is_run = True
        if self.temporary or self.made or self.written or self.anew:
            for one in (self.temporary, self.made, self.written, self.anew):
                one.clear()

    def end_import(self) -> None:
        """What the import has written is there in every run."""
        self.written.clear()

    def note(self, path: Any, name: str, *, reads: bool, anew: bool) -> None:
        """Note the use of a file; refuse to read what an earlier run has left in it.

        Before workers run, the program may look for a file in order to remove it.
        """
        if anew:
            self.anew.add(name)
        elif name in self.left and name not in self.anew:
            if not exists(path):
                self.anew.add(name)
            elif reads and kernel.transitions:
                refuse_to_read(name)

    def note_target(self, path: Any) -> None:
        """Note that another file takes the place of this one."""
        name = self.name(path)
        self.anew.add(name)
        self.written.add(name)

    def name(self, path: Any) -> str:
        """The name of a file: its path without links."""
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


def exists(path: Any) -> bool:
    """Whether there is such a file, or it is an open one."""
    PATHS.busy = True
    try:
        return isinstance(path, int) or os.path.exists(path)
    finally:
        PATHS.busy = False


def refuse_to_read(name: str) -> None:
    problem = CannotRunError(
        f"{name} still has what an earlier schedule has written into it, so that the"
        " program does not begin as before; let `__init__`, or the function that is"
        " explored, make or remove it first"
    )
    REFUSED.append(problem)
    raise problem


def use(
    path: Any,
    verb: str,
    *,
    write: bool,
    reads: bool,
    anew: bool = False,
    all_files: bool = False,
) -> None:
    """Report that a file is about to be used; it may let others run.

    write: it is changed.
    reads: what the program does next depends on what there is.
    anew: whatever there was, it is gone then.
    all_files: what is done with one may change others, as in a directory.
    """
    if PATHS.busy or kernel.stop is not None:
        return
    name = PATHS.name(path)
    shown = name.rpartition("/")[2] or name
    if not kernel.alone:
        key = None if all_files else name
        point = (FILES, name, verb)
        kernel.operation(FILES, key, write, point, (verb, f"file {shown}"))
    PATHS.note(path, name, reads=reads, anew=anew)
    if write:
        PATHS.written.add(name)
        kernel.discover(FILES_WRITTEN)


def is_reported(depth: int = 2) -> bool:
    """Whether the program, or the library for it, has called a function here."""
    if PATHS.busy:
        return False
    module = str(sys._getframe(depth).f_globals.get("__name__"))
    if is_ours(module):
        return module.startswith(TRACKED_THROUGH)
    return module not in READERS_OF_SOURCE
