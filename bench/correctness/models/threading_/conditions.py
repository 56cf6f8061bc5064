"""What threads wait on: conditions, semaphores and events, with CPython's rules.

As with the locks, each operation is one `kernel.step`.
"""

from collections import deque
from collections.abc import Callable
from typing import Any

from bench.correctness.engine.kernel import kernel, note_change, operation, publish
from bench.correctness.engine.transitions import Worker
from bench.correctness.models.threading_.locks import Lock, Primitive, RLock


class Waiter:
    """One call of `Condition.wait`."""

    def __init__(self, worker: Worker) -> None:
        self.worker = worker
        self.notified = False
        self.expired = False

    def tell(self, hb_clock: int) -> None:
        """Wake the waiter; one whose time is up has not waited for this."""
        self.notified = True
        if not self.expired:
            self.worker.learn(hb_clock)

    def expire(self) -> None:
        self.expired = True


class Condition(Primitive):
    """A lock, and a queue of those who wait to be told of a change."""

    def __init__(self, lock: Lock | None = None) -> None:
        super().__init__()
        self._lock = lock = RLock() if lock is None else lock
        self.acquire = lock.acquire
        self.release = lock.release
        self.__waiters: deque[Waiter] = deque()
        self.__queue = (self._x_name, "waiters")

    def __enter__(self) -> bool:
        return self._lock.__enter__()

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        self._lock.__exit__(kind, error, trace)

    def locked(self) -> bool:
        return self._lock.locked()

    def wait(self, timeout: float | None = None) -> bool:
        lock = self._lock
        if not lock.is_owned():
            raise RuntimeError("cannot wait on un-acquired lock")
        waiter = Waiter(kernel.current)
        self.__touch_queue("joins")
        self.__waiters.append(waiter)
        saved = lock.release_save()
        if timeout is None:
            operation(
                lock.taken,
                None,
                True,
                lock.taken,
                ("waits for", self),
                lambda: waiter.notified and lock.holder is None,
                lock,
            )
            lock.restore(saved)
            return True
        in_time = timeout > 0 and self.__await_notice(waiter, timeout)
        operation(
            lock.taken, None, True, lock.taken, ("acquires", self), lock.free, lock
        )
        lock.restore(saved)
        if not in_time and waiter in self.__waiters:
            self.__touch_queue("leaves")
            self.__waiters.remove(waiter)
        return in_time

    def __await_notice(self, waiter: Waiter, seconds: float) -> bool:
        """Wait to be notified, without taking the lock; False when time is up."""
        return kernel.wait(
            self.__queue,
            (self._x_name, "notice"),
            ("waits for", self),
            lambda: waiter.notified,
            seconds,
            expire=waiter.expire,
        )

    def __touch_queue(self, verb: str, write: bool = True) -> None:
        operation(self.__queue, None, write, (self._x_name, verb), (verb, self))

    @property
    def _waiters(self) -> deque[Waiter]:
        """Who waits, for a program that looks where it should not."""
        self.__touch_queue("looks at", write=False)
        return self.__waiters

    def wait_for(
        self, predicate: Callable[[], Any], timeout: float | None = None
    ) -> Any:
        end = None
        result = predicate()
        while not result:
            if timeout is not None:
                if end is None:
                    end = kernel.read_clock() + timeout
                else:
                    timeout = end - kernel.read_clock()
                    if timeout <= 0:
                        break
            self.wait(timeout if end is None else max(0.0, end - kernel.now))
            result = predicate()
        return result

    def notify(self, n: int = 1) -> None:
        if not self._lock.is_owned():
            raise RuntimeError("cannot notify on un-acquired lock")
        self.__touch_queue("notifies")
        note_change()  # as whoever puts an item into a queue does, or takes one
        if not self.__waiters:
            return
        hb_clock = publish()
        for _ in range(min(n, len(self.__waiters))):
            waiter = self.__waiters.popleft()
            waiter.tell(hb_clock)

    def notify_all(self) -> None:
        self.notify(len(self.__waiters))

    notifyAll = notify_all  # noqa: N815 - the standard library's old name


class Semaphore(Primitive):
    """A counter that never goes below zero."""

    def __init__(self, value: int = 1) -> None:
        if value < 0:
            raise ValueError("semaphore initial value must be >= 0")
        super().__init__()
        self._x_left = value
        self.__count = (self._x_name, "count")

    @property
    def _value(self) -> int:
        """What is left, for a program that looks where it should not."""
        operation(
            self.__count, None, False, (self._x_name, "looks at"), ("looks at", self)
        )
        return self._x_left

    def __positive(self) -> bool:
        return self._x_left > 0

    def acquire(self, blocking: bool = True, timeout: float | None = None) -> bool:
        if not blocking and timeout is not None:
            raise ValueError("can't specify timeout for non-blocking acquire")
        what = ("acquires", self)
        point = (self._x_name, "acquires")
        if not blocking or (timeout is not None and timeout <= 0):
            operation(
                self.__count, None, True, (self._x_name, "tries"), ("tries", self)
            )
            if not self._x_left:
                return False
        elif timeout is None:
            operation(self.__count, None, True, point, what, self.__positive)
        elif not kernel.wait(self.__count, point, what, self.__positive, timeout):
            return False
        self._x_left -= 1
        return True

    __enter__ = acquire

    def release(self, n: int = 1) -> None:
        if n < 1:
            raise ValueError("n must be one or more")
        operation(
            self.__count, None, True, (self._x_name, "releases"), ("releases", self)
        )
        self._x_check_bound(n)
        self._x_left += n

    def _x_check_bound(self, n: int) -> None:
        """Any number of releases will do."""

    def __exit__(self, *_: object) -> None:
        self.release()


class BoundedSemaphore(Semaphore):
    """A semaphore that is never released more often than acquired."""

    def __init__(self, value: int = 1) -> None:
        super().__init__(value)
        self._initial_value = value

    def _x_check_bound(self, n: int) -> None:
        if self._x_left + n > self._initial_value:
            raise ValueError("Semaphore released too many times")


class Event(Primitive):
    """A flag, and all who wait for it to be set."""

    def __init__(self) -> None:
        super().__init__()
        self.__up = False
        self.__waiters: list[Waiter] = []
        self.__state = (self._x_name, "flag")

    def __touch(self, verb: str, write: bool) -> None:
        operation(self.__state, None, write, (self._x_name, verb), (verb, self))

    def is_set(self) -> bool:
        self.__touch("looks at", False)
        return self.__up

    _flag = property(is_set)
    isSet = is_set  # noqa: N815 - the standard library's old name

    def set(self) -> None:
        self.__touch("sets", True)
        if not self.__up:
            note_change()
        self.__up = True
        hb_clock = publish()
        self.hb_clock |= hb_clock
        for waiter in self.__waiters:
            waiter.tell(hb_clock)
        self.__waiters.clear()

    def clear(self) -> None:
        self.__touch("clears", True)
        if self.__up:
            note_change()
        self.__up = False

    def wait(self, timeout: float | None = None) -> bool:
        """True once set, even when it is cleared again before this worker goes on."""
        self.__touch("looks at", True)
        if self.__up:
            return True
        if timeout is not None and timeout <= 0:
            return False
        waiter = Waiter(kernel.current)
        self.__waiters.append(waiter)
        point = (self._x_name, "waits")
        what = ("waits for", self)
        told = lambda: waiter.notified  # noqa: E731
        if timeout is None:
            operation((self._x_name, waiter), None, False, point, what, told)
            return True
        if kernel.wait(self.__state, point, what, told, timeout, expire=waiter.expire):
            return True
        if waiter in self.__waiters:
            self.__waiters.remove(waiter)
        return False
