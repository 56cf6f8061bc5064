"""Counter-example: the producer clears the event as soon as it has set it.

Consumers that wait at that moment wake, in threads and in asyncio.  A consumer that
comes later finds the event clear and waits, although the integer is there.
Symptom: TimeoutError: consumer 0 still waits for not_empty, with 1 integer there
"""

from threaded import event
from threaded.broken import must_end


class Mailbox(event.Mailbox):
    def put(self, integer: int | None) -> None:
        self.integers.append(integer)
        self.not_empty.set()
        self.not_empty.clear()  # only a consumer that finds none may clear


def provoke(mailbox: event.Mailbox) -> None:
    """Put an integer before the consumer takes."""
    mailbox.put(7)
    must_end(
        mailbox.take,
        otherwise="consumer 0 still waits for not_empty, with 1 integer there",
        rescue=lambda: event.Mailbox.put(mailbox, None),
    )


if __name__ == "__main__":
    provoke(Mailbox())
