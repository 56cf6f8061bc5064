"""Counter-example: the producer puts no end mark after the last integer.

The producer has put its last integer and ended.  The consumers wait for another
integer, and a caller that joins the consumers waits for ever too.
Symptom: TimeoutError: consumer 0 still waits for not_empty
"""

from threaded import condition
from threaded.broken import must_end


class Basket(condition.Basket):
    def put(self, integer: int | None) -> None:
        if integer is not None:  # must put the None as well
            super().put(integer)


def quiet(*words: object) -> None:
    """Log nothing."""


def provoke(basket: condition.Basket) -> None:
    """Produce one integer, and let a consumer take until the end mark."""
    condition.produce(basket, 1, 0.0, quiet)
    basket.put(None)
    must_end(
        lambda: condition.consume(basket, "consumer 0", quiet),
        otherwise="consumer 0 still waits for not_empty",
        rescue=lambda: condition.Basket.put(basket, None),
    )


if __name__ == "__main__":
    provoke(Basket())
