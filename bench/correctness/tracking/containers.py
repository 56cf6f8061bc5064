"""The hooks of containers: items, contents as a whole, changes in place."""

import sys
import types
from collections.abc import Callable
from functools import partial
from types import MappingProxyType
from typing import Any

from bench.correctness.engine.kernel import kernel
from bench.correctness.engine.operations import ANY_POINT
from bench.correctness.tracking.accesses import access, read_class
from bench.correctness.tracking.base_slots import (
    class_attribute,
    has_key,
    is_rewritten,
    item_key,
)
from bench.correctness.tracking.behind import accesses_behind
from bench.correctness.tracking.called_in_c import expect_python
from bench.correctness.tracking.deep_reads import SCALARS, accesses_within, report
from bench.correctness.tracking.factories import (
    DEFAULT_FACTORY,
    MISSING_OF_DEFAULTDICT,
    add_missing,
    calls_factory,
)
from bench.correctness.tracking.iterators import shared_iterator
from bench.correctness.tracking.one_step import note_special
from bench.correctness.tracking.rereads import repeat_reads
from bench.correctness.tracking.set_order import SETS, in_order
from bench.correctness.tracking.type_cache import TypeCache
from bench.correctness.tracking.type_traits import (
    CONTAINER,
    CONTENTS,
    DELETES_ITEMS_ITSELF,
    ITERATOR,
    OWN_ITEMS,
    READS_ITEMS_ITSELF,
    SETS_ITEMS_ITSELF,
    VIEW,
    ObjectAccess,
)
from bench.correctness.tracking.weak_references import WEAK, dropped_by_change

KNOWN_CONTENTS = CONTENTS.known


def read_item(obj: Any, key: Any, site: int) -> Any:
    """Report that an item is about to be read; return the container."""
    if not kernel.alone:
        kind = type(obj)
        if kind is MappingProxyType:
            for mapping, _, _ in accesses_behind(obj):
                report_item_read(mapping, key, site)
        elif CONTENTS[kind] == CONTAINER and not READS_ITEMS_ITSELF[kind]:
            report_item_read(obj, key, site)
        else:
            read_class(obj, site)
    return obj


def report_item_read(obj: Any, key: Any, site: int) -> None:
    """Report that an item of a container is about to be read.

    If the container is a defaultdict without this key, the read makes the item.  Other
    workers may run meanwhile, for example in the factory.  In this case the item is
    made here, so that each step of its making is reported.
    """
    if calls_factory(obj, key):
        add_missing(obj, key, site)
        return
    known, write = read_key(obj, key)
    if known is None:
        read_class(key, site)  # Python may look up `__index__` in the class of the key
    access(obj, known, write, site, True, partial(read_key, obj, key))
    if site in kernel.points:
        note_special(obj, site, "__getitem__")
    if calls_factory(obj, key):  # another worker has deleted the item meanwhile
        add_missing(obj, key, site)


def read_key(obj: Any, key: Any) -> tuple[Any, bool]:
    """Return the item that is about to be read, and whether the read may add a key.

    A `defaultdict` may add a missing key.  This counts as a write of the whole dict.
    """
    kind = type(obj)
    if issubclass(kind, dict) and not PLAIN_MISSING[kind] and not has_key(obj, key):
        missing = class_attribute(kind, "__missing__")
        return None, missing is not MISSING_OF_DEFAULTDICT or DEFAULT_FACTORY(
            obj
        ) is not None
    return None if OWN_ITEMS[kind] else item_key(obj, key), False


def plain_missing(kind: type) -> bool:
    """Whether a read of a missing key counts as a read, and not as a change.

    There are two cases.  The read changes nothing, or it calls a `__missing__` of the
    program, which reports its own changes.
    """
    method = class_attribute(kind, "__missing__")
    return method is None or is_rewritten(method)


PLAIN_MISSING = TypeCache(plain_missing)


def get_item(obj: Any, key: Any, site: int) -> Any:
    """Report the read of an item, and return the item."""
    read_item(obj, key, site)
    return obj[key]


def write_item(obj: Any, key: Any, site: int) -> Any:
    """Report that an item is about to be set; return the container.

    In a dict, a write with a new key counts as a write of the whole dict.
    """
    kind = type(obj)
    if not (kernel.alone or SETS_ITEMS_ITSELF[kind]) and CONTENTS[kind] == CONTAINER:
        if WEAK in kernel.points:
            report(dropped_by_change(obj), site)
        access(obj, *written_key(obj, key), site, True, partial(written_key, obj, key))
        if site in kernel.points:
            note_special(obj, site, "__setitem__")
    else:
        read_class(obj, site)
    return obj


def delete_item(obj: Any, key: Any, site: int) -> Any:
    """Report that an item is about to be deleted; return the container.

    In a sequence, the items after the deleted item move.  So the deletion counts as a
    write of all items.
    """
    kind = type(obj)
    if not (kernel.alone or DELETES_ITEMS_ITSELF[kind]) and CONTENTS[kind] == CONTAINER:
        if WEAK in kernel.points:
            report(dropped_by_change(obj), site)
        access(obj, *deleted_key(obj, key), site, True, partial(deleted_key, obj, key))
        if site in kernel.points:
            note_special(obj, site, "__delitem__")
    else:
        read_class(obj, site)
    return obj


def written_key(obj: Any, key: Any) -> tuple[Any, bool]:
    """Return the item that changes (None: all items), and True for a write."""
    kind = type(obj)
    known = None if OWN_ITEMS[kind] else item_key(obj, key)
    if (
        known is not None
        and issubclass(kind, dict)
        and not has_key(obj, known)
        and id(obj) not in kernel.namespaces
    ):
        return None, True
    return known, True


def deleted_key(obj: Any, key: Any) -> tuple[Any, bool]:
    """Return the item that is deleted (None: all items move), and True for a write."""
    return written_key(obj, key) if issubclass(type(obj), dict) else (None, True)


def read_container(value: Any, site: int) -> Any:
    """Report that all items of a container, a view or an iterator are about to be read.

    For any other value, report a read of its class.  Return the value.
    """
    if not kernel.alone:
        try:
            contents = KNOWN_CONTENTS[type(value)]
        except KeyError:
            contents = CONTENTS[type(value)]
        if contents == CONTAINER:
            access(value, None, False, site, True)
            if site in kernel.points:
                note_special(value, site, "__bool__", "__len__")
                again = partial(access, value, None, False, site, True)
                expect_python(value, again, depth=0)
        elif contents in (VIEW, ITERATOR):
            found = partial(accesses_to_all, value)
            report(found(), site, found)
        else:
            read_class(value, site)
    return value


def read_truth(value: Any, site: int) -> Any:
    """Report that C code is about to test the truth of a value; return the truth.

    The caller may make further reports before C code tests the value.  In these reports
    other workers may run, and may change the value.  So the value is tested right after
    its own report, and C code gets the truth.
    """
    if value is True or value is False:
        return value
    read_container(value, site)
    return bool(value)


def tested_returns(value: Any, site: int) -> Any:
    """Report that a special method such as `__eq__` returns; return its value.

    In one step, C code tests the truth of the value and continues to read.  So the read
    of the value and the further reads are reported as one operation.
    """
    frame = sys._getframe(1)
    if kernel.alone or CONTENTS[type(value)] != CONTAINER:
        repeat_reads(frame)
    else:
        kernel.as_one_operation(ANY_POINT, read_at_return, value, site, frame)
    return value


def read_at_return(value: Any, site: int, frame: types.FrameType) -> None:
    access(value, None, False, site, True)
    repeat_reads(frame)


def accesses_to_all(lazy: Any) -> list[ObjectAccess]:
    """List what an iterator or a view accesses to produce all its items."""
    found = accesses_behind(lazy)
    if CONTENTS[type(lazy)] == ITERATOR:  # unpacking takes all remaining items
        found.append((shared_iterator(lazy), None, True))
    return found


def unpack(value: Any, site: int) -> Any:
    """Report that a value is about to be unpacked; return what is to be unpacked."""
    read_container(value, site)
    if site in kernel.points and not kernel.alone:
        note_special(value, site, "__iter__")
    return in_order(value) if type(value) in SETS else value


def show(value: Any, site: int) -> Any:
    """Report that a value is about to be formatted; return what is to be formatted."""
    read_deeply(value, site)
    return in_order(value) if type(value) in SETS else value


def read_deeply(value: Any, site: int) -> Any:
    """Report that a value, and the containers within it, are about to be read.

    Values that are compared or formatted are read in this way.  Return the value.
    """
    if not kernel.alone and type(value) not in SCALARS:
        accesses = accesses_to_depth(value)
        again = None if site not in kernel.points else partial(accesses_to_depth, value)
        whole = len(accesses) == 1 and accesses[0][1] is None
        if accesses and (again or not (whole and accesses[0][0] is value)):
            report(accesses, site, again)
            if again is not None:
                expect_python(value, partial(report_again, again, site))
        else:
            read_container(value, site)
    return value


def report_again(found: Callable[[], list[ObjectAccess]], site: int) -> None:
    report(found(), site, found)


def accesses_to_depth(value: Any) -> list[ObjectAccess]:
    """List the reads of a value and of the containers within it."""
    found = accesses_within((value,), attributes=False)
    if CONTENTS[type(value)] in (VIEW, ITERATOR):
        found += accesses_to_all(value)
    return found


def write_slice(obj: Any, _: Any, value: Any, site: int) -> Any:
    """Report that a slice is about to be set to a value; return the container.

    The assignment also reads the items of the value.
    """
    if not (kernel.alone or SETS_ITEMS_ITSELF[type(obj)]):
        if WEAK in kernel.points:
            report(dropped_by_change(obj), site)
        found = partial(accesses_to_set, obj, value)
        report(found(), site, found)
    return obj


def accesses_to_set(obj: Any, value: Any) -> list[ObjectAccess]:
    """List the accesses of an assignment of a value to a slice of a container."""
    changed: list[ObjectAccess] = []
    if CONTENTS[type(obj)] == CONTAINER:
        changed.append((obj, None, True))
    return changed + accesses_to_items(value)


def accesses_to_items(value: Any) -> list[ObjectAccess]:
    """List the accesses of a read of all items of a value."""
    contents = CONTENTS[type(value)]
    if contents == CONTAINER:
        return [(value, None, False)]
    return accesses_to_all(value) if contents in (VIEW, ITERATOR) else []
