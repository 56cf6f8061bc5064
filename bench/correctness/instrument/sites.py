"""The places in the program's source where something shared is accessed.

Rewritten code passes a site's number to its hooks, which costs nothing at run time.
"""

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


# Sites that stand in no source file: their numbers are their places in SITES.
CALLBACK_SITE = 0  # a callback of the program is called by a thread, a pool or a loop
INSPECTION_SITE = 1  # generated methods and library functions read attributes and items
QUEUE_ITEMS_SITE = 2  # a queue accesses its items, if the program reads them too
SITES: list[Site] = [  # all sites of all rewritten files, by number
    Site("", 0, "calls", "", True, "calls a callback"),
    Site("", 0, "reads", "", True, "inspects an object"),
    Site("", 0, "uses", "", True, "uses the items of a queue"),
]
