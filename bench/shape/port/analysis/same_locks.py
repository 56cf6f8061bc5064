"""Locks that must change together: equal, or one is taken under the other."""

from collections.abc import Collection, Iterator

from bench.shape.colour.graph import CallGraph
from bench.shape.port.analysis.lock_keys import class_key
from bench.shape.state.locks import LockUse


def unsure_locks(graph: CallGraph) -> Iterator[str]:
    """The keys of expressions that may be locks of objects whose class is unknown."""
    for key, events in graph.events.items():
        for event in events:
            lock = event.lock
            if lock is not None and not lock.library and "." in lock.name:
                yield class_key(graph, lock, key)


def by_names(
    slow: frozenset[str], makers: Collection[str], unsure: frozenset[str]
) -> frozenset[str]:
    """These locks, and locks that may be the same: `x.lock` and `lock` of a class."""
    names = {_last(key) for key in slow & {*makers}}
    slow |= {key for key in unsure if _last(key) in names}
    names = {_last(key) for key in slow & unsure}
    return slow | {key for key in makers if _last(key) in names}


def _last(key: str) -> str:
    return key.rpartition(".")[2]


def with_outer(graph: CallGraph, slow: frozenset[str]) -> frozenset[str]:
    """These locks, and the locks that are held where one of them is taken."""
    while True:
        outer = {
            class_key(graph, lock, key)
            for key, events in graph.events.items()
            for event in events
            if event.lock is not None
            and event.held
            and class_key(graph, event.lock, key) in slow
            for lock in filter(of_threads, event.held)
        }
        if outer <= slow:
            return slow
        slow |= outer


def of_threads(lock: LockUse) -> bool:
    return not lock.library.startswith(("asyncio.", "anyio.", "trio."))
