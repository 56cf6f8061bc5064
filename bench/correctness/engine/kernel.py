"""One controlled execution of a program: the kernel, on which the models are built.

Everything that runs is a `Worker`.  The kernel has layers, each knowing only those
before it: the state of a run (`execution`), which transitions race (`races`), which
workers poll (`spinning`), which worker runs next (`scheduling`), what workers do
(`operations`), and what time it is (`virtual_time`).  Here a run begins, workers begin
and end, and the run ends.
"""

import contextlib
import heapq
import inspect
import sys
from asyncio import events
from collections.abc import Callable
from typing import Any

from bench.correctness.engine.execution import IDENTIFIERS, MAIN_IDENTIFIER
from bench.correctness.engine.fibers import Fiber, FiberPool
from bench.correctness.engine.lock_study import LockNotes, LockStudy
from bench.correctness.engine.object_registry import FINALIZED
from bench.correctness.engine.races import CLASS, SharedPrefix
from bench.correctness.engine.scheduling import Chooser
from bench.correctness.engine.transitions import Abandoned, Stopped, Worker
from bench.correctness.engine.virtual_time import VirtualTime

__all__ = ["Abandoned", "Kernel", "Stopped", "Worker", "kernel"]


class Kernel(VirtualTime):
    """The run in progress; there is one at a time, a global for the program's hooks."""

    __slots__ = (
        "free_identifiers", "last_identifier", "lock_study", "only_attributes",
        "outside", "plain",
    )  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self.make_tables()
        self.outside: Any = None  # asyncio's state of the thread before the run
        self.lock_study: LockStudy | None = None
        self.free_identifiers: list[int] = []  # of threads that have ended: a heap

    def study_locks(self, study: LockStudy) -> None:
        """From now on note the locks that programs make, in this process."""
        self.lock_study = study

    def start_program(self, order: str, **conditions: Any) -> None:
        super().start_program(order, **conditions)
        if self.lock_study is not None:
            self.lock_study.begin()

    def notes_for(self, lock: Any, kind: str) -> LockNotes | None:
        """What is noted of a new lock: nothing, unless locks are studied.

        An RLock is owned by a thread, which for tasks is that of their loop.
        """
        if self.lock_study is None:
            return None
        by_main = self.current is self.main
        name = str(self.child_name(kind)) if by_main else ""
        if kind == "RLock":
            identify = lambda: (self.main, self.thread().number)  # noqa: E731
        else:
            identify = lambda: (self.main, self.current.number)  # noqa: E731
        return self.lock_study.register(lock, kind, name, identify)

    def begin(
        self,
        chooser: Chooser,
        fibers: FiberPool,
        *,
        any_conflict: bool = False,
        recording: bool = False,
        shared_prefix: SharedPrefix | None = None,
    ) -> Worker:
        """Begin a run and return its main worker, carried by the caller's fiber.

        `any_conflict` makes every operation on something shared a scheduling point,
        also where one happened before the other; `recording` keeps notes for a reader.
        """
        self.chooser = chooser
        self.any_conflict = any_conflict
        self.recording = recording
        self.reset(fibers)
        self.free_identifiers.clear()
        self.last_identifier = MAIN_IDENTIFIER  # the highest that a thread has had
        self.plain = not self.mixed and not recording
        # An access to an attribute accesses nothing else, as far as the points say.
        self.only_attributes = not (
            self.class_points
            or self.tracks_name_sets
            or self.lets_die
            or CLASS in self.written_names
        )
        self.exhaustive = any_conflict and self.plain
        self.passes_over |= self.exhaustive
        if shared_prefix is not None and self.plain:
            self.begin_with_prefix(shared_prefix)
        return self.main

    def spawn(
        self, name: str, body: Callable[[], None], *, daemon: bool = False
    ) -> Worker:
        """Add a worker that runs body once it is chosen."""
        self.note_change()
        worker = self.worker(name)
        worker.body = body
        worker.unstarted = worker.start_unobserved = True
        worker.maker = self.current
        worker.daemon = daemon
        if IDENTIFIERS in self.points:
            self.also_access(IDENTIFIERS, True, (name, "begins"))
        if self.free_identifiers:  # the lowest that no other has, as CPython may
            worker.identifier = heapq.heappop(self.free_identifiers)
        else:
            worker.identifier = self.last_identifier = self.last_identifier + 1
        worker.fiber = self.fibers.fiber_for(lambda: self.run_worker(worker))
        self.workers.append(worker)
        self.spawned.append(worker)
        self.unended += not daemon
        if self.loops:
            self.mix()
        return worker

    def identifier(self) -> int:
        """The identifier of the current thread."""
        self.discovered.add(IDENTIFIERS)
        return self.thread().identifier

    def same_identifier(self, worker: Worker) -> bool:
        """Whether the current thread has the identifier that this one had."""
        return self.identifier() == worker.identifier

    def note_written(self, key: str | None) -> None:
        """From now on reads of attributes of this name are tracked."""
        super().note_written(key)
        if key == CLASS:
            self.only_attributes = False

    def add_loop(self, loop: Any) -> None:
        """Register a loop.  The loops of all threads share the real thread's state."""
        if self.outside is None:
            self.outside = events._get_running_loop(), sys.get_asyncgen_hooks()
        self.loops.append(loop)

    def mix(self) -> None:
        """There are threads beside a loop: they can interrupt its transitions."""
        self.discovered.add("mixed")
        if not self.mixed:
            self.abandon()

    def note_finalizers(self) -> None:
        """Objects run code when they die: they must not live longer than they would."""
        self.discovered.add(FINALIZED)
        if not self.lets_die and self.stop is None:
            self.abandon()

    def run_worker(self, worker: Worker) -> Fiber:
        """Run a worker to its end; return the fiber that runs next."""
        assert worker.body is not None
        try:
            worker.body()
        except Abandoned:
            pass
        except BaseException as error:
            if self.stop is None:
                self.crashes.append((worker, error))
        if self.stop is None:
            self.end_body(worker)
        if self.stop is not None:
            worker.body = None  # there is nothing to unwind
            return self.main.fiber
        worker.ended = True
        worker.body = nothing  # its transitions are kept, not what the body holds
        heapq.heappush(self.free_identifiers, worker.identifier)
        worker.ready = None
        self.workers.remove(worker)
        self.unended -= not worker.daemon
        return self.pick().fiber

    def end_body(self, worker: Worker) -> None:
        """Make the last operation of a worker, unless the run is over before."""
        end = ("end", worker.name)
        try:
            self.operation(end, None, True, end)
            if IDENTIFIERS in self.points:  # ends do not race with one another
                self.also_access(IDENTIFIERS, True, end, key=worker.name)
        except Abandoned:
            return

    def unwind(self) -> None:
        """End every worker that has begun and not ended."""
        if self.stop is None:
            self.stop = "over"
        self.alone = True
        self.close_leftovers()
        unwound = False
        for worker in self.workers:
            if worker.body is not None and not worker.unstarted:
                self.current = worker
                self.fibers.unwind(worker.fiber)
                unwound = True
        if unwound:
            self.close_leftovers()  # a thread may have begun more of it on its way out
        if self.outside is not None:
            running, hooks = self.outside
            self.outside = None
            events._set_running_loop(running)
            sys.set_asyncgen_hooks(*hooks)
        self.current = self.main
        self.main.ready = None  # or all of the run would be one cycle

    def close_leftovers(self) -> None:
        """Close the tasks and coroutines that are left, without any warning."""
        for loop in self.loops:
            loop.dispose()
        for coroutine in self.coroutines:
            close_coroutine(coroutine)
        self.coroutines.clear()


def nothing() -> None:
    """The body of a worker that has ended."""


def close_coroutine(coroutine: Any) -> None:
    """Close a coroutine of a run that is over, and free what it holds.

    From Python 3.13 on `close` leaves the arguments of one that has not begun where
    they are.  A coroutine among them would be freed with it: by the garbage collector
    at any later time, if tasks wait for each other, with a warning that it was never
    awaited.
    """
    with contextlib.suppress(BaseException):
        if inspect.getcoroutinestate(coroutine) == inspect.CORO_CREATED:
            coroutine.throw(GeneratorExit)
    with contextlib.suppress(BaseException):
        coroutine.close()


kernel = Kernel()

# What is called at every access, or in every transition.  Python looks a method up
# anew at each call if its object was imported; a name for the method itself is found
# at once.
access_at_point = kernel.access_at_point
add_handle = kernel.add_handle
check_races = kernel.check_races
current_thread = kernel.thread
name_of = kernel.name_of
note_change = kernel.note_change
note_awaiting_item = kernel.awaiting_item
note_awaiting_iteration = kernel.awaiting_iteration
note_iteration = kernel.loop_iteration
operation = kernel.operation
pick = kernel.pick
publish = kernel.publish
record_access = kernel.record_access
start_handle = kernel.start_handle
