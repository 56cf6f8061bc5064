"""Save the state that functions of standard modules change, and restore it.

For example, `calendar.setfirstweekday` sets an attribute of an object of `calendar`.
`mimetypes.add_type` sets an item of a dict.  When a run first calls a function of a
module, the state of the module is saved.  Before the next run, this state is restored.
If a run has changed a module, the module is a shared place from then on.  Each call of
one of its functions counts as a write of this place.
"""

import csv
import sys
import types
from functools import partial
from typing import Any

from bench.correctness.engine.kernel import kernel
from bench.correctness.tracking.changed_variables import (
    is_looked_at,
    is_standard,
    kept_names,
)
from bench.correctness.tracking.kept_values import CONTAINERS, PARTS, PLAIN, State
from bench.correctness.tracking.module_state import CHANGES, access_process_state

# Modules whose initialization reads files.  For each: the flag that shows whether the
# module is initialized, and the function that initializes the module.
FILLED_BY = {"mimetypes": ("inited", "init")}
# The `names` of `use_module` for a module in C.  No variable of the module is saved,
# because all of its state is in PARTS.
NO_NAMES: dict[str, Any] = {}
# Functions in C, and the module in PARTS to which each belongs.
IN_C: dict[Any, str] = dict.fromkeys(
    (
        csv.register_dialect, csv.unregister_dialect, csv.get_dialect,
        csv.list_dialects, csv.reader, csv.writer, csv.field_size_limit,
    ),
    "_csv",
)  # fmt: skip

SAVED: dict[str, State] = {}  # the states that modules had when last saved
USED: set[str] = set()  # modules saved since the present run or import began
PUT_BACK: set[str] = set()  # modules whose saved state was restored after a run
READ: dict[str, set[str]] = {}  # names that a program has read itself, by module
# Variables that are restored in other ways.
UNTOUCHED = {
    ("sys", "path"),
    ("sys", "modules"),
    ("os", "environ"),
    ("logging", "root"),
}


def changed(module: str) -> tuple[str, str]:
    """Return the point id that says that a run has changed the state of a module.

    If this point is known, the module is a shared place.  Each call of a function of
    the module then counts as a write of this place.
    """
    return "standard state", module


def use_module(module: str, names: dict[str, Any], site: int | None) -> None:
    """Note a call of a module's function, because it may use the state of the module.

    The first call in a run saves this state.  If the state is small, a later call tests
    whether it has changed since then; if so, the module becomes a shared place.  If the
    module is a shared place, the call is reported as a write of this place.  If the
    site is None, no other worker runs, and nothing is reported.
    """
    kept = kept_names(module, names)
    if not kept and module not in PARTS and module not in READ:
        return
    if module not in USED:
        save(module, names, kept)
    elif not kernel.alone and SAVED[module].is_small:
        discover_change(module)
    if site is not None and changed(module) in kernel.points:
        access_process_state(f"state of {module.lstrip('_')}", True, site)


def save(module: str, names: dict[str, Any], kept: set[str]) -> None:
    """Save the state of a module, to restore it after this run."""
    USED.add(module)
    kept = kept | READ.get(module, set())
    state = SAVED.get(module)
    if (
        state is None
        or state.names is not names
        or state.kept.keys() != kept
        or not (module in PUT_BACK or state.is_kept())
    ):
        state = SAVED[module] = State(module, names, kept)
    CHANGES.append(partial(undo, module, state))


def end_import() -> None:
    """Note that the import of a program has ended: runs begin with the present state.

    If a module in FILLED_BY is imported but not initialized, it is initialized now.
    So no run has to read its files.
    """
    USED.clear()
    PUT_BACK.clear()
    for module, (done, function) in FILLED_BY.items():
        names = vars(sys.modules[module]) if module in sys.modules else {done: True}
        if not names[done]:
            initialize: Any = names[function]
            initialize()


def undo(module: str, state: State) -> None:
    """Restore the state of a module."""
    USED.discard(module)
    if not state.is_kept():
        state.put_back()
    if SAVED[module] is state:
        PUT_BACK.add(module)


def discover_changes() -> None:
    """At the end of a run, make each module that the run has changed a shared place."""
    for module in USED:
        discover_change(module)


def discover_change(module: str) -> None:
    """Make a module a shared place if this run has changed its state."""
    if changed(module) not in kernel.points and not SAVED[module].is_kept():
        kernel.discover(changed(module))


def use_function(function: Any, site: int | None) -> None:
    """Note a call of a Python function that is not rewritten."""
    module = function.__module__
    if type(module) is str and is_looked_at(module):
        use_module(module, function.__globals__, site)


def use_class(module: str, site: int | None) -> None:
    """Note a call of a class of a module."""
    if is_looked_at(module) and module in sys.modules:
        use_module(module, vars(sys.modules[module]), site)


def read_of_module(module: types.ModuleType, name: str) -> None:
    """Note that the program reads a variable of a module.

    If the value may change, and the module is standard and not rewritten, the value is
    saved, to be restored before the next run.
    """
    names = vars(module)
    value = names.get(name)
    kind: Any = type(value)
    if kind in PLAIN:
        return
    path = str(names.get("__name__"))
    known = READ.get(path, ())
    if name in known and path in USED:
        return
    if (
        not (kind in CONTAINERS or kind.__dictoffset__)
        or not is_standard(path)
        or "_explored_" in names
        or (path, name) in UNTOUCHED
        or callable(value)
        or hasattr(kind, "write")
    ):
        return
    READ[path] = {*known, name}
    if path in USED:  # the saved state lacks this variable
        CHANGES.append(State(path, names, {name}).put_back)
    else:
        save(path, names, kept_names(path, names))
