"""The models of `threading.Thread` and `threading.Timer`."""

import sys
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from bench.correctness.engine.execution import IDENTIFIERS
from bench.correctness.engine.kernel import kernel
from bench.correctness.engine.transitions import Worker
from bench.correctness.models.threading_.conditions import Event
from bench.correctness.tracking.calls import call_callback

# Point ids and places, which are tracked only after the program first reads them.
THREAD_LIST = "threads"  # the threads that have started and not ended
THREAD_IDENTITY = "thread identity"  # the thread of a pool that runs a job
THREAD_NAMES = "thread names"  # the numbers in the names that CPython gives


def numbered(kind: str) -> int:
    """Return the next number for the name of a new thread or pool."""
    if THREAD_NAMES in kernel.points:
        kernel.operation(THREAD_NAMES, None, True, (THREAD_NAMES, "is numbered"))
    return kernel.serial(kind)


class Thread:
    """`threading.Thread`: a worker that the program starts."""

    _x_module: Any = None  # the model of `threading`, which sets this attribute
    _initialized = False
    _is_stopped = False

    def __init__(
        self,
        group: None = None,
        target: Callable[..., object] | None = None,
        name: str | None = None,
        args: Iterable[Any] = (),
        kwargs: Mapping[str, Any] | None = None,
        *,
        daemon: bool | None = None,
        context: Any = None,
    ) -> None:
        assert group is None, "group argument must be None for now"
        self._initialized = True
        self._x_key = kernel.child_name("thread")
        self._x_hash = kernel.child_hash()
        self._target, self._args, self._kwargs = target, tuple(args), kwargs or {}
        self._name: str | None = None if name is None else str(name)
        self._x_serial = numbered("Thread") if name is None else 0
        self._daemonic = kernel.thread().daemon if daemon is None else daemon
        self._x_worker: Worker | None = None
        self._x_target = getattr(target, "__name__", "")

    @property
    def name(self) -> str:
        self.__access_name("reads", False)
        if self._name is not None:
            return self._name
        kernel.discover(THREAD_NAMES)
        target = self._x_target
        return f"Thread-{self._x_serial}" + (f" ({target})" if target else "")

    @name.setter
    def name(self, name: str) -> None:
        self.__access_name("names", True)
        self._name = str(name)

    def _x_called(self) -> str:
        """Return the name, for a label; access nothing."""
        if self._name is not None:
            return self._name
        target = self._x_target or type(self).__name__
        return f"{target} ({self._x_key})"

    def __access_name(self, verb: str, write: bool) -> None:
        place = (self._x_key, "name")
        kernel.operation(place, None, write, (self._x_key, verb, "name"), (verb, self))

    @property
    def ident(self) -> int | None:
        self.__access("reads", False)
        if self._x_worker is None:
            return None
        kernel.discover(IDENTIFIERS)
        return self._x_worker.identifier

    native_id = ident

    def __repr__(self) -> str:
        alive, started = self.is_alive(), self._x_worker is not None
        words = "started" if alive else "stopped" if started else "initial"
        words += " daemon" * self._daemonic
        if started:
            words += f" {self.ident}"
        return f"<{type(self).__name__}({self.name}, {words})>"

    def __hash__(self) -> int:
        return self._x_hash

    def __eq__(self, other: object) -> bool:
        return self is other

    def __reduce_ex__(self, _protocol: Any) -> Any:
        raise TypeError("cannot pickle '_thread.lock' object")

    def __access(self, verb: str, write: bool) -> None:
        kernel.operation(self._x_key, None, write, (self._x_key, verb), (verb, self))

    def start(self) -> None:
        """Test whether the thread was started, and then start it, as CPython does.

        Before Python 3.13 a thread can be started twice: two workers may both make the
        test before one of them starts the thread.
        """
        if not self._initialized:
            raise RuntimeError("thread.__init__() not called")
        self.__access("is about to start", False)
        if self._x_worker is not None:
            raise RuntimeError("threads can only be started once")
        self.__access("starts", True)
        if self._x_worker is not None and sys.version_info >= (3, 13):
            raise RuntimeError("thread already started")
        self._x_begin()

    def _x_begin(self) -> None:
        """Start the thread within the operation that has just begun."""
        if THREAD_LIST in kernel.points:
            kernel.also_access(THREAD_LIST, True, (self._x_key, "starts"))
        again = "" if self._x_worker is None else " again"
        self._x_worker = worker = kernel.spawn(
            self._x_key + again, self._bootstrap, daemon=self._daemonic
        )
        worker.label = self._name or str(getattr(self._target, "__name__", self._x_key))
        kernel.register_thread(worker, self)

    def _bootstrap(self) -> None:
        try:
            self.run()
        except SystemExit:
            self.__call_excepthook()  # the default hook ignores SystemExit
        except Exception:
            if not self.__call_excepthook():
                raise

    def __call_excepthook(self) -> bool:
        """Call the program's own `threading.excepthook`; return whether it has one."""
        hook: Any = self._x_module.excepthook
        if hook is self._x_module.__excepthook__:
            return False
        call_callback(hook, threading.ExceptHookArgs((*sys.exc_info(), self)))
        return True

    def run(self) -> None:
        try:
            if self._target is not None:
                call_callback(self._target, *self._args, **self._kwargs)
        finally:
            del self._target, self._args, self._kwargs

    if sys.version_info < (3, 13):

        def _stop(self) -> None:
            """Note that the thread has ended.

            A subclass may define another `_stop`, which is then called, as in CPython.
            """
            self._is_stopped = True

    else:
        _is_stopped = True

    def is_alive(self) -> bool:
        assert self._initialized, "Thread.__init__() not called"
        self.__access("checks", False)
        worker = self._x_worker
        if worker is None:
            return False
        point = (worker.name, "is alive")
        kernel.operation(("end", worker.name), None, False, point, ("checks", self))
        return not (worker.ended and self.__has_stopped())

    def __has_stopped(self) -> bool:
        """Call `_stop` if the end is not noted yet; return whether it is noted now."""
        if not self._is_stopped:
            self._stop()
        return self._is_stopped

    def join(self, timeout: float | None = None) -> None:
        if not self._initialized:
            raise RuntimeError("Thread.__init__() not called")
        self.__access("checks", False)
        worker = self._x_worker
        if worker is None:
            raise RuntimeError("cannot join thread before it is started")
        if worker is kernel.thread():
            raise RuntimeError("cannot join current thread")
        place = ("end", worker.name)
        point = (worker.name, "joins", kernel.current.name)
        ready = lambda: worker.ended  # noqa: E731
        if timeout is None:
            # In every schedule, a wait without a timeout returns only after the end.
            # So it races with nothing.  An access to the place of the end would count
            # as a race.  So the wait accesses a place of its own.
            waits = ("joins", worker.name)
            kernel.operation(waits, None, False, point, ("joins", self), ready, worker)
        elif timeout <= 0:
            self.is_alive()
        else:
            kernel.wait(place, point, ("joins", self), ready, timeout, worker)
        if worker.ended:
            kernel.current.learn(worker.hb_clock)
            self.__has_stopped()

    @property
    def daemon(self) -> bool:
        return self._daemonic

    @daemon.setter
    def daemon(self, daemonic: bool) -> None:
        if self._x_worker is not None:
            raise RuntimeError("cannot set daemon status of active thread")
        self._daemonic = daemonic

    def isDaemon(self) -> bool:  # noqa: N802 - the standard library's old names
        return self.daemon

    def setDaemon(self, daemonic: bool) -> None:  # noqa: N802
        self.daemon = daemonic

    def getName(self) -> str:  # noqa: N802
        return self.name

    def setName(self, name: str) -> None:  # noqa: N802
        self.name = name


class Timer(Thread):
    """`threading.Timer`: calls a function after some seconds, unless cancelled."""

    def __init__(
        self,
        interval: float,
        function: Callable[..., object],
        args: Iterable[Any] | None = None,
        kwargs: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__()
        self.interval, self.function = interval, function
        self.args = args if args is not None else []
        self.kwargs = kwargs if kwargs is not None else {}
        self.finished = Event()

    def cancel(self) -> None:
        self.finished.set()

    def run(self) -> None:
        self.finished.wait(self.interval)
        if not self.finished.is_set():
            call_callback(self.function, *self.args, **self.kwargs)
        self.finished.set()
