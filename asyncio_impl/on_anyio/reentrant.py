"""The lock that anyio lacks: its owner, a task, may enter it again.

Made as threading makes its own: an owner and a depth over a plain lock.  The plain
lock brings the rest along: first come, first served, and a waiter cancelled at any
moment, even when it has just been woken, changes nothing for the others.
"""

from typing import Literal

import anyio


class RLock:
    """Free again after as many releases as its owner made acquires."""

    def __init__(self) -> None:
        self._block = anyio.Lock()
        self._owner: anyio.TaskInfo | None = None
        self._depth = 0

    async def acquire(self) -> Literal[True]:
        """Enter, waiting while another task is in; the owner never waits."""
        me = anyio.get_current_task()
        if self._owner != me:
            await self._block.acquire()
            self._owner = me
        self._depth += 1
        return True

    def release(self) -> None:
        """Leave once; the last leave lets the first waiter in.

        Raises RuntimeError in any task but the owner.
        """
        if self._owner is None or self._owner != anyio.get_current_task():
            raise RuntimeError("cannot release a lock that this task does not own")
        self._depth -= 1
        if not self._depth:
            self._owner = None
            self._block.release()

    async def __aenter__(self) -> None:
        await self.acquire()

    async def __aexit__(self, *raised: object) -> None:
        self.release()
