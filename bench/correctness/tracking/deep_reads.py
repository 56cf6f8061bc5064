"""What code that is not rewritten reads of its arguments.

`repr`, `==`, `copy.copy` and `json.dumps` read attributes, and containers within
containers.  All these reads are one operation.  If this operation is a scheduling
point, other workers run before the first read, and not between the reads.
"""

import types
from collections import UserString
from collections.abc import Callable
from functools import partial
from typing import Any

from bench.correctness.engine.kernel import kernel, note_change
from bench.correctness.engine.races import CLASS, NAMES
from bench.correctness.instrument.sites import SITES
from bench.correctness.tracking.base_slots import (
    bases,
    items_within,
    members,
    module_path,
    namespace_of,
    stored,
)
from bench.correctness.tracking.referents import items_behind, results_within
from bench.correctness.tracking.rereads import IN_CONTAINERS, note_read
from bench.correctness.tracking.special_objects import (
    class_reads,
    known,
    parts_read,
    place_of_names,
)
from bench.correctness.tracking.type_traits import (
    CONTAINER,
    CONTENTS,
    ITERATOR,
    METHOD,
    MORTAL,
    ORDINARY,
    SPECIAL,
    TRACKED,
    VIEW,
    WEAK_DATA,
    WRAPPED,
    ObjectAccess,
)
from bench.correctness.tracking.weak_references import note_weak

DEPTH = 4  # levels of containers within containers
ITEMS = 50  # of each container, the contents of at most so many items are read
# Types whose `==` and `repr` read attributes, but are not code of the program.
SHOWN = (types.SimpleNamespace, UserString, BaseException)
ARGS = vars(BaseException)["args"].__get__
SCALARS = {str, int, float, bytes, bool, type(None)}


def report_reads(values: Any, site: int, *, attributes: bool) -> None:
    """Report all that may be read of these values, as one operation.

    With `attributes`, the attributes of objects are read too.
    """
    found = partial(accesses_within, values, attributes=attributes)
    report(found(), site, found)


def accesses_within(values: Any, *, attributes: bool) -> list[ObjectAccess]:
    """List the accesses that `report_reads` reports."""
    accesses: list[ObjectAccess] = []
    for value in values:
        if type(value) not in SCALARS:
            collect(value, accesses, attributes, DEPTH)
    return accesses


def collect(
    value: Any, accesses: list[ObjectAccess], attributes: bool, depth: int
) -> None:
    """Add the reads of a value and of its contents to `accesses`.

    A set itself counts as read, but not what its items contain.
    """
    kind = type(value)
    inside: Any = ()
    if CLASS in kernel.written_names and TRACKED[kind] in (ORDINARY, MORTAL):
        accesses += class_reads(value)  # special methods are looked up in the class
    if kind is types.FunctionType or issubclass(kind, type):
        accesses += parts_read(value)
    if CONTENTS[kind] == CONTAINER:
        owner = kernel.owner_of(value)
        if owner is None:
            accesses.append((value, None, False))
        else:
            accesses += accesses_to_all_attributes(owner, write=False)
        inside = items_within(value)
    elif issubclass(kind, tuple):
        inside = items_within(value)
    elif CONTENTS[kind] in (VIEW, ITERATOR):
        inside = items_behind(value)
        if kind is types.GeneratorType and id(value) in kernel.stand_ins:
            inside += kernel.stand_ins[id(value)].yielded
    elif CONTENTS[kind] == METHOD:
        # C code may call `value` and read the results.  In `any(map(d.get, a))`, for
        # example, `any` reads the items of `d` that `d.get` returns.
        inside = results_within(value)
    elif issubclass(kind, SHOWN) or (
        attributes and TRACKED[kind] in (ORDINARY, MORTAL)
    ):
        names = own_names(value)
        if issubclass(kind, BaseException):
            names.append("args")
        accesses += [(value, name, False) for name in names if is_written(name)]
        if issubclass(kind, types.SimpleNamespace):
            # `repr` and `==` of a SimpleNamespace read the names of all its attributes.
            kernel.discover(NAMES)
            accesses.append((value, NAMES, False))
        inside = [stored(value, name) for name in names]
        if issubclass(kind, BaseException):
            inside.append(ARGS(value))
    if depth:
        for item in inside[:ITEMS]:
            if type(item) not in SCALARS:
                collect(item, accesses, attributes, depth - 1)


def is_written(name: str) -> bool:
    """Whether a worker is known to write attributes of this name."""
    return kernel.tracks_all_names or name in kernel.written_names


def own_names(value: Any) -> list[str]:
    """Return the names of an object's own attributes, and of its slots."""
    names = list(namespace_of(value))
    for owner in bases(type(value)):
        names += [
            name
            for name, slot in members(owner).items()
            if type(slot) is types.MemberDescriptorType
        ]
    return names


def wrapped_accesses(obj: Any, write: bool) -> list[ObjectAccess]:
    """Replace an access to a wrapper, such as a UserDict, by accesses to its data."""
    name = WRAPPED[type(obj)]
    if name == WEAK_DATA:
        note_weak()
        return [(obj, None, write)]
    if name == "obj":
        try:
            inner = obj.obj
        except ValueError:  # the memoryview was released
            return []
    else:
        inner = stored(obj, name)
    maps = inner if name == "maps" and type(inner) is list else [inner]
    # A ChainMap writes to its first map only.
    return [(one, None, write and one is maps[0]) for one in maps]


def report(
    accesses: list[ObjectAccess],
    site: int,
    again: Callable[[], list[ObjectAccess]] | None = None,
) -> None:
    """Report to the kernel several accesses that one operation makes.

    At a scheduling point, other workers may run before these accesses, and change the
    contents of the objects.  So the function `again`, if it is given, then lists the
    accesses once more.
    """
    if not accesses:
        return
    if kernel.held:
        kernel.let_go()
    worker = kernel.current
    is_atomic = worker.in_loop and not (kernel.mixed and kernel.split_before(site))
    is_scheduling_point = not is_atomic and site in kernel.points
    if is_scheduling_point:
        what = known(accesses[0][0]), accesses[0][1]
        kernel.pause_once(site, (SITES[site].verb, what))
        if again is not None:
            accesses = again()
        if IN_CONTAINERS in kernel.points and not kernel.lets_die:
            note_read(site, partial(report, accesses, site, again))
    for number, (obj, key, write) in enumerate(accesses):
        if write:
            note_change()
        for inner, inner_key, changed in resolved(obj, key, write):
            inner = known(inner)
            place: Any = id(inner) if inner_key is None else (id(inner), inner_key)
            name: Any = None
            if issubclass(type(inner), types.ModuleType):
                place = name = (module_path(inner), inner_key)
            kernel.keep(inner)
            if kernel.recording and (number or not is_scheduling_point):
                kernel.annotate(SITES[site].verb, (inner, inner_key), place)
            if not is_atomic or not kernel.plain:
                kernel.check_races(place, changed, site)
            if is_atomic or is_scheduling_point:
                if name is None:
                    kernel.record_access(kernel.name_of(inner), inner_key, changed)
                else:
                    kernel.record_access(name, None, changed)
    if is_scheduling_point or kernel.mixed:
        kernel.publish()


def resolved(obj: Any, key: Any, write: bool) -> list[ObjectAccess]:
    """List the accesses that take the place of one access.

    An access to a wrapper becomes accesses to the wrapped container.  An access to a
    dict of attributes becomes accesses to the attributes.
    """
    if key is None and WRAPPED[type(obj)]:
        return [
            access
            for inner in wrapped_accesses(obj, write)
            for access in ([inner] if inner[0] is obj else resolved(*inner))
        ]
    if key is None and id(obj) in kernel.namespaces:
        owner = kernel.owner_of(obj)
        if owner is not None:
            return accesses_to_all_attributes(owner, write=write)
    return [(obj, key, write)]


def report_all_attributes(obj: Any, write: bool, site: int) -> None:
    """Report an access to an object's `__dict__`: to all attributes at once."""
    report(accesses_to_all_attributes(obj, write=write), site)


def accesses_to_all_attributes(obj: Any, *, write: bool) -> list[ObjectAccess]:
    """List an access to each attribute, and an access to the set of attribute names.

    From now on, an operation that adds or deletes an attribute also counts as a write
    of the set of names.
    """
    kernel.discover(NAMES)
    if write:
        kernel.note_written(None)
        kernel.note_filled(place_of_names(obj))
    names = own_names(obj)
    if TRACKED[type(obj)] == SPECIAL:  # a module has many names that no worker writes
        names = [name for name in names if is_written(name)]
    return [*((obj, name, write) for name in names), (obj, NAMES, write)]


def cell_contents(cell: types.CellType) -> Any:
    """Return the value of a captured variable, or NotImplemented if it has none."""
    try:
        return cell.cell_contents
    except ValueError:
        return NotImplemented
