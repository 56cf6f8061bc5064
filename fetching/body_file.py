"""One file of whole bodies, and beside it the index that says where each one lies.

Knows neither threads nor tasks: code that shares it guards it.  A body's bytes are
written before its line, and a line in one write, so that the index is right at every
moment, also after a kill.  Where small bodies come in crowds, those that lie one behind
the other are written together, and so are their lines.  Once the file is closed, each
of its bytes belongs to exactly one line.
"""

import errno
import os
import shutil
import weakref
from array import array
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from itertools import chain
from pathlib import Path
from typing import IO

from fetching import failure
from fetching.compacting import close_gaps
from fetching.crowd import CROWD_URLS, Chunk, Crowd
from fetching.journal import BINARY, Entry, Journal
from fetching.offset_io import copy_all, lock, write_all
from fetching.ranges import Place, Ranges
from fetching.target import masked

COPY_BYTES = 4 * 1024 * 1024
CHECKED_BYTES = 65536  # room for less is not asked about, writing tells
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class BodyFile:
    """PATH and PATH.index.jsonl; without a path, files that go with this object.

    To resume is to keep what the index says is done, and to go on behind it.
    """

    def __init__(self, path: str | None = None, resume: bool = False) -> None:
        if path is None:
            import tempfile  # much to load, and seldom used

            directory = tempfile.mkdtemp(prefix="bodies-")
            weakref.finalize(self, shutil.rmtree, directory)
            path = os.path.join(directory, "bodies")
        self.path = Path(path)
        self.index_path = self.path.with_name(self.path.name + ".index.jsonl")
        self.file, index = open_both(self.path, self.index_path)
        self.journal = Journal(self.index_path, index)
        self.ranges = Ranges()
        self.reserved: dict[int, list[Place]] = {}  # by number, not in the index yet
        self.done: array[int] = array("q")  # by number: the hash of a URL in the index
        self.resumed = 0  # bodies that were there already
        # Has a function called soon, to write then what has come until then; None: all
        # is written at once.
        self.soon: Callable[[Callable[[], object]], object] | None = None
        self.crowd = Crowd()
        self.is_due = False  # the call that will write it
        self.failed: Exception | None = None  # why what was put off is not written
        if resume:
            self.recall()
        else:
            self.journal.clear()  # first: no line may name bytes that are gone
            os.ftruncate(self.file, 0)

    def recall(self) -> None:
        """Take over what the index says, and drop what it does not name."""
        self.journal.cut_torn_line()
        size = os.fstat(self.file).st_size
        last, places = self.journal.last_positions(), []
        for position, entry in self.journal.entries():
            if last[entry.number] != position:
                self.journal.superseded = True
            elif entry.offset is not None and entry.length is not None:
                if entry.offset + entry.length > size:
                    raise ValueError(
                        f"{self.index_path} names bytes that {self.path} does not have"
                    )
                places.append((entry.offset, entry.length))
                if entry.number >= len(self.done):
                    self.done.extend([0] * (entry.number + 1 - len(self.done)))
                self.done[entry.number] = hashed(entry.url)
                self.resumed += 1
        self.ranges.occupy(Place(*place) for place in sorted(places) if place[1])
        os.ftruncate(self.file, self.ranges.end)

    def is_done(self, number: int, url: str) -> bool:
        """Whether the body of a URL was there already; raises ValueError for another.

        A list that was changed in the middle would give bodies the wrong URL.
        """
        if number >= len(self.done) or not self.done[number]:
            return False
        if self.done[number] != hashed(masked(url)):
            raise ValueError(
                f"URL {number} of the list is not the one that {self.path} was fetched"
                " from; resume with the same list, URLs may be added at its end"
            )
        return True

    def missing(self, urls: Iterable[str]) -> Iterator[tuple[int, str]]:
        """Those whose bodies were not there, each with its number in the list.

        Raises ValueError while it is iterated over, as `is_done` does.
        """
        numbered = enumerate(urls, 1)
        if not self.resumed:
            return numbered
        return (each for each in numbered if not self.is_done(*each))

    def reserve(self, number: int, length: int) -> Place:
        """Take a range for a body; raises FetchError when the disk has less room."""
        if length > CHECKED_BYTES:
            self.check_room(length)
        place = self.ranges.take(length)
        self.reserved.setdefault(number, []).append(place)
        return place

    def held(self, number: int, length: int) -> Place | None:
        """The range of this length that an earlier attempt at a body has left."""
        places = self.reserved.get(number, ())
        return next((place for place in places if place.length == length), None)

    def check_room(self, length: int) -> None:
        """Raise FetchError if the disk has less room than that."""
        if length > shutil.disk_usage(self.path.parent).free:
            raise failure.no_room(length)

    def allocate(self, place: Place) -> None:
        """Make sure of the room for a place; raises FetchError when there is none."""
        if hasattr(os, "posix_fallocate") and place.length:
            try:
                os.posix_fallocate(self.file, place.offset, place.length)
            except OSError as error:
                if error.errno in FULL:
                    raise failure.no_room(place.length) from error
                if error.errno not in (errno.EOPNOTSUPP, errno.EINVAL):
                    raise

    def write(self, place: Place, position: int, chunk: Chunk) -> None:
        """Write within a place; needs no guard, for a place has one owner.

        A whole small body may be written later: it must not be changed.
        """
        if position + len(chunk) > place.length:
            raise ValueError(f"{position} + {len(chunk)} bytes do not fit {place}")
        if self.soon is None or not self.crowd.takes(place, chunk):
            write_all(self.file, chunk, place.offset + position)

    def append(self, number: int, body: Chunk) -> Place:
        """Take a range for a whole body, and write it, maybe later: do not change it.

        Raises FetchError when the disk has less room.
        """
        place = self.reserve(number, len(body))
        if self.soon is None or not self.crowd.takes(place, body):
            write_all(self.file, body, place.offset)
        return place

    def spool(self) -> IO[bytes]:
        """A nameless file on the same file system, for a body of unknown length."""
        import tempfile

        return tempfile.TemporaryFile(dir=self.path.parent, buffering=0)

    def spool_on(self, spool: IO[bytes], chunk: Chunk) -> None:
        """Add to a spool; raises FetchError when the disk is full."""
        try:
            while chunk:
                chunk = chunk[spool.write(chunk) :]
        except OSError as error:
            if error.errno not in FULL:
                raise
            raise failure.no_room(spool.tell() + len(chunk)) from error

    def copy(self, spool: IO[bytes], place: Place) -> Iterator[int]:
        """Fill a place from the start of a spool; yields every few MiB."""
        position = 0
        while position < place.length:
            length = min(COPY_BYTES, place.length - position)
            offset = place.offset + position
            position += copy_all(spool.fileno(), self.file, length, position, offset)
            yield position

    def enter(self, entry: Entry) -> None:
        """Add a line to the index: for a place that is filled, or a failure.

        What else was reserved for the number is given back.
        """
        if self.soon is None:
            self.journal.append([entry])
            self.settle(entry)
            return
        if self.failed:
            self.raise_failure()
        if not self.is_due:
            self.is_due = True
            self.soon(self.write_late)
        self.crowd.entries.append(entry)
        if len(self.crowd.entries) >= CROWD_URLS:  # workers that never wait
            self.write_crowd()

    def once_written(self, call: Callable[..., object], *words: object) -> None:
        """Call a function when all lines that were entered are in the index: now, or
        later if some wait to be written.
        """
        if self.crowd.entries:
            self.crowd.calls.append((call, words))
        else:
            call(*words)

    def write_late(self) -> None:
        """Write what was put off until now."""
        self.is_due = False
        if self.crowd.entries:
            self.write_crowd()

    def write_crowd(self) -> None:
        """Write the bodies and lines that were put off; `failed` says if that failed.

        Lines that were not written are those of bodies that did not come.
        """
        crowd, self.crowd = self.crowd, Crowd()
        if self.failed:
            return
        try:
            if crowd.bodies:
                write_all(self.file, b"".join(crowd.bodies), crowd.offset)
            self.journal.append(crowd.entries)
            for entry in crowd.entries:
                self.settle(entry)
            for call, words in crowd.calls:
                call(*words)
        except Exception as error:  # of the file, or of a call
            self.failed = error

    def raise_failure(self) -> None:
        """Raise what has kept a crowd from being written: no line comes after it."""
        if self.failed:
            raise self.failed

    def settle(self, entry: Entry) -> None:
        """Give back what a URL has no more use for, once it has its line."""
        number = entry.number
        if self.done and number < len(self.done):
            self.journal.superseded = True  # it may have failed before
        places = self.reserved.pop(number, [])
        if len(places) == 1 and places[0].offset == entry.offset:
            return  # nearly always; no two places begin at the same offset
        if entry.offset is not None and entry.length is not None:
            places.remove(Place(entry.offset, entry.length))
        if places:
            self.give_back(places)

    def give_back(self, places: Iterable[Place]) -> None:
        """Free the ranges of bodies that did not come."""
        for place in places:
            self.ranges.give_back(place)
        if os.fstat(self.file).st_size > self.ranges.end:
            os.ftruncate(self.file, self.ranges.end)

    def close(self) -> None:
        """Give back what never came, close the gaps, then the files."""
        if self.file < 0:
            return
        try:
            self.write_late()
            self.give_back(chain.from_iterable(self.reserved.values()))
            self.reserved.clear()
            if self.ranges.gaps:
                close_gaps(self.file, self.journal, self.ranges)
            if self.journal.superseded:
                self.journal.drop_superseded()
            self.raise_failure()
        finally:
            file, self.file = self.file, -1
            os.close(file)
            self.journal.close()


def hashed(url: str) -> int:
    """A number for a URL, never 0; the same within a process."""
    return hash(url) or 1


def open_both(path: Path, index_path: Path) -> tuple[int, int]:
    """Open and lock both files; touches neither unless it can have both.

    Raises OSError, BlockingIOError when another fetch has them.
    """
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
            if not append:
                lock(files[-1], each)
        undo.pop_all()
    return files[0], files[1]


__all__ = ["BodyFile", "Entry", "Place"]
