"""The hook of `match`: it reports what each pattern reads of its subject."""

import builtins
import sys
import types
from collections.abc import Iterable
from functools import lru_cache, partial
from typing import Any

from bench.correctness.engine.frames import locals_of
from bench.correctness.engine.kernel import kernel
from bench.correctness.instrument.match_rewriter import (
    ATTRIBUTE_OF,
    COMPARED,
    CONTENTS,
    KEYS,
    READERS,
    VARIABLE,
)
from bench.correctness.instrument.sites import SITES
from bench.correctness.tracking.accesses import access_attribute
from bench.correctness.tracking.base_slots import (
    bases,
    class_attribute,
    members,
    module_of,
    namespace_of,
    stored,
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
from bench.correctness.tracking.variables import reported_variable


class Reader(type):
    """A metaclass: the instance test of its classes reports what a pattern reads.

    The test always succeeds.
    """

    what: str
    site: int

    def __instancecheck__(cls, subject: Any) -> bool:
        if not kernel.alone:
            what = cls.what
            if what in (COMPARED, KEYS):
                note_subject(sys._getframe(1), subject, cls.site)
            elif what == VARIABLE:
                reported_variable(cls.site, sys._getframe(1).f_globals)
            elif what.startswith(ATTRIBUTE_OF):
                path = what.removeprefix(ATTRIBUTE_OF)
                owner = owner_named(path, sys._getframe(1))
                if owner is not None:
                    access_attribute(owner, SITES[cls.site].key, False, cls.site)
            else:
                read_subject(subject, what, cls.site)
        return True


class Told:
    """Holds the value of a value pattern.

    A value pattern cannot be a call such as `hook()`.  It can be an attribute of the
    result of a call, such as `hook().value`.  So the hook returns this object, and the
    pattern reads its attribute `value`.
    """

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value


# By frame: the subject of a `match`, while its value pattern or keys are evaluated.
SUBJECTS: dict[int, tuple[Any, int]] = {}
# If an evaluation raises an exception, its entry is not removed.  So if there are more
# entries than this number, all are removed.
MOST_SUBJECTS = 50


def note_subject(frame: types.FrameType, subject: Any, site: int) -> None:
    """Note the subject of a `match`, which is compared with the next value or key."""
    if len(SUBJECTS) > MOST_SUBJECTS:
        SUBJECTS.clear()
    SUBJECTS[id(frame)] = subject, site


def pattern_value(value: Any, site: int) -> Told:
    """Report that the subject is compared with a pattern's value; wrap the value."""
    if not kernel.alone:
        subject, read_at = SUBJECTS.pop(id(sys._getframe(1)), (None, site))
        read_deeply(value, site)
        read_deeply(subject, read_at)
    return Told(value)


def owner_named(path: str, frame: types.FrameType) -> Any:
    """Return the value of a dotted name in a frame, or None if it cannot be found."""
    first, *names = path.split(".")
    for scope in (locals_of(frame), frame.f_globals, vars(builtins)):
        if first in scope:
            found = scope[first]
            break
    else:
        return None
    for name in names:
        found = plain_attribute(found, name)
    return found


def plain_attribute(thing: Any, name: str) -> Any:
    """Return an attribute without running code; None if this is not possible."""
    kind = type(thing)
    classes = bases(thing) if issubclass(kind, type) else ()
    for owner in classes:
        if name in members(owner):
            return members(owner)[name]
    own = stored(thing, name)
    if own is not None:
        return own
    found = class_attribute(kind, name)
    return None if class_attribute(type(found), "__get__") else found


@lru_cache(maxsize=1_000)
def pattern_readers(*parts: Any) -> types.SimpleNamespace:
    """Make the readers of a match.

    `parts`: first what each pattern reads, then the sites of these reads in the same
    order.
    """
    number = len(parts) // 2
    readers = types.SimpleNamespace()
    for index, (what, site) in enumerate(
        zip(parts[:number], parts[number:], strict=True)
    ):
        # A reader is used in the form `case reader(p)`.  For most classes, Python would
        # match `p` with an attribute of the subject.  For `int` and classes derived
        # from `int`, it matches `p` with the subject itself: `case int(n)` binds `n` to
        # the subject.
        reader = Reader("Reader", (int,), {"what": what, "site": site})
        setattr(readers, f"{READERS}{index}", reader)
    return readers


def read_subject(subject: Any, what: str, site: int) -> None:
    """Report what a pattern reads of its subject: contents, or attributes."""
    if what == CONTENTS:
        read_container(subject, site)
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
    for name in dict.fromkeys(names):  # the subject is a module, a class or a function
        access_attribute(subject, name, False, site)


def attribute_reads(subject: Any, names: Iterable[str]) -> list[ObjectAccess]:
    """List the reads of attributes that workers write; these reads are one operation.

    Properties are left out, because their own code calls hooks.
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
    """List the reads of an attribute in the program's classes, one class at a time."""
    found: list[ObjectAccess] = []
    for owner in bases(kind):
        if module_of(owner) in PROGRAM:
            found.append((owner, name, False))
        if name in members(owner):
            break
    return found
