"""Counter-example: a lock is acquired twice and released once.

A re-entrant lock is free again after as many releases as there were acquires.
Symptom: TimeoutError: teller 1 still waits for the lock, which teller 0 left once
"""

from contextlib import suppress

from threaded import rlock
from threaded.broken import must_end


class Bank(rlock.Bank):
    def transfer(self, amount: int, pause: float = 0.0) -> tuple[int, int]:
        self.guard.acquire()  # must be released below, or be a `with`
        with self.guard:
            self.change(0, -amount, pause)
            self.change(1, amount, pause)
            return self.accounts[0], self.accounts[1]


def rescue(bank: rlock.Bank) -> None:
    """Release the lock if it is still held; does nothing if it is free."""
    with suppress(RuntimeError):
        bank.guard.release()


def provoke(bank: rlock.Bank) -> None:
    """Let a second teller come after the first."""
    bank.transfer(1)
    must_end(
        lambda: bank.transfer(1),
        otherwise="teller 1 still waits for the lock, which teller 0 left once",
        rescue=lambda: rescue(bank),
    )


if __name__ == "__main__":
    provoke(Bank())
