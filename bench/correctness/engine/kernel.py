"""One controlled run: whose turn it is, what each step touches, what precedes what.

Everything that runs is a `Worker`.  A run has layers, each knowing only those before
it: what is known of it (`run`), which steps race (`races`), whose turn it is
(`turns`), what its workers do (`operations`), what time it is (`virtual_time`).  Here
a run begins, workers live, and it ends.
"""

import contextlib
import sys
from asyncio import events
from collections.abc import Callable
from typing import Any

from bench.correctness.engine.clock import VirtualTime
from bench.correctness.engine.fibers import Carrier, Carriers
from bench.correctness.engine.races import Trail
from bench.correctness.engine.scheduling import Chooser
from bench.correctness.engine.transitions import Abandoned, Stopped, Worker

__all__ = ["Abandoned", "Kernel", "Stopped", "Worker", "kernel"]


class Kernel(VirtualTime):
    """The run in progress.  One at a time: transformed code reaches it as a global."""

    __slots__ = ("outside", "plain")

    def __init__(self) -> None:
        super().__init__()
        self.outside: Any = None  # what a run with loops found, and puts back

    def begin(
        self,
        chooser: Chooser,
        carriers: Carriers,
        *,
        any_conflict: bool = False,
        recording: bool = False,
        trail: Trail | None = None,
    ) -> Worker:
        """Start a run and return its main worker, carried by the caller."""
        self.chooser = chooser
        self.any_conflict = any_conflict
        self.recording = recording
        self.clear(carriers)
        self.plain = not self.mixed and not recording
        self.exhaustive = any_conflict and self.plain
        if trail is not None and self.plain:
            self.follow(trail)
        return self.main

    def spawn(
        self, name: str, body: Callable[[], None], *, daemon: bool = False
    ) -> Worker:
        """Add a worker that will run body when its turn comes."""
        self.note_change()
        worker = self.worker(name)
        worker.body = body
        worker.fresh = worker.unseen = True
        worker.maker = self.current
        worker.daemon = daemon
        worker.carrier = self.carriers.lend(lambda: self.live(worker))
        self.workers.append(worker)
        self.spawned.append(worker)
        self.going += not daemon
        if self.loops:
            self.mix()
        return worker

    def add_loop(self, loop: Any) -> None:
        """Take up a loop.  The loops of all threads share the real thread's state."""
        if self.outside is None:
            self.outside = events._get_running_loop(), sys.get_asyncgen_hooks()
        self.loops.append(loop)

    def mix(self) -> None:
        """There are threads beside a loop: they can come between what its steps do."""
        self.found.add("mixed")
        if not self.mixed:
            self.give_up()

    def live(self, worker: Worker) -> Carrier:
        """Run a worker to its end; return who is carried next."""
        assert worker.body is not None
        try:
            worker.body()
        except Abandoned:
            pass
        except BaseException as error:
            if self.stop is None:
                self.crashes.append((worker, error))
        if self.stop is None:
            with contextlib.suppress(Abandoned):
                self.step(("end", worker.name), None, True, ("end", worker.name))
        if self.stop is not None:
            worker.body = None  # there is nothing to unwind
            return self.main.carrier
        worker.ended = True
        worker.ready = None
        self.workers.remove(worker)
        self.going -= not worker.daemon
        return self.pick().carrier

    def unwind(self) -> None:
        """End every worker that is still in the middle of something."""
        if self.stop is None:
            self.stop = "over"
        self.alone = True
        self.close_rest()
        unwound = False
        for worker in self.workers:
            if worker.body is not None and not worker.fresh:
                self.current = worker
                self.carriers.unwind(worker.carrier)
                unwound = True
        if unwound:
            self.close_rest()  # a thread may have begun more of it on its way out
        if self.outside is not None:
            running, hooks = self.outside
            self.outside = None
            events._set_running_loop(running)
            sys.set_asyncgen_hooks(*hooks)
        self.current = self.main
        self.main.ready = None  # or all of the run would be one cycle

    def close_rest(self) -> None:
        """End the tasks and coroutines that are left, without a word about them."""
        for loop in self.loops:
            loop.dispose()
        for coroutine in self.coroutines:
            with contextlib.suppress(BaseException):
                coroutine.close()
        self.coroutines.clear()


kernel = Kernel()

# What is called at every access.  Python looks a method up anew at each call if its
# object was imported; a name for the method itself is found at once.
check = kernel.check
name_of = kernel.name_of
note_change = kernel.note_change
publish = kernel.publish
step = kernel.step
touch = kernel.touch
