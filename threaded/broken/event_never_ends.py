"""Counter-example: no end mark says that there are no more.

The producer has put its last integer and is gone; the consumers wait for another,
and a caller that joins the consumers waits as long.
Symptom: TimeoutError: consumer 0 still waits for not_empty
"""

from threaded import event
from threaded.broken import must_end


class Mailbox(event.Mailbox):
    def put(self, integer: int | None) -> None:
        if integer is not None:  # must put the None as well
            super().put(integer)


def quiet(*words: object) -> None:
    """Ignore what is logged."""


def provoke(mailbox: event.Mailbox) -> None:
    """Produce one integer, and let a consumer take until there are no more."""
    event.produce(mailbox, 1, 0.0, quiet)
    mailbox.put(None)
    must_end(
        lambda: event.consume(mailbox, "consumer 0", quiet),
        otherwise="consumer 0 still waits for not_empty",
        rescue=lambda: event.Mailbox.put(mailbox, None),
    )


if __name__ == "__main__":
    provoke(Mailbox())
