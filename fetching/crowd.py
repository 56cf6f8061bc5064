"""The bodies and lines of many URLs that are written together."""

from collections.abc import Callable

from fetching.journal import Entry
from fetching.options import WHOLE_BYTES
from fetching.pipe import Pipe
from fetching.ranges import Place

Chunk = bytes | bytearray | memoryview
# If the bodies that wait have more bytes than this, no further body is added to them.
CROWD_BYTES = 1024 * 1024
CROWD_URLS = 256  # the most lines that wait to be written


class Crowd:
    """Small bodies with adjacent places, and lines; they are written together."""

    def __init__(self) -> None:
        self.bodies: list[Chunk] = []
        self.offset = self.end = 0  # the place of the bodies in the file
        self.entries: list[Entry] = []
        self.calls: list[tuple[Callable[..., object], tuple[object, ...]]] = []

    def takes(self, place: Place, chunk: Chunk | Pipe) -> bool:
        """Add a body if it is whole, small, and begins where the last body ends.

        Returns whether the body was added.
        """
        offset, length = place.offset, place.length
        if len(chunk) != length or length > WHOLE_BYTES or isinstance(chunk, Pipe):
            return False
        if not self.bodies:
            self.offset = offset
        elif offset != self.end or offset - self.offset > CROWD_BYTES:
            return False
        self.bodies.append(chunk)
        self.end = offset + length
        return True
