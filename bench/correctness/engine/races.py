"""What each step touches, and which others it races with.

Two operations race when they touch the same thing, one of them changes it, and
neither is known to come first.  Steps that race are tried in both orders; operations
that race inside steps must become points.
"""

from collections.abc import Hashable, Iterator
from typing import NamedTuple

from bench.correctness.engine.execution import Execution
from bench.correctness.engine.fibers import FiberPool
from bench.correctness.engine.transitions import (
    Access,
    New,
    PointId,
    Transition,
    Worker,
    Written,
)

AccessesByObject = dict[
    Hashable, list[tuple[Transition, Hashable, bool]]
]  # by whom, in order
LastByWorker = dict[
    int, tuple[int, PointId]
]  # of each worker the last one: when, and which
# Attributes that are written where it is not seen: of asyncio's locks and queues, and
# those of anything whose namespace somebody asks for.
UNSEEN = frozenset(
    {
        "__dict__", "_waiters", "_locked", "_value", "_bound_value", "_queue",
        "_getters", "_putters", "_unfinished_tasks", "_is_shutdown",
    }
)  # fmt: skip
NAMES = "names of attributes"  # of an object, when somebody asks which there are
END: Access = ("the end", None, True)  # of all that is waited for


class LoopPlace(NamedTuple):
    """What counts of a loop even where its handles follow one another as they came."""

    part: str
    loop: str


class LastAccesses:
    """Who went to a place."""

    __slots__ = ("epochs_read", "epochs_written", "readers", "writers")

    def __init__(self) -> None:
        self.readers: LastByWorker = {}
        self.writers: LastByWorker = {}
        self.epochs_read = 0  # of all of them: what a worker knows need not be compared
        self.epochs_written = 0


NO_ACCESSES = LastAccesses()


class SharedPrefix(NamedTuple):
    """What a run shares with the one before it: all that precedes a step of that."""

    start: Transition  # what the main worker does before the first step
    transitions: list[Transition]
    length: int  # of the part that is shared
    accesses_by_object: AccessesByObject

    def truncate(self) -> None:
        """Forget who touched what after the part that is shared."""
        for accesses in self.accesses_by_object.values():
            while accesses and accesses[-1][0].index >= self.length:
                accesses.pop()


class Races(Execution):
    """A run that knows which of its steps could have come the other way round."""

    __slots__ = (
        "accesses_by_object",
        "any_conflict",
        "clock_deltas",
        "exhaustive",
        "fifo_only",
        "in_shared_prefix",
        "last_accesses",
        "missed_timeouts",
        "still_enabled",
        "tracks_all_names",
        "tracks_name_sets",
        "written_names",
    )  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self.any_conflict = False  # what conflicts is a point, even if it has an order

    def reset(self, fibers: FiberPool) -> None:
        super().reset(fibers)
        # In fifo order handles go one after the other whatever they touch; what
        # counts is who comes to the end of the queue first.
        self.fifo_only = self.order == "fifo" and not self.mixed
        self.exhaustive = False  # every order is run, whatever races
        self.last_accesses: dict[Hashable, LastAccesses] = {}
        self.accesses_by_object: AccessesByObject = {}
        self.in_shared_prefix = False  # a step that the run before had too
        self.clock_deltas: Iterator[int] = iter(())  # of that step's accesses
        self.missed_timeouts: list[tuple[Worker, Hashable, int]] = []
        self.still_enabled: list[
            tuple[Worker, Transition, int]
        ] = []  # could go on at the end
        self.written_names = {
            point.key for point in self.points if type(point) is Written
        }
        self.written_names |= UNSEEN
        # A saved schedule's points are words, which are not asked for what is written.
        self.tracks_name_sets = NAMES in self.points
        self.tracks_all_names = (
            None in self.written_names or type(self.points) is not set
        )

    def note_written(self, key: str | None) -> None:
        """From now on it counts who reads attributes of this name."""
        if key not in self.written_names:
            self.written_names.add(key)
            self.tracks_all_names |= key is None
            self.discovered.add(Written(key))

    def record_access(
        self, name: Hashable, key: Hashable, write: bool, waited: bool = False
    ) -> None:
        """Note an access of the step in progress, and which steps it races with.

        An operation that waited, or a timer, cannot change places with the step that
        made it possible, but perhaps with one before: all of them are looked at.
        """
        if self.exhaustive:
            return
        transition = self.transition
        worker = transition.worker
        if (
            self.fifo_only
            and worker.in_loop
            and name != "clock"
            and type(name) is not LoopPlace
        ):
            return
        if self.in_shared_prefix:
            worker.hb_clock |= next(self.clock_deltas, 0)
            return
        access = (name, key, write)
        if access in transition.accesses:
            transition.clock_deltas.append(0)
            return
        transition.accesses.append(access)
        accesses_by_object = self.accesses_by_object.get(name)
        if accesses_by_object is None:
            self.accesses_by_object[name] = [(transition, key, write)]
            transition.clock_deltas.append(0)
            return
        waited = waited or name == "clock" or worker.deadline is not None
        hb_before, hb_clock = transition.hb_before, transition.hb_clock
        for other, other_key, other_write in reversed(accesses_by_object):
            if (write or other_write) and (
                key is None or other_key is None or key == other_key
            ):
                if other.worker is not worker:
                    hb_clock |= other.hb_clock
                    if not hb_before & other.hb_epoch and other not in transition.races:
                        transition.races.append(other)
                if other_write and not waited and other_key in (None, key):
                    break  # what came before that one comes before this one
        accesses_by_object.append((transition, key, write))
        transition.hb_clock = hb_clock
        transition.clock_deltas.append(hb_clock)
        worker.hb_clock |= hb_clock

    def compare(
        self, last: LastByWorker, number: int, hb_clock: int, point: PointId
    ) -> None:
        """Mark what races with an operation among the last ones of each worker."""
        for other, (hb_epoch, by) in last.items():
            if (
                other != number
                and not hb_clock & hb_epoch
                and (not self.atomic_of or self.cuts(other, number))
            ):
                self.discovered.add(point)
                self.discovered.add(by)

    def cuts(self, one: int, other: int) -> bool:
        """Whether a worker can come between two operations of another's step."""
        return one not in self.atomic_of or self.atomic_of[
            one
        ] is not self.atomic_of.get(other)

    def contended(self, place: Hashable) -> bool:
        """Whether two workers went to a place, one of them to change it."""
        last = self.last_accesses.get(place, NO_ACCESSES)
        return bool(last.writers) and len(last.writers | last.readers) > 1

    def finish(self, awaited: list[Worker]) -> None:
        """The step in progress is the end: these workers were waited for, and threads.

        It races with all that others did, and with what they could do next, for nobody
        knows whether a daemon or a callback comes before the end or after it.
        """
        end, main = self.transition, self.current
        hb_clock = main.hb_clock
        for worker in (*awaited, *self.spawned):
            if not worker.daemon:
                hb_clock |= worker.hb_clock
        daemons = {worker.number for worker in self.spawned if worker.daemon}
        self.still_enabled += [
            (worker, end, len(self.transitions))
            for worker in self.workers
            if worker is not main and (worker.ready is None or worker.ready())
        ]
        if daemons:
            for last in self.last_accesses.values():
                for number, (hb_epoch, point) in last.writers.items():
                    if number in daemons and not hb_clock & hb_epoch:
                        self.discovered.add(point)
        if not self.in_shared_prefix and not self.exhaustive:
            end.races += [
                transition
                for transition in self.transitions
                if transition.depth >= 0
                and not hb_clock & transition.hb_epoch
                and (self.fifo_only or changes(transition))
            ]
            end.hb_clock |= hb_clock
            end.accesses.insert(0, END)
        main.hb_clock |= hb_clock

    def blocked_races(self) -> list[tuple[Worker, Transition, int]]:
        """Which steps race with what blocked workers and cancelled timers did not do.

        Each with the number of steps before the moment at which it was not done.
        """
        missed = [
            (timer, transition, end)
            for timer, place, end in self.missed_timeouts
            for transition, _, write in self.accesses_by_object.get(place, ())
            if (write or place == "clock")
            and transition.index < end
            and not timer.hb_clock & transition.hb_epoch
        ]
        return (
            missed
            + self.still_enabled
            + [
                (worker, transition, len(self.transitions))
                for worker in self.workers
                if worker.pending is not None
                for transition, key, write in self.accesses_by_object.get(
                    worker.pending[0], ()
                )
                if (write or worker.pending[2])
                and (
                    key is None or key == worker.pending[1] or worker.pending[1] is None
                )
                and transition.worker is not worker
                and not worker.hb_clock & transition.hb_epoch
            ]
        )


def changes(transition: Transition) -> bool:
    """Whether a step changes more than the time."""
    return any(write and name != "clock" for name, _, write in transition.accesses)


def apart(one: list[Access], other: list[Access]) -> bool:
    """Whether two steps of different runs touch nothing in common."""
    if END in (*one[:1], *other[:1]):
        return False
    for name, key, write in one:
        for other_name, other_key, other_write in other:
            if (
                (write or other_write)
                and (
                    name == other_name
                    or (
                        type(name) is New
                        and type(other_name) is New
                        and name.kind == other_name.kind
                    )
                )
                and (key is None or other_key is None or key == other_key)
            ):
                return False
    return True
