"""The operations of workers, and which of them are scheduling points.

An operation becomes a scheduling point if it must wait, if another operation races with
it, or if its worker polls for long (`loops`).  Until then the operation is part of the
transition in progress: a scheduling point before it would not change any result.  A
run collects the operations that must become scheduling points in `discovered`.  Then
the search begins again, with these operations in `points`, until it discovers no more.
"""

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from bench.correctness.engine.fibers import FiberPool
from bench.correctness.engine.last_accesses import NO_ACCESSES, LastAccesses, Users
from bench.correctness.engine.loops import Loops
from bench.correctness.engine.transitions import Abandoned, PointId, What, Worker

# A worker yields when its spin budget is this small.  The budget must not end between
# two accesses of one operation, because other workers would then run there.
RESERVE = 100
ANY_POINT = "any point"  # for `as_one_operation`, if its accesses have several points
Item = TypeVar("Item")


class Operations(Loops):
    """A run in which workers make operations on shared objects."""

    __slots__ = ("at_scheduling_point",)

    def reset(self, fibers: FiberPool) -> None:
        Loops.reset(self, fibers)
        self.at_scheduling_point = False  # whether the last operation was at one

    def operation(
        self,
        name: Hashable,
        key: Hashable,
        write: bool,
        point: PointId,
        what: What = ("", None),
        ready: Callable[[], bool] | None = None,
        source: Any = None,
    ) -> None:
        """Make the current worker's next operation on an object.

        The operation is a scheduling point if it must wait, because `ready()` is false,
        or if `point` is in `points`.  In an event loop, the second condition is not
        enough: threads must also run beside the loop, and `splits(point)` must be true.
        In `fire` of a timer, no operation is a scheduling point.  The epochs in
        `source.hb_clock` happened before the operation.
        """
        if self.held:
            self.let_go()
        worker = self.current
        blocked = False
        if ready is not None:
            blocked = not ready()
        elif worker.in_loop and not self.mixed:
            if not self.alone:
                self.at_scheduling_point = False
                self.record_access(name, key, write)
            return
        if self.alone and not blocked:
            return
        if worker.fire is not None:
            self.record_access(name, key, write)
            self.check_races(name, write, point, None, key)
            return
        if worker.spin_budget <= RESERVE:  # other workers may run: test `ready()` again
            self.end_spin_budget(point)
            blocked = ready is not None and not ready()
        if worker.in_loop and not blocked:
            if not self.mixed:
                self.at_scheduling_point = False
                self.record_access(name, key, write)
                return
            if not self.split_before(point):
                # This must come before `record_access`, which joins the clocks.  With
                # joined clocks, operations that race would seem to be ordered.
                self.check_races(name, write, point, None, key)
                self.record_access(name, key, write)
                self.publish()  # later operations belong to a new epoch
                self.at_scheduling_point = True
                return
        self.at_scheduling_point = begins = blocked or point in self.points
        if begins:
            if blocked:
                self.discovered.add(point)
            worker.pending = (name, key, write)
            worker.point = point
            self.pause(ready, what)
            worker.pending = None
            self.at_scheduling_point = True
            self.check_races(name, write, point, None, key)
            if source is not None:
                worker.hb_clock |= source.hb_clock
                self.transition.hb_clock |= worker.hb_clock
            self.record_access(name, key, write, ready is not None)
            if self.mixed or not worker.in_loop:  # like `publish`, without a call
                worker.hb_epoch = epoch = self.next_epoch
                self.next_epoch = epoch << 1
                worker.hb_clock |= epoch
        else:
            if self.recording and what[0]:
                self.annotate(*what)
            if self.stop is not None:
                raise Abandoned
            self.check_races(name, write, point, None, key)
            if source is not None:
                worker.hb_clock |= source.hb_clock

    def as_one_operation(
        self, point: PointId, report: Callable[..., object], *args: Any
    ) -> None:
        """Let all accesses that are reported at a point belong to one operation.

        The worker pauses only before the first access.  With a pause between two
        accesses, they would belong to two transitions.
        """
        worker = self.current
        worker.operation_at, worker.past_point = point, False
        try:
            report(*args)
        finally:
            worker.operation_at = None

    def pause_once(self, point: PointId, what: What) -> None:
        """Pause at the scheduling point of an operation, but only once."""
        worker = self.current
        if worker.operation_at in (point, ANY_POINT):
            if worker.past_point:
                if self.recording:
                    self.annotate(*what)
                return
            worker.past_point = True
        self.pause(None, what)

    def splits(self, point: PointId) -> bool:
        """Whether a transition of a loop must end before this operation.

        It must end if `point` is in `points`, so that threads can run here.  One
        exception is the first such operation of a handle (a callback or a task's step).
        Threads cannot observe what the handle did before this operation.  So threads
        can run before the handle instead, with the same effect.
        """
        return point in self.points and self.undisturbed is not self.transition

    def split_before(self, point: PointId) -> bool:
        """Return `splits(point)`; clear `undisturbed` if the operation may race."""
        split = self.splits(point)
        if point in self.points:
            self.undisturbed = None
        return split

    def also_access(
        self, name: Hashable, write: bool, point: PointId, key: Hashable = None
    ) -> None:
        """Record a second object that the last operation also accesses."""
        worker = self.current
        if self.alone:
            return
        worker.spin_budget = max(worker.spin_budget, 2)
        if worker.in_loop:
            self.record_access(name, key, write)
            if not self.mixed:
                return
        self.check_races(name, write, point)
        if self.at_scheduling_point:
            self.record_access(name, key, write)

    def access_at_point(
        self, thing: Any, key: Hashable, write: bool, point: PointId, verb: str
    ) -> None:
        """Access a part of an object at a scheduling point, because the access races.

        The current worker must not run in an event loop.
        """
        worker = self.current
        if worker.operation_at is None:
            self.pause(None, (verb, (thing, key)))
        else:
            self.pause_once(point, (verb, (thing, key)))
        self.check_races((id(thing), key), write, point, thing)
        name = self.names.get(id(thing)) or self.name_of(thing)
        self.record_access(name, key, write)
        worker.hb_epoch = epoch = self.next_epoch  # like `publish`
        self.next_epoch = epoch << 1
        worker.hb_clock |= epoch

    def check_races(
        self,
        place: Hashable,
        write: bool,
        point: PointId,
        thing: object = None,
        key: Hashable = None,
    ) -> None:
        """Find earlier operations that race with this one; discover both points.

        `key`: the part of the place that the operation accesses; None: the whole place.
        `thing`: the object that contains the place.  It is kept until the run ends, so
        that no other object gets its id.
        """
        worker = self.current
        if self.stop is not None and worker is self.main:
            return
        worker.spin_budget = left = worker.spin_budget - 1
        if not left:
            self.end_spin_budget(point)
        if self.any_conflict:
            self.note_use(worker, place, write, point, thing)
            return
        last = self.last_accesses.get(place)
        if last is None:
            self.last_accesses[place] = last = LastAccesses()
            self.kept.append(thing)
        elif not self.in_shared_prefix:
            unknown = ~worker.hb_clock
            if last.epochs_written & unknown or (write and last.epochs_read & unknown):
                if last.parts:
                    self.compare_with(last.each(key), worker, write, point)
                else:  # the usual case: saves a list and a call
                    number, hb_clock = worker.number, worker.hb_clock
                    if last.writers:
                        self.compare(last.writers, number, hb_clock, point)
                    if write and last.readers:
                        self.compare(last.readers, number, hb_clock, point)
        hb_epoch = worker.hb_epoch
        if write:
            last.epochs_written |= hb_epoch
            table = last.writers if key is None else last.part(key).writers
        else:
            last.epochs_read |= hb_epoch
            table = last.readers if key is None else last.part(key).readers
        table[worker.number, point] = hb_epoch

    def compare_with(
        self, each: list[LastAccesses], worker: Worker, write: bool, point: PointId
    ) -> None:
        """Find operations in `each` that race with this one; discover both points."""
        for last in each:
            self.compare(last.writers, worker.number, worker.hb_clock, point)
            if write:
                self.compare(last.readers, worker.number, worker.hb_clock, point)

    def note_use(
        self,
        worker: Worker,
        place: Hashable,
        write: bool,
        point: PointId,
        thing: object = None,
    ) -> None:
        """In a search of every interleaving, discover the operations on shared places.

        A place is shared if two workers use it and at least one of them writes it.  It
        does not matter here whether one access happened before the other.
        """
        users = self.users.get(place)
        if users is None:
            self.users[place] = users = Users()
            self.kept.append(thing)
        elif users.reported and point in users.points and not worker.daemon:
            return  # this point has already been discovered
        user: Any = worker.number
        if self.atomic_of:
            user = self.atomic_of.get(user, user)
        users.workers.add(user)
        if point not in users.points:
            users.points.add(point)
            users.reported = False
        if write:
            users.written = True
        if worker.daemon:
            users.by_daemon = True
        if not users.reported and users.written and len(users.workers) > 1:
            users.reported = True
            self.discovered |= users.points

    def check_blocked(self) -> None:
        """At the end of a run, find the races of operations that still wait.

        These operations were never made, because their workers are blocked.
        """
        for worker in self.workers:
            if worker.pending is not None:
                place, key, write = worker.pending
                if self.any_conflict:
                    self.note_use(worker, place, write, worker.point)
                    continue
                each = self.last_accesses.get(place, NO_ACCESSES).each(key)
                self.compare_with(each, worker, write, worker.point)

    def in_any_order(self, items: list[Item]) -> list[Item]:
        """The items in an order that the search chooses.

        In CPython the order of these items depends on addresses.  So any order is
        possible, and the search tries every order.
        """
        if self.alone or len(items) < 2:
            return items
        order: list[Item] = []
        place = self.child_name("order")

        def choice(item: Item) -> None:
            worker = self.worker(self.child_name("choice"))
            worker.label, worker.what = "a set's order", ("comes next in", "a set")

            def fire() -> None:
                self.remove_worker(worker)
                self.record_access(place, None, True)
                order.append(item)

            worker.fire = fire
            self.add_worker(worker)

        for item in items:
            choice(item)
        self.pause(lambda: len(order) == len(items), ("goes through", "a set"))
        return order
