"""The index of a file of bodies: one line per URL; lines are only added.

When a line is written, the bytes that it names are already in the file of bodies.  If a
number has several lines, the last one counts.  A kill may leave a last line without its
end: that line is ignored.
"""

import os
from array import array
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec
from msgspec.structs import replace

BINARY = getattr(os, "O_BINARY", 0)  # without this flag, Windows changes line ends
SCAN_BYTES = 1024 * 1024


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """A line of the index; offset and length are None if there is no body."""

    number: int  # the number of the URL in the list, from 1
    url: str
    offset: int | None = None
    length: int | None = None
    status: int | None = None
    seconds: float = 0.0
    error: str | None = None


def rounded(seconds: float) -> float:
    """Cut a duration to whole microseconds, for a line of the index."""
    return int(seconds * 1e6) / 1e6


encoded = msgspec.json.Encoder().encode
encoded_lines = msgspec.json.Encoder().encode_lines
decoded = msgspec.json.Decoder(Entry).decode


def line_of(entry: Entry) -> bytes:
    """Return an entry as a line of JSON."""
    try:
        return encoded(entry) + b"\n"
    except UnicodeEncodeError:  # a single surrogate, which JSON cannot contain
        url = entry.url.encode(errors="backslashreplace").decode()
        error = entry.error and entry.error.encode(errors="backslashreplace").decode()
        return encoded(replace(entry, url=url, error=error)) + b"\n"


class Journal:
    """The open index; it takes no lock, so workers that share it must guard it."""

    def __init__(self, path: Path, file: int) -> None:
        self.path = path
        self.file = file
        self.end = os.fstat(file).st_size  # size of the whole lines in bytes
        self.superseded = False  # whether a number has several lines

    def append(self, entries: Sequence[Entry]) -> None:
        """Add lines, all of them or none; raises OSError."""
        try:
            added = encoded_lines(entries)
        except UnicodeEncodeError:
            added = b"".join(map(line_of, entries))
        try:
            written = os.write(self.file, added)
            while written < len(added):  # if the disk is full, the next write raises
                written += os.write(self.file, added[written:])
        except BaseException:
            # half a line would make the next line invalid
            os.ftruncate(self.file, self.end)
            raise
        self.end += len(added)

    def clear(self) -> None:
        """Delete all lines."""
        os.ftruncate(self.file, 0)
        self.end = 0

    def cut_torn_line(self) -> None:
        """If a kill has left a last line without its end, delete this line."""
        self.end = sum(len(line) for _, line in lines(self.file))
        os.ftruncate(self.file, self.end)

    def entries(self) -> Iterator[tuple[int, Entry]]:
        """Yield every line in order, with its position in the file."""
        for position, line in lines(self.file):
            try:
                entry = decoded(line)
            except ValueError as error:
                raise ValueError(
                    f"{self.path} is not the index of a fetch, see byte {position}"
                ) from error
            yield position, entry

    def entry_at(self, position: int) -> Entry:
        """Return the line that starts at a position."""
        line, size = b"", 4096
        while b"\n" not in line:
            # This moves no write: the file is in append mode.
            os.lseek(self.file, position, os.SEEK_SET)
            line, size = os.read(self.file, size), size * 4
        return decoded(line.partition(b"\n")[0])

    def last_positions(self) -> "array[int]":
        """Return the position of the last line of each number, -1 if it has none."""
        last = array("q")
        for position, entry in self.entries():
            if entry.number >= len(last):
                last.extend([-1] * (entry.number + 1 - len(last)))
            last[entry.number] = position
        return last

    def drop_superseded(self) -> None:
        """Replace the index, in one step, by an index with one line per number."""
        last = self.last_positions()
        self.rewrite(lambda position, entry: last[entry.number] == position)
        self.superseded = False

    def rewrite(self, wanted: Callable[[int, Entry], bool]) -> None:
        draft_path = self.path.with_name(self.path.name + ".part")
        with draft_path.open("wb") as draft:
            for position, entry in self.entries():
                if wanted(position, entry):
                    draft.write(line_of(entry))
        os.close(self.file)
        self.file = -1
        os.replace(draft_path, self.path)
        self.file = os.open(self.path, os.O_RDWR | os.O_APPEND | BINARY)
        self.end = os.fstat(self.file).st_size

    def close(self) -> None:
        if self.file >= 0:
            os.close(self.file)
            self.file = -1


def lines(file: int) -> Iterator[tuple[int, bytes]]:
    """Yield the whole lines of a file with their positions; reads the file in parts."""
    position, rest, scanned = 0, b"", 0
    while True:
        os.lseek(file, scanned, os.SEEK_SET)
        part = os.read(file, SCAN_BYTES)
        if not part:
            return
        scanned += len(part)
        *whole, rest = (rest + part).split(b"\n")
        for line in whole:
            yield position, line + b"\n"
            position += len(line) + 1


def read_index(path: Path) -> list[Entry]:
    """Return the last line of each number, in the order of the list."""
    found: dict[int, Entry] = {}
    with path.open("rb") as file:
        for _, line in lines(file.fileno()):
            entry = decoded(line)
            found[entry.number] = entry
    return [found[key] for key in sorted(found)]
