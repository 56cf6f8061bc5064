"""The longest run of statements that no other task can interrupt.

In asyncio no other task runs between two suspension points of a task.  The longest
stretch is computed like a longest path, from inner blocks to outer ones.  For each
block the longest stretch of each of these four kinds is computed:
- from its start to its first suspension,
- from its last suspension to its end,
- from its start to its end without a suspension,
- between two suspensions inside it.

The body of a loop counts once.  A stretch may also go from the end of the body to the
beginning of the body in the next turn.  If a whole turn can run without a suspension, a
stretch can go on through any number of turns.  Its length then has no bound, and the
stretch is flagged (`loops`).  A call counts as one statement, whatever it runs.  An
exception handler is assumed to run after the whole `try` block.
"""

import ast
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bench.records.shapes import Stretch
from bench.shape.counting.counted import is_docstring, may_suspend


@dataclass(frozen=True, slots=True)
class Run:
    """Statements in a row: how many, from which line to which line."""

    length: int = 0
    first: int = 0
    last: int = 0
    loops: bool = False

    def then(self, other: "Run | None") -> "Run | None":
        if other is None:
            return None
        if not self.length or not other.length:
            return other if not self.length else self
        loops = self.loops or other.loops
        return Run(self.length + other.length, self.first, other.last, loops)


NOTHING = Run()


@dataclass(frozen=True, slots=True)
class Flow:
    """The stretches of a block, by kind; None if the block has no path of that kind."""

    # from the block's start to its first suspension; if there is none, to the end of
    # the block or to the statement that leaves it (return, raise, break, continue)
    head: Run = NOTHING
    tail: Run | None = NOTHING  # from a suspension to the block's end
    # from the block's start to its end without a suspension
    through: Run | None = NOTHING
    best: Run = NOTHING
    breaks: "tuple[Flow, ...]" = ()  # the paths that leave the surrounding loop
    goes_on: "tuple[Flow, ...]" = ()  # the paths to the next turn of that loop


EMPTY = Flow(tail=None)
SUSPENDS = Flow(through=None)


def longest(*runs: Run | None) -> Run | None:
    known = [run for run in runs if run is not None]
    return max(known, key=lambda run: (run.length, run.loops)) if known else None


def some(*runs: Run | None) -> Run:
    return longest(*runs) or NOTHING


def after(one: Flow, other: Flow) -> Flow:
    """Two blocks in sequence."""
    through = one.through.then(other.through) if one.through is not None else None
    head = some(one.head, one.through.then(other.head) if one.through else None)
    tail = longest(
        other.tail,
        one.tail.then(other.through) if one.tail is not None else None,
    )
    joined = one.tail.then(other.head) if one.tail is not None else None
    best = some(one.best, other.best, joined, head, through, tail)
    jumps = [
        (*first, *(path_after(one, jump) for jump in second))
        for first, second in (
            (one.breaks, other.breaks),
            (one.goes_on, other.goes_on),
        )
    ]
    return Flow(head, tail, through, best, *jumps)


def path_after(one: Flow, jump: Flow) -> Flow:
    """A path that leaves a block early, joined to what ran before it."""
    through = None
    if one.through is not None and jump.through is not None:
        through = one.through.then(jump.through)
    tail = longest(
        jump.tail, one.tail.then(jump.through) if one.tail is not None else None
    )
    return Flow(NOTHING, tail, through)


def either(*flows: Flow) -> Flow:
    """Alternative blocks, exactly one of which runs."""
    return Flow(
        some(*(f.head for f in flows)),
        longest(*(f.tail for f in flows)),
        longest(*(f.through for f in flows)),
        some(*(f.best for f in flows)),
        tuple(jump for f in flows for jump in f.breaks),
        tuple(jump for f in flows for jump in f.goes_on),
    )


def again(body: Flow) -> Flow:
    """A block that runs any number of times: its end is joined to its beginning.

    `continue` ends a turn like the last statement does.  A path that leaves by `break`
    is joined to the code after the loop.
    """
    breaks = body.breaks
    ends = either(Flow(NOTHING, body.tail, body.through), *body.goes_on)
    body = Flow(body.head, ends.tail, ends.through, body.best)
    round_trip = body.tail.then(body.head) if body.tail is not None else None
    if body.through is not None and body.through.length:
        run = body.through
        endless = Run(run.length, run.first, run.last, loops=True)
        body = Flow(body.head, body.tail, endless, some(body.best, endless))
    once = Flow(body.head, body.tail, body.through, some(body.best, round_trip))
    behind = [replace(jump, head=NOTHING) for jump in breaks]
    return either(EMPTY, once, *behind)


def flow_of(block: Sequence[ast.stmt]) -> Flow:
    flow = EMPTY
    for statement in block:
        if not is_docstring(statement):
            flow = after(flow, _flow(statement))
    return flow


def _flow(node: ast.stmt) -> Flow:
    if may_suspend(node):
        own = SUSPENDS
    else:
        run = Run(1, node.lineno, node.lineno)
        own = Flow(head=run, tail=None, through=run, best=run)
    match node:
        case ast.If():
            return after(own, either(flow_of(node.body), flow_of(node.orelse)))
        case ast.For() | ast.While() | ast.AsyncFor():
            # After the last turn, the header runs once more.  That of an `async for`
            # then suspends once more.
            leaves = EMPTY if own is not SUSPENDS else SUSPENDS
            turns = after(again(after(own, flow_of(node.body))), leaves)
            return after(either(own, turns), flow_of(node.orelse))
        case ast.With():
            return after(own, flow_of(node.body))
        case ast.AsyncWith():
            return after(after(own, flow_of(node.body)), SUSPENDS)
        case ast.Try() | ast.TryStar():
            handlers = [flow_of(h.body) for h in node.handlers]
            ways = either(flow_of(node.orelse), *handlers)
            return after(
                after(after(own, flow_of(node.body)), ways), flow_of(node.finalbody)
            )
        case ast.Match():
            cases = [flow_of(case.body) for case in node.cases]
            return after(own, either(EMPTY, *cases))
        case ast.Return() | ast.Raise():
            return Flow(own.head, None, None, own.best)
        case ast.Break():
            return Flow(own.head, None, None, own.best, breaks=(own,))
        case ast.Continue():
            return Flow(own.head, None, None, own.best, goes_on=(own,))
        case _:
            return own


def longest_stretch(
    functions: Iterable[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]],
) -> Stretch | None:
    """The longest stretch over all coroutine functions; None when there are none."""
    found: Stretch | None = None
    for name, node in functions:
        if isinstance(node, ast.AsyncFunctionDef):
            run = flow_of(node.body).best
            if found is None or run.length > found.statements:
                found = Stretch(
                    statements=run.length,
                    function=name,
                    first_line=run.first or node.lineno,
                    last_line=run.last or node.lineno,
                    loops=run.loops,
                )
    return found
