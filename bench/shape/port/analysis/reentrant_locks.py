"""Locks that their holder takes again: `threading.RLock` counts how often.

The lock of a `threading.Condition` is an RLock too, if no other lock is passed to the
condition.
"""

import ast
from collections.abc import Iterator

from bench.shape.colour.events import Event
from bench.shape.colour.graph import CallGraph
from bench.shape.state.locks import LockUse

COUNTED = ("threading.RLock", "threading.Condition")


def reentered(graph: CallGraph, module: str) -> list[int]:
    """Lines that take an RLock while it is held, or call a function that takes it."""
    takes = _taken(graph)
    return [
        line
        for scope in graph.own(module)
        for line, lock in _again(graph, scope.key, takes)
        if lock.library.endswith("RLock")
    ]


def conditions_again(graph: CallGraph) -> frozenset[str]:
    """The names of conditions and RLocks that are taken again while they are held.

    The name of a condition is that of its attribute or variable.  A condition in a list
    or dict has the name of the container.  A condition that a call returns, as in
    `with self.mail():`, has the name "".

    An attribute may store a condition that was passed as an argument, as in
    `self.ready = ready`.  This analysis does not find out which condition this is, so
    it may be the same object as any other condition.  Suppose that one condition is
    taken while another is held.  If at least one of the two is in such an attribute,
    both count as taken again.
    """
    takes, found = _taken(graph), set[str]()
    for key, events in graph.events.items():
        for event in events:
            for one in {graph.lock_key(lock, key) for lock in _counted(event)}:
                for other in _inside(graph, event, key, takes):
                    if one == other or _is_given(graph, one) or _is_given(graph, other):
                        found |= {_attribute(one), _attribute(other)}
    return frozenset(found)


def _is_given(graph: CallGraph, key: str) -> bool:
    """Whether an attribute is assigned from a bare name, for example a parameter."""
    owner, _, name = key.rpartition(".")
    scope = graph.program.scopes.get(owner)
    made = scope.attributes.get(name, ()) if scope is not None else ()
    return any(isinstance(one.node, ast.Name) for one in made)


def _counted(event: Event) -> list[LockUse]:
    return [lock for lock in event.held if lock.library in COUNTED]


def _inside(
    graph: CallGraph, event: Event, key: str, takes: dict[str, set[str]]
) -> set[str]:
    """The reentrant locks that an event takes, itself or in its callees."""
    found = {one for callee in event.reach.functions for one in takes.get(callee, ())}
    if event.lock is not None and event.lock.library in COUNTED:
        found.add(graph.lock_key(event.lock, key))
    return found


def _attribute(key: str) -> str:
    """The attribute in a key: `conds` for the key `jobs:Mail.conds[n]`."""
    name = key.partition("[")[0].rpartition(".")[2].rpartition(":")[2]
    return name if name.isidentifier() else ""


def _again(
    graph: CallGraph, key: str, takes: dict[str, set[str]]
) -> Iterator[tuple[int, LockUse]]:
    """The lines of a function that take a lock again, and the held lock."""
    for event in graph.events.get(key, ()):
        inside = _inside(graph, event, key, takes)
        for lock in _counted(event):
            if graph.lock_key(lock, key) in inside:
                yield event.line, lock


def _taken(graph: CallGraph) -> dict[str, set[str]]:
    """Function -> the reentrant locks that a call of the function takes."""
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
