"""What a worker does for a search: it keeps explorer processes, and hands them shares.

The functions are tasks of the engine.  An explorer keeps its program loaded from share
to share; it ends when it is closed, has nothing to do, or this process ends.
"""

import queue
import subprocess
import threading
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from bench.correctness.search.shares import RECALL, Share, ShareReport
from bench.correctness.watch.doing import how_it_ended
from bench.hosts import frames
from bench.hosts.processes import own_command
from bench.hosts.sources import project_digest

START_SECONDS = 60.0  # to start, and to load the program
END_SECONDS = 5.0  # for the status of one that ends by itself
SILENT_SECONDS = 30.0  # beyond its time, before a search counts as hung
LOCK = threading.Lock()
WARM: list["Explorer"] = []  # explorers that have no program yet
IDLE: dict[str, list["Explorer"]] = {}  # explorers with nothing to do, by program
OPEN: dict[str, list["Explorer"]] = {}  # all of them
AT_WORK: dict[tuple[str, int], "Explorer"] = {}  # by program and share
CLOSED: set[str] = set()  # programs that are done: a task of one may still run


@dataclass(frozen=True)
class Packed:
    """A program on its way: unpacked only where its folder has been entered.

    sources: the digest of each file of the program.
    project: the digest of the project's sources where it was packed.
    """

    number: str
    folder: str
    path: tuple[str, ...]
    content: bytes
    sources: dict[str, str]
    project: str


class EndedError(Exception):
    """An explorer ended, or could not begin; the text says why."""


class Explorer:
    """A process that searches shares of one program."""

    def __init__(self) -> None:
        """Start it; it has no program yet."""
        command, environment = own_command("bench.hosts.share_process")
        self.process = subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
        )
        self.sending = threading.Lock()  # a share is recalled by another thread
        self.answers: queue.SimpleQueue[Any] = queue.SimpleQueue()
        threading.Thread(target=self.listen, daemon=True).start()

    def wait_until_warm(self) -> None:
        """Wait until it can load a program.  Raises EndedError."""
        self.receive_soon("a process to search with did not start")

    def load(self, spec: Packed) -> None:
        """Have it load the program, and wait for that.  Raises EndedError."""
        self.send((spec.folder, spec.path, spec.content, spec.sources))
        self.receive_soon("the program was not loaded")

    def receive_soon(self, lacking: str) -> None:
        """Wait for an answer; EndedError says what was lacking without one."""
        try:
            self.receive(START_SECONDS)
        except TimeoutError:
            self.close()
            raise EndedError(f"{lacking} within {START_SECONDS:g} s") from None

    def listen(self) -> None:
        assert self.process.stdout is not None
        while True:
            try:
                self.answers.put(frames.read(self.process.stdout))
            except (EOFError, OSError, ValueError):
                self.answers.put(None)
                return

    def send(self, message: Any) -> None:
        assert self.process.stdin is not None
        try:
            with self.sending:
                frames.write(self.process.stdin, message)
        except (OSError, ValueError):
            raise EndedError(self.how_it_ended()) from None

    def receive(self, seconds: float) -> Any:
        """What it answers next.  Raises TimeoutError, or EndedError."""
        try:
            answer = self.answers.get(timeout=seconds)
        except queue.Empty:
            raise TimeoutError from None
        if answer is None:
            raise EndedError(self.how_it_ended())
        kind, *told = answer
        if kind == "cannot":
            self.close()
            raise EndedError(told[0])
        return told[0] if told else None

    def how_it_ended(self) -> str:
        """How it ended without being asked to, in words."""
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(END_SECONDS)  # its output is closed: it is ending
        self.close()
        return f"the process that searches {how_it_ended(self.process.returncode)}"

    def search(self, share: Share) -> ShareReport:
        """Search a share.  Raises TimeoutError, or EndedError."""
        self.send(share)
        while True:
            found = self.receive(share.seconds + SILENT_SECONDS)
            if isinstance(found, ShareReport):
                return found

    def recall(self) -> None:
        """Have it report its share; nothing where it is just being given one."""
        assert self.process.stdin is not None
        if self.sending.acquire(blocking=False):
            try:
                with suppress(OSError, ValueError):  # it has ended: `search` says how
                    frames.write(self.process.stdin, RECALL)
            finally:
                self.sending.release()

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                with suppress(OSError):
                    stream.close()


# --- Tasks ----------------------------------------------------------------------------


def warm(count: int) -> None:
    """Start so many explorers, and wait until they can load a program.

    To start takes about a second, mostly imports: a search should not wait for it.
    """
    started = [Explorer() for _ in range(count)]
    for explorer in started:
        with suppress(EndedError):  # a share starts another, and says why it cannot
            explorer.wait_until_warm()
            with LOCK:
                WARM.append(explorer)


def cool() -> None:
    """End the explorers that have no program."""
    with LOCK:
        found = WARM[:]
        WARM.clear()
    for explorer in found:
        explorer.close()


def prepare(spec: Packed) -> str | None:
    """Load the program; return why that is not possible, or None."""
    if spec.project != project_digest():
        return "it has another version of this project; install this one there"
    try:
        give_back(spec.number, take(spec))
    except EndedError as problem:
        return str(problem)
    return None


def search(spec: Packed, number: int, share: Share) -> ShareReport:
    """Search a share, or say why that is not possible."""
    if spec.project != project_digest():
        return ShareReport(refused="a worker came with another version of this project")
    try:
        explorer = take(spec)
    except EndedError as problem:
        return ShareReport(refused=str(problem))
    key = spec.number, number
    with LOCK:
        AT_WORK[key] = explorer
    try:
        report = explorer.search(share)
    except EndedError as problem:
        forget(spec.number, explorer)
        return ShareReport(lost=str(problem))
    except TimeoutError:
        forget(spec.number, explorer)
        return ShareReport(
            refused=f"a run did not come back within {SILENT_SECONDS:g} s on a worker"
        )
    finally:
        with LOCK:
            del AT_WORK[key]
    give_back(spec.number, explorer)
    return report


def recall(spec: str, number: int | None = None) -> None:
    """Have a share reported now, with what is left of it; None: all of a program."""
    with LOCK:
        found = [
            explorer
            for (of, share), explorer in AT_WORK.items()
            if of == spec and number in (share, None)
        ]
    for explorer in found:
        explorer.recall()


def close(number: str) -> None:
    """End the explorers of a program."""
    with LOCK:
        CLOSED.add(number)
        IDLE.pop(number, None)
        found = OPEN.pop(number, [])
    for explorer in found:
        explorer.close()


def take(spec: Packed) -> Explorer:
    """An explorer with nothing to do, or a new one.  Raises EndedError."""
    with LOCK:
        idle = IDLE.setdefault(spec.number, [])
        while idle:
            explorer = idle.pop()
            if explorer.process.poll() is None:
                return explorer
        ready = WARM.pop() if WARM else None
    if ready is not None and ready.process.poll() is not None:
        ready.close()
        ready = None
    if ready is None:
        ready = Explorer()
        ready.wait_until_warm()
    ready.load(spec)
    with LOCK:
        if spec.number not in CLOSED:
            OPEN.setdefault(spec.number, []).append(ready)
            return ready
    ready.close()
    raise EndedError("the search has ended")


def give_back(number: str, explorer: Explorer) -> None:
    with LOCK:
        if number in OPEN:
            IDLE.setdefault(number, []).append(explorer)
            return
    explorer.close()  # it was closed meanwhile


def forget(number: str, explorer: Explorer) -> None:
    with LOCK, suppress(KeyError, ValueError):
        OPEN[number].remove(explorer)
    explorer.close()
