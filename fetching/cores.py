"""How many cores the threads of a fetch use: one, or all that the process may use.

A thread that releases the interpreter lock for a system call wakes a second thread,
which waits for the lock.  If the second thread is on another core, it takes time until
it runs.  By then, the first thread has usually taken the lock again.  So the wake-up
was useless, and both threads have lost time.  With many small bodies, one core is
therefore faster than two.  With large bodies or much encryption, all cores are faster,
because this work does not need the interpreter lock.
"""

import contextlib
import os
import time
from collections.abc import Callable, Collection

# A phase measures the speed on one number of cores (see `Chooser`).  It lasts at least
# PHASE_SECONDS.  It has at least LEAST_BODIES bodies in total, and on average ROUNDS
# bodies of each worker.  Workers that wait for the same server often work in rounds: in
# each round, each gets one body.  If a phase had only a few rounds, one round more or
# less would change the measured speed.
PHASE_SECONDS = 0.1
LEAST_BODIES = 100
ROUNDS = 8
# If a phase takes longer, the fetch is slow for another reason than the interpreter
# lock.  So the phase ends, even if it had too few bodies.
LONGEST_PHASE_SECONDS = 1.0
HOLD_SECONDS = 5.0  # from the end of a trial to the start of the next one
GAIN = 1.2  # the other number of cores must be faster by this factor
# After a body of this length or more, the threads use all cores for HOLD_SECONDS.
LARGE_BYTES = 1024 * 1024
THREADS = "/proc/self/task"  # has a directory for each thread, with its number as name
COUNTED = 16  # the clock is read once for so many bodies, to save time


def can_choose() -> bool:
    """Whether the system can keep a process to chosen cores (Linux)."""
    return hasattr(os, "sched_setaffinity")


def allowed() -> frozenset[int]:
    """The cores that this process may use; empty if the system does not say."""
    return frozenset(os.sched_getaffinity(0) if can_choose() else ())


def keep_to_one_core() -> None:
    """Keep this thread, and the threads that it starts later, to one core.

    The last core is used, because other programs use the first core most.
    """
    os.sched_setaffinity(0, {max(allowed())})


def place_threads(cores: Collection[int]) -> None:
    """Let all threads of this process run on these cores only."""
    with contextlib.suppress(OSError):  # the system has no such list
        for thread in os.listdir(THREADS):
            with contextlib.suppress(OSError):  # the thread has just ended
                os.sched_setaffinity(int(thread), cores)


class Chooser:
    """Measures whether the threads are faster on one core or on all, and moves them.

    A trial compares the bodies per second of two phases: one on the present number of
    cores, and then one on the other number.  If the other number is faster by the
    factor GAIN, the threads stay there.  If not, they go back.  A fetch that mostly
    waits for its server is not faster on one core, so it stays on all cores.
    `count_body` must not be called by two threads at a time.
    """

    def __init__(
        self,
        workers: int,
        cores: Collection[int],
        place: Callable[[Collection[int]], object] = place_threads,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.choices = (frozenset(cores), frozenset({max(cores)}))
        self.enough = max(LEAST_BODIES, ROUNDS * workers)  # bodies in a phase
        self.place, self.clock = place, clock
        self.present = 0  # index in `choices`: 0 is all cores, 1 is one core
        self.rate = 0.0  # bodies per second of the first phase of a trial
        self.start(self.measure_present)

    def start(self, phase: Callable[[float], None]) -> None:
        """Start a phase, with its own count and time."""
        self.phase = phase
        self.bodies, self.started = 0, self.clock()

    def use(self, choice: int) -> None:
        """Let the threads run on the cores of a choice."""
        if choice != self.present:
            self.present = choice
            self.place(self.choices[choice])

    def count_body(self, length: int) -> None:
        """Count a body of this length; end the phase if it has lasted long enough."""
        if length >= LARGE_BYTES:
            self.use(0)
            self.start(self.hold)
            return
        self.bodies += 1
        if self.bodies % COUNTED == 0:
            self.phase(self.clock() - self.started)

    def measure_present(self, seconds: float) -> None:
        """Measure the speed on the present number of cores; then try the other number.

        If the phase takes too long, there is no trial: the threads use all cores.
        """
        if seconds >= PHASE_SECONDS and self.bodies >= self.enough:
            self.rate = self.bodies / seconds
            self.use(1 - self.present)
            self.start(self.measure_other)
        elif seconds >= LONGEST_PHASE_SECONDS:
            self.use(0)
            self.start(self.hold)

    def measure_other(self, seconds: float) -> None:
        """Measure the speed on the other number of cores; go back if it is too slow."""
        is_slow = seconds >= LONGEST_PHASE_SECONDS
        if is_slow or (seconds >= PHASE_SECONDS and self.bodies >= self.enough):
            if self.bodies < GAIN * self.rate * seconds:
                self.use(1 - self.present)
            self.start(self.hold)

    def hold(self, seconds: float) -> None:
        """Stay on the same cores until the next trial is due."""
        if seconds >= HOLD_SECONDS:
            self.start(self.measure_present)
