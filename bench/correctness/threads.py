"""What a module under exploration gets for `threading`, `time` and `queue`."""

import _thread
import contextlib
import queue
import threading
import time
import types
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from bench.correctness.calls import handed_over
from bench.correctness.kernel import Worker, kernel
from bench.correctness.primitives import (
    BoundedSemaphore,
    Condition,
    Event,
    Lock,
    Primitive,
    RLock,
    Semaphore,
)
from bench.errors import CannotRunError


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


THREADS: dict[int, Any] = {}


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


def remade(cls: type, names: dict[str, Any], base: type | None = None) -> type:
    """CPython's own class, its functions looking up their globals among ours."""
    made: dict[str, Any] = {}
    for name, value in vars(cls).items():
        if name in ("__dict__", "__weakref__"):
            continue
        if isinstance(value, types.FunctionType):
            value = refunction(value, names)
        elif isinstance(value, property) and value.fget:
            value = property(refunction(value.fget, names))
        made[name] = value
    made["__module__"] = "bench.correctness.threads"
    return type(cls.__name__, (base or object,), made)


def refunction(function: Any, names: dict[str, Any]) -> types.FunctionType:
    copy = types.FunctionType(
        function.__code__,
        names,
        function.__name__,
        function.__defaults__,
        function.__closure__,
    )
    copy.__kwdefaults__ = function.__kwdefaults__
    return copy


def monotonic() -> float:
    return kernel.read_clock()


EPOCH = 1_700_000_000.0  # virtual runs all begin at the same moment


def module(name: str, original: types.ModuleType, **replaced: Any) -> types.ModuleType:
    """A stand-in for a standard module: what is replaced, and the rest as it is."""
    made = types.ModuleType(name)
    made.__dict__.update(vars(original))
    made.__dict__.update(replaced)
    made.__file__ = None
    return made


def refuse(what: str) -> Any:
    """Stand in for something that cannot be controlled: say so when it is used."""

    def refused(*_: object, **__: object) -> Any:
        raise CannotRunError(
            f"{what} is not modelled, so its schedules cannot be explored;"
            " replace it in the scenario, or test it otherwise"
        )

    return refused


PRIMITIVES: dict[str, Any] = {
    "Lock": Lock,
    "RLock": RLock,
    "Condition": Condition,
    "Semaphore": Semaphore,
    "BoundedSemaphore": BoundedSemaphore,
    "Event": Event,
}


def make_barrier() -> type:
    names = {**vars(threading), **PRIMITIVES}
    return remade(threading.Barrier, names)


Barrier = make_barrier()
TIME = module(
    "time",
    time,
    sleep=kernel.sleep,
    monotonic=monotonic,
    perf_counter=monotonic,
    time=lambda: EPOCH + monotonic(),
    monotonic_ns=lambda: round(monotonic() * 1e9),
    perf_counter_ns=lambda: round(monotonic() * 1e9),
    time_ns=lambda: round((EPOCH + monotonic()) * 1e9),
)
THREADING = module(
    "threading",
    threading,
    **PRIMITIVES,
    Barrier=Barrier,
    Thread=Thread,
    Timer=Timer,
    local=Local,
    current_thread=current_thread,
    currentThread=current_thread,
    get_ident=get_ident,
    get_native_id=get_ident,
    main_thread=refuse("threading.main_thread"),
    active_count=refuse("threading.active_count"),
    enumerate=refuse("threading.enumerate"),
    settrace=refuse("threading.settrace"),
    setprofile=refuse("threading.setprofile"),
)


LOW = module(
    "_thread",
    _thread,
    allocate_lock=Lock,
    LockType=Lock,
    RLock=RLock,
    get_ident=get_ident,
    start_new_thread=refuse("_thread.start_new_thread"),
)


class SimpleQueue(Primitive):
    """An unbounded queue whose every operation is one step, as it is in C."""

    def __init__(self) -> None:
        super().__init__()
        self._items: deque[Any] = deque()

    def touch(self, verb: str, write: bool) -> None:
        kernel.step(self.name, None, write, (self.name, verb), (verb, self))

    def put(self, item: Any, block: bool = True, timeout: float | None = None) -> None:
        self.touch("puts into", True)
        self._items.append(item)

    put_nowait = put

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        if timeout is not None and timeout < 0:
            raise ValueError("'timeout' must be a non-negative number")
        ready = lambda: bool(self._items)  # noqa: E731
        mark, what = (self.name, "gets"), ("gets from", self)
        if not block or timeout == 0:
            self.touch("tries", True)
        elif timeout is None:
            kernel.step(self.name, None, True, mark, what, ready)
        else:
            kernel.wait(self.name, mark, what, ready, timeout)
        if not self._items:
            raise queue.Empty
        return self._items.popleft()

    def get_nowait(self) -> Any:
        return self.get(block=False)

    def empty(self) -> bool:
        self.touch("looks at", False)
        return not self._items

    def qsize(self) -> int:
        self.touch("looks at", False)
        return len(self._items)


def make_queue() -> types.ModuleType:
    """CPython's own queues over our locks; SimpleQueue from its Python form."""
    made = module("queue", queue, threading=THREADING, time=monotonic)
    names = made.__dict__
    base = made.__dict__["Queue"] = remade(queue.Queue, names)
    for name in ("LifoQueue", "PriorityQueue"):
        names[name] = remade(getattr(queue, name), names, base)
    names["SimpleQueue"] = names["_PySimpleQueue"] = SimpleQueue
    return made


QUEUE = make_queue()
