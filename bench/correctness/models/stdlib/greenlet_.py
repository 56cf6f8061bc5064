"""The model of `greenlet`: a program may get the current greenlet, and use no other.

A program that never switches is in the first greenlet of its thread.  SQLAlchemy gets
the current greenlet at its import, and an older Werkzeug uses it to identify a thread.
"""

from typing import Any

from bench.correctness.models.substitution import UncontrolledModule, refused_class
from bench.correctness.models.threading_.thread_registry import get_ident

GREENLET: Any = refused_class("greenlet", "greenlet", Exception)
FIRST: dict[int, Any] = {}  # the first greenlet of each thread, by its identifier


def getcurrent() -> Any:
    """Return the first greenlet of the calling thread."""
    identifier = get_ident()
    if identifier not in FIRST:
        FIRST[identifier] = BaseException.__new__(GREENLET)
    return FIRST[identifier]


class GreenletModule(UncontrolledModule):
    """`greenlet` as a program gets it: the use of a second greenlet is refused."""

    def __init__(self) -> None:
        super().__init__("greenlet")
        vars(self).update(greenlet=GREENLET, getcurrent=getcurrent)
