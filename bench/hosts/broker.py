"""The process between a search and the cluster: python -m bench.hosts.broker.

The engine has threads and an event loop of its own, which must not be where programs
are explored.  It is started by `crews`, and ends when its standard input is closed.
"""

import os
import queue
import sys
import threading
import time
import uuid
from contextlib import suppress
from typing import Any

from bench.correctness.search.shares import Share, ShareReport
from bench.errors import CannotRunError
from bench.hosts import frames, searching
from bench.hosts.connecting import first_line
from bench.hosts.engine import Engine, result_of
from bench.hosts.sources import project_digest

WORKERS_SECONDS = 0.5  # between two looks at which workers there are


class Broker:
    """A cluster, and the search that uses it."""

    def __init__(self, engine: Engine, answers: Any) -> None:
        self.engine = engine
        self.answers = answers
        self.inbox: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self.errand: searching.Packed | None = None
        self.round = 0  # of shares; those of an earlier one are forgotten
        self.futures: dict[tuple[int, int], Any] = {}
        self.slots = -1

    def serve(self) -> None:
        """Answer messages until there will be none."""
        threading.Thread(target=self.listen, daemon=True).start()
        looked = time.monotonic()
        while True:
            if time.monotonic() - looked >= WORKERS_SECONDS:  # busy or not
                self.look()
                looked = time.monotonic()
            try:
                kind, *told = self.inbox.get(timeout=WORKERS_SECONDS)
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

    def look(self) -> None:
        """Tell how many shares can be searched at a time, if that has changed."""
        slots = sum(one.threads for one in self.engine.workers())
        if slots != self.slots:
            self.slots = slots
            frames.write(self.answers, ("slots", slots))

    def on_begin(self, folder: str, path: tuple[str, ...], content: bytes) -> None:
        """Have each worker load a program."""
        self.close_errand()
        number = uuid.uuid4().hex
        errand = searching.Packed(number, folder, path, content, project_digest())
        self.errand = errand
        workers = self.engine.workers()
        for worker, answer in zip(
            workers, self.engine.each(workers, searching.prepare, errand), strict=True
        ):
            if answer is not None:
                why = first_line(answer)
                frames.write(self.answers, ("cannot", f"worker {worker.name}: {why}"))
                return
        self.look()
        frames.write(self.answers, ("begun",))

    def on_search(self, number: int, share: Share) -> None:
        key = self.round, number
        self.futures[key] = self.engine.submit(
            searching.search,
            self.errand,
            share,
            done=lambda future: self.inbox.put(("done", key, result_of(future))),
        )

    def on_done(self, key: tuple[int, int], answer: Any) -> None:
        self.futures.pop(key, None)
        if key[0] != self.round:
            return
        report = answer if isinstance(answer, ShareReport) else None
        frames.write(self.answers, ("report", key[1], report))

    def on_drop(self) -> None:
        self.round += 1
        for future in self.futures.values():
            with suppress(Exception):
                future.cancel()
        self.futures.clear()
        frames.write(self.answers, ("dropped",))

    def warm(self) -> None:
        """Have each worker start its explorers: as many as it has threads."""
        tasks = [
            self.engine.submit(searching.warm, one.threads, worker=one.address)
            for one in self.engine.workers()
        ]
        for task in tasks:
            with suppress(Exception):  # it is started when a share needs it
                task.result(timeout=searching.START_SECONDS)

    def cool(self) -> None:
        with suppress(Exception):
            self.engine.client.run(searching.cool)

    def close_errand(self) -> None:
        if self.errand is not None:
            with suppress(Exception):
                self.engine.client.run(searching.close, self.errand.number)
            self.errand = None


def main() -> None:
    """Connect to the cluster named by the first argument, and serve."""
    answers = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(os.open(os.devnull, os.O_RDWR), 1)
    on, workers = sys.argv[1], int(sys.argv[2])
    try:
        engine = Engine(on, workers)
        try:
            engine.check()
            broker = Broker(engine, answers)
            try:
                broker.warm()
                broker.look()
                frames.write(answers, ("connected",))
                broker.serve()
            finally:  # also where the search ended before it read an answer
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
