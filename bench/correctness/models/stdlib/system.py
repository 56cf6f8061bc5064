"""Models of what reaches outside the process: `os`, files that wait, `sqlite3`.

`refused` lists the names that are refused.  A file is really opened, read and written,
and is a shared place: see `files`.  An operation that would wait for another process is
refused.
"""

import functools
import importlib
import os
import stat
import types
from collections.abc import Callable
from typing import Any

from bench.correctness.engine.kernel import kernel
from bench.correctness.engine.refusals import refuse
from bench.correctness.models.stdlib.collector import REPLACED as COLLECTOR
from bench.correctness.models.stdlib.drawing import draw_bytes
from bench.correctness.models.stdlib.files import REPORTING, STOCK
from bench.correctness.models.stdlib.refused import REFUSED_NAMES
from bench.correctness.models.stdlib.streams import open_file
from bench.correctness.models.substitution import module, refusals

STOCK_CLOSE: Callable[[Any], None] = REPORTING.get("close", os.close)
WAITING = (stat.S_ISFIFO, stat.S_ISSOCK)


ON_FILES = (
    "read", "readv", "pread", "preadv", "write", "writev", "pwrite", "pwritev",
    "open", "fdopen",
)  # fmt: skip


def may_wait(file: Any) -> bool:
    """Whether operations on a file, given by its path or descriptor, may wait."""
    try:
        mode = STOCK["stat"](file).st_mode
        terminal = isinstance(file, int) and os.isatty(file)
    except (OSError, TypeError, ValueError):
        return False  # the call itself raises the error
    return terminal or file == 0 or any(kind(mode) for kind in WAITING)


def guarded(function: Callable[..., Any], what: str) -> Callable[..., Any]:
    """Wrap a function on a file, so that it refuses a pipe, a socket or a terminal."""

    writes = what.startswith(("os.write", "os.pwrite"))

    def call(file: Any, *args: Any, **kwargs: Any) -> Any:
        if writes and file in (1, 2):
            return shown(*args)
        if may_wait(file):
            refuse(f"{what} of a pipe, a socket or a terminal")()
        return function(file, *args, **kwargs)

    call.__name__ = call.__qualname__ = getattr(function, "__name__", what)
    return call


def shown(content: Any = b"", *_: Any) -> int:
    """Return the number of bytes of a write to a standard stream; discard the bytes."""
    parts = content if isinstance(content, list | tuple) else [content]
    return sum(memoryview(part).nbytes for part in parts)


def close(file: Any) -> None:
    """`os.close`; the standard streams are also the explorer's own."""
    if file in (0, 1, 2):
        refuse("os.close of a standard stream")()
    STOCK_CLOSE(file)


def yield_processor() -> None:
    """`os.sched_yield`: let other workers run, like a sleep of length 0."""
    kernel.sleep(0)


def connect(database: Any, *args: Any, **kwargs: Any) -> Any:
    """`sqlite3.connect`; a file is refused, because programs wait for its locks."""
    if database != ":memory:":
        refuse("sqlite3.connect to a file")()
    sqlite3 = importlib.import_module("sqlite3")
    return sqlite3.connect(database, *args, **kwargs)


def register(function: Callable[..., Any], *_: Any, **__: Any) -> Callable[..., Any]:
    """`atexit.register` without effect: the process does not end after a schedule."""
    return function


def unregister(_: object) -> None:
    """`atexit.unregister`."""


def ignore_forks(**_: object) -> None:
    """`os.register_at_fork`: forks are refused, so the functions never run."""


def system_module(name: str) -> types.ModuleType:
    """Return a model of `os`, or of the platform's module behind `os`."""
    original = importlib.import_module(name)
    replaced: dict[str, Any] = {
        one: REPORTING[one]
        for one in REPORTING
        if hasattr(original, one) and one not in REFUSED_NAMES["os"]
    }
    replaced |= {
        one: guarded(REPORTING.get(one, getattr(original, one)), f"os.{one}")
        for one in ON_FILES
        if hasattr(original, one)
    }
    others = {
        "close": close,
        "urandom": draw_bytes,
        "getrandom": lambda size, flags=0: draw_bytes(size),
        "sched_yield": yield_processor,
        "register_at_fork": ignore_forks,
    }
    replaced |= {n: made for n, made in others.items() if hasattr(original, n)}
    return module(name, original, **replaced, **refusals(os, *REFUSED_NAMES["os"]))


guarded_open = guarded(open_file, "open()")
MODELLED_MODULES = frozenset({"os", "posix", "nt", "atexit", "sqlite3", "gc"})


@functools.cache
def system_model(name: str) -> types.ModuleType | None:
    """Return the model of a module that reaches outside the process, or None."""
    if name in ("os", "posix", "nt"):
        return system_module(name)
    if name in REFUSED_NAMES or name in REPLACED:
        original = importlib.import_module(name)
        replaced = REPLACED.get(name, {})
        return module(
            name,
            original,
            **replaced,
            **refusals(original, *REFUSED_NAMES.get(name, ())),
        )
    return None


REPLACED: dict[str, dict[str, Any]] = {
    "atexit": {"register": register, "unregister": unregister},
    "sqlite3": {"connect": connect},
    "gc": COLLECTOR,
}
