"""One file of whole bodies, and an index file that gives the place of each body.

`BodyFile` takes no lock: workers that share one must guard it by a lock of their own.
A body is written before its index line.  So a line of the index never names a body that
is missing, even after a kill.  Small bodies that are neighbours in the file can be
written together, and so can their lines.  After `close`, each byte of the file belongs
to exactly one line.
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
from fetching.pipe import Pipe, write_chunk
from fetching.ranges import Place, Ranges
from fetching.target import masked

COPY_BYTES = 4 * 1024 * 1024
# For a body up to this size, the free space is not checked before the write.
CHECKED_BYTES = 65536
FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class BodyFile:
    """The file of bodies, PATH, and its index, PATH.index.jsonl.

    Without a path, the files are temporary: they are deleted together with the object.
    With resume, the bodies that the index names stay, and new bodies are added.
    """

    def __init__(self, path: str | None = None, resume: bool = False) -> None:
        if path is None:
            import tempfile  # slow to import, seldom used

            directory = tempfile.mkdtemp(prefix="bodies-")
            weakref.finalize(self, shutil.rmtree, directory)
            path = os.path.join(directory, "bodies")
        self.path = Path(path)
        self.index_path = self.path.with_name(self.path.name + ".index.jsonl")
        self.file, index = open_both(self.path, self.index_path)
        self.journal = Journal(self.index_path, index)
        self.ranges = Ranges()
        # for the number of a URL without an index line: the ranges reserved for it
        self.reserved: dict[int, list[Place]] = {}
        self.done: array[int] = array("q")  # hashes of the URLs with a body, by number
        self.resumed = 0  # number of bodies that an earlier fetch stored
        # If `soon` is set, small bodies and lines are collected in `crowd`.  Then
        # `soon(write_late)` makes the loop call `write_late` soon, which writes all of
        # them together.  If `soon` is None, each body and each line is written at once.
        self.soon: Callable[[Callable[[], object]], object] | None = None
        self.crowd = Crowd()
        self.is_due = False  # whether a call of `write_late` is scheduled
        self.failed: Exception | None = None  # the exception of a delayed write
        # `reserve` calls this function with the length of each body.  `int` has no
        # effect; `fetching.command` may set a function that counts bodies.
        self.count_body: Callable[[int], object] = int
        if resume:
            self.recall()
        else:
            # the index first, because none of its lines may name missing bytes
            self.journal.clear()
            os.ftruncate(self.file, 0)

    def recall(self) -> None:
        """Read the index, and drop bytes at the end of the file that no line names."""
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
        """Whether an earlier fetch has stored the body of a URL.

        Raises ValueError if the body with this number belongs to another URL.  This
        happens if the list was changed in the middle.
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
        """Return the URLs without a body, with their numbers; raises like `is_done`."""
        numbered = enumerate(urls, 1)
        if not self.resumed:
            return numbered
        return (each for each in numbered if not self.is_done(*each))

    def reserve(self, number: int, length: int) -> Place:
        """Take a range; raises FetchError if the disk has no room for a large body."""
        self.count_body(length)
        if length > CHECKED_BYTES:
            self.check_room(length)
        place = self.ranges.take(length)
        self.reserved.setdefault(number, []).append(place)
        return place

    def held(self, number: int, length: int) -> Place | None:
        """Return a range of this length that an earlier attempt reserved, or None."""
        places = self.reserved.get(number, ())
        return next((place for place in places if place.length == length), None)

    def check_room(self, length: int) -> None:
        """Raise FetchError if the disk has less room than length."""
        if length > shutil.disk_usage(self.path.parent).free:
            raise failure.no_room(length)

    def allocate(self, place: Place) -> None:
        """Allocate the disk space of a place; raises FetchError if the disk is full."""
        if hasattr(os, "posix_fallocate") and place.length:
            try:
                os.posix_fallocate(self.file, place.offset, place.length)
            except OSError as error:
                if error.errno in FULL:
                    raise failure.no_room(place.length) from error
                if error.errno not in (errno.EOPNOTSUPP, errno.EINVAL):
                    raise

    def write(self, place: Place, position: int, chunk: Chunk | Pipe) -> None:
        """Write into a place; no lock is needed, because only one worker has the place.

        A whole small body may be written later, so the caller must not change it.
        """
        if position + len(chunk) > place.length:
            raise ValueError(f"{position} + {len(chunk)} bytes do not fit {place}")
        if self.soon is None or not self.crowd.takes(place, chunk):
            write_chunk(self.file, chunk, place.offset + position)

    def append(self, number: int, body: Chunk) -> Place:
        """Take a range for a whole body, and write the body, now or later.

        The caller must not change the body.  Raises FetchError as `reserve` does.
        """
        place = self.reserve(number, len(body))
        if self.soon is None or not self.crowd.takes(place, body):
            write_all(self.file, body, place.offset)
        return place

    def spool(self) -> IO[bytes]:
        """Open a nameless file on the same disk, for a body of unknown length."""
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
        """Copy a spool to a place; after every few MiB, yield how many are copied."""
        position = 0
        while position < place.length:
            length = min(COPY_BYTES, place.length - position)
            offset = place.offset + position
            position += copy_all(spool.fileno(), self.file, length, position, offset)
            yield position

    def enter(self, entry: Entry) -> None:
        """Add a line to the index, now or later: for a written body or for a failure.

        All other ranges that were reserved for this URL are then freed.
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
        # The loop can make the scheduled call only when all workers wait.  Until then
        # the crowd must not grow without a limit.
        if len(self.crowd.entries) >= CROWD_URLS:
            self.write_crowd()

    def once_written(self, call: Callable[..., object], *words: object) -> None:
        """Call a function as soon as all entered lines are in the index.

        If no line waits to be written, the function is called now.
        """
        if self.crowd.entries:
            self.crowd.calls.append((call, words))
        else:
            call(*words)

    def write_late(self) -> None:
        """Write the bodies and lines that were delayed."""
        self.is_due = False
        if self.crowd.entries:
            self.write_crowd()

    def write_crowd(self) -> None:
        """Write the delayed bodies and lines; an exception is stored in `failed`.

        If the bodies cannot be written, their lines are not written either.
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
        except Exception as error:  # from the file, or from a function in `calls`
            self.failed = error

    def raise_failure(self) -> None:
        """Raise the exception of a delayed write, if there was one."""
        if self.failed:
            raise self.failed

    def settle(self, entry: Entry) -> None:
        """Free the ranges of a URL that its line, now written, does not name."""
        number = entry.number
        if self.done and number < len(self.done):
            self.journal.superseded = True  # the number may have an older line
        places = self.reserved.pop(number, [])
        if len(places) == 1 and places[0].offset == entry.offset:
            return  # the usual case; offsets are unique
        if entry.offset is not None and entry.length is not None:
            places.remove(Place(entry.offset, entry.length))
        if places:
            self.give_back(places)

    def give_back(self, places: Iterable[Place]) -> None:
        """Free the ranges of bodies that were not completed."""
        for place in places:
            self.ranges.give_back(place)
        if os.fstat(self.file).st_size > self.ranges.end:
            os.ftruncate(self.file, self.ranges.end)

    def close(self) -> None:
        """Free the ranges without a body, close the gaps, then close the files."""
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
    """Hash a URL, for this process only; never 0, which stands for "no body"."""
    return hash(url) or 1


def open_both(path: Path, index_path: Path) -> tuple[int, int]:
    """Open both files and lock the file of bodies; if one fails, neither is changed.

    Raises OSError; it is a BlockingIOError if another fetch has the lock.
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
