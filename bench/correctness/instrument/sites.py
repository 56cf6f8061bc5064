"""The places in the program's source where something shared is accessed.

Rewritten code passes the number of a site to its hooks.  The number is a constant, so
this costs nothing at run time.  The sites of a file are dropped together with the code
of the file.  If they were kept, a process that explores many files would need much
memory.
"""

import weakref
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Site:
    """A place in a source file where something is accessed."""

    file: str
    line: int
    verb: str  # the word of a trace for the action: "reads", "calls"
    key: str  # the attribute, the variable, or the called function
    is_users: bool  # whether it is in the user's code, not in the standard library
    # The name of the site in a saved schedule.  The name has no line number, so that
    # the schedule stays valid if lines are added or removed.
    words: str


# Sites that are in no source file.
CALLBACK_SITE = 0  # a thread, a pool or a loop calls a callback of the program
INSPECTION_SITE = 1  # a generated method or a library function reads
QUEUE_ITEMS_SITE = 2  # a queue accesses its items, which the program also accesses
SITES: dict[int, Site] = {  # sites of rewritten files in use, by number
    CALLBACK_SITE: Site("", 0, "calls", "", True, "calls a callback"),
    INSPECTION_SITE: Site("", 0, "reads", "", True, "inspects an object"),
    QUEUE_ITEMS_SITE: Site("", 0, "uses", "", True, "uses the items of a queue"),
}
NEXT_NUMBER = [len(SITES)]  # the number of the next site; none is used twice


class FileSites:
    """The sites of one rewritten file; they are dropped when this object is freed.

    The code needs its sites, so the namespace of the module stores this object.
    """

    def __init__(self, sites: Sequence[Site]) -> None:
        first = NEXT_NUMBER[0]
        self.numbers = range(first, first + len(sites))
        NEXT_NUMBER[0] = self.numbers.stop
        SITES.update(zip(self.numbers, sites, strict=True))
        weakref.finalize(self, forget, self.numbers)


def forget(numbers: range) -> None:
    for number in numbers:
        del SITES[number]
