"""What code that is not transformed finds in the objects it is given.

`repr`, `==`, `copy.copy` or `json.dumps` look at attributes, and into containers within
containers.  All of it is one operation: a point, if there is one, comes before.
"""

import types
from collections import deque
from typing import Any

from bench.correctness.engine.kernel import kernel, note_change
from bench.correctness.engine.races import NAMES
from bench.correctness.instrument.sites import SITES
from bench.correctness.tracking.type_traits import (
    CONTAINER,
    CONTENTS,
    ORDINARY,
    TRACKED,
)

DEPTH = 4  # containers within containers
ITEMS = 50  # of each, looked into
SCALARS = (str, int, float, bytes, type(None))
Read = tuple[Any, Any, bool]  # an object; its attribute, or None for all; a write?


def report_reads(values: Any, site: int, *, attributes: bool) -> None:
    """Tell of all that may be read in these values, as one operation."""
    report(reads_within(values, attributes=attributes), site)


def reads_within(values: Any, *, attributes: bool) -> list[Read]:
    """List what is read where all of these values is looked at."""
    reads: list[Read] = []
    for value in values:
        if not isinstance(value, SCALARS):
            gather(value, reads, attributes, DEPTH)
    return reads


def gather(value: Any, reads: list[Read], attributes: bool, depth: int) -> None:
    """List what is read of a value, and of what is in it; of sets only the whole."""
    kind = type(value)
    inside: Any = ()
    if CONTENTS[kind] == CONTAINER:
        owner = kernel.namespaces.get(id(value))
        if owner is None:
            reads.append((value, None, False))
        else:
            reads += reads_of_all_attributes(owner, write=False)
        if isinstance(value, dict):
            inside = list(value.values())
        elif isinstance(value, list | deque):
            inside = list(value)
    elif isinstance(value, tuple):
        inside = value
    elif kind is types.SimpleNamespace or (
        attributes and TRACKED[kind] == ORDINARY
    ):  # the former's `==` and `repr` are not the program's
        names = own_names(value)
        reads += [(value, name, False) for name in names if is_written(name)]
        inside = [read_plainly(value, name) for name in names]
    if depth:
        for item in inside[:ITEMS]:
            if not isinstance(item, SCALARS):
                gather(item, reads, attributes, depth - 1)


def is_written(name: str) -> bool:
    return kernel.tracks_all_names or name in kernel.written_names


def own_names(value: Any) -> list[str]:
    """The attributes that an object has of its own, and those of its slots."""
    names = list(getattr(value, "__dict__", ()))
    for owner in type(value).__mro__:
        names += [
            name
            for name, slot in vars(owner).items()
            if isinstance(slot, types.MemberDescriptorType)
        ]
    return names


def read_plainly(value: Any, name: str) -> Any:
    try:
        return object.__getattribute__(value, name)
    except AttributeError:  # an empty slot
        return None


def report(reads: list[Read], site: int) -> None:
    """Tell the kernel of several accesses that one operation makes."""
    if not reads:
        return
    worker = kernel.current
    whole = worker.in_loop and not (kernel.mixed and kernel.split_before(site))
    is_scheduling_point = not whole and site in kernel.points
    if is_scheduling_point:
        kernel.pause(None, (SITES[site].verb, reads[0][:2]))
    for obj, key, write in reads:
        if write:
            note_change()
        place: Any = id(obj) if key is None else (id(obj), key)
        kernel.keep(obj)
        if kernel.recording and not is_scheduling_point:
            kernel.annotate(SITES[site].verb, (obj, key), place)
        if not whole or not kernel.plain:
            kernel.check_races(place, write, site)
        if whole or is_scheduling_point:
            kernel.record_access(kernel.name_of(obj), key, write)
    if is_scheduling_point or kernel.mixed:
        kernel.publish()


def report_all_attributes(obj: Any, write: bool, site: int) -> None:
    """Whoever has an object's `__dict__` reads or changes all attributes at once."""
    report(reads_of_all_attributes(obj, write=write), site)


def reads_of_all_attributes(obj: Any, *, write: bool) -> list[Read]:
    """Every attribute, and which there are: it is told from now on who adds one."""
    kernel.discover(NAMES)
    return [*((obj, name, write) for name in own_names(obj)), (obj, NAMES, write)]


def cell_contents(cell: types.CellType) -> Any:
    """What a variable of a function around this one holds; nothing: NotImplemented."""
    try:
        return cell.cell_contents
    except ValueError:
        return NotImplemented
