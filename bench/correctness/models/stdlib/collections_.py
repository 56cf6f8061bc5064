"""Models of `collections`, `copy`, `dataclasses.asdict`: instrumented Python code.

`Counter.update` and `copy.deepcopy` make many accesses, between which other workers can
run.  Their source is instrumented like the program, and has its own globals.
"""

import collections
import copy
import dataclasses
import types
from pathlib import Path
from typing import Any

from bench.correctness.instrument.stored_files import rewritten
from bench.correctness.models.substitution import module
from bench.correctness.tracking.hooks import HOOKS


def rebuild(original: types.ModuleType, *wanted: str) -> dict[str, Any]:
    """Instrument the wanted functions and classes that a module has."""
    path = Path(str(original.__file__))
    names = {**vars(original), **HOOKS, "_explored_": False}
    rewritten(path.read_bytes(), str(path), wanted).execute(names)
    return {name: names[name] for name in wanted if name in names}


def rebuild_copy() -> dict[str, Any]:
    """Return `deepcopy`, with its own table of the functions that copy each type."""
    wanted = ["deepcopy", "_deepcopy_list", "_deepcopy_tuple", "_deepcopy_dict"]
    made = rebuild(copy, *wanted, "_deepcopy_method", "_keep_alive", "_reconstruct")
    table: dict[type, Any] = copy._deepcopy_dispatch  # type: ignore[attr-defined]
    vars_of_made = made["deepcopy"].__globals__
    vars_of_made["_deepcopy_dispatch"] = {
        kind: made.get(function.__name__, function) for kind, function in table.items()
    }
    return {"deepcopy": made["deepcopy"]}


COPY = module("copy", copy, **rebuild_copy())
COLLECTIONS = module(
    "collections",
    collections,
    **rebuild(collections, "Counter", "ChainMap", "UserDict", "UserList", "UserString"),
)
DATACLASS_FUNCTIONS = rebuild(
    dataclasses,
    *("asdict", "_asdict_inner", "astuple", "_astuple_inner", "replace", "_replace"),
)
DATACLASS_FUNCTIONS["asdict"].__globals__["copy"] = COPY
