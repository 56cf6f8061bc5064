"""What is to be written to a file of bodies together, for many URLs at once."""

from collections.abc import Callable

from fetching.journal import Entry
from fetching.options import WHOLE_BYTES
from fetching.ranges import Place

Chunk = bytes | bytearray | memoryview
CROWD_BYTES = 1024 * 1024  # of bodies that wait to be written
CROWD_URLS = 256  # whose lines do


class Crowd:
    """Small bodies that lie one behind the other, and lines, to be written at once."""

    def __init__(self) -> None:
        self.bodies: list[Chunk] = []
        self.offset = self.end = 0  # of the bodies
        self.entries: list[Entry] = []
        self.calls: list[tuple[Callable[..., object], tuple[object, ...]]] = []

    def takes(self, place: Place, chunk: Chunk) -> bool:
        """Keep a body, if it is whole, small, and begins where the last one ends."""
        offset, length = place.offset, place.length
        if len(chunk) != length or length > WHOLE_BYTES:
            return False
        if not self.bodies:
            self.offset = offset
        elif offset != self.end or offset - self.offset > CROWD_BYTES:
            return False
        self.bodies.append(chunk)
        self.end = offset + length
        return True
