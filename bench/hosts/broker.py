"""The process between a search and the cluster: python -m bench.hosts.broker.

dask has threads and an event loop, which must not run where programs are explored.
`cluster_searchers` starts the broker, which ends when its standard input is closed.
"""

import os
import queue
import sys
import threading
import time
import uuid
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from bench.correctness.search.shares import Share, ShareReport
from bench.errors import CannotRunError
from bench.hosts import frames, searching
from bench.hosts.checking import check, refusals, why_unprepared
from bench.hosts.dask_cluster import SILENT_SECONDS, Engine, Worker, result_of
from bench.hosts.sources import project_digest

LOOK_SECONDS = 0.5  # seconds between two reads of the list of workers
END_SECONDS = 3.0  # how long the workers may take to end their explorers


@dataclass(frozen=True)
class Given:
    """A share that a worker searches.

    serial: a number that no other share of this broker has.
    """

    serial: int
    address: str
    future: Any


class Broker:
    """The workers of a cluster, and the search that uses them."""

    def __init__(self, engine: Engine, answers: Any, workers: list[Worker]) -> None:
        self.engine = engine
        self.answers = answers
        self.inbox: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self.spec: searching.Packed | None = None
        self.usable = {one.address: one for one in workers}
        # The addresses of all present workers, also of workers that are being checked
        # or are left out.  `on_workers` checks only workers with a new address.
        self.known = set(self.usable)
        self.shares: dict[int, Given] = {}  # by their number in the search
        self.serial = 0
        self.recalling: dict[str, threading.Thread] = {}  # by address of the worker
        self.took_part: set[str] = set()  # workers that took part in this search
        self.looked = 0.0  # when the scheduler answered last
        self.slots = -1

    def serve(self) -> None:
        """Answer messages until the message `end`."""
        self.looked = time.monotonic()
        threading.Thread(target=self.listen, daemon=True).start()
        threading.Thread(target=self.look, daemon=True).start()
        while True:
            if time.monotonic() - self.looked > SILENT_SECONDS:
                self.on_workers([], False)  # a silent scheduler: all workers are gone
            try:
                kind, *told = self.inbox.get(timeout=LOOK_SECONDS)
            except queue.Empty:
                continue
            if kind == "end":
                return
            getattr(self, f"on_{kind}")(*told)

    def listen(self) -> None:
        stream = sys.stdin.buffer
        while True:
            try:
                self.inbox.put(frames.read(stream))
            except (EOFError, OSError):
                self.inbox.put(("end",))
                return

    # --- Workers join and leave -------------------------------------------------------

    def look(self) -> None:
        """Read the list of workers at intervals, in a thread of its own."""
        while True:
            found = self.engine.workers() if self.engine.is_connected() else []
            self.looked = time.monotonic()
            connected = self.engine.is_connected()  # lost while the list was read?
            self.inbox.put(("workers", found if connected else [], connected))
            time.sleep(LOOK_SECONDS)

    def on_workers(self, found: list[Worker], connected: bool) -> None:
        """Update the list of workers; the shares of a worker that has left are lost."""
        here = {one.address for one in found}
        self.known &= here
        left = [self.usable.pop(one) for one in self.usable.keys() - here]
        if connected:  # without a connection, `tell_slots` says that all are gone
            self.tell_left(left)
        # First the number of slots, then the lost shares (`lose`): otherwise the search
        # could give a lost share to a slot of a worker that has left.
        self.tell_slots(connected)
        for number, given in list(self.shares.items()):
            if given.address not in here:
                self.lose(number)
        for worker in found:
            if worker.address not in self.known:
                self.known.add(worker.address)
                self.meet(worker)

    def tell_left(self, left: list[Worker]) -> None:
        at_work = {given.address for given in self.shares.values()}
        for worker in sorted(left, key=lambda one: one.name):
            again = "; its share is searched again" * (worker.address in at_work)
            frames.write(
                self.answers, ("note", f"worker {worker.name} was lost{again}")
            )

    def lose(self, number: int) -> None:
        given = self.shares.pop(number)
        with suppress(Exception):
            given.future.cancel()
        frames.write(self.answers, ("report", number, None))

    def tell_slots(self, connected: bool = True) -> None:
        """Report how many shares can be searched at a time, if that has changed."""
        slots = sum(one.threads for one in self.usable.values())
        if slots != self.slots:
            self.slots = slots
            lack = "no worker is left" if connected else "the scheduler is gone"
            frames.write(self.answers, ("slots", slots, lack))

    def meet(self, worker: Worker) -> None:
        """Check a worker that joined late, in a thread of its own."""
        checking = threading.Thread(
            target=self.check_late, args=(worker, self.spec), daemon=True
        )
        checking.start()

    def check_late(self, worker: Worker, spec: searching.Packed | None) -> None:
        [why] = refusals(self.engine, [worker], searching.__name__)
        if why is None:
            self.engine.each([worker], searching.warm, worker.threads)
        if why is None and spec is not None:
            [answer] = self.engine.each([worker], searching.prepare, spec)
            why = why_unprepared(worker, answer)
        self.inbox.put(("met", worker, spec, why))

    def on_met(
        self, worker: Worker, spec: searching.Packed | None, why: str | None
    ) -> None:
        """Add a worker that joined late, or leave it out."""
        if worker.address not in self.known:
            return  # the worker has left by now
        if why is not None:
            frames.write(self.answers, ("note", f"{why}; it is left out here"))
        elif spec is not self.spec:
            self.meet(worker)  # it was checked with an earlier program: check again
        else:
            self.usable[worker.address] = worker
            self.tell_slots()

    # --- Messages of the search -----------------------------------------------------

    def on_begin(
        self,
        folder: str,
        path: tuple[str, ...],
        content: bytes,
        sources: dict[str, str],
    ) -> None:
        """Make each worker load a program."""
        self.close_errand()
        number = uuid.uuid4().hex
        spec = searching.Packed(
            number, folder, path, content, sources, project_digest()
        )
        self.spec = spec
        self.took_part.clear()
        workers = list(self.usable.values())
        for worker, answer in zip(
            workers, self.engine.each(workers, searching.prepare, spec), strict=True
        ):
            if why := why_unprepared(worker, answer):
                frames.write(self.answers, ("cannot", why))
                return
        self.tell_slots()
        frames.write(self.answers, ("begun",))

    def on_search(self, number: int, share: Share) -> None:
        """Give a share to the worker with the most free explorers.

        The share is pinned to that worker, so that it can be recalled there.
        """
        load = Counter(given.address for given in self.shares.values())
        free = {
            address: one.threads - load[address] for address, one in self.usable.items()
        }
        address = max(free, key=free.__getitem__, default=None)
        if address is None or free[address] <= 0:  # a worker has left: none is free
            frames.write(self.answers, ("report", number, None))
            return
        self.serial = serial = self.serial + 1
        try:
            future = self.engine.submit(
                searching.search,
                self.spec,
                serial,
                share,
                worker=address,
                done=lambda ended: self.inbox.put(
                    ("done", number, serial, result_of(ended))
                ),
            )
        except Exception:  # the connection is lost; `look` reports that
            frames.write(self.answers, ("report", number, None))
            return
        self.shares[number] = Given(serial, address, future)

    def on_done(self, number: int, serial: int, answer: Any) -> None:
        """Pass on a report, unless its share was dropped or given to another worker."""
        given = self.shares.get(number)
        if given is None or given.serial != serial:
            return
        if isinstance(answer, ConnectionError):  # no connection to the scheduler
            self.on_workers([], False)
            return
        del self.shares[number]
        report = answer if isinstance(answer, ShareReport) else None
        if report is not None and given.address in self.usable:
            self.tell_part(self.usable[given.address].name)
        frames.write(self.answers, ("report", number, report))

    def tell_part(self, name: str) -> None:
        """Report, once per search, that a worker takes part in the search."""
        if name not in self.took_part:
            self.took_part.add(name)
            frames.write(self.answers, ("part", name))

    def on_recall(self, number: int) -> None:
        """Recall a share, unless its worker has not yet answered the previous recall.

        A stopped worker never answers.  Without this rule, each further call would take
        one more connection, until none is left for other workers.
        """
        given = self.shares.get(number)
        if given is None or self.spec is None:
            return
        before = self.recalling.get(given.address)
        if before is None or not before.is_alive():
            self.recalling[given.address] = self.engine.call(
                searching.recall,
                self.spec.number,
                given.serial,
                workers=[given.address],
            )

    def on_drop(self) -> None:
        """Forget all shares; those that are being searched end soon."""
        given = list(self.shares.values())
        self.shares.clear()
        for one in given:
            with suppress(Exception):
                one.future.cancel()
        if given and self.spec is not None:
            addresses = sorted({one.address for one in given} & self.usable.keys())
            self.engine.call(searching.recall, self.spec.number, workers=addresses)
        frames.write(self.answers, ("dropped",))

    def warm(self) -> None:
        """Make each worker start its explorers: as many as the worker has threads."""
        tasks = [
            self.engine.submit(searching.warm, one.threads, worker=one.address)
            for one in self.usable.values()
        ]
        for task in tasks:
            # A failed start is ignored: a share without an explorer starts one itself.
            with suppress(Exception):
                task.result(timeout=searching.START_SECONDS)

    def cool(self) -> None:
        self.engine.call(searching.cool, seconds=END_SECONDS)

    def close_errand(self) -> None:
        if self.spec is not None:
            number = self.spec.number
            self.engine.call(searching.close, number, seconds=END_SECONDS)
            self.spec = None


def main() -> None:
    """Connect to the cluster that the first argument names, and serve."""
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(os.open(os.devnull, os.O_RDWR), 1)
    on, workers = sys.argv[1], int(sys.argv[2])
    try:
        engine = Engine(on, workers)
        try:
            broker = Broker(engine, answers, check(engine, searching.__name__))
            try:
                broker.warm()
                broker.tell_slots()
                frames.write(answers, ("connected",))
                broker.serve()
            finally:  # the search may have ended without closing its program
                broker.close_errand()
                broker.cool()
        finally:
            engine.close()
    except CannotRunError as problem:
        frames.write(answers, ("cannot", str(problem)))
    except BrokenPipeError:
        pass  # the search has ended


if __name__ == "__main__":
    main()
