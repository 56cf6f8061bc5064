"""Counter-example: a plain number counts the bars, and a buyer takes no lock.

Two buyers read the same number, so one of the two bars is not counted.  In threads,
`-= 1` alone can cause this; asyncio also needs an await between read and write.
Symptom: AssertionError: 6 bars sold from a tray of 5
"""

import asyncio

from asyncio_impl import candy_machine


class CandyMachine(candy_machine.CandyMachine):
    def __init__(self, capacity: int = 5) -> None:
        super().__init__(capacity)
        self.capacity = self.candies = capacity

    def put_bar(self) -> bool:
        if self.candies == self.capacity:
            return False
        self.candies += 1
        return True

    async def take_bar(self) -> bool:
        candies = self.candies
        await asyncio.sleep(0)
        if candies == 0:
            return False
        self.candies = candies - 1
        return True

    async def buy(self, who: str, log: candy_machine.Log) -> str:
        return "OK" if await self.take_bar() else "empty, skipping"


def quiet(*words: object) -> None:
    """Log nothing."""


async def provoke(machine: candy_machine.CandyMachine) -> None:
    """Let two buyers come at once; then sell the bars that are left."""
    results = [
        *await asyncio.gather(
            machine.buy("buyer 1", quiet), machine.buy("buyer 3", quiet)
        )
    ]
    while results[-1] == "OK":
        results.append(await machine.buy("buyer 1", quiet))
    if results.count("OK") != 5:
        raise AssertionError(f"{results.count('OK')} bars sold from a tray of 5")


if __name__ == "__main__":
    asyncio.run(provoke(CandyMachine()))
