"""Counter-example: the producer notifies without holding the condition's lock.

Without the lock, a consumer could check just before the put and begin to wait just
after the notify.  Both models raise an error if the lock is not held.
Symptom: RuntimeError: cannot notify on un-acquired lock
"""

from threaded import condition


class Basket(condition.Basket):
    def put(self, integer: int | None) -> None:
        self.integers.append(integer)
        self.not_empty.notify()  # must be inside `with self.not_empty`


def provoke(basket: condition.Basket) -> None:
    """Put an integer: this fails in every order."""
    basket.put(7)


if __name__ == "__main__":
    provoke(Basket())
