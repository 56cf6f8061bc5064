"""State that a module keeps in its functions; each run finds it as the import left it.

No lock at the top: this module is not imported anew for each run.
"""

import threading
from types import SimpleNamespace

SHARED = SimpleNamespace(value=0)


def counter():
    """A counter in a variable that only its function sees."""
    count = 0

    def next_number():
        nonlocal count
        count += 1
        return count

    return next_number


def numbered():
    """A counter that its function keeps itself, from the first call on."""
    if not hasattr(numbered, "last"):
        numbered.last = 0
    numbered.last += 1
    return numbered.last


next_number = counter()


class NumberGivenTwice:
    """The variable of a closure that the module made.

    Symptom: AssertionError
    """

    def __init__(self):
        self.numbers = []
        self.lock = threading.RLock()

    def draw(self):
        self.numbers.append(next_number())

    def check(self):
        assert sorted(self.numbers) == [1, 2]

    workers = (lambda self: self.draw(), lambda self: self.draw())


class NumberGivenTwiceMended(NumberGivenTwice):
    """One draws at a time."""

    def draw(self):
        with self.lock:
            super().draw()


class NumberedTwice(NumberGivenTwice):
    """An attribute that the function gains when it is first called.

    Symptom: AssertionError
    """

    def draw(self):
        self.numbers.append(numbered())


class NumberedTwiceMended(NumberGivenTwiceMended, NumberedTwice):
    """One draws at a time."""


class NamespaceLosesUpdates(NumberGivenTwice):
    """An object without methods, shared by the module.

    Symptom: AssertionError
    """

    def draw(self):
        SHARED.value += 1

    def check(self):
        assert SHARED.value == 2


class NamespaceLosesUpdatesMended(NumberGivenTwiceMended, NamespaceLosesUpdates):
    """One at a time."""
