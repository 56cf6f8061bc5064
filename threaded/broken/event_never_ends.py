"""Counter-example: the producer puts no end mark after the last integer.

The producer has put its last integer and ended.  The consumers wait for another
integer, and a caller that joins the consumers waits for ever too.
Symptom: TimeoutError: consumer 0 still waits for not_empty
"""

from threaded import event
from threaded.broken import must_end


class Mailbox(event.Mailbox):
    def put(self, integer: int | None) -> None:
        if integer is not None:  # must put the None as well
            super().put(integer)


def quiet(*words: object) -> None:
    """Log nothing."""


def provoke(mailbox: event.Mailbox) -> None:
    """Produce one integer, and let a consumer take until the end mark."""
    event.produce(mailbox, 1, 0.0, quiet)
    mailbox.put(None)
    must_end(
        lambda: event.consume(mailbox, "consumer 0", quiet),
        otherwise="consumer 0 still waits for not_empty",
        rescue=lambda: event.Mailbox.put(mailbox, None),
    )


if __name__ == "__main__":
    provoke(Mailbox())
