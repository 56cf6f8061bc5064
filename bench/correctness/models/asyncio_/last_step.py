"""The end of a task's coroutine, as an operation with which a thread's `cancel` races.

When a coroutine returns, its task tests whether a cancellation was requested.  If so,
the task ends as cancelled, although the coroutine has done all of its work.
"""

from collections.abc import Coroutine, Hashable
from typing import Any

from bench.correctness.engine.kernel import operation


class EndingCoroutine(Coroutine[Any, Any, Any]):
    """A coroutine of a task, which makes an operation before it returns."""

    __slots__ = ("coroutine", "task")

    def __init__(self, coroutine: Any, task: Hashable) -> None:
        self.coroutine = coroutine
        self.task = task  # the key of the task

    def send(self, value: Any) -> Any:
        try:
            return self.coroutine.send(value)
        except StopIteration:
            self.record_end()
            raise

    def throw(self, *error: Any) -> Any:
        try:
            return self.coroutine.throw(*error)
        except StopIteration:
            self.record_end()
            raise

    def record_end(self) -> None:
        operation(self.task, "transition", True, (self.task, "returns"))

    def close(self) -> None:
        self.coroutine.close()

    def __await__(self) -> Any:
        return self.coroutine.__await__()


def without_end(coroutine: Any) -> Any:
    """Return the coroutine of the program, in place of an EndingCoroutine."""
    return coroutine.coroutine if type(coroutine) is EndingCoroutine else coroutine
