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
Look = tuple[Any, Any, bool]  # an object; its attribute, or None for all; a write?


def look_over(values: Any, site: int, *, attributes: bool) -> None:
    """Tell of all that may be read in these values, as one operation."""
    tell(looks_into(values, attributes=attributes), site)


def looks_into(values: Any, *, attributes: bool) -> list[Look]:
    """List what is read where all of these values is looked at."""
    looks: list[Look] = []
    for value in values:
        if not isinstance(value, SCALARS):
            gather(value, looks, attributes, DEPTH)
    return looks


def gather(value: Any, looks: list[Look], attributes: bool, depth: int) -> None:
    """List what is read of a value, and of what is in it; of sets only the whole."""
    kind = type(value)
    inside: Any = ()
    if CONTENTS[kind] == CONTAINER:
        owner = kernel.namespaces.get(id(value))
        if owner is None:
            looks.append((value, None, False))
        else:
            looks += look_at_names(owner, write=False)
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
        looks += [(value, name, False) for name in names if is_written(name)]
        inside = [read_plainly(value, name) for name in names]
    if depth:
        for item in inside[:ITEMS]:
            if not isinstance(item, SCALARS):
                gather(item, looks, attributes, depth - 1)


def is_written(name: str) -> bool:
    return kernel.heeds_all or name in kernel.written


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


def tell(looks: list[Look], site: int) -> None:
    """Tell the kernel of several accesses that one operation makes."""
    if not looks:
        return
    worker = kernel.current
    whole = worker.in_loop and not (kernel.mixed and kernel.splits(site))
    is_point = not whole and site in kernel.marks
    if is_point:
        kernel.pause(None, (SITES[site].verb, looks[0][:2]))
    for obj, key, write in looks:
        if write:
            note_change()
        place: Any = id(obj) if key is None else (id(obj), key)
        kernel.kept.append(obj)
        if kernel.recording and not is_point:
            kernel.note(SITES[site].verb, (obj, key), place)
        if not whole or not kernel.plain:
            kernel.check(place, write, site)
        if whole or is_point:
            kernel.touch(kernel.name_of(obj), key, write)
    if is_point or kernel.mixed:
        kernel.publish()


def look_at_each(obj: Any, write: bool, site: int) -> None:
    """Whoever has an object's `__dict__` reads or changes all attributes at once."""
    tell(look_at_names(obj, write=write), site)


def look_at_names(obj: Any, *, write: bool) -> list[Look]:
    """Every attribute, and which there are: it is told from now on who adds one."""
    kernel.found.add(NAMES)
    return [*((obj, name, write) for name in own_names(obj)), (obj, NAMES, write)]


def cell_contents(cell: types.CellType) -> Any:
    """What a variable of a function around this one holds; nothing: NotImplemented."""
    try:
        return cell.cell_contents
    except ValueError:
        return NotImplemented
