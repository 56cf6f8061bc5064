"""Fair scheduling of loops that poll: a spinning worker yields to the others.

A loop that only polls could be scheduled for ever.  One more iteration of such a loop
changes nothing.  So the search misses no state if other workers run first.  A loop that
changes something may end by itself.  For this reason such a loop may make all of its
iterations before other workers run, up to a limit.
"""

import sys
from functools import lru_cache
from opcode import opmap
from types import CodeType, FrameType
from typing import Any

from bench.correctness.engine.fibers import FiberPool
from bench.correctness.engine.frames import is_ours, is_programs, locals_of
from bench.correctness.engine.recording import Recording
from bench.correctness.engine.transitions import Transition, Worker

MAX_IDLE_YIELDS = 2  # polls in a row, before a spinning worker must let others run
IDLE_YIELDS_BEFORE_TIME = 6  # polls in a row, before a worker must let timers fire
# The most yields of a worker in a run that count as progress.  Further yields count as
# polls, even if the worker changed something.
MAX_PROGRESS_YIELDS = 100
LOOP_YIELD_COST = (
    5  # a yield in a `while` loop counts as 5 yields, because the loop may be endless
)
LOOP_ITERATIONS = MAX_PROGRESS_YIELDS // LOOP_YIELD_COST
# `BOUNDED` and `DAEMONS_BOUNDED` are point ids: the words name a bound.  If one of them
# is discovered, the search has skipped schedules because of its bound.
BOUNDED = f"other workers run after {LOOP_ITERATIONS} iterations of a loop"
MAX_DAEMON_WAKES = 2  # wake-ups of daemons by timers; then other workers must run
DAEMONS_BOUNDED = "other workers run after daemons were woken twice by timers"
# After so many iterations of a loop that cannot be interrupted, its local state is
# compared with the state at the comparison before.
ITERATIONS_BETWEEN_LOOKS = 64
MAX_SAME_LOOKS = 16  # comparisons without a change; after more, a loop is endless
ITERATING = {opmap["FOR_ITER"], opmap["GET_ANEXT"]}
# Values of these types are compared by value, other objects by id.
PLAIN = {int, str, float, bytes, bool, type(None)}


class SpinDetection(Recording):
    """A run that finds which workers poll, and whether the others make progress."""

    __slots__ = ("daemon_wakes", "progress", "spinning")

    def reset(self, fibers: FiberPool) -> None:
        Recording.reset(self, fibers)
        self.spinning = False  # whether a worker has ever polled too often
        self.daemon_wakes = 0  # see `note_daemon_wakes`
        self.progress = 0  # transitions of workers that are not polling

    def open_transition(
        self, worker: Worker, depth: int = -1, preempts: int = 0
    ) -> Transition:
        """Begin a transition of a worker; the worker may be a timer."""
        worker.hb_epoch = hb_epoch = self.next_epoch
        self.next_epoch = hb_epoch << 1
        before = worker.hb_clock
        worker.hb_clock = hb_clock = before | hb_epoch
        self.transition = transition = Transition(
            len(self.transitions), worker, hb_epoch, before, hb_clock, depth, preempts
        )
        self.transitions.append(transition)
        self.current = worker
        self.in_shared_prefix = False
        moving = worker if worker.sleeper is None else worker.sleeper
        if moving.daemon or self.daemon_wakes:
            self.note_daemon_wakes(worker, moving)
        if not moving.idle_yields:
            moving.progress_made += 1
            self.progress += 1
        if self.recording:
            self.note_begin(worker, transition)
        return transition

    def note_daemon_wakes(self, worker: Worker, moving: Worker) -> None:
        """Count the timers that woke daemons since the last transition of a non-daemon.

        A transition of a daemon itself does not change the count.  Usually, a wake-up
        counts 1.  If the woken daemon was started by another daemon, the wake-up counts
        MAX_DAEMON_WAKES, so the limit is reached at once.  The reason: a program may
        repeat something for ever, each time in a new daemon.  For example, the function
        of a `threading.Timer` may start the next Timer.
        """
        if not moving.daemon:
            self.daemon_wakes = 0
        elif worker.deadline is not None:
            again = moving.maker is not None and moving.maker.daemon
            self.daemon_wakes += MAX_DAEMON_WAKES if again else 1

    def note_change(self) -> None:
        """Note that the current worker changes something, so it does not only poll."""
        worker = self.current
        worker.changed += 1
        if worker.idle_yields and worker.progress_yields < MAX_PROGRESS_YIELDS:
            worker.idle_yields = 0
            worker.progress_made += 1
            self.progress += 1

    def note_clock_read(self) -> None:
        """Note a read of the clock by the program, which counts as a change.

        The reason: a loop may end because time has passed.  So a loop that reads the
        clock does not only poll.
        """
        frame: FrameType | None = sys._getframe(1)
        while frame is not None and is_ours(frame.f_globals.get("__name__") or ""):
            frame = frame.f_back
        if frame is not None and is_programs(frame):
            self.current.changed += 1

    def yield_to_others(self) -> None:
        """Note that the worker yields, and whether it has made progress or polled."""
        worker = self.current
        worker.yielded = True
        idle = worker.progress_yields >= MAX_PROGRESS_YIELDS
        if not idle and worker.looped:
            before, now = worker.last_local_state, local_state(sys._getframe(1))
            worker.last_local_state = now
            changed = worker.changed or worker.changed_earlier
            idle = not changed and before in (None, now)
        worker.changed_earlier = 0
        if not idle:
            worker.progress_yields += LOOP_YIELD_COST if worker.looped else 1
            worker.looped, worker.changed = False, 0
            worker.idle_yields = 0
            return
        worker.looped, worker.changed = False, 0
        self.count_idle_yield(worker)

    def count_idle_yield(self, worker: Worker) -> None:
        """Note that a worker has polled once more."""
        others = self.progress - worker.progress_made
        in_a_row = worker.yielded_at == others
        worker.idle_yields = worker.idle_yields + 1 if in_a_row else 1
        worker.yielded_at = others
        self.spinning |= worker.idle_yields > MAX_IDLE_YIELDS

    def count_call(self, worker: Worker, changed: bool, polls: int) -> None:
        """Note that a callback that schedules itself was called again: this is a yield.

        The only local state of the chain is the arguments and the captured values of
        the calls, and `pass_on` compares these values.  If nothing has changed, the
        next call will do the same.  So after one idle call, other workers must run.

        `changed`: whether anything changed since the last call, apart from the place
        that stores the handle of the next call.  `polls`: how many idle yields in a row
        the chain had made before this call.

        If the chain had polled, `note_change` counted the first change in this call as
        progress, and set `idle_yields` to 0.  If `changed` is false, this was wrong:
        this method takes the progress back and restores `idle_yields`.
        """
        if changed and worker.progress_yields < MAX_PROGRESS_YIELDS:
            worker.progress_yields += LOOP_YIELD_COST
            worker.idle_yields = 0
            return
        if polls and not worker.idle_yields:
            worker.progress_made -= 1
            self.progress -= 1
            worker.idle_yields = polls
        self.count_idle_yield(worker)
        worker.idle_yields = max(worker.idle_yields, MAX_IDLE_YIELDS + 1)
        self.spinning = True

    def spins(self, worker: Worker) -> bool:
        """Check a worker that cannot be interrupted; return whether it spins forever.

        It spins forever if in many iterations nothing has changed: no shared state and
        no local variable.  If its next operations depend on an iterator, the result is
        False, because the state of the iterator is not visible.
        """
        frame = sys._getframe(1)
        now = local_state(frame)
        if worker.changed or now != worker.last_look or hides_state(frame):
            worker.same_looks = 0
        worker.changed_earlier |= worker.changed
        worker.changed = 0
        worker.last_look = now
        worker.same_looks += 1
        return worker.same_looks > MAX_SAME_LOOKS

    def not_spinning(self, enabled: list[Worker]) -> list[Worker]:
        """The enabled workers, except those that have polled too often in a row.

        If the only other enabled workers are timers, a worker may poll a few times
        more.  After these polls it is left out, so that a timer fires and virtual time
        passes.
        """
        others = [w for w in enabled if self.idle_yields_of(w) <= MAX_IDLE_YIELDS]
        if all(worker.deadline is not None for worker in others):
            others = [
                w for w in enabled if self.idle_yields_of(w) <= IDLE_YIELDS_BEFORE_TIME
            ]
        # If all enabled workers have polled too often, each of them may run, except
        # timers.  A timer may run if only timers are enabled.
        return others or [w for w in enabled if w.deadline is None] or enabled

    def without_timers(self, enabled: list[Worker]) -> list[Worker]:
        """The enabled workers, except the timers that must not fire yet."""
        if self.idle_timers:
            enabled = self.before_time(enabled)
        if self.daemon_wakes >= MAX_DAEMON_WAKES and len(enabled) > 1:
            enabled = self.without_daemons(enabled)
        return enabled

    def without_daemons(self, enabled: list[Worker]) -> list[Worker]:
        """The enabled workers, except the timers of daemons.

        If there are no other enabled workers, the result is all enabled workers.

        A daemon may wake up and repeat something for ever.  Without this function, the
        daemon could wake up any number of times between two transitions of another
        worker.
        """
        others = [
            worker
            for worker in enabled
            if worker.deadline is None or not (worker.sleeper or worker).daemon
        ]
        if others and len(others) < len(enabled):
            self.discovered.add(DAEMONS_BOUNDED)
        return others or enabled

    def before_time(self, enabled: list[Worker]) -> list[Worker]:
        """The enabled workers that are not timers and do not only poll.

        If there are no such workers, the result is the enabled timers.  If there are no
        enabled timers either, the result is all enabled workers.
        """
        going = [
            worker
            for worker in enabled
            if worker.deadline is None
            and self.idle_yields_of(worker) <= IDLE_YIELDS_BEFORE_TIME
        ]
        return going or [w for w in enabled if w.deadline is not None] or enabled

    def record_bound(self, enabled: list[Worker], chosen_from: list[Worker]) -> None:
        """Discover BOUNDED if its bound excludes a worker that may make progress."""
        if len(chosen_from) < len(enabled):
            for worker in enabled:
                if (
                    worker.progress_yields >= MAX_PROGRESS_YIELDS
                    and worker not in chosen_from
                ):
                    self.discovered.add(BOUNDED)

    def idle_yields_of(self, worker: Worker) -> int:
        """How often a worker has polled since another worker made progress.

        A timer has polled as often as the worker that it wakes.
        """
        sleeper = worker.sleeper or worker
        others = self.progress - sleeper.progress_made
        return sleeper.idle_yields if sleeper.yielded_at == others else 0


def local_state(frame: FrameType | None) -> list[Any]:
    """The program's current instructions and the values of its local variables.

    If two such lists are equal, and no shared state was changed meanwhile, the program
    will repeat the same operations.
    """
    state: list[Any] = []
    while frame is not None:
        if is_programs(frame):
            state += [frame.f_code, frame.f_lasti]
            for value in locals_of(frame).values():
                state.append(value if type(value) in PLAIN else id(value))
        frame = frame.f_back
    return state


def hides_state(frame: FrameType | None) -> bool:
    """Whether the next operations depend on an iterator, whose state is not visible.

    A coroutine or async generator that is awaited does not count as an iterator: its
    state is visible, because it has a frame of its own.
    """
    while frame is not None:
        if frame.f_globals.get("_explored_"):
            if iterates(frame.f_code):
                return True
            for value in locals_of(frame).values():
                if hasattr(type(value), "__next__"):
                    return True
        frame = frame.f_back
    return False


@lru_cache(maxsize=256)  # more than are in use at a time
def iterates(code: CodeType) -> bool:
    """Whether code has a `for` loop; the iterator of such a loop is in no variable."""
    return not ITERATING.isdisjoint(code.co_code[::2])
