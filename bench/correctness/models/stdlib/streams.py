"""The model of `open`: a file that reports what it reads and writes, before it does.

A file stores what it gets in a buffer.  It writes only when it is flushed or closed, or
when the buffer is full.
"""

import functools
import io
import os
from typing import Any

from bench.correctness.engine.kernel import kernel
from bench.correctness.engine.transitions import Worker
from bench.correctness.models.stdlib.file_places import (
    is_reported,
    path_of_descriptor,
    use,
)

STOCK_OPEN = open


class Stream:
    """The base of the classes of files, which report what they do to their files.

    If a worker uses a file that another worker opened, they share its position.  Then
    every use of the file counts as a write.
    """

    _x_path: str | bytes | int
    _x_opener: Worker | None = None
    _x_pending = 0  # bytes or characters that were given and not yet written
    _x_buffer = 0

    def _x_opened(self, path: Any, buffer: int) -> None:
        self._x_path = path
        self._x_buffer = buffer
        self._x_opener = None if kernel.alone else kernel.current

    def _x_shared(self) -> bool:
        return self._x_opener is not kernel.current

    def _x_reads(self) -> None:
        if not kernel.alone:
            writes = self._x_pending > 0 or self._x_shared()
            self._x_pending = 0
            use(self._x_path, "reads", write=writes, reads=True)

    def _x_gets(self, content: Any) -> None:
        """Count the content that the file gets.

        Report a write if the buffer is full, or if several workers use the file.
        """
        if kernel.alone:
            return
        size = len(content) if hasattr(content, "__len__") else self._x_buffer
        self._x_pending += max(1, size)
        if self._x_pending >= self._x_buffer or self._x_shared():
            self._x_pending = 1  # a part may still be in the buffer
            use(self._x_path, "writes", write=True, reads=False)

    def _x_changes(self) -> None:
        if not kernel.alone:
            self._x_pending = 0
            use(self._x_path, "writes", write=True, reads=False)

    def _x_flushes(self) -> None:
        if self._x_pending and not kernel.alone:
            self._x_pending = 0
            use(self._x_path, "writes", write=True, reads=False)

    def _x_closes(self) -> None:
        """Report the write that a close makes.

        The finalizer of the file also calls this, perhaps after the run or in another
        worker than the one that opened the file.  Then nothing is reported.
        """
        is_dying = getattr(self, "_finalizing", False)
        if not is_dying or (kernel.stop is None and not self._x_shared()):
            self._x_flushes()


ACTIONS: dict[str, str] = {
    **dict.fromkeys(
        ("read", "read1", "readall", "readinto", "readinto1", "readline", "readlines",
         "peek", "__next__", "seek", "tell"), "_x_reads",
    ),
    **dict.fromkeys(("write", "writelines"), "_x_gets"),
    "truncate": "_x_changes",
    "flush": "_x_flushes",
    "close": "_x_closes",
}  # fmt: skip


def stream_class(base: Any) -> Any:
    """Make a class of files whose methods report what they do before they do it."""
    names: dict[str, Any] = {
        name: reporting_method(getattr(base, name), action)
        for name, action in ACTIONS.items()
        if hasattr(base, name)
    }
    return type(base.__name__, (Stream, base), {**names, "__module__": __name__})


def reporting_method(method: Any, action: str) -> Any:
    """Wrap a method of a file, so that it first reports what it does."""
    gives = action == "_x_gets"

    @functools.wraps(method)
    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        if gives:
            self._x_gets(*args[:1])
        else:
            getattr(self, action)()
        return method(self, *args, **kwargs)

    return call


STREAMS = {
    kind: stream_class(kind)
    for kind in (
        io.TextIOWrapper, io.BufferedReader, io.BufferedWriter, io.BufferedRandom,
        io.FileIO,
    )
}  # fmt: skip


@functools.wraps(open)
def open_file(
    file: Any,
    mode: str = "r",
    buffering: int = -1,
    encoding: str | None = None,
    errors: str | None = None,
    newline: str | None = None,
    closefd: bool = True,
    opener: Any = None,
) -> Any:
    """The model of `open`: the file reports what is done with it."""
    others = (buffering, encoding, errors, newline, closefd, opener)
    if not is_reported():
        return STOCK_OPEN(file, mode, *others)
    if opener is None:
        letters = {*mode} if isinstance(mode, str) else set()
        use(
            file,
            "opens",
            write=not letters.isdisjoint("wax+"),
            reads="a" not in letters,
            anew="w" in letters,
        )
    if buffering == 0 and "b" in mode:
        named = file if isinstance(file, int) else os.fspath(file)
        made = STREAMS[io.FileIO](named, mode.replace("b", ""), closefd, opener)
        made._x_opened(file, 0)
        return made
    opened = STOCK_OPEN(file, mode, *others)
    if opener is not None:
        file = path_of_descriptor(opened.fileno())
    return stream_of(opened, file, newline)


def stream_of(opened: Any, path: Any, newline: str | None) -> Any:
    """Return a file that reports, in place of an opened file."""
    kind = STREAMS.get(type(opened))
    if kind is None:
        return opened
    buffer = io.DEFAULT_BUFFER_SIZE
    if issubclass(kind, io.TextIOWrapper):
        mode, encoding, errors = opened.mode, opened.encoding, opened.errors
        lines = opened.line_buffering
        made = kind(opened.detach(), encoding, errors, newline, lines)
        made.mode = mode
        buffer = 0 if lines else buffer
    else:
        made = kind(opened.detach())
    made._x_opened(path, buffer)
    return made
