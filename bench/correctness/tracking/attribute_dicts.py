"""The hook of `thing.__dict__ = names`: two objects may have the same attributes."""

from typing import Any

from bench.correctness.engine.kernel import kernel
from bench.correctness.tracking.accesses import write_attribute
from bench.correctness.tracking.special_objects import ONE_DICT


def write_dict(obj: Any, site: int) -> Any:
    """Report that an object is about to get a dict of attributes; return the object.

    Another object may have the same dict, and so the same attributes.
    """
    kernel.discover(ONE_DICT)
    kernel.note_finalizers()  # then something stands for each object
    return write_attribute(obj, site)
