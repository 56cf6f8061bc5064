"""A sweep: the same run on each host of a cluster; all ledgers are written here."""

import queue
import time
import uuid
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from bench.errors import CannotRunError
from bench.hosts.checking import check, no_answer
from bench.hosts.connecting import first_line
from bench.hosts.dask_cluster import MEASURING, Engine, Worker, result_of
from bench.hosts.facts import Asked, Facts, facts
from bench.hosts.sources import project_digest
from bench.hosts.sweep_task import HostRun, Measured, measure
from bench.ledger.store import Ledger
from bench.ledger.sweeps import folder_of
from bench.records.runs import Entry
from bench.records.samples import Sample

LOST_SECONDS = 3.0  # a worker that is absent for so long counts as lost
POLL_SECONDS = 0.5
_decoder = msgspec.json.Decoder(Entry)


@dataclass(frozen=True)
class Told:
    """The state of a host's run: its number of samples, and how it ended."""

    host: str
    samples: int
    # why the run did not end well; "": it ended well; None: it has not ended yet
    ended: str | None = None


def hosts_of(
    engine: Engine, asked: Asked, sources: dict[str, str]
) -> dict[str, Worker]:
    """Return the hosts that can measure, by name, each with one worker.

    Each worker that was started with a name is a host.  Workers without a name count as
    one host for each machine.  Raises CannotRunError for the first host that lacks a
    pair, or has another version of a pair.
    """
    workers = check(engine, __name__)  # imports all modules that tasks use
    hosts: dict[str, Worker] = {}
    for worker, found in zip(workers, engine.each(workers, facts, asked), strict=True):
        if not isinstance(found, Facts):
            why = no_answer(found) or f"cannot tell what it is: {first_line(found)}"
            raise CannotRunError(f"worker {worker.name} {why}")
        if found.lacking:
            raise CannotRunError(
                f"worker {worker.name}: {found.lacking}; install what it needs there"
            )
        for module, digest in sources.items():
            theirs = found.sources.get(module, "none")
            if theirs != digest:
                raise CannotRunError(
                    f"worker {worker.name} has another {module}"
                    f" ({theirs[:8]}, here {digest[:8]}); copy it there"
                )
        is_named = not worker.name.isdecimal() and "://" not in worker.name
        name = worker.name if is_named else f"host-{found.hostname_sha256[:8]}"
        hosts.setdefault(name, worker)
    return hosts


class HostLedger:
    """The ledger of one host, written here as its lines arrive."""

    def __init__(self, folder: Path, host: str) -> None:
        self.path = folder_of(folder, host)
        self.ledger: Ledger | None = None
        self.before = b""
        self.samples = 0
        if self.path.exists():
            self.ledger, entries = Ledger.resume(self.path)
            self.before = self.ledger.path.read_bytes()
            self.samples = sum(isinstance(one, Sample) for one in entries)
        self.size = len(self.before)

    def add(self, offset: int, content: bytes) -> None:
        """Append those bytes that the ledger lacks; `content` begins at `offset`.

        Messages may arrive in another order than they were sent.  If an earlier line
        has not arrived yet, the bytes are ignored.  They are not lost, because the
        whole ledger arrives at the end of the run.
        """
        if offset > self.size:
            return
        new = content[self.size - offset :]
        new = new[: new.rfind(b"\n") + 1]
        if not new:
            return
        entries = [_decoder.decode(line) for line in new.splitlines()]
        if self.ledger is None:
            self.ledger = Ledger.create(self.path)
        self.ledger.append_all(entries)
        self.size += len(new)
        self.samples += sum(isinstance(one, Sample) for one in entries)

    def close(self) -> None:
        if self.ledger is not None:
            self.ledger.close()


def sweep(
    engine: Engine,
    hosts: dict[str, Worker],
    folder: Path,
    arguments: Sequence[str],
    working: str,
) -> Generator[Told, None, None]:
    """Measure on all hosts at once, each alone on its machine; yield the states.

    A run never moves to another host, because its task is pinned to a worker.  The task
    also takes the worker's one resource for measuring, so that no second run begins on
    this worker.  Close the iterator to stop.
    """
    inbox: queue.SimpleQueue[Any] = queue.SimpleQueue()
    topic = f"bench-{uuid.uuid4().hex}"
    engine.listen(topic, inbox.put)
    engine.allow_measuring(list(hosts.values()))
    ledgers = {host: HostLedger(folder, host) for host in hosts}
    futures: dict[str, Any] = {}
    try:
        for host, worker in hosts.items():
            host_run = HostRun(
                host, tuple(arguments), working, ledgers[host].before, topic,
                project_digest(),
            )  # fmt: skip
            futures[host] = engine.submit(
                measure,
                host_run,
                worker=worker.address,
                resources={MEASURING: 1},
                done=partial(_tell_end, inbox, host),
            )
        yield from _follow(engine, hosts, ledgers, inbox, futures)
    finally:
        for future in futures.values():
            future.cancel()
        for ledger in ledgers.values():
            ledger.close()


def _tell_end(inbox: "queue.SimpleQueue[Any]", host: str, future: Any) -> None:
    inbox.put((host, result_of(future)))


def _follow(
    engine: Engine,
    hosts: dict[str, Worker],
    ledgers: dict[str, HostLedger],
    inbox: "queue.SimpleQueue[Any]",
    futures: dict[str, Any],
) -> Iterator[Told]:
    """Read lines and results until every host has ended or is lost."""
    left = set(hosts)
    seen = dict.fromkeys(hosts, time.monotonic())
    while left:
        try:
            came = inbox.get(timeout=POLL_SECONDS)
        except queue.Empty:
            came = None
        if isinstance(came, dict) and came["host"] in left:
            ledgers[came["host"]].add(came["offset"], bytes(came["content"]))
            yield Told(came["host"], ledgers[came["host"]].samples)
        elif isinstance(came, tuple) and came[0] in left:
            host, ended = came
            left.discard(host)
            yield Told(host, *_ended(ledgers[host], ended))
        there = {one.address for one in engine.workers()}
        for host in sorted(left):
            if hosts[host].address in there:
                seen[host] = time.monotonic()
            elif time.monotonic() - seen[host] > LOST_SECONDS:
                left.discard(host)
                futures.pop(host).cancel()
                yield Told(host, ledgers[host].samples, "its worker was lost")


def _ended(ledger: HostLedger, ended: object) -> tuple[int, str]:
    """Read how a host's run ended: its samples, and why it did not end well."""
    if isinstance(ended, ConnectionError):
        return ledger.samples, str(ended)
    if not isinstance(ended, Measured):
        return ledger.samples, f"its worker was lost ({first_line(ended)})"
    ledger.add(0, ended.ledger)
    if ended.status in (0, 1):
        return ledger.samples, ""
    said = ended.said.removeprefix("error: ")
    return ledger.samples, said or f"its run ended with status {ended.status}"
