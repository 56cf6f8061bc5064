"""One file of whole bodies, and beside it the index that says where each one lies.

Knows neither threads nor tasks: code that shares it guards it.  A body's bytes are
written before its line, and a line in one write, so that the index is right at every
moment, also after a kill; a last line without its end is not a line.  Once the file
is closed, each of its bytes belongs to exactly one line.
"""

import errno
import json
import os
import shutil
import tempfile
import weakref
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from fetching import failure
from fetching.offset_io import copy_some, move_down, write_all

COPY_BYTES = 4 * 1024 * 1024
BINARY = getattr(os, "O_BINARY", 0)  # Windows would change line ends


@dataclass(frozen=True)
class Place:
    """A range of the file."""

    offset: int
    length: int

    @property
    def end(self) -> int:
        return self.offset + self.length


@dataclass(frozen=True)
class Entry:
    """A line of the index; offset and length are None where there is no body."""

    url: str
    offset: int | None = None
    length: int | None = None
    status: int | None = None
    seconds: float = 0.0
    error: str | None = None


class BodyFile:
    """PATH and PATH.index.jsonl; without a path, files that go with this object."""

    def __init__(self, path: str | None = None) -> None:
        if path is None:
            directory = tempfile.mkdtemp(prefix="bodies-")
            weakref.finalize(self, shutil.rmtree, directory)
            path = os.path.join(directory, "bodies")
        self.path = Path(path)
        self.index_path = self.path.with_name(self.path.name + ".index.jsonl")
        self.file, self.index = open_empty(self.path, self.index_path)
        self.end = 0  # of what is reserved
        self.reserved: set[Place] = set()  # and not in the index yet
        self.gaps: list[Place] = []  # given back from before the end

    def reserve(self, length: int) -> Place:
        """Take a range of this length: a gap it fits into, or else at the end."""
        if length == 0:
            return Place(0, 0)  # it is nowhere: no gap that closes can move it
        for number, gap in enumerate(self.gaps):
            if gap.length >= length:
                place = Place(gap.offset, length)
                self.gaps[number] = Place(place.end, gap.length - length)
                break
        else:
            place = Place(self.end, length)
            self.end = place.end
        self.reserved.add(place)
        return place

    def allocate(self, place: Place) -> None:
        """Make sure of the room for a place; raises FetchError when there is none."""
        free = shutil.disk_usage(self.path.parent).free
        if place.length > free:  # do not even try: the others would see a full disk
            raise failure.no_room(place.length)
        if hasattr(os, "posix_fallocate"):
            try:
                os.posix_fallocate(self.file, place.offset, place.length)
            except OSError as error:
                if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
                    raise failure.no_room(place.length) from error
                if error.errno not in (errno.EOPNOTSUPP, errno.EINVAL):
                    raise

    def write(self, place: Place, position: int, chunk: bytes | bytearray) -> None:
        """Write within a place; needs no guard, for a place has one owner."""
        if position + len(chunk) > place.length:
            raise ValueError(f"{position} + {len(chunk)} bytes do not fit {place}")
        write_all(self.file, chunk, place.offset + position)

    def spool(self) -> IO[bytes]:
        """A nameless file on the same file system, for a body of unknown length."""
        return tempfile.TemporaryFile(dir=self.path.parent)

    def copy(self, spool: IO[bytes], place: Place) -> Iterator[int]:
        """Fill a place from the start of a spool; yields every few MiB."""
        spool.flush()
        position = 0
        while position < place.length:
            length = min(COPY_BYTES, place.length - position)
            offset = place.offset + position
            position += copy_some(spool.fileno(), self.file, length, position, offset)
            yield position

    def enter(self, entry: Entry) -> None:
        """Add a line to the index: for a place that is filled, or a failure."""
        line = line_of(entry)
        before = os.fstat(self.index).st_size
        try:
            written = os.write(self.index, line)
            while written < len(line):  # the disk is full: the next write says so
                written += os.write(self.index, line[written:])
        except OSError:
            os.ftruncate(self.index, before)  # half a line would spoil the next
            raise
        if entry.offset is not None and entry.length is not None:
            self.reserved.discard(Place(entry.offset, entry.length))

    def release(self, place: Place) -> None:
        """Give back a place whose body did not come."""
        self.reserved.discard(place)
        self.gaps = [gap for gap in (*self.gaps, place) if gap.length]
        self.gaps.sort(key=lambda gap: gap.offset)
        while self.gaps and self.gaps[-1].end == self.end:
            self.end = self.gaps.pop().offset
        if os.fstat(self.file).st_size > self.end:
            os.ftruncate(self.file, self.end)

    def close(self) -> None:
        """Give back what never came, close the gaps, then the files."""
        if self.file < 0:
            return
        try:
            for place in tuple(self.reserved):
                self.release(place)
            if any(gap.length for gap in self.gaps):
                self.close_gaps()
        finally:
            os.close(self.file)
            os.close(self.index)
            self.file = self.index = -1

    def close_gaps(self) -> None:
        """Move bodies down over the gaps; while one moves, the index does not name it.

        A place below all that moves keeps its line throughout.
        """
        entries = read_index(self.index_path)
        bottom = min(gap.offset for gap in self.gaps)
        above = [e for e in entries if e.offset is not None and e.offset >= bottom]
        self.replace_index([entry for entry in entries if entry not in above])
        above.sort(key=lambda entry: (entry.offset or 0, entry.length or 0))
        moved = 0
        try:
            for entry in above:
                length = entry.length or 0
                move_down(self.file, length, entry.offset or 0, bottom)
                moved += 1
                self.enter(replace(entry, offset=bottom))
                bottom += length
            os.ftruncate(self.file, bottom)
        except BaseException:
            for entry in above[moved + 1 :]:
                self.enter(entry)  # cut off: those not touched are where they were
            raise

    def replace_index(self, entries: list[Entry]) -> None:
        """Put another index in the place of this one, in one step."""
        draft = self.index_path.with_name(self.index_path.name + ".part")
        draft.write_bytes(b"".join(map(line_of, entries)))
        os.close(self.index)
        os.replace(draft, self.index_path)
        self.index = os.open(self.index_path, os.O_RDWR | os.O_APPEND | BINARY)


def line_of(entry: Entry) -> bytes:
    """An entry as a line of JSON, in ASCII, seconds to the microsecond."""
    fields = {**vars(entry), "seconds": round(entry.seconds, 6)}
    return json.dumps(fields).encode("ascii") + b"\n"


def open_empty(path: Path, index_path: Path) -> tuple[int, int]:
    """Open both files and empty them; touches neither unless it can have both."""
    with ExitStack() as undo:
        files = []
        for each, append in ((path, 0), (index_path, os.O_APPEND)):
            if each.exists() and not each.is_file():
                raise OSError(errno.EINVAL, "not a regular file", str(each))
            new = not each.exists()
            flags = os.O_RDWR | os.O_CREAT | append | BINARY
            files.append(os.open(each, flags, 0o666))
            if new:
                undo.callback(each.unlink)
            undo.callback(os.close, files[-1])
        undo.pop_all()
    os.ftruncate(files[1], 0)  # the index first: no line may name bytes that are gone
    os.ftruncate(files[0], 0)
    return files[0], files[1]


def read_index(path: Path) -> list[Entry]:
    """The lines of an index; a last one that a kill cut off is left out."""
    with suppress(FileNotFoundError):
        lines = path.read_bytes().split(b"\n")[:-1]
        return [Entry(**json.loads(line)) for line in lines]
    return []
