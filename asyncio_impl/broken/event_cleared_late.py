"""Counter-example: a consumer that finds nothing clears the event, and looks no more.

What is put between the look and the clear is not noticed: its signal is wiped out.
In threads that can happen anywhere, here it takes an await between the two.
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
                self.not_empty.clear()  # must be followed by a second look


async def provoke(mailbox: event.Mailbox) -> None:
    """Put between a consumer's look and its clear."""

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
