"""What a module under exploration gets for `threading`, `_thread` and `time`."""

import _thread
import threading
import time
from typing import Any

from bench.correctness.kernel import kernel
from bench.correctness.locks import Lock, RLock
from bench.correctness.primitives import (
    BoundedSemaphore,
    Condition,
    Event,
    Semaphore,
)
from bench.correctness.standins import module, refuse, remade
from bench.correctness.thread import Local, Thread, Timer, current_thread, get_ident

EPOCH = 1_700_000_000.0  # virtual runs all begin at the same moment

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


def monotonic() -> float:
    return kernel.read_clock()


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
