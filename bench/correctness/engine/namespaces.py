"""Registries of the dicts that hold attributes or variables, and stand-ins for objects.

A dict of attributes belongs to an object, its owner.  A dict of variables belongs to a
module.
"""

import weakref
from collections.abc import Callable, Hashable
from typing import Any

from bench.correctness.engine.transitions import Worker


def nothing() -> None:
    """The `reference` of a stand-in whose object has died."""


class StandIn:
    """Represents, until the run ends, an object that must not be kept alive.

    CPython closes a generator as soon as no reference to it is left, for example after
    a `break` from a loop over the generator.  The `finally` of the generator runs at
    that moment.  In the same way, `__del__` of an object runs as soon as no reference
    is left.  A stand-in does not keep its object alive, so it does not delay this code.
    """

    __slots__ = ("kind", "reads", "reference", "yielded")

    def __init__(self, thing: Any, reference: Callable[[], Any]) -> None:
        self.kind = type(thing)
        # For a generator: what C code reads of its values (`tracking.read_results`);
        # and the values that C code may compare with later ones.
        self.reads = 0
        self.yielded: list[Any] = []
        self.reference = reference


def behind(thing: Any) -> Any:
    """The object that a stand-in represents; None if this object has died.

    If `thing` is not a stand-in, the result is `thing` itself.
    """
    return thing.reference() if type(thing) is StandIn else thing


class NamespaceRegistry:
    """The registry of dicts that hold attributes or variables."""

    __slots__ = (
        "current", "executed", "filled", "kept", "namespaces", "one_dicts",
        "registered", "replaced",
    )  # fmt: skip

    current: Worker  # the worker that runs
    kept: list[Any]  # objects that must live, so that their ids are not reused

    def __init__(self) -> None:
        # The owner of a `__dict__`, by the id of that dict.  A class is removed when it
        # dies.  Any other owner is removed when the next run begins.
        self.namespaces: dict[int, Any] = {}
        self.registered: list[int] = []
        # By the id of a `__dict__` that several objects may share: the stand-in of the
        # first of these objects, and the dict.  The dict is stored so that it lives,
        # because the id of a dead object may be reused.
        self.one_dicts: dict[int, tuple[StandIn, dict[str, Any]]] = {}
        # Functions to call as soon as the scenario is made.  Each of them registers a
        # dict that has become the `__dict__` of an object.
        self.replaced: list[Callable[[], object]] = []
        # By the id of a namespace: the first worker that ran code in it.
        self.executed: dict[int, Worker] = {}
        self.filled: set[Hashable] = set()  # objects with attributes of unknown names

    def forget_namespaces(self) -> None:
        """Begin a run: forget the namespaces of the run before."""
        if self.registered:
            for number in self.registered:
                self.namespaces.pop(number, None)
            self.registered.clear()
        if self.one_dicts or self.replaced:
            self.one_dicts.clear()
            self.replaced.clear()
        if self.executed or self.filled:
            self.executed.clear()
            self.filled.clear()

    def register_namespace(self, namespace: dict[str, Any], owner: Any) -> None:
        """Note whose attributes or variables a dict holds."""
        if self.owner_of(namespace) is not owner:
            self.namespaces[id(namespace)] = self.to_keep(owner)
            self.registered.append(id(namespace))

    def note_replaced(self, register: Callable[[], object]) -> None:
        """Store a function that registers the new `__dict__` of an object."""
        self.replaced.append(register)

    def register_replaced(self) -> None:
        """Register the dicts that became a `__dict__` while the scenario was made."""
        while self.replaced:
            self.replaced.pop(0)()

    def keep_one_dict(self, namespace: dict[str, Any], first: StandIn) -> None:
        """Note the stand-in that represents all objects with this dict in this run."""
        self.one_dicts[id(namespace)] = first, namespace

    def to_keep(self, thing: Any) -> Any:
        """The object, or its stand-in, to be kept until the run ends."""
        raise NotImplementedError

    def register_class(self, cls: type, number: int) -> None:
        """Register a class as the owner of the namespace with this id.

        The class stays registered in all runs, as long as it lives.  The reason: code
        that runs before the workers is not tracked.  This code may store `vars(cls)`.
        """

        def forget(_: object) -> None:
            if self.namespaces.get(number) is found:
                del self.namespaces[number]

        found = self.namespaces[number] = StandIn(cls, weakref.ref(cls, forget))

    def owner_of(self, namespace: Any) -> Any:
        """The object whose attributes a dict holds, if it is registered and alive."""
        return behind(self.namespaces.get(id(namespace)))

    def note_filled(self, place: Hashable) -> None:
        """Note that a write of a whole `__dict__` may have added any attributes."""
        self.filled.add(place)

    def claim_namespace(self, namespace: dict[str, Any]) -> Worker:
        """Note that the current worker runs code in a namespace.

        Return the first worker that has run code in this namespace.  This may be the
        current worker.
        """
        self.kept.append(namespace)
        return self.executed.setdefault(id(namespace), self.current)
