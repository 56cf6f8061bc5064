"""Models of `builtins` and `importlib`, with which a program imports modules."""

import importlib
import importlib.machinery
import importlib.util
import types
from pathlib import Path
from typing import Any

from bench.correctness.models import substitution
from bench.correctness.programs.modelled import UNDER_MODELS


def import_models(importer: Any) -> dict[str, types.ModuleType]:
    """Return the models of `builtins`, `importlib`, and its parts that load files."""

    def find_spec(name: str, package: str | None = None) -> Any:
        """The model of `importlib.util.find_spec`."""
        full = importlib.util.resolve_name(name, package or "")
        importer.clear(full, ())
        return importlib.util.find_spec(full)

    util = substitution.module(
        "importlib.util",
        importlib.util,
        spec_from_file_location=importer.spec_from_file_location,
        find_spec=find_spec,
    )
    machinery = substitution.module(
        "importlib.machinery",
        importlib.machinery,
        SourceFileLoader=lambda name, path: importer.loader(name, Path(path)),
    )
    anew = [
        name.rpartition(".")[2]
        for name in UNDER_MODELS
        if name.startswith("importlib.")
    ]
    whole = substitution.module(
        "importlib",
        importlib,
        import_module=importer.import_module,
        __import__=importer.import_,
        util=util,
        machinery=machinery,
    )
    for name in anew:
        vars(whole).pop(name, None)
    return {
        "builtins": BuiltinsModel(importer.builtins, importer.plain_builtins),
        "importlib": whole,
        "importlib.util": util,
        "importlib.machinery": machinery,
    }


class BuiltinsModel(substitution.ModelModule):
    """The model of `builtins`: all modules of the program see the names set here."""

    def __init__(self, *namespaces: dict[str, Any]) -> None:
        super().__init__("builtins")
        vars(self).update(namespaces[0])
        vars(self)["_x_namespaces"] = namespaces


def package_of(globals_: Any) -> str:
    """Return the package to which relative imports of a module refer."""
    names = globals_ or {}
    found = names.get("__package__")
    if found is None and names.get("__spec__") is not None:
        found = names["__spec__"].parent
    if found is None:
        found = names.get("__name__", "")
        if "__path__" not in names:
            found = found.rpartition(".")[0]
    if not found:
        raise ImportError("attempted relative import with no known parent package")
    return str(found)
