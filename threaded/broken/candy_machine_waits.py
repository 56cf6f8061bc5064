"""Counter-example: a buyer at an empty tray waits instead of going away.

The buyer waits while it holds the lock, so no vendor can ever add a bar.
Symptom: TimeoutError: buyer 1 still waits for a bar, holding the lock
"""

from threaded import candy_machine
from threaded.broken import must_end


class CandyMachine(candy_machine.CandyMachine):
    def take_bar(self) -> bool:
        return self.bars.acquire()  # must not wait


def quiet(*words: object) -> None:
    """Log nothing."""


def provoke(machine: candy_machine.CandyMachine) -> None:
    """Buy the five bars of the tray, and one more."""
    for _ in range(5):
        machine.buy("buyer 1", quiet)
    must_end(
        lambda: machine.buy("buyer 1", quiet),
        otherwise="buyer 1 still waits for a bar, holding the lock",
        rescue=machine.bars.release,
    )


if __name__ == "__main__":
    provoke(CandyMachine())
