"""What an execution consists of: workers, their transitions, and what these access.

A worker is a thread, a task, a callback or a timer.  A transition is what one worker
does between two scheduling points: no other worker runs within it.
"""

from collections.abc import Callable, Hashable
from typing import Any, NamedTuple

from msgspec import Struct

from bench.correctness.engine.fibers import Fiber

# The id of an operation that may be a scheduling point: a site, or (object, verb).
PointId = Hashable
Access = tuple[Hashable, Hashable, bool]  # object, key or None for all of it, a write?
What = tuple[str, Any]  # what a worker is about to do: verb and object

TASK_RESUMED = "turn"  # the place of a note that says where a task resumes
ONE_STEP = "one step"  # with a name, the point id of a function of the library
SPIN_BUDGET = 2_000  # operations of a worker between two scheduling points


class New(NamedTuple):
    """The name of an object made during the run: its kind, and its first accessor.

    In another schedule another worker may access it first, so that across runs only
    the kind can be compared.
    """

    kind: str
    worker: int
    serial: int


FILES = "files"  # one place, whose keys are the paths of files
FILES_WRITTEN = "files are written"  # a point id: processes must not share a search


class Written(NamedTuple):
    """The point id that says: workers write attributes of this name; None for any."""

    key: str | None


class Drawn(NamedTuple):
    """The point id that says: what the program does depends on what is drawn.

    by: the package that draws, or `logging`; empty for the program itself.
    """

    by: str


class Abandoned(BaseException):
    """Unwinds a worker whose run is over; the program must not catch it."""


class Stopped(BaseException):
    """Ends the main worker's wait: no worker is runnable, or the run is abandoned."""


class Worker:
    """A thread, a task, a callback or a timer: whatever makes transitions.

    Each run makes some: a dataclass of so many fields would take half as long again.
    """

    __slots__ = (
        "added_at",
        "body",
        "budgets_ended",
        "changed",
        "changed_earlier",
        "daemon",
        "deadline",
        "drawn",
        "ended",
        "fiber",
        "fire",
        "handle",
        "hashed",
        "hb_clock",
        "hb_epoch",
        "identifier",
        "idle_yields",
        "in_loop",
        "iterated_at",
        "iterating",
        "label",
        "last_local_state",
        "last_look",
        "loop_iterations",
        "looped",
        "made",
        "made_as",
        "maker",
        "moves_before",
        "name",
        "named",
        "needs",
        "number",
        "on_enabled",
        "operation_at",
        "owner",
        "past_point",
        "pending",
        "point",
        "progress_made",
        "progress_yields",
        "ready",
        "root",
        "rounds",
        "same_looks",
        "sleeper",
        "spin_budget",
        "start_unobserved",
        "task",
        "timed_out",
        "told",
        "uninterrupted",
        "unlooked",
        "unstarted",
        "what",
        "where",
        "yielded",
        "yielded_at",
    )  # fmt: skip

    def __init__(self, name: str, number: int, hb_clock: int) -> None:
        self.name = name
        self.number = number  # the same in each run for the same name
        # The epochs that happened before what it does next: a bit mask.
        self.hb_clock = hb_clock
        self.fiber: Fiber
        self.hb_epoch = 0  # the epoch it is in: one bit
        # Whether it is enabled; None: always.  `ready` only asks; `on_enabled` is the
        # action that follows each time the answer is yes.
        self.ready: Callable[[], bool] | None = None
        self.on_enabled: Callable[[], object] | None = None
        # Its first transition, which accesses nothing, is to come.
        self.unstarted = False
        self.start_unobserved = False  # no other worker could tell whether it has begun
        self.maker: Worker | None = None  # what started it, if it is a thread
        self.body: Callable[[], None] | None = None
        self.fire: Callable[[], None] | None = None  # a timer's transition
        self.deadline: float | None = None  # of a timer, in virtual seconds
        self.made_as = 0  # the number of a timer among those of the run
        self.moves_before = 0  # of the clock, before this timer was made
        # The first timer of those that each made the next, down to this one.
        self.root = 0
        self.owner = -1  # the number of the worker whose operation a timer ends
        self.progress_made = 0  # its transitions that were not idle polls
        self.progress_yields = 0  # yields after which its state had changed
        self.idle_yields = 0  # in a row, while no other worker made progress
        self.yielded_at = -1  # the progress of the others at its last yield
        self.loop_iterations = 0  # in a row, while no other worker made progress
        self.iterated_at = -1  # the progress of the others at its last iteration
        self.changed = False  # it has changed something since its last yield
        # At its last yield in a `while` loop.
        self.last_local_state: list[Any] | None = None
        self.looped = False  # an iteration of a `while` loop since its last yield
        self.yielded = False  # in the loop iteration that it is in
        self.timed_out = False  # an operation of its own has, since its last iteration
        self.what: What = ("starts", "")  # what it is about to do, for a reader
        self.pending: Access | None = None  # what it will access once it is enabled
        self.point: PointId = None  # of the pending operation
        # The point of an operation with several accesses, and whether it is past it.
        self.operation_at: PointId = None
        self.past_point = False
        self.made = 0  # children so far, for their names
        self.named = 0  # objects named so far
        self.drawn = 0  # random values so far
        self.ended = False
        self.daemon = False
        self.identifier = 0  # of a thread: one that ended gives it to a later one
        self.hashed = 0  # objects that it was the first to ask for a hash
        self.in_loop = False  # a handle of an event loop, whose transitions are atomic
        self.spin_budget = SPIN_BUDGET  # operations left before it must yield
        self.uninterrupted = 0  # iterations since it was last resumed, with their costs
        self.iterating: PointId = None  # the loop of its last iteration while alone
        self.budgets_ended = 0  # while it alone could go on
        self.unlooked = 0  # such iterations since its local state was last looked at
        self.same_looks = 0  # in a row, of its local state in such iterations
        self.last_look: list[Any] | None = None
        self.changed_earlier = False  # since its last yield, and before its last look
        self.where: tuple[Any, int] | None = None  # code and line, when recording
        self.told = ""  # what it is about to do, as the program says it, when recording
        self.handle: Any = None  # the event loop's, when in_loop
        self.task: Any = None
        self.added_at = -1  # the number of transitions when its handle became ready
        self.rounds: list[int] = []  # a task's transitions but the last
        self.label = name
        self.sleeper: Worker | None = None  # the worker that a timer wakes
        self.needs: Any = None  # the event loop that must be idle before a timer fires

    def wait_until(
        self,
        ready: Callable[[], bool] | None,
        on_enabled: Callable[[], object] | None = None,
    ) -> None:
        """Be enabled while this is true, and do that each time it is found true."""
        self.ready, self.on_enabled = ready, on_enabled

    def learn(self, hb_clock: int) -> None:
        """Let what it does next happen after these epochs."""
        self.hb_clock |= hb_clock

    def refill_spin_budget(self) -> None:
        """It came to a scheduling point."""
        self.spin_budget = SPIN_BUDGET

    def is_enabled(self) -> bool:
        return self.ready is None or self.ready()


class Transition(Struct, eq=False):
    """One transition of one worker.  A Struct is made twice as fast as a dataclass."""

    index: int
    worker: Worker
    hb_epoch: int
    hb_before: int  # the epochs that happened before its begin
    hb_clock: int  # and those that happened before its end
    depth: int = -1  # the number of the choice that led here; -1 if there was none
    preempts: int = 0  # enabled workers that were preempted for it
    accesses: list[Access] = []
    # Earlier ones that could also come after it.  Most transitions have none.
    races: tuple["Transition", ...] = ()
    clock_deltas: list[int] = []  # what each access added to its worker's clock
    what: What | None = None
    label: str = ""
    # Action, where, place, for a reader: a list while a run is recorded.
    notes: Any = ()
