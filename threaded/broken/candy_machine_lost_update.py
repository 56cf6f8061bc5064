"""Counter-example: a plain number counts the bars, and a buyer takes no lock.

`-= 1` is a read, a subtraction and a write.  Two buyers read the same number, so one of
the two bars is not counted.
Symptom: AssertionError: 6 bars sold from a tray of 5
"""

from collections.abc import Callable
from typing import Self

from threaded import candy_machine
from threaded.broken import elsewhere


class CandyMachine(candy_machine.CandyMachine):
    def __init__(self, capacity: int = 5) -> None:
        super().__init__(capacity)
        self.capacity = self.candies = capacity

    def put_bar(self) -> bool:
        if self.candies == self.capacity:
            return False
        self.candies += 1
        return True

    def take_bar(self) -> bool:
        candies = self.candies
        if candies == 0:
            return False
        self.candies = candies - 1
        return True

    def buy(self, who: str, log: candy_machine.Log) -> str:
        return "OK" if self.take_bar() else "empty, skipping"  # must hold the guard


class Crossed(int):
    """A number from which a second buyer subtracts just before the first one does."""

    def __new__(cls, candies: int, second: Callable[[], object]) -> Self:
        return super().__new__(cls, candies)

    def __init__(self, candies: int, second: Callable[[], object]) -> None:
        self.others = [second]

    def __sub__(self, bars: int) -> int:
        if self.others:
            elsewhere(self.others.pop())
        return int(self) - bars


def quiet(*words: object) -> None:
    """Log nothing."""


def provoke(machine: candy_machine.CandyMachine) -> None:
    """Let a second buyer interrupt the first one; then sell the bars that are left."""
    results: list[str] = []

    def buy() -> None:
        results.append(machine.buy("buyer 1", quiet))

    vars(machine)["candies"] = Crossed(5, second=buy)
    buy()
    while results[-1] == "OK":
        buy()
    if results.count("OK") != 5:
        raise AssertionError(f"{results.count('OK')} bars sold from a tray of 5")


if __name__ == "__main__":
    provoke(CandyMachine())
