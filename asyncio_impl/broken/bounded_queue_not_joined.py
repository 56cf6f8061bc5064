"""Counter-example: the producer does not join: it does not wait for the consumers.

The producer logs that all are done while the integer is still on the belt.
Symptom: AssertionError: producer sees all 1 done, and 0 are
"""

import asyncio

from asyncio_impl import bounded_queue


class Belt(bounded_queue.Belt):
    async def join(self) -> None:
        pass  # must call join of the queue


async def provoke(belt: bounded_queue.Belt) -> None:
    """Let the producer join, or log that all are done, before the consumer starts."""
    taken: list[object] = []

    def log(*words: object) -> None:
        if words[0] == "consumer 0":
            taken.append(words[-1])
        elif words[0] == "producer sees all" and not taken:
            raise AssertionError(f"producer sees all {words[1]} done, and 0 are")

    async def produce() -> None:
        await bounded_queue.produce(belt, 1, 0.0, log)
        await belt.close()

    await asyncio.gather(
        produce(),
        bounded_queue.consume(belt, "consumer 0", 0.0, log),
    )


if __name__ == "__main__":
    asyncio.run(provoke(Belt()))
