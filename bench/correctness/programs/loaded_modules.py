"""The model of `sys.modules` that a program reads: it contains the models of modules.

Some code, such as `six`, computes the name of a module, imports the module, and then
reads it from `sys.modules`.  The real `sys.modules` has the real modules `queue` and
`threading`, and not their models.
"""

import sys
import types
from collections.abc import Callable, Iterator, MutableMapping
from typing import Any

from bench.correctness.engine.kernel import kernel
from bench.correctness.engine.refusals import refuse
from bench.correctness.instrument.sites import CALLBACK_SITE
from bench.correctness.tracking.accesses import access

ModelOf = Callable[[str], types.ModuleType | None]
MISSING = object()


class LoadedModules(MutableMapping[str, Any]):
    """A view of the real `sys.modules` with models in place of replaced modules.

    `model_of` gets the full name of a module and returns its model, or None if the
    program gets the real module.  `note_entry` is called with each name that the
    program sets or removes.

    Three methods are an exception: `values`, `items` and `copy` show no models, but the
    real modules.

    Each method that is not refused reports one access, as the methods of a dict do.
    The reason: workers share the entries, so two accesses to one entry may conflict.
    """

    def __init__(self, model_of: ModelOf, note_entry: Callable[[str], None]) -> None:
        self.model_of = model_of
        self.note_entry = note_entry

    def __getitem__(self, name: str) -> Any:
        report(name)
        return self.shown(name, sys.modules[name])

    def get(self, name: str, default: Any = None) -> Any:
        report(name)
        found = sys.modules.get(name, MISSING)
        return default if found is MISSING else self.shown(name, found)

    def __setitem__(self, name: str, module: Any) -> None:
        report(name, write=True)
        self.note_entry(name)
        sys.modules[name] = module

    def setdefault(self, name: str, default: Any = None) -> Any:
        report(name, write=name not in sys.modules)
        if name not in sys.modules:
            self.note_entry(name)
        return self.shown(name, sys.modules.setdefault(name, default))

    def __delitem__(self, name: str) -> None:
        report(name, write=True)
        self.note_entry(name)
        del sys.modules[name]

    def pop(self, name: str, *default: Any) -> Any:
        report(name, write=True)
        self.note_entry(name)
        found = sys.modules.pop(name, MISSING)
        if found is not MISSING:
            return self.shown(name, found)
        if default:
            return default[0]
        raise KeyError(name)

    def clear(self) -> None:
        """Refuse: without the entries, the explorer itself could not import modules."""
        refuse("sys.modules.clear()")()

    def popitem(self) -> tuple[str, Any]:
        refuse("sys.modules.popitem()")()
        raise KeyError

    def __contains__(self, name: object) -> bool:
        report(name)
        return name in sys.modules

    def __iter__(self) -> Iterator[str]:
        report(None)
        return iter(sys.modules)

    def __len__(self) -> int:
        report(None)
        return len(sys.modules)

    def __repr__(self) -> str:
        report(None)
        return repr(sys.modules)

    def keys(self) -> Any:
        report(None)
        return sys.modules.keys()

    def values(self) -> Any:
        report(None)
        return sys.modules.values()

    def items(self) -> Any:
        report(None)
        return sys.modules.items()

    def copy(self) -> dict[str, Any]:
        report(None)
        return sys.modules.copy()

    def shown(self, name: str, found: Any) -> Any:
        """Return the entry that the program gets: the model of a module, if any."""
        if type(found) is types.ModuleType:
            return self.model_of(name) or found
        return found


def report(name: object, *, write: bool = False) -> None:
    """Report an access to an entry, or to all entries, if other workers can run."""
    if not kernel.alone:
        access(sys.modules, name, write, CALLBACK_SITE, whole=True)


def module_owner(model_of: ModelOf, note_entry: Callable[[str], None]) -> Any:
    """Return a hook for `owner.modules`, which replaces the owner `sys` by a view."""
    view = types.SimpleNamespace(modules=LoadedModules(model_of, note_entry))

    def owner(found: Any) -> Any:
        return view if found is sys else found

    return owner
