"""Which ranges of the file of bodies are taken; this module opens no file."""

from bisect import insort
from collections.abc import Iterable

import msgspec


class Place(msgspec.Struct, frozen=True, order=True, gc=False):
    """A range of the file."""

    offset: int
    length: int

    @property
    def end(self) -> int:
        return self.offset + self.length


class Ranges:
    """The taken ranges of a file: all bytes below `end`, except those in a gap."""

    def __init__(self) -> None:
        self.end = 0
        self.gaps: list[Place] = []  # the gaps in the order of the file

    def take(self, length: int) -> Place:
        """Take a range of this length: in the first gap with room, or at the end."""
        if length == 0:
            return Place(0, 0)  # an empty body needs no bytes of the file
        for position, gap in enumerate(self.gaps) if self.gaps else ():
            if gap.length >= length:
                rest = Place(gap.offset + length, gap.length - length)
                self.gaps[position : position + 1] = [rest] if rest.length else []
                return Place(gap.offset, length)
        place = Place(self.end, length)
        self.end += length
        return place

    def give_back(self, place: Place) -> None:
        """Free a range; adjacent gaps are joined, and a gap at the end lowers `end`."""
        if not place.length:
            return
        insort(self.gaps, place)
        joined: list[Place] = []
        for gap in self.gaps:
            if joined and joined[-1].end == gap.offset:
                gap = Place(joined[-1].offset, joined.pop().length + gap.length)
            joined.append(gap)
        if joined[-1].end == self.end:
            self.end = joined.pop().offset
        self.gaps = joined

    def occupy(self, places: Iterable[Place]) -> None:
        """Take these ranges, given in the order of the file; only for a new object.

        Raises ValueError if two of them overlap.
        """
        for place in places:
            if place.offset < self.end:
                raise ValueError(f"{place} begins before {self.end}, inside another")
            if place.offset > self.end:
                self.gaps.append(Place(self.end, place.offset - self.end))
            self.end = place.end
