"""Locks of threads that are never held over an await, so that no task waits for them.

Only the loop's thread takes such a lock, so the lock is always free when it is taken.
A draft does not change the lock.
"""

from bench.records.shapes import BlockingCall
from bench.shape.colour.graph import CallGraph
from bench.shape.colour.handed import handed
from bench.shape.colour.spread import stops_the_loop_of
from bench.shape.port.analysis.escaping_locks import (
    LOCKS,
    escaping_locks,
    taken_for_good,
)
from bench.shape.port.analysis.existing_awaits import existing_awaits
from bench.shape.port.analysis.lock_keys import class_key
from bench.shape.port.analysis.worker_functions import run_by_workers
from bench.shape.tables.blocking import LOCK

TAKEN = ("threading.Lock", "threading.RLock")
Place = tuple[str, int]  # a file's name, and a line


def uncontended_locks(graph: CallGraph) -> set[Place]:
    """The places where coroutine functions take a lock that is always free."""
    busy = set(taken_for_good(graph)).union(*escaping_locks(graph).values())
    for key in graph.events:
        for lock, _ in existing_awaits(graph, graph.program.scopes[key]):
            if lock is not None:
                busy.add(class_key(graph, lock, key))
    in_threads = _in_threads(graph)
    places: dict[str, set[Place]] = {}
    for key, events in graph.events.items():
        module = graph.program.scopes[key].module
        for event in events:
            lock = event.lock
            if lock is None or lock.library not in LOCKS:
                continue
            name = class_key(graph, lock, key)
            if key in in_threads:
                busy.add(name)
            elif all(block.kind == LOCK for block in event.reach.blocks):
                file = graph.program.modules[module].name
                places.setdefault(name, set()).add((file, event.line))
    return set[Place]().union(*(at for name, at in places.items() if name not in busy))


def stopping_calls(graph: CallGraph) -> tuple[BlockingCall, ...]:
    """The calls that stop a loop, except those that take a lock that is always free."""
    idle = uncontended_locks(graph)
    return tuple(
        call
        for call in stops_the_loop_of(graph)
        if call.through
        or (call.file, call.line) not in idle
        or not call.call.removeprefix("with ").startswith(TAKEN)
    )


def _in_threads(graph: CallGraph) -> set[str]:
    """The functions that a thread may run: those passed to it, and their callees."""
    scopes = [graph.program.scopes[key] for key in graph.events]
    plain = (run_by_workers(graph) | handed(graph.types, scopes)) & graph.events.keys()
    found = {key for key in plain if not graph.program.scopes[key].is_async}
    new = [*found]
    while new:
        for event in graph.events.get(new.pop(), ()):
            more = event.reach.functions - found
            found |= more
            new += more
    return found
