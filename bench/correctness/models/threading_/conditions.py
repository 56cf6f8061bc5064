"""Models of `threading`'s conditions and events, with CPython's rules.

Each method makes one operation of the kernel for each step that other threads can
observe.  As in `locks`, several steps of CPython under an internal lock are one step.
"""

import threading
from collections import deque
from collections.abc import Callable
from typing import Any

from bench.correctness.engine.kernel import kernel, note_change, operation, publish
from bench.correctness.engine.transitions import Worker
from bench.correctness.models.substitution import rebuild_class
from bench.correctness.models.threading_.locks import BaseLock, Lock, RLock
from bench.correctness.models.threading_.primitive import Primitive
from bench.correctness.tracking.predicates import call_predicate


class Waiter:
    """One call of `Condition.wait` or `Event.wait` in progress."""

    def __init__(self, worker: Worker) -> None:
        self.worker = worker
        self.notified = False
        self.expired = False

    def wake(self, hb_clock: int) -> None:
        """Wake the worker; if its timeout has not fired, it learns the clock."""
        self.notified = True
        if not self.expired:
            self.worker.learn(hb_clock)

    def expire(self) -> None:
        self.expired = True


class Condition(Primitive):
    """`threading.Condition`: a lock, and a queue of workers that wait for a notice.

    If its lock is out of effect, the lock excludes no other worker.  The condition
    still waits for a notice, and the worker must still have acquired the lock.
    """

    _x_is_lock = _x_in_python = True

    def __init__(self, lock: Any = None) -> None:
        super().__init__()
        self._lock = lock = RLock() if lock is None else lock
        # CPython's own condition, if the lock's class belongs to the program.  This
        # condition needs only the methods `acquire` and `release` of the lock.
        self.__stock = None if isinstance(lock, BaseLock) else STOCK_CONDITION(lock)
        self.acquire = lock.acquire
        self.release = lock.release
        self.__waiters: deque[Waiter] = deque()
        self.__queue = (self._x_name, "waiters")

    def __enter__(self) -> bool:
        return self._lock.__enter__()

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        self._lock.__exit__(kind, error, trace)

    def __repr__(self) -> str:
        return f"<Condition({self._lock!r}, {len(self._waiters)})>"

    def _is_owned(self) -> bool:
        if self.__stock is not None:
            return self.__stock._is_owned()  # type: ignore[no-any-return]
        return self._lock._x_is_owned()

    if hasattr(threading.Condition, "locked"):  # from Python 3.14 on

        def locked(self) -> bool:
            return self._lock.locked()

    def wait(self, timeout: float | None = None) -> bool:
        if self.__stock is not None:
            return self.__stock.wait(timeout)  # type: ignore[no-any-return]
        lock = self._lock
        if not lock._x_is_owned():
            raise RuntimeError("cannot wait on un-acquired lock")
        waiter = Waiter(kernel.current)
        self.__access_queue("joins")
        self.__waiters.append(waiter)
        saved = lock._x_release_save()
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
            lock._x_restore(saved)
            return True
        in_time = timeout > 0 and self.__await_notification(waiter, timeout)
        operation(
            lock.taken, None, True, lock.taken, ("acquires", self), lock.free, lock
        )
        lock._x_restore(saved)
        if not in_time and waiter in self.__waiters:
            self.__access_queue("leaves")
            self.__waiters.remove(waiter)
        return in_time

    def __await_notification(self, waiter: Waiter, seconds: float) -> bool:
        """Wait for a notice, without the lock; return False after a timeout."""
        return kernel.wait(
            self.__queue,
            (self._x_name, "notice"),
            ("waits for", self),
            lambda: waiter.notified,
            seconds,
            expire=waiter.expire,
        )

    def __access_queue(self, verb: str, write: bool = True) -> None:
        operation(self.__queue, None, write, (self._x_name, verb), (verb, self))

    @property
    def _waiters(self) -> deque[Any]:
        """CPython's private attribute, for a program that reads it nevertheless."""
        if self.__stock is not None:
            return self.__stock._waiters  # type: ignore[no-any-return]
        self.__access_queue("reads", write=False)
        return self.__waiters

    def wait_for(
        self, predicate: Callable[[], Any], timeout: float | None = None
    ) -> Any:
        end = None
        result = call_predicate(predicate)
        while not result:
            if timeout is not None:
                if end is None:
                    end = kernel.read_clock() + timeout
                else:
                    timeout = end - kernel.read_clock()
                    if timeout <= 0:
                        break
            self.wait(timeout if end is None else max(0.0, end - kernel.now))
            result = call_predicate(predicate)
        return result

    def notify(self, n: int = 1) -> None:
        if self.__stock is not None:
            note_change()
            self.__stock.notify(n)
            return
        if not self._lock._x_is_owned():
            raise RuntimeError("cannot notify on un-acquired lock")
        self.__access_queue("notifies")
        note_change()  # a notice is progress, like a put into a queue
        if not self.__waiters:
            return
        hb_clock = publish()
        for _ in range(min(n, len(self.__waiters))):
            waiter = self.__waiters.popleft()
            waiter.wake(hb_clock)

    def notify_all(self) -> None:
        waiters = self.__waiters if self.__stock is None else self.__stock._waiters
        self.notify(len(waiters))

    notifyAll = notify_all  # noqa: N815 - the standard library's old name


# CPython's class over the models of locks.
STOCK_CONDITION: Any = rebuild_class(
    threading.Condition, {**vars(threading), "_allocate_lock": Lock, "RLock": RLock}
)


class Event(Primitive):
    """`threading.Event`: a flag, and the workers that wait until it is set."""

    _x_in_python = True

    def __init__(self) -> None:
        super().__init__()
        self.__is_set = False
        self.__waiters: list[Waiter] = []
        self.__state = (self._x_name, "flag")

    def __access(self, verb: str, write: bool) -> None:
        operation(self.__state, None, write, (self._x_name, verb), (verb, self))

    def is_set(self) -> bool:
        self.__access("checks", False)
        return self.__is_set

    def __repr__(self) -> str:
        word = "set" if self.is_set() else "unset"
        return f"<threading.{type(self).__name__} at {id(self):#x}: {word}>"

    _flag = property(is_set)
    isSet = is_set  # noqa: N815 - the standard library's old name

    def set(self) -> None:
        self.__access("sets", True)
        if not self.__is_set:
            note_change()
        self.__is_set = True
        hb_clock = publish()
        self.hb_clock |= hb_clock
        for waiter in self.__waiters:
            waiter.wake(hb_clock)
        self.__waiters.clear()

    def clear(self) -> None:
        self.__access("clears", True)
        if self.__is_set:
            note_change()
        self.__is_set = False

    def wait(self, timeout: float | None = None) -> bool:
        """Return True if the flag was set, even if it is cleared before the return."""
        self.__access("checks", True)
        if self.__is_set:
            return True
        if timeout is not None and timeout <= 0:
            return False
        waiter = Waiter(kernel.current)
        self.__waiters.append(waiter)
        point = (self._x_name, "waits")
        what = ("waits for", self)
        notified = lambda: waiter.notified  # noqa: E731
        if timeout is None:
            operation((self._x_name, waiter), None, False, point, what, notified)
            return True
        if kernel.wait(
            self.__state, point, what, notified, timeout, expire=waiter.expire
        ):
            return True
        if waiter in self.__waiters:
            self.__waiters.remove(waiter)
        return False
