"""Counter-example: a consumer takes from the end at which the producer puts.

The first integer is taken last, perhaps never: a stack is used instead of a queue.
Symptom: AssertionError: put 0 and then 1, took 1 and then 0
"""

from threaded import event


class Mailbox(event.Mailbox):
    def take(self) -> int | None:
        while True:
            self.not_empty.wait()
            try:
                return self.integers.pop()  # must be popleft()
            except IndexError:
                self.not_empty.clear()
                if self.integers:
                    self.not_empty.set()


def provoke(mailbox: event.Mailbox) -> None:
    """Put two integers before the first one is taken."""
    mailbox.put(0)
    mailbox.put(1)
    first, second = mailbox.take(), mailbox.take()
    if (first, second) != (0, 1):
        raise AssertionError(f"put 0 and then 1, took {first} and then {second}")


if __name__ == "__main__":
    provoke(Mailbox())
