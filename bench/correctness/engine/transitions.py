"""What an execution consists of: workers, their transitions, and what these access.

A worker is a thread, a task, a callback or a timer.  A transition is what one worker
does between two scheduling points: no other worker runs within it.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from msgspec import Struct

from bench.correctness.engine.fibers import Fiber

# The id of an operation that may be a scheduling point: a site, or (object, verb).
PointId = Hashable
Access = tuple[Hashable, Hashable, bool]  # object, key or None for all of it, a write?
What = tuple[str, Any]  # what a worker is about to do: verb and object

TASK_RESUMED = "turn"  # the place of a note that says where a task resumes
SPIN_BUDGET = 2_000  # operations of a worker between two scheduling points


class New(NamedTuple):
    """The name of an object made during the run: its kind, and its first accessor.

    In another schedule another worker may access it first, so that across runs only
    the kind can be compared.
    """

    kind: str
    worker: int
    serial: int


class Written(NamedTuple):
    """The point id that says: workers write attributes of this name; None for any."""

    key: str | None


class Abandoned(BaseException):
    """Unwinds a worker whose run is over; the program must not catch it."""


class Stopped(BaseException):
    """Ends the main worker's wait: no worker is runnable, or the run is abandoned."""


@dataclass(slots=True, eq=False)
class Worker:
    """A thread, a task, a callback or a timer: whatever makes transitions."""

    name: str
    number: int  # the same in each run for the same name
    hb_clock: int  # epochs that happened before what it does next: a bit mask
    fiber: Fiber = field(init=False)
    hb_epoch: int = 0  # the epoch it is in: one bit
    # Whether it is enabled; None: always.  `ready` only asks; `on_enabled` is the
    # action that follows each time the answer is yes.
    ready: Callable[[], bool] | None = None
    on_enabled: Callable[[], object] | None = None
    unstarted: bool = False  # its first transition, which accesses nothing, is to come
    start_unobserved: bool = False  # no other worker could tell whether it has begun
    maker: "Worker | None" = None  # the worker that started it, if it is a thread
    body: Callable[[], None] | None = None
    fire: Callable[[], None] | None = None  # a timer's transition
    deadline: float | None = None  # of a timer, in virtual seconds
    made_as: int = 0  # the number of a timer among those of the run
    moves_before: int = 0  # of the clock, before this timer was made
    root: int = 0  # the first timer of those that each made the next, down to this one
    owner: int = -1  # the number of the worker whose operation a timer ends
    progress_made: int = 0  # its transitions that were not idle polls
    progress_yields: int = 0  # yields after which its state had changed
    idle_yields: int = 0  # in a row, while no other worker made progress
    yielded_at: int = -1  # the progress of the others at its last yield
    loop_iterations: int = 0  # in a row, while no other worker made progress
    iterated_at: int = -1  # the progress of the others at its last iteration
    changed: bool = False  # it has changed something since its last yield
    last_local_state: list[Any] | None = None  # at its last yield in a `while` loop
    looped: bool = False  # an iteration of a `while` loop since its last yield
    yielded: bool = False  # in the loop iteration that it is in
    timed_out: bool = False  # an operation of its own has, since its last iteration
    what: What = ("starts", "")  # what it is about to do, for a reader
    pending: Access | None = None  # what it will access once it is enabled
    point: PointId = None  # of the pending operation
    made: int = 0  # children so far, for their names
    named: int = 0  # objects named so far
    drawn: int = 0  # random values so far
    ended: bool = False
    daemon: bool = False
    identifier: int = 0  # of a thread: one that ended gives it to a later one
    hashed: int = 0  # objects that it was the first to ask for a hash
    in_loop: bool = False  # a handle of an event loop, whose transitions are atomic
    spin_budget: int = SPIN_BUDGET  # operations left before it must yield
    uninterrupted: int = 0  # iterations since it was last resumed, with their costs
    iterating: PointId = None  # the loop of its last iteration while alone
    budgets_ended: int = 0  # while it alone could go on
    unlooked: int = 0  # such iterations since its local state was last looked at
    same_looks: int = 0  # in a row, of its local state in such iterations
    last_look: list[Any] | None = None
    changed_earlier: bool = False  # since its last yield, and before its last look
    where: tuple[Any, int] | None = None  # code and line, when recording
    told: str = ""  # what it is about to do, as the program says it, when recording
    handle: Any = None  # the event loop's, when in_loop
    task: Any = None
    added_at: int = -1  # the number of transitions when its handle became ready
    rounds: list[int] = field(default_factory=list)  # a task's transitions but the last
    label: str = field(init=False)
    sleeper: "Worker | None" = None  # the worker that a timer wakes
    needs: Any = None  # the event loop that must be idle before a timer fires

    def __post_init__(self) -> None:
        self.label = self.name

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
    races: list["Transition"] = []  # earlier ones that could also come after it
    clock_deltas: list[int] = []  # what each access added to its worker's clock
    what: What | None = None
    label: str = ""
    notes: list[tuple[str, Any, Hashable]] = []  # action, where, place: for a reader
