"""Whose attributes or variables a dict holds, and what stands for an object."""

import weakref
from collections.abc import Callable, Hashable
from typing import Any

from bench.correctness.engine.transitions import Worker


def nothing() -> None:
    """What a stand-in finds once its object has died."""


class StandIn:
    """What stands for an object among those that are kept to the end of a run.

    CPython closes a generator as soon as nothing refers to it, as when a loop over it
    is left by `break`: its `finally` runs there, as `__del__` of other objects does.
    """

    __slots__ = ("kind", "reference")

    def __init__(self, thing: Any, reference: Callable[[], Any]) -> None:
        self.kind = type(thing)
        self.reference = reference


def behind(thing: Any) -> Any:
    """The object that another may stand for; None once it has died."""
    return thing.reference() if type(thing) is StandIn else thing


class NamespaceRegistry:
    """What is known of the dicts that hold attributes or variables."""

    __slots__ = ("current", "executed", "filled", "kept", "namespaces", "registered")

    current: Worker  # the worker that runs
    kept: list[Any]  # objects whose ids must not be reused

    def __init__(self) -> None:
        # The owner of a `__dict__`, by its id: that of a class as long as it lives, and
        # any other that a run has registered.
        self.namespaces: dict[int, Any] = {}
        self.registered: list[int] = []
        self.executed: dict[int, Worker] = {}  # the first to run code in a namespace
        self.filled: set[Hashable] = set()  # what got attributes of unknown names

    def forget_namespaces(self) -> None:
        """Begin a run, in which other objects have them."""
        if self.registered:
            for number in self.registered:
                self.namespaces.pop(number, None)
            self.registered.clear()
        if self.executed or self.filled:
            self.executed.clear()
            self.filled.clear()

    def register_namespace(self, namespace: dict[str, Any], owner: Any) -> None:
        """Note whose attributes or variables a dict holds."""
        if self.owner_of(namespace) is not owner:
            self.namespaces[id(namespace)] = self.to_keep(owner)
            self.registered.append(id(namespace))

    def to_keep(self, thing: Any) -> Any:
        """An object, or what stands for it, to be kept to the end of the run."""
        raise NotImplementedError

    def register_class(self, cls: type, number: int) -> None:
        """Note whose namespace has this id, in all runs, while the class lives.

        Code that runs before the workers, and is not seen, may keep `vars(cls)`.
        """

        def forget(_: object) -> None:
            if self.namespaces.get(number) is found:
                del self.namespaces[number]

        found = self.namespaces[number] = StandIn(cls, weakref.ref(cls, forget))

    def owner_of(self, namespace: Any) -> Any:
        """The object whose attributes a dict holds, if it is registered and alive."""
        return behind(self.namespaces.get(id(namespace)))

    def note_filled(self, place: Hashable) -> None:
        """Note that one write may have given an object attributes of any names."""
        self.filled.add(place)

    def claim_namespace(self, namespace: dict[str, Any]) -> Worker:
        """The first worker that ran code in a namespace; perhaps the current one."""
        self.kept.append(namespace)
        return self.executed.setdefault(id(namespace), self.current)
