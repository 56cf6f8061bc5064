"""The part of a sweep on a worker: a whole run on its host, sent line by line.

The run is a process of its own with the command `run`.  So a host measures as it would
without a sweep.  Only one run at a time may measure on a machine: the next run waits
for its end.  So when the task is cancelled, its run must end too.
"""

import os
import shlex
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.hosts.dask_cluster import is_wanted, scratch_of_worker, tell
from bench.hosts.processes import own_command
from bench.hosts.sources import project_digest
from bench.ledger.locking import lock
from bench.ledger.store import LEDGER

# seconds between two checks of the ledger; a check is one call of `stat`
POLL_SECONDS = 0.25
# the file, in the machine's temporary folder, that a run locks while it measures
LOCK = "threads-vs-asyncio-measuring.lock"


@dataclass(frozen=True)
class HostRun:
    """A run for one host.

    arguments: the arguments of `run`; if the run is resumed, the ledger has them.
    folder: the working directory on the host.
    ledger: the records that the host measured before; empty for a new run.
    topic: the topic to which the lines of the ledger are sent.
    """

    host: str
    arguments: tuple[str, ...]
    folder: str
    ledger: bytes
    topic: str
    project: str


@dataclass(frozen=True)
class Measured:
    """How a host's run ended: its exit status, its ledger, its last line of output."""

    host: str
    status: int
    ledger: bytes
    said: str


def measure(host_run: HostRun) -> Measured:
    """Run on this host, and send each line of the ledger as it is written."""
    if host_run.project != project_digest():
        return Measured(host_run.host, 2, b"", "it has another version of this project")
    with tempfile.TemporaryDirectory(dir=scratch_of_worker()) as scratch, alone():
        folder = Path(scratch) / "run"
        return run(host_run, folder)


@contextmanager
def alone() -> Iterator[None]:
    """Hold the lock of this machine, so that its workers measure one after another."""
    file = os.open(Path(tempfile.gettempdir()) / LOCK, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        while not lock(file):
            if not is_wanted():
                raise RuntimeError("the run was cancelled before it began")
            time.sleep(POLL_SECONDS)
        yield
    finally:
        os.close(file)


def run(host_run: HostRun, folder: Path) -> Measured:
    command, environment = own_command("bench.hosts.tied_run")
    ledger = folder / LEDGER
    if host_run.ledger:
        folder.mkdir()
        ledger.write_bytes(host_run.ledger)
        arguments = ["run", "--resume", str(folder)]
    else:
        arguments = new_run(host_run, folder)
    here = host_run.folder if os.path.isdir(host_run.folder) else str(folder.parent)
    with (
        tempfile.TemporaryFile() as said,
        subprocess.Popen(
            [*command, *arguments, "--ledger-only"],
            env=environment,
            cwd=here,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=said,
        ) as process,
    ):
        told = len(host_run.ledger)
        ending = threading.Thread(target=process.wait, daemon=True)
        ending.start()
        try:
            while ending.is_alive() and is_wanted():
                ending.join(POLL_SECONDS)
                told = tell_lines(host_run, ledger, told)
        finally:
            process.kill()
        tell_lines(host_run, ledger, told)
        said.seek(0)
        last = said.read().decode(errors="replace").strip().splitlines()[-1:]
    content = ledger.read_bytes() if ledger.exists() else b""
    return Measured(host_run.host, process.returncode, content, "".join(last))


def new_run(host_run: HostRun, folder: Path) -> list[str]:
    """Return the arguments of a new run on this host.

    The run records a command that a user can repeat on this host.  The folder here is
    temporary, so this command does not contain it.
    """
    repeated = ["run", *host_run.arguments, "--host", host_run.host]
    recorded = shlex.join(["python", "-m", "bench", *repeated])
    return [*repeated, "-o", str(folder), "--recorded-as", recorded]


def tell_lines(host_run: HostRun, ledger: Path, told: int) -> int:
    """Send the whole lines after an offset; return the next offset."""
    try:
        size = ledger.stat().st_size
    except OSError:
        return told
    if size <= told:
        return told
    with ledger.open("rb") as file:
        file.seek(told)
        content = file.read()
    content = content[: content.rfind(b"\n") + 1]
    if content:
        tell(
            host_run.topic, {"host": host_run.host, "offset": told, "content": content}
        )
    return told + len(content)
