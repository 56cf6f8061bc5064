"""Locks that a function takes and still holds when its caller continues.

For example, `with store.transaction(): wait()` waits under the lock that `transaction`
took before its `yield`.  `__enter__` may also take such a lock, which `__exit__`
releases.
"""

import ast
from collections.abc import Callable, Iterator, Mapping

from bench.shape.colour.at_once import refuses
from bench.shape.colour.events import Event
from bench.shape.colour.graph import CallGraph
from bench.shape.port.analysis.lock_keys import class_key
from bench.shape.resolution.facts import expressions, live
from bench.shape.resolution.scopes import Scope
from bench.shape.state.held_locks import NOTHING, Held, holding
from bench.shape.state.locks import LockUse, lock_of

Keys = frozenset[str]  # keys of locks
NONE: Keys = frozenset()
LOCKS = frozenset({"threading.Lock", "threading.RLock"})
WaitsAt = Callable[[Event], bool]


def taken_for_good(graph: CallGraph) -> Keys:
    """The locks that a function takes and never releases; `__enter__` is left out."""
    return NONE.union(
        *(
            _not_released(graph, scope)
            for key in graph.events
            if (scope := graph.program.scopes[key]).is_function
            and not scope.name.endswith("__enter__")
        )
    )


def escaping_locks(graph: CallGraph) -> dict[str, Keys]:
    """`__enter__` or generator -> the locks that it leaves held for its caller."""
    found = {}
    for key in graph.events:
        scope = graph.program.scopes[key]
        if not scope.is_function:
            continue
        if scope.name.endswith("__enter__"):
            locks = _not_released(graph, scope)
        elif graph.types.facts(scope).yields:
            locks = _keys(graph, _held_at_yields(graph, scope), scope)
        else:
            locks = NONE
        if locks:
            found[key] = locks
    return found


def held_by_callers(
    graph: CallGraph, left: Mapping[str, Keys], waits_at: WaitsAt
) -> Keys:
    """The locks of `left` that are held over a wait in a caller's block.

    left: the result of `escaping_locks`.  The block is that of a `with` or a `for`.
    """
    found: set[str] = set()
    for events in graph.events.values() if left else ():
        for event in events:
            if event.how in ("with", "for"):
                locks = NONE.union(
                    *(left.get(key, NONE) for key in event.reach.functions)
                )
                if locks - found and _waits_inside(event, events, waits_at):
                    found |= locks
    return frozenset(found)


def _not_released(graph: CallGraph, scope: Scope) -> Keys:
    """The locks that a function acquires and does not release anywhere itself."""
    events = graph.events.get(scope.key, ())
    taken = frozenset(
        event.lock
        for event in events
        if event.lock is not None
        and event.how == "call"
        and not (isinstance(event.node, ast.Call) and refuses(event.node))
    )
    keys = _keys(graph, taken, scope)
    if not keys:
        return NONE
    return (keys - frozenset(_released(graph, scope))) | frozenset(
        class_key(graph, lock, scope.key) for lock, _ in kept_by_loops(graph, scope)
    )


def kept_by_loops(graph: CallGraph, scope: Scope) -> Iterator[tuple[LockUse, int]]:
    """The locks that a loop takes and does not release, and the last line of the loop.

    After `for lock in locks: lock.acquire()` all these locks are held.  If the loop
    had no turn, no lock is held.
    """
    loops = {
        id(one): one for one, _ in live(scope) if isinstance(one, ast.For | ast.While)
    }
    for event in graph.events.get(scope.key, ()):
        lock, node = event.lock, event.node
        if lock is None or event.how != "call" or lock.library not in LOCKS:
            continue
        around = [loops[one] for one, _ in event.path if one in loops]
        if not around or not isinstance(node, ast.Call) or refuses(node):
            continue
        last = around[-1].end_lineno or 0
        inside = range(around[-1].lineno, last + 1)
        key = class_key(graph, lock, scope.key)
        if key not in set(_released(graph, scope, inside)):
            yield lock, last


def _released(
    graph: CallGraph, scope: Scope, lines: range = range(1, 1 << 30)
) -> Iterator[str]:
    """The locks that a function releases within these lines."""
    for statement, path in live(scope):
        if statement.lineno not in lines:
            continue
        for node in expressions(statement):
            if isinstance(node, ast.Attribute) and node.attr == "release":
                lock = lock_of(graph.types, node.value, scope, path, True)
                if lock is not None:
                    yield class_key(graph, lock, scope.key)


def _held_at_yields(graph: CallGraph, scope: Scope) -> Held:
    at = holding(graph.types, scope)
    return NOTHING.union(
        *(
            at.get(id(statement), NOTHING)
            for statement, _ in live(scope)
            for node in expressions(statement)
            if isinstance(node, ast.Yield | ast.YieldFrom)
        )
    )


def _keys(graph: CallGraph, locks: Held, scope: Scope) -> Keys:
    return frozenset(
        class_key(graph, lock, scope.key) for lock in locks if lock.library in LOCKS
    )


def _waits_inside(entered: Event, events: list[Event], waits_at: WaitsAt) -> bool:
    body = getattr(entered.statement, "body", None)
    if not body:
        return False
    lines = range(body[0].lineno, (body[-1].end_lineno or 0) + 1)
    return any(one.line in lines and waits_at(one) for one in events)
