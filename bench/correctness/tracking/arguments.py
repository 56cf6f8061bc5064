"""What functions and methods that are not rewritten do to their arguments.

The explorer cannot see whether such a function reads or writes an argument.  So
tables, such as READING_METHODS, contain the names of functions that only read.
"""

import csv
import gc
import io
import types
from collections import deque
from collections.abc import Iterable
from functools import partial
from typing import Any

from bench.correctness.engine.kernel import kernel
from bench.correctness.engine.races import CLASS
from bench.correctness.tracking.accesses import (
    access,
    access_attribute,
)
from bench.correctness.tracking.base_slots import (
    has_key,
    item_key,
    items_within,
    module_of,
    stored,
)
from bench.correctness.tracking.behind import (
    accesses_behind,
    accesses_of_calls,
    first_items,
)
from bench.correctness.tracking.deep_reads import (
    accesses_within,
    cell_contents,
    own_names,
    report,
)
from bench.correctness.tracking.iterators import SHARED_OTHERWISE, shared_iterator
from bench.correctness.tracking.special_objects import COROUTINES, class_reads
from bench.correctness.tracking.type_traits import (
    ASYNC_ITERATOR,
    CACHE,
    CONTAINER,
    CONTENTS,
    FIXED,
    ITERATOR,
    METHOD,
    MORTAL,
    ORDINARY,
    OWN_ITEMS,
    PROGRAM,
    READING_METHODS,
    SHARED,
    STATE,
    TRACKED,
    VIEW,
    ObjectAccess,
)
from bench.correctness.tracking.weak_references import (
    WEAK,
    dropped_by_change,
    drops_nothing,
)

# Methods that read all attributes of their object.
REDUCING_METHODS = ("__reduce_ex__", "__reduce__", "__getstate__")
ATTRIBUTE_METHODS = {  # methods, and whether they write the given attribute
    "__setattr__": True, "__delattr__": True, "__getattribute__": False,
}  # fmt: skip
# Methods of the descriptor of a slot, and whether they write the slot's attribute.
SLOT_METHODS = {"__get__": False, "__set__": True, "__delete__": True}
NOTES = "__notes__"  # an attribute of an exception, which `add_note` sets
# Methods of a text that read the attributes that the text names, as in "{0.x}".
FORMATTING_METHODS = ("format", "format_map")
COMPARING_METHODS = {  # of sequences; these methods also read what the items contain
    "__repr__", "__str__", "__format__", "__contains__", "index", "count", "remove",
    "__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__", "sort",
}  # fmt: skip
# Methods that write to a buffer that they get as an argument.
FILLING_METHODS = ("readinto", "readinto1", "pack_into")
# Methods of a dict whose argument may be a list of pairs.
FILLING_WITH_PAIRS = ("update", "__ior__", "__init__")
KEYED_METHODS = {"get", "pop", "setdefault", "__getitem__", "__contains__"}
WITHOUT_KEYS = {list, set, deque}
# Public methods of lists, sets and deques, except COMPARING_METHODS.  The value is True
# if the method only reads.  Each call is one access to the whole container.  In
# addition, `report_arguments` reports the accesses to the arguments.
PLAIN_METHODS = {
    name: name in READING_METHODS
    for kind in WITHOUT_KEYS
    for name in vars(kind)
    if not name.startswith("__") and name not in COMPARING_METHODS
}
CSV_WRITER: type = type(csv.writer(io.StringIO()))
Arguments = tuple[Any, ...]
KNOWN_STATE = STATE.known


def report_arguments(
    site: int,
    args: Arguments,
    *,
    reading: bool,
    nested: bool = False,
    deep: bool = False,
    changed: Iterable[Any] = (),
    states: bool = False,
) -> None:
    """Report what a function that is not rewritten does to its arguments.

    A call counts as a write of each container among the arguments.  With `reading`, it
    counts only as a read of these containers.  With `nested`, the function also reads
    containers within these containers.  With `deep`, it also reads attributes of
    objects, as `copy.copy` does.  With `states`, it reads the states of coroutines.
    `changed` are further containers that the function writes.
    """
    accesses = accesses_of(args, reading, nested, deep, changed, states)
    if site in kernel.points and (nested or deep or len(accesses) > 1):
        again = partial(accesses_of, args, reading, nested, deep, changed, states)
        report(accesses, site, again)
    elif len(accesses) == 1 and accesses[0][1] is None:
        obj, _, write = accesses[0]
        access(obj, None, write, site, True)
    elif accesses:
        report(accesses, site)


def accesses_of(
    args: Arguments,
    reading: bool,
    nested: bool,
    deep: bool,
    changed: Iterable[Any],
    states: bool,
) -> list[ObjectAccess]:
    """List the accesses of a function to its arguments; see `report_arguments`."""
    accesses: list[ObjectAccess] = []
    if changed:
        accesses += [(one, None, True) for one in changed]
    for arg in args:
        contents = CONTENTS[type(arg)]
        if contents == CONTAINER:
            accesses.append((arg, None, not reading))
        elif contents == METHOD:  # a callback in C, as in `map(items.get, keys)`
            accesses += accesses_of_calls(arg, partial(given_among, args))
        elif contents:
            accesses += accesses_behind(arg)
            if contents in (ITERATOR, ASYNC_ITERATOR):
                accesses.append((shared_iterator(arg), None, True))
        elif type(arg) is types.CoroutineType:
            if states:
                kernel.discover(COROUTINES)
                accesses.append((arg, None, False))
        elif CLASS in kernel.written_names and TRACKED[type(arg)] in (ORDINARY, MORTAL):
            accesses += class_reads(arg)
    if nested or deep:
        accesses += accesses_within(args, attributes=deep)
    return accesses


def given_among(args: Arguments) -> list[Any]:
    """Return the possible first arguments in calls of a callback.

    The callback is a function among the arguments `args` of another function, which
    calls the callback.  For example, `reduce` calls its first argument.  The callback
    may get a container in `args` or one of its items.  If this item is a tuple, the
    callback may also get the first item of the tuple.
    """
    containers = [one for one in args if CONTENTS[type(one)] == CONTAINER]
    items = [item for one in containers for item in items_within(one)]
    return [*containers, *items, *first_items(items)]


def report_method(
    owner: Any,
    name: str,
    site: int,
    args: Arguments,
    *,
    only_reads_args: bool = True,
    deep: bool = False,
) -> None:
    """Report what a method that is not rewritten does to its object and arguments.

    If the name of the method is in READING_METHODS, the method only reads its object.
    Most other methods write to their object.  The method writes to its arguments if
    `only_reads_args` is false, or if its name is in FILLING_METHODS.

    With `deep`, the method also reads attributes of its arguments.  If the class of the
    object is not of the program, the method may read the object's attributes, too.  If
    the method also writes to its object, it may change containers that are values of
    these attributes.  For example, it may append to `self.items`.
    """
    kind = type(owner)
    try:
        state = KNOWN_STATE[kind]
    except KeyError:
        state = STATE[kind]
    if kind is CACHE:
        owner = owner.__wrapped__  # this function represents the cache
        kind = type(owner)
    if name in ATTRIBUTE_METHODS and args:
        access_attribute(owner, args[0], ATTRIBUTE_METHODS[name], site)
        return
    if state != SHARED:
        if state == FIXED:
            deep = name in FORMATTING_METHODS
            nested = name == "join"  # `bytes.join` may read bytearrays
            if issubclass(kind, tuple) and name in COMPARING_METHODS:
                args, nested = (owner, *args), True
            report_arguments(site, args, reading=True, nested=nested, deep=deep)
        return
    if kind is types.MappingProxyType:
        for mapping, _, _ in accesses_behind(owner):
            report_method(mapping, name, site, args)
        return
    if CONTENTS[kind] == VIEW or (
        name == "__next__" and kind is not types.GeneratorType
    ):  # a view and an iterator read the container behind them
        report_arguments(site, (owner, *args), reading=True)
        return
    reading = name in READING_METHODS and not (
        name == "decode" and CONTENTS[kind] != CONTAINER
    )  # `decode` of an incremental decoder writes: it stores incomplete input
    if name == "add_note":
        kernel.note_written(NOTES)
        notes = [(one, None, True) for one in [stored(owner, NOTES)] if one is not None]
        report([(owner, NOTES, True), *notes], site)
        return
    if kind is types.MemberDescriptorType and args and name in SLOT_METHODS:
        access_attribute(args[0], owner.__name__, SLOT_METHODS[name], site)
        return
    if not reading and WEAK in kernel.points and not drops_nothing(owner, name):
        report(dropped_by_change(owner), site)
    compares = name in COMPARING_METHODS and (args or name == "sort")
    if compares and issubclass(kind, (list, deque)):
        compared = (owner, *args)
        taken = () if reading else (owner,)
        report_arguments(site, compared, reading=True, nested=True, changed=taken)
        return
    if args and name in KEYED_METHODS and issubclass(kind, dict):
        found = partial(keyed_access, owner, name, args[0])
        key, write = found()
        access(owner, key, write, site, True, found)
        reading = not write
    else:
        place = owner if kind not in SHARED_OTHERWISE else shared_iterator(owner)
        access(place, None, not reading, site, True)
    foreign = deep and module_of(kind) not in PROGRAM
    if reading and name in REDUCING_METHODS:
        args, deep = (owner,), True
    elif foreign and CONTENTS[type(owner)] != CONTAINER:
        args = (owner, *args)  # the method may also read attributes of its object
    changed = containers_of(owner) if foreign and not reading else ()
    if kind is CSV_WRITER:
        changed = written_by(owner)
    only_reads_args &= name not in FILLING_METHODS
    if args or changed:
        # A dict may get pairs, and a `csv` writer gets rows.
        nested = name in FILLING_WITH_PAIRS or CONTENTS[kind] != CONTAINER
        report_arguments(
            site,
            args,
            reading=only_reads_args,
            nested=nested,
            deep=deep,
            changed=changed,
        )


def keyed_access(owner: Any, name: str, key: Any) -> tuple[Any, bool]:
    """Return the item that a method of a dict accesses, and whether it writes.

    None in place of an item means the whole dict.
    """
    known = None if OWN_ITEMS[type(owner)] else item_key(owner, key)
    if name == "setdefault" and known is not None and has_key(owner, known):
        return known, False
    reading = name in READING_METHODS
    return known if reading else None, not reading


def containers_in_closure(function: Any, depth: int = 2) -> list[Any]:
    """Return the containers that a function captures.

    A function may capture another function.  Then the containers that the other
    function captures are in the result, too.  The search follows such functions for
    `depth` levels.  For example, a function that `functools.singledispatch` has made
    captures a table of functions.
    """
    found = []
    for cell in function.__closure__ or ():
        value = cell_contents(cell)
        if CONTENTS[type(value)] == CONTAINER:
            found.append(value)
        elif depth and type(value) is types.FunctionType:
            found += containers_in_closure(value, depth - 1)
    return found


def written_by(writer: Any) -> list[Any]:
    """Return the object to which a `csv` writer writes, in a list.

    The list is empty if the `write` of this object is in Python.
    """
    kept = gc.get_referents(writer)
    return [one.__self__ for one in kept if type(one) is types.BuiltinFunctionType]


def containers_of(owner: Any) -> list[Any]:
    """Return the containers that the attributes of an object hold.

    The methods of the object may change these containers.
    """
    values = [stored(owner, name) for name in own_names(owner)]
    return [value for value in values if CONTENTS[type(value)] == CONTAINER]
