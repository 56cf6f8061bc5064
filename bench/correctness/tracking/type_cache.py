"""Caches of answers about types, because every access to an object needs answers."""

from collections.abc import Callable
from typing import Any, TypeVar

MAX_TYPES = 500  # a larger cache is cleared, because each run makes new types
Answer = TypeVar("Answer")
TYPE_CACHES: list[dict[type, Any]] = []  # all caches


def forget_types() -> None:
    """Clear all caches, because they keep the classes of earlier programs alive."""
    for cache in TYPE_CACHES:
        cache.clear()


class TypeCache(dict[type, Answer]):
    """The answers of a function for types; each is computed when it is first needed.

    `known` has the answers computed so far.  Code that runs at every access first reads
    `known`, which is a plain dict.  A look-up in a plain dict takes a fifth of the time
    of a look-up in a subclass.
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
