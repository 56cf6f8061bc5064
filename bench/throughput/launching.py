"""Worker processes, as the controller runs them: start, park, take turns, end.

A worker's result is always a `Reading`, even if the worker crashes, hangs, is killed or
prints.  No worker can end the run.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Generator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Any, Literal

import psutil

from bench.throughput import guarding
from bench.throughput.allowance import Allowance, why_hung
from bench.throughput.channels import channel
from bench.throughput.guarding import LOOK_SECONDS, Guard, kill_group, visible
from bench.throughput.lifeline import HANG_SIGNAL
from bench.throughput.messages import Messages, UnreadableError

Status = Literal["ok", "wrong", "hung", "crashed", "killed"]
ROOT = Path(__file__).resolve().parent.parent.parent
# seconds to import a pair, even from a disk that has not cached it
START_LIMIT_SECONDS = 30.0
STACKS_SECONDS = 3.0  # seconds to write stacks and end, even on a busy machine
TEMPORARY = "threads-vs-asyncio-"  # of temporary folders; the process number follows
LAST_LINES = 12
OVER = "Timeout ("  # the first words of faulthandler when a call takes too long
BOOT = """\
import sys
sys.path[:0] = {path}
from bench.throughput.worker import main
main()
"""


@dataclass(frozen=True)
class Reading:
    """The result of one worker, or the reason why it has none."""

    status: Status
    reason: str | None = None
    result: Mapping[str, Any] = field(default_factory=dict)
    turns: tuple[Mapping[str, Any], ...] = ()  # the result of each turn, in order
    started: float = 0.0  # seconds since the epoch
    # the time of the worker's turns, without the start of the worker
    elapsed_seconds: float = 0.0


class Launcher:
    """Runs workers; as a context, it leaves no process and no temporary file behind."""

    def __init__(self) -> None:
        self.allowance = Allowance()
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._ahead: list[WorkerProcess] = []  # already started, for the next block
        self._running: list[WorkerProcess] = []

    def __enter__(self) -> "Launcher":
        remove_forsaken(Path(tempfile.gettempdir()))
        self._folder = tempfile.TemporaryDirectory(
            prefix=f"{TEMPORARY}{os.getpid()}-", ignore_cleanup_errors=True
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._end(self._running)
        self._end(self._ahead)
        if self._folder is not None:
            self._folder.cleanup()

    def _start(self, spec: Mapping[str, Any]) -> "WorkerProcess":
        """Start a worker whose temporary files this launcher removes."""
        folder = self._folder.name if self._folder is not None else None
        return WorkerProcess(spec, folder, self.allowance)

    def readings(
        self,
        specs: Sequence[Mapping[str, Any]],
        ahead: Sequence[Mapping[str, Any]] = (),
    ) -> Generator[Reading, None, None]:
        """Start a worker for each specification, then let the workers take turns.

        In each round every worker runs one window, so that a disturbance of the machine
        affects all workers.  In every second round the workers have the reverse order.
        `ahead` are the specifications that will probably be needed next.  Their workers
        are started now, while the windows of the present workers run.
        """
        try:
            self._take_over(specs)
            # all workers are parked before the first window
            for worker in self._running:
                worker.wait_until_ready()
            self._ahead.extend(map(self._start, ahead))
            for number in range(max(spec.get("windows", 1) for spec in specs)):
                for worker in self._running[:: -1 if number % 2 else 1]:
                    worker.take_turn()
            for worker in self._running:
                yield worker.reading()
        finally:
            self._end(self._running)

    def _take_over(self, specs: Sequence[Mapping[str, Any]]) -> None:
        """Use the workers that were started ahead, if their specifications fit."""
        if [worker.spec for worker in self._ahead] == list(specs):
            self._running, self._ahead = self._ahead, []
            return
        self._end(self._ahead)
        self._running.extend(map(self._start, specs))

    def _end(self, workers: list["WorkerProcess"]) -> None:
        while workers:
            workers.pop().end()


class WorkerProcess:
    """One worker process, of the interpreter under test."""

    def __init__(
        self,
        spec: Mapping[str, Any],
        folder: str | None = None,
        allowance: Allowance | None = None,
    ) -> None:
        self._allowance = allowance or Allowance()
        self._errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - ended in `end`
        self.spec = spec
        self._token = uuid.uuid4().hex  # the first bytes of each of its messages
        self._guard = Guard(spec, self._errors)
        self._messages = Messages(self._token)
        self._failure: Reading | None = None
        self._results: list[Mapping[str, Any]] = []
        self._turns_left: int = spec.get("windows", 1)
        self._started = 0.0
        self._elapsed_seconds = 0.0
        self._has_ended = False
        path = [*spec.get("first", ()), str(ROOT), *spec.get("path", ())]
        # -P: a side at another version must not import modules of the current directory
        safe = ["-P"] if spec.get("first") else []
        self._process = subprocess.Popen(
            [spec["executable"] or sys.executable, *safe, "-c", BOOT.format(path=path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env=environment(spec.get("hash_seed", 0), folder)
            | self._guard.environment(),
            start_new_session=True,
        )
        guarding.workers.add(self._process.pid)
        assert self._process.stdout is not None
        self._channel = channel(self._process.stdout)
        self._send(json.dumps({**spec, "token": self._token}))

    def wait_until_ready(self) -> None:
        """Wait until the worker's imports are done; store the reason if they fail."""
        limit_seconds = self.spec.get("start_limit_seconds", START_LIMIT_SECONDS)
        message = self._receive(limit_seconds)
        if isinstance(message, Reading):
            self._failure = message
        elif not message.get("ready"):
            self._failure = _failed(message)

    def take_turn(self) -> None:
        """Run the worker's next window; end it after its last window or a failure."""
        if self._failure is not None or not self._turns_left:
            return
        start = time.monotonic()
        self._started = self._started or time.time()
        self._turns_left -= 1
        self._send("go")
        message = self._receive(self.spec["limit_seconds"])
        self._elapsed_seconds += time.monotonic() - start
        if isinstance(message, Reading):
            self._failure = message
        elif message.get("status") != "ok":
            self._failure = _failed(message)
        else:
            self._results.append(message)
        if self._failure is not None or not self._turns_left:
            self.end()  # at once, because other workers still measure

    def reading(self) -> Reading:
        """The result of the worker's turns."""
        return replace(
            self._failure or Reading("ok", result=self._last_result),
            turns=tuple(self._results),
            started=self._started,
            elapsed_seconds=self._elapsed_seconds,
        )

    @property
    def _last_result(self) -> Mapping[str, Any]:
        return self._results[-1] if self._results else {}

    def end(self) -> None:
        """End the process and all processes that it started, and close its streams."""
        if self._has_ended:
            return
        self._has_ended = True
        started = self._guard.started(self._process.pid)
        kill_group(self._process, self._guard.reap)
        for stream in (self._process.stdin, self._process.stdout, self._errors):
            with suppress(OSError):
                if stream:
                    stream.close()
        self._process.wait()
        guarding.workers.discard(self._process.pid)
        self._guard.end_rest(started)

    def _send(self, line: str) -> None:
        assert self._process.stdin is not None
        with suppress(OSError):  # the worker has ended; `_receive` detects that
            self._process.stdin.write(line.encode() + b"\n")
            self._process.stdin.flush()

    def _receive(self, limit_seconds: float) -> Mapping[str, Any] | Reading:
        """The next message, or a reading of the failure."""
        start = time.monotonic()
        allowed = self._allowance.seconds(self.spec, limit_seconds)
        while (found := self._next()) is None:
            left = start + allowed - time.monotonic()
            if left <= 0:
                return self._hung(why_hung(allowed, limit_seconds))
            is_over = self._guard.is_watching and self._process.poll() is not None
            look = LOOK_SECONDS if self._guard.is_watching else left
            chunk = self._channel.read(min(left, look))
            if chunk is None:
                if reason := self._guard.exceeded(
                    self._process.pid, self._messages.foreign_bytes
                ):
                    return Reading("killed", reason)
                # The worker has ended, but a process that it left keeps the channel.
                if is_over:
                    return self._ended()
                continue
            if not chunk:
                return self._ended()
            self._messages.take(chunk)
        self._allowance.answered(self.spec, time.monotonic() - start)
        return found

    def _next(self) -> Mapping[str, Any] | Reading | None:
        try:
            return self._messages.next()
        except UnreadableError as problem:
            shown = visible(repr(str(problem)))
            return Reading(
                "crashed",
                f"its process answered {shown}; does it replace parts of json?",
            )

    def _ended(self) -> Reading:
        """A reading for a process that ended without a result: killed or crashed."""
        try:
            code = self._process.wait(timeout=STACKS_SECONDS)
        except subprocess.TimeoutExpired:
            return Reading("crashed", f"closed its channel\n{self._last_lines()}")
        if code < 0:
            names = [one.name for one in signal.Signals if one == -code]
            return Reading("killed", f"by {(*names, f'signal {-code}')[0]}")
        limit_seconds = self.spec.get("call_limit_seconds")
        if code == 1 and limit_seconds and OVER in self._last_lines(60):
            return self._hung(why_hung(limit_seconds, limit_seconds))
        if code:
            return Reading("crashed", f"exit status {code}\n{self._last_lines()}")
        said = "ended itself with exit status 0, as os._exit(0) does"
        return Reading("crashed", f"{self._last_lines()}\n{said}")

    def _hung(self, why: str) -> Reading:
        """A reading for a process that hangs, with the stacks that it wrote."""
        if HANG_SIGNAL is not None:
            with suppress(OSError):
                self._process.send_signal(HANG_SIGNAL)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(timeout=STACKS_SECONDS)
        return Reading("hung", f"{why}\n{self._last_lines(60)}")

    def _last_lines(self, count: int = LAST_LINES) -> str:
        self._errors.seek(0, os.SEEK_END)
        self._errors.seek(max(0, self._errors.tell() - 16_384))
        text = self._errors.read().decode(errors="replace")
        return "\n".join(visible(text).splitlines()[-count:])


def _failed(message: Mapping[str, Any]) -> Reading:
    """The failure that a worker reports; its text may come from user code."""
    reason = message.get("reason")
    return Reading(
        message.get("status", "crashed"), None if reason is None else visible(reason)
    )


def environment(hash_seed: int, folder: str | None = None) -> dict[str, str]:
    """The environment of a worker: the controller's, without variables of Python.

    `folder` is the folder for the temporary files of the worker.
    Both sides of a block have the same hash seed, and each block has another seed.  So
    the result of a run does not depend on a single memory layout.
    """
    kept = {name: value for name, value in os.environ.items() if name[:6] != "PYTHON"}
    temporary = {} if folder is None else dict.fromkeys(("TMPDIR", "TEMP"), folder)
    return {**kept, **temporary, "PYTHONHASHSEED": str(hash_seed)}


def remove_forsaken(root: Path) -> None:
    """Remove the temporary folders of launchers whose process was killed."""
    for folder in root.glob(f"{TEMPORARY}*"):
        process = folder.name.removeprefix(TEMPORARY).partition("-")[0]
        if process.isdecimal() and not psutil.pid_exists(int(process)):
            shutil.rmtree(folder, ignore_errors=True)
