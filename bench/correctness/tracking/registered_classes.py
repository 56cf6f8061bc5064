"""Classes that are registered with an abstract one, which `isinstance` looks at.

All registrations count as one shared place: `isinstance(x, A)` also searches those of
A's subclasses.
"""

import abc
from typing import Any

from bench.correctness.engine.kernel import kernel
from bench.correctness.tracking.accesses import read_class
from bench.correctness.tracking.module_state import CHANGES, access_process_state

REGISTER = abc.ABCMeta.register
# A point id: from now on `isinstance` reads the classes that are registered.
REGISTERED = "classes are registered"
PLACE = "registered classes"
# A point id: from now on a new class is a write of the list of those below another.
SUBCLASSES = "subclasses"
METHODS_OF_CLASSES = {"mro", "__subclasses__"}  # those that read what may change
dump_of: Any = vars(abc)["_get_dump"]  # its first part: weak references to classes


def report_registration(site: int) -> None:
    """Report that a class is about to be registered."""
    kernel.discover(REGISTERED)
    access_process_state(PLACE, True, site)


def report_lineage(cls: Any, method: str, site: int) -> None:
    """Report that a class is asked for those above it, or below it."""
    if method == "mro":
        read_class(cls, site)
        return
    kernel.discover(SUBCLASSES)
    access_process_state(SUBCLASSES, False, site)


def making_class(site: int) -> None:
    """Report that a class is about to be made: its bases will know it."""
    if SUBCLASSES in kernel.points and not kernel.alone:
        access_process_state(SUBCLASSES, True, site)


def making_type(members: Any, site: int) -> Any:
    """The same of a call of `type`; return its last argument."""
    making_class(site)
    return members


def save_registered(owner: Any) -> None:
    """Note which classes are registered with an abstract one, before that changes."""
    before = [reference() for reference in dump_of(owner)[0]]

    def undo() -> None:
        owner._abc_registry_clear()
        for one in before:
            if one is not None:
                REGISTER(owner, one)
        for base in owner.__mro__:
            if issubclass(type(base), abc.ABCMeta):
                base._abc_caches_clear()

    CHANGES.append(undo)


def read_kind(thing: Any, site: int) -> Any:
    """Report that a class, or that of an object, is looked at; return the thing."""
    if REGISTERED in kernel.points and not kernel.alone:
        access_process_state(PLACE, False, site)
    return read_class(thing, site)
