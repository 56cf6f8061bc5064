"""What functions and methods that are not rewritten do to their arguments.

Only their names say whether they read or write.
"""

import types
from collections.abc import Iterable
from typing import Any

from bench.correctness.tracking.accesses import (
    access,
    access_attribute,
    shared_iterator,
)
from bench.correctness.tracking.deep_reads import (
    ObjectAccess,
    accesses_within,
    cell_contents,
    own_names,
    read_without_hook,
    report,
)
from bench.correctness.tracking.type_traits import (
    ASYNC_ITERATOR,
    CACHE,
    CONTAINER,
    CONTENTS,
    FIXED,
    METHOD,
    PROGRAM,
    SHARED,
    STATE,
    containers_behind,
    stable_key,
)

READING_METHODS = {
    "copy", "count", "get", "index", "items", "keys", "values", "__contains__",
    "__len__", "isdisjoint", "issubset", "issuperset", "union", "difference",
    "intersection", "symmetric_difference", "hex", "decode", "find", "getvalue",
    "tobytes", "tolist", "most_common", "elements", "__getitem__", "__iter__",
    "cache_info", "__reduce_ex__", "__reduce__", "__getstate__",
}  # fmt: skip
REDUCING_METHODS = ("__reduce_ex__", "__reduce__", "__getstate__")  # all attributes
FORMATTING_METHODS = ("format", "format_map")  # they read what the text names
KEYED_METHODS = {"get", "pop", "setdefault", "__getitem__", "__contains__"}
Arguments = tuple[Any, ...]


def report_arguments(
    site: int,
    args: Arguments,
    *,
    reading: bool,
    nested: bool = False,
    deep: bool = False,
    changed: Iterable[Any] = (),
) -> None:
    """Report what a function that is not rewritten does to its arguments.

    It writes to containers unless it is known to be only `reading`.  With `nested` it
    reads the containers in them; with `deep` attributes of objects too, as `copy.copy`
    does.  `changed` are containers beside the arguments that it writes to.
    """
    accesses: list[ObjectAccess] = [(one, None, True) for one in changed]
    for arg in args:
        contents = CONTENTS[type(arg)]
        if contents == CONTAINER:
            accesses.append((arg, None, not reading))
        elif contents == METHOD:  # it will be called, as a key or for each item
            if CONTENTS[type(arg.__self__)] == CONTAINER:
                write = arg.__name__ not in READING_METHODS
                accesses.append((arg.__self__, None, write))
        elif contents:
            accesses += [(one, None, False) for one in containers_behind(arg)]
            if contents == ASYNC_ITERATOR or hasattr(arg, "__next__"):
                accesses.append((shared_iterator(arg), None, True))
    if nested or deep:
        accesses += accesses_within(args, attributes=deep)
    if len(accesses) == 1 and accesses[0][1] is None:
        obj, _, write = accesses[0]
        access(obj, None, write, site, True)
    else:
        report(accesses, site)


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

    It writes to its object unless its name is in READING_METHODS, and to its arguments
    unless it `only_reads_args`.  With `deep` it reads attributes of objects too, and
    may change the containers in those of its own.
    """
    state = STATE[type(owner)]
    if type(owner) is CACHE:
        owner = owner.__wrapped__  # the object that other accesses to it name
    if state != SHARED:
        if state == FIXED:
            deep = name in FORMATTING_METHODS
            report_arguments(site, args, reading=True, deep=deep)
        return
    reading = name in READING_METHODS
    key = None
    if args and name in KEYED_METHODS and isinstance(owner, dict):
        key = stable_key(args[0])
        if not reading and (key not in owner or name == "pop"):
            key = None
        elif name == "setdefault":
            reading = True
    if name == "__setattr__" and args:
        access_attribute(owner, args[0], True, site)
        return
    access(shared_iterator(owner), key, not reading, site, True)
    foreign = type(owner).__module__ not in PROGRAM
    if reading and name in REDUCING_METHODS:
        args, deep = (owner,), True
    elif deep and foreign and CONTENTS[type(owner)] != CONTAINER:
        args = (owner, *args)  # it may read the objects that its attributes hold
    changed = containers_of(owner) if deep and foreign and not reading else ()
    report_arguments(site, args, reading=only_reads_args, deep=deep, changed=changed)


def containers_in_closure(function: Any, depth: int = 2) -> list[Any]:
    """The containers that a function has captured, itself or by functions it captured.

    `functools.singledispatch`, for example, keeps its table of functions so.
    """
    found = []
    for cell in function.__closure__ or ():
        value = cell_contents(cell)
        if CONTENTS[type(value)] == CONTAINER:
            found.append(value)
        elif depth and type(value) is types.FunctionType:
            found += containers_in_closure(value, depth - 1)
    return found


def containers_of(owner: Any) -> list[Any]:
    """The containers in an object's attributes, which its methods may change."""
    values = [read_without_hook(owner, name) for name in own_names(owner)]
    return [value for value in values if CONTENTS[type(value)] == CONTAINER]
