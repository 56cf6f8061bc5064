"""Locks by their attributes: a port gives all locks of one attribute the same class."""

from bench.shape.colour.graph import CallGraph
from bench.shape.state.locks import LockUse


def class_key(graph: CallGraph, lock: LockUse, key: str) -> str:
    """The attribute or global of a lock that a function names.

    `self.lock` in a method and `account.lock` elsewhere have the same attribute, even
    if they are different locks.
    """
    return lock.owned or graph.lock_key(lock, key)
