"""Counter-example: a consumer that finds nothing clears the event, and looks no more.

What is put between the look and the clear is not noticed: its signal is wiped out.
Symptom: TimeoutError: consumer 0 still waits for not_empty, with 1 integer there
"""

from collections import deque

from threaded import event
from threaded.broken import elsewhere, must_end


class Mailbox(event.Mailbox):
    def take(self) -> int | None:
        while True:
            self.not_empty.wait()
            try:
                return self.integers.popleft()
            except IndexError:
                self.not_empty.clear()  # must be followed by a second look


class Crossed(deque[int | None]):
    """A deque into which the producer puts as soon as a consumer has found nothing."""

    def __init__(self, mailbox: event.Mailbox) -> None:
        super().__init__()
        self.mailbox = mailbox

    def popleft(self) -> int | None:
        try:
            return super().popleft()
        except IndexError:
            elsewhere(lambda: self.mailbox.put(8))
            raise


def provoke(mailbox: event.Mailbox) -> None:
    """Put between a consumer's look and its clear."""
    mailbox.integers = Crossed(mailbox)
    mailbox.put(7)
    mailbox.take()
    must_end(
        mailbox.take,
        otherwise="consumer 0 still waits for not_empty, with 1 integer there",
        rescue=lambda: mailbox.put(None),
    )


if __name__ == "__main__":
    provoke(Mailbox())
