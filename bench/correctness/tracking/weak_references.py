"""Weak references: whether they find an object depends on what other workers do.

A use of a weak reference counts as a read.  An operation that drops a strong reference
to an object counts as a write of all weak references to that object.  An object may
also be freed in other ways.  For example, it was the value of a local variable.  The
explorer does not see this.
"""

import ctypes
import gc
import types
import weakref
from collections import deque
from collections.abc import Iterable
from typing import Any

from bench.correctness.engine.frames import is_ours
from bench.correctness.engine.kernel import kernel
from bench.correctness.engine.transitions import Worker
from bench.correctness.tracking.base_slots import items_within, stored
from bench.correctness.tracking.type_traits import (
    MORTAL,
    PROXIES,
    TRACKED,
    ObjectAccess,
)

# A point id: the program uses weak references.  In runs with this point, an operation
# that drops a strong reference is reported as a write of weak references.
WEAK = "weak references are used"
MODULES = ("weakref", "_weakrefset")  # modules of weak dictionaries and sets
DEPTH = 3  # how many levels of objects within a dropped object are searched
MANY = 500  # the search ends after this many objects
KEEPING_METHODS = frozenset({
    "add", "append", "appendleft", "extend", "extendleft", "insert", "reverse",
    "rotate", "sort",
})  # fmt: skip
# Classes whose values allow no weak references, and refer to no objects.
ATOMS = frozenset({bool, bytes, float, int, str, types.NoneType})
MAXLEN = vars(deque)["maxlen"].__get__
LASTING = (type, types.ModuleType, types.FrameType, types.CodeType, Worker)
referent_address = ctypes.pythonapi.PyWeakref_GetObject
referent_address.restype = ctypes.c_void_p
# The argument is the address of a proxy.  With the type `py_object`, ctypes would read
# `__class__` of the proxy, and the proxy would read it from its object.  This read may
# run code of the program, and it fails if the object has been freed.
referent_address.argtypes = [ctypes.c_void_p]


def behind_proxy(proxy: Any) -> Any:
    """Return the object of a weak proxy; None if the object has been freed."""
    return ctypes.cast(referent_address(id(proxy)), ctypes.py_object).value


def life_read(reference: Any) -> list[ObjectAccess]:
    """List the access that a use of a weak reference or proxy makes."""
    note_weak()
    return [(reference, None, False)]


def note_weak() -> None:
    """Note that the program uses weak references.

    From now on, objects must be freed as soon as the program drops them.
    """
    kernel.discover(WEAK)
    kernel.note_finalizers()


def note_finalizer(cls: type, args: tuple[Any, ...]) -> None:
    """If a call of a class makes an object with a finalizer, note this.

    A finalizer is code that runs when an object is freed.  There are two cases.  If the
    new object has a `__del__`, this method runs when the new object is freed.  If the
    new object is a weak reference or a `weakref.finalize`, it may have a function.  The
    function runs when the object to which the new object refers is freed.
    """
    if TRACKED[cls] == MORTAL or (
        len(args) > 1 and issubclass(cls, (weakref.ref, weakref.finalize))
    ):
        kernel.note_finalizers()


def references_to(thing: Any) -> list[Any]:
    """Return the weak references to an object, without the explorer's own."""
    return [one for one in weakref.getweakrefs(thing) if not is_own(one)]


def is_own(reference: Any) -> bool:
    """Whether a weak reference is the explorer's own."""
    if type(reference) in PROXIES:  # a proxy has the attributes of its object
        return False
    forget = reference.__callback__
    return type(forget) is types.FunctionType and is_ours(forget.__module__)


def lives_ended(dropped: Iterable[Any]) -> list[ObjectAccess]:
    """List the weak references that are written when these objects are dropped.

    Objects that only these objects hold are dropped as well.  If a weak dictionary or
    set loses an object, this is a write of the container, too.  The list may contain a
    write that does not happen: another strong reference may keep the object alive.
    """
    found: list[ObjectAccess] = []
    # Most dropped values are atoms.  They are skipped to save time: the search of the
    # other values alone takes a tenth of the time of an exploration.
    for thing in with_parts([one for one in dropped if type(one) not in ATOMS]):
        for reference in references_to(thing):
            found.append((reference, None, True))
            container = weak_container(reference)
            if container is not None:
                found.append((container, None, True))
    return found


def with_parts(things: Iterable[Any]) -> list[Any]:
    """Return these objects, and those that may be freed with them; each occurs once."""
    found = {id(one): one for one in things}
    level = [*found.values()]
    for _ in range(DEPTH):
        if not level:
            break
        parts = [part for one in level for part in parts_of(one)]
        level = [one for one in parts if id(one) not in found]
        found |= {id(one): one for one in level}
        if len(found) > MANY:
            break
    return [*found.values()]


def parts_of(thing: Any) -> list[Any]:
    """Return the objects that an object holds, and that may be freed with it."""
    kind = type(thing)
    if kind is types.FunctionType:
        return [*(thing.__closure__ or ())]
    if issubclass(kind, LASTING):
        return []
    if thing is kernel.current.handle and thing.continues:
        # The callback of this handle has scheduled itself again.  The new handle refers
        # to the same function and arguments, so they are not freed with this handle.
        return []
    return [one for one in gc.get_referents(thing) if gc.is_tracked(one)]


def weak_container(reference: Any) -> Any:
    """Return the weak dict, weak set or finalizer to which a weak reference belongs.

    Returns None if the weak reference belongs to no such object.
    """
    if type(reference) in PROXIES:
        return None
    forget = reference.__callback__
    if isinstance(forget, weakref.finalize):
        return forget
    if type(forget) is not types.FunctionType or forget.__module__ not in MODULES:
        return None
    for default in forget.__defaults__ or ():
        if type(default) is weakref.ref:
            return default()
    return None


def dropped_by_attribute(owner: Any, name: str) -> list[ObjectAccess]:
    """List the weak references that are written if an attribute's value is dropped."""
    return lives_ended([stored(owner, name)])


def dropped_by_change(container: Any) -> list[ObjectAccess]:
    """List the weak references that are written if a container's items are dropped."""
    return lives_ended(items_within(container))


def drops_nothing(container: Any, method: str) -> bool:
    """Whether a method that changes a container keeps all of its items.

    A deque with a limit may lose an item when it gets a new one.
    """
    return method in KEEPING_METHODS and (
        issubclass(type(container), (list, set))
        or (issubclass(type(container), deque) and MAXLEN(container) is None)
    )
