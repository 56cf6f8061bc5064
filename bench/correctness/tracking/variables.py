"""The hooks of global and captured variables, which several functions share."""

import sys
import types
from collections.abc import Hashable
from importlib.util import resolve_name
from typing import Any

from bench.correctness.engine.kernel import (
    check_races,
    kernel,
    name_of,
    note_change,
    operation,
)
from bench.correctness.engine.races import NAMES
from bench.correctness.instrument.rewriter import PREFIX
from bench.correctness.instrument.sites import SITES
from bench.correctness.tracking.accesses import access_attribute, spend_spin_budget
from bench.correctness.tracking.base_slots import namespace_of


def read_variable(site: int, captures: Any = None) -> None:
    """Report that a shared variable is about to be read.

    `captures` is a function that captures the variable.  It is None for a global
    variable, and in a comprehension.
    """
    if not kernel.alone:
        key = SITES[site].key
        if key in kernel.written_names or kernel.tracks_all_names:
            access_variable(site, False, sys._getframe(1).f_globals, captures)
        else:
            spend_spin_budget(site)


def reported_variable(site: int, names: dict[str, Any]) -> None:
    """Report a read of a shared variable in code that has these global names."""
    if SITES[site].key in kernel.written_names or kernel.tracks_all_names:
        access_variable(site, False, names)


def write_variable(value: Any, site: int, captures: Any = None) -> Any:
    """Report that a shared variable is about to be bound; return the value."""
    if not kernel.alone:
        access_variable(site, True, sys._getframe(1).f_globals, captures)
    return value


def access_variable(
    site: int, write: bool, names: dict[str, Any], captures: Any = None
) -> None:
    """Report an access to the shared variable that a site names.

    `names` are the global names of the code at the site.  `captures`: see
    `read_variable`.

    The label of a captured variable has the form `x of f`, where `f` is the function
    that owns `x`.  Each call of `f` makes a new variable `x`, with a cell of its own.
    All these variables are one place, `x of f`, and each cell is a part of this place.
    `captures` shows the cell.  Without `captures`, the access is to the whole place.
    """
    info = SITES[site]
    if write:
        note_change()
        kernel.note_written(info.key)
    place = (info.file, info.key)
    part = captures and captures.__closure__ and name_of_cell(captures.__closure__[0])
    operation(place, part, write, site, (info.verb, info.key))
    if (
        kernel.tracks_name_sets
        and " " not in info.key  # the label of a global variable has no space
        and (
            info.verb == "deletes"
            or info.key not in names
            or info.file in kernel.filled
        )
    ):
        kernel.also_access((info.file, NAMES), write, site)
    if (
        kernel.recording
        and kernel.current.in_loop
        and not kernel.mixed
        and info.is_users
    ):
        kernel.annotate(info.verb, info.key, place)
        check_races(place, write, site, None, part)


def name_of_cell(cell: Any) -> Hashable:
    """The name of a cell, which is the same in each run."""
    return name_of(kernel.to_keep(cell))


def import_from(path: str, names: str, site: int) -> None:
    """Report that `from m import a` is about to read names, if the module is loaded.

    The names are variables of the module.  Another worker may bind them.
    """
    if kernel.alone:
        return
    if path.startswith("."):
        package = sys._getframe(1).f_globals.get("__package__")
        path = resolve_name(path, package) if package else ""
    module = sys.modules.get(path)
    if type(module) is not types.ModuleType or "_explored_" not in namespace_of(module):
        return
    for name in names.split():
        if name != "*":
            access_attribute(module, name, False, site)
            continue
        for one in [*namespace_of(module)]:
            if not one.startswith("_"):
                access_attribute(module, one, False, site)


def own_names(found: Any) -> Any:
    """What `locals()`, `vars()` or `dir()` returned, without names of the rewriter."""
    if type(found) is dict:
        for name in [one for one in found if str(one).startswith(PREFIX)]:
            del found[name]
    elif type(found) is list:
        found[:] = [one for one in found if not str(one).startswith(PREFIX)]
    return found
