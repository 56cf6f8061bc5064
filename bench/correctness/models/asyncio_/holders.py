"""What a suspended task awaits, and which workers hold the awaited object.

asyncio's locks do not store their holders.  While a run is recorded, the holders are
noted here, so that the explanation of a deadlock can show them.
"""

import asyncio
import types
from typing import Any

from bench.correctness.engine.frames import is_programs, locals_of
from bench.correctness.engine.kernel import kernel

Where = tuple[types.CodeType, int] | None
# The last parts of the paths of asyncio's files with locks and queues.  If a task is
# suspended in a method from such a file, the task awaits the `self` of this method.
PRIMITIVES = ("locks.py", "queues.py")


def record_acquired(lock: Any) -> None:
    """Note that the current worker holds a lock or semaphore, and since which line."""
    entry = kernel.current, kernel.fibers.where()
    vars(lock).setdefault("_held_by", []).append(entry)


def record_released(lock: Any) -> None:
    """Note that a lock was released.

    If the current worker is a holder, it is removed from the holders.  If it is not,
    the oldest holder is removed.
    """
    entries = vars(lock).get("_held_by")
    if entries:
        own = [entry for entry in entries if entry[0] is kernel.current]
        entries.remove((own or entries)[0])


def record_holders(cls: Any) -> None:
    """Patch a class of asyncio's locks, so that recorded runs note the holders."""
    stock_acquire, stock_release = cls.acquire, cls.release

    async def acquire_and_record(self: Any) -> Any:
        result = await stock_acquire(self)
        kernel.annotate("acquires", self)
        record_acquired(self)
        return result

    def acquire(self: Any) -> Any:
        return acquire_and_record(self) if kernel.recording else stock_acquire(self)

    def release(self: Any) -> None:
        stock_release(self)
        if kernel.recording:
            kernel.annotate("releases", self)
        record_released(self)

    cls.acquire, cls.release = acquire, release


def awaited(task: Any) -> tuple[Where, Any, str | None]:
    """Return where a task is suspended, the awaited object, and that object's holders.

    The holders are a text, or None.
    """
    coroutine: Any = task.get_coro()
    where: Where = None
    things: list[Any] = []  # outermost first: a queue, then the event within it
    while coroutine is not None:
        frame = getattr(coroutine, "cr_frame", None) or getattr(
            coroutine, "gi_frame", None
        )
        if frame is not None and is_programs(frame):
            where = frame.f_code, frame.f_lineno
            things = []
        elif frame is not None and frame.f_code.co_filename.endswith(PRIMITIVES):
            things.append(locals_of(frame).get("self"))
        coroutine = getattr(coroutine, "cr_await", None) or getattr(
            coroutine, "gi_yieldfrom", None
        )
    # This reads the attribute of CPython's class.  A read of the model's attribute
    # would be an operation of the run.
    stock: Any = asyncio.Task
    things = things or [stock._fut_waiter.__get__(task)]
    return where, things[0], held(things[-1])


def held(thing: Any) -> str | None:
    """Name the workers that hold a lock or semaphore, and the lines of acquisition."""
    entries = getattr(thing, "_held_by", None)
    if not entries:
        return None
    return ", ".join(
        f"{worker.label} since line {where[1]}" if where else str(worker.label)
        for worker, where in entries
    )
