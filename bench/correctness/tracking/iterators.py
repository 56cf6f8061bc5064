"""The object whose accesses stand for those to an iterator."""

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
# Types of iterators for which another object stands.
SHARED_OTHERWISE = {TEE, types.AsyncGeneratorType, types.GeneratorType, *LAZY}
HANDLING = opmap["PUSH_EXC_INFO"]  # begins an `except`, a `finally`, the end of `with`
LAZY_DEPTH = 6  # of one behind another, and of the tuples between them


def shared_iterator(iterator: Any) -> Any:
    """The object whose accesses stand for those to an iterator.

    A generator that were kept alive would be closed later than in the program: another
    object stands for it, and its frame for an async one.  It also stands for what takes
    its items from the generator, as `enumerate` does, and would keep it alive.
    Iterators of a tee share the one behind them.
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
    """Whether code does something when it is left early, as a closed generator is."""
    return HANDLING in code.co_code[::2]


def generator_behind(lazy: Any, depth: int = LAZY_DEPTH) -> Any:
    """The first generator that an iterator takes its items from, or None."""
    if type(lazy) is types.GeneratorType:
        return lazy
    if depth and (type(lazy) in LAZY or type(lazy) is tuple):
        for thing in gc.get_referents(lazy):
            if (found := generator_behind(thing, depth - 1)) is not None:
                return found
    return None


class PlaceOfIterator:
    """Stands for an iterator which calls a function: it keeps nothing alive.

    It knows which iterators ask that one in this run: at its end an iterator forgets
    what it asked, so that what is left of it must be accessed as well.
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
        """What a call of the function accesses: this place, and who asks for it."""
        asked_by = self.asked_by.values() if self.run is kernel.start else ()
        return [self, *asked_by]


class CallbackOfIterator:
    """A function that one iterator calls for each item, and the place of that."""

    __slots__ = ("place",)

    def __init__(self) -> None:
        self.place = PlaceOfIterator()


def calls_python(iterator: Any) -> bool:
    """Whether an iterator calls a function in which other workers may run.

    They may ask it meanwhile, though only another iterator refers to it.
    """
    return type(iterator) in LAZY and type(place_of_lazy(iterator)) is PlaceOfIterator


def place_of_lazy(iterator: Any) -> Any:
    """The object whose accesses stand for those to an iterator without a generator."""
    for one in gc.get_referents(iterator):
        if issubclass(type(one), CallbackOfIterator):
            return one.place
    return iterator


def first_referent(thing: Any) -> Any:
    """The first object that it refers to, its type left out."""
    return next(one for one in gc.get_referents(thing) if type(one) is not type)


# What iterators of a tee have in common: it keeps the items, and the iterator of them.
TEE_ITEMS: type = type(first_referent(itertools.tee(())[0]))
