"""Locks, remade on the kernel with CPython's rules.

Each operation is one `kernel.step`.  What CPython does in several steps under an
internal lock is one step here: nobody can see between them.
"""

from collections.abc import Hashable
from typing import Any

from bench.correctness.engine.kernel import kernel, operation, publish
from bench.correctness.engine.transitions import Abandoned, Worker

RELEASED_BY_OTHER = (
    "given up by another"  # marks that locks are released by who has not got them
)


def wrong_release(said: str) -> BaseException:
    """What to raise for a lock that is not held; at the end of a run that is none."""
    return RuntimeError(said) if kernel.stop is None else Abandoned()


class Primitive:
    """Something with a name that is the same in every schedule.

    A program may subclass most of them, or put attributes on them: what is not in
    CPython's own has a name that no program has.
    """

    def __init__(self) -> None:
        self._x_name: Hashable = kernel.child_name(type(self).__name__)
        kernel.register_primitive(self._x_name, self)
        self.hb_clock = 0  # what precedes whoever takes this next

    def _x_hand_over(self) -> None:
        """Whoever takes this next knows what the current worker has done."""
        self.hb_clock |= publish()


class Lock(Primitive):
    """Mutual exclusion; anyone may release it."""

    def __init__(self) -> None:
        super().__init__()
        self.holder: Worker | None = None
        self.taken_at: Any = None
        self.taken = (self._x_name, "taken")
        self.freed = (self._x_name, "freed")
        self.tried = (self._x_name, "tried")

    def free(self) -> bool:
        return self.holder is None

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        if not blocking and timeout != -1:
            raise ValueError("can't specify a timeout for a non-blocking call")
        if timeout < 0 and timeout != -1:
            raise ValueError("timeout value must be a non-negative number")
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
        self.holder = kernel.current
        if kernel.recording:
            self.taken_at = kernel.fibers.where()

    def attempt(self) -> bool:
        """Look whether it is free, and take it if so, in one step."""
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
        operation(self.freed, None, True, self.freed, ("releases", self))
        if self.holder is not kernel.current:  # or else nobody could take it before
            kernel.also_access(self.taken, True, self.freed)
        if self.holder is None:
            raise wrong_release("release unlocked lock")
        if self.holder is not kernel.current:
            kernel.discover(RELEASED_BY_OTHER)
        self.holder = None
        self._x_hand_over()

    def look(self, *, passes: bool = False) -> None:
        """Look at what the lock guards, or change it, without taking the lock."""
        what = ("passes by" if passes else "looks at", self)
        operation(self.taken, None, passes, self.tried, what)
        kernel.also_access(self.freed, passes, self.tried)

    def locked(self) -> bool:
        self.look()
        return self.holder is not None

    def _at_fork_reinit(self) -> None:
        """For logging: a child of this process explores what its parent does not."""

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()

    # What Condition asks of its lock.

    def is_owned(self) -> bool:
        if self.holder is kernel.current and RELEASED_BY_OTHER not in kernel.points:
            return True  # and nobody takes it away
        return self.locked()

    def release_save(self) -> Any:
        self.release()
        return None

    def restore(self, _saved: Any) -> None:
        self.hold()


class RLock(Lock):
    """Mutual exclusion that counts the entries of its owner, which is a thread."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0
        self.owner: Worker | None = None

    def mine(self) -> bool:
        return self.holder is not None and self.owner is kernel.thread()

    def hold(self) -> None:
        super().hold()
        self.owner = kernel.thread()

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        if self.mine():
            self.count += 1
            return True
        taken = super().acquire(blocking, timeout)
        if taken:
            self.count = 1
        return taken

    def release(self) -> None:
        if not self.mine():
            raise wrong_release("cannot release un-acquired lock")
        if self.count > 1:
            self.count -= 1
            return
        self.count = 0
        super().release()
        self.owner = None

    def is_owned(self) -> bool:
        return self.mine()

    _is_owned = is_owned

    def release_save(self) -> Any:
        if not self.mine():
            raise wrong_release("cannot release un-acquired lock")
        count, self.count = self.count, 0
        super().release()
        self.owner = None
        return count

    def restore(self, saved: Any) -> None:
        self.hold()
        self.count = saved
