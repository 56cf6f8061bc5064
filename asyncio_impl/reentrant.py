"""The lock that asyncio lacks: its owner, a task, may enter it again.

Made as threading makes its own: an owner and a depth over a plain lock.  The plain
lock brings the rest along: first come, first served, and a waiter cancelled at any
moment, even when it has just been woken, changes nothing for the others.
"""

import asyncio
from typing import Literal


class RLock:
    """Free again after as many releases as its owner made acquires."""

    def __init__(self) -> None:
        self._block = asyncio.Lock()
        self._owner: asyncio.Task[object] | None = None
        self._depth = 0

    async def acquire(self) -> Literal[True]:
        """Enter, waiting while another task is in; the owner never waits."""
        me = asyncio.current_task()
        if self._owner is not me:
            await self._block.acquire()
            self._owner = me
        self._depth += 1
        return True

    def release(self) -> None:
        """Leave once; the last leave lets the first waiter in.

        Raises RuntimeError in any task but the owner.
        """
        if self._owner is None or self._owner is not asyncio.current_task():
            raise RuntimeError("cannot release a lock that this task does not own")
        self._depth -= 1
        if not self._depth:
            self._owner = None
            self._block.release()

    async def __aenter__(self) -> None:
        await self.acquire()

    async def __aexit__(self, *raised: object) -> None:
        self.release()
