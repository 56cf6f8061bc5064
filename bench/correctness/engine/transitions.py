"""What an execution consists of: workers, their transitions, and accesses.

A worker is a thread, a task, a callback or a timer.  A transition is what one worker
does between two scheduling points: no other worker runs within it.
"""

from collections.abc import Callable, Hashable
from typing import Any, NamedTuple

from msgspec import Struct

from bench.correctness.engine.fibers import Fiber

# The id of an operation that may be a scheduling point: a site, or (object, verb).
PointId = Hashable
Access = tuple[Hashable, Hashable, bool]  # object; key, or None: all of it; write?
What = tuple[str, Any]  # the next action of a worker: verb and object

# The third item of a note that says on which line a task resumes; see `notes`.
TASK_RESUMED = "turn"
ONE_STEP = "one step"  # point ids: (ONE_STEP, name of a library function)
SPIN_BUDGET = 2_000  # the most operations of a worker between two scheduling points


class New(NamedTuple):
    """The name of an object that was made during the run.

    The name consists of the object's kind, the worker that accessed the object first,
    and a count.  In another schedule, another worker may access the object first.  So
    if two runs are compared, only the kinds of such objects can be compared.
    """

    kind: str
    worker: int
    serial: int


def may_be_same_part(key: Hashable, other: Hashable) -> bool:
    """Whether different keys, of two runs, may mean the same part of a place.

    None means all parts.  The key of a captured variable is a `New`, whose worker and
    serial number may differ between two runs.  So two different `New` keys may mean
    the same variable.
    """
    if key is None or other is None:
        return True
    return type(key) is New and type(other) is New


FILES = "files"  # a place whose keys are the paths of files
# A point id: workers write files.  If it is known, only one process may search, because
# several processes would write to the same files.
FILES_WRITTEN = "files are written"


class Written(NamedTuple):
    """A point id: workers write attributes of this name; None stands for any name."""

    key: str | None


class Drawn(NamedTuple):
    """A point id: the program's operations depend on draws, such as random numbers.

    by: the package that draws, or `logging`; empty for the program itself.
    """

    by: str


class Abandoned(BaseException):
    """Unwinds a worker whose run is over; the program must not catch it."""


class Stopped(BaseException):
    """Ends the main worker's wait, because the run was stopped (see `halt`)."""


class Worker:
    """A thread, a task, a callback or a timer: whatever makes transitions.

    Each run makes several workers.  A dataclass with so many fields would take 50 %
    longer to make.
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
        "due",
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
        self.number = number  # the same for the same name in each run
        # The epochs that happened before its next operation: a bit mask.
        self.hb_clock = hb_clock
        self.fiber: Fiber
        self.hb_epoch = 0  # its current epoch: one bit
        # `ready` tells whether it is enabled, and changes nothing; None: always
        # enabled.  `on_enabled` is called each time `ready` returns true.
        self.ready: Callable[[], bool] | None = None
        self.on_enabled: Callable[[], object] | None = None
        # Whether its first transition is still to be made.  This transition accesses
        # nothing.
        self.unstarted = False
        self.start_unobserved = False  # whether no worker has observed its start
        self.maker: Worker | None = None  # the worker that started a thread
        self.body: Callable[[], None] | None = None
        self.fire: Callable[[], None] | None = None  # the transition of a timer
        self.deadline: float | None = None  # when a timer is due, in virtual seconds
        self.due = 0.0  # the deadline before it is rounded
        self.made_as = 0  # the number of this timer among all timers of the run
        self.moves_before = 0  # how often the clock moved before this timer was made
        # The number of the first timer of its chain; `comes_first` explains chains.
        self.root = 0
        self.owner = -1  # the number of a timer's maker
        self.progress_made = 0  # how often it made progress; `spinning` counts it
        self.progress_yields = 0  # yields with progress; some count as several
        self.idle_yields = 0  # its polls since another worker made progress
        self.yielded_at = -1  # the progress of the other workers at its last yield
        self.loop_iterations = 0  # loop iterations since another worker made progress
        self.iterated_at = -1  # the progress of the other workers at its last iteration
        self.changed = 0  # its changes since its last yield, or since `spins` looked
        # Its local state at its last yield in a `while` loop.
        self.last_local_state: list[Any] | None = None
        # Whether it looped in a `while`, or repeated operations, since its last yield.
        self.looped = False
        self.yielded = False  # whether it yielded in its current loop iteration
        self.timed_out = False  # whether an operation timed out in this iteration
        self.what: What = ("starts", "")  # its next action, for a reader
        self.pending: Access | None = None  # the access that it will make when chosen
        self.point: PointId = None  # the point of the pending operation
        # The point of its operation with several accesses, and whether the worker has
        # already paused at this point.
        self.operation_at: PointId = None
        self.past_point = False
        self.made = 0  # objects that `child_name` has named so far
        self.named = 0  # objects that `name_of` has named so far
        self.drawn = 0  # draws so far
        self.ended = False
        self.daemon = False
        self.identifier = 0  # the identifier of a thread; reused after its end
        self.hashed = 0  # objects that it was the first to hash
        self.in_loop = False  # whether its transitions are atomic in an event loop
        self.spin_budget = SPIN_BUDGET  # operations before it must yield
        # The cost of its loop iterations, for the limits in `loops`.  The count begins
        # again with each handle and, while `alone` is true, with each loop.
        self.uninterrupted = 0
        self.iterating: PointId = None  # the loop that it is in while it runs alone
        self.budgets_ended = 0  # spin budgets used while no other worker was enabled
        self.unlooked = 0  # iterations since the last call of `look_at_loop`
        # `spins` looks at the local state of the worker, and sets `changed` to 0.
        self.same_looks = 0  # looks in a row with the same local state
        self.last_look: list[Any] | None = None  # the local state at the last look
        # Above 0: since the last yield there were changes that are missing in
        # `changed`.  Either `spins` has set `changed` to 0 after them, or an earlier
        # call of the same chain of callbacks made them.
        self.changed_earlier = 0
        self.where: tuple[Any, int] | None = None  # when recording: code and line
        self.told = ""  # when recording: its next action in the program's words
        self.handle: Any = None  # the handle of the event loop, if in_loop
        self.task: Any = None
        self.added_at = -1  # how many transitions the run had when its handle was ready
        self.rounds: list[int] = []  # the indices of a task's earlier transitions
        self.label = name
        self.sleeper: Worker | None = None  # the worker that a timer wakes
        self.needs: Any = None  # the event loop that must be idle before a timer fires

    def wait_until(
        self,
        ready: Callable[[], bool] | None,
        on_enabled: Callable[[], object] | None = None,
    ) -> None:
        """Be enabled while `ready()` is true; call `on_enabled` each time it is."""
        self.ready, self.on_enabled = ready, on_enabled

    def learn(self, hb_clock: int) -> None:
        """Let the epochs in `hb_clock` happen before its next operations."""
        self.hb_clock |= hb_clock

    def refill_spin_budget(self) -> None:
        """Give the worker the full spin budget, as a scheduling point does."""
        self.spin_budget = SPIN_BUDGET

    def is_enabled(self) -> bool:
        return self.ready is None or self.ready()


class Transition(Struct, eq=False):
    """One transition of one worker.

    It is a Struct, because making a Struct is twice as fast as making a dataclass.
    """

    index: int
    worker: Worker
    hb_epoch: int
    hb_before: int  # the epochs that happened before it begins
    hb_clock: int  # the epochs that happened before it ends
    depth: int = -1  # the number of the choice that led to it; -1: none
    preempts: int = 0  # how many enabled workers were preempted for it
    accesses: list[Access] = []
    # Earlier transitions that could also come after this one.  Usually there are none.
    races: tuple["Transition", ...] = ()
    clock_deltas: list[int] = []  # epochs that each access joined to the clock
    what: What | None = None
    label: str = ""
    # For a reader: (action, line of code, place).  An action with a place is shown only
    # if the place is shared.  The place is None if the action is always shown, and
    # TASK_RESUMED if a task resumes.  While a run is recorded, `notes` is a list.
    notes: Any = ()
