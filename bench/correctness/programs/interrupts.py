"""Hold Ctrl-C during a run: it takes effect between two runs.

During a run, the KeyboardInterrupt would look like an exception of the program.  It
could also end a worker within an operation that must not be interrupted.  A second
Ctrl-C takes effect at once, because a run may never end.
"""

import signal
import threading
from importlib import import_module
from types import FrameType
from typing import Any

# This module in C is used in place of `signal`.  The functions of `signal` look up
# every handler in an enumeration, which is slow: three calls take as long as a short
# run.
signals: Any = import_module("_signal")

SIGINT = int(signal.SIGINT)
PENDING: list[int] = []  # signals that came during the exploration, and are held


class InterruptsHeld:
    """A context in which Ctrl-C is held, if Python's own handler is set.

    Ctrl-C is held only in the main thread.  If it was pressed, the end of the context
    raises KeyboardInterrupt, unless another exception ends the context.
    """

    __slots__ = ("held",)

    def __enter__(self) -> None:
        self.held = (
            threading.current_thread() is threading.main_thread()
            and signals.getsignal(SIGINT) is signal.default_int_handler
        )
        if self.held:
            PENDING.clear()
            signals.signal(SIGINT, hold)

    def __exit__(self, problem: type[BaseException] | None, *_: object) -> None:
        if not self.held:
            return
        try:
            if problem is None:
                raise_if_interrupted()
        finally:
            signals.signal(SIGINT, signal.default_int_handler)
            PENDING.clear()


def hold(number: int, frame: FrameType | None) -> None:
    if PENDING:
        signal.default_int_handler(number, frame)
    PENDING.append(number)


def raise_if_interrupted() -> None:
    """Between two runs: raise KeyboardInterrupt if Ctrl-C was pressed."""
    if PENDING:
        raise KeyboardInterrupt
