"""An asyncio lock that its own holder takes again: the task then waits for ever."""

import ast
from collections.abc import Iterator

from bench.shape.colour.events import Event
from bench.shape.colour.graph import CallGraph
from bench.shape.resolution.scopes import Scope

Found = Iterator[tuple[int, str, str, str]]
ONCE = ("asyncio.Lock", "asyncio.Condition")


def self_deadlocks(graph: CallGraph, scope: Scope, takes: dict[str, set[str]]) -> Found:
    """Places inside a lock that take the lock again, or await a function that takes it.

    `takes` is the result of `locks_taken` for the graph.
    """
    for event in graph.events.get(scope.key, ()):
        held = {
            graph.lock_key(lock, scope.key): lock
            for lock in event.held
            if lock.library in ONCE
        }
        if not held:
            continue
        again: dict[str, str] = {}  # lock -> the function that takes it
        if event.lock is not None:
            again[graph.lock_key(event.lock, scope.key)] = ""
        runs = event.reach.functions | event.reach.coroutines
        if _is_wrapped(event, scope):
            # the call runs the decorated function, not this wrapper again
            runs -= {scope.key}
        for callee in sorted(runs):
            for key in takes.get(callee, ()):
                again.setdefault(key, graph.program.scopes[callee].name)
        for key, through in again.items():
            if key in held:
                name = held[key].name
                by = f" by {through}" if through else ""
                yield (
                    event.line, "relocked", f"{name} is held here and taken again{by}:"
                    " the task waits for ever, because asyncio has no RLock",
                    "call a method that expects the lock to be held",
                )  # fmt: skip


def _is_wrapped(event: Event, scope: Scope) -> bool:
    """Whether a wrapper calls the function that was passed to its decorator."""
    func = getattr(event.node, "func", None)
    outer = scope.parent
    return (
        isinstance(func, ast.Name)
        and outer is not None
        and outer.is_function
        and any(one.how == "parameter" for one in outer.bindings.get(func.id, ()))
    )


def locks_taken(graph: CallGraph) -> dict[str, set[str]]:
    """Function -> the locks and conditions of asyncio that a call of it takes."""
    found: dict[str, set[str]] = {}
    for key, events in graph.events.items():
        for event in events:
            if event.lock is not None and event.lock.library in ONCE:
                found.setdefault(key, set()).add(graph.lock_key(event.lock, key))
    grown = bool(found)
    while grown:
        grown = False
        for key, events in graph.events.items():
            for event in events:
                runs = event.reach.functions
                if event.awaited or event.how != "call":
                    runs |= event.reach.coroutines
                for callee in runs:
                    new = found.get(callee, set()) - found.get(key, set())
                    if new:
                        found.setdefault(key, set()).update(new)
                        grown = True
    return found
