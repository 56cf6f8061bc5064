"""The link of a worker to its controller: messages, a common end, stacks at a hang.

Standard library only, because it runs in the measured process.
"""

import faulthandler
import os
import queue
import select
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from time import perf_counter
from types import FrameType
from typing import Any

HANG_SIGNAL: int | None = getattr(signal, "SIGUSR1", None)
SLACK = 0.1  # how far a call may exceed its limit, as a fraction of that limit
STDERR = 2
# a program is unlikely to use a descriptor with this or a higher number by accident
OUT_OF_REACH = 500


def own_streams() -> tuple[int, int]:
    """Move standard input and output to other descriptors, for the controller only.

    After this call the pair reads an empty input, and its output goes to standard
    error.
    """
    channel, commands = _kept(1), _kept(0)
    os.dup2(2, 1)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    return commands, channel


def _kept(file: int) -> int:
    """A copy of a descriptor, with a high number where the system allows it."""
    if sys.platform != "win32":
        import fcntl

        with suppress(OSError, ValueError):
            return fcntl.fcntl(file, fcntl.F_DUPFD_CLOEXEC, OUT_OF_REACH)
    return os.dup(file)


def lines(commands: int) -> Iterator[bytes]:
    """The lines that the controller sends, until the controller ends."""
    if sys.platform == "linux":
        yield from _read_lines(commands)
    else:
        received: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        threading.Thread(
            target=_receive_lines, args=(commands, received), daemon=True
        ).start()
        while True:
            yield received.get()


def _read_lines(commands: int) -> Iterator[bytes]:
    """The lines of a descriptor; bytes of the next line are not read early."""
    line = bytearray()
    while byte := os.read(commands, 1):
        if byte == b"\n":
            yield bytes(line)
            line.clear()
        else:
            line += byte


def _receive_lines(commands: int, received: "queue.SimpleQueue[bytes]") -> None:
    for line in _read_lines(commands):
        received.put(line)
    os._exit(1)


def end_with_all() -> None:
    """End this process and all that it has started, because its controller has ended.

    While a window runs, `dying_with_controller` does this.
    """
    from bench.pairs.descendants import descendants

    for process in descendants(os.getpid()):
        with suppress(OSError):
            os.kill(process, signal.SIGKILL)
    if hasattr(os, "killpg") and os.getpgrp() == os.getpid():
        os.killpg(os.getpgrp(), signal.SIGKILL)
    os._exit(0)


@contextmanager
def dying_with_controller(commands: int) -> Iterator[None]:
    """End this process group if the controller ends while the `with` block runs.

    On Linux the kernel ends the group.  The pipe from the controller is put into
    asynchronous mode: the kernel then sends a signal when the other end of the pipe is
    closed or written to.  The controller writes nothing until it has an answer.  So
    within the `with` block the signal means that the controller has ended.

    By default the signal is SIGIO, but code of the pair may block or handle SIGIO.  If
    the process is stopped (SIGSTOP), SIGIO has no effect until the process continues.
    So the signal is set to SIGKILL, which ends the process in all these cases.  This
    method needs no thread, and it works even while the process waits in C code.

    On other systems, the thread that reads the controller's lines ends the process.
    """
    if sys.platform != "linux":
        yield
        return
    import fcntl

    owner = -os.getpgrp() if os.getpgrp() == os.getpid() else os.getpid()
    fcntl.fcntl(commands, fcntl.F_SETOWN, owner)
    with suppress(OSError):  # if this fails, the signal is SIGIO
        fcntl.fcntl(commands, fcntl.F_SETSIG, signal.SIGKILL)
    flags = fcntl.fcntl(commands, fcntl.F_GETFL)
    fcntl.fcntl(commands, fcntl.F_SETFL, flags | os.O_ASYNC)
    # The pipe can be read already: the controller ended before the signal was set up.
    if select.select([commands], [], [], 0)[0]:
        os._exit(1)
    try:
        yield
    finally:
        fcntl.fcntl(commands, fcntl.F_SETFL, flags)


def explain_hangs() -> None:
    """On HANG_SIGNAL write the stacks of threads, then of tasks, and end.

    The stacks go to standard error.  If the process waits in C code, the part for the
    tasks cannot run and does not end the process.  Then the controller ends it.
    """
    if HANG_SIGNAL is not None and hasattr(faulthandler, "register"):
        signal.signal(HANG_SIGNAL, _print_tasks)
        faulthandler.register(HANG_SIGNAL, all_threads=True, chain=True)


class CallLimit:
    """Ends this process, with its stacks, when a call exceeds its limit.

    One message may stand for many calls.  The controller measures only the total time
    of a message, so this class limits the time of each call.
    """

    def __init__(self) -> None:
        self._seconds: float | None = None
        self._since = 0.0

    def set(self, seconds: float) -> None:
        self._seconds = seconds

    def begin(self) -> None:
        """A call begins.

        Setting the timer starts a thread, so the timer is not set for each call.  A
        call sets it only if more than SLACK * limit has passed since it was last set.
        The timer ends the process after (1 + SLACK) * limit.  So a call that does not
        set the timer still has its whole limit.
        """
        if self._seconds is None:
            return
        now = perf_counter()
        if now - self._since > SLACK * self._seconds:
            self._since = now
            faulthandler.dump_traceback_later(
                (1 + SLACK) * self._seconds, exit=True, file=STDERR
            )

    def end(self) -> None:
        """All calls have ended."""
        self._since = 0.0
        faulthandler.cancel_dump_traceback_later()


call_limit = CallLimit()


def _print_tasks(number: int, frame: FrameType | None) -> None:
    """Print the await chain of each task of the running loop, innermost last; end."""
    asyncio = sys.modules.get("asyncio")
    try:
        tasks = asyncio.all_tasks() if asyncio else ()
    except RuntimeError:  # no loop runs in this thread
        tasks = ()
    for task in tasks:
        print(f"task {task.get_name()}:", file=sys.stderr)  # noqa: T201
        for line in await_chain(task.get_coro()):
            print("  " + line, file=sys.stderr, flush=True)  # noqa: T201
    os._exit(1)


def await_chain(coroutine: Any) -> list[str]:
    """A line for each coroutine, from the outermost to the innermost."""
    lines = []
    while frame := getattr(coroutine, "cr_frame", None):
        code = frame.f_code
        lines.append(
            f'File "{code.co_filename}", line {frame.f_lineno}, {code.co_name}'
        )
        coroutine = coroutine.cr_await
    return lines
