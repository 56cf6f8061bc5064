"""The model of `concurrent.futures.Future`, and of the waits for several of them.

All state of a future is guarded by one lock in CPython, so each method of the model is
one operation.
"""

import concurrent.futures
import contextlib
import types
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import CancelledError, InvalidStateError
from typing import Any

from bench.correctness.engine.kernel import kernel
from bench.correctness.models.threading_.primitive import Primitive
from bench.correctness.tracking.calls import call_callback

FIRST_COMPLETED = concurrent.futures.FIRST_COMPLETED
FIRST_EXCEPTION = concurrent.futures.FIRST_EXCEPTION
ALL_COMPLETED = concurrent.futures.ALL_COMPLETED
# The states of a cancelled future: before and after its pool has noticed the cancel.
CANCELLED = ("CANCELLED", "CANCELLED_AND_NOTIFIED")


class Completions:
    """The futures that ended since `as_completed` began, in the order of their ends."""

    def __init__(self) -> None:
        self.place = ("completions", kernel.child_name("as_completed"))
        self.futures: list[Future] = []

    def add(self, future: "Future") -> None:
        """Add a future that has ended, within the operation that ends it."""
        kernel.also_access(self.place, True, (future._x_name, "is told"))
        self.futures.append(future)


class Future(Primitive):
    """`concurrent.futures.Future`: the outcome of a job that another worker runs."""

    _x_in_python = True

    def __init__(self) -> None:
        super().__init__()
        self._state = "PENDING"
        self.__drained = False  # whether the shutdown of the pool cancelled the future
        self.__waits: list[Completions] = []
        self._result: Any = None
        self._exception: BaseException | None = None
        self._callbacks: list[Callable[[Any], object]] = []

    def __repr__(self) -> str:
        told = self._state.partition("_")[0].lower()
        if self._state == "FINISHED":
            kind = "returned" if self._exception is None else "raised"
            outcome = self._result if self._exception is None else self._exception
            told += f" {kind} {type(outcome).__name__}"
        return f"<{type(self).__name__} at {id(self):#x} state={told}>"

    __class_getitem__: Any = classmethod(types.GenericAlias)

    def __access(self, verb: str, write: bool) -> None:
        kernel.operation(self._x_name, None, write, (self._x_name, verb), (verb, self))

    def _x_ended(self) -> bool:
        """Whether the future has an outcome or was cancelled; access nothing."""
        return self._state in ("FINISHED", *CANCELLED)

    def _x_counts_as_done(self) -> bool:
        """Whether `wait` counts the future as done.

        A cancelled future counts only after its pool has noticed the cancel.
        """
        return self._state in ("FINISHED", "CANCELLED_AND_NOTIFIED")

    def cancel(self) -> bool:
        self.__access("cancels", True)
        return self.__cancel()

    def __cancel(self) -> bool:
        if self._state in ("RUNNING", "FINISHED"):
            return False
        if self._state not in CANCELLED:
            self._state = "CANCELLED"
            self.__finish()
        return True

    def _x_drain(self) -> None:
        """Cancel the future at the shutdown of its pool.

        The threads of the pool do not notice this cancel.
        """
        self.__access("cancels", True)
        if self._state in ("PENDING", "CANCELLED"):
            self.__drained = True
        self.__cancel()

    def _x_begin_job(self) -> bool:
        """Begin the job in a thread of the pool; return whether to run the job."""
        self.__access("starts", True)
        return not self.__drained and self.__begin()

    def _x_tell(self, completions: "Completions") -> None:
        """From now on, add this future to `completions` when it counts as done."""
        self.__waits.append(completions)

    def _x_tell_no_more(self, completions: "Completions") -> None:
        if completions in self.__waits:
            self.__waits.remove(completions)

    def cancelled(self) -> bool:
        self.__access("checks", False)
        return self._state in CANCELLED

    def running(self) -> bool:
        self.__access("checks", False)
        return self._state == "RUNNING"

    def done(self) -> bool:
        self.__access("checks", False)
        return self._x_ended()

    def __await_end(self, timeout: float | None) -> None:
        """Wait for the end of the future.  Raises TimeoutError or CancelledError."""
        what = ("waits for", self)
        point = (self._x_name, "waits")
        if timeout is None:
            # In every schedule, a wait without a timeout returns only after the end.
            # So it races with nothing.  An access to the place of the end would count
            # as a race.  So the wait accesses a place of its own.
            waits = (self._x_name, "waits")
            kernel.operation(waits, None, False, point, what, self._x_ended, self)
        elif timeout <= 0:
            self.__access("checks", False)
            if not self._x_ended():
                raise TimeoutError
        elif not kernel.wait(self._x_name, point, what, self._x_ended, timeout, self):
            raise TimeoutError
        if self._state in CANCELLED:
            raise CancelledError

    def result(self, timeout: float | None = None) -> Any:
        self.__await_end(timeout)
        if self._exception is not None:
            try:
                raise self._exception
            finally:
                del self  # otherwise the exception and this frame refer to each other
        return self._result

    def exception(self, timeout: float | None = None) -> BaseException | None:
        self.__await_end(timeout)
        return self._exception

    def add_done_callback(self, fn: Callable[[Any], object]) -> None:
        self.__access("adds a callback to", True)
        if self._x_ended():
            self.__call(fn)
        else:
            self._callbacks.append(fn)

    def __call(self, fn: Callable[[Any], object]) -> None:
        with contextlib.suppress(Exception):  # CPython only logs such an exception
            call_callback(fn, self)

    def set_running_or_notify_cancel(self) -> bool:
        self.__access("starts", True)
        return self.__begin()

    def __begin(self) -> bool:
        if self._state == "CANCELLED":
            self._state = "CANCELLED_AND_NOTIFIED"
            self._x_publish()
            self.__tell()
            return False
        if self._state != "PENDING":
            raise RuntimeError("Future in unexpected state")
        self._state = "RUNNING"
        return True

    def set_result(self, result: Any) -> None:
        self.__complete(result, None)

    def set_exception(self, exception: BaseException | None) -> None:
        self.__complete(None, exception)

    def __complete(self, result: Any, exception: BaseException | None) -> None:
        self.__access("completes", True)
        if self._x_ended():
            raise InvalidStateError(f"{self._state}: {self!r}")
        self._result, self._exception = result, exception
        self._state = "FINISHED"
        self.__tell()
        self.__finish()

    def __tell(self) -> None:
        for completions in self.__waits:
            completions.add(self)

    def __finish(self) -> None:
        """Wake up the waiters, and then call the callbacks."""
        self._x_publish()
        callbacks, self._callbacks = self._callbacks, []
        for fn in callbacks:
            self.__call(fn)


def wait(
    fs: Iterable[Future],
    timeout: float | None = None,
    return_when: str = ALL_COMPLETED,
) -> Any:
    """`concurrent.futures.wait`: wait for all, the first, or the first that fails."""
    futures = set(fs)
    if return_when not in (ALL_COMPLETED, FIRST_COMPLETED, FIRST_EXCEPTION):
        raise ValueError(f"Invalid return condition: {return_when!r}")

    def enough() -> bool:
        ended = [future for future in futures if future._x_counts_as_done()]
        return (
            len(ended) == len(futures)
            or (return_when == FIRST_COMPLETED and bool(ended))
            or (
                return_when == FIRST_EXCEPTION
                and any(f._exception is not None for f in ended)
            )
        )

    await_futures(futures, enough, timeout)
    done = {future for future in futures if future._x_counts_as_done()}
    return concurrent.futures.wait.__globals__["DoneAndNotDoneFutures"](
        done, futures - done
    )


def await_futures(
    futures: Iterable[Future], enough: Callable[[], bool], timeout: float | None
) -> bool:
    """Wait on several futures at once; False after a timeout."""
    place = ("futures", kernel.child_name("wait"))
    names = sorted((future._x_name for future in futures), key=str)
    # The point id of the wait, which reads its futures.  If the end of a future races
    # with such a read, the wait must become a scheduling point.
    point = ("futures", *names)
    what = ("waits for", "futures")
    in_time = True
    if timeout is None:
        kernel.operation(place, None, True, point, what, enough)
    elif timeout > 0:
        in_time = kernel.wait(place, point, what, enough, timeout, None, tuple(names))
    else:
        kernel.operation(place, None, True, point, what)
        in_time = enough()
    for future in futures:
        kernel.also_access(future._x_name, False, point)
        if future._x_counts_as_done():
            kernel.current.learn(future.hb_clock)
    return in_time


def as_completed(
    fs: Iterable[Future], timeout: float | None = None
) -> Iterator[Future]:
    """`concurrent.futures.as_completed`: yield futures in the order of their ends.

    Futures that have already ended come first, in any order: CPython has them in a set.
    """
    end = None if timeout is None else kernel.read_clock() + timeout
    futures = list(dict.fromkeys(fs))
    completions = Completions()
    await_futures(futures, lambda: True, None)
    ended = [future for future in futures if future._x_counts_as_done()]
    left = [future for future in futures if future not in ended]
    for future in left:
        future._x_tell(completions)
    try:
        yield from kernel.in_any_order(ended)
        while left:
            remaining = None if end is None else end - kernel.read_clock()
            ended = next_completions(completions, remaining)
            if not ended:
                raise TimeoutError(
                    f"{len(left)} (of {len(futures)}) futures unfinished"
                )
            for future in ended:
                left.remove(future)
                kernel.current.learn(future.hb_clock)
                yield future
    finally:
        for future in left:
            future._x_tell_no_more(completions)


def next_completions(completions: Completions, seconds: float | None) -> list[Future]:
    """Wait for futures to end and take them; none after a timeout."""
    place, what = completions.place, ("waits for", "futures")
    some = lambda: bool(completions.futures)  # noqa: E731
    if seconds is None:
        kernel.operation(place, None, True, place, what, some)
    elif seconds > 0:
        kernel.wait(place, place, what, some, seconds)
    else:
        kernel.operation(place, None, True, place, what)
    taken, completions.futures = completions.futures, []
    return taken
