"""Counter-example: a consumer does not check after its wake-up.

An event wakes all waiting consumers.  While it is set, a consumer that comes later does
not wait either.  But there is only one integer, so all consumers but one find none.
Symptom: IndexError: pop from an empty deque
"""

import asyncio

from asyncio_impl import event


class Mailbox(event.Mailbox):
    async def take(self) -> int | None:
        await self.not_empty.wait()
        return self.integers.popleft()  # must expect to find nothing


async def provoke(mailbox: event.Mailbox) -> None:
    """Wake two consumers with one integer."""

    async def put_two() -> None:
        mailbox.put(7)
        await asyncio.sleep(0)  # both consumers run
        mailbox.put(8)

    await asyncio.gather(mailbox.take(), mailbox.take(), put_two())


if __name__ == "__main__":
    asyncio.run(provoke(Mailbox()))
