"""Models of `threading`'s semaphores, with CPython's rules.

Each method makes one operation of the kernel.
"""

from bench.correctness.engine.kernel import kernel, operation
from bench.correctness.models.threading_.primitive import Primitive


class Semaphore(Primitive):
    """`threading.Semaphore`: a counter that is never negative."""

    _x_is_lock = _x_in_python = True

    def __init__(self, value: int = 1) -> None:
        if value < 0:
            raise ValueError("semaphore initial value must be >= 0")
        super().__init__()
        self._x_notes = kernel.notes_for(self, "Semaphore")
        self._x_available = value
        self.__count = (self._x_name, "count")

    @property
    def _value(self) -> int:
        """CPython's private attribute, for a program that reads it nevertheless."""
        operation(self.__count, None, False, (self._x_name, "reads"), ("reads", self))
        return self._x_available

    def __repr__(self) -> str:
        bound = f"/{self._initial_value}" if hasattr(self, "_initial_value") else ""
        name = type(self).__name__
        return f"<threading.{name} at {id(self):#x}: value={self._value}{bound}>"

    def __positive(self) -> bool:
        return self._x_available > 0

    def acquire(self, blocking: bool = True, timeout: float | None = None) -> bool:
        if not blocking and timeout is not None:
            raise ValueError("can't specify timeout for non-blocking acquire")
        notes = self._x_notes
        if notes is not None and notes.taken_out:
            notes.enter()
            return True
        what = ("acquires", self)
        point = (self._x_name, "acquires")
        if not blocking or (timeout is not None and timeout <= 0):
            operation(
                self.__count, None, True, (self._x_name, "tries"), ("tries", self)
            )
            if not self._x_available:
                return False
        elif timeout is None:
            operation(self.__count, None, True, point, what, self.__positive)
        elif not kernel.wait(self.__count, point, what, self.__positive, timeout):
            return False
        self._x_available -= 1
        if notes is not None:
            notes.enter()
        return True

    __enter__ = acquire

    def release(self, n: int = 1) -> None:
        if n < 1:
            raise ValueError("n must be one or more")
        notes = self._x_notes
        if notes is not None and notes.taken_out:
            notes.leave(n)
            return
        operation(
            self.__count, None, True, (self._x_name, "releases"), ("releases", self)
        )
        self._x_check_bound(n)
        self._x_available += n
        if notes is not None:
            notes.leave(n)

    def _x_check_bound(self, n: int) -> None:
        """Raise ValueError for too many releases; this class allows any number."""

    def __exit__(self, *_: object) -> None:
        self.release()


class BoundedSemaphore(Semaphore):
    """`threading.BoundedSemaphore`: must not be released more often than acquired."""

    def __init__(self, value: int = 1) -> None:
        super().__init__(value)
        self._initial_value = value

    def _x_check_bound(self, n: int) -> None:
        if self._x_available + n > self._initial_value:
            raise ValueError("Semaphore released too many times")
