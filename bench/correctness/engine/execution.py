"""The state of the run in progress: its workers, names of objects, and happens-before.

The work of each worker is divided into *epochs*.  An epoch ends when other workers may
learn what the worker did.  A worker's *happens-before clock* is the set of epochs that
precede its next operation.  The set is stored as a bit mask, with one bit for each
epoch.  So two clocks are joined by `|`.

One object, the kernel, holds all state of a run.  Code outside the engine changes the
kernel only by calling its methods, but this code sets attributes of workers directly.
"""

from collections.abc import Callable, Iterable
from typing import Any

from bench.correctness.engine.fibers import FiberPool
from bench.correctness.engine.frames import asking_package
from bench.correctness.engine.object_registry import ObjectRegistry
from bench.correctness.engine.transitions import Drawn, PointId, Transition, Worker

MAIN_IDENTIFIER = 1
# A point id and a place: the identifiers of threads, once the program has read one.
IDENTIFIERS = "thread identifiers"


class Execution(ObjectRegistry):
    """The state of a run.  The derived classes decide how the run continues.

    This class and its derived classes have slots, because the kernel is called at every
    access: if an object has many attributes, Python finds a method faster with slots.
    """

    __slots__ = (
        "alone", "atomic_of", "checking", "choices", "class_points", "coroutines",
        "crashes", "discovered", "fibers", "idle_pool_threads", "idle_timers",
        "loop_of", "loops", "main", "mixed", "next_epoch", "numbers", "order", "points",
        "policy", "preparations", "quiescent", "recording", "running", "seed",
        "spawned", "start", "stop", "threads", "transition", "transitions", "unended",
        "workers",
    )  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self.points: set[PointId] = set()  # the operations that are scheduling points
        self.numbers: dict[str, int] = {}  # worker numbers by name, equal in each run
        self.alone = True  # whether no other worker can run; then no access is checked
        self.recording = False  # whether transitions have notes for a reader
        self.stop: str | None = None  # why the run was stopped; None: it was not
        self.order = "any"  # the order of ready tasks: any or fifo
        self.seed = 0  # the seed of random numbers and of the time of day
        self.idle_timers = False  # whether timers fire only if all workers wait or poll
        # Whether threads run beside a loop; whether workers set attributes of classes.
        self.mixed = self.class_points = False
        self.make_rare()

    def make_rare(self) -> None:
        """Make the tables that few runs fill; `reset` keeps them if all are empty."""
        # For each waiting pool thread: a function that tells whether its pool has jobs.
        self.idle_pool_threads: list[Callable[[], bool]] = []
        # By worker number: what is called before `is_enabled` of that worker.
        self.preparations: dict[int, Callable[[], object]] = {}
        self.loop_of: dict[int, Any] = {}  # the loop that a thread has set
        self.threads: dict[int, Any] = {}  # by worker number: its object in `threading`
        self.coroutines: list[Any] = []  # coroutines that may never be started
        self.crashes: list[tuple[Worker, BaseException]] = []

    def start_program(
        self, order: str, *, seed: int = 0, idle_timers: bool = False
    ) -> None:
        """Set the conditions for the runs of a program; forget the old conditions."""
        self.set_order(order)
        self.seed, self.idle_timers = seed, idle_timers
        self.numbers = {}

    def set_order(self, order: str) -> None:
        self.order = order

    def use_points(self, points: set[PointId]) -> None:
        """Let these operations be scheduling points in the next runs."""
        self.points = points

    def reset(self, fibers: FiberPool) -> None:
        """Forget the run before; the fiber of the caller becomes that of `main`."""
        self.forget_objects()
        self.fibers = fibers
        self.discovered: set[PointId] = set()  # operations that must become points
        self.stop = None
        self.transitions: list[Transition] = []
        self.choices: list[Transition] = []  # the transitions that a search chose
        self.next_epoch = 1
        self.alone = True
        self.unended = 0  # the number of workers that must end before the run ends
        self.quiescent: Callable[[], bool] | None = None  # see `allow_check_when`
        self.checking = False  # whether the check began while threads waited
        self.policy: Any = None  # the event loop policy that the program has set
        self.spawned: list[Worker] = []  # the threads, ended or not
        self.atomic_of: dict[int, Any] = {}  # by worker number: the loop that it is in
        self.loops: list[Any] = []
        rare = self.crashes or self.threads or self.coroutines or self.loop_of
        if rare or self.preparations or self.idle_pool_threads:
            self.make_rare()
        self.main = self.current = main = Worker("main", self.number(""), 0)
        self.running = main  # the last worker that was chosen
        main.fiber = fibers.main
        main.identifier = MAIN_IDENTIFIER
        main.hb_epoch = main.hb_clock = epoch = self.fresh_epoch()
        self.workers = [main]
        self.start = self.transition = Transition(-1, main, epoch, epoch, epoch)
        self.start.notes = []

    def number(self, name: str) -> int:
        """The number of the worker with this name."""
        return self.numbers.setdefault(name, len(self.numbers))

    def fresh_epoch(self) -> int:
        epoch = self.next_epoch
        self.next_epoch = epoch << 1
        return epoch

    # --- Workers ----------------------------------------------------------------------

    def worker(self, name: str) -> Worker:
        """Make a worker; all that the current worker has done happens before it."""
        known = self.numbers
        worker = Worker(name, known.setdefault(name, len(known)), self.current.hb_clock)
        self.alone = False
        maker = self.current
        if self.mixed or not maker.in_loop:  # like `publish`, without a call
            maker.hb_epoch = epoch = self.next_epoch
            self.next_epoch = epoch << 1
            maker.hb_clock |= epoch
        return worker

    def add_worker(self, worker: Worker) -> None:
        """Let a worker be scheduled."""
        self.workers.append(worker)

    def remove_worker(self, worker: Worker) -> None:
        """Do not schedule a worker any more."""
        self.workers.remove(worker)

    def prepare_with(
        self, worker: Worker, prepare: Callable[[], object] | None
    ) -> Callable[[], object] | None:
        """Call `prepare` before each `is_enabled` of a worker; None: call nothing.

        Return the function that was called until now.
        """
        before = self.preparations.pop(worker.number, None)
        if prepare is not None:
            self.preparations[worker.number] = prepare
        return before

    def refresh(self, worker: Worker) -> bool:
        """Prepare a worker; if it is enabled, call `on_enabled` and return True."""
        if worker.number in self.preparations:
            self.preparations[worker.number]()
        if not worker.is_enabled():
            return False
        if worker.on_enabled is not None:
            worker.on_enabled()
        return True

    def remove_tasks(self) -> None:
        """From now on, schedule only the main worker and threads, but no tasks."""
        self.workers[:] = [
            worker
            for worker in self.workers
            if worker is self.main or worker.body is not None
        ]

    def run_alone(self) -> None:
        """From now on only the current worker runs, so no access can race."""
        self.alone = True
        self.let_all_go()

    def register_thread(self, worker: Worker, thread: Any) -> None:
        """Store the object that represents a worker in the program's `threading`."""
        self.threads[worker.number] = thread

    def all_ended(self) -> bool:
        """Whether no worker is left for which the run must wait before it ends.

        CPython ends daemons, and pool threads that have no job, when the program exits.
        """
        if not self.idle_pool_threads:
            return not self.unended
        return self.unended == sum(not wanted() for wanted in self.idle_pool_threads)

    def add_handle(
        self,
        worker: Worker,
        handle: Any,
        hb_clock: int,
        ready: Callable[[], bool],
        on_enabled: Callable[[], object] | None,
    ) -> None:
        """Let a worker run a handle of its loop, after the epochs in `hb_clock`."""
        worker.handle = handle
        worker.ready, worker.on_enabled = ready, on_enabled
        worker.hb_clock |= hb_clock
        worker.ended, worker.what = False, ("resumes", None)
        worker.added_at = len(self.transitions)
        self.workers.append(worker)

    def add_idle_pool_thread(self, wanted: Callable[[], bool]) -> None:
        """Register a pool thread; a run waits for it only while `wanted()` is true."""
        self.idle_pool_threads.append(wanted)

    def remove_idle_pool_thread(self, wanted: Callable[[], bool]) -> None:
        self.idle_pool_threads.remove(wanted)

    def allow_check_when(self, quiescent: Callable[[], bool]) -> None:
        """Let the check begin once no worker is enabled and `quiescent()` is true."""
        self.quiescent = quiescent

    def end_check(self) -> None:
        """End the check: from now on, a wait that no worker can end is a deadlock."""
        self.checking, self.quiescent = False, None

    def record_crash(self, worker: Worker, error: BaseException) -> None:
        """Record an exception that ended a worker."""
        self.crashes.append((worker, error))

    def record_crashes(self, crashes: Iterable[tuple[Worker, BaseException]]) -> None:
        self.crashes += crashes

    def keep_coroutine(self, coroutine: Any) -> None:
        """Store a coroutine that may never be started: it is closed after the run."""
        self.coroutines.append(coroutine)

    # --- Event loops ------------------------------------------------------------------

    def thread(self) -> Worker:
        """The current thread as a worker; for a task, the thread that runs its loop."""
        worker = self.current
        if not self.atomic_of:
            return worker
        loop = self.atomic_of.get(worker.number)
        host: Worker = worker if loop is None else loop.host
        return host

    def loop_worker(self, name: str, loop: Any) -> Worker:
        """Make a worker whose transitions are atomic within a loop."""
        worker = self.worker(name)
        worker.hb_clock |= self.current.hb_clock
        worker.in_loop = True
        self.atomic_of[worker.number] = loop
        return worker

    def put_in_loop(self, worker: Worker, loop: Any) -> None:
        """Let the transitions of a worker be atomic within a loop."""
        self.atomic_of[worker.number] = loop
        worker.in_loop = True

    def take_out_of_loop(self, worker: Worker) -> None:
        worker.in_loop = False
        self.atomic_of.pop(worker.number, None)

    def set_policy(self, policy: Any) -> None:
        """Set the event loop policy of all threads; None: the default one."""
        self.policy = policy

    def set_loop(self, loop: Any) -> None:
        """Set the event loop of the current thread."""
        self.loop_of[self.thread().number] = loop

    # --- What happened before ---------------------------------------------------------

    def publish(self) -> int:
        """Let other workers learn of all that the current worker has done so far.

        Return the worker's clock, without the new epoch that the worker then begins.
        In an event loop, a new epoch begins only if threads run beside the loop.
        """
        worker = self.current
        clock = worker.hb_clock
        if self.mixed or not worker.in_loop:
            worker.hb_epoch = epoch = self.next_epoch
            self.next_epoch = epoch << 1
            worker.hb_clock = clock | epoch
        return clock

    def learn(self, hb_clock: int) -> None:
        """Let the epochs in `hb_clock` precede the rest of the current transition."""
        self.current.hb_clock |= hb_clock
        self.transition.hb_clock |= hb_clock

    def effects(self) -> tuple[Any, ...]:
        """The values of the counters that an import changes, for `restore_effects`."""
        main = self.main
        return (
            (main.made, main.named, main.hb_epoch, main.hb_clock, main.hashed),
            main.drawn,
            self.next_epoch,
            dict(self.counts),
            dict(self.hashes),
        )

    def restore_effects(self, effects: tuple[Any, ...]) -> None:
        """Set the counters to the values that `effects` returned after the import."""
        main = self.main
        of_main, main.drawn, self.next_epoch, counts, hashes = effects
        main.made, main.named, main.hb_epoch, main.hb_clock, main.hashed = of_main
        if counts or hashes:
            self.counts.update(counts)
            self.hashes.update(hashes)

    def draw(self) -> str:
        """The seed of the next draw of the current worker.

        The seed does not depend on the draws of other workers.
        """
        self.discovered.add(Drawn(asking_package()))
        worker = self.current
        worker.drawn += 1
        return f"{self.seed}, {worker.name}, {worker.drawn}"

    def discover(self, point: PointId) -> None:
        """Note an operation that must become a scheduling point in a new search."""
        self.discovered.add(point)
