"""A process that is watched: what it sends, how it ended, what it was doing.

Code within a process cannot end a call of C code that does not return.  A call that
takes all memory ends the process itself.  For these reasons an exploration runs in a
child process, and its parent checks the time.
"""

import contextlib
import ctypes
import faulthandler
import multiprocessing
import os
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from multiprocessing.connection import wait as wait_for
from pathlib import Path
from typing import Any

Send = Callable[[Any], None]
Job = Callable[[Send], None]

STACK_SECONDS = 0.5  # how long to wait for a stack; it is usually written at once
POLL_SECONDS = 0.01
PRELOADED = ["bench.correctness.watch.exploring_process", "bench.pairs.explore_one"]
ASK = getattr(signal, "SIGUSR1", None)  # makes the child write its stack; POSIX only
DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)


OPEN: set["Watched"] = set()  # the open processes of all threads

# A thread holds this lock while it reads the status of a child.  The status of a child
# can be read only once.  The start of a process also reads the status of every other
# child that has ended.  Without the lock, another thread that reads at the same time
# would find nothing.
READING_STATUS = threading.Lock()


class EndedError(Exception):
    """The process ended before its job did; `status` is its `Process.exitcode`."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class Watched:
    """A job in a process of its own.  The caller must call `close` after use.

    The job gets a function that sends its argument to the parent process.  The job must
    be picklable if the process cannot be forked.  With `terminal`, the process
    keeps the standard streams and receives Ctrl-C itself, for a debugger.
    """

    def __init__(
        self, job: Job, *, terminal: bool = False, fork: bool | None = None
    ) -> None:
        self.forked = can_fork() if fork is None else fork
        context = context_for(self.forked)
        handle, stack = tempfile.mkstemp(prefix="stack-")
        os.close(handle)
        self.stack = Path(stack)
        self.connection: Connection
        self.connection, theirs = context.Pipe(duplex=False)
        self.process = context.Process(
            target=serve, args=(job, theirs, stack, terminal, os.getpid()), daemon=True
        )
        flush()
        # A fork copies a held lock, and nothing would release the copy.  So the lock
        # READING_STATUS is not taken before a fork.
        alone = contextlib.nullcontext() if self.forked else READING_STATUS
        with alone, sigint_blocked():
            self.process.start()
        self.leads_group = not terminal and hasattr(os, "killpg")
        OPEN.add(self)  # from now on another thread may end it
        theirs.close()

    def receive(self, until: float | None = None) -> Any:
        """Return the next object that the job sends.

        `until` is a time of `time.monotonic`.  Raises TimeoutError when that time has
        passed, and EndedError when the process has ended.
        """
        left = None if until is None else max(0.0, until - time.monotonic())
        if not self.connection.poll(left):
            raise TimeoutError
        try:
            return self.connection.recv()
        except (EOFError, OSError):
            raise EndedError(self.exit_status()) from None

    def exit_status(self) -> int:
        """Wait until the process ends; return its `exitcode`, or 0 if it is not known.

        If another thread is reading the `exitcode`, this method waits a moment for that
        thread.
        """
        until = time.monotonic() + STACK_SECONDS
        self.wait()
        while (status := self.read_status()) is None and time.monotonic() < until:
            time.sleep(POLL_SECONDS)
        return status or 0

    def read_status(self) -> int | None:
        """The `exitcode`; None while the process runs, or another thread reads it."""
        with READING_STATUS:
            status: int | None = self.process.exitcode
        return status

    def ask_for_stack(self) -> str:
        """Let the process write its stack; return what is written in time."""
        if ASK is None or self.process.pid is None:
            return ""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.process.pid, ASK)
        until = time.monotonic() + STACK_SECONDS
        said = ""
        while time.monotonic() < until:
            time.sleep(POLL_SECONDS)
            before, said = said, self.last_stack()
            if said and said == before:
                break
        return said

    def last_stack(self) -> str:
        """The stacks that the process wrote, on request or when it crashed."""
        return self.stack.read_text(encoding="utf-8", errors="replace")

    def wait(self, seconds: float | None = None) -> None:
        """Wait until the process ends by itself, or for `seconds`; None: no limit."""
        if self.forked:
            self.process.join(seconds)
        elif wait_for([self.process.sentinel], seconds):
            with READING_STATUS:
                self.process.join()

    def close(self) -> None:
        """End the process, if it has not ended, and all processes that it started."""
        self.kill()
        self.wait()
        OPEN.discard(self)
        self.connection.close()
        self.stack.unlink(missing_ok=True)

    def kill(self) -> None:
        """Send the signal that ends the process; `close` must still be called."""
        pid = self.process.pid
        if self.leads_group and pid is not None:
            # The process leads its group.  Until the process is reaped, no other group
            # can get this number.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, signal.SIGKILL)
        self.process.kill()

    def __enter__(self) -> "Watched":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def can_fork() -> bool:
    """Whether a child may begin as a fork of this process, which is the fastest way.

    This is possible only on Linux, and only if there are no other threads: in the
    child, the locks of other threads would be held for ever.
    """
    return sys.platform == "linux" and threading.active_count() == 1


def context_for(fork: bool) -> Any:
    """Return the context of `multiprocessing` in which processes start.

    With `fork`, a process starts as a copy of this process.  Otherwise it is a copy of
    a process without threads, or a new process on systems that cannot fork.
    """
    if fork:
        return multiprocessing.get_context("fork")
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    return context


def flush() -> None:
    """Write the buffers, because a copy of this process would write them again."""
    for stream in filter(None, (sys.stdout, sys.stderr)):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()


@contextlib.contextmanager
def sigint_blocked() -> Iterator[None]:
    """Block SIGINT while a process starts, so that it starts with SIGINT blocked."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def end_all() -> None:
    """End the processes of other threads; these threads then get an EndedError."""
    for one in list(OPEN):
        with contextlib.suppress(ValueError):  # the process was closed meanwhile
            one.kill()


# --- In the process that is watched ---------------------------------------------------


def serve(
    job: Job, connection: Connection, stack: str, terminal: bool, parent: int
) -> None:
    """Prepare this process, and do the job."""
    end_with_parent(parent)
    file = open(stack, "ab", buffering=0)  # noqa: SIM115 - until the process ends
    faulthandler.enable(file)
    if ASK is not None:
        faulthandler.register(ASK, file)
    if terminal:
        sys.stdin = open(0, closefd=False)  # noqa: SIM115
        if hasattr(signal, "pthread_sigmask"):
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    else:
        leave_terminal()
    job(connection.send)
    connection.close()


def leave_terminal() -> None:
    """Leave the streams and Ctrl-C to the parent; lead a group of processes.

    If the program had the streams, its output would appear once for each schedule.  The
    input on the terminal is for the explorer, not for the program.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "setpgid"):
        os.setpgid(0, 0)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)


def end_with_parent(parent: int) -> None:
    """Let this process end when its parent ends, for any reason."""
    if sys.platform == "linux" and os.getppid() == parent:
        ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)
    else:  # this is not Linux, or a fork server is the parent of this process
        threading.Thread(target=exit_after_parent, daemon=True).start()


def exit_after_parent() -> None:
    """Wait until the parent process has ended, then end this one at once."""
    if (parent := multiprocessing.parent_process()) is not None:
        parent.join()
        os._exit(1)
