"""The models of the modules `threading`, `_thread` and `time`."""

import _thread
import threading
import time
from collections.abc import Callable
from typing import Any

from bench.correctness.engine.frames import asking_package
from bench.correctness.engine.kernel import kernel
from bench.correctness.engine.transitions import Drawn
from bench.correctness.models.substitution import module, rebuild_class, refusals
from bench.correctness.models.threading_.conditions import Condition, Event
from bench.correctness.models.threading_.local import Local
from bench.correctness.models.threading_.locks import (
    Lock,
    LockFactory,
    RLock,
    make_rlock,
)
from bench.correctness.models.threading_.semaphores import (
    BoundedSemaphore,
    Semaphore,
)
from bench.correctness.models.threading_.thread import Thread, Timer
from bench.correctness.models.threading_.thread_registry import (
    active_count,
    count_threads,
    current_thread,
    enumerate_threads,
    get_ident,
    main_thread,
    start_new_thread,
)

EPOCH = 1_700_000_000.0  # the Unix time in seconds at which a run with seed 0 begins
# How much later a run with the next seed begins: 37 days and some hours, so that the
# day and the hour differ too.
SECONDS_BETWEEN_DRAWS = 3_209_145.0

PRIMITIVES: dict[str, Any] = {
    "Lock": LockFactory,
    "RLock": make_rlock,
    "Condition": Condition,
    "Semaphore": Semaphore,
    "BoundedSemaphore": BoundedSemaphore,
    "Event": Event,
}


def make_barrier() -> type:
    """Return CPython's own barrier; its properties first access the barrier's lock."""
    names = {**vars(threading), **PRIMITIVES}
    made: Any = rebuild_class(threading.Barrier, names)
    for name in ("broken", "n_waiting"):
        setattr(made, name, property(reading_guarded(vars(made)[name].fget)))
    stock, ours = made.__repr__, f"<{made.__module__}."
    made.__repr__ = lambda barrier: stock(barrier).replace(ours, "<threading.", 1)
    return made  # type: ignore[no-any-return]


def reading_guarded(get: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Wrap a getter of a barrier, so that it first accesses the barrier's lock."""

    def read(barrier: Any) -> Any:
        barrier._cond._lock._x_locked()
        return get(barrier)

    return read


def monotonic() -> float:
    """Return the virtual clock in seconds since the run began."""
    kernel.note_clock_read()
    return kernel.read_clock()


Barrier = make_barrier()


def wall_clock() -> float:
    """Return the virtual clock as a Unix time in seconds; its beginning is a draw."""
    kernel.discover(Drawn(asking_package()))
    return EPOCH + kernel.seed * SECONDS_BETWEEN_DRAWS + monotonic()


def local_time(seconds: float | None = None) -> time.struct_time:
    """`time.localtime`, of these seconds or of the virtual clock."""
    return time.localtime(wall_clock() if seconds is None else seconds)


def excepthook(args: Any, /) -> None:
    """The default hook: an exception that leaves a thread is a failure."""
    raise args.exc_value


TIME = module(
    "time",
    time,
    sleep=kernel.sleep,
    monotonic=monotonic,
    perf_counter=monotonic,
    time=wall_clock,
    monotonic_ns=lambda: round(monotonic() * 1e9),
    perf_counter_ns=lambda: round(monotonic() * 1e9),
    time_ns=lambda: round(wall_clock() * 1e9),
    gmtime=lambda seconds=None: time.gmtime(
        wall_clock() if seconds is None else seconds
    ),
    localtime=local_time,
    ctime=lambda seconds=None: time.asctime(local_time(seconds)),
    asctime=lambda when=None: time.asctime(when or local_time()),
    strftime=lambda form, when=None: time.strftime(form, when or local_time()),
    **refusals(
        time, "clock_gettime", "clock_gettime_ns", "process_time", "process_time_ns",
        "thread_time", "thread_time_ns",
    ),
)  # fmt: skip
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
    main_thread=main_thread,
    enumerate=enumerate_threads,
    active_count=active_count,
    activeCount=active_count,
    get_ident=get_ident,
    get_native_id=get_ident,
    excepthook=excepthook,
    __excepthook__=excepthook,
    _allocate_lock=LockFactory,
    _RLock=RLock,
    _PyRLock=RLock,
    _CRLock=RLock,
    **refusals(
        threading, "settrace", "setprofile", "settrace_all_threads",
        "setprofile_all_threads", "_start_new_thread", "_start_joinable_thread",
        "_register_atexit", "_DummyThread", "_MainThread",
    ),
)  # fmt: skip
Thread._x_module = THREADING
LOW = module(
    "_thread",
    _thread,
    allocate_lock=LockFactory,
    allocate=LockFactory,
    LockType=Lock,
    lock=Lock,
    RLock=RLock,
    _local=Local,
    get_ident=get_ident,
    get_native_id=get_ident,
    start_new_thread=start_new_thread,
    start_new=start_new_thread,
    _count=count_threads,
    **refusals(_thread, "interrupt_main", "start_joinable_thread", "_set_sentinel"),
)
