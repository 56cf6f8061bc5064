"""State of the standard library's modules and of the process, which workers share.

For example, after `sys.stdout = out` the output of every worker goes to `out`.  Each
change of such state is recorded.  Before the next run, all changes are undone.
"""

import _thread
import gc
import locale
import os
import sys
import types
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

from bench.correctness.engine.frames import is_ours
from bench.correctness.engine.kernel import note_change, operation
from bench.correctness.instrument.sites import SITES
from bench.correctness.tracking.base_slots import (
    is_foreign_enum,
    module_of,
    namespace_of,
)
from bench.correctness.tracking.type_traits import PROGRAM, SPECIAL, TRACKED

MISSING = object()  # stands for the value of a name that did not exist
# Functions that undo the changes of modules and of the process, oldest change first.
CHANGES: list[Callable[[], object]] = []
# The special attributes of the program's functions and classes that were written since
# the last restoration.
SPECIAL_WRITES: list[str] = []
# By function: which state of the process it accesses, and whether it writes.
PROCESS_STATE: dict[Any, tuple[str, bool]] = {
    os.chdir: ("working directory", True),
    os.getcwd: ("working directory", False),
    os.getcwdb: ("working directory", False),
    os.umask: ("umask", True),
    sys.setrecursionlimit: ("recursion limit", True),
    sys.getrecursionlimit: ("recursion limit", False),
    sys.setswitchinterval: ("switch interval", True),
    sys.getswitchinterval: ("switch interval", False),
    locale.setlocale: ("locale", True),
    locale.getlocale: ("locale", False),
    locale.localeconv: ("locale", False),
    gc.enable: ("garbage collector", True),
    gc.disable: ("garbage collector", True),
    gc.isenabled: ("garbage collector", False),
    gc.set_threshold: ("thresholds of the garbage collector", True),
    gc.get_threshold: ("thresholds of the garbage collector", False),
    sys.set_int_max_str_digits: ("most digits of a number", True),
    sys.get_int_max_str_digits: ("most digits of a number", False),
    _thread.stack_size: ("stack size of threads", True),
}
# By part of the state: a function that saves the part, and returns the function that
# restores it.
SAVES: dict[str, Callable[[], Callable[[], object]]] = {
    "working directory": lambda: restoring(os.chdir, os.getcwd()),
    "umask": lambda: restoring(os.umask, current_umask()),
    "recursion limit": lambda: restoring(
        sys.setrecursionlimit, sys.getrecursionlimit()
    ),
    "switch interval": lambda: restoring(
        sys.setswitchinterval, sys.getswitchinterval()
    ),
    "locale": lambda: restoring(
        locale.setlocale, locale.LC_ALL, locale.setlocale(locale.LC_ALL)
    ),
    "garbage collector": lambda: gc.enable if gc.isenabled() else gc.disable,
    "thresholds of the garbage collector": lambda: restoring(
        gc.set_threshold, *gc.get_threshold()
    ),
    "most digits of a number": lambda: restoring(
        sys.set_int_max_str_digits, sys.get_int_max_str_digits()
    ),
    "stack size of threads": lambda: restoring(
        _thread.stack_size, _thread.stack_size()
    ),
}


def restoring(function: Callable[..., object], *values: Any) -> Callable[[], object]:
    """Return a function that restores these values."""
    return lambda: function(*values)


def current_umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def save_process_state(what: str) -> None:
    """Save a part of the process's state before it changes."""
    if what in SAVES:
        CHANGES.append(SAVES[what]())


def save_modules() -> None:
    """Save the entries of `sys.modules`.

    The restoration removes the new entries that the program has set itself.  It keeps
    the new entries of imports: there the `__spec__` of the module has the name of the
    entry.
    """
    before = dict(sys.modules)

    def undo() -> None:
        if sys.modules == before:
            return
        for name in sys.modules.keys() - before.keys():
            spec = getattr(sys.modules[name], "__spec__", None)
            if spec is None or spec.name != name:
                del sys.modules[name]
        for name, module in before.items():
            if sys.modules.get(name) is not module:
                sys.modules[name] = module

    CHANGES.append(undo)


def is_foreign(thing: Any) -> bool:
    """Whether a module or class is neither the program's nor a model."""
    kind = type(thing)
    if kind is types.ModuleType:
        return is_foreign_module(thing)
    if not issubclass(kind, type):
        return False
    module = module_of(thing)
    return module not in PROGRAM and not is_ours(module)


def is_foreign_module(module: Any) -> bool:
    """Whether a module is neither the program's nor a model."""
    names = namespace_of(module)
    return names.get("__spec__") is not None and "_explored_" not in names


def save_before_write(owner: Any, name: str) -> None:
    """Save an attribute before it is set or deleted."""
    if is_foreign(owner):
        save_attribute(owner, name)
    elif is_foreign_enum(type(owner), PROGRAM):
        save_item(namespace_of(owner), name)
    elif (
        name.startswith("__")
        and type(owner) is not types.ModuleType
        and TRACKED[type(owner)] == SPECIAL
    ):
        SPECIAL_WRITES.append(name)


def save_attribute(owner: Any, name: str) -> None:
    """Save the attribute of a module or a class before it is changed."""
    before = namespace_of(owner).get(name, MISSING)
    kind: Any = types.ModuleType if type(owner) is types.ModuleType else type

    def undo() -> None:
        if before is not MISSING:
            kind.__setattr__(owner, name, before)
        elif name in namespace_of(owner):
            kind.__delattr__(owner, name)

    CHANGES.append(undo)


def save_item(names: dict[str, Any], name: str) -> None:
    """Save an attribute of an object in its `__dict__` before it is changed."""
    before = names.get(name, MISSING)

    def undo() -> None:
        if before is not MISSING:
            names[name] = before
        else:
            names.pop(name, None)

    CHANGES.append(undo)


def undo_changes(kept: int = 0) -> None:
    """Undo all changes except the first `kept` changes."""
    while len(CHANGES) > kept:
        CHANGES.pop()()


class Environment(NamedTuple):
    """The search path for modules and the environment variables, at some time."""

    path: list[str]
    variables: dict[str, str]
    encoded: dict[Any, Any]  # the variables as stored in `os.environ`: fast to compare


def environment() -> Environment:
    """Return the present search path and environment variables."""
    return Environment(list(sys.path), dict(os.environ), dict(encoded_variables()))


def encoded_variables() -> dict[Any, Any]:
    found: dict[Any, Any] = vars(os.environ)["_data"]
    return found


def is_environment(saved: Environment) -> bool:
    """Whether the search path and the environment variables have these values."""
    return sys.path == saved.path and has_variables(saved)


def restore_environment(saved: Environment) -> None:
    """Restore the search path and the environment variables to these values."""
    if sys.path != saved.path:
        sys.path[:] = saved.path
    if not is_known(saved) and not has_variables(saved):
        for name in set(os.environ) - set(saved.variables):
            del os.environ[name]
        os.environ.update(saved.variables)


# Has the saved Environment whose variables are known to equal the present ones, or is
# empty.  A comparison that finds no difference adds the entry, and each change of a
# variable removes it.  A comparison takes long, and with the entry none is needed.
# Changes are noticed only in an EnvironmentWatched, so outside of it the list is empty.
KNOWN_VARIABLES: list[Environment] = []
WATCHES: list["EnvironmentWatched"] = []  # the contexts that are active now


def is_known(saved: Environment) -> bool:
    """Whether a comparison found these values, and no variable has changed since."""
    return bool(KNOWN_VARIABLES) and KNOWN_VARIABLES[0] is saved


def has_variables(saved: Environment) -> bool:
    """Whether the environment variables have these values."""
    if is_known(saved):
        return True
    if encoded_variables() != saved.encoded:
        return False
    if WATCHES:
        KNOWN_VARIABLES[:] = [saved]
    return True


class EnvironmentWatched:
    """A context in which changes of environment variables are noticed."""

    __slots__ = ("deleting", "setting")

    def __enter__(self) -> None:
        WATCHES.append(self)
        kind: Any = type(os.environ)
        self.setting, self.deleting = kind.__setitem__, kind.__delitem__
        kind.__setitem__ = noting_changes(self.setting)
        kind.__delitem__ = noting_changes(self.deleting)

    def __exit__(self, *_: object) -> None:
        WATCHES.remove(self)
        KNOWN_VARIABLES.clear()
        kind: Any = type(os.environ)
        kind.__setitem__, kind.__delitem__ = self.setting, self.deleting


@cache
def noting_changes(method: Callable[..., None]) -> Callable[..., None]:
    """Wrap a method that changes environment variables: it clears KNOWN_VARIABLES."""

    def change(*args: Any) -> None:
        KNOWN_VARIABLES.clear()
        method(*args)

    return change


def access_process_state(what: str, write: bool, site: int) -> None:
    """Report an access to state of the whole process."""
    if write:
        save_process_state(what)
        note_change()
    operation(("process", what), None, write, site, (SITES[site].verb, what))
