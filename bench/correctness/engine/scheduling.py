"""Which worker runs next: at a scheduling point a chooser picks an enabled worker.

A worker can be preempted only at a scheduling point.  What it does from one scheduling
point to the next is a transition.  The module `spinning` finds the enabled workers that
only poll.  The other enabled workers must run before them.
"""

from collections.abc import Callable
from typing import Any, NoReturn, Protocol

from bench.correctness.engine.fibers import FiberPool
from bench.correctness.engine.races import SharedPrefix, StillEnabled
from bench.correctness.engine.spinning import SpinDetection
from bench.correctness.engine.transitions import (
    SPIN_BUDGET,
    Abandoned,
    Stopped,
    Transition,
    What,
    Worker,
)

MAX_TRANSITIONS = 1_000  # a run with more transitions is endless or too long


class Chooser(Protocol):
    """Picks one of the enabled workers; if it returns None, the run is abandoned."""

    def choose(self, kernel: Any, enabled: list[Worker]) -> Worker | None: ...


class Scheduler(SpinDetection):
    """A run whose workers make their transitions one at a time."""

    __slots__ = (
        "chooser", "computed_at", "halted", "most_transitions", "prefix",
        "prefix_length", "undisturbed",
    )  # fmt: skip

    chooser: Chooser

    def start_program(
        self,
        order: str,
        *,
        seed: int = 0,
        idle_timers: bool = False,
        most_transitions: int = MAX_TRANSITIONS,
    ) -> None:
        super().start_program(order, seed=seed, idle_timers=idle_timers)
        self.most_transitions = most_transitions

    def reset(self, fibers: FiberPool) -> None:
        SpinDetection.reset(self, fibers)
        # The transition of a handle.  It is None as soon as the handle reaches an
        # operation that races with threads.
        self.undisturbed: Transition | None = None
        self.prefix: list[Transition] = []  # the transitions of the run before
        self.prefix_length = 0  # how many transitions of `prefix` are repeated
        # How many transitions the run had when a worker last computed for long.
        self.computed_at = -self.most_transitions

    def begin_with_prefix(self, shared_prefix: SharedPrefix) -> None:
        """Repeat the first transitions of the run before; their races are known."""
        shared_prefix.truncate()
        self.prefix = shared_prefix.transitions
        self.prefix_length = shared_prefix.length
        self.accesses_by_object = shared_prefix.accesses_by_object
        self.start = shared_prefix.start
        self.transition = start = shared_prefix.start
        start.worker = self.main
        self.in_shared_prefix = True
        self.clock_deltas = iter(start.clock_deltas)

    def pause(self, ready: Callable[[], bool] | None, what: What) -> None:
        """Wait at a scheduling point until chosen; `ready()` must become true first."""
        worker = self.current
        if self.stop is not None:
            raise Abandoned
        # The code of short methods is repeated here and below: a call would cost more
        # than the rest of some transitions.
        worker.ready, worker.on_enabled = ready, None
        worker.what = what
        worker.spin_budget = SPIN_BUDGET
        if worker.in_loop and worker not in self.workers:
            self.discovered.add("split")
            self.workers.append(worker)
        if self.recording:
            worker.where = self.fibers.where()
            worker.told = self.tell(what)
        following = self.pick()
        if following.fiber is not worker.fiber:
            following.fiber.switch()
        if self.stop is not None:
            raise Stopped if worker is self.main else Abandoned
        if self.atomic_of:
            if worker.in_loop and worker.handle is not None:
                self.workers.remove(worker)
            loop = self.atomic_of.get(worker.number)
            if loop is not None:
                loop.restore_running_loop()

    def start_handle(self, worker: Worker) -> None:
        """Begin a handle, whose first operations belong to the current transition."""
        self.undisturbed = self.transition
        worker.spin_budget = SPIN_BUDGET
        worker.uninterrupted = 0
        if worker.deadline is None:
            self.workers.remove(worker)
            worker.ended = True

    def pick(self) -> Worker:
        """Choose the worker that runs next, and begin its transition."""
        if self.prefix_length:
            while len(self.transitions) < self.prefix_length:
                known = self.pick_in_prefix()
                if known.fire is None or self.stop is not None:
                    return known
                known.fire()
            self.prefix_length = 0  # the rest of the run is not repeated
        while True:
            if self.preparations:
                for prepare in self.preparations.values():
                    prepare()
            enabled = []
            for worker in self.workers:
                ready = worker.ready
                if ready is None or ready():
                    if worker.on_enabled is not None:
                        worker.on_enabled()
                    if worker.unstarted:
                        worker.unstarted = False
                        self.open_transition(worker)
                        return worker
                    enabled.append(worker)
            if not enabled:
                if self.may_check():
                    self.begin_check()
                    continue
                return self.halt("deadlock")
            if self.spinning and len(enabled) > 1:
                fair = self.not_spinning(enabled)
                self.record_bound(enabled, fair)
                enabled = fair
            if self.idle_timers or self.daemon_wakes:
                enabled = self.without_timers(enabled)
            if len(self.transitions) > self.most_transitions:
                return self.halt("endless" if self.ends_never() else "long")
            chosen = self.chooser.choose(self, enabled)
            if chosen is None:
                return self.halt("pruned")
            preempts = 0
            if chosen.start_unobserved:
                preempts = self.preemptions(chosen, enabled)
                self.observe_start(chosen)
            elif chosen is not self.running and self.running in enabled:
                preempts = 1
            self.running = chosen
            self.choices.append(
                self.open_transition(chosen, len(self.choices), preempts)
            )
            if chosen.fire is None:
                return chosen
            chosen.fire()

    def ends_never(self) -> bool:
        """Whether a long run is endless: workers spin, and none has computed lately."""
        lately = len(self.transitions) - self.most_transitions // 2
        return self.spinning and self.computed_at < lately

    def others_enabled(self) -> bool:
        """Whether a worker other than the current one is, or may be, enabled."""
        if self.preparations:  # `is_enabled` is right only after the preparations
            return True
        return any(w is not self.current and w.is_enabled() for w in self.workers)

    def may_check(self) -> bool:
        """Whether the check may begin, because the scenario's workers have ended."""
        return not self.checking and self.quiescent is not None and self.quiescent()

    def begin_check(self) -> None:
        """Let the check run while threads still wait."""
        self.checking = True
        self.main.ready = None

    def note_check_begins(self) -> None:
        """From now on, a wait of the check that no worker can end is a deadlock."""
        if not self.checking:
            self.quiescent = None

    def pick_in_prefix(self) -> Worker:
        """Begin the transition that had the same index in the run before."""
        transition = self.prefix[len(self.transitions)]
        number = transition.worker.number
        for worker in self.workers:
            if worker.number == number:
                break
        else:
            return self.halt("pruned")  # this run differs from the run before
        if self.preparations and number in self.preparations:
            self.preparations[number]()
        if worker.ready is None or worker.ready():
            if worker.on_enabled is not None:
                worker.on_enabled()
        elif worker is self.main and self.may_check():
            self.begin_check()
        else:
            return self.halt("pruned")
        if transition.depth >= 0:
            if worker.start_unobserved:
                self.observe_start(worker)
            self.running = worker
            self.choices.append(transition)
        elif worker.unstarted:
            worker.unstarted = False
        worker.hb_epoch = hb_epoch = self.next_epoch
        self.next_epoch = hb_epoch << 1
        if hb_epoch != transition.hb_epoch or worker.hb_clock != transition.hb_before:
            return self.halt("pruned")
        worker.hb_clock |= hb_epoch
        # Like `open_transition`, for a known transition.
        self.transition = transition
        self.transitions.append(transition)
        self.current = transition.worker = worker
        moving = worker if worker.sleeper is None else worker.sleeper
        if moving.daemon or self.daemon_wakes:
            self.note_daemon_wakes(worker, moving)
        if not moving.idle_yields:
            moving.progress_made += 1
            self.progress += 1
        self.in_shared_prefix = True
        self.clock_deltas = iter(transition.clock_deltas)
        return worker

    def preemptions(self, chosen: Worker, enabled: list[Worker]) -> int:
        """How many preemptions are needed to run a worker now.

        A preemption: another worker is chosen while the running worker is enabled.
        The first transition of a thread runs without a choice, and no other worker can
        observe it.  So it counts as no preemption.  Instead, 1 is counted when the
        thread is first chosen, if the running worker is enabled at that moment.

        The first transition of thread A may start thread B.  So B may be chosen before
        A was ever chosen.  To start B, A had to run first, so there are two changes:
        from the running worker to A, and from A to B.  The first is a preemption if the
        running worker is enabled.  The second is a preemption if A is enabled.
        """
        if chosen is self.running:
            return 0
        if not chosen.start_unobserved:
            return int(self.running in enabled)
        preempted = [self.running, *unobserved_starts(chosen)[1:]]
        return sum(worker in enabled for worker in preempted)

    def observe_start(self, worker: Worker) -> None:
        """Note that other workers can now observe the start of a worker.

        The starts of its makers came earlier, so they can be observed, too.
        """
        for one in unobserved_starts(worker):
            one.start_unobserved = False

    def halt(self, why: str) -> Worker:
        """Stop the run: the main worker resumes, and the others are unwound later."""
        self.stop = why
        if why in ("deadlock", "spins"):
            self.record_still_enabled(self.kept_out())
        self.halted = self.current
        self.current = self.main
        return self.main

    def kept_out(self) -> list[StillEnabled]:
        """Find handles that could run before the handle that keeps their loop busy."""
        waiting: dict[Any, Transition] = {}  # by busy loop: its last chosen transition
        for transition in reversed(self.transitions):
            loop = self.atomic_of.get(transition.worker.number)
            if (
                loop is not None
                and loop.running
                and loop.busy
                and transition.depth >= 0
            ):
                waiting.setdefault(loop, transition)
        return [
            (worker, transition, len(self.transitions))
            for loop, transition in waiting.items()
            for worker in self.workers
            if worker.handle is not None
            and worker is not transition.worker
            and self.atomic_of.get(worker.number) is loop
        ]

    def abandon(self) -> NoReturn:
        """End a run because an assumption at its beginning turned out to be wrong."""
        worker = self.current
        self.halt("pruned")
        raise Stopped if worker is self.main else Abandoned


def default_choice(enabled: list[Worker], running: Worker) -> Worker:
    """The running worker if it is enabled; otherwise preferably a non-timer."""
    if running in enabled:
        return running
    for worker in enabled:
        if worker.fire is None:
            return worker
    return enabled[0]


def unobserved_starts(worker: Worker) -> list[Worker]:
    """The worker, its maker, the maker of its maker, and so on.

    The list ends before the first worker whose start has been observed.
    """
    found = []
    one: Worker | None = worker
    while one is not None and one.start_unobserved:
        found.append(one)
        one = one.maker
    return found
