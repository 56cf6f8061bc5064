"""Locks that must change together: perhaps one lock, or one is held around another."""

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
    """The locks in `slow`, and locks that may be the same as one of these.

    `slow` are the keys of locks that are held over a wait.  `makers` are the keys of
    attributes and variables to which code assigns a lock.  `unsure` are the keys of
    expressions such as `x.lock`, where the class of `x` is unknown.  Such an expression
    may mean the attribute `lock` of any class.  So a key of `makers` and a key of
    `unsure` may be the same lock if they end with the same name.  If one of the two is
    in `slow`, both are in the result.
    """
    names = {_last(key) for key in slow & {*makers}}
    slow |= {key for key in unsure if _last(key) in names}
    names = {_last(key) for key in slow & unsure}
    return slow | {key for key in makers if _last(key) in names}


def _last(key: str) -> str:
    return key.rpartition(".")[2]


def with_outer(graph: CallGraph, slow: frozenset[str]) -> frozenset[str]:
    """The locks in `slow`, and each lock that code holds while it takes one of these.

    For a lock that is added, the locks that are held around it are added too.
    """
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
