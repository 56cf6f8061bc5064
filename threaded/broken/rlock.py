"""Counter-example: a plain lock that its owner enters again.

A plain lock does not know its owner.  So an owner that requests the lock again waits
for its own release, which never comes.
Symptom: TimeoutError: teller 0 still waits for the lock that teller 0 holds
"""

import threading
from contextlib import suppress

from threaded import rlock
from threaded.broken import must_end


class Bank(rlock.Bank):
    def __init__(self) -> None:
        super().__init__()
        self.guard = threading.Lock()  # type: ignore[assignment]  # must be an RLock


def rescue(bank: rlock.Bank) -> None:
    """Let the teller continue; does nothing if the lock is free."""
    with suppress(RuntimeError):
        bank.guard.release()


def provoke(bank: rlock.Bank) -> None:
    """Transfer: this fails in every order."""
    must_end(
        lambda: bank.transfer(1),
        otherwise="teller 0 still waits for the lock that teller 0 holds",
        rescue=lambda: rescue(bank),
    )


if __name__ == "__main__":
    provoke(Bank())
