"""Counter-example: a plain number counts the bars, and has no bound.

A lock does not help: one vendor alone, in one thread, overfills the tray.
Symptom: AssertionError: 6 bars in a tray of 5
"""

import asyncio

from asyncio_impl import candy_machine


class CandyMachine(candy_machine.CandyMachine):
    def __init__(self, capacity: int = 5) -> None:
        super().__init__(capacity)
        self.candies = capacity

    def put_bar(self) -> bool:
        self.candies += 1  # must stop at the capacity
        return True

    async def take_bar(self) -> bool:
        if self.candies == 0:
            return False
        self.candies -= 1
        return True


def quiet(*words: object) -> None:
    """Log nothing."""


async def provoke(machine: candy_machine.CandyMachine) -> None:
    """Refill a full tray."""
    if await machine.refill("vendor 0", quiet) == "OK":
        raise AssertionError("6 bars in a tray of 5")


if __name__ == "__main__":
    asyncio.run(provoke(CandyMachine()))
