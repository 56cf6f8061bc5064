"""Counter-example: a consumer finds nothing, clears the event, and never checks again.

An integer put between the check and the clear is missed: the clear erases its signal.
In threads a put can always come there; in asyncio only if there is an await.
Symptom: TimeoutError: consumer 0 still waits for not_empty, with 1 integer there
"""

import asyncio

from asyncio_impl import event
from asyncio_impl.broken import must_end


class Mailbox(event.Mailbox):
    async def take(self) -> int | None:
        while True:
            await self.not_empty.wait()
            try:
                return self.integers.popleft()
            except IndexError:
                await asyncio.sleep(0)
                self.not_empty.clear()  # must be followed by a second check


async def provoke(mailbox: event.Mailbox) -> None:
    """Put an integer between a consumer's check and its clear."""

    async def put() -> None:
        mailbox.put(8)

    mailbox.put(7)
    await mailbox.take()
    await must_end(
        asyncio.gather(mailbox.take(), put()),
        otherwise="consumer 0 still waits for not_empty, with 1 integer there",
    )


if __name__ == "__main__":
    asyncio.run(provoke(Mailbox()))
