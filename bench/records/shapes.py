"""Records of the shape lens: counts of a file, and differences between the twins."""

from typing import Literal

from bench.records.base import Record
from bench.records.primitives import Rule

Difference = Literal[
    "same", "colour", "name", "primitive", "life cycle", "errors", "else"
]


class Stretch(Record, frozen=True, kw_only=True):
    """Statements that run without a suspension point: no other task runs meanwhile."""

    statements: int
    function: str  # qualified: "Basket.put"
    first_line: int
    # less than first_line if the stretch goes on in the next iteration of a loop
    last_line: int
    # whether the stretch contains a loop, so that its length has no bound
    loops: bool = False


class BlockingCall(Record, frozen=True, kw_only=True):
    """A call inside `async def` that blocks the whole event loop."""

    function: str  # the coroutine function that contains it
    line: int
    call: str  # "time.sleep"
    instead: str  # "await asyncio.sleep(...)"
    through: tuple[str, ...] = ()  # plain functions between the coroutine and the call
    file: str = ""


class SharedAttribute(Record, frozen=True, kw_only=True):
    """An attribute or global with several writers, and the locks held at each write."""

    owner: str  # the class, or "" for a global
    name: str
    guards: tuple[str, ...] = ()  # locks held at a write: "self.not_empty"
    guarded_lines: tuple[int, ...] = ()
    unguarded_lines: tuple[int, ...] = ()
    # guards that are chosen from several locks when the code runs: "self.shards[n]"
    chosen: tuple[str, ...] = ()
    # lines of writes that are guarded only by `chosen`
    chosen_lines: tuple[int, ...] = ()
    unsure: tuple[str, ...] = ()  # objects that a `with` enters and that may be locks
    # lines of writes that are guarded only by `unsure`
    unsure_lines: tuple[int, ...] = ()
    # whether every write is surely guarded, but not every write by the same lock
    different: bool = False


class Coloured(Record, frozen=True, kw_only=True):
    """A function that must become `async def`, and the chain that forces it."""

    function: str  # "Basket.put", or "package.module:Basket.put" across modules
    line: int
    chain: tuple[str, ...]  # the chain of callees; the last one is the blocking call
    reason: Literal["waits", "lock", "implicit"] = "waits"
    """"lock": the function only takes a lock, and waits for nothing else; a port may
    drop the lock.  "implicit": the function is a constructor or an operator that waits,
    or it waits only in a constructor or operator; Python does not await these, so a
    port moves the wait elsewhere."""
    # why the function cannot simply become async: "__init__", ...
    obstacle: str | None = None
    file: str = ""


class NotFollowed(Record, frozen=True, kw_only=True):
    """Calls that the call graph does not follow: nothing is known about them."""

    call: str  # "redis.Redis.get"; "client.get" if the receiver is unknown
    # the source was not read, or the callee is unknown
    why: Literal["library", "unknown"]
    calls: int
    lines: tuple[int, ...] = ()


class Shape(Record, frozen=True, kw_only=True):
    """Counts of one file; definitions in `bench.shape.counting.metrics`."""

    lines: int
    statements: int
    suspension_points: int
    synchronization_points: int
    coroutines: int  # functions that had to become `async def`
    functions: int
    life_cycle_statements: int
    gzip_bytes: int
    branches: int = 0  # complexity as other tools count it; equal for both twins
    error_handling: int = 0
    longest_stretch: Stretch | None = None  # None: no coroutine in the file
    shared: tuple[SharedAttribute, ...] = ()
    blocking: tuple[BlockingCall, ...] = ()


class Row(Record, frozen=True, kw_only=True):
    """A line of the side-by-side view; None if one side has no line.

    Numbers start at 1 and count the lines of `ShapeComparison.threads_source` and
    `asyncio_source`, split at "\\n" alone: `splitlines` would also split at form feeds.
    """

    difference: Difference
    left: int | None = None  # line number in the threaded file
    right: int | None = None
    note: str | None = None


class ShapeComparison(Record, tag_field="kind", tag="shape", frozen=True, kw_only=True):
    """How the two files of a pair differ."""

    pair: str
    threads: Shape
    asyncio: Shape
    changed_lines: dict[str, int] = {}  # rows by kind of difference, "same" too
    edit_distance: int = 0  # tokens, after un-asyncing
    # number of tokens of the threaded file, to compare with `edit_distance`
    tokens: int = 0
    # each primitive of threading, and its match or ""
    primitives: tuple[tuple[str, str], ...] = ()
    # functions that blocking calls of the threaded file force to be async
    coloured: tuple[Coloured, ...] = ()
    rules: tuple[Rule, ...] = ()  # rules of these primitives in which asyncio differs
    # the text with "\n" line ends, whatever line ends the file has
    threads_source: str = ""
    asyncio_source: str = ""
    # the file's name as readers know it: "threaded/condition.py"
    threads_file: str = ""
    asyncio_file: str = ""
    rows: tuple[Row, ...] = ()
