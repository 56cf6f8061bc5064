"""What each transition accesses, and which other transitions it races with.

Two operations *race* if they access the same object, at least one of them writes, and
neither happened before the other.  Transitions that race are run in both orders.  If an
operation races but does not begin a transition, it must become a scheduling point.
"""

from collections.abc import Hashable, Iterable, Iterator
from typing import NamedTuple

from bench.correctness.engine.execution import Execution
from bench.correctness.engine.fibers import FiberPool
from bench.correctness.engine.last_accesses import (
    NO_ACCESSES,
    LastAccesses,
    LastByWorker,
    Users,
)
from bench.correctness.engine.object_registry import FINALIZED
from bench.correctness.engine.transitions import (
    Access,
    New,
    PointId,
    Transition,
    Worker,
    Written,
    may_be_same_part,
)

# The accesses to each object, in the order in which they were made.
AccessesByObject = dict[Hashable, list[tuple[Transition, Hashable, bool]]]
# (worker, transition, end): this run did not make the next operation of the worker.  In
# another schedule, this operation could be made before the transition.  The worker is
# blocked or enabled, or is a cancelled timer.  `end`: how many transitions the run had
# when the run or the worker's loop ended, or when the timer was cancelled.
StillEnabled = tuple[Worker, Transition, int]
CLASS = "__class__"  # a write of it changes the class in which names are looked up
WRITES_OF_ALL = (None, CLASS)  # a write of one of these may change any attribute
# Names of attributes that can be written without a hook: those of asyncio's locks and
# queues, and `__dict__`.  So reads of these names are tracked from the start of a run.
WRITTEN_UNSEEN = frozenset(
    {
        "__dict__", "_waiters", "_locked", "_value", "_bound_value", "_queue",
        "_getters", "_putters", "_unfinished_tasks", "_is_shutdown",
    }
)  # fmt: skip
NAMES = "names of attributes"  # a point id: the set of attribute names is read
BASES = "__bases__"  # of a class; setting a special method counts as a write of it
END: Access = ("the end", None, True)  # the end of a run conflicts with all accesses
FEW = 16  # up to this number of accesses, a list is searched faster than a set


class LoopPlace(NamedTuple):
    """A part of an event loop; accesses to it are recorded even in fifo order."""

    part: str
    loop: str


class SharedPrefix(NamedTuple):
    """The first transitions of a run, which are also those of the run before it."""

    start: Transition  # the transition of the main worker before the first choice
    transitions: list[Transition]  # all transitions of the run before
    length: int  # how many transitions are shared
    accesses_by_object: AccessesByObject

    def truncate(self) -> None:
        """Forget the accesses of the transitions that are not shared."""
        length = self.length
        for accesses in self.accesses_by_object.values():
            while accesses and accesses[-1][0].index >= length:
                accesses.pop()


class Races(Execution):
    """A run that finds which of its transitions could have run in another order."""

    __slots__ = (
        "accesses_by_object", "all_names_at_start", "any_conflict", "clock_deltas",
        "exhaustive", "fifo_only", "in_shared_prefix", "known_accesses",
        "last_accesses", "missed_timeouts", "names_at_start", "numerous", "passes_over",
        "points_looked_at", "points_seen", "still_enabled", "tracks_all_names",
        "tracks_name_sets", "users", "written_names",
    )  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        # Whether all operations on shared places are scheduling points, racing or not.
        self.any_conflict = False
        self.lets_die = False
        self.points_looked_at: set[PointId] | None = None
        self.points_seen = 0  # how many points `look_at_points` saw; more may come

    def reset(self, fibers: FiberPool) -> None:
        points = self.points
        if points is not self.points_looked_at or len(points) != self.points_seen:
            self.look_at_points()
        Execution.reset(self, fibers)
        # In fifo order without threads, accesses cannot change the order of handles.
        self.fifo_only = self.order == "fifo" and not self.mixed
        self.exhaustive = False  # whether all orders are run, even without races
        # Whether `record_access` skips some accesses.  An exhaustive search skips all.
        self.passes_over = self.fifo_only
        self.last_accesses: dict[Hashable, LastAccesses] = {}
        self.users: dict[Hashable, Users] = {}  # filled if every interleaving is run
        self.accesses_by_object: AccessesByObject = {}
        self.in_shared_prefix = False  # whether the run before had this transition
        self.clock_deltas: Iterator[int] = iter(())  # if so, its deltas in that run
        self.missed_timeouts: list[tuple[Worker, Hashable, int]] = []
        self.still_enabled: list[StillEnabled] = []  # see `record_still_enabled`
        self.numerous: Transition | None = None  # last transition with many accesses
        self.known_accesses: set[Access] = set()  # the accesses of `numerous`
        self.written_names = self.names_at_start.copy()
        self.tracks_all_names = self.all_names_at_start

    def look_at_points(self) -> None:
        """Derive settings of a run from the points that are known now."""
        points = self.points
        self.points_looked_at, self.points_seen = points, len(points)
        written = {point.key for point in points if type(point) is Written}
        self.names_at_start = written | WRITTEN_UNSEEN
        self.tracks_name_sets, self.lets_die = NAMES in points, FINALIZED in points
        self.mixed, self.class_points = "mixed" in points, "class" in points
        self.all_names_at_start = not written.isdisjoint(WRITES_OF_ALL)

    def note_written(self, key: str | None) -> None:
        """From now on, track reads of attributes of this name."""
        if key not in self.written_names:
            self.written_names.add(key)
            self.tracks_all_names |= key in WRITES_OF_ALL
            self.discovered.add(Written(key))

    def record_access(
        self, name: Hashable, key: Hashable, write: bool, waited: bool = False
    ) -> None:
        """Record an access of the current transition, and the races of this access.

        The access is compared with earlier accesses to the object, back to a write of
        the same part.  Accesses before that write happened before this access too, so
        they cannot race.  If the operation may wait, uses the clock, or is a timer's,
        the access is compared with all earlier ones.  For example, worker a acquires
        and releases a lock, and b, which waited, then acquires it.  The `acquire` of b
        cannot come before the `release`, but it can come before the `acquire` of a.
        """
        transition = self.transition
        worker = transition.worker
        if self.passes_over and (
            self.exhaustive
            or (worker.in_loop and name != "clock" and type(name) is not LoopPlace)
        ):
            return
        if self.in_shared_prefix:
            worker.hb_clock |= next(self.clock_deltas, 0)
            return
        access = (name, key, write)
        made = transition.accesses
        if access in made if len(made) <= FEW else self.is_known(transition, access):
            transition.clock_deltas.append(0)
            return
        made.append(access)
        accesses = self.accesses_by_object.get(name)
        if accesses is None:
            self.accesses_by_object[name] = [(transition, key, write)]
            transition.clock_deltas.append(0)
            return
        waited = waited or name == "clock" or worker.deadline is not None
        hb_before, hb_clock = transition.hb_before, transition.hb_clock
        for other, other_key, other_write in accesses.__reversed__():
            if (write or other_write) and (
                key is None or other_key is None or key == other_key
            ):
                if other.worker is not worker:
                    hb_clock |= other.hb_clock
                    if not hb_before & other.hb_epoch and other not in transition.races:
                        transition.races += (other,)
                if (
                    other_write
                    and not waited
                    and (other_key is None or other_key == key)
                ):
                    break  # all accesses before `other` happened before this one
        accesses.append((transition, key, write))
        transition.hb_clock = hb_clock
        transition.clock_deltas.append(hb_clock)
        worker.hb_clock |= hb_clock

    def is_known(self, transition: Transition, access: Access) -> bool:
        """Whether a transition with many accesses has already made this access."""
        if self.numerous is not transition:
            self.numerous = transition
            self.known_accesses = set(transition.accesses)
        known = access in self.known_accesses
        self.known_accesses.add(access)
        return known

    def compare(
        self, last: LastByWorker, number: int, hb_clock: int, point: PointId
    ) -> None:
        """Find races with the accesses in `last`; discover both points of each race."""
        for (other, by), hb_epoch in last.items():
            if (
                other != number
                and not hb_clock & hb_epoch
                and (not self.atomic_of or self.can_interrupt(other, number))
            ):
                self.discovered.add(point)
                self.discovered.add(by)

    def can_interrupt(self, one: int, other: int) -> bool:
        """Whether worker `one` can run within a transition of worker `other`."""
        loop = self.atomic_of.get(one)
        return loop is None or loop is not self.atomic_of.get(other)

    def contended(self, place: Hashable) -> bool:
        """Whether two workers accessed a place, and one of them wrote."""
        each = self.last_accesses.get(place, NO_ACCESSES).each()
        writers = {number for last in each for number, _ in last.writers}
        readers = {number for last in each for number, _ in last.readers}
        return bool(writers) and len(writers | readers) > 1

    def record_still_enabled(self, entries: Iterable[StillEnabled]) -> None:
        """Note workers that could have run before the end of the run or of a loop."""
        self.still_enabled += entries

    def finish(self, awaited: list[Worker]) -> None:
        """Make this transition the end of the run.

        The transitions of `awaited`, and of threads that are no daemons, happen before
        the end.  Transitions that do not happen before the end race with it if they
        change something.  If `fifo_only`, all of them race: most accesses are not
        recorded, so it is not known what they change.  Workers that are still enabled,
        such as daemons, could make one more transition, which races with the end too.
        """
        end, main = self.transition, self.current
        hb_clock = main.hb_clock
        for worker in (*awaited, *self.spawned):
            if not worker.daemon:
                hb_clock |= worker.hb_clock
        daemons: set[int] = set()
        for worker in self.spawned:
            if worker.daemon:
                daemons.add(worker.number)
        for worker in self.workers:
            if worker is not main and self.refresh(worker):
                self.still_enabled.append((worker, end, len(self.transitions)))
        if daemons:
            for users in self.users.values():
                if users.written and users.by_daemon:
                    self.discovered |= users.points
            for place in self.last_accesses.values():
                for last in place.each():
                    for (number, point), hb_epoch in last.writers.items():
                        if number in daemons and not hb_clock & hb_epoch:
                            self.discovered.add(point)
        if not self.in_shared_prefix and not self.exhaustive:
            for transition in self.transitions:
                if (
                    not hb_clock & transition.hb_epoch
                    and transition.depth >= 0
                    and (self.fifo_only or changes(transition))
                ):
                    end.races += (transition,)
            end.hb_clock |= hb_clock
            end.accesses.insert(0, END)
        main.hb_clock |= hb_clock

    def blocked_races(self) -> list[StillEnabled]:
        """The races with operations that were never made; see `StillEnabled`."""
        missed: list[StillEnabled] = []
        for timer, place, end in self.missed_timeouts:
            missed += [
                (timer, transition, end)
                for transition, _, write in self.accesses_by_object.get(place, ())
                if (write or place == "clock")
                and transition.index < end
                and not timer.hb_clock & transition.hb_epoch
            ]
        blocked: list[StillEnabled] = []
        for worker in self.workers:
            if worker.pending is not None:
                name, key, write = worker.pending
                blocked += [
                    (worker, transition, len(self.transitions))
                    for transition, other_key, other_write in (
                        self.accesses_by_object.get(name, ())
                    )
                    if (other_write or write)
                    and (other_key is None or other_key == key or key is None)
                    and transition.worker is not worker
                    and not worker.hb_clock & transition.hb_epoch
                ]
        return missed + self.still_enabled + blocked


def changes(transition: Transition) -> bool:
    """Whether a transition writes anything except the clock."""
    return any(write and name != "clock" for name, _, write in transition.accesses)


def independent(one: list[Access], other: list[Access]) -> bool:
    """Whether two transitions, of different runs, have no accesses that conflict."""
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
                and (key == other_key or may_be_same_part(key, other_key))
            ):
                return False
    return True
