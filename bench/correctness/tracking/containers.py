"""The hooks of containers: items, contents as a whole, changes in place."""

import operator
from collections import defaultdict
from collections.abc import Callable
from types import FunctionType, MappingProxyType, MethodType
from typing import Any

from bench.correctness.engine.kernel import kernel
from bench.correctness.tracking.accesses import access
from bench.correctness.tracking.deep_reads import SCALARS, accesses_within, report
from bench.correctness.tracking.type_traits import (
    CONTAINER,
    CONTENTS,
    VIEW,
    containers_behind,
    stable_key,
)

# Types of default factories that are the program's code: other workers may run in it.
PROGRAM_FACTORIES = (FunctionType, MethodType)


def read_item(obj: Any, key: Any, site: int) -> Any:
    """Report that an item is about to be read; return the container."""
    if not kernel.alone:
        kind = type(obj)
        if kind is MappingProxyType:
            (mapping,) = containers_behind(obj)
            access(mapping, stable_key(key), False, site, True)
        elif CONTENTS[kind] == CONTAINER:
            missing = kind is defaultdict and key not in obj
            if missing and type(obj.default_factory) in PROGRAM_FACTORIES:
                add_missing(obj, key, site)
            else:
                access(obj, None if missing else stable_key(key), missing, site, True)
    return obj


def add_missing(obj: defaultdict[Any, Any], key: Any, site: int) -> None:
    """Do what a defaultdict does with a missing key, each of its accesses reported.

    It reads, calls the factory, and writes.  Other workers may run between these.
    """
    access(obj, None, False, site, True)
    if key not in obj and obj.default_factory is not None:
        value = obj.default_factory()
        access(obj, None, True, site, True)
        obj[key] = value


def get_item(obj: Any, key: Any, site: int) -> Any:
    """Report the read of an item, and return the item."""
    read_item(obj, key, site)
    return obj[key]


def write_item(obj: Any, key: Any, site: int) -> Any:
    """Report that an item is about to be set or deleted; return the container.

    A new key is a write of the whole container.
    """
    if not kernel.alone and CONTENTS[type(obj)] == CONTAINER:
        key = stable_key(key)
        if key is not None and isinstance(obj, dict) and key not in obj:
            key = None
        access(obj, key, True, site, True)
    return obj


def read_container(value: Any, site: int) -> Any:
    """Report that all items are about to be read, if the value is a container."""
    if not kernel.alone:
        contents = CONTENTS[type(value)]
        if contents == CONTAINER:
            access(value, None, False, site, True)
        elif contents == VIEW:
            for container in containers_behind(value):
                access(container, None, False, site, True)
    return value


def read_deeply(value: Any, site: int) -> Any:
    """Report that a value is about to be read with the containers within it.

    So are values that are compared, or formatted.
    """
    if not kernel.alone and not isinstance(value, SCALARS):
        accesses = accesses_within((value,), attributes=False)
        if len(accesses) > 1 or (accesses and accesses[0][0] is not value):
            report(accesses, site)
        else:
            read_container(value, site)
    return value


IN_PLACE: dict[str, Callable[[Any, Any], Any]] = {  # by the name of the node in `ast`
    "Add": operator.iadd,
    "Sub": operator.isub,
    "Mult": operator.imul,
    "MatMult": operator.imatmul,
    "Div": operator.itruediv,
    "Mod": operator.imod,
    "Pow": operator.ipow,
    "LShift": operator.ilshift,
    "RShift": operator.irshift,
    "BitOr": operator.ior,
    "BitXor": operator.ixor,
    "BitAnd": operator.iand,
    "FloorDiv": operator.ifloordiv,
}


def change_in_place(kind: str, value: Any, operand: Any, site: int) -> Any:
    """Do an augmented assignment's operation; report the change of a container.

    Return the result, which the program then assigns.
    """
    if not kernel.alone and CONTENTS[type(value)] == CONTAINER:
        access(value, None, True, site, True)
    return IN_PLACE[kind](value, operand)
