"""Report the attributes that a function without hooks sets on its first argument.

For example, `setLevel` of `logging` sets the attribute `level` of its logger.  The
instructions of the function show the names of such attributes.
"""

import dis
import logging
import types
from typing import Any

from bench.correctness.tracking.accesses import access_attribute
from bench.correctness.tracking.base_slots import bases, members
from bench.correctness.tracking.type_cache import TypeCache

SETTING = ("STORE_ATTR", "DELETE_ATTR")
MAX_CODES = 1_000  # a full cache is cleared
# By the `id` of a code object: the code object, and the attributes that it sets.
KNOWN: dict[int, tuple[types.CodeType, tuple[str, ...]]] = {}


def report_set_attributes(
    function: types.FunctionType, args: tuple[Any, ...], site: int
) -> None:
    """Report the attributes that a function sets on its first argument.

    If the getter of a property uses such an attribute, the property counts as set, too.
    The functions that this function calls are not examined.
    """
    if function is logging.disable:
        access_attribute(logging.root.manager, "disable", True, site)
        return
    code = function.__code__
    known = KNOWN.get(id(code))
    if known is None:
        if len(KNOWN) >= MAX_CODES:
            KNOWN.clear()
        known = KNOWN[id(code)] = code, names_set(code)
    names = known[1]
    if not (names and args):
        return
    for name in names:
        access_attribute(args[0], name, True, site)
    for name, read in PROPERTIES[type(args[0])]:
        if not read.isdisjoint(names):
            access_attribute(args[0], name, True, site)


def names_set(code: types.CodeType) -> tuple[str, ...]:
    """Return the names of attributes that a function sets on its first argument."""
    if not code.co_argcount:
        return ()
    found: dict[str, None] = {}
    loaded: Any = None  # the variable that was loaded last
    for one in dis.get_instructions(code):
        if one.opname in SETTING and loaded == code.co_varnames[0]:
            found[one.argval] = None
        loaded = one.argval if one.opname.startswith("LOAD_FAST") else None
        if type(loaded) is tuple:  # one instruction loads two variables
            loaded = loaded[-1]
    return tuple(found)


def properties(kind: type) -> list[tuple[str, frozenset[str]]]:
    """Return the properties of a type, and the names that the getter of each uses."""
    return [
        (name, frozenset(one.fget.__code__.co_names))
        for owner in bases(kind)
        for name, one in members(owner).items()
        if type(one) is property and type(one.fget) is types.FunctionType
    ]


PROPERTIES = TypeCache(properties)
