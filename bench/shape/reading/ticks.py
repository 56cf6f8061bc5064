"""Reports of progress while many files are read."""

from collections.abc import Callable

Tick = Callable[[str, int, int], object]  # what is done, how many are done, of how many


def silent(what: str, done: int, of: int) -> None:
    """A tick that shows nothing."""
