"""The hooks of containers: their items, their contents as a whole, changes in place."""

import operator
from collections import defaultdict
from collections.abc import Callable
from types import FunctionType, MappingProxyType, MethodType
from typing import Any

from bench.correctness.engine.kernel import kernel
from bench.correctness.tracking.accesses import access
from bench.correctness.tracking.deep_reads import SCALARS, reads_within, report
from bench.correctness.tracking.type_traits import (
    CONTAINER,
    CONTENTS,
    VIEW,
    behind,
    plain,
)

MADE_BY = (FunctionType, MethodType)  # in which others may come between


def read_item(obj: Any, key: Any, site: int) -> Any:
    """Before an item is read."""
    if not kernel.alone:
        kind = type(obj)
        if kind is MappingProxyType:
            (obj_behind,) = behind(obj)
            access(obj_behind, plain(key), False, site, True)
        elif CONTENTS[kind] == CONTAINER:
            missing = kind is defaultdict and key not in obj
            if missing and type(obj.default_factory) in MADE_BY:
                make_missing(obj, key, site)
            else:
                access(obj, None if missing else plain(key), missing, site, True)
    return obj


def make_missing(obj: defaultdict[Any, Any], key: Any, site: int) -> None:
    """Look, make the default, and set it, as it does: others may come between."""
    access(obj, None, False, site, True)
    if key not in obj and obj.default_factory is not None:
        value = obj.default_factory()
        access(obj, None, True, site, True)
        obj[key] = value


def get_item(obj: Any, key: Any, site: int) -> Any:
    read_item(obj, key, site)
    return obj[key]


def write_item(obj: Any, key: Any, site: int) -> Any:
    """Before an item is set or deleted: a new key changes the whole."""
    if not kernel.alone and CONTENTS[type(obj)] == CONTAINER:
        key = plain(key)
        if key is not None and isinstance(obj, dict) and key not in obj:
            key = None
        access(obj, key, True, site, True)
    return obj


def read_whole(value: Any, site: int) -> Any:
    """Before something that may be a container is looked at as a whole."""
    if not kernel.alone:
        contents = CONTENTS[type(value)]
        if contents == CONTAINER:
            access(value, None, False, site, True)
        elif contents == VIEW:
            for container in behind(value):
                access(container, None, False, site, True)
    return value


def read_deep(value: Any, site: int) -> Any:
    """Before all of something is looked at: what is compared, or put into a text."""
    if not kernel.alone and not isinstance(value, SCALARS):
        reads = reads_within((value,), attributes=False)
        if len(reads) > 1 or (reads and reads[0][0] is not value):
            report(reads, site)
        else:
            read_whole(value, site)
    return value


IN_PLACE: dict[str, Callable[[Any, Any], Any]] = {
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


def augment(kind: str, value: Any, operand: Any, site: int) -> Any:
    """An augmented assignment's operation, which changes a container in place."""
    if not kernel.alone and CONTENTS[type(value)] == CONTAINER:
        access(value, None, True, site, True)
    return IN_PLACE[kind](value, operand)
