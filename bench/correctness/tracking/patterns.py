"""The hook of `match`: what the patterns may read of the subject."""

import types
from typing import Any

from bench.correctness.engine.kernel import kernel
from bench.correctness.tracking.accesses import access_attribute
from bench.correctness.tracking.base_slots import (
    class_attribute,
    items_within,
    namespace_of,
    stored,
)
from bench.correctness.tracking.containers import read_container

DEPTH = 3  # patterns within patterns
ITEMS = 20  # of a container, at most, that are read as well


def match_pattern(subject: Any, names: str, site: int) -> Any:
    """Report what patterns read of a subject; names: the attributes that they name."""
    if not kernel.alone:
        read_subject(subject, tuple(names.split()), site, DEPTH)
    return subject


def match_next_pattern(subject: Any, names: str, site: int) -> bool:
    """Report what the pattern of the next case reads of the subject; return False."""
    match_pattern(subject, names, site)
    return False


def read_subject(value: Any, names: tuple[str, ...], site: int, depth: int) -> None:
    """Report that a value is read, and what is in it, down to this depth."""
    read_container(value, site)
    if not depth:
        return
    if issubclass(type(value), (dict, list, tuple)):
        inside = list(items_within(value))[:ITEMS]
    else:
        inside = read_attributes(value, names, site)
    for item in inside:
        read_subject(item, names, site, depth - 1)


def read_attributes(value: Any, names: tuple[str, ...], site: int) -> list[Any]:
    """Report reads of attributes that hold values, and return these values.

    Properties are left out: their own code calls hooks.
    """
    kind = type(value)
    own = namespace_of(value)
    found = []
    positional = class_attribute(kind, "__match_args__")
    if type(positional) is tuple:
        names = (*names, *positional)
    for name in dict.fromkeys(names):
        slot = class_attribute(kind, name)
        if name in own or type(slot) is types.MemberDescriptorType:
            access_attribute(value, name, False, site)
            found.append(stored(value, name))
    return found
