"""The hook of `match`: what each pattern reads of its subject."""

import types
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from bench.correctness.engine.kernel import kernel
from bench.correctness.instrument.match_rewriter import COMPARED, CONTENTS, READERS
from bench.correctness.tracking.base_slots import (
    bases,
    class_attribute,
    module_of,
    namespace_of,
)
from bench.correctness.tracking.containers import read_container, read_deeply
from bench.correctness.tracking.deep_reads import is_written, report
from bench.correctness.tracking.special_objects import also_names
from bench.correctness.tracking.type_traits import (
    MODELLED,
    MORTAL,
    ORDINARY,
    PROGRAM,
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
    report(attribute_reads(subject, dict.fromkeys(names)), site)


def attribute_reads(subject: Any, names: Iterable[str]) -> list[ObjectAccess]:
    """List the reads of attributes that workers write, which are one operation.

    Properties are left out: their own code calls hooks.
    """
    kind = type(subject)
    if TRACKED[kind] not in (ORDINARY, MORTAL, MODELLED):
        return []
    own = namespace_of(subject)
    found: list[ObjectAccess] = []
    for name in names:
        slot = class_attribute(kind, name)
        if is_written(name) and (
            name in own
            or type(slot) is types.MemberDescriptorType
            or not hasattr(type(slot), "__get__")
        ):
            found.append((subject, name, False))
            found += also_names(subject, name, False, "reads")
            if slot is not None and ("class", name) in kernel.points:
                found += [(one, name, False) for one in bases(kind) if is_own(one)]
    return found


def is_own(kind: type) -> bool:
    """Whether a class is the program's own."""
    return module_of(kind) in PROGRAM
