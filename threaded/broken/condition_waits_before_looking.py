"""Counter-example: a consumer waits without a check before the wait.

A notify wakes only the workers that wait at that moment.  So the consumer does not
notice an integer that was put before its wait.
Symptom: TimeoutError: consumer 0 still waits for not_empty, with 1 integer there
"""

from threaded import condition
from threaded.broken import must_end


class Basket(condition.Basket):
    def take(self) -> int | None:
        with self.not_empty:
            self.not_empty.wait()  # must be wait_for, which checks first
            return self.integers.popleft()


def provoke(basket: condition.Basket) -> None:
    """Put an integer before the consumer takes."""
    basket.put(7)
    must_end(
        basket.take,
        otherwise="consumer 0 still waits for not_empty, with 1 integer there",
        rescue=lambda: condition.Basket.put(basket, None),
    )


if __name__ == "__main__":
    provoke(Basket())
