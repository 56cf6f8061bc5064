"""Labels of objects and operations of a run, for a person who reads a trace."""

from typing import Any

from bench.correctness.engine.kernel import kernel
from bench.correctness.engine.transitions import What
from bench.correctness.models.threading_.thread import Thread


def thing_label(thing: Any) -> str:
    """Return the label of an object: the path to it, its own name, or its origin.

    A pair (owner, key) is an attribute or an item of the owner.
    """
    if thing is None or isinstance(thing, str):
        return thing or ""
    if isinstance(thing, tuple):
        owner, key = thing
        path = path_to(owner) or type(owner).__name__
        path = f"{path}.{key}" if isinstance(key, str) else path
    elif isinstance(thing, Thread):
        path = path_to(thing) or thing._x_called()
    else:
        path = path_to(thing) or str(
            getattr(thing, "_x_name", "")
            or kernel.names.get(id(thing))
            or getattr(thing, "name", "")
        )
    return path.removeprefix("self.")


def path_to(thing: object) -> str | None:
    """Return the path to an object from the scenario, its class or its module."""
    name = kernel.names.get(id(thing))
    return name if isinstance(name, str) else kernel.labels.get(id(thing))


def label(what: What) -> str:
    """Return the label of an operation: its verb and the label of its object."""
    verb, thing = what
    return f"{verb} {thing_label(thing)}".strip()
