"""Counter-example: a buyer does not take the lock, as in the original machine.

The semaphore still counts the bars correctly.  But the transcript is torn, because a
vendor can run while the buyer is suspended at an await.
Symptom: AssertionError: "Buying candy..." is followed by "Refilling candy..."
"""

import asyncio

from asyncio_impl import candy_machine


class CandyMachine(candy_machine.CandyMachine):
    async def buy(self, who: str, log: candy_machine.Log) -> str:
        self.transcript.append((who, "Buying candy..."))  # must hold the guard
        await asyncio.sleep(0)
        result = "OK" if await self.take_bar() else "empty, skipping"
        self.transcript.append((who, result))
        log(who, "Buying candy...", result)
        return result


def quiet(*words: object) -> None:
    """Log nothing."""


async def provoke(machine: candy_machine.CandyMachine) -> None:
    """Let a vendor refill in the middle of a buyer's visit."""
    await asyncio.gather(
        machine.buy("buyer 1", quiet),
        machine.refill("vendor 0", quiet),
    )
    (_, first), (_, second) = machine.transcript[:2]
    if second == "Refilling candy...":
        raise AssertionError(f'"{first}" is followed by "{second}"')


if __name__ == "__main__":
    asyncio.run(provoke(CandyMachine()))
