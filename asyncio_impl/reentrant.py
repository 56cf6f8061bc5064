"""The lock that asyncio lacks: its owner, a task, may enter it again.

It is built like the RLock of threading: a plain lock, its owner, and a count of the
owner's acquires.  The plain lock guarantees two things.  Waiters enter in the order in
which they came.  And if a waiter is cancelled, even just after it was woken, the next
waiter is woken in its place.
"""

import asyncio
from typing import Literal


class RLock:
    """A lock that its owner may acquire again; it must release it as often."""

    def __init__(self) -> None:
        self._block = asyncio.Lock()
        self._owner: asyncio.Task[object] | None = None
        self._depth = 0

    async def acquire(self) -> Literal[True]:
        """Enter; wait while another task owns the lock. The owner never waits."""
        me = asyncio.current_task()
        if self._owner is not me:
            await self._block.acquire()
            self._owner = me
        self._depth += 1
        return True

    def release(self) -> None:
        """Undo one acquire; the last release lets the first waiter enter.

        Raises RuntimeError in any task except the owner.
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
