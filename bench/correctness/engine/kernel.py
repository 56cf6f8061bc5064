"""One controlled execution of a program: the kernel, on which the models are built.

Everything that runs is a `Worker`.  The kernel is one class in layers.  Each layer is a
class derived from the layer before it, and knows only the layers before it:

- `namespaces`: the dicts that hold attributes or variables.
- `object_registry`: the names of objects.
- `execution`: the state of a run.
- `races`: which transitions race.
- `recording`: what happened, in words.
- `spinning`: which workers poll.
- `scheduling`: which worker runs next.
- `loops`: which loops of the program spin.
- `operations`: what workers do.
- `virtual_time`: what time it is.

This module begins a run, begins and ends its workers, and ends the run.
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

# The attribute that tells whether a coroutine runs, and the same for a generator.
RUNNING = ("cr_running", "gi_running")


class Kernel(VirtualTime):
    """The run in progress.

    The kernel is a global variable, because the hooks of the program must find it.
    """

    __slots__ = (
        "free_identifiers", "last_identifier", "lock_study", "only_attributes",
        "outside", "plain",
    )  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self.make_tables()
        self.outside: Any = None  # asyncio's state of this thread before the run
        self.lock_study: LockStudy | None = None
        self.free_identifiers: list[int] = []  # a heap: identifiers of ended threads

    def study_locks(self, study: LockStudy) -> None:
        """From now on, record the locks that programs make in this process."""
        self.lock_study = study

    def start_program(self, order: str, **conditions: Any) -> None:
        super().start_program(order, **conditions)
        if self.lock_study is not None:
            self.lock_study.begin()

    def notes_for(self, lock: Any, kind: str) -> LockNotes | None:
        """The notes for a new lock; None unless locks are studied.

        The owner of an RLock is a thread.  A task acquires an RLock for the thread that
        runs the event loop of the task.  So the holders of an RLock are noted as
        threads, and the holders of other locks as workers.
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
        """Begin a run and return its main worker, which runs in the caller's fiber.

        With `any_conflict`, every operation on a shared place is a scheduling point,
        even if it races with no other operation.  With `recording`, the run keeps notes
        for a reader.
        """
        self.chooser = chooser
        self.any_conflict = any_conflict
        self.recording = recording
        self.reset(fibers)
        self.free_identifiers.clear()
        self.last_identifier = MAIN_IDENTIFIER  # the highest identifier given so far
        self.plain = not self.mixed and not recording
        # If true, an access to an attribute of an ordinary object is recorded only as
        # an access to this attribute.  If false, three further tests are made.  They
        # decide whether a read of the class is recorded too, whether an access to the
        # set of attribute names is recorded too, and whether a stand-in is recorded in
        # place of the object.
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
        """Add a worker that runs `body` once it is chosen."""
        self.note_change()
        worker = self.worker(name)
        worker.body = body
        worker.unstarted = worker.start_unobserved = True
        worker.maker = self.current
        worker.daemon = daemon
        if IDENTIFIERS in self.points:
            self.also_access(IDENTIFIERS, True, (name, "begins"))
        if self.free_identifiers:  # CPython may reuse an identifier, too
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
        """Whether the current thread has the identifier that this worker has or had."""
        return self.identifier() == worker.identifier

    def note_written(self, key: str | None) -> None:
        """From now on, track reads of attributes of this name."""
        super().note_written(key)
        if key == CLASS:
            self.only_attributes = False

    def add_loop(self, loop: Any) -> None:
        """Register a loop; before the first, save the asyncio state of this thread."""
        if self.outside is None:
            self.outside = events._get_running_loop(), sys.get_asyncgen_hooks()
        self.loops.append(loop)

    def mix(self) -> None:
        """Note that threads run beside a loop, and can interrupt its transitions.

        If the run began without this knowledge, it is abandoned.
        """
        self.discovered.add("mixed")
        if not self.mixed:
            self.abandon()

    def note_finalizers(self) -> None:
        """Note that objects run code when they are freed, so the run must keep none.

        If the run began without this knowledge, it is abandoned.
        """
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
            worker.body = None  # `unwind` need not end this worker
            return self.main.fiber
        worker.ended = True
        # The transitions keep the worker alive.  The objects of its body can be freed.
        worker.body = nothing
        heapq.heappush(self.free_identifiers, worker.identifier)
        worker.ready = None
        self.workers.remove(worker)
        self.unended -= not worker.daemon
        return self.pick().fiber

    def end_body(self, worker: Worker) -> None:
        """Make a worker's last operation; raise nothing if the run ends meanwhile."""
        end = ("end", worker.name)
        try:
            self.operation(end, None, True, end)
            if IDENTIFIERS in self.points:
                # each worker has its own key, so the ends of two workers do not race
                self.also_access(IDENTIFIERS, True, end, key=worker.name)
        except Abandoned:
            return

    def unwind(self) -> None:
        """End every worker that has begun and not yet ended.

        A thread that runs an event loop may be in the middle of a task.  A task can be
        closed only when it does not run.  So the threads end first.
        """
        if self.stop is None:
            self.stop = "over"
        self.alone = True
        # The loop goes through a copy, because `workers` changes meanwhile if the
        # `finally` of a worker cancels a timer.
        for worker in [*self.workers]:
            if worker.body is not None and not worker.unstarted:
                self.current = worker
                self.fibers.unwind(worker.fiber)
        self.current = self.main
        self.close_leftovers()
        if self.outside is not None:
            running, hooks = self.outside
            self.outside = None
            events._set_running_loop(running)
            sys.set_asyncgen_hooks(*hooks)
        self.main.ready = None  # breaks a reference cycle that holds the whole run

    def close_leftovers(self) -> None:
        """Close the tasks and coroutines that are left, without a warning."""
        for loop in self.loops:
            loop.dispose()
        for coroutine in self.coroutines:
            close_coroutine(coroutine)
        self.coroutines.clear()


def nothing() -> None:
    """The body of a worker that has ended."""


def close_coroutine(coroutine: Any) -> None:
    """Close a coroutine of a run that is over, and free the objects that it holds.

    From Python 3.13 on, `close` does not free the arguments of a coroutine that has not
    begun.  One of these arguments may be a second coroutine that has not begun either.
    If the second one belongs to a reference cycle, for example of tasks that wait for
    each other, only the garbage collector frees it, at some later time.  Python would
    then warn that it was never awaited.  So an exception is first thrown into
    `coroutine` if it has not begun.  This frees its arguments now.

    A coroutine that runs is not closed.  Before Python 3.13, `close` may conclude that
    such a coroutine awaits something, because a counter in its bytecode looks like the
    opcode RESUME.  Python then crashes.
    """
    with contextlib.suppress(BaseException):
        if any(getattr(coroutine, name, False) for name in RUNNING):
            return
    with contextlib.suppress(BaseException):
        if inspect.getcoroutinestate(coroutine) == inspect.CORO_CREATED:
            coroutine.throw(GeneratorExit)
    with contextlib.suppress(BaseException):
        coroutine.close()


kernel = Kernel()

# Methods that are called at every access, or in every transition.  At each call of
# `kernel.publish`, Python looks up the object and then the method.  A module that
# imports the method by its own name saves the second look-up.
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
