"""Locks by their attributes: a port gives all locks of one attribute one class."""

from bench.shape.colour.graph import CallGraph
from bench.shape.state.locks import LockUse


def class_key(graph: CallGraph, lock: LockUse, key: str) -> str:
    """The attribute or global of a lock that a function names.

    `self.lock` in a method and `account.lock` elsewhere are of one attribute, though
    not one lock.
    """
    return lock.owned or graph.lock_key(lock, key)
