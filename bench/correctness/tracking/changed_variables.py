"""Find the variables that functions of a standard module change, by their code."""

import sys
import types
from dis import opmap
from functools import cache
from typing import Any

from bench.correctness.engine.frames import is_ours
from bench.correctness.tracking.kept_values import CONTAINERS

# Modules whose state is not saved here: they have no state except caches, or other code
# restores their state.
LEFT = {
    "builtins", "os", "posixpath", "ntpath", "warnings", "threading", "random",
    "tempfile", "decimal", "_pydecimal", "inspect", "sysconfig", "locale", "weakref",
    "_weakrefset", "functools", "contextlib", "contextvars", "abc", "_py_abc", "types",
    "collections", "enum", "dataclasses", "re", "json", "time", "datetime", "uuid",
    "unittest", "asyncio", "concurrent", "importlib", "multiprocessing", "subprocess",
    "socket", "ssl", "signal", "traceback", "io", "_io", "pathlib", "linecache",
}  # fmt: skip
CHANGING_NAMES = {
    "append", "add", "update", "setdefault", "pop", "popitem", "clear", "remove",
    "discard", "extend", "insert",
}  # fmt: skip
CHANGING_CODE = {opmap[n] for n in ("STORE_SUBSCR", "DELETE_SUBSCR", "STORE_ATTR")}
GLOBAL_CODE = {opmap[name] for name in ("STORE_GLOBAL", "DELETE_GLOBAL")}
# By module: the only variables of the module that are saved and restored.
ONLY: dict[str, list[str]] = {
    "logging": [
        "_levelToName", "_nameToLevel", "_loggerClass", "_logRecordFactory",
        "raiseExceptions", "lastResort",
    ],
}  # fmt: skip


@cache
def is_standard(module: str) -> bool:
    """Whether a module belongs to the standard library."""
    return module.partition(".")[0] in sys.stdlib_module_names and not is_ours(module)


@cache
def is_looked_at(module: str) -> bool:
    """Whether a module is in the standard library, and may have state to restore."""
    return is_standard(module) and module.partition(".")[0] not in LEFT


KEPT: dict[tuple[str, int], set[str]] = {}


def kept_names(module: str, names: dict[str, Any]) -> set[str]:
    """Return the variables of a standard module that are saved and restored.

    These are the variables in ONLY, or those that functions of the module may change.
    """
    key = module, id(names)
    if key not in KEPT:
        KEPT[key] = (
            set(ONLY[module]) if module in ONLY else changed_by_functions(module, names)
        )
    return KEPT[key]


def changed_by_functions(module: str, names: dict[str, Any]) -> set[str]:
    """Return the variables that functions of a module may assign or change.

    The code of a function does not show which object it changes.  So if the code
    changes an object, each object of the module that the code names counts as changed.
    Variables with "cache" in their names are left out.
    """
    if not is_looked_at(module):
        return set()
    found: set[str] = set()
    codes = [code for value in [*names.values()] for code in codes_of(value, module)]
    while codes:
        code = codes.pop()
        codes += [one for one in code.co_consts if type(one) is types.CodeType]
        operations = {*code.co_code[::2]}
        used = set(code.co_names)
        if operations & GLOBAL_CODE:
            found |= {name for name in used if is_variable(names.get(name, 0))}
        if operations & CHANGING_CODE or used & CHANGING_NAMES:
            found |= {name for name in used if is_object(names.get(name), module)}
    return {name for name in found if "cache" not in name.lower()}


def codes_of(value: Any, module: str) -> list[types.CodeType]:
    """Return the code of a module's function, or of the methods of a module's class."""
    if getattr(value, "__module__", None) != module:
        return []
    if type(value) is types.FunctionType:
        return [value.__code__]
    if not issubclass(type(value), type):
        return []
    functions = (getattr(one, "__func__", one) for one in vars(value).values())
    return [one.__code__ for one in functions if type(one) is types.FunctionType]


def is_variable(value: Any) -> bool:
    """Whether a value is not a function, a module or a class.

    Functions, modules and classes of a module change only if the program patches them.
    """
    return type(value) not in (types.FunctionType, types.ModuleType, type)


def is_object(value: Any, module: str) -> bool:
    """Whether a value is a container, or an object of a class of the module."""
    kind = type(value)
    return kind in CONTAINERS or (
        kind.__module__ == module and not issubclass(kind, type)
    )
