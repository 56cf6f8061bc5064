"""Reports of progress while many files are read."""

from collections.abc import Callable

# the kind of work ("files read"), the number of things done, the number of all things
Tick = Callable[[str, int, int], object]


def silent(what: str, done: int, of: int) -> None:
    """A tick that shows nothing."""
