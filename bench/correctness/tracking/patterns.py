"""The hook of `match`: what each pattern reads of its subject."""

import types
from collections.abc import Iterable
from functools import lru_cache, partial
from typing import Any

from bench.correctness.engine.kernel import kernel
from bench.correctness.instrument.match_rewriter import COMPARED, CONTENTS, READERS
from bench.correctness.tracking.accesses import access_attribute
from bench.correctness.tracking.base_slots import (
    bases,
    class_attribute,
    members,
    module_of,
    namespace_of,
)
from bench.correctness.tracking.containers import read_container, read_deeply
from bench.correctness.tracking.deep_reads import is_written, report
from bench.correctness.tracking.special_objects import also_names
from bench.correctness.tracking.type_traits import (
    PROGRAM,
    SPECIAL,
    TRACKED,
    ObjectAccess,
)


class Reader(type):
    """A class of which all are instances; to ask reports what a pattern reads of it."""

    what: str
    site: int

    def __instancecheck__(cls, subject: Any) -> bool:
        if not kernel.alone:
            read_subject(subject, cls.what, cls.site)
        return True


@lru_cache(maxsize=1_000)
def pattern_readers(*parts: Any) -> types.SimpleNamespace:
    """Make the readers of a match: first what each pattern reads, then their sites."""
    number = len(parts) // 2
    readers = types.SimpleNamespace()
    for index, (what, site) in enumerate(
        zip(parts[:number], parts[number:], strict=True)
    ):
        # As with `int`, a pattern in parentheses is matched with the subject itself.
        reader = Reader("Reader", (int,), {"what": what, "site": site})
        setattr(readers, f"{READERS}{index}", reader)
    return readers


def read_subject(subject: Any, what: str, site: int) -> None:
    """Report what a pattern reads: contents, all that `==` reads, or attributes."""
    if what == CONTENTS:
        read_container(subject, site)
        return
    if what == COMPARED:
        read_deeply(subject, site)
        return
    count, *names = what.split()
    kind = type(subject)
    positional = class_attribute(kind, "__match_args__")
    if type(positional) is tuple:
        names = [*positional[: int(count)], *names]
    if TRACKED[kind] != SPECIAL:
        found = partial(attribute_reads, subject, dict.fromkeys(names))
        report(found(), site, found)
        return
    for name in dict.fromkeys(names):  # of a module, a class or a function
        access_attribute(subject, name, False, site)


def attribute_reads(subject: Any, names: Iterable[str]) -> list[ObjectAccess]:
    """List the reads of attributes that workers write, which are one operation.

    Properties are left out: their own code calls hooks.
    """
    kind = type(subject)
    if not TRACKED[kind]:
        return []
    own = namespace_of(subject)
    found: list[ObjectAccess] = []
    for name in names:
        slot = class_attribute(kind, name)
        if is_written(name) and (
            name in own
            or type(slot) is types.MemberDescriptorType
            or class_attribute(type(slot), "__get__") is None
        ):
            found.append((subject, name, False))
            found += also_names(subject, name, False, "reads")
            if ("class", name) in kernel.points:
                found += class_lookup(kind, name)
    return found


def class_lookup(kind: type, name: str) -> list[ObjectAccess]:
    """List the reads of an attribute of the program's classes, one after the other."""
    found: list[ObjectAccess] = []
    for owner in bases(kind):
        if module_of(owner) in PROGRAM:
            found.append((owner, name, False))
        if name in members(owner):
            break
    return found
