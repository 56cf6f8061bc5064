"""Whose turn it must be: nobody may go round and round while others could go on.

A loop that only looks, again and again, could be scheduled for ever.  One more turn of
it changes nothing, so that no state is lost if others go first.  A loop that changes
something may end by itself: it may take all of its turns before others take theirs,
unless they are very many.
"""

import sys
from types import FrameType
from typing import Any

from bench.correctness.engine.fibers import Carriers
from bench.correctness.engine.frames import is_ours
from bench.correctness.engine.races import Races
from bench.correctness.engine.transitions import Event, Worker

NAPS = 2  # in vain, before others must have had a turn
TIMELESS_NAPS = 6  # before time must have gone by
AHEAD = 100  # naps of a worker in a run: beyond, all are in vain
TURN = 5  # of those, for a turn of a while loop, which is more likely to be endless
BOUNDED = f"others go on after {AHEAD // TURN} turns of a loop"  # a mark, when told
PLAIN = {int, str, float, bytes, bool, type(None)}  # known by their values


class Fairness(Races):
    """A run that knows who naps in vain, and whether anybody gets on with something."""

    __slots__ = ("napping", "progress")

    def clear(self, carriers: Carriers) -> None:
        super().clear(carriers)
        self.napping = False
        self.progress = 0  # steps of those who do not look in vain

    def take_step(self, worker: Worker, event: Event) -> None:
        """A worker begins a step, or a timer whose firing lets it go on."""
        self.events.append(event)
        worker = worker.sleeper or worker
        if not worker.naps:
            worker.steps += 1
            self.progress += 1

    def note_change(self) -> None:
        """The current worker changes something: it does not look in vain."""
        worker = self.current
        worker.wrote = True
        if worker.naps and worker.ahead < AHEAD:
            worker.naps = 0
            worker.steps += 1
            self.progress += 1

    def note_look_at_clock(self) -> None:
        """A program that knows what time it is may go on for that alone."""
        frame: FrameType | None = sys._getframe(1)
        while frame is not None and is_ours(frame.f_globals["__name__"]):
            frame = frame.f_back
        if frame is not None and frame.f_globals.get("_explored_"):
            self.current.wrote = True

    def nap(self) -> None:
        """The current worker lets others go on, perhaps to look again and again."""
        worker = self.current
        worker.napped = True
        if worker.ahead < AHEAD and not self.is_in_vain(worker):
            worker.ahead += TURN if worker.spun else 1
            worker.spun = worker.wrote = False
            worker.naps = 0
            return
        worker.spun = worker.wrote = False
        others = self.progress - worker.steps
        worker.naps = worker.naps + 1 if worker.napped_at == others else 1
        worker.napped_at = others
        self.napping |= worker.naps > NAPS

    def is_in_vain(self, worker: Worker) -> bool:
        """Whether it went round a while loop, and nothing is other than before."""
        if not worker.spun:
            return False
        before, worker.knew = worker.knew, what_is_known(sys._getframe(2))
        return not worker.wrote and before in (None, worker.knew)

    def awake(self, enabled: list[Worker]) -> list[Worker]:
        """Those who may go on: not whoever has looked often enough for now.

        Time is made to go by only after more looks than it takes for others to come.
        """
        others = [worker for worker in enabled if self.looks_in_vain(worker) <= NAPS]
        if all(worker.deadline is not None for worker in others):
            others = [w for w in enabled if self.looks_in_vain(w) <= TIMELESS_NAPS]
        # Who is able to go on at last does so before its own patience ends again.
        others = others or [w for w in enabled if w.deadline is None] or enabled
        if len(others) < len(enabled):
            for worker in enabled:
                if worker.ahead >= AHEAD and worker not in others:
                    self.found.add(BOUNDED)
        return others

    def looks_in_vain(self, worker: Worker) -> int:
        """How often it has napped since somebody else got on with something."""
        sleeper = worker.sleeper or worker
        others = self.progress - sleeper.steps
        return sleeper.naps if sleeper.napped_at == others else 0


def what_is_known(frame: FrameType | None) -> list[Any]:
    """Where the program is, and what its variables hold, as far as others cannot tell.

    Where two lists are equal, and nothing shared was changed between them, the program
    does the same again.
    """
    known: list[Any] = []
    while frame is not None:
        if frame.f_globals.get("_explored_"):
            known += [frame.f_code, frame.f_lasti]
            for value in frame.f_locals.values():
                known.append(value if type(value) in PLAIN else id(value))
        frame = frame.f_back
    return known
