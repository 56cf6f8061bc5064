"""The names of a run's objects, which are the same in every run, and what owns what.

An object is known by its `id` as long as it lives, so that what was named or looked at
is kept to the end of the run.
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

# The name of a class, whatever its metaclass defines.
qualname_of: Callable[[type], str] = vars(type)["__qualname__"].__get__
HASHES = 2**20  # that one worker gives, without coming near another's
# A point id: objects run code when they die, so that they must die in time.
FINALIZED = "objects are finalized"


@lru_cache(maxsize=10_000)
def first_hash(name: str) -> int:
    """The hash before the first that a worker gives, the same in every process.

    They follow one another, so that small sets keep the order in which one worker
    made their items.
    """
    return crc32(name.encode()) * HASHES


@lru_cache(maxsize=10_000)
def hash_of_child(name: str) -> int:
    """The hash of what `child_name` has given this name, as `child_hash` says it."""
    _, number, _, maker = name.split(" ", 3)
    return int(number) + first_hash(maker)


def reference_counts(things: dict[int, Any]) -> list[int]:
    """How many references there are to each value of a dict, this question's too."""
    return [*map(sys.getrefcount, things.values())]


# The count of what only the dict holds.
HELD_ONLY = reference_counts({0: object()})[0]


class ObjectRegistry(NamespaceRegistry):
    """What is known of the objects of a run."""

    __slots__ = (
        "counts", "display_names", "frames", "generators", "hashes", "held",
        "identities", "labels", "lets_die", "names", "primitives", "stand_ins",
    )  # fmt: skip

    # Whether the program runs code when an object dies: then none is kept.
    lets_die: bool

    def forget_objects(self) -> None:
        """Begin a run, which has other objects."""
        self.kept = []
        self.names: dict[int, Hashable] = {}  # of objects, by id
        self.primitives: dict[Hashable, Any] = {}  # by name
        self.forget_namespaces()
        # By the ids of objects, and of the frames of generators, while they live.
        self.stand_ins: dict[int, StandIn] = {}
        # What has a stand-in and cannot be known weakly, by id: it is let go once only
        # this dict holds it.
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
        """Make the tables that few runs fill: an empty one is kept for the next run."""
        self.labels: dict[int, str] = {}  # further names, for a reader
        # By id: what the code that used it first calls it, and the object.
        self.display_names: dict[int, tuple[str, Any]] = {}
        self.counts: dict[str, int] = {}  # of what CPython numbers, by kind
        self.hashes: dict[int, tuple[Any, int]] = {}  # what lives, its hash; by real id
        self.identities: dict[int, int] = {}  # what `id` returns, by real id
        self.generators: dict[int, StandIn] = {}  # by the ids of their frames
        self.frames: dict[int, Any] = {}  # of async generators, by their ids

    def child_name(self, kind: str) -> str:
        """A name that does not depend on the schedule: the maker's, and a count."""
        maker = self.current
        maker.made += 1
        return f"{kind} {maker.made} of {maker.name}"

    def child_hash(self) -> int:
        """The hash of what `child_name` has just named."""
        maker = self.current
        return maker.made + first_hash(maker.name)

    @contextlib.contextmanager
    def naming_after(self, place: str) -> Iterator[None]:
        """Name what is made meanwhile after a place: it outlives the run.

        An installed module keeps its locks from program to program.
        """
        maker = self.current
        before = maker.name, maker.made
        maker.name, maker.made = place, 0
        try:
            yield
        finally:
            maker.name, maker.made = before

    def name_of(self, thing: object) -> Hashable:
        """The object's name; one made during the run is named at its first access."""
        name = self.names.get(id(thing))
        if name is None:
            worker = self.current
            worker.named += 1
            kind = thing.kind if type(thing) is StandIn else type(thing)
            name = New(qualname_of(kind), worker.number, worker.named)
            self.names[id(thing)] = name
            self.kept.append(thing)  # or its id could become another's
        return name

    def name_objects(self, names: dict[int, str], labels: dict[int, str]) -> None:
        """Give objects names that last for all runs, and further ones for a reader.

        A name from a first access stays: a thread that a scenario's `__init__` has
        started may already have used it.
        """
        self.names = {**names, **self.names}
        if labels:
            self.labels = labels

    def keep(self, thing: object) -> None:
        """Keep an object to the end of the run: its id must not become another's."""
        self.kept.append(thing)

    def keep_all(self, things: Iterable[object]) -> None:
        """The same of several objects."""
        self.kept += things

    def identity(self, thing: object) -> int:
        """What `id` returns: a number that is the same in each run, not an address."""
        known = self.known_as(thing) if self.lets_die else thing
        self.kept.append(known)
        return self.identities.setdefault(id(known), len(self.identities) + 1)

    def serial(self, kind: str) -> int:
        """The number of a new object among those of its kind, from 1 on."""
        self.counts[kind] = number = self.counts.get(kind, 0) + 1
        return number

    def hash_of(self, thing: object) -> int:
        """What `hash` returns for an object that compares by identity.

        The address would differ from run to run, and the order of sets with it.
        """
        found = self.hashes.get(id(thing))
        if found is None:
            worker = self.current
            worker.hashed += 1
            found = self.while_alive(thing), worker.hashed + first_hash(worker.name)
            self.hashes[id(thing)] = found
        return found[1]

    def while_alive(self, thing: Any) -> Any:
        """What tells, when it is kept, how long an object lives; itself if nothing can.

        A weak dictionary or set hashes an object that it must not keep alive.
        """
        number, hashes = id(thing), self.hashes

        def forget(reference: object) -> None:
            """The id may become another's."""
            if hashes.get(number, (None,))[0] is reference:
                del hashes[number]

        try:
            return weakref.ref(thing, forget)
        except TypeError:  # it has no place for one
            return self.stand_in(thing) if self.lets_die else thing

    def register_primitive(self, name: Hashable, primitive: Any) -> None:
        # Its name alone says which it is: it need not be kept.
        self.primitives[name] = self.stand_in(primitive) if self.lets_die else primitive

    def note_display_name(self, thing: object, name: str) -> None:
        """Note what the program calls an object, for a reader of the trace.

        It depends on the schedule, so that no saved schedule may have it.
        """
        self.display_names[id(thing)] = name, thing

    # --- Objects that must die in time ------------------------------------------------

    def stand_in(self, thing: Any) -> StandIn:
        """What stands for an object that must not be kept: the same while it lives."""
        number = id(thing)
        found = self.stand_ins.get(number)
        return found if found is not None else self.new_stand_in(thing, number)

    def to_keep(self, thing: Any) -> Any:
        return self.known_as(thing) if self.lets_die else thing

    def known_as(self, thing: Any) -> Any:
        """What stands for an object; itself if that lives as long as its program."""
        kind = type(thing)
        if kind is StandIn or issubclass(kind, (type, ModuleType)):
            return thing
        return self.stand_in(thing)

    def new_stand_in(self, thing: Any, number: int) -> StandIn:
        def forget(reference: object) -> None:
            """The id may become another's, unless this is another run already."""
            known = self.stand_ins.get(number)
            if known is not None and known.reference is reference:
                self.forget_id(number)

        reference: Callable[[], Any]
        try:
            reference = weakref.ref(thing, forget)
        except TypeError:  # it has no place for one
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
        """Forget the object with this id, which may become another's."""
        self.stand_ins.pop(number).reference = nothing
        self.names.pop(number, None)
        if number in self.hashes and type(self.hashes[number][0]) is StandIn:
            del self.hashes[number]

    def let_go(self) -> None:
        """Let what only this registry holds die, with what that alone holds."""
        held = self.held
        while held:
            counts = reference_counts(held)
            fewest = min(counts)
            if fewest > HELD_ONLY:  # as nearly always
                return
            number = [*held][counts.index(fewest)]
            self.forget_id(number)
            del held[number]  # code of the program may run here, and hold more

    def let_all_go(self) -> None:
        """Hold nothing any more: from now on no access is looked at."""
        if self.held:
            for number in [*self.held]:
                self.forget_id(number)
            self.held.clear()

    def generator_of(self, frame: Any) -> Any:
        """What stands for the generator that runs in a frame; the frame if unknown.

        A frame that has ended may have left its id to another.
        """
        found = self.generators.get(id(frame))
        generator = found.reference() if found is not None else None
        return frame if generator is None or generator.gi_frame is not frame else found

    def frame_of(self, generator: Any) -> Any:
        """The frame of an async generator, also once it has ended; else itself.

        The frame would keep its variables alive, so that something stands for it where
        objects must die in time.
        """
        if generator.ag_frame is not None:
            frame: Any = generator.ag_frame
            if self.lets_die:
                frame = self.stand_in(frame)
            self.frames[id(generator)] = frame
        return self.frames.get(id(generator), generator)
