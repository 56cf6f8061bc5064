"""Whether threads are started later than they are made: tasks start at once.

A thread may be made in a constructor and started in `__enter__`.  Or it may be started
after a wait.  The task of such a thread must not run before the start of the thread.
The same is true for threads that are made together and started one by one, with waits
between the starts.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from bench.shape.colour.graph import CallGraph
from bench.shape.port.colours import Colours
from bench.shape.port.workers.thread_origins import Origins
from bench.shape.resolution.facts import expressions, live
from bench.shape.resolution.scopes import Path, Position, Scope, end, start
from bench.shape.resolution.values import Instance, Library

THREAD = "threading.Thread"
# attributes that a thread has before its start too
ASKS = frozenset({"is_alive", "isAlive", "ident", "native_id"})
# statements that may leave a function before it has started the threads
LEAVES = ast.Return | ast.Raise
SKIPS = ast.Break | ast.Continue
COMPREHENSIONS = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


@dataclass(frozen=True)
class Place:
    """A call in a function, with the compound statements around it."""

    node: ast.Call
    path: Path
    # the extent of the comprehension around the call, or of the call
    extent: tuple[Position, Position]

    @property
    def loops(self) -> set[int]:
        return {step for step, branch in self.path if branch == "loop"}


def started_later(graph: CallGraph, found: Colours) -> bool:
    """Whether any thread is started later than it is made.

    The answer is also true in these cases, because tasks that start at once may then
    behave differently from the threads:
    - it is not known which threads a call of `start` starts;
    - a thread may not be started at all, or it may be started twice;
    - threads may be started in another order than the order in which they are made.

    All modules that are read from the start count, not only the one that is ported.  So
    the drafts of all these modules have the same answer.
    """
    return any(
        _Function(graph, found, scope).starts_later()
        for module in graph.program.own
        for scope in graph.own(module)
        if not isinstance(scope.node, ast.Lambda)
    )


class _Function:
    """The places where one function makes threads, starts them and waits."""

    def __init__(self, graph: CallGraph, found: Colours, scope: Scope) -> None:
        self.graph, self.found, self.scope = graph, found, scope
        self.made: list[Place] = []
        self.started: list[Place] = []
        # whether one call of `start` may start two kinds of threads: a plain `Thread`,
        # and an object of a class in the files
        self.is_mixed = False
        # where the function waits, reads a thread's state, or may leave
        self.stops: list[Position] = []
        self.skips: list[Position] = []
        self.loops: dict[int, tuple[Position, Position]] = {}
        for statement, path in live(scope):
            self._statement(statement, path)

    def _statement(self, statement: ast.stmt, path: Path) -> None:
        if isinstance(statement, ast.For | ast.While):
            self.loops[id(statement)] = start(statement), end(statement)
        if isinstance(statement, LEAVES):
            self.stops.append(start(statement))
        if isinstance(statement, SKIPS):
            self.skips.append(start(statement))
        parts = expressions(statement)
        comprehensions = [n for n in parts if isinstance(n, COMPREHENSIONS)]
        at_once = {
            id(n.func.value)
            for n in parts
            if isinstance(n, ast.Call)
            and isinstance(n.func, ast.Attribute)
            and n.func.attr == "start"
        }
        for node in parts:
            if isinstance(node, ast.Attribute) and node.attr in ASKS:
                self.stops.append(start(node))
            if not isinstance(node, ast.Call):
                continue
            around = [one for one in comprehensions if _is_in(node, one)]
            widest = min(around, key=start, default=node)
            place = Place(node, path, (start(widest), end(widest)))
            values = self.graph.types.of(node.func, self.scope, path)
            if Library(THREAD) in values and id(node) not in at_once:
                self.made.append(place)
            elif isinstance(node.func, ast.Attribute) and node.func.attr == "start":
                on = self.graph.types.of(node.func.value, self.scope, path)
                kinds = {v.kind for v in on if isinstance(v, Instance)}
                if THREAD in kinds and id(node.func.value) not in self._ids():
                    self.started.append(place)
                    self.is_mixed |= any(":" in kind for kind in kinds)

    def _ids(self) -> set[int]:
        return {id(one.node) for one in self.made}

    def starts_later(self) -> bool:
        if self.is_mixed:
            return True
        if not self.made:
            return False
        self.stops += self._waits()
        origins = Origins(self.scope, self._ids())
        starts: dict[int, list[Place]] = {id(one.node): [] for one in self.made}
        for place in self.started:
            assert isinstance(place.node.func, ast.Attribute)
            on = place.node.func.value
            known = origins.of(on, place.path)
            if known is None:
                return True  # the threads or their order are unknown
            for one in known:
                starts[one].append(place)
        return any(
            not any(_certain(one.path, place.path) for place in starts[id(one.node)])
            or any(self._is_apart(one, place) for place in starts[id(one.node)])
            or _twice(one, starts[id(one.node)])
            for one in self.made
        ) or self._in_other_order(starts)

    def _waits(self) -> Iterator[Position]:
        for event in self.graph.events.get(self.scope.key, ()):
            if self.found.waits_at(event) or self.found.takes_slow(
                event, self.scope.key
            ):
                yield start(event.node)
                if event.how == "with":
                    yield end(event.statement)

    def _is_apart(self, made: Place, started: Place) -> bool:
        """Whether something may happen between the making of a thread and its start.

        The function may wait, may leave, or may read the state of a thread.
        """
        around = made.loops ^ started.loops
        first = made.extent[0] if made.extent[1] != end(made.node) else end(made.node)
        begun = started.extent[1] if _is_wide(started) else start(started.node)
        spans = [self.loops[one] for one in around if one in self.loops]
        # a start above the making belongs to the next turn of the loop
        if start(started.node) < start(made.node):
            both = made.loops & started.loops
            spans += [self.loops[one] for one in both if one in self.loops]
        spans.append((first, begun))
        inside = [self.loops[one] for one in started.loops - made.loops]
        return any(low <= at < high for low, high in spans for at in self.stops) or any(
            low <= at < high for low, high in inside for at in self.skips
        )

    def _in_other_order(self, starts: dict[int, list[Place]]) -> bool:
        """Whether threads are started and made in different orders."""
        pairs = [(one, starts[id(one.node)]) for one in self.made]
        for number, (one, first) in enumerate(pairs):
            for other, second in pairs[number + 1 :]:
                by, to = first[0], second[0]
                if start(to.node) < start(by.node):
                    return True
                shared = one.loops & other.loops
                if shared - by.loops and by.loops != to.loops:
                    return True
        return False


def _is_wide(place: Place) -> bool:
    return place.extent != (start(place.node), end(place.node))


def _is_in(node: ast.AST, around: ast.AST) -> bool:
    return start(around) <= start(node) and end(node) <= end(around)


def _twice(made: Place, started: list[Place]) -> bool:
    """Whether a thread in a variable is started more than once, which is an error."""
    named = [
        one
        for one in started
        if isinstance(one.node.func, ast.Attribute)
        and isinstance(one.node.func.value, ast.Name)
        and one.loops <= made.loops
    ]
    return len(named) > 1 and not made.loops and not _is_wide(made)


def _certain(made: Path, started: Path) -> bool:
    """Whether a thread that is made is always started: no condition is on the start."""
    around = {step for step in started if step[1] not in ("loop", "try")}
    return around <= {*made}
