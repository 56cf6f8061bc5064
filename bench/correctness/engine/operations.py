"""The operations of workers: which are points, and which fall inside a step.

An operation becomes a point when it must wait, or once another operation was seen to
race with it: until then it happens inside the step it falls in, because nobody could
tell the difference.  Such operations are collected in `found`, the search starts again
with them among the `marks`, and an exploration is complete when it finds no more.
"""

from collections.abc import Callable, Hashable
from typing import Any

from bench.correctness.engine.fibers import Carriers
from bench.correctness.engine.races import NOBODY, Seen
from bench.correctness.engine.scheduling import Turns
from bench.correctness.engine.transitions import Abandoned, Mark, What


class Operations(Turns):
    """A run in which workers do something to shared objects."""

    __slots__ = ("at_point",)

    def clear(self, carriers: Carriers) -> None:
        super().clear(carriers)
        self.at_point = False  # the operation just made began its step

    def step(
        self,
        name: Hashable,
        key: Hashable,
        write: bool,
        mark: Mark,
        what: What = ("", None),
        ready: Callable[[], bool] | None = None,
        source: Any = None,
    ) -> None:
        """Make the current worker's next operation on an object.

        It is a point when it must wait or races with another; otherwise it belongs
        to the step it falls in.  `source.past` happened before it.
        """
        worker = self.current
        if ready is None and worker.in_loop and not self.mixed:
            if not self.alone:
                self.at_point = False
                self.touch(name, key, write)
            return
        blocked = ready is not None and not ready()
        if self.alone and not blocked:
            return
        if worker.fire is not None:
            self.touch(name, key, write)
            self.check(name, write, mark)
            return
        if worker.in_loop and not blocked:
            if not self.mixed:
                self.at_point = False
                self.touch(name, key, write)
                return
            if not self.splits(mark):
                self.check(name, write, mark)  # first: to touch is to come after
                self.touch(name, key, write)
                self.publish()  # who comes after this knows nothing of what follows
                self.at_point = True
                return
        self.at_point = blocked or mark in self.marks
        if self.recording and not self.at_point and what[0]:
            self.note(*what)
        if self.at_point:
            if blocked:
                self.found.add(mark)
            worker.pending = (name, key, write)
            worker.mark = mark
            self.pause(ready, what)
            worker.pending = None
            self.at_point = True
            self.check(name, write, mark)
            if source is not None:
                worker.past |= source.past
                self.event.past |= worker.past
            self.touch(name, key, write, ready is not None)
            self.publish()
        else:
            if self.stop is not None:
                raise Abandoned
            self.check(name, write, mark)
            if source is not None:
                worker.past |= source.past

    def splits(self, mark: Mark) -> bool:
        """Whether a loop's step ends before an operation that threads race with.

        If it is the first such of the step, it is where the step begins.
        """
        if mark not in self.marks:
            return False
        first = self.untouched is self.event
        self.untouched = None
        return not first

    def also(self, name: Hashable, write: bool, mark: Mark) -> None:
        """Another object that the operation just made touches, in the same step."""
        if self.alone:
            return
        if self.current.in_loop:
            self.touch(name, None, write)
            if not self.mixed:
                return
        self.check(name, write, mark)
        if self.at_point:
            self.touch(name, None, write)

    def check(
        self, place: Hashable, write: bool, mark: Mark, thing: object = None
    ) -> None:
        """Find operations inside steps that race with this one: they must be points.

        A thing that the place is part of is kept: its id must not become another's.
        """
        worker = self.current
        if self.stop is not None and worker is self.main:
            return
        worker.patience -= 1
        if not worker.patience:
            self.rest(mark)
        seen = self.seen.get(place)
        if seen is None:
            self.seen[place] = seen = Seen()
            self.kept.append(thing)
        elif not self.retracing:
            past = 0 if self.any_conflict else worker.past
            if seen.bits_written & ~past:
                self.compare(seen.writers, worker.number, past, mark)
            if write and seen.bits_read & ~past:
                self.compare(seen.readers, worker.number, past, mark)
        if write:
            seen.bits_written |= worker.bit
            seen.writers[worker.number] = worker.bit, mark
        else:
            seen.bits_read |= worker.bit
            seen.readers[worker.number] = worker.bit, mark

    def check_blocked(self) -> None:
        """At the end of a run: find what races with operations that were never made."""
        for worker in self.workers:
            if worker.pending is not None:
                place, _, write = worker.pending
                seen = self.seen.get(place, NOBODY)
                past = 0 if self.any_conflict else worker.past
                self.compare(seen.writers, worker.number, past, worker.mark)
                if write:
                    self.compare(seen.readers, worker.number, past, worker.mark)

    def rest(self, mark: Mark) -> None:
        """Let others go on, after many operations without a point."""
        if self.stop is not None and self.current is self.main:
            return
        self.found.add(mark)
        self.current.spun = True  # round and round, however it says so
        self.nap()
        self.pause(None, ("goes on", None))
