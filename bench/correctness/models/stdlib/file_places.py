"""Files are shared places, which are identified by their paths.

All files are parts of one place, whose keys are the paths.  A function that makes,
removes, renames or lists a directory uses all files.
"""

import os
import sys
from typing import Any

from bench.correctness.engine.frames import is_ours
from bench.correctness.engine.kernel import kernel
from bench.correctness.engine.refusals import REFUSED
from bench.correctness.engine.transitions import FILES, FILES_WRITTEN
from bench.errors import CannotRunError

# Modules that read the source of a program, to show it in a message.
READERS_OF_SOURCE = ("linecache", "tokenize", "inspect", "traceback")
TRACKED_THROUGH = ("bench.correctness.tracking.", "bench.correctness.models.stdlib.")


class Paths:
    """The paths that runs of a program use, with names that are the same in each run.

    A temporary file has another path in each run.  So its name consists of the worker
    that made the file, and a number among the temporary files of this worker.

    A run must not read what an earlier run has left in a file.  Otherwise the program
    would depend on the order in which its schedules are run.
    """

    def __init__(self) -> None:
        self.busy = False  # while `busy` is true, uses of files are not reported
        self.temporary: dict[str, str] = {}
        self.made: dict[int, int] = {}  # temporary paths of each worker, by its number
        self.is_run = False  # false during the import of a program
        self.left: set[str] = set()  # names of files that earlier runs have written
        self.written: set[str] = set()
        self.anew: set[str] = set()  # names of files that this run has made or removed

    def begin_program(self) -> None:
        """Forget what was written before, because another program begins."""
        self.is_run = False
        self.written.clear()
        self.left.clear()

    def begin_run(self) -> None:
        """Forget the paths of the run before; add the names it wrote to `left`."""
        if self.is_run and self.written:
            self.left |= self.written
        self.is_run = True
        if self.temporary or self.made or self.written or self.anew:
            for one in (self.temporary, self.made, self.written, self.anew):
                one.clear()

    def end_import(self) -> None:
        """Forget which files the import wrote: they exist before each run begins."""
        self.written.clear()

    def note(self, path: Any, name: str, *, reads: bool, anew: bool) -> None:
        """Note the use of a file; refuse to read what an earlier run has left in it.

        Before the first transition of the run, such a read is not refused: the program
        may only test whether the file exists, in order to remove it.
        """
        if anew:
            self.anew.add(name)
        elif name in self.left and name not in self.anew:
            if not exists(path):
                self.anew.add(name)
            elif reads and kernel.transitions:
                refuse_to_read(name)

    def note_target(self, path: Any) -> None:
        """Note that another file replaces the file at this path."""
        name = self.name(path)
        self.anew.add(name)
        self.written.add(name)

    def name(self, path: Any) -> str:
        """Return the name of a file: its path without links."""
        self.busy = True
        try:
            if isinstance(path, int):
                path = path_of_descriptor(path)
            real = os.fsdecode(os.path.realpath(path))
        except (OSError, TypeError, ValueError):
            return "?"  # the program's own call raises the error
        finally:
            self.busy = False
        return self.without_chance(real)

    def without_chance(self, path: str) -> str:
        """Replace the part of a path that is a temporary file or folder by its name."""
        if not self.temporary:
            return path
        head, tail = path, ""
        while head not in self.temporary:
            parent, _, last = head.rpartition("/")
            if not parent:
                return path
            head, tail = parent, f"/{last}{tail}"
        return self.temporary[head] + tail

    def in_text(self, text: str) -> str:
        """A text in which temporary files have the same names in each run."""
        for path, name in self.temporary.items():
            text = text.replace(path.rpartition("/")[2], name)
        return text

    def add_temporary(self, path: Any) -> None:
        """From now on, name a path after the worker that makes it."""
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
    """Return the path of an open descriptor, if the system has it, as on Linux."""
    try:
        return os.readlink(f"/proc/self/fd/{number}")
    except (OSError, AttributeError):
        return f"descriptor {number}"


def exists(path: Any) -> bool:
    """Whether a path exists, or is the descriptor of an open file."""
    PATHS.busy = True
    try:
        return isinstance(path, int) or os.path.exists(path)
    finally:
        PATHS.busy = False


def refuse_to_read(name: str) -> None:
    problem = CannotRunError(
        f"{name} still contains what an earlier schedule has written into it, so that"
        " this run would not begin like the earlier one; let `__init__`, or the"
        " explored function, create or remove the file first"
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
    """Report that a file is about to be used; other workers may run first.

    write: the file is changed.
    reads: the program depends on what the file contains, or on whether it exists.
    anew: the old content is lost.
    all_files: the use may change other files, for example in a directory.
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
    """Whether the program made this call, directly or through the library."""
    if PATHS.busy:
        return False
    module = str(sys._getframe(depth).f_globals.get("__name__"))
    if is_ours(module):
        return module.startswith(TRACKED_THROUGH)
    return module not in READERS_OF_SOURCE
