"""Counter-example: a consumer waits without having looked.

A notify wakes the present waiters and is not kept for later ones: what was
put before the wait is not noticed.
Symptom: TimeoutError: consumer 0 still waits for not_empty, with 1 integer there
"""

from threaded import condition
from threaded.broken import must_end


class Basket(condition.Basket):
    def take(self) -> int | None:
        with self.not_empty:
            self.not_empty.wait()  # must be wait_for, which looks first
            return self.integers.popleft()


def provoke(basket: condition.Basket) -> None:
    """Put before the consumer comes."""
    basket.put(7)
    must_end(
        basket.take,
        otherwise="consumer 0 still waits for not_empty, with 1 integer there",
        rescue=lambda: condition.Basket.put(basket, None),
    )


if __name__ == "__main__":
    provoke(Basket())
