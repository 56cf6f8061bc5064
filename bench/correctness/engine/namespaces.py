"""The owners of dicts of attributes or variables, and stand-ins for objects."""

import weakref
from collections.abc import Callable, Hashable
from typing import Any

from bench.correctness.engine.transitions import Worker


def nothing() -> None:
    """What a stand-in returns once its object has died."""


class StandIn:
    """Represents, until the run ends, an object that must not be kept alive.

    CPython closes a generator as soon as no reference to it is left, for example after
    a `break` from a loop over it.  The generator's `finally` runs at that moment.  The
    same is true of `__del__` of other objects.  A stand-in does not keep its object
    alive.
    """

    __slots__ = ("kind", "reference")

    def __init__(self, thing: Any, reference: Callable[[], Any]) -> None:
        self.kind = type(thing)
        self.reference = reference


def behind(thing: Any) -> Any:
    """The object that a stand-in represents, or the thing itself; None once it died."""
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
        # The owner of a `__dict__`, by the id of that dict.  A class stays here as long
        # as it lives, and any other owner until the end of the run that registered it.
        self.namespaces: dict[int, Any] = {}
        self.registered: list[int] = []
        # Dicts that objects share, by id: the stand-in of the first of these objects.
        self.one_dicts: dict[int, tuple[StandIn, dict[str, Any]]] = {}
        # Functions to call once the scenario is made.  Each registers the dict that an
        # object was given.
        self.replaced: list[Callable[[], object]] = []
        # By the id of a namespace: the first worker that ran code in it.
        self.executed: dict[int, Worker] = {}
        self.filled: set[Hashable] = set()  # places whose attributes may have any name

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
        """Note how to register a dict that an object is about to be given."""
        self.replaced.append(register)

    def register_replaced(self) -> None:
        """Register the dicts that objects were given while the scenario was made."""
        while self.replaced:
            self.replaced.pop(0)()

    def keep_one_dict(self, namespace: dict[str, Any], first: StandIn) -> None:
        """Note, to the end of the run, what stands for all objects with this dict."""
        self.one_dicts[id(namespace)] = first, namespace

    def to_keep(self, thing: Any) -> Any:
        """The object, or its stand-in, to be kept until the run ends."""
        raise NotImplementedError

    def register_class(self, cls: type, number: int) -> None:
        """Register the class whose namespace has this id, for all runs, while it lives.

        The reason: code that runs before the workers is not tracked, and it may store
        `vars(cls)`.
        """

        def forget(_: object) -> None:
            if self.namespaces.get(number) is found:
                del self.namespaces[number]

        found = self.namespaces[number] = StandIn(cls, weakref.ref(cls, forget))

    def owner_of(self, namespace: Any) -> Any:
        """The object whose attributes a dict holds, if it is registered and alive."""
        return behind(self.namespaces.get(id(namespace)))

    def note_filled(self, place: Hashable) -> None:
        """Note that one write may have given an object attributes with any names."""
        self.filled.add(place)

    def claim_namespace(self, namespace: dict[str, Any]) -> Worker:
        """The first worker that ran code in a namespace, perhaps the current one."""
        self.kept.append(namespace)
        return self.executed.setdefault(id(namespace), self.current)
