"""The places in the program's source where something shared is accessed.

Transformed code names a site by its number, which costs nothing at run time.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Site:
    """A place in a source file where something is accessed."""

    file: str
    line: int
    verb: str
    key: str  # attribute or variable
    is_users: bool  # and not the standard library's
    words: str  # names it in a saved schedule: no line number, so edits do not matter


CALLBACK_SITE = (
    0  # where what was given to a thread, a pool or a callback list is called
)
INSPECTION_SITE = 1  # where code that nobody wrote looks at attributes and items
QUEUE_ITEMS_SITE = 2  # where a queue uses its items, if the program looks at them too
SITES: list[Site] = [
    Site("", 0, "calls", "", True, "calls what was handed over"),
    Site("", 0, "looks at", "", True, "looks into an object"),
    Site("", 0, "uses", "", True, "uses the items of a queue"),
]
