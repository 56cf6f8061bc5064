"""Counter-example: a consumer does not check after its wake-up.

An event wakes all waiting consumers.  While it is set, a consumer that comes later does
not wait either.  But there is only one integer, so all consumers but one find none.
Symptom: IndexError: pop from an empty deque
"""

import threading
from collections import deque
from concurrent.futures import ThreadPoolExecutor

from threaded import event


class Mailbox(event.Mailbox):
    def take(self) -> int | None:
        self.not_empty.wait()
        return self.integers.popleft()  # must expect to find nothing


class Watched(deque[int | None]):
    """A deque that sets an event when a consumer has found it empty."""

    def __init__(self) -> None:
        super().__init__()
        self.disappointed = threading.Event()

    def popleft(self) -> int | None:
        try:
            return super().popleft()
        except IndexError:
            self.disappointed.set()
            raise


def provoke(mailbox: event.Mailbox) -> None:
    """Take the only integer just before a second consumer comes."""
    mailbox.integers = watched = Watched()
    mailbox.put(7)
    mailbox.take()
    with ThreadPoolExecutor(1) as workers:
        consumer = workers.submit(mailbox.take)
        watched.disappointed.wait()
        mailbox.put(8)
    consumer.result()


if __name__ == "__main__":
    provoke(Mailbox())
