"""The run in progress: its workers, the names of its things, and who knows of what.

What precedes what is kept as bit masks: each stretch of a worker between two moments
at which others may learn of it has a bit, and `past` is the set of bits that
happened before.
"""

from collections.abc import Callable, Hashable
from typing import Any

from bench.correctness.engine.fibers import FiberPool
from bench.correctness.engine.transitions import New, PointId, Transition, Worker


class Execution:
    """What is known of a run.  The layers above say how it goes on.

    All layers have slots: the kernel is asked at every access, and a method of an
    object with so many attributes is found sooner where there is no `__dict__`.
    """

    __slots__ = (
        "alone",
        "atomic_of",
        "checking",
        "choices",
        "class_points",
        "coroutines",
        "crashes",
        "current",
        "discovered",
        "executed",
        "fibers",
        "frames",
        "generators",
        "identities",
        "idle_pool_threads",
        "kept",
        "labels",
        "log",
        "loop_of",
        "loops",
        "main",
        "mixed",
        "names",
        "namespaces",
        "next_epoch",
        "numbers",
        "order",
        "pending",
        "points",
        "primitives",
        "quiescent",
        "recording",
        "running",
        "spawned",
        "start",
        "stop",
        "threads",
        "transition",
        "transitions",
        "workers",
    )  # fmt: skip

    def __init__(self) -> None:
        self.points: set[PointId] = set()
        self.numbers: dict[str, int] = {}
        self.alone = True
        self.recording = False
        self.stop: str | None = None
        self.log: list[Any] = []
        self.order = "any"

    def start_program(self, order: str) -> None:
        """Begin with a program: what was run before it leaves no trace."""
        self.order = order
        self.numbers = {}

    def reset(self, fibers: FiberPool) -> None:
        """Forget the run before; its main worker is carried by the caller."""
        self.fibers = fibers
        self.discovered: set[PointId] = set()
        self.stop = None
        self.transitions: list[Transition] = []
        self.choices: list[Transition] = []
        self.next_epoch = 1
        self.alone = True
        self.mixed = "mixed" in self.points  # threads beside an event loop
        self.class_points = "class" in self.points
        self.pending = 0  # workers that must end before the run does
        self.quiescent: Callable[[], bool] | None = None  # if nobody can go on
        self.checking = False
        self.idle_pool_threads: list[
            Callable[[], bool]
        ] = []  # those of them that need not: wanted?
        self.kept: list[Any] = []
        self.names: dict[int, Hashable] = {}
        self.primitives: dict[Hashable, Any] = {}  # by name
        self.labels: dict[int, str] = {}  # more names, for the reader
        self.identities: dict[int, int] = {}
        self.namespaces: dict[int, Any] = {}  # whose __dict__ it is
        self.executed: dict[int, Worker] = {}  # names that code was run in, and by whom
        self.generators: dict[int, Any] = {}  # whose frame it is
        self.frames: dict[int, Any] = {}  # of async generators
        self.atomic_of: dict[int, Any] = {}  # whose steps are not cut: the loop of each
        self.loops: list[Any] = []
        self.loop_of: dict[int, Any] = {}  # what a thread has set
        self.spawned: list[Worker] = []  # those that are threads, ended or not
        self.threads: dict[int, Any] = {}  # what `threading` says of a worker
        self.coroutines: list[Any] = []  # that may never come to run
        self.crashes: list[tuple[Worker, BaseException]] = []
        self.log = []
        self.main = self.current = main = Worker("main", self.number(""), 0)
        self.running = main  # who was chosen last
        main.fiber = fibers.main
        main.hb_epoch = main.hb_clock = self.fresh_epoch()
        self.workers = [main]
        self.start = self.transition = Transition(
            -1, main, main.hb_epoch, main.hb_clock, main.hb_clock
        )

    def number(self, name: str) -> int:
        return self.numbers.setdefault(name, len(self.numbers))

    def fresh_epoch(self) -> int:
        hb_epoch = self.next_epoch
        self.next_epoch = hb_epoch << 1
        return hb_epoch

    def worker(self, name: str) -> Worker:
        """A new worker that knows what the current one knows."""
        worker = Worker(name, self.number(name), self.current.hb_clock)
        self.alone = False
        self.publish()
        return worker

    def all_ended(self) -> bool:
        """Whether all have ended but daemons, and the threads of a pool without jobs.

        A pool that nobody shuts down keeps nobody: the interpreter ends its threads.
        """
        if not self.idle_pool_threads:
            return not self.pending
        return self.pending == sum(not wanted() for wanted in self.idle_pool_threads)

    def thread(self) -> Worker:
        """The worker in whose thread this is: the current one, or its loop's host."""
        worker = self.current
        if not self.atomic_of:
            return worker
        loop = self.atomic_of.get(worker.number)
        host: Worker = worker if loop is None else loop.host
        return host

    def child_name(self, kind: str) -> str:
        """A name that does not depend on the schedule: the maker's, and a count."""
        maker = self.current
        maker.made += 1
        return f"{kind} {maker.made} of {maker.name}"

    def publish(self) -> int:
        """Let others learn of all that the current worker has done so far.

        What it does from now on has a bit of its own: it is not known to them.
        """
        worker = self.current
        hb_clock = worker.hb_clock
        if self.mixed or not worker.in_loop:
            worker.hb_epoch = hb_epoch = self.next_epoch
            self.next_epoch = hb_epoch << 1
            worker.hb_clock = hb_clock | hb_epoch
        return hb_clock

    def effects(self) -> tuple[int, ...]:
        """What the main worker has counted so far."""
        main = self.main
        return main.made, main.named, main.hb_epoch, main.hb_clock, self.next_epoch

    def imported(self, effects: tuple[int, ...]) -> None:
        """Let the main worker have done what it did in another run's import."""
        main = self.main
        main.made, main.named, main.hb_epoch, main.hb_clock, self.next_epoch = effects

    def name_of(self, thing: object) -> Hashable:
        """The object's name; one made during the run is named at its first touch."""
        name = self.names.get(id(thing))
        if name is None:
            worker = self.current
            worker.named += 1
            name = New(type(thing).__qualname__, worker.number, worker.named)
            self.names[id(thing)] = name
            self.kept.append(thing)  # or its id could become another's
        return name

    def identity(self, thing: object) -> int:
        """What `id` returns: a number that is the same in each run, not an address."""
        self.kept.append(thing)
        return self.identities.setdefault(id(thing), len(self.identities) + 1)
