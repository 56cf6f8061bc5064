"""Methods that Python itself calls: they take locks, but cannot await locks."""

from bench.shape.colour.events import Event
from bench.shape.colour.graph import CallGraph, is_implicit
from bench.shape.resolution.calls import is_generator
from bench.shape.tables.blocking import FILES


def cannot_wait_for_its_lock(graph: CallGraph, key: str) -> bool:
    """Whether Python itself calls a function, and the function waits only for locks."""
    called = is_implicit(key) or _gives_iterator(graph, key)
    return called and _only_locks(graph, key)


def _gives_iterator(graph: CallGraph, key: str) -> bool:
    """Whether a method is a `__getitem__`, or an `__iter__` that is not a generator."""
    scope = graph.program.scopes[key]
    if scope.name.endswith(".__getitem__"):
        return True
    return scope.name.endswith(".__iter__") and not is_generator(graph.types, scope)


def _only_locks(graph: CallGraph, key: str) -> bool:
    """Whether locks are all that a function waits for.

    The function must take the locks by `with`, or by calling special methods.
    """
    return all(
        _of_locks(graph, event)
        for event in graph.events[key]
        if any(b.kind != FILES for b in event.reach.blocks)
        or any(k in graph.waiting for k in event.reach.functions)
    )


def _of_locks(graph: CallGraph, event: Event) -> bool:
    """Whether an event takes a lock, by `with` or by calling a special method."""
    whys = [graph.waiting.get(key) for key in event.reach.functions]
    only = all(why.reason == "lock" for why in whys if why is not None)
    if event.how == "with":
        return only and event.lock is not None
    called = all(map(is_implicit, event.reach.functions))
    return only and called and not event.reach.blocks
