"""The data of a search, in words that mean the same in a process elsewhere.

Each process numbers its workers and sites in the order in which it met them.  This
order differs between processes.  So names and places in the source are sent instead of
numbers.
"""

from collections.abc import Callable
from typing import Any

from bench.correctness.engine.kernel import kernel
from bench.correctness.engine.races import LoopPlace
from bench.correctness.engine.transitions import Drawn, New, PointId, Written
from bench.correctness.instrument.sites import SITES

PLAIN = (type(None), bool, int, float, complex, str, bytes)
OURS = "bench.correctness."  # modules whose objects live for one run only
Words = Any  # plain values, and tuples of them; a tuple begins with its kind


class NotSerializableError(Exception):
    """A value has no meaning in another process; for example an object as a key."""


def in_words(value: Any, name_of: Callable[[int], str]) -> Words:
    """Put an access, a part of an access, or a point id into words.

    `name_of` returns a worker's name.  Raises NotSerializableError.
    """
    kind = type(value)
    if kind in PLAIN:
        return value
    if kind is New:
        return "new", value.kind, name_of(value.worker), value.serial
    if kind is LoopPlace:
        return "loop", value.part, value.loop
    if kind is Written:
        return "written", value.key
    if kind is Drawn:
        return "drawn", value.by
    if kind is tuple:
        return "tuple", *(in_words(item, name_of) for item in value)
    if kind is frozenset:
        items = [in_words(item, name_of) for item in value]
        return "set", *sorted(items, key=repr)
    if "__eq__" not in _defined(kind) and kind.__module__.startswith(OURS):
        return ("gone",)  # an object of one run, equal to no object of a later run
    raise NotSerializableError(repr(kind))


def from_words(words: Words) -> Any:
    """The value in this process."""
    if type(words) is not tuple:
        return words
    kind, *parts = words
    if kind == "new":
        return New(parts[0], kernel.number(parts[1]), parts[2])
    if kind == "loop":
        return LoopPlace(*parts)
    if kind == "written":
        return Written(*parts)
    if kind == "drawn":
        return Drawn(*parts)
    if kind == "tuple":
        return tuple(map(from_words, parts))
    if kind == "set":
        return frozenset(map(from_words, parts))
    return object()


def _defined(kind: type) -> set[str]:
    """The names that a class and its bases, except `object`, define."""
    return {name for base in kind.__mro__[:-1] for name in vars(base)}


class Places:
    """Converts the sites of this process to places in the source, and back.

    Sites are equal if they have the same file, line, verb, key and words.  To tell them
    apart, a place has a rank: the newest of the equal sites has rank 1, the one before
    it has rank 2, and so on.  If a file was loaded twice, each of its sites exists
    twice, and only the newer sites are in use.  The newer sites have the first ranks.
    So they have the same ranks as in a process that has loaded the file only once.
    """

    def __init__(self) -> None:
        self.newest = 0
        self.places: dict[int, tuple[Any, ...]] = {}
        self.numbers: dict[tuple[Any, ...], int] = {}

    def update(self) -> None:
        """Add the sites of modules that were imported since the last update."""
        newest = next(reversed(SITES))
        if newest == self.newest:
            return
        self.newest = newest
        counts: dict[tuple[Any, ...], int] = {}
        self.places, self.numbers = {}, {}
        for number, site in sorted(SITES.items(), reverse=True):
            where = (site.file, site.line, site.verb, site.key, site.words)
            counts[where] = nth = counts.get(where, 0) + 1
            self.places[number] = (*where, nth)
            self.numbers[*where, nth] = number

    def in_words(self, point: PointId) -> Words:
        """Put a scheduling point into words.  Raises NotSerializableError."""
        if type(point) is int:
            self.update()
            return ("site", *self.places[point])
        return in_words(point, name_of_number)

    def from_words(self, words: Words) -> PointId:
        """The point in this process.  Raises NotSerializableError if it is unknown."""
        if type(words) is tuple and words[0] == "site":
            self.update()
            number = self.numbers.get(words[1:])
            if number is None:
                raise NotSerializableError(f"{words[1]} is not loaded")
            return number
        point: PointId = from_words(words)
        return point


def name_of_number(number: int) -> str:
    """The name of the worker with this number in this process."""
    for name, known in kernel.numbers.items():
        if known == number:
            return name
    raise NotSerializableError(f"worker {number}")
