"""What a run is made of: workers, the steps they take, and what a step touches."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from msgspec import Struct

from bench.correctness.engine.fibers import Fiber

PointId = Hashable  # names an operation that may be a point: a place, or (object, verb)
Access = tuple[Hashable, Hashable, bool]  # object, key or None for all of it, a write?
What = tuple[str, Any]  # what a worker is about to do: verb and object


class New(NamedTuple):
    """An object made during the run, named by who touched it first.

    Another schedule may name it after another worker, so across runs only its kind
    counts.
    """

    kind: str
    worker: int
    serial: int


class Written(NamedTuple):
    """Marks the name of an attribute that workers write; None for any."""

    key: str | None


TASK_RESUMED = "turn"  # of a task: where it goes on
SPIN_BUDGET = 2_000  # operations of a worker without a point before others get a turn


class Abandoned(BaseException):
    """Unwinds a worker whose run is over; no user code should catch it."""


class Stopped(BaseException):
    """Ends the main worker's wait when nobody can go on, or the run is given up."""


class EndlessError(Exception):
    """A loop that goes on and on while nobody else can."""

    def __init__(self) -> None:
        super().__init__("a loop does not end, and lets nobody else go on")


@dataclass(slots=True, eq=False)
class Worker:
    """A thread, a task, a callback or a timer: whatever takes steps."""

    name: str
    number: int  # the same in each run for the same name
    hb_clock: int
    fiber: Fiber = field(init=False)
    hb_epoch: int = 0
    ready: Callable[[], bool] | None = None  # None: it can go on
    unstarted: bool = False  # has not begun: its first step touches nothing
    start_unobserved: bool = False  # has begun at most: nobody could tell
    maker: "Worker | None" = None  # who started it, if it is a thread
    body: Callable[[], None] | None = None
    fire: Callable[[], None] | None = None  # a timer's step
    deadline: float | None = None
    owner: int = -1  # whose operation a timer ends
    progress_made: int = 0  # with which it got on
    progress_yields: int = 0  # naps after which something was other than before
    idle_yields: int = 0  # in vain, while nobody else got on with anything
    yielded_at: int = -1
    loop_iterations: int = 0  # of a loop, while nobody else got on with anything
    iterated_at: int = -1
    changed: bool = False  # since it last napped
    last_local_state: list[Any] | None = None  # when it last napped in a loop
    looped: bool = False  # a turn of a while loop, since it last napped
    yielded: bool = False  # in the turn of a loop that it is in
    timed_out: bool = False  # and so did something that it waited for
    what: What = ("starts", "")
    pending: Access | None = None  # what it will touch when it can go on
    point: PointId = None  # the operation's
    made: int = 0  # children, for their names
    named: int = 0  # objects
    ended: bool = False
    daemon: bool = False
    in_loop: bool = False  # a handle of an event loop: its steps are whole
    spin_budget: int = SPIN_BUDGET
    where: tuple[Any, int] | None = None  # code and line, when recording
    handle: Any = None  # the event loop's, when in_loop
    task: Any = None
    added_at: int = -1  # how many steps had been taken when its handle became ready
    rounds: list[int] = field(default_factory=list)  # of a task: its turns but the last
    label: str = field(init=False)
    sleeper: "Worker | None" = None  # who wakes when it, a timer, fires
    needs: Any = None  # the loop that must be at leisure when it, a timer, fires

    def __post_init__(self) -> None:
        self.label = self.name


class Transition(Struct, eq=False):
    """One step of one worker.  A struct is made twice as fast as another object."""

    index: int
    worker: Worker
    hb_epoch: int
    hb_before: int  # what precedes the step
    hb_clock: int  # and what precedes its end
    depth: int = -1  # which choice led here, if it was one
    preempts: int = 0  # workers left for this step that could have gone on
    accesses: list[Access] = []
    races: list["Transition"] = []
    clock_deltas: list[int] = []  # what each access told its worker of others' past
    what: What | None = None
    label: str = ""
    notes: list[tuple[str, Any, Hashable]] = []  # what a reader is told of it
