"""Ctrl-C takes effect between two runs, not within one.

Within a run it would be taken for an exception of the program's, or end a worker in the
middle of what cannot be undone.  A second Ctrl-C takes effect at once, in case a run
never ends.
"""

import contextlib
import signal
import threading
from collections.abc import Iterator
from importlib import import_module
from types import FrameType
from typing import Any

# Those of `signal` look every handler up in an enumeration: three of these calls would
# take as long as a short run.
signals: Any = import_module("_signal")

SIGINT = int(signal.SIGINT)
PENDING: list[int] = []  # signals since the exploration began


@contextlib.contextmanager
def interrupts_held() -> Iterator[None]:
    """Hold Ctrl-C, if Python's own handler is set; raise KeyboardInterrupt after."""
    default_choice = signal.default_int_handler
    if (
        threading.current_thread() is not threading.main_thread()
        or signals.getsignal(SIGINT) is not default_choice
    ):
        yield
        return
    PENDING.clear()
    signals.signal(SIGINT, hold)
    try:
        yield
        raise_if_interrupted()
    finally:
        signals.signal(SIGINT, default_choice)
        PENDING.clear()


def hold(number: int, frame: FrameType | None) -> None:
    if PENDING:
        signal.default_int_handler(number, frame)
    PENDING.append(number)


def raise_if_interrupted() -> None:
    """Between two runs: raise KeyboardInterrupt if Ctrl-C was pressed."""
    if PENDING:
        raise KeyboardInterrupt
