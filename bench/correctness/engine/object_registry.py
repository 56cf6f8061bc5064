"""The registry of a run's objects: it gives them names that are the same in every run.

The registry finds an object by its `id`, which is unique only as long as the object
lives.  For this reason an object that has a name, or that was accessed, is kept until
the run ends.  If the program runs code when an object dies, a stand-in for the object
is kept instead.
"""

import contextlib
import sys
import weakref
from collections.abc import Callable, Hashable, Iterable, Iterator
from functools import lru_cache, partial
from types import GeneratorType, ModuleType
from typing import Any
from zlib import crc32

from bench.correctness.engine.namespaces import NamespaceRegistry, StandIn, nothing
from bench.correctness.engine.transitions import New

# The name of a class, even if its metaclass redefines `__qualname__`.
qualname_of: Callable[[type], str] = vars(type)["__qualname__"].__get__
HASHES = 2**20  # how many numbers are reserved for the hashes of one worker
# A point id: the program runs code when an object dies, so objects must die in time.
FINALIZED = "objects are finalized"


@lru_cache(maxsize=10_000)
def first_hash(name: str) -> int:
    """The number after which the hashes begin that a worker gives to objects.

    The number depends only on the worker's name, so it is the same in every process.
    The hashes that one worker gives are consecutive numbers.  So iteration over a small
    set often has the order in which the worker gave the hashes.
    """
    return crc32(name.encode()) * HASHES


@lru_cache(maxsize=10_000)
def hash_of_child(name: str) -> int:
    """The hash that `child_hash` gave to the object with this name."""
    _, number, _, maker = name.split(" ", 3)
    return int(number) + first_hash(maker)


def reference_counts(things: dict[int, Any]) -> list[int]:
    """The number of references to each value of a dict.

    The reference that this call itself holds is included.
    """
    return [*map(sys.getrefcount, things.values())]


# The result of `reference_counts` for a value to which only the dict refers.
HELD_ONLY = reference_counts({0: object()})[0]


class ObjectRegistry(NamespaceRegistry):
    """The registry of the objects of a run."""

    __slots__ = (
        "counts", "display_names", "frames", "generators", "hashes", "held",
        "identities", "labels", "lets_die", "names", "primitives", "stand_ins",
    )  # fmt: skip

    # Whether the program runs code when an object dies.  If so, no object is kept.
    lets_die: bool

    def forget_objects(self) -> None:
        """Begin a run: forget the objects of the run before."""
        self.kept = []
        self.names: dict[int, Hashable] = {}  # names of objects, by id
        self.primitives: dict[Hashable, Any] = {}  # primitives by name
        self.forget_namespaces()
        # Stand-ins, by the ids of the living objects that they represent.
        self.stand_ins: dict[int, StandIn] = {}
        # Objects that have a stand-in but allow no weak reference, by id.  An object is
        # removed as soon as only this dict refers to it.
        self.held: dict[int, Any] = {}
        if (
            self.labels
            or self.display_names
            or self.counts
            or self.hashes
            or self.identities
            or self.generators
            or self.frames
        ):
            self.make_tables()

    def make_tables(self) -> None:
        """Make tables that few runs fill; the next run keeps them if all are empty."""
        self.labels: dict[int, str] = {}  # further names for a reader, by id
        # By id: the object's name in the code that used it first, and the object.
        self.display_names: dict[int, tuple[str, Any]] = {}
        # By kind: how many objects have got a number, such as the 1 of `Thread-1`.
        self.counts: dict[str, int] = {}
        # By real id: what `while_alive` returns for the object, and the object's hash.
        self.hashes: dict[int, tuple[Any, int]] = {}
        self.identities: dict[int, int] = {}  # by real id: the program's result of `id`
        # Generators, by the ids of their frames.
        self.generators: dict[int, StandIn] = {}
        self.frames: dict[int, Any] = {}  # frames of async generators, by their ids

    def child_name(self, kind: str) -> str:
        """Name a new object by its maker and a count: the same in every schedule."""
        maker = self.current
        maker.made += 1
        return f"{kind} {maker.made} of {maker.name}"

    def child_hash(self) -> int:
        """The hash of the object that `child_name` has just named."""
        maker = self.current
        return maker.made + first_hash(maker.name)

    @contextlib.contextmanager
    def naming_after(self, place: str) -> Iterator[None]:
        """Name new objects after a place, because they live longer than the run.

        For example, the locks of an installed module stay in use for the next program.
        """
        maker = self.current
        before = maker.name, maker.made
        maker.name, maker.made = place, 0
        try:
            yield
        finally:
            maker.name, maker.made = before

    def name_of(self, thing: object) -> Hashable:
        """The object's name; an object made in the run is named at its first access."""
        name = self.names.get(id(thing))
        if name is None:
            worker = self.current
            worker.named += 1
            kind = thing.kind if type(thing) is StandIn else type(thing)
            name = New(qualname_of(kind), worker.number, worker.named)
            self.names[id(thing)] = name
            self.kept.append(thing)  # otherwise another object could get the id
        return name

    def name_objects(self, names: dict[int, str], labels: dict[int, str]) -> None:
        """Give objects names that are the same in all runs.

        `labels` are further names for a reader of the trace.  A thread that a
        scenario's `__init__` has started may have accessed an object already.  Then
        the object has a name from this first access, and keeps it.
        """
        self.names = {**names, **self.names}
        if labels:
            self.labels = labels
        self.register_replaced()

    def keep(self, thing: object) -> None:
        """Keep an object until the run ends, so that no other object gets its id."""
        self.kept.append(thing)

    def keep_all(self, things: Iterable[object]) -> None:
        """Keep several objects until the run ends."""
        self.kept += things

    def identity(self, thing: object) -> int:
        """The program's result of `id`: a number that is the same in each run."""
        known = self.known_as(thing) if self.lets_die else thing
        self.kept.append(known)
        return self.identities.setdefault(id(known), len(self.identities) + 1)

    def serial(self, kind: str) -> int:
        """Return the number of a new object: 1 for the first of its kind, then 2."""
        self.counts[kind] = number = self.counts.get(kind, 0) + 1
        return number

    def hash_of(self, thing: object) -> int:
        """The result of `hash` for an object that compares by identity.

        An address would differ from run to run, and so would the order of sets.
        """
        found = self.hashes.get(id(thing))
        if found is None:
            worker = self.current
            worker.hashed += 1
            found = self.while_alive(thing), worker.hashed + first_hash(worker.name)
            self.hashes[id(thing)] = found
        return found[1]

    def while_alive(self, thing: Any) -> Any:
        """What `hashes` stores for an object: a weak reference if that is possible.

        A weak dictionary or weak set computes the hash of an object that it refers to.
        The stored hash must not keep that object alive.
        """
        number, hashes = id(thing), self.hashes

        def forget(reference: object) -> None:
            """Forget the hash, because another object may get the id."""
            if hashes.get(number, (None,))[0] is reference:
                del hashes[number]

        try:
            return weakref.ref(thing, forget)
        except TypeError:  # the object allows no weak reference
            return self.stand_in(thing) if self.lets_die else thing

    def register_primitive(self, name: Hashable, primitive: Any) -> None:
        # The name alone identifies a primitive, so the primitive need not live.
        self.primitives[name] = self.stand_in(primitive) if self.lets_die else primitive

    def note_display_name(self, thing: object, name: str) -> None:
        """Store the name that the program's code uses for an object.

        The trace shows this name.  It depends on the schedule, so a saved schedule must
        not contain it.
        """
        self.display_names[id(thing)] = name, thing

    # --- Objects that must die in time ------------------------------------------------

    def stand_in(self, thing: Any) -> StandIn:
        """The stand-in for an object that must not be kept.

        It is the same stand-in as long as the object lives.
        """
        number = id(thing)
        found = self.stand_ins.get(number)
        return found if found is not None else self.new_stand_in(thing, number)

    def to_keep(self, thing: Any) -> Any:
        return self.known_as(thing) if self.lets_die else thing

    def known_as(self, thing: Any) -> Any:
        """The stand-in for an object; a class or a module needs none."""
        kind = type(thing)
        if kind is StandIn or issubclass(kind, (type, ModuleType)):
            return thing
        return self.stand_in(thing)

    def new_stand_in(self, thing: Any, number: int) -> StandIn:
        def forget(reference: object) -> None:
            """Free the id for another object, unless a new run has begun."""
            known = self.stand_ins.get(number)
            if known is not None and known.reference is reference:
                self.forget_id(number)

        reference: Callable[[], Any]
        try:
            reference = weakref.ref(thing, forget)
        except TypeError:  # the object allows no weak reference
            self.held[number] = thing
            reference = partial(self.held.get, number)
        found = self.stand_ins[number] = StandIn(thing, reference)
        self.kept.append(found)
        if number in self.names:
            self.names[id(found)] = self.names[number]
        if type(thing) is GeneratorType and thing.gi_frame is not None:
            self.generators[id(thing.gi_frame)] = found
        return found

    def forget_id(self, number: int) -> None:
        """Forget the object with this id, because another object may get the id."""
        self.stand_ins.pop(number).reference = nothing
        self.names.pop(number, None)
        if number in self.hashes and type(self.hashes[number][0]) is StandIn:
            del self.hashes[number]

    def let_go(self) -> None:
        """Release each object to which only this registry refers.

        A release may free an object.  Then this registry may be the last holder of
        objects to which the freed object referred.
        """
        held = self.held
        while held:
            counts = reference_counts(held)
            fewest = min(counts)
            if fewest > HELD_ONLY:  # the usual case
                return
            number = [*held][counts.index(fewest)]
            self.forget_id(number)
            del held[number]  # program code may run here, and add to `held`

    def let_all_go(self) -> None:
        """Release every object: from now on no access is checked."""
        if self.held:
            for number in [*self.held]:
                self.forget_id(number)
            self.held.clear()

    def generator_of(self, frame: Any) -> Any:
        """The stand-in of the generator that runs in a frame.

        If the generator is not known, the result is the frame.  A new frame may have
        the same id as a frame that has ended.  So the frames themselves are compared.
        """
        found = self.generators.get(id(frame))
        generator = found.reference() if found is not None else None
        return frame if generator is None or generator.gi_frame is not frame else found

    def frame_of(self, generator: Any) -> Any:
        """The frame of an async generator, even after the generator has ended.

        If no frame is known, the result is the generator.  A frame would keep its
        variables alive.  So if objects must die in time, a stand-in replaces the frame.
        """
        if generator.ag_frame is not None:
            frame: Any = generator.ag_frame
            if self.lets_die:
                frame = self.stand_in(frame)
            self.frames[id(generator)] = frame
        return self.frames.get(id(generator), generator)
