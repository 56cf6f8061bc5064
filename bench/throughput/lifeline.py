"""A worker hears its controller, ends with it, and says where it hangs when asked.

Standard library only: it runs in the measured process.
"""

import faulthandler
import os
import queue
import select
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

HANG_SIGNAL: int | None = getattr(signal, "SIGUSR1", None)


def lines() -> Iterator[bytes]:
    """What the controller says, line by line, until it has gone."""
    if sys.platform == "linux":
        yield from _read_lines()
    else:
        heard: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        threading.Thread(target=_hear, args=(heard,), daemon=True).start()
        while True:
            yield heard.get()


def _read_lines() -> Iterator[bytes]:
    """Lines of standard input; nothing is read ahead."""
    line = bytearray()
    while byte := os.read(0, 1):
        if byte == b"\n":
            yield bytes(line)
            line.clear()
        else:
            line += byte


def _hear(heard: "queue.SimpleQueue[bytes]") -> None:
    for line in _read_lines():
        heard.put(line)
    os._exit(1)


@contextmanager
def dying_with_controller() -> Iterator[None]:
    """End this process group when the controller goes while the block runs.

    On Linux the kernel does it: a pipe in asynchronous mode sends SIGIO when its
    other end goes, or says something, which it does not before it has an answer;
    and SIGIO ends a process that does not handle it.  It costs no thread and works
    while C code blocks.  Elsewhere the thread that hears the controller does it.
    """
    if sys.platform != "linux":
        yield
        return
    import fcntl

    owner = -os.getpgrp() if os.getpgrp() == os.getpid() else os.getpid()
    fcntl.fcntl(0, fcntl.F_SETOWN, owner)
    flags = fcntl.fcntl(0, fcntl.F_GETFL)
    fcntl.fcntl(0, fcntl.F_SETFL, flags | os.O_ASYNC)
    if select.select([0], [], [], 0)[0]:  # it went before it could be noticed
        os._exit(1)
    try:
        yield
    finally:
        fcntl.fcntl(0, fcntl.F_SETFL, flags)


def explain_hangs() -> None:
    """On HANG_SIGNAL write the stacks of threads, then of tasks, and end.

    To standard error.  Who is stuck in C is ended by the controller.
    """
    if HANG_SIGNAL is not None and hasattr(faulthandler, "register"):
        signal.signal(HANG_SIGNAL, _tell_tasks)
        faulthandler.register(HANG_SIGNAL, all_threads=True, chain=True)


def _tell_tasks(number: int, frame: FrameType | None) -> None:
    """Say where each task of the running loop stands, innermost await last; end."""
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
    """One line for each coroutine from the outermost to what it waits in."""
    lines = []
    while frame := getattr(coroutine, "cr_frame", None):
        code = frame.f_code
        lines.append(
            f'File "{code.co_filename}", line {frame.f_lineno}, {code.co_name}'
        )
        coroutine = coroutine.cr_await
    return lines
