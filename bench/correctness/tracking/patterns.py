"""The hook of `match`: what the patterns may read of the subject."""

import types
from typing import Any

from bench.correctness.engine.kernel import kernel
from bench.correctness.tracking.accesses import access_attribute
from bench.correctness.tracking.containers import read_container

DEPTH = 3  # patterns within patterns
ITEMS = 20  # of a container, at most, that are read as well


def match_pattern(subject: Any, names: str, site: int) -> Any:
    """Report what patterns read of a subject; names: the attributes that they name."""
    if not kernel.alone:
        read_subject(subject, tuple(names.split()), site, DEPTH)
    return subject


def read_subject(value: Any, names: tuple[str, ...], site: int, depth: int) -> None:
    """Report that a value is read, and what is in it, down to this depth."""
    read_container(value, site)
    if not depth:
        return
    if isinstance(value, dict):
        inside = list(value.values())[:ITEMS]
    elif isinstance(value, list | tuple):
        inside = list(value)[:ITEMS]
    else:
        inside = read_attributes(value, names, site)
    for item in inside:
        read_subject(item, names, site, depth - 1)


def read_attributes(value: Any, names: tuple[str, ...], site: int) -> list[Any]:
    """Report reads of attributes that hold values, and return these values.

    Properties are left out: their own code calls hooks.
    """
    kind = type(value)
    own = getattr(value, "__dict__", {})
    found = []
    for name in dict.fromkeys((*names, *getattr(kind, "__match_args__", ()))):
        slot = getattr(kind, name, None)
        if name in own or isinstance(slot, types.MemberDescriptorType):
            access_attribute(value, name, False, site)
            found.append(getattr(value, name, None))
    return found
