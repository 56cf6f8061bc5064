"""Weak references: what they find depends on whether another worker keeps the object.

A use of a weak reference reads it; whatever drops a strong reference to an object that
has weak ones writes them.  An object that dies otherwise, such as the value of a local
variable, is not seen.
"""

import ctypes
import gc
import types
import weakref
from collections.abc import Iterable
from typing import Any

from bench.correctness.engine.frames import is_ours
from bench.correctness.engine.kernel import kernel
from bench.correctness.tracking.base_slots import items_within, stored
from bench.correctness.tracking.type_traits import (
    MORTAL,
    PROXIES,
    TRACKED,
    ObjectAccess,
)

# A point id: from now on writes that drop references are looked at.
WEAK = "weak references are used"
MODULES = ("weakref", "_weakrefset")  # of weak dictionaries and sets
DEPTH = 3  # of what is looked at within what is dropped
MANY = 500  # objects, beyond which none is looked for
LASTING = (type, types.ModuleType, types.FrameType, types.CodeType)
referent_address = ctypes.pythonapi.PyWeakref_GetObject
referent_address.restype = ctypes.c_void_p
referent_address.argtypes = [ctypes.c_void_p]  # any other would look into the object


def behind_proxy(proxy: Any) -> Any:
    """The object that a weak proxy stands for; None once it is dead."""
    return ctypes.cast(referent_address(id(proxy)), ctypes.py_object).value


def life_read(reference: Any) -> list[ObjectAccess]:
    """The access that the use of a weak reference or proxy is."""
    note_weak()
    return [(reference, None, False)]


def note_weak() -> None:
    """Note that the program uses weak references: what dies must die in time."""
    kernel.discover(WEAK)
    kernel.note_finalizers()


def note_finalizer(cls: type, args: tuple[Any, ...]) -> None:
    """Note a new object that runs code when it dies, or when what it is given dies."""
    if TRACKED[cls] == MORTAL or (
        len(args) > 1 and issubclass(cls, (weakref.ref, weakref.finalize))
    ):
        kernel.note_finalizers()


def references_to(thing: Any) -> list[Any]:
    """The weak references to an object, without the explorer's own."""
    return [one for one in weakref.getweakrefs(thing) if not is_own(one)]


def is_own(reference: Any) -> bool:
    """Whether a weak reference is the explorer's own."""
    if type(reference) in PROXIES:  # its attributes are those of the object
        return False
    forget = reference.__callback__
    return type(forget) is types.FunctionType and is_ours(forget.__module__)


def lives_ended(dropped: Iterable[Any]) -> list[ObjectAccess]:
    """What a write changes that drops these objects, if any is weakly known.

    So is what they alone hold.  Another strong reference may keep them: then the write
    only seems to end them.  A weak dictionary or set forgets them.
    """
    found: list[ObjectAccess] = []
    for thing in with_parts(dropped):
        for reference in references_to(thing):
            found.append((reference, None, True))
            container = weak_container(reference)
            if container is not None:
                found.append((container, None, True))
    return found


def with_parts(things: Iterable[Any]) -> list[Any]:
    """Objects, and those that may die with them, each once."""
    found = {id(one): one for one in things}
    level = [*found.values()]
    for _ in range(DEPTH):
        parts = [part for one in level for part in parts_of(one)]
        level = [one for one in parts if id(one) not in found]
        found |= {id(one): one for one in level}
        if len(found) > MANY:
            break
    return [*found.values()]


def parts_of(thing: Any) -> list[Any]:
    """The objects that an object holds and that may die with it."""
    kind = type(thing)
    if kind is types.FunctionType:
        return [*(thing.__closure__ or ())]
    if issubclass(kind, LASTING):
        return []
    return [one for one in gc.get_referents(thing) if gc.is_tracked(one)]


def weak_container(reference: Any) -> Any:
    """The weak dictionary or set, or finalizer, of a weak reference; or None."""
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
    """What the setting or deleting of an attribute may end."""
    return lives_ended([stored(owner, name)])


def dropped_by_change(container: Any) -> list[ObjectAccess]:
    """What a change of a container may end."""
    return lives_ended(items_within(container))
