"""The hooks of attributes, called before an attribute is read, set or deleted."""

import types
from typing import Any

from bench.correctness.engine.kernel import kernel, note_change
from bench.correctness.instrument.sites import SITES
from bench.correctness.tracking.accesses import KNOWN, track_attribute
from bench.correctness.tracking.deep_reads import report
from bench.correctness.tracking.module_state import save_before_write
from bench.correctness.tracking.standard_state import read_of_module
from bench.correctness.tracking.type_traits import ORDINARY, SPECIAL, TRACKED
from bench.correctness.tracking.weak_references import WEAK, dropped_by_attribute

MODULE = types.ModuleType
ATTRIBUTE_FUNCTIONS = {  # functions, and whether they write the given attribute
    getattr: False, hasattr: False, setattr: True, delattr: True,
    object.__setattr__: True, object.__getattribute__: False,
    object.__delattr__: True, type.__setattr__: True, type.__getattribute__: False,
    type.__delattr__: True, types.ModuleType.__getattribute__: False,
}  # fmt: skip


def read_attribute(obj: Any, site: int) -> Any:
    """Report that an attribute is about to be read; return the object that has it."""
    if type(obj) is MODULE:
        read_of_module(obj, SITES[site].key)
    if kernel.alone:
        return obj
    try:
        tracked = KNOWN[type(obj)]
    except KeyError:
        tracked = TRACKED[type(obj)]
    if tracked:
        key = SITES[site].key
        if key in kernel.written_names or kernel.tracks_all_names:  # noqa: SIM114
            track_attribute(obj, key, False, site, tracked)
        elif tracked >= SPECIAL and (
            key == "__dict__" or not issubclass(type(obj), types.ModuleType)
        ):
            track_attribute(obj, key, False, site, tracked)
        elif not (worker := kernel.current).in_loop or kernel.mixed:
            worker.spin_budget -= 1  # `spend_spin_budget`, inlined for most reads
            if not worker.spin_budget:
                kernel.end_spin_budget(site)
    return obj


def write_attribute(obj: Any, site: int) -> Any:
    """Report that an attribute is about to be set or deleted; return the object."""
    try:
        tracked = KNOWN[type(obj)]
    except KeyError:
        tracked = TRACKED[type(obj)]
    if tracked:
        key = SITES[site].key
        if tracked != ORDINARY:
            save_before_write(obj, key)
        if not kernel.alone:
            if WEAK in kernel.points:
                report(dropped_by_attribute(obj, key), site)
            note_change()
            if key not in kernel.written_names:
                kernel.note_written(key)
            track_attribute(obj, key, True, site, tracked)
    return obj
