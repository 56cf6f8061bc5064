"""Counter-example: a buyer leaves the lock out, as the original machine does.

The bars are still counted right: the semaphore sees to that.  It is the transcript
that is torn, but only because of the await, without which no vendor can come between.
Symptom: AssertionError: "Buying candy..." is followed by "Refilling candy..."
"""

import asyncio

from asyncio_impl import candy_machine


class CandyMachine(candy_machine.CandyMachine):
    async def buy(self, who: str, log: candy_machine.Log) -> str:
        self.transcript.append((who, "Buying candy..."))  # must be under the guard
        await asyncio.sleep(0)
        result = "OK" if await self.take_bar() else "empty, skipping"
        self.transcript.append((who, result))
        log(who, "Buying candy...", result)
        return result


def quiet(*words: object) -> None:
    """Ignore what is logged."""


async def provoke(machine: candy_machine.CandyMachine) -> None:
    """Let a vendor come while a buyer is at it."""
    await asyncio.gather(
        machine.buy("buyer 1", quiet),
        machine.refill("vendor 0", quiet),
    )
    (_, first), (_, second) = machine.transcript[:2]
    if second == "Refilling candy...":
        raise AssertionError(f'"{first}" is followed by "{second}"')


if __name__ == "__main__":
    asyncio.run(provoke(CandyMachine()))
