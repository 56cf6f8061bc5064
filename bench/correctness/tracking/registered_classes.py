"""Registrations of classes with an abstract class; `isinstance` reads them.

All registrations are one shared place, because `isinstance(x, A)` also searches the
registrations of A's subclasses.
"""

import abc
from typing import Any

from bench.correctness.engine.kernel import kernel
from bench.correctness.tracking.accesses import read_class
from bench.correctness.tracking.module_state import CHANGES, access_process_state

REGISTER = abc.ABCMeta.register
# A point id: the program registers classes.  In runs with this point, `isinstance` is
# reported as a read of the registrations.
REGISTERED = "classes are registered"
PLACE = "registered classes"
# A point id, and a place: each class has a list of its subclasses, and the program has
# read such a list.  In runs with this point, the creation of a class is reported as a
# write of this place, because each base adds the new class to its list.
SUBCLASSES = "subclasses"
METHODS_OF_CLASSES = {"mro", "__subclasses__"}  # methods whose results may change
dump_of: Any = vars(abc)["_get_dump"]  # its first result: weak references to classes


def report_registration(site: int) -> None:
    """Report that a class is about to be registered."""
    kernel.discover(REGISTERED)
    access_process_state(PLACE, True, site)


def report_lineage(cls: Any, method: str, site: int) -> None:
    """Report that `mro` reads a class's bases, or `__subclasses__` its subclasses."""
    if method == "mro":
        read_class(cls, site)
        return
    kernel.discover(SUBCLASSES)
    access_process_state(SUBCLASSES, False, site)


def making_class(site: int) -> None:
    """Report that a class is about to be made.

    Each base of the new class will add this class to its list of subclasses.  So this
    is a write of the lists of subclasses.
    """
    if SUBCLASSES in kernel.points and not kernel.alone:
        access_process_state(SUBCLASSES, True, site)


def making_type(members: Any, site: int) -> Any:
    """Report that a call of `type` is about to make a class; return its members."""
    making_class(site)
    return members


def save_registered(owner: Any) -> None:
    """Save which classes are registered with an abstract class, before a change."""
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
    """Report a read of a class, or of the class of an object; return the argument.

    If the program registers classes, also report a read of the registrations.
    """
    if REGISTERED in kernel.points and not kernel.alone:
        access_process_state(PLACE, False, site)
    return read_class(thing, site)
