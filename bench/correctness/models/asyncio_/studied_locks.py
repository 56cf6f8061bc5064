"""Note the uses of asyncio's own locks and semaphores if locks are studied.

A program with threads gets CPython's classes, instrumented.  This module patches these
classes.  A program without threads gets the classes of `primitives`, which note their
uses themselves.
"""

import asyncio
from typing import Any

from bench.correctness.engine.kernel import kernel
from bench.correctness.engine.lock_study import LockNotes


def answer_locked(lock: Any, notes: LockNotes) -> bool:
    """Return the result of `locked` for a lock that is out of effect.

    Such a lock excludes no worker.  But the result is true for the worker that holds
    the lock, because otherwise `Condition.wait` would raise RuntimeError.  A semaphore
    is never locked.
    """
    is_lock = type(lock).__name__ == "Lock" or isinstance(lock, asyncio.Lock)
    return is_lock and notes.is_held()


def note_uses(cls: Any, kind: str) -> None:
    """Patch a class of asyncio's locks, so that uses of studied locks are noted.

    A lock that is out of effect is acquired at once, and its release does nothing.
    """
    stock_init, stock_locked = cls.__init__, cls.locked
    stock_acquire = cls.acquire

    def init(self: Any, *args: Any, **options: Any) -> None:
        stock_init(self, *args, **options)
        self._x_notes = kernel.notes_for(self, kind)

    async def acquire_and_note(self: Any) -> Any:
        if self._x_notes.taken_out:
            self._x_notes.enter()
            return True
        result = await stock_acquire(self)
        self._x_notes.enter()
        return result

    def acquire(self: Any) -> Any:
        return stock_acquire(self) if self._x_notes is None else acquire_and_note(self)

    def locked(self: Any) -> Any:
        if self._x_notes is not None and self._x_notes.taken_out:
            return answer_locked(self, self._x_notes)
        return stock_locked(self)

    init.__name__ = "__init__"
    cls._x_is_lock, cls._x_notes = True, None
    cls.__init__, cls.acquire, cls.locked = init, acquire, locked
    note_releases(cls)


def note_releases(cls: Any, *, own: bool = True) -> None:
    """Patch `release`; if `own` is false, the base class notes the release."""
    stock_release = cls.release

    def release(self: Any) -> None:
        notes = self._x_notes
        if notes is None:
            stock_release(self)
        elif notes.taken_out:
            notes.leave()
        else:
            stock_release(self)
            if own:
                notes.leave()

    cls.release = release
