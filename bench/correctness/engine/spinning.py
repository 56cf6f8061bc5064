"""Whose turn it must be: nobody may go round and round while others could go on.

A loop that only looks, again and again, could be scheduled for ever.  One more turn of
it changes nothing, so that no state is lost if others go first.  A loop that changes
something may end by itself: it may take all of its turns before others take theirs,
unless they are very many.
"""

import sys
from types import FrameType
from typing import Any

from bench.correctness.engine.fibers import FiberPool
from bench.correctness.engine.frames import is_ours
from bench.correctness.engine.races import Races
from bench.correctness.engine.transitions import Transition, Worker

MAX_IDLE_YIELDS = 2  # before a spinning worker gives way to the others
IDLE_YIELDS_BEFORE_TIME = 6  # before virtual time may pass instead
MAX_PROGRESS_YIELDS = 100  # of a worker in a run: any later one counts as idle
LOOP_YIELD_COST = (
    5  # of those, for an iteration of `while`: it is likelier to be endless
)
LOOP_ITERATIONS = MAX_PROGRESS_YIELDS // LOOP_YIELD_COST
# The id of a point that says: this bound left schedules out.
BOUNDED = f"others go on after {LOOP_ITERATIONS} turns of a loop"
PLAIN = {int, str, float, bytes, bool, type(None)}  # known by their values


class SpinDetection(Races):
    """A run that knows who naps in vain, and whether anybody gets on with something."""

    __slots__ = ("progress", "spinning")

    def reset(self, fibers: FiberPool) -> None:
        super().reset(fibers)
        self.spinning = False
        self.progress = 0  # steps of those who do not look in vain

    def begin_transition(self, worker: Worker, transition: Transition) -> None:
        """A worker begins a step, or a timer whose firing lets it go on."""
        self.transitions.append(transition)
        worker = worker.sleeper or worker
        if not worker.idle_yields:
            worker.progress_made += 1
            self.progress += 1

    def note_change(self) -> None:
        """The current worker changes something: it does not look in vain."""
        worker = self.current
        worker.changed = True
        if worker.idle_yields and worker.progress_yields < MAX_PROGRESS_YIELDS:
            worker.idle_yields = 0
            worker.progress_made += 1
            self.progress += 1

    def note_clock_read(self) -> None:
        """A program that knows what time it is may go on for that alone."""
        frame: FrameType | None = sys._getframe(1)
        while frame is not None and is_ours(frame.f_globals["__name__"]):
            frame = frame.f_back
        if frame is not None and frame.f_globals.get("_explored_"):
            self.current.changed = True

    def yield_to_others(self) -> None:
        """The current worker lets others go on, perhaps to look again and again."""
        worker = self.current
        worker.yielded = True
        if worker.progress_yields < MAX_PROGRESS_YIELDS and not self.repeats_itself(
            worker
        ):
            worker.progress_yields += LOOP_YIELD_COST if worker.looped else 1
            worker.looped = worker.changed = False
            worker.idle_yields = 0
            return
        worker.looped = worker.changed = False
        others = self.progress - worker.progress_made
        worker.idle_yields = (
            worker.idle_yields + 1 if worker.yielded_at == others else 1
        )
        worker.yielded_at = others
        self.spinning |= worker.idle_yields > MAX_IDLE_YIELDS

    def repeats_itself(self, worker: Worker) -> bool:
        """Whether it went round a while loop, and nothing is other than before."""
        if not worker.looped:
            return False
        before, worker.last_local_state = (
            worker.last_local_state,
            local_state(sys._getframe(2)),
        )
        return not worker.changed and before in (None, worker.last_local_state)

    def not_spinning(self, enabled: list[Worker]) -> list[Worker]:
        """Those who may go on: not whoever has looked often enough for now.

        Time is made to go by only after more looks than it takes for others to come.
        """
        others = [
            worker
            for worker in enabled
            if self.idle_yields_of(worker) <= MAX_IDLE_YIELDS
        ]
        if all(worker.deadline is not None for worker in others):
            others = [
                w for w in enabled if self.idle_yields_of(w) <= IDLE_YIELDS_BEFORE_TIME
            ]
        # Who is able to go on at last does so before its own patience ends again.
        others = others or [w for w in enabled if w.deadline is None] or enabled
        if len(others) < len(enabled):
            for worker in enabled:
                if (
                    worker.progress_yields >= MAX_PROGRESS_YIELDS
                    and worker not in others
                ):
                    self.discovered.add(BOUNDED)
        return others

    def idle_yields_of(self, worker: Worker) -> int:
        """How often it has napped since somebody else got on with something."""
        sleeper = worker.sleeper or worker
        others = self.progress - sleeper.progress_made
        return sleeper.idle_yields if sleeper.yielded_at == others else 0


def local_state(frame: FrameType | None) -> list[Any]:
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
