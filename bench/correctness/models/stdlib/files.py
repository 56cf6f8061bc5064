"""Files are shared: functions of `os` report the paths of their arguments.

During an exploration they also report calls from the standard library.  A function with
two paths, or one that makes, removes or lists a directory, uses all files.
"""

import builtins
import functools
import io
import operator
import os
import sys
from collections.abc import Callable
from typing import Any

from bench.correctness.models.stdlib.file_places import (
    PATHS,
    is_reported,
    path_of_descriptor,
    use,
)
from bench.correctness.models.stdlib.streams import STOCK_OPEN, open_file

READING = ("stat", "lstat", "access", "readlink", "getxattr", "statvfs")
WRITING = ("remove", "unlink", "truncate", "chmod", "utime", "setxattr")
LISTING = ("listdir", "scandir")
CHANGING = ("rename", "replace", "link", "symlink", "mkdir", "rmdir")
RENAMING = ("rename", "replace")
REMOVING = ("remove", "unlink", "rmdir", *RENAMING)
VERBS = {
    **dict.fromkeys(WRITING, "writes"),
    **dict.fromkeys(REMOVING, "removes"),
    **dict.fromkeys(RENAMING, "renames"),
    **dict.fromkeys(("link", "symlink", "mkdir"), "makes"),
    **dict.fromkeys(LISTING, "lists"),
}
ON_DESCRIPTORS = {  # function -> whether it writes
    "read": False, "readv": False, "pread": False, "preadv": False, "fstat": False,
    "write": True, "writev": True, "pwrite": True, "pwritev": True, "ftruncate": True,
    "sendfile": True, "copy_file_range": True,
}  # fmt: skip
WRITING_FLAGS = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
STOCK: dict[str, Any] = dict(vars(os))


def reporting(name: str) -> Callable[..., Any]:
    """Wrap a function of `os`, so that it first reports the file that it uses."""
    function = STOCK[name]

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        if is_reported():
            path = args[0] if args else kwargs.get("path", kwargs.get("src", "."))
            path = within(kwargs.get("dir_fd"), path)
            if name == "mkdir" and called_by_tempfile():
                PATHS.add_temporary(path)
            use(
                path,
                VERBS.get(name, "reads"),
                write=name in WRITING or name in CHANGING,
                reads=name in READING,
                anew=name in REMOVING,
                all_files=name in CHANGING or name in LISTING,
            )
            if name in RENAMING and len(args) > 1:
                PATHS.note_target(args[1])
        return function(*args, **kwargs)

    return call


def within(directory: int | None, path: Any) -> Any:
    """Join a path to the directory of a descriptor, if a descriptor is given."""
    if directory is None or not isinstance(path, str | bytes | os.PathLike):
        return path
    return os.path.join(path_of_descriptor(directory), os.fsdecode(path))


def called_by_tempfile(depth: int = 2) -> bool:
    return sys._getframe(depth).f_globals.get("__name__") == "tempfile"


@functools.wraps(os.open)
def open_descriptor(path: Any, flags: int, *args: Any, **kwargs: Any) -> int:
    """The model of `os.open`."""
    if is_reported():
        if called_by_tempfile():
            PATHS.add_temporary(path)
        opened = within(kwargs.get("dir_fd"), path)
        writes, anew = bool(flags & WRITING_FLAGS), bool(flags & os.O_TRUNC)
        use(opened, "opens", write=writes, reads=not anew, anew=anew)
    number: int = STOCK["open"](path, flags, *args, **kwargs)
    return number


def on_descriptor(name: str) -> Callable[..., Any]:
    """Wrap a function of `os` on a descriptor, so that it first reports the file."""
    function, writes = STOCK[name], ON_DESCRIPTORS[name]

    @functools.wraps(function)
    def call(descriptor: Any, *args: Any, **kwargs: Any) -> Any:
        if is_reported():
            # Workers that share a descriptor share the position in the file.  A read
            # may move the position, so it counts as a write too.
            verb = "writes" if writes else "reads"
            use(descriptor, verb, write=True, reads=not writes)
        return function(descriptor, *args, **kwargs)

    return call


REPORTING: dict[str, Callable[..., Any]] = {
    **{
        name: reporting(name)
        for name in (*READING, *WRITING, *LISTING, *CHANGING)
        if name in STOCK
    },
    **{name: on_descriptor(name) for name in ON_DESCRIPTORS if name in STOCK},
    "open": open_descriptor,
}


functions_of_os: Callable[[Any], tuple[Any, ...]] = operator.itemgetter(*REPORTING)


class FilesReported:
    """A context in which the library's uses of files are also reported."""

    __slots__ = ("before",)

    def __enter__(self) -> None:
        PATHS.begin_program()
        self.before = functions_of_os(vars(os))
        vars(os).update(REPORTING)
        builtins.open = io.open = open_file

    def __exit__(self, *_: object) -> None:
        builtins.open = io.open = STOCK_OPEN
        vars(os).update(zip(REPORTING, self.before, strict=True))
