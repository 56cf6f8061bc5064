"""Find the object whose accesses represent the accesses to an iterator."""

import gc
import itertools
import types
from collections.abc import Iterable
from functools import lru_cache
from opcode import opmap
from typing import Any

from bench.correctness.engine.kernel import kernel

TEE: type = type(itertools.tee(())[0])
LAZY = {
    enumerate, map, filter, zip, itertools.islice, itertools.takewhile,
    itertools.dropwhile, itertools.filterfalse, itertools.accumulate,
    itertools.starmap, itertools.groupby,
}  # fmt: skip
# Types of iterators whose accesses another object represents.
SHARED_OTHERWISE = {TEE, types.AsyncGeneratorType, types.GeneratorType, *LAZY}
HANDLING = opmap["PUSH_EXC_INFO"]  # begins an `except`, a `finally`, the end of `with`
LAZY_DEPTH = 6  # levels of iterators behind iterators, and of tuples between them


def shared_iterator(iterator: Any) -> Any:
    """Return the object whose accesses represent the accesses to an iterator.

    The explorer keeps the objects of accesses alive.  If it kept a generator alive, the
    generator would be closed later than in the program.  So another object is used:

    - For a generator: a stand-in.
    - For an async generator: its frame.
    - For an iterator such as `enumerate` that takes items from a generator: the
      stand-in of the generator, because the iterator keeps the generator alive.
    - For an iterator such as `enumerate` without a generator: see `place_of_lazy`.
    - For an iterator of a `tee`: what represents the iterator that the `tee` uses.
    """
    kind = type(iterator)
    if kind is TEE:
        return shared_iterator(first_referent(first_referent(iterator)))
    if kind is types.AsyncGeneratorType:
        return kernel.frame_of(iterator)
    if kind in LAZY:
        behind = generator_behind(iterator)
        if behind is None:
            return place_of_lazy(iterator)
        iterator = behind
        kind = type(iterator)
    if kind is types.GeneratorType:
        if not kernel.lets_die and handles_exceptions(iterator.gi_code):
            kernel.note_finalizers()
        return kernel.stand_in(iterator)
    return iterator


@lru_cache(maxsize=1_000)
def handles_exceptions(code: types.CodeType) -> bool:
    """Whether code of a generator does something when the generator is closed early."""
    return HANDLING in code.co_code[::2]


def generator_behind(lazy: Any, depth: int = LAZY_DEPTH) -> Any:
    """Return the first generator from which an iterator takes its items, or None.

    The search follows iterators behind iterators for `depth` levels.
    """
    if type(lazy) is types.GeneratorType:
        return lazy
    if depth and (type(lazy) in LAZY or type(lazy) is tuple):
        for thing in gc.get_referents(lazy):
            if (found := generator_behind(thing, depth - 1)) is not None:
                return found
    return None


class PlaceOfIterator:
    """Represents an iterator that calls a function; does not keep the iterator alive.

    Let `a = map(f, items)` be the represented iterator.  Another iterator may take its
    items from `a`, such as `b = islice(a, 3)`.  Then a call of `f` counts as an access
    to `a`, and also as an access to `b`.  But `a` has no reference to `b`.  And `b`
    drops its reference to `a` when `b` is exhausted.  So `asked_by` stores `b`, or an
    object that represents `b`, until the end of the run.
    """

    __slots__ = ("__weakref__", "asked_by", "run")

    def __init__(self) -> None:
        self.asked_by: dict[int, Any] = {}
        self.run: object = None

    def note_asked_by(self, iterators: Iterable[Any]) -> None:
        if self.run is not kernel.start:
            self.run = kernel.start
            self.asked_by.clear()
        for one in iterators:
            known = kernel.to_keep(shared_iterator(one))
            if known is not kernel.to_keep(self):
                self.asked_by[id(known)] = known

    def places(self) -> list[Any]:
        """Return this place, and the iterators that take items from its iterator."""
        asked_by = self.asked_by.values() if self.run is kernel.start else ()
        return [self, *asked_by]


class CallbackOfIterator:
    """A function that an iterator calls for each item, and the iterator's place."""

    __slots__ = ("place",)

    def __init__(self) -> None:
        self.place = PlaceOfIterator()


def calls_python(iterator: Any) -> bool:
    """Whether an iterator calls a function in which other workers may run.

    During the call, the other workers may use the iterator.  They need no reference to
    it: they may use another iterator that takes its items from this one.
    """
    return type(iterator) in LAZY and type(place_of_lazy(iterator)) is PlaceOfIterator


def place_of_lazy(iterator: Any) -> Any:
    """Return the object that represents an iterator without a generator behind it.

    If the iterator calls a CallbackOfIterator, this is the place of the callback.
    Otherwise it is the iterator itself.
    """
    for one in gc.get_referents(iterator):
        if issubclass(type(one), CallbackOfIterator):
            return one.place
    return iterator


def first_referent(thing: Any) -> Any:
    """Return the first object to which an object refers, except its type."""
    return next(one for one in gc.get_referents(thing) if type(one) is not type)


# The type of the object that all iterators of a `tee` share.  It holds the items taken
# so far, and the iterator that the `tee` uses.
TEE_ITEMS: type = type(first_referent(itertools.tee(())[0]))
