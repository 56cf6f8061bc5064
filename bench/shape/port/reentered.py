"""Locks that are taken again where they are held: `threading.RLock` counts them.

The lock of a `threading.Condition` is one too, unless it is given another.
"""

from collections.abc import Iterator

from bench.shape.colour.graph import CallGraph
from bench.shape.port.class_keys import class_key
from bench.shape.state.locks import LockUse

COUNTED = ("threading.RLock", "threading.Condition")


def reentered(graph: CallGraph, module: str) -> list[int]:
    """Lines that take, or call what takes, an RLock that is held there already."""
    takes = _taken(graph)
    return [
        line
        for scope in graph.own(module)
        for line, lock in _again(graph, scope.key, takes)
        if lock.library.endswith("RLock")
    ]


def conditions_again(graph: CallGraph) -> frozenset[str]:
    """The attributes or names of the conditions that are taken where they are held."""
    takes = _taken(graph)
    return frozenset(
        class_key(graph, lock, key).rpartition(".")[2].rpartition(":")[2]
        for key in graph.events
        for _, lock in _again(graph, key, takes)
        if lock.library.endswith("Condition")
    )


def _again(
    graph: CallGraph, key: str, takes: dict[str, set[str]]
) -> Iterator[tuple[int, LockUse]]:
    """The lines of a function that take a lock again, and the lock as it is held."""
    for event in graph.events.get(key, ()):
        inside = {
            one for callee in event.ran.functions for one in takes.get(callee, ())
        }
        if event.lock is not None and event.lock.library in COUNTED:
            inside.add(graph.lock_key(event.lock, key))
        for lock in event.held:
            if lock.library in COUNTED and graph.lock_key(lock, key) in inside:
                yield event.line, lock


def _taken(graph: CallGraph) -> dict[str, set[str]]:
    """Function -> the locks of this kind that a call of it takes."""

    found: dict[str, set[str]] = {}
    for key, events in graph.events.items():
        for event in events:
            if event.lock is not None and event.lock.library in COUNTED:
                found.setdefault(key, set()).add(graph.lock_key(event.lock, key))
    new = [*found]
    while new:
        callee = new.pop()
        for caller, _ in graph.callers.get(callee, ()):
            more = found[callee] - found.get(caller, set())
            if more:
                found.setdefault(caller, set()).update(more)
                new.append(caller)
    return found
