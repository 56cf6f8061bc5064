"""Threads that the program starts itself."""

import sys
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from bench.correctness.engine.kernel import kernel
from bench.correctness.engine.transitions import Worker
from bench.correctness.models.threading_.conditions import Event
from bench.correctness.tracking.calls import call_callback

THREAD_LIST = "threads"  # who has started: looked after only if the program asks
THREAD_IDENTITY = "who runs it"  # which thread of a pool: the same


class Thread:
    """A worker started by the program itself."""

    _x_module: Any = None  # `threading` as the program has it, set where that is made

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
        self._x_key = kernel.child_name("thread")
        self._target, self._args, self._kwargs = target, tuple(args), kwargs or {}
        self._name: str | None = name
        self._daemonic = kernel.thread().daemon if daemon is None else daemon
        self._x_worker: Worker | None = None

    @property
    def name(self) -> str:
        self.__touch_name("looks at", False)
        return self._x_called()

    @name.setter
    def name(self, name: str) -> None:
        self.__touch_name("names", True)
        self._name = str(name)

    def _x_called(self) -> str:
        """The name, for who only tells of it."""
        if self._name is not None:
            return self._name
        target: str = getattr(self._target, "__name__", type(self).__name__)
        return f"{target} ({self._x_key})"

    def __touch_name(self, verb: str, write: bool) -> None:
        place = (self._x_key, "name")
        kernel.operation(place, None, write, (self._x_key, verb, "name"), (verb, self))

    @property
    def ident(self) -> int | None:
        self.__touch("looks at", False)
        return self._x_worker.number + 1 if self._x_worker else None

    native_id = ident

    def __touch(self, verb: str, write: bool) -> None:
        kernel.operation(self._x_key, None, write, (self._x_key, verb), (verb, self))

    def start(self) -> None:
        self.__touch("starts", True)
        self._x_begin()

    def _x_begin(self) -> None:
        """Start within the step that has just begun."""
        if THREAD_LIST in kernel.points:
            kernel.also_access(THREAD_LIST, True, (self._x_key, "starts"))
        if self._x_worker is not None:
            raise RuntimeError("threads can only be started once")
        self._x_worker = worker = kernel.spawn(
            self._x_key, self._bootstrap, daemon=self._daemonic
        )
        worker.label = self._name or str(getattr(self._target, "__name__", self._x_key))
        kernel.register_thread(worker, self)

    def _bootstrap(self) -> None:
        try:
            self.run()
        except SystemExit:
            pass
        except Exception:
            if not self.__hooked():
                raise

    def __hooked(self) -> bool:
        """Tell the program's own `threading.excepthook`, if there is one."""
        hook: Any = self._x_module.excepthook
        if hook is self._x_module.__excepthook__:
            return False
        call_callback(hook, threading.ExceptHookArgs((*sys.exc_info(), self)))
        return True

    def run(self) -> None:
        if self._target is not None:
            call_callback(self._target, *self._args, **self._kwargs)

    def is_alive(self) -> bool:
        self.__touch("looks at", False)
        worker = self._x_worker
        if worker is None:
            return False
        point = (worker.name, "is alive")
        kernel.operation(("end", worker.name), None, False, point, ("looks at", self))
        return not worker.ended

    def join(self, timeout: float | None = None) -> None:
        self.__touch("looks at", False)
        worker = self._x_worker
        if worker is None:
            raise RuntimeError("cannot join thread before it is started")
        if worker is kernel.thread():
            raise RuntimeError("cannot join current thread")
        place = ("end", worker.name)
        point = (worker.name, "joins", kernel.current.name)
        ready = lambda: worker.ended  # noqa: E731
        if timeout is None:
            waits = ("joins", worker.name)  # nothing races with a wait for an end
            kernel.operation(waits, None, False, point, ("joins", self), ready, worker)
        elif timeout <= 0:
            self.is_alive()
        else:
            kernel.wait(place, point, ("joins", self), ready, timeout, worker)
        if worker.ended:
            kernel.current.learn(worker.hb_clock)

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
    """A thread that waits some seconds, and then calls, unless it is cancelled."""

    def __init__(
        self,
        interval: float,
        function: Callable[..., object],
        args: Iterable[Any] | None = None,
        kwargs: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__()
        self.interval, self.function = interval, function
        self.args, self.kwargs = args or (), kwargs or {}
        self.finished = Event()

    def cancel(self) -> None:
        self.finished.set()

    def run(self) -> None:
        self.finished.wait(self.interval)
        if not self.finished.is_set():
            call_callback(self.function, *self.args, **self.kwargs)
        self.finished.set()
