"""Answers about types, each computed once: every access needs some."""

from collections.abc import Callable
from typing import Any, TypeVar

MAX_TYPES = 500  # in a cache before it is cleared: each run makes new types
Answer = TypeVar("Answer")
TYPE_CACHES: list[dict[type, Any]] = []  # all of them


def forget_types() -> None:
    """Clear all caches: they would keep the classes of programs that are done with."""
    for cache in TYPE_CACHES:
        cache.clear()


class TypeCache(dict[type, Answer]):
    """The answer of a function for each type, computed when it is first needed.

    What is called at every access asks `known` first: `[]` of a plain dict takes a
    fifth of the time that it takes of a subclass.  It has the answers computed so far.
    """

    def __init__(self, compute: Callable[[type], Answer]) -> None:
        super().__init__()
        self.compute = compute
        self.known: dict[type, Answer] = {}
        TYPE_CACHES.append(self)

    def __missing__(self, kind: type) -> Answer:
        if len(self) > MAX_TYPES:
            self.clear()
        self[kind] = self.known[kind] = answer = self.compute(kind)
        return answer

    def clear(self) -> None:
        super().clear()
        self.known.clear()
