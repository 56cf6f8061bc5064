"""Counter-example: the producer puts no end mark after the last integer.

The producer has put its last integer and ended.  The consumers wait for another
integer, and a caller that joins the consumers waits for ever too.
Symptom: TimeoutError: consumer 0 still waits for not_empty
"""

import asyncio

from asyncio_impl import event
from asyncio_impl.broken import must_end


class Mailbox(event.Mailbox):
    def put(self, integer: int | None) -> None:
        if integer is not None:  # must put the None as well
            super().put(integer)


def quiet(*words: object) -> None:
    """Log nothing."""


async def provoke(mailbox: event.Mailbox) -> None:
    """Produce one integer, and let a consumer take until the end mark."""
    await event.produce(mailbox, 1, 0.0, quiet)
    mailbox.put(None)
    await must_end(
        event.consume(mailbox, "consumer 0", quiet),
        otherwise="consumer 0 still waits for not_empty",
    )


if __name__ == "__main__":
    asyncio.run(provoke(Mailbox()))
