"""The part of a search on a worker: it starts explorer processes and gives them shares.

The functions are tasks of dask.  An explorer loads its program once for all its shares.
It ends when it is closed, when it is idle for too long, or when this process ends.
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

START_SECONDS = 60.0  # how long an explorer may take to start, and to load the program
END_SECONDS = 5.0  # how long to wait for the exit status of an explorer that ends
# An explorer hangs if it sends nothing for the time limit of its share plus this time.
SILENT_SECONDS = 30.0
LOCK = threading.Lock()
WARM: list["Explorer"] = []  # explorers that have no program yet
IDLE: dict[str, list["Explorer"]] = {}  # idle explorers, by program
OPEN: dict[str, list["Explorer"]] = {}  # all explorers with a program, by program
# explorers that search, by program and share
AT_WORK: dict[tuple[str, int], "Explorer"] = {}
CLOSED: set[str] = set()  # finished programs; a task of such a program may still run


@dataclass(frozen=True)
class Packed:
    """A pickled program; an explorer first enters `folder`, then unpickles the program.

    sources: the digest of each file of the program.
    project: the digest of this project's sources on the host that packed it.
    """

    number: str
    folder: str
    path: tuple[str, ...]
    content: bytes
    sources: dict[str, str]
    project: str


class EndedError(Exception):
    """An explorer has ended or could not begin; the text says why."""


class Explorer:
    """A process that searches shares of one program."""

    def __init__(self) -> None:
        """Start the explorer, still without a program."""
        command, environment = own_command("bench.hosts.share_process")
        self.process = subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            bufsize=0,
        )
        self.sending = threading.Lock()  # threads that search and recall both send
        self.answers: queue.SimpleQueue[Any] = queue.SimpleQueue()
        threading.Thread(target=self.listen, daemon=True).start()

    def wait_until_warm(self) -> None:
        """Wait until the explorer is ready to load a program.  Raises EndedError."""
        self.receive_soon("a process to search with did not start")

    def load(self, spec: Packed) -> None:
        """Make the explorer load the program, and wait for that.  Raises EndedError."""
        self.send((spec.folder, spec.path, spec.content, spec.sources))
        self.receive_soon("the program was not loaded")

    def receive_soon(self, lacking: str) -> None:
        """Wait for an answer; if none comes in time, raise EndedError with the text."""
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
        """Return the explorer's next answer.  Raises TimeoutError or EndedError."""
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
        """Say how the explorer ended; use this only if it has ended by itself."""
        with suppress(subprocess.TimeoutExpired):
            # the explorer has closed its output, so it ends now
            self.process.wait(END_SECONDS)
        self.close()
        return f"the process that searches {how_it_ended(self.process.returncode)}"

    def search(self, share: Share) -> ShareReport:
        """Search a share.  Raises TimeoutError or EndedError."""
        self.send(share)
        while True:
            found = self.receive(share.seconds + SILENT_SECONDS)
            if isinstance(found, ShareReport):
                return found

    def recall(self) -> None:
        """Make the explorer report its share now.

        This has no effect while another message is being sent to the explorer.
        """
        assert self.process.stdin is not None
        if self.sending.acquire(blocking=False):
            try:
                # this fails if the explorer has ended; then `search` reports how
                with suppress(OSError, ValueError):
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
    """Start a number of explorers, and wait until they can load a program.

    To start an explorer takes about a second, mostly for imports.  The explorers are
    started before a search, so that the search need not wait for that.
    """
    started = [Explorer() for _ in range(count)]
    for explorer in started:
        # If a start fails, the next share tries it again, and then reports the failure.
        with suppress(EndedError):
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
    """Load the program; return the reason if that is not possible, else None."""
    if spec.project != project_digest():
        return "it has another version of this project; install this one there"
    try:
        give_back(spec.number, take(spec))
    except EndedError as problem:
        return str(problem)
    return None


def search(spec: Packed, number: int, share: Share) -> ShareReport:
    """Search a share, or report why that is not possible."""
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
    """Make explorers report share `number` and its remaining part; None: all shares."""
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
    """Return an idle explorer, or a new one.  Raises EndedError."""
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
    explorer.close()  # the program was closed while the explorer loaded it


def forget(number: str, explorer: Explorer) -> None:
    with LOCK, suppress(KeyError, ValueError):
        OPEN[number].remove(explorer)
    explorer.close()
