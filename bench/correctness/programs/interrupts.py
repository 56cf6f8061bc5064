"""Ctrl-C is heard between two runs: in one, a program under exploration would hear it.

It would be taken for an exception of the program's, or end a worker in the middle of
what cannot be undone.  A second Ctrl-C is heard at once, should a run never end.
"""

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType

HEARD: list[int] = []  # signals, since the exploration began


@contextlib.contextmanager
def interrupts_held() -> Iterator[None]:
    """Hold Ctrl-C back, where nobody else handles it; raise KeyboardInterrupt after."""
    default_choice = signal.default_int_handler
    if (
        threading.current_thread() is not threading.main_thread()
        or signal.getsignal(signal.SIGINT) is not default_choice
    ):
        yield
        return
    HEARD.clear()
    signal.signal(signal.SIGINT, hear)
    try:
        yield
        raise_if_interrupted()
    finally:
        signal.signal(signal.SIGINT, default_choice)
        HEARD.clear()


def hear(number: int, frame: FrameType | None) -> None:
    if HEARD:
        signal.default_int_handler(number, frame)
    HEARD.append(number)


def raise_if_interrupted() -> None:
    """Between two runs: raise KeyboardInterrupt if Ctrl-C was heard."""
    if HEARD:
        raise KeyboardInterrupt
