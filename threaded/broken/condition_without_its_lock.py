"""Counter-example: the producer notifies without holding the condition's lock.

The lock is what keeps a consumer from looking just before the put and waiting just
after the notify.  Both models insist on it.
Symptom: RuntimeError: cannot notify on un-acquired lock
"""

from threaded import condition


class Basket(condition.Basket):
    def put(self, integer: int | None) -> None:
        self.integers.append(integer)
        self.not_empty.notify()  # must be inside `with self.not_empty`


def provoke(basket: condition.Basket) -> None:
    """Put: no order is unlucky, every one fails."""
    basket.put(7)


if __name__ == "__main__":
    provoke(Basket())
