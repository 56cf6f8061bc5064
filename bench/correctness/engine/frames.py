"""Which frames and modules are the program's, and which the explorer's own."""

import sys
from functools import lru_cache
from inspect import CO_OPTIMIZED
from pathlib import PurePath
from types import CodeType, FrameType
from typing import Any

INSTALLED = {"site-packages", "dist-packages"}  # directories


@lru_cache(maxsize=1_000)
def is_ours(module: str) -> bool:
    """Whether a module is the explorer's own, or calls the pairs for it."""
    return module.startswith(("bench.correctness", "bench.pairs"))


def is_programs(frame: FrameType) -> bool:
    """Whether a frame runs code that is being explored, not code of a model."""
    mark = frame.f_globals.get("_explored_")
    if mark is None:
        mark = frame.f_builtins.get("_explored_")
    return bool(mark)


def user_line(frame: FrameType | None) -> tuple[CodeType, int] | None:
    """The innermost line of code that is being explored."""
    while frame is not None:
        if is_programs(frame):
            return frame.f_code, frame.f_lineno
        frame = frame.f_back
    return None


def locals_of(frame: FrameType) -> dict[str, Any]:
    """A copy of the local variables of a frame.

    Before Python 3.13 a function's frame keeps the dict that it has made, and with it
    the values of the moment: a generator in it would not be closed.
    """
    names = frame.f_locals
    found = dict(names)
    if sys.version_info < (3, 13) and frame.f_code.co_flags & CO_OPTIMIZED:
        names.clear()
    return found


def asking_package() -> str:
    """The installed package whose code asks the explorer for something, or `logging`.

    Empty if the program itself asks, be it through the standard library, which hands
    the answer on.  What `logging` asks for is for its records.
    """
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        module = frame.f_globals.get("__name__") or ""
        top = str(module).partition(".")[0]
        if top == "logging":
            return top
        if not is_ours(str(module)):
            if is_installed(frame.f_code.co_filename):
                return top
            if is_programs(frame):
                break
        frame = frame.f_back
    return ""


@lru_cache(maxsize=10_000)
def is_installed(file: str) -> bool:
    """Whether a file of code belongs to an installed package."""
    return not INSTALLED.isdisjoint(PurePath(file).parts)
