"""SIGTERM ends `run` and `decide` as Ctrl-C does, but with a status of its own.

The signal is passed on as SIGINT, so the code that handles Ctrl-C handles SIGTERM too.
Other commands keep the default, because their work may delay Ctrl-C until a long step
has ended.
"""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

COMMANDS = ("run", "decide")
STATUS = 128 + signal.SIGTERM  # what shells show of a program that SIGTERM has ended
RECEIVED: list[int] = []  # the signal, once it has arrived


@contextmanager
def restored() -> Iterator[None]:
    """Restore the handler of SIGTERM when the command has ended."""
    RECEIVED.clear()
    before = signal.getsignal(signal.SIGTERM)
    try:
        yield
    finally:
        if signal.getsignal(signal.SIGTERM) is not before and _is_main():
            signal.signal(signal.SIGTERM, before)


def handle(command: str) -> None:
    """Let SIGTERM interrupt a command that measures."""
    # A program that a shell starts in the background ignores SIGINT.  There SIGTERM
    # keeps its default, because SIGINT would not end the program.
    takes_interrupts = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    if command in COMMANDS and takes_interrupts and _is_main():
        signal.signal(signal.SIGTERM, _Interrupting(os.getpid()))


class _Interrupting:
    """The handler of one process; in a forked copy, SIGTERM has its default effect."""

    def __init__(self, process: int) -> None:
        self._process = process

    def __call__(self, number: int, frame: FrameType | None) -> None:
        signal.signal(number, signal.SIG_DFL)  # a second signal ends the process
        if os.getpid() != self._process:
            os.kill(os.getpid(), number)
            return
        RECEIVED.append(number)
        signal.raise_signal(signal.SIGINT)


def _is_main() -> bool:
    return threading.current_thread() is threading.main_thread()
