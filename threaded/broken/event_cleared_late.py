"""Counter-example: a consumer finds nothing, clears the event, and never checks again.

An integer put between the check and the clear is missed: the clear erases its signal.
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
                self.not_empty.clear()  # must be followed by a second check


class Crossed(deque[int | None]):
    """A deque into which the producer puts as soon as a consumer has found it empty."""

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
    """Put an integer between a consumer's check and its clear."""
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
