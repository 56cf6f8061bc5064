"""The last accesses of each worker to a place, to find the operations that race."""

from collections.abc import Hashable
from typing import Any

from bench.correctness.engine.transitions import PointId

# For each worker and point id: the epoch of the last access of this worker at this
# point.  For example, a worker acquires a lock, and later releases it.  These are two
# points, so the release does not replace the acquire.  Both must be known, because the
# acquire makes other workers wait.
LastByWorker = dict[tuple[int, PointId], int]


NO_PARTS: dict[Hashable, "LastAccesses"] = {}  # always empty; few places have parts


class LastAccesses:
    """The last accesses to a place, of each worker at each point id.

    The last accesses to each item of a container are kept separately.  So an access to
    one item does not replace an earlier access to another item.
    """

    __slots__ = ("epochs_read", "epochs_written", "parts", "readers", "writers")

    def __init__(self) -> None:
        self.readers: LastByWorker = {}
        self.writers: LastByWorker = {}
        # The epochs of all these accesses, including accesses to parts, as bit masks.
        # If a worker's clock contains all these epochs, its next access cannot race.
        self.epochs_read = 0
        self.epochs_written = 0
        self.parts: dict[Hashable, LastAccesses] = NO_PARTS  # accesses to parts, by key

    def part(self, key: Hashable) -> "LastAccesses":
        """The last accesses to the part with this key."""
        found = self.parts.get(key)
        if found is None:
            if self.parts is NO_PARTS:
                self.parts = {}
            self.parts[key] = found = LastAccesses()
        return found

    def each(self, key: Hashable = None) -> "list[LastAccesses]":
        """The accesses to the whole place, and to the part with this key.

        With the key None: the accesses to the whole place, and to every part.
        """
        if key is None:
            return [self, *self.parts.values()]
        return [self, self.parts[key]] if key in self.parts else [self]


NO_ACCESSES = LastAccesses()


class Users:
    """Which workers use a place, and at which points.

    The tasks of one event loop count as one worker.
    """

    __slots__ = ("by_daemon", "points", "reported", "workers", "written")

    def __init__(self) -> None:
        self.workers: set[Any] = set()
        self.points: set[PointId] = set()
        self.written = False
        self.by_daemon = False
        self.reported = False  # whether all of `points` have been discovered
