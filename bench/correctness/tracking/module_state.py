"""State of the standard library's modules and of the process, which workers share.

`sys.stdout = out` changes what every other worker prints to.  Each change is noted, and
undone before the next run.
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
from bench.correctness.tracking.base_slots import module_of, namespace_of
from bench.correctness.tracking.type_traits import PROGRAM

MISSING = object()  # the value of a name that was not there
# What undoes the changes of modules and of the process, oldest first.
CHANGES: list[Callable[[], object]] = []
# Of functions and classes of the program: the special attributes that were written
# since all were last restored.
SPECIAL_WRITES: list[str] = []
# Functions of the process's state: what they read or write, and whether they write.
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
SAVES: dict[str, Callable[[], Callable[[], object]]] = {  # what undoes a change
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
    """A call that sets what it was."""
    return lambda: function(*values)


def current_umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def save_process_state(what: str) -> None:
    """Note what must be restored before the process's state changes."""
    if what in SAVES:
        CHANGES.append(SAVES[what]())


def save_modules() -> None:
    """Note what `sys.modules` holds; modules that a run imports first are kept."""
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
    """Whether this is a module or a class, neither the program's nor a model's."""
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
    """Note what must be restored before an attribute is set or deleted."""
    if is_foreign(owner):
        save_attribute(owner, name)
    elif name.startswith("__") and type(owner) is not types.ModuleType:
        SPECIAL_WRITES.append(name)


def save_attribute(owner: Any, name: str) -> None:
    """Note the value of a module's or a class's attribute before it is changed."""
    before = namespace_of(owner).get(name, MISSING)
    kind: Any = types.ModuleType if type(owner) is types.ModuleType else type

    def undo() -> None:
        if before is not MISSING:
            kind.__setattr__(owner, name, before)
        elif name in namespace_of(owner):
            kind.__delattr__(owner, name)

    CHANGES.append(undo)


def undo_changes(kept: int = 0) -> None:
    """Undo the changes, but the first `kept`."""
    while len(CHANGES) > kept:
        CHANGES.pop()()


class Environment(NamedTuple):
    """The search path for modules and the environment variables, at some time."""

    path: list[str]
    variables: dict[str, str]
    encoded: dict[Any, Any]  # the variables as `os.environ` keeps them: fast to compare


def environment() -> Environment:
    """The present search path and variables, to be restored later."""
    return Environment(list(sys.path), dict(os.environ), dict(encoded_variables()))


def encoded_variables() -> dict[Any, Any]:
    found: dict[Any, Any] = vars(os.environ)["_data"]
    return found


def is_environment(saved: Environment) -> bool:
    """Whether the search path and the environment variables have these values."""
    return sys.path == saved.path and has_variables(saved)


def restore_environment(saved: Environment) -> None:
    """Give the search path and the environment variables these values."""
    if sys.path != saved.path:
        sys.path[:] = saved.path
    if not is_known(saved) and not has_variables(saved):
        for name in set(os.environ) - set(saved.variables):
            del os.environ[name]
        os.environ.update(saved.variables)


# Those that the environment variables are known to have, while changes are watched: to
# compare all of them in each run would take long.
KNOWN_VARIABLES: list[Environment] = []
WATCHES: list["EnvironmentWatched"] = []  # those in progress


def is_known(saved: Environment) -> bool:
    """Whether the environment variables are known to have these values."""
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
    """A time in which it is noticed that environment variables are changed."""

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
    """A method that changes the environment variables, and notes it."""

    def change(*args: Any) -> None:
        KNOWN_VARIABLES.clear()
        method(*args)

    return change


def access_process_state(what: str, write: bool, site: int) -> None:
    """Report an access to something that the process has only one of."""
    if write:
        save_process_state(what)
        note_change()
    operation(("process", what), None, write, site, (SITES[site].verb, what))
