"""The hooks of `thing.__dict__`: an access to this dict is an access to attributes."""

from functools import partial
from typing import Any

from bench.correctness.engine.kernel import kernel
from bench.correctness.tracking.attributes import read_attribute, write_attribute
from bench.correctness.tracking.base_slots import namespace_of
from bench.correctness.tracking.special_objects import ONE_DICT
from bench.correctness.tracking.type_traits import TRACKED


def read_dict(obj: Any, site: int) -> Any:
    """Report a read of an object's dict of attributes; return the object.

    Before the workers begin, the read is not reported, but the dict is registered.  The
    program may store the dict.  The registry then shows that a later access to the dict
    is an access to attributes of this object.
    """
    if not kernel.alone:
        return read_attribute(obj, site)
    note_dict(obj)
    return obj


def note_dict(obj: Any) -> None:
    """Register the dict of an object's attributes before the workers begin."""
    if TRACKED[type(obj)] and not issubclass(type(obj), type):
        kernel.register_namespace(namespace_of(obj), obj)


def note_first(obj: Any) -> None:
    """Register the new `__dict__` of an object, unless it is already registered."""
    if kernel.owner_of(namespace_of(obj)) is None:
        note_dict(obj)


def write_dict(obj: Any, site: int) -> Any:
    """Report that the `__dict__` of an object is about to be set; return the object.

    The new dict may also be the `__dict__` of another object.  Then both objects have
    the same attributes.
    """
    kernel.discover(ONE_DICT)
    kernel.note_finalizers()  # `first_of_dict` needs a run with stand-ins for objects
    if kernel.alone:
        kernel.note_replaced(partial(note_first, obj))
    return write_attribute(obj, site)
