"""Models of `inspect` and `traceback`, which skip the explorer's own frames.

Between two functions of the program there are frames of hooks.  A walk from a frame to
its caller, or through a traceback, skips these frames.
"""

import functools
import inspect
import logging
import sys
import traceback
import types
from collections.abc import Callable, Iterator
from typing import Any

from bench.correctness.engine.frames import clean_exception, cleaned, is_hooks, seen
from bench.correctness.models.substitution import module

STOCK_IS_INTERNAL: Any = vars(logging).get("_is_internal_frame")


def stack(context: int = 1) -> list[inspect.FrameInfo]:
    """`inspect.stack`."""
    return getouterframes(sys._getframe(1), context)


def getouterframes(frame: Any, context: int = 1) -> list[inspect.FrameInfo]:
    """`inspect.getouterframes`."""
    found = inspect.getouterframes(frame, context)
    return [one for one in found if not is_hooks(one.frame)]


def walk_stack(f: Any) -> Iterator[tuple[types.FrameType, int]]:
    """`traceback.walk_stack`."""
    frame = seen(sys._getframe(1) if f is None else f)
    while frame is not None:
        yield frame, frame.f_lineno
        frame = seen(frame.f_back)


def extract_stack(f: Any = None, limit: Any = None) -> traceback.StackSummary:
    """`traceback.extract_stack`."""
    frames = walk_stack(seen(sys._getframe(1)) if f is None else f)
    found = traceback.StackSummary.extract(frames, limit=limit)
    found.reverse()
    return found


def format_stack(f: Any = None, limit: Any = None) -> list[str]:
    """`traceback.format_stack`."""
    return traceback.format_list(extract_stack(f, limit))


def print_stack(f: Any = None, limit: Any = None, file: Any = None) -> None:
    """`traceback.print_stack`."""
    traceback.print_list(extract_stack(f, limit), file=file)


def on_cleaned(function: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap a function of `traceback`, so that it shows no frames of the explorer."""

    @functools.wraps(function)
    def shows(*args: Any, **options: Any) -> Any:
        clean_exception(sys.exc_info()[1])
        given = [cleaned_argument(one) for one in args]
        return function(*given, **{k: cleaned_argument(v) for k, v in options.items()})

    return shows


def cleaned_argument(value: Any) -> Any:
    if type(value) is types.TracebackType:
        return cleaned(value)
    return clean_exception(value) if isinstance(value, BaseException) else value


class TracebackException(traceback.TracebackException):
    """`traceback.TracebackException`."""

    def __init__(
        self, exc_type: Any, exc_value: Any, exc_traceback: Any, **options: Any
    ) -> None:
        clean_exception(exc_value)
        super().__init__(exc_type, exc_value, cleaned(exc_traceback), **options)


def is_internal_frame(frame: Any) -> bool:
    """Whether `logging` must skip a frame in the search for its caller."""
    return is_hooks(frame) or bool(STOCK_IS_INTERNAL(frame))


SHOWING = (
    "print_tb", "format_tb", "extract_tb", "walk_tb", "print_exception", "print_exc",
    "format_exception", "format_exc", "clear_frames",
)  # fmt: skip
INSPECT = module("inspect", inspect, stack=stack, getouterframes=getouterframes)
TRACEBACK = module(
    "traceback",
    traceback,
    walk_stack=walk_stack,
    extract_stack=extract_stack,
    format_stack=format_stack,
    print_stack=print_stack,
    TracebackException=TracebackException,
    **{name: on_cleaned(getattr(traceback, name)) for name in SHOWING},
)
