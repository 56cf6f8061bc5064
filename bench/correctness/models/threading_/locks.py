"""Models of `threading`'s locks: CPython's rules, on the kernel.

Each method makes one operation of the kernel, which may be a scheduling point.  If
CPython takes several steps under an internal lock, the model takes one step, because no
other thread could observe a state in between.
"""

import sys
import threading
from operator import index
from typing import Any, ClassVar

from bench.correctness.engine.kernel import (
    current_thread,
    kernel,
    operation,
    publish,
)
from bench.correctness.engine.transitions import Abandoned, Worker
from bench.correctness.models.threading_.primitive import Primitive
from bench.correctness.tracking.factories import OF_C

# A point id: a worker has released a lock that another worker held.
RELEASED_BY_OTHER = "released by another"


def wrong_release(message: str) -> BaseException:
    """Return the exception for a release by a thread that does not hold the lock.

    When the run has stopped, the exception is Abandoned.  Then the workers leave their
    `with` blocks, which release locks.  Such a release is no error of the program.
    """
    return RuntimeError(message) if kernel.stop is None else Abandoned()


class BaseLock(Primitive):
    """The base class of `Lock` and `RLock`, with all that they share."""

    __slots__ = ("freed", "holder", "notes", "taken", "taken_at", "tried")
    __copy__: Any = None  # a lock cannot be copied at all
    _x_is_lock: ClassVar[bool] = True  # see `is_passed_over` of `lock_study`

    def __init__(self) -> None:
        super().__init__()
        # Notes on the uses of the lock; None if locks are not studied.
        self.notes = kernel.notes_for(self, self._x_kind)
        self.holder: Worker | None = None
        self.taken_at: Any = None  # code and line of the acquisition, if recorded
        # Places and point ids.  A wait accesses `taken`, a release accesses `freed`: so
        # the two do not race.  `tried` is only a point id, of accesses without a wait.
        self.taken = (self._x_name, "taken")
        self.freed = (self._x_name, "freed")
        self.tried = (self._x_name, "tried")

    def free(self) -> bool:
        """Whether no worker holds the lock; access nothing."""
        return self.holder is None

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        if blocking is True and timeout == -1 and self.notes is None:
            self.take()  # nearly all calls: no further tests are needed
            return True
        if sys.version_info < (3, 12):
            blocking = bool(index(blocking))  # Raises TypeError.
        if not blocking and timeout != -1:
            raise ValueError("can't specify a timeout for a non-blocking call")
        if timeout < 0 and timeout != -1:
            raise ValueError("timeout value must be a non-negative number")
        if timeout > threading.TIMEOUT_MAX:
            raise OverflowError("timeout value is too large")
        if self.notes is not None and self.notes.taken_out:
            self.hold()
            return True
        if not blocking or timeout == 0:
            return self.attempt()
        if timeout == -1:
            self.take()
            return True
        return self.attempt_for(timeout)

    def take(self) -> None:
        operation(
            self.taken, None, True, self.taken, ("acquires", self), self.free, self
        )
        self.hold()

    def hold(self) -> None:
        if self.notes is not None:
            self.notes.enter()
            if self.notes.taken_out:
                return
        self.holder = kernel.current
        if kernel.recording:
            self.taken_at = kernel.fibers.where()

    def attempt(self) -> bool:
        """Take the lock if it is free, in one step; return whether it was free."""
        operation(self.taken, None, True, self.tried, ("tries", self))
        kernel.also_access(self.freed, False, self.tried)
        if self.holder is not None:
            return False
        kernel.current.learn(self.hb_clock)
        self.hold()
        return True

    def attempt_for(self, seconds: float) -> bool:
        if not kernel.wait(
            self.taken,
            self.taken,
            ("acquires", self),
            self.free,
            seconds,
            self,
            (self.freed,),
        ):
            return False
        self.hold()
        return True

    def release(self) -> None:
        if self.notes is not None and self.notes.taken_out:
            self.notes.leave()
            return
        operation(self.freed, None, True, self.freed, ("releases", self))
        if self.notes is not None:
            self.notes.leave()
        if self.holder is not kernel.current:
            # A release by the holder races with no acquisition, because before it no
            # other worker can take the lock.  A release by another worker may race.
            kernel.also_access(self.taken, True, self.freed)
            if self.holder is None:
                raise wrong_release("release unlocked lock")
            if self.holder is not kernel.current:
                kernel.discover(RELEASED_BY_OTHER)
        self.holder = None
        self.hb_clock |= publish()

    def access_guarded(self, *, write: bool = False) -> None:
        """Record an access to the state of the lock, without waiting for the lock."""
        what = ("bypasses" if write else "checks", self)
        operation(self.taken, None, write, self.tried, what)
        kernel.also_access(self.freed, write, self.tried)

    def _x_locked(self) -> bool:
        """Whether a worker holds it; if it is out of effect, whether this one does."""
        if self.notes is not None and self.notes.taken_out:
            return self.notes.is_held()
        self.access_guarded()
        return self.holder is not None

    def __repr__(self) -> str:
        word = "locked" if self._x_locked() else "unlocked"
        return f"<{word} {type(self).__name__} object at {id(self):#x}>"

    def _at_fork_reinit(self) -> None:
        """Free the lock, even if another worker holds it."""
        self.access_guarded(write=True)
        self.holder = None
        self._x_publish()

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()

    # --- The methods that Condition needs of its lock ---------------------------------

    def _x_is_owned(self) -> bool:
        if self.notes is not None and self.notes.taken_out:
            return self.notes.is_held()
        if self.holder is kernel.current and RELEASED_BY_OTHER not in kernel.points:
            return True  # no other worker can have released it meanwhile
        return self._x_locked()

    def _x_release_save(self) -> Any:
        self.release()
        return None

    def _x_restore(self, _saved: Any) -> None:
        self.hold()


class Lock(BaseLock):
    """`threading.Lock`: mutual exclusion; any thread may release it."""

    __slots__ = ()
    _x_kind = "Lock"
    locked = locked_lock = BaseLock._x_locked

    def __enter__(self) -> bool:
        if self.notes is not None or kernel.recording:
            return self.acquire()
        # The effect of `acquire`, without calls of `take` and `hold`.
        taken = self.taken
        operation(taken, None, True, taken, ("acquires", self), self.free, self)
        self.holder = kernel.current
        return True

    acquire_lock = BaseLock.acquire
    release_lock = BaseLock.release

    def __init_subclass__(cls) -> None:
        raise TypeError("type '_thread.lock' is not an acceptable base type")


class RLock(BaseLock):
    """`threading.RLock`: its owner, which is a thread, may acquire it again.

    A lock identifies its owner by the thread's identifier.  If a thread ends while it
    is the owner, the next thread with the same identifier is the owner.
    """

    __slots__ = ("count", "owner")
    _x_kind = "RLock"
    _x_within = "_thread.RLock"

    def __init__(self) -> None:
        super().__init__()
        self.count = 0  # acquisitions by the owner that are not yet released
        self.owner: Worker | None = None

    def owned_here(self) -> bool:
        """Whether the thread in which the current worker runs owns the lock."""
        if self.notes is not None and self.notes.taken_out:
            return self.notes.is_held()
        owner = self.owner
        if self.holder is None or owner is None:
            return False
        return owner is current_thread() or (
            owner.ended and kernel.same_identifier(owner)
        )

    def hold(self) -> None:
        BaseLock.hold(self)
        self.owner = current_thread()

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        if self.notes is not None and self.notes.taken_out:
            return BaseLock.acquire(self, blocking, timeout)
        if self.holder is not None and self.owned_here():
            if self.owner is not current_thread():  # the owner is an ended thread
                operation(self.taken, None, True, self.tried, ("acquires", self))
                kernel.current.learn(self.hb_clock)
                self.hold()
            self.count += 1
            return True
        taken = BaseLock.acquire(self, blocking, timeout)
        if taken:
            self.count = 1
        return taken

    def release(self) -> None:
        if not self.owned_here():
            raise wrong_release("cannot release un-acquired lock")
        if self.notes is not None and self.notes.taken_out:
            self.notes.leave()
            return
        if self.count > 1:
            self.count -= 1
            return
        self.count = 0
        BaseLock.release(self)
        self.owner = None

    if hasattr(threading.RLock(), "locked"):  # from Python 3.14 on
        locked = BaseLock._x_locked

    def _x_is_owned(self) -> bool:
        return self.owned_here()

    _is_owned = _x_is_owned

    def _recursion_count(self) -> int:
        return self.count if self.owned_here() else 0

    def _x_release_save(self) -> Any:
        if not self.owned_here():
            raise wrong_release("cannot release un-acquired lock")
        if self.notes is not None and self.notes.taken_out:
            return self.notes.leave_all()
        count, self.count = self.count, 0
        BaseLock.release(self)
        self.owner = None
        return count

    def _x_restore(self, saved: Any) -> None:
        if self.notes is not None and self.notes.taken_out:
            self.notes.enter(saved)
            return
        self.hold()
        self.count = saved

    def _at_fork_reinit(self) -> None:
        super()._at_fork_reinit()
        self.count, self.owner = 0, None

    _release_save = _x_release_save

    def _acquire_restore(self, saved: int) -> None:
        self.acquire()
        self.count = saved


# Messages show CPython's names.
Lock.__name__, RLock.__name__ = "_thread.lock", "_thread.RLock"


def make_rlock(*_: object, **__: object) -> RLock:
    """`threading.RLock`: a function, which ignores its arguments."""
    return RLock()


def make_lock() -> Lock:
    """`threading.Lock`, which is a function before Python 3.13."""
    return Lock()


setattr(make_lock, OF_C, True)
LockFactory: Any = Lock if sys.version_info >= (3, 13) else make_lock
