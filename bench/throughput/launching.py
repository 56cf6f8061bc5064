"""Worker processes from the controller's side: start, park, take turns, give up on.

Whatever a worker does (crash, hang, die, print) comes back as a `Reading`; nothing
it does ends the run.
"""

import json
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, Any, Literal

from bench.throughput.lifeline import HANG_SIGNAL

Status = Literal["ok", "wrong", "hung", "crashed", "killed"]
ROOT = Path(__file__).resolve().parent.parent.parent
START_LIMIT_SECONDS = 30.0  # to import a pair; a cold disk is slow
STACKS_SECONDS = 3.0  # to write stacks and end; a busy machine is slow
LAST_LINES = 12
BOOT = """\
import sys
sys.path[:0] = {path}
from bench.throughput.worker import main
main()
"""


@dataclass(frozen=True)
class Reading:
    """What one worker gave: its result, or the reason why there is none."""

    status: Status
    reason: str | None = None
    result: Mapping[str, Any] = field(default_factory=dict)
    started: float = 0.0  # seconds since the epoch
    elapsed_seconds: float = 0.0  # of its turns; starting is not counted


class Launcher:
    """Runs workers; a context that leaves no process behind."""

    def __init__(self) -> None:
        self._ahead: list[Worker] = []  # started for the next block, perhaps parked
        self._running: list[Worker] = []

    def __enter__(self) -> "Launcher":
        return self

    def __exit__(self, *_: object) -> None:
        self._end(self._running)
        self._end(self._ahead)

    def readings(
        self,
        specs: Sequence[Mapping[str, Any]],
        ahead: Sequence[Mapping[str, Any]] = (),
    ) -> Generator[Reading, None, None]:
        """Start a worker for each specification, then let them work in turns.

        Each round is a window of every worker, forth and back, so that what slows the
        machine for a while slows all of them.  `ahead` is what will be asked for next:
        its workers start meanwhile.
        """
        try:
            self._take_over(specs)
            for worker in self._running:  # all are parked before the first window
                worker.wait_until_ready(START_LIMIT_SECONDS)
            self._ahead.extend(map(Worker, ahead))
            for number in range(max(spec.get("windows", 1) for spec in specs)):
                for worker in self._running[:: -1 if number % 2 else 1]:
                    worker.take_turn()
            for worker in self._running:
                yield worker.reading()
        finally:
            self._end(self._running)

    def _take_over(self, specs: Sequence[Mapping[str, Any]]) -> None:
        """Make those that were started ahead the running ones, if they are meant."""
        if [worker.spec for worker in self._ahead] == list(specs):
            self._running, self._ahead = self._ahead, []
            return
        self._end(self._ahead)
        self._running.extend(map(Worker, specs))

    def _end(self, workers: list["Worker"]) -> None:
        while workers:
            workers.pop().end()


class Worker:
    """One process of the interpreter under test."""

    def __init__(self, spec: Mapping[str, Any]) -> None:
        self._errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - ended in `end`
        self.spec = spec
        self._input = b""
        self._failure: Reading | None = None
        self._result: Mapping[str, Any] = {}
        self._turns_left: int = spec.get("windows", 1)
        self._started = 0.0
        self._elapsed_seconds = 0.0
        path = [str(ROOT), *spec.get("path", ())]
        self._process = subprocess.Popen(
            [spec["executable"] or sys.executable, "-c", BOOT.format(path=path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env=environment(spec.get("hash_seed", 0)),
            start_new_session=True,
        )
        self._say(json.dumps(spec))

    def wait_until_ready(self, limit_seconds: float) -> None:
        """Wait until all is imported; keep the reason when it cannot be."""
        message = self._hear(limit_seconds)
        if isinstance(message, Reading):
            self._failure = message
        elif not message.get("ready"):
            self._failure = Reading(message["status"], message.get("reason"))

    def take_turn(self) -> None:
        """Let it take its next window, if it has one; end it if it cannot."""
        if self._failure is not None or not self._turns_left:
            return
        start = time.monotonic()
        self._started = self._started or time.time()
        self._turns_left -= 1
        self._say("go")
        message = self._hear(self.spec["limit_seconds"])
        self._elapsed_seconds += time.monotonic() - start
        if isinstance(message, Reading):
            self._failure = message
        elif message["status"] != "ok":
            self._failure = Reading(message["status"], message.get("reason"))
        else:
            self._result = message
        if self._failure is not None or not self._turns_left:
            self.end()  # at once: the others go on

    def reading(self) -> Reading:
        """What came of its turns."""
        return replace(
            self._failure or Reading("ok", result=self._result),
            started=self._started,
            elapsed_seconds=self._elapsed_seconds,
        )

    def end(self) -> None:
        """End the process and all it started, and give back what it held."""
        _kill_group(self._process)
        for stream in (self._process.stdin, self._process.stdout, self._errors):
            with suppress(OSError):
                if stream:
                    stream.close()
        self._process.wait()

    def _say(self, line: str) -> None:
        assert self._process.stdin is not None
        with suppress(OSError):  # a worker that died is found out by listening
            self._process.stdin.write(line.encode() + b"\n")
            self._process.stdin.flush()

    def _hear(self, limit_seconds: float) -> Mapping[str, Any] | Reading:
        """The next message, or why there is none."""
        assert self._process.stdout is not None
        deadline = time.monotonic() + limit_seconds
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ)
            while b"\n" not in self._input:
                left = deadline - time.monotonic()
                if left <= 0 or not selector.select(left):
                    return self._hung(limit_seconds)
                chunk = os.read(self._process.stdout.fileno(), 65536)
                if not chunk:
                    return self._ended()
                self._input += chunk
        line, _, self._input = self._input.partition(b"\n")
        message: Mapping[str, Any] = json.loads(line)
        return message

    def _ended(self) -> Reading:
        """How a process went that gave no result: killed, or an exit of its own."""
        try:
            code = self._process.wait(timeout=STACKS_SECONDS)
        except subprocess.TimeoutExpired:
            return Reading("crashed", f"closed its channel\n{self._last_lines()}")
        if code < 0:
            return Reading("killed", f"by {signal.Signals(-code).name}")
        return Reading("crashed", f"exit status {code}\n{self._last_lines()}")

    def _hung(self, limit_seconds: float) -> Reading:
        """Where a process stands that did not come to an end."""
        if HANG_SIGNAL is not None:
            with suppress(OSError):
                self._process.send_signal(HANG_SIGNAL)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(timeout=STACKS_SECONDS)
        return Reading(
            "hung", f"no result after {limit_seconds:g} s\n{self._last_lines(60)}"
        )

    def _last_lines(self, count: int = LAST_LINES) -> str:
        self._errors.seek(0, os.SEEK_END)
        self._errors.seek(max(0, self._errors.tell() - 16_384))
        text = self._errors.read().decode(errors="replace")
        return "\n".join(text.splitlines()[-count:])


def environment(hash_seed: int) -> dict[str, str]:
    """The controller's environment without what changes an interpreter.

    Hashes are seeded, the same for both sides of a block and differently for each
    block: fixed for all, one lucky layout would be taken for the truth.
    """
    kept = {name: value for name, value in os.environ.items() if name[:6] != "PYTHON"}
    return {**kept, "PYTHONHASHSEED": str(hash_seed)}


def _kill_group(process: "subprocess.Popen[bytes]") -> None:
    """End a worker and what it started; it leads a group of its own."""
    with suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
