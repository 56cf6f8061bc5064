"""The ready handles of a loop: each has a worker, and is run in one transition.

In `any` order every ready task is enabled.  A callback is enabled when the callbacks
registered before it have run, because callbacks are called in that order.  In `fifo`
order only the oldest handle is enabled, as in asyncio's own loop.  Then only the times
of events from outside vary: starts of workers, timers, ends of threads.
"""

from collections import deque
from collections.abc import Callable, Iterator

from bench.correctness.engine.kernel import (
    Worker,
    add_handle,
    kernel,
    operation,
    publish,
    record_access,
)
from bench.correctness.engine.races import LoopPlace
from bench.correctness.engine.transitions import Transition
from bench.correctness.models.asyncio_.task import (
    HANDLE_CANCELLATIONS,
    TASK_CANCEL_REQUESTS,
    Handle,
)
from bench.correctness.models.asyncio_.task_registry import TaskRegistry
from bench.correctness.tracking.special_objects import COROUTINES

# A task may make at most this many transitions while an older callback is ready.
MAX_OVERTAKING = 3
# Point ids.
SPLIT_TRANSITION = "split"  # a transition of a loop is split
# A thread makes a handle ready without waking up the loop, which may be asleep.
LOOP_ASLEEP = "loops are asleep"
LOOP_STOPPED = "loops are stopped"  # the program stops a loop with ready handles
# Each point names an action of a program, such as to cancel a handle.  If the point is
# known, the loop makes an access when it runs a handle, so that the two may race.
HANDLE_POINTS = (
    HANDLE_CANCELLATIONS,
    SPLIT_TRANSITION,
    TASK_CANCEL_REQUESTS,
    LOOP_ASLEEP,
    LOOP_STOPPED,
)


class ReadyQueue(TaskRegistry):
    """The part of an event loop that has the handles, and decides which are enabled."""

    __slots__ = (
        "busy", "callbacks", "fiber", "fifo", "fifo_clock", "handle_runs", "has_runner",
        "host", "iteration", "leaving", "left_at", "may_stop", "name", "overdue",
        "owned_by_program", "plain", "queue", "racing_points", "running", "stopped_by",
        "stopping", "tail", "timer_handles", "timers", "unnoticed", "unnoticed_stop",
        "when_of",
    )  # fmt: skip

    def __init__(self, order: str = "any", *, owned_by_program: bool = False) -> None:
        super().__init__()
        self.fifo = order == "fifo"
        self.queue: deque[Worker] = deque()
        self.fifo_clock = 0  # in fifo order: the clock before the next handle
        self.timers: list[Worker] = []
        self.when_of: dict[int, float] = {}  # the times that the program gave to timers
        self.overdue: list[Worker] = []  # timers that were due when they were made
        # Handles by the numbers of their timers; used in fifo order only.
        self.timer_handles: dict[int, Handle] = {}
        # For each callback: the epoch in which it was registered, and its worker.
        self.callbacks: list[tuple[int, Worker]] = []
        # The current iteration's number; an iteration runs what was ready at its start.
        self.iteration = 0
        self.busy = True  # whether a handle is in progress, or the loop does not run
        self.running = 0  # calls of `run_while` in progress
        self.has_runner = False  # whether a thread runs the loop, or soon will
        # Whether the program made the loop.  Such a loop stops when its main future
        # ends, even if other handles are ready.
        self.owned_by_program = owned_by_program
        self.stopping = False
        self.stopped_by: Transition | None = None
        # Workers of handles and timers that another thread added while the loop slept.
        self.unnoticed: list[Worker] = []
        self.unnoticed_stop = False
        self.leaving: BaseException | None = None  # an exception that ends the loop
        self.left_at = kernel.transition  # the transition that raised `leaving`
        self.racing_points: list[str] = []
        points = kernel.points
        if type(points) is not set or not points.isdisjoint(HANDLE_POINTS):
            self.racing_points = [point for point in HANDLE_POINTS if point in points]
        # Whether the loop itself makes no accesses before it calls a callback.  Then
        # `run_handle` does not call `record_resumption`.
        self.plain = kernel.plain and not (
            owned_by_program
            or self.racing_points
            or kernel.lets_die
            or COROUTINES in points
        )
        # Whether the loop may stop at the end of an iteration, so that iterations must
        # be counted.  In fifo order `run_until_complete` also stops it in this way.
        self.may_stop = LOOP_STOPPED in self.racing_points or (
            self.fifo and owned_by_program
        )
        self.name = kernel.child_name("loop")
        if self.fifo:
            self.tail = LoopPlace("the ready queue", self.name)
        if owned_by_program:
            # Each handle reads this place, and the end of the loop writes it.
            self.handle_runs = LoopPlace("handle runs", self.name)
        # The worker in whose thread the loop runs.
        self.host = None if owned_by_program else kernel.current
        self.fiber = kernel.current.fiber

    def new_worker(self, name: str) -> Worker:
        """Make a worker whose transitions are atomic within this loop."""
        worker = kernel.loop_worker(name, self)
        worker.fiber = self.fiber
        if self.host is not None:
            worker.daemon = self.host.daemon
        return worker

    def move(self, host: Worker) -> None:
        """Move the loop to the thread of this worker."""
        self.host = host
        self.fiber = host.fiber
        for worker in (*kernel.workers, *(task.worker for task in self.tasks)):
            if kernel.atomic_of.get(worker.number) is self:
                worker.fiber = self.fiber
                worker.daemon = host.daemon

    def in_other_thread(self) -> bool:
        """Whether the current worker runs in another thread than this loop."""
        if not kernel.mixed or kernel.current.fire is not None:
            return False
        return kernel.thread() is not self.host

    def idle(self) -> bool:
        """Whether the loop runs, and no handle is in progress."""
        return not self.busy

    def add(self, worker: Worker, handle: Handle) -> None:
        """Make a handle ready."""
        if self.fifo:
            # The append is an operation, because workers may append in another order.
            operation(self.tail, None, True, self.tail)
        if self.may_stop and not (self.running and self.in_other_thread()):
            handle.iteration = self.iteration + 1
        worker.fiber = self.fiber  # the loop may have moved to another thread
        maker = kernel.current
        hb_epoch, hb_clock = maker.hb_epoch, maker.hb_clock
        if not kernel.alone and (kernel.mixed or not maker.in_loop):
            publish()  # a transition of a loop publishes only at its end
        ready: Callable[[], bool] = self.idle
        on_enabled: Callable[[], object] | None = None
        if self.fifo:
            self.insert(worker, handle)
            ready = lambda: self.is_head(worker)  # noqa: E731
            on_enabled = lambda: worker.learn(self.fifo_clock)  # noqa: E731
        elif worker.task is None:
            if self.owned_by_program and kernel.current.in_loop:
                record_access(self.handle_runs, "callback", False)
            ready, on_enabled = self.in_order(worker, hb_clock)
            self.callbacks.append((hb_epoch, worker))
        elif len(worker.rounds) >= MAX_OVERTAKING or self.may_stop:
            ready = lambda: (  # noqa: E731
                self.idle()
                and not self.runs_in_later_iteration(worker)
                and not self.starves_callbacks(worker)
            )
        add_handle(worker, handle, hb_clock, ready, on_enabled)

    def insert(self, worker: Worker, handle: Handle) -> None:
        """Put a handle into the ready queue.

        Handles of overdue timers come last in their iteration, the earliest due first.
        """
        place = len(self.queue)
        while place:
            last = self.queue[place - 1].handle
            if (
                last.overdue is None
                or last.iteration < handle.iteration
                or (handle.overdue is not None and last.overdue <= handle.overdue)
            ):
                break
            place -= 1
        self.queue.insert(place, worker)

    def in_order(
        self, worker: Worker, hb_clock: int
    ) -> tuple[Callable[[], bool], Callable[[], object] | None]:
        """Return when a callback is enabled, and what its worker learns then.

        A callback is enabled when the callbacks registered before it have run.  Here
        "before" means happens-before: if two registrations are not ordered, the
        callbacks are not ordered either.  An exhaustive search is an exception: it runs
        each order of registrations as a separate schedule.  So in this search every
        earlier registration counts as "before".

        A callback may be registered by the callback of a timer.  Then all timers that
        are due at the same moment run first, because asyncio makes them ready together.
        """
        earlier = [
            other
            for hb_epoch, other in self.callbacks
            if kernel.exhaustive or hb_epoch & hb_clock
        ]
        timer = kernel.current  # a timer only if the callback of a timer runs
        if timer.number in self.when_of:
            earlier += self.due_with(timer)
        if not earlier and not self.may_stop:
            return self.idle, None

        def ready() -> bool:
            return (
                self.idle()
                and not self.runs_in_later_iteration(worker)
                and all(other.ended for other in earlier)
            )

        def learn() -> None:
            for other in earlier:
                worker.learn(other.hb_clock)

        return ready, learn

    def asleep(self) -> bool:
        """Whether the loop waits for a timer, or for a thread to wake it up."""
        return (
            self.running > 0
            and not self.busy
            and not any(
                worker.handle is not None
                and worker.deadline is None
                and worker not in self.unnoticed
                and kernel.atomic_of.get(worker.number) is self
                for worker in kernel.workers
            )
        )

    def wake(self, hb_clock: int = 0) -> None:
        """Notice the handles that were made ready while the loop slept.

        Their workers learn `hb_clock`, or, if it is 0, the current worker's clock.
        """
        for worker in self.unnoticed:
            worker.learn(hb_clock or kernel.current.hb_clock)
        self.unnoticed.clear()
        self.stopping |= self.unnoticed_stop
        self.unnoticed_stop = False

    def wake_at_end(self) -> None:
        """Wake the loop up with the joined clocks of all workers that have ended."""
        hb_clock = kernel.main.hb_clock
        for worker in (*kernel.spawned, *(task.worker for task in self.tasks)):
            if worker.ended:
                hb_clock |= worker.hb_clock
        self.wake(hb_clock)

    def starves_callbacks(self, worker: Worker) -> bool:
        """Whether a task has run so often that a ready callback must run first."""
        if not self.callbacks and len(kernel.loops) == 1:
            return False  # no callback was ever registered
        return len(worker.rounds) >= MAX_OVERTAKING and any(
            other.added_at < worker.rounds[-MAX_OVERTAKING]
            for other in kernel.workers
            if other.handle is not None
            and other.task is None
            and other.deadline is None
        )

    def is_head(self, worker: Worker) -> bool:
        """Whether the worker's handle is the oldest, and the loop can run it now."""
        return (
            not self.busy
            and self.queue[0] is worker
            and not (self.stopping and self.runs_in_later_iteration(worker))
        )

    def delays(self, timer: Worker) -> bool:
        """Whether a timer must wait: the loop is busy, or has not noticed the timer."""
        # While the loop sleeps, it does not notice a timer that another thread adds.
        return self.busy or timer in self.unnoticed

    def kept_out(self) -> Iterator[tuple[Worker, Transition]]:
        """Yield each worker that the stop or the end of the loop keeps from running.

        Each worker is yielded with the transition that keeps it from running.
        """
        end, stop = kernel.transition, self.stopped_by
        for worker in kernel.workers:
            own = worker.handle is not None and kernel.atomic_of[worker.number] is self
            if own and self.runs_in_later_iteration(worker):
                if stop is not None and stop.depth >= 0:
                    yield worker, stop
            elif (own or worker in self.timers) and kernel.refresh(worker):
                yield worker, end

    def runs_in_later_iteration(self, worker: Worker) -> bool:
        """Whether the loop stops before the iteration of this worker's handle."""
        return self.stopping and worker.handle.iteration > self.iteration

    def runs_in_this_iteration(self, worker: Worker) -> bool:
        """Whether this worker's handle was ready in time to run before the stop."""
        return (
            self.runs_before_stop(worker)
            and 0 < worker.handle.iteration <= self.iteration
        )

    def runs_before_stop(self, worker: Worker, *, tasks_too: bool = False) -> bool:
        """Whether it is sure that the loop runs this worker's handle before it stops.

        In `fifo` order, all ready handles run.  In `any` order, the loop may stop while
        tasks are ready, so only callbacks count.  `tasks_too`: tasks count as well.
        """
        return (
            worker.handle is not None
            and (worker.deadline is None or worker in self.overdue)
            and kernel.atomic_of.get(worker.number) is self
            and (tasks_too or self.fifo or worker.task is None)
        )
