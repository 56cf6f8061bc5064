"""What each step touches, and which others it races with.

Two operations race when they touch the same thing, one of them changes it, and
neither is known to come first.  Steps that race are tried in both orders; operations
that race inside steps must become points.
"""

from collections.abc import Hashable, Iterator
from typing import NamedTuple

from bench.correctness.engine.execution import Run
from bench.correctness.engine.fibers import Carriers
from bench.correctness.engine.transitions import (
    Access,
    Event,
    Mark,
    New,
    Worker,
    Written,
)

Touched = dict[Hashable, list[tuple[Event, Hashable, bool]]]  # by whom, in order
Last = dict[int, tuple[int, Mark]]  # of each worker the last one: when, and which
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


class OfLoop(NamedTuple):
    """What counts of a loop even where its handles follow one another as they came."""

    part: str
    loop: str


class Seen:
    """Who went to a place."""

    __slots__ = ("bits_read", "bits_written", "readers", "writers")

    def __init__(self) -> None:
        self.readers: Last = {}
        self.writers: Last = {}
        self.bits_read = 0  # of all of them: what a worker knows need not be compared
        self.bits_written = 0


NOBODY = Seen()


class Trail(NamedTuple):
    """What a run shares with the one before it: all that precedes a step of that."""

    start: Event  # what the main worker does before the first step
    events: list[Event]
    length: int  # of the part that is shared
    touched: Touched

    def cut(self) -> None:
        """Forget who touched what after the part that is shared."""
        for accesses in self.touched.values():
            while accesses and accesses[-1][0].index >= self.length:
                accesses.pop()


class Races(Run):
    """A run that knows which of its steps could have come the other way round."""

    __slots__ = (
        "any_conflict", "exhaustive", "gains", "heeds_all", "heeds_names", "left",
        "missed", "quiet", "retracing", "seen", "touched", "written",
    )  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self.any_conflict = False  # what conflicts is a point, even if it has an order

    def clear(self, carriers: Carriers) -> None:
        super().clear(carriers)
        # In fifo order handles go one after the other whatever they touch; what
        # counts is who comes to the end of the queue first.
        self.quiet = self.order == "fifo" and not self.mixed
        self.exhaustive = False  # every order is run, whatever races
        self.seen: dict[Hashable, Seen] = {}
        self.touched: Touched = {}
        self.retracing = False  # a step that the run before had too
        self.gains: Iterator[int] = iter(())  # of that step's accesses
        self.missed: list[tuple[Worker, Hashable, int]] = []
        self.left: list[tuple[Worker, Event, int]] = []  # could go on at the end
        self.written = {mark.key for mark in self.marks if type(mark) is Written}
        self.written |= UNSEEN
        # A saved schedule's points are words, which are not asked for what is written.
        self.heeds_names = NAMES in self.marks
        self.heeds_all = None in self.written or type(self.marks) is not set

    def note_written(self, key: str | None) -> None:
        """From now on it counts who reads attributes of this name."""
        if key not in self.written:
            self.written.add(key)
            self.heeds_all |= key is None
            self.found.add(Written(key))

    def touch(
        self, name: Hashable, key: Hashable, write: bool, waited: bool = False
    ) -> None:
        """Note an access of the step in progress, and which steps it races with.

        An operation that waited, or a timer, cannot change places with the step that
        made it possible, but perhaps with one before: all of them are looked at.
        """
        if self.exhaustive:
            return
        event = self.event
        worker = event.worker
        if (
            self.quiet
            and worker.in_loop
            and name != "clock"
            and type(name) is not OfLoop
        ):
            return
        if self.retracing:
            worker.past |= next(self.gains, 0)
            return
        access = (name, key, write)
        if access in event.accesses:
            event.gains.append(0)
            return
        event.accesses.append(access)
        touched = self.touched.get(name)
        if touched is None:
            self.touched[name] = [(event, key, write)]
            event.gains.append(0)
            return
        waited = waited or name == "clock" or worker.deadline is not None
        before, past = event.before, event.past
        for other, other_key, other_write in reversed(touched):
            if (write or other_write) and (
                key is None or other_key is None or key == other_key
            ):
                if other.worker is not worker:
                    past |= other.past
                    if not before & other.bit and other not in event.races:
                        event.races.append(other)
                if other_write and not waited and other_key in (None, key):
                    break  # what came before that one comes before this one
        touched.append((event, key, write))
        event.past = past
        event.gains.append(past)
        worker.past |= past

    def compare(self, seen: Last, number: int, past: int, mark: Mark) -> None:
        """Mark what races with an operation among the last ones of each worker."""
        for other, (bit, by) in seen.items():
            if (
                other != number
                and not past & bit
                and (not self.whole or self.cuts(other, number))
            ):
                self.found.add(mark)
                self.found.add(by)

    def cuts(self, one: int, other: int) -> bool:
        """Whether a worker can come between two operations of another's step."""
        return one not in self.whole or self.whole[one] is not self.whole.get(other)

    def contended(self, place: Hashable) -> bool:
        """Whether two workers went to a place, one of them to change it."""
        seen = self.seen.get(place, NOBODY)
        return bool(seen.writers) and len(seen.writers | seen.readers) > 1

    def finish(self, awaited: list[Worker]) -> None:
        """The step in progress is the end: these workers were waited for, and threads.

        It races with all that others did, and with what they could do next, for nobody
        knows whether a daemon or a callback comes before the end or after it.
        """
        end, main = self.event, self.current
        past = main.past
        for worker in (*awaited, *self.spawned):
            if not worker.daemon:
                past |= worker.past
        daemons = {worker.number for worker in self.spawned if worker.daemon}
        self.left += [
            (worker, end, len(self.events))
            for worker in self.workers
            if worker is not main and (worker.ready is None or worker.ready())
        ]
        if daemons:
            for seen in self.seen.values():
                for number, (bit, mark) in seen.writers.items():
                    if number in daemons and not past & bit:
                        self.found.add(mark)
        if not self.retracing and not self.exhaustive:
            end.races += [
                event
                for event in self.events
                if event.depth >= 0
                and not past & event.bit
                and (self.quiet or changes(event))
            ]
            end.past |= past
            end.accesses.insert(0, END)
        main.past |= past

    def blocked_races(self) -> list[tuple[Worker, Event, int]]:
        """Which steps race with what blocked workers and cancelled timers did not do.

        Each with the number of steps before the moment at which it was not done.
        """
        missed = [
            (timer, event, end)
            for timer, place, end in self.missed
            for event, _, write in self.touched.get(place, ())
            if (write or place == "clock")
            and event.index < end
            and not timer.past & event.bit
        ]
        return (
            missed
            + self.left
            + [
                (worker, event, len(self.events))
                for worker in self.workers
                if worker.pending is not None
                for event, key, write in self.touched.get(worker.pending[0], ())
                if (write or worker.pending[2])
                and (
                    key is None or key == worker.pending[1] or worker.pending[1] is None
                )
                and event.worker is not worker
                and not worker.past & event.bit
            ]
        )


def changes(event: Event) -> bool:
    """Whether a step changes more than the time."""
    return any(write and name != "clock" for name, _, write in event.accesses)


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
