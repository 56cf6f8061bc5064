"""The models of `sys.stdout` and `sys.stderr`, which discard what a program prints."""

import io
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

OPTIONS = ("encoding", "errors", "newline", "line_buffering", "write_through")


class NullBytes(io.BufferedIOBase):
    """The buffer of a NullOutput, which discards bytes."""

    def __init__(self, name: str, number: int) -> None:
        self.name, self.number, self.mode = name, number, "wb"
        self.raw = self

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self.number

    def write(self, content: Any) -> int:
        if self.closed:
            raise ValueError("write to closed file")
        return memoryview(content).nbytes


class NullOutput(io.TextIOBase):
    """A text stream that discards what is written to it."""

    encoding = "utf-8"
    errors = "strict"
    mode = "w"
    newlines = None
    line_buffering = write_through = False

    def __init__(self, name: str, number: int) -> None:
        self.name = name
        self.buffer = NullBytes(name, number)
        self.changed = False

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self.buffer.fileno()

    def write(self, text: str) -> int:
        if self.closed:
            raise ValueError("I/O operation on closed file.")
        if not isinstance(text, str):
            kind = type(text).__name__
            raise TypeError(f"write() argument must be str, not {kind}")
        return len(text)

    def is_changed(self) -> bool:
        """Whether a program has closed the stream or changed its settings."""
        return self.changed or self.closed or self.buffer.closed

    def reconfigure(self, **options: Any) -> None:
        self.changed = True
        for name, value in options.items():
            if name not in OPTIONS:
                raise TypeError(
                    f"{name!r} is an invalid keyword argument for reconfigure()"
                )
            if value is not None and name != "newline":
                setattr(self, name, value)


NAMES = ("stdout", "stderr", "__stdout__", "__stderr__")
KEPT: list[NullOutput] = []  # both streams, as long as no run has changed them


def screen() -> list[NullOutput]:
    """Return the first streams `sys.stdout` and `sys.stderr` of a run."""
    if not KEPT or any(one.is_changed() for one in KEPT):
        KEPT[:] = NullOutput("<stdout>", 1), NullOutput("<stderr>", 2)
        KEPT[1].errors = "backslashreplace"
    return KEPT


@contextmanager
def hidden_output(*, hidden: bool = True) -> Iterator[None]:
    """Discard what the program writes to the screen; at the end restore the streams."""
    before = [getattr(sys, name) for name in NAMES]
    if hidden:
        set_streams([*screen(), *screen()])
    try:
        yield
    finally:
        set_streams(before)


def set_streams(streams: list[Any]) -> None:
    sys.stdout, sys.stderr = streams[:2]
    sys.__stdout__, sys.__stderr__ = streams[2:]  # type: ignore[misc]
