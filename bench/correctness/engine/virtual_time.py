"""Virtual time: a clock that moves only when a timer fires, and waits with a deadline.

A timer is a worker with one transition.  It can be enabled while no other timer has an
earlier deadline, even if other workers could still run for a long time.  The search may
choose the timer before or after the transitions of these workers.  So there are
schedules in which a timeout fires, and others in which the operation is made in time.
"""

from collections.abc import Callable, Hashable
from typing import Any

from bench.correctness.engine.fibers import FiberPool
from bench.correctness.engine.operations import Operations
from bench.correctness.engine.transitions import PointId, What, Worker

DIGITS = 9  # decimal places of the clock, which counts seconds


class VirtualTime(Operations):
    """A run with a clock of its own."""

    __slots__ = ("clock_moves", "clock_root", "now", "timers", "timers_made")

    def reset(self, fibers: FiberPool) -> None:
        Operations.reset(self, fibers)
        self.now = 0.0
        self.timers: list[Worker] = []
        self.timers_made = 0
        self.clock_moves = 0
        self.clock_root = 0  # `root` of the timer that last moved the clock

    def read_clock(self) -> float:
        self.operation("clock", None, False, "clock", ("reads", "the clock"))
        return self.now

    def sleep(self, seconds: float) -> None:
        """Sleep for virtual seconds.  Raises ValueError for a negative number."""
        if seconds < 0:
            raise ValueError("sleep length must be non-negative")
        self.yield_to_others()
        if seconds == 0:
            self.pause_for_others()
            return
        self.read_clock()
        woken = False

        def fire() -> None:
            nonlocal woken
            woken = True
            self.pass_time(timer)
            sleeper.hb_clock |= timer.hb_clock

        sleeper = self.current
        timer = self.timer(seconds, fire, lambda: True, ("wakes", sleeper.label))
        self.pause(lambda: woken, ("sleeps", None))

    def pause_for_others(self) -> None:
        """Sleep for no time: a scheduling point that accesses nothing."""
        if not self.alone:
            self.pause(None, ("yields", None))

    def wait(
        self,
        name: Hashable,
        point: PointId,
        what: What,
        ready: Callable[[], bool],
        seconds: float,
        source: Any = None,
        watched: tuple[Hashable, ...] = (),
        expire: Callable[[], object] | None = None,
    ) -> bool:
        """Make an operation with a timeout in virtual seconds.

        Return whether the operation was made in time.  The timeout is a transition of a
        timer.  The timer is enabled while no other timer has an earlier deadline and
        the operation itself is not enabled.  When it fires, it calls `expire`, and it
        reads the places `name` and `watched`.
        """
        self.read_clock()
        expired = False

        def fire() -> None:
            nonlocal expired
            expired = True
            if expire is not None:
                expire()
            self.pass_time(timer)
            for place in (name, *watched):
                self.record_access(place, None, False)
                self.check_races(place, False, point)
            waiter.hb_clock |= timer.hb_clock

        waiter = self.current
        timer = self.timer(seconds, fire, lambda: not expired and not ready(), what)
        try:
            self.operation(name, None, True, point, what, lambda: expired or ready())
        finally:
            self.cancel(timer)
        if not expired:
            if source is not None:
                waiter.hb_clock |= source.hb_clock
                self.transition.hb_clock |= source.hb_clock
            for place in (name, *watched):
                self.record_missed_timeout(timer, place, point)
        elif waiter.looped:  # `yield_to_others` finds out whether the waiter only polls
            self.yield_to_others()
        return not expired

    def record_missed_timeout(
        self, timer: Worker, place: Hashable, point: PointId
    ) -> None:
        """Record the races of a cancelled timer, whose transition was not made."""
        worker, self.current = self.current, timer
        timer.refill_spin_budget()
        self.check_races(place, False, point)
        self.current = worker
        self.missed_timeouts.append((timer, place, len(self.transitions)))
        self.missed_timeouts.append((timer, "clock", len(self.transitions)))

    def timer(
        self,
        seconds: float,
        fire: Callable[[], None] | None,
        wanted: Callable[[], bool],
        what: What,
    ) -> Worker:
        """Add a worker whose only transition is due after some virtual seconds."""
        made_in = self.current.hb_epoch
        timer = self.worker(self.child_name("timer"))
        timer.hb_epoch = made_in
        # The deadline is rounded, because 0.6 + 0.3 must be 0.9 and not a little less.
        timer.due = due = self.now + seconds
        timer.deadline = deadline = round(due, DIGITS)
        self.timers_made += 1
        timer.made_as = self.timers_made
        timer.moves_before = self.clock_moves
        timer.root = self.clock_root or self.timers_made
        timer.owner = self.current.number
        timer.sleeper = self.current
        timer.what = ("times out", what[1])
        timer.fire = fire
        timers = self.timers
        timer.ready = lambda: (
            wanted()
            and all(
                deadline < other.deadline  # type: ignore[operator]
                or (deadline == other.deadline and not comes_first(other, timer))
                or (other.needs is not None and other.needs.delays(other))
                for other in timers
            )
        )
        timers.append(timer)
        self.workers.append(timer)
        return timer

    def pass_time(self, timer: Worker) -> None:
        """Move the clock to a timer's deadline, within the timer's transition."""
        assert timer.deadline is not None
        self.record_access("clock", None, True)
        self.check_races("clock", True, "clock")
        # A program may compute `end = time() + seconds`, and wait again while the clock
        # is before `end`.  The rounded deadline may be a little before `end`.  So the
        # clock also moves to `due`, the sum that is not rounded.
        self.now = max(self.now, timer.deadline, timer.due)
        self.clock_moves += 1
        self.clock_root = timer.root
        if timer.sleeper is not None:
            timer.sleeper.timed_out = True
        self.cancel(timer)

    def cancel(self, timer: Worker) -> None:
        if not timer.ended:
            timer.ended = True
            self.workers.remove(timer)
            self.timers.remove(timer)


def comes_first(one: Worker, other: Worker) -> bool:
    """Whether timer `one` must fire before `other`, if both are due at one moment.

    In real time, a timer that is made later is also due a little later.  So `one` must
    fire first if all of these conditions hold:

    - Both timers call callbacks of the program, in the same event loop.
    - The making of `one` happened before the making of `other` (happens-before).
    - The clock did not move between the making of `one` and the making of `other`, or
      these two conditions hold: `one` began a chain of timers, and `other` belongs to a
      chain that began later.

    A timer begins a chain if the clock has not moved yet when the timer is made.  A
    timer that is made after a move of the clock belongs to the chain of the timer that
    last moved the clock.  Usually, the callback of that timer made it.

    The reason for the condition on chains: the first timer of the chain of `other` was
    made after `one`, and each further timer of that chain adds a small delay in real
    time.  So `other` is due a little later than `one`, even if the deadlines are equal.
    """
    return (
        one.needs is not None
        and one.needs is other.needs
        and one.sleeper is other.sleeper is None
        and one.made_as < other.made_as
        and bool(one.hb_epoch & other.hb_clock)
        and (
            one.moves_before == other.moves_before
            or one.made_as == one.root < other.root
        )
    )
