"""Labels of objects and operations of a run, for a person who reads a trace."""

from collections.abc import Callable
from typing import Any

from bench.correctness.engine.frames import is_ours
from bench.correctness.engine.kernel import kernel
from bench.correctness.engine.namespaces import StandIn, behind
from bench.correctness.engine.transitions import What
from bench.correctness.models.threading_.thread import Thread

# The name and the members of a class, even if its metaclass redefines them.
class_name: Callable[[type], str] = vars(type)["__name__"].__get__
members_of: Callable[[type], Any] = vars(type)["__dict__"].__get__


def thing_label(thing: Any) -> str:
    """Return the label of an object: the path to it, its name, or its class.

    A pair (owner, key) is an attribute or an item of the owner.
    """
    kind = type(thing)
    if thing is None or kind is str:
        return thing or ""
    if kind is StandIn:
        return thing_label(behind(thing)) or class_name(thing.kind)
    if kind is tuple:
        owner, key = thing
        kind = owner.kind if type(owner) is StandIn else type(owner)
        if issubclass(kind, type):  # the owner is a class, perhaps with a metaclass
            kind = behind(owner)
        path = path_to(behind(owner)) or class_name(kind)
        path = f"{path}.{key}" if isinstance(key, str) else path
    elif issubclass(kind, Thread):
        path = path_to(thing) or thing._x_called()
    else:
        path = path_to(thing) or own_name(thing)
    return path.removeprefix("self.")


def own_name(thing: Any) -> str:
    """Return the name of an object: the name that the explorer or a model gave it.

    If an object of the program has a name of its own, this name is not read, because
    reading it could run code of the program.
    """
    known = str(kernel.names.get(id(thing)) or "")
    if not is_model(type(thing)):
        return known
    return str(getattr(thing, "_x_name", "") or known or getattr(thing, "name", ""))


def is_model(kind: type) -> bool:
    """Whether a class belongs to the explorer, or to asyncio."""
    module = str(members_of(kind).get("__module__"))
    return is_ours(module) or module.startswith(("asyncio", "explored_asyncio"))


def path_to(thing: object) -> str | None:
    """Return the path to an object from the scenario, or from its class or module.

    None if no path is known.
    """
    name = kernel.names.get(id(thing))
    return name if isinstance(name, str) else kernel.labels.get(id(thing))


def label(what: What) -> str:
    """Return the label of an operation: its verb and the label of its object."""
    verb, thing = what
    return f"{verb} {thing_label(thing)}".strip()
