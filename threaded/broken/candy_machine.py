"""Counter-example: a buyer does not take the lock, as in the original machine.

The semaphore still counts the bars correctly.  But the transcript is torn: a line of
another visitor is between two lines that belong together.
Symptom: AssertionError: "Buying candy..." is followed by "Refilling candy..."
"""

from threaded import candy_machine
from threaded.broken import elsewhere


class CandyMachine(candy_machine.CandyMachine):
    def buy(self, who: str, log: candy_machine.Log) -> str:
        self.transcript.append((who, "Buying candy..."))  # must hold the guard
        result = "OK" if self.take_bar() else "empty, skipping"
        self.transcript.append((who, result))
        log(who, "Buying candy...", result)
        return result


class Crossed(list[tuple[str, str]]):
    """A transcript to which a vendor writes after a buyer's first line.

    If the buyer holds the lock, the vendor does not write there.
    """

    def __init__(self, machine: candy_machine.CandyMachine) -> None:
        super().__init__()
        self.machine = machine

    def append(self, line: tuple[str, str]) -> None:
        super().append(line)
        if line[1] == "Buying candy..." and not self.machine.guard.locked():
            elsewhere(lambda: self.machine.refill("vendor 0", quiet))


def quiet(*words: object) -> None:
    """Log nothing."""


def provoke(machine: candy_machine.CandyMachine) -> None:
    """Let a vendor refill in the middle of a buyer's visit."""
    machine.transcript = Crossed(machine)
    machine.buy("buyer 1", quiet)
    (_, first), (_, second) = machine.transcript[:2]
    if second == "Refilling candy...":
        raise AssertionError(f'"{first}" is followed by "{second}"')


if __name__ == "__main__":
    provoke(CandyMachine())
