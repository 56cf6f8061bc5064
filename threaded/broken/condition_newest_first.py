"""Counter-example: a consumer takes from the end at which the producer puts.

The first integer is taken last, perhaps never: a stack is used instead of a queue.
Symptom: AssertionError: put 0 and then 1, took 1 and then 0
"""

from threaded import condition


class Basket(condition.Basket):
    def take(self) -> int | None:
        with self.not_empty:
            self.not_empty.wait_for(lambda: self.integers)
            return self.integers.pop()  # must be popleft()


def provoke(basket: condition.Basket) -> None:
    """Put two integers before the first one is taken."""
    basket.put(0)
    basket.put(1)
    first, second = basket.take(), basket.take()
    if (first, second) != (0, 1):
        raise AssertionError(f"put 0 and then 1, took {first} and then {second}")


if __name__ == "__main__":
    provoke(Basket())
