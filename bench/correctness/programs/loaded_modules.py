"""The model of `sys.modules` that a program reads: it names the models.

Much code imports a module by a name that it computes and then looks it up there, as
`six` does.  The process of the explorer has the real `queue` and `threading` under
these names.
"""

import sys
import types
from collections.abc import Callable, Iterator, MutableMapping
from typing import Any

ModelOf = Callable[[str], types.ModuleType | None]


class LoadedModules(MutableMapping[str, Any]):
    """A view of the real `sys.modules`, in which what is replaced is the model.

    `model_of` returns the model of a module by its full name; None for a module that
    a program gets as it is.  `note_entry` is told each name that the program sets.
    Views of all items have the modules as they are.
    """

    def __init__(self, model_of: ModelOf, note_entry: Callable[[str], None]) -> None:
        self.model_of = model_of
        self.note_entry = note_entry

    def __getitem__(self, name: str) -> Any:
        found = sys.modules[name]
        # The program's own entry, a fake for example, stays what it is.
        if type(found) is types.ModuleType:
            return self.model_of(name) or found
        return found

    def __setitem__(self, name: str, module: Any) -> None:
        self.note_entry(name)
        sys.modules[name] = module

    def __delitem__(self, name: str) -> None:
        del sys.modules[name]

    def __contains__(self, name: object) -> bool:
        return name in sys.modules

    def __iter__(self) -> Iterator[str]:
        return iter(sys.modules)

    def __len__(self) -> int:
        return len(sys.modules)

    def __repr__(self) -> str:
        return repr(sys.modules)

    def keys(self) -> Any:
        return sys.modules.keys()

    def values(self) -> Any:
        return sys.modules.values()

    def items(self) -> Any:
        return sys.modules.items()

    def copy(self) -> dict[str, Any]:
        return sys.modules.copy()


def module_owner(model_of: ModelOf, note_entry: Callable[[str], None]) -> Any:
    """The hook that stands before `.modules`: of `sys` it gives the view, once made."""
    view = types.SimpleNamespace(modules=LoadedModules(model_of, note_entry))

    def owner(found: Any) -> Any:
        return view if found is sys else found

    return owner
