"""What a worker does for a sweep: a whole run on its host, told line by line.

The run is that of the command line, in a process of its own, so that a host measures
as it would alone.  It ends when it is no longer asked for: the next one waits for it.
"""

import os
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

POLL_SECONDS = 0.25  # between two looks at the ledger: one call of `stat`
LOCK = "threads-vs-asyncio-measuring.lock"  # in the temporary folder of a machine


@dataclass(frozen=True)
class HostRun:
    """A run for one host.

    arguments: of `run`; a run that goes on has its own.
    folder: the working directory, where the host has it.
    ledger: what the host had measured before; empty for a new run.
    topic: where its lines are told.
    """

    host: str
    arguments: tuple[str, ...]
    folder: str
    ledger: bytes
    topic: str
    project: str


@dataclass(frozen=True)
class Measured:
    """How a host's run ended: its exit status, its ledger, its last words."""

    host: str
    status: int
    ledger: bytes
    said: str


def measure(host_run: HostRun) -> Measured:
    """Run on this host, and tell each line of the ledger as it comes."""
    if host_run.project != project_digest():
        return Measured(host_run.host, 2, b"", "it has another version of this project")
    with tempfile.TemporaryDirectory(dir=scratch_of_worker()) as scratch, alone():
        folder = Path(scratch) / "run"
        return run(host_run, folder)


@contextmanager
def alone() -> Iterator[None]:
    """Measure alone on this machine: two workers of it take turns."""
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
        arguments = [
            "run",
            *host_run.arguments,
            "-o",
            str(folder),
            "--host",
            host_run.host,
        ]
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


def tell_lines(host_run: HostRun, ledger: Path, told: int) -> int:
    """Tell the whole lines after an offset; return the next one."""
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
