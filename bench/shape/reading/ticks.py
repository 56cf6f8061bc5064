"""How far a long reading is, for whoever shows it."""

from collections.abc import Callable

Tick = Callable[[str, int, int], object]  # what is done, how many, of how many


def silent(what: str, done: int, of: int) -> None:
    """The tick that shows nothing."""
