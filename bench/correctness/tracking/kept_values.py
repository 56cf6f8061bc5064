"""The state of a standard module, with copies for its restoration."""

import csv
import logging
import types
from collections import OrderedDict, defaultdict
from collections.abc import Callable
from typing import Any

from bench.correctness.tracking.base_slots import namespace_of
from bench.correctness.tracking.module_state import MISSING

CONTAINERS = (list, dict, set, defaultdict, OrderedDict)
PLAIN = (
    int,
    str,
    float,
    bytes,
    bool,
    type(None),
    types.FunctionType,
    types.BuiltinFunctionType,
    types.ModuleType,
    type,
)
DEPTH = 4  # levels of containers and objects within each other
MANY = 500  # if a container has more items, the contents of its items are not copied


def dialects() -> dict[str, Any]:
    return {name: csv.get_dialect(name) for name in csv.list_dialects()}


def restore_dialects(before: dict[str, Any]) -> None:
    for name in csv.list_dialects():
        csv.unregister_dialect(name)
    for name, dialect in before.items():
        csv.register_dialect(name, dialect)


def restore_manager(before: tuple[Any, ...]) -> None:
    manager = logging.root.manager
    manager.disable, manager.loggerClass, manager.logRecordFactory = before
    for logger in (logging.root, *manager.loggerDict.values()):
        getattr(logger, "_cache", {}).clear()


# By module: further parts of its state.  For each part there are two functions: one
# reads the part, and the other sets it.
PARTS: dict[str, list[tuple[Callable[[], Any], Callable[[Any], object]]]] = {
    "_csv": [
        (dialects, restore_dialects),
        (csv.field_size_limit, csv.field_size_limit),
    ],
    "logging": [
        (
            lambda: (
                logging.root.manager.disable,
                logging.root.manager.loggerClass,
                logging.root.manager.logRecordFactory,
            ),
            restore_manager,
        )
    ],
}


class State:
    """The state of a module: the values of some variables, and their contents."""

    def __init__(self, module: str, names: dict[str, Any], kept: set[str]) -> None:
        self.names = names
        self.kept = {name: names.get(name, MISSING) for name in kept}
        self.contents: dict[int, tuple[Any, Any]] = {}  # containers with their copies
        top = module.partition(".")[0]
        for value in self.kept.values():
            self.look_into(value, top, DEPTH)
        items = sum(len(one) for one, _ in self.contents.values())
        self.is_small = items <= MANY  # can be compared at each call into the module
        self.parts = [(told, put, told()) for told, put in PARTS.get(module, ())]

    def look_into(self, value: Any, top: str, depth: int) -> None:
        """Copy a container or an object of this module, and what it contains."""
        kind = type(value)
        if kind in PLAIN or not depth or id(value) in self.contents:
            return
        if kind is tuple:
            inner = value
        elif kind in CONTAINERS:
            self.contents[id(value)] = value, kind.copy(value)
            inner = value.values() if issubclass(kind, dict) else value
        elif kind.__module__.partition(".")[0] == top and kind.__dictoffset__:
            value = namespace_of(value)
            self.contents[id(value)] = value, dict(value)
            inner = value.values()
        else:
            return
        if len(inner) <= MANY:
            for one in [*inner]:
                self.look_into(one, top, depth - 1)

    def is_kept(self) -> bool:
        """Whether the module has this state now."""
        get = self.names.get
        return (
            all(get(name, MISSING) is value for name, value in self.kept.items())
            and all(is_same(now, then) for now, then in self.contents.values())
            and all(told() == value for told, _, value in self.parts)
        )

    def put_back(self) -> None:
        """Restore the module to this state."""
        for name, value in self.kept.items():
            if value is not MISSING:
                self.names[name] = value
            else:
                self.names.pop(name, None)
        for now, then in self.contents.values():
            if not is_same(now, then):
                refill(now, then)
        for told, put, value in self.parts:
            if told() != value:
                put(value)


def is_same(now: Any, then: Any) -> bool:
    """Whether a container equals its copy."""
    try:
        return bool(now == then)
    except Exception:  # raised by `==` of an item of the program
        return False


def refill(container: Any, items: Any) -> None:
    """Make a container hold these items, in this order."""
    container.clear()
    (container.extend if isinstance(container, list) else container.update)(items)
