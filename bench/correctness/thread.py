"""Threads that the program starts itself, and what each thread has of its own."""

import contextlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from bench.correctness.calls import handed_over
from bench.correctness.kernel import kernel
from bench.correctness.primitives import Event
from bench.correctness.steps import Worker

THREADS: dict[int, Any] = {}


class Thread:
    """A worker started by the program itself."""

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
        self._key = kernel.child_name("thread")
        self._target, self._args, self._kwargs = target, tuple(args), kwargs or {}
        self._name: str | None = name
        self.daemon = kernel.current.daemon if daemon is None else daemon
        self._worker: Worker | None = None

    @property
    def name(self) -> str:
        if self._name is not None:
            return self._name
        target: str = getattr(self._target, "__name__", type(self).__name__)
        return f"{target} ({self._key})"

    @name.setter
    def name(self, name: str) -> None:
        self._name = str(name)

    @property
    def ident(self) -> int | None:
        self.touch("looks at", False)
        return self._worker.number + 1 if self._worker else None

    native_id = ident

    def touch(self, verb: str, write: bool) -> None:
        kernel.step(self._key, None, write, (self._key, verb), (verb, self))

    def start(self) -> None:
        self.touch("starts", True)
        if self._worker is not None:
            raise RuntimeError("threads can only be started once")
        self._worker = worker = kernel.spawn(
            self._key, self._bootstrap, daemon=self.daemon
        )
        worker.label = self._name or str(getattr(self._target, "__name__", self._key))
        THREADS[worker.number] = self

    def _bootstrap(self) -> None:
        with contextlib.suppress(SystemExit):
            self.run()

    def run(self) -> None:
        if self._target is not None:
            handed_over(self._target, *self._args, **self._kwargs)

    def is_alive(self) -> bool:
        self.touch("looks at", False)
        worker = self._worker
        if worker is None:
            return False
        mark = (worker.name, "is alive")
        kernel.step(("end", worker.name), None, False, mark, ("looks at", self))
        return not worker.ended

    def join(self, timeout: float | None = None) -> None:
        self.touch("looks at", False)
        worker = self._worker
        if worker is None:
            raise RuntimeError("cannot join thread before it is started")
        if worker is kernel.current:
            raise RuntimeError("cannot join current thread")
        place = ("end", worker.name)
        mark = (worker.name, "joins", kernel.current.number)
        ready = lambda: worker.ended  # noqa: E731
        if timeout is None:
            waits = ("joins", worker.name)  # nothing races with a wait for an end
            kernel.step(waits, None, False, mark, ("joins", self), ready, worker)
        elif timeout <= 0:
            self.is_alive()
        else:
            kernel.wait(place, mark, ("joins", self), ready, timeout, worker)
        if worker.ended:
            kernel.current.past |= worker.past

    def isDaemon(self) -> bool:  # noqa: N802 - the standard library's old names
        return self.daemon

    def getName(self) -> str:  # noqa: N802
        return self.name


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
            handed_over(self.function, *self.args, **self.kwargs)
        self.finished.set()


class Main:
    """What `threading.current_thread` says of a worker that is no Thread object."""

    def __init__(self, worker: Worker) -> None:
        self.name = worker.label
        self.ident = self.native_id = worker.number + 1
        self.daemon = worker.daemon

    def is_alive(self) -> bool:
        return True


def current_thread() -> Any:
    worker = kernel.current
    if worker.number not in THREADS or worker.fire is not None:
        THREADS[worker.number] = Main(worker)
    return THREADS[worker.number]


def get_ident() -> int:
    return kernel.current.number + 1


class Local:
    """Attributes of which each worker has its own."""

    def __new__(cls, *args: Any, **kwargs: Any) -> "Local":
        made = super().__new__(cls)
        object.__setattr__(made, "_values", {kernel.current.number: {}})
        object.__setattr__(made, "_made_with", (args, kwargs))
        return made

    def _own(self) -> dict[str, Any]:
        values: dict[int, dict[str, Any]] = object.__getattribute__(self, "_values")
        number = kernel.current.number
        if number not in values:
            values[number] = {}
            args, kwargs = object.__getattribute__(self, "_made_with")
            type(self).__init__(self, *args, **kwargs)
        return values[number]

    def __getattribute__(self, name: str) -> Any:
        if name in ("_own", "__class__"):
            return object.__getattribute__(self, name)
        own = object.__getattribute__(self, "_own")()
        if name == "__dict__":
            return own
        if name in own:
            return own[name]
        return object.__getattribute__(self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        self._own()[name] = value

    def __delattr__(self, name: str) -> None:
        try:
            del self._own()[name]
        except KeyError:
            raise AttributeError(name) from None
