"""The hook of `match`: what the patterns may look at in the subject."""

import types
from typing import Any

from bench.correctness.engine.kernel import kernel
from bench.correctness.tracking.accesses import attribute
from bench.correctness.tracking.containers import read_whole

DEPTH = 3  # patterns within patterns
ITEMS = 20  # of a container, looked into


def match(subject: Any, names: str, site: int) -> Any:
    """Before a subject is compared with patterns that look at these attributes."""
    if not kernel.alone:
        look_into(subject, tuple(names.split()), site, DEPTH)
    return subject


def look_into(value: Any, names: tuple[str, ...], site: int, depth: int) -> None:
    read_whole(value, site)
    if not depth:
        return
    if isinstance(value, dict):
        inside = list(value.values())[:ITEMS]
    elif isinstance(value, list | tuple):
        inside = list(value)[:ITEMS]
    else:
        inside = attributes(value, names, site)
    for item in inside:
        look_into(item, names, site, depth - 1)


def attributes(value: Any, names: tuple[str, ...], site: int) -> list[Any]:
    """Look at those attributes that are no code: properties tell of themselves."""
    kind = type(value)
    own = getattr(value, "__dict__", {})
    found = []
    for name in dict.fromkeys((*names, *getattr(kind, "__match_args__", ()))):
        slot = getattr(kind, name, None)
        if name in own or isinstance(slot, types.MemberDescriptorType):
            attribute(value, name, False, site)
            found.append(getattr(value, name, None))
    return found
