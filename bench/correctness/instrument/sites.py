"""The places in the program's source where something shared is accessed.

Rewritten code passes a site's number to its hooks, which costs nothing at run time.
The sites of a file last as long as its code: else a process that explores many files
would keep the sites of all.
"""

import weakref
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Site:
    """A place in a source file where something is accessed."""

    file: str
    line: int
    verb: str  # what happens there, as a trace shows it: "reads", "calls"
    key: str  # the attribute or variable; the function that is called
    is_users: bool  # the user's code, not the standard library's
    words: str  # its name in a saved schedule: no line number, so edits do not matter


# Sites that stand in no source file.
CALLBACK_SITE = 0  # a callback of the program is called by a thread, a pool or a loop
INSPECTION_SITE = 1  # generated methods and library functions read attributes and items
QUEUE_ITEMS_SITE = 2  # a queue accesses its items, if the program reads them too
SITES: dict[int, Site] = {  # of the rewritten files that are in use, by number
    CALLBACK_SITE: Site("", 0, "calls", "", True, "calls a callback"),
    INSPECTION_SITE: Site("", 0, "reads", "", True, "inspects an object"),
    QUEUE_ITEMS_SITE: Site("", 0, "uses", "", True, "uses the items of a queue"),
}
NEXT_NUMBER = [len(SITES)]  # of a site to come: none is used twice


class FileSites:
    """The sites of one rewritten file, which are forgotten with this object.

    Its code must keep it: a module has it among its names.
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
