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
    """The answer of a function for each type, computed when it is first needed."""

    def __init__(self, compute: Callable[[type], Answer]) -> None:
        super().__init__()
        self.compute = compute
        TYPE_CACHES.append(self)

    def __missing__(self, kind: type) -> Answer:
        if len(self) > MAX_TYPES:
            self.clear()
        self[kind] = answer = self.compute(kind)
        return answer
