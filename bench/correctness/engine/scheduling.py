"""Whose turn it is: at a point a worker gives way, and a chooser says who goes on.

A worker gives way only at a point; the stretch from one point to the next is a step,
an `Event`.  Who must let others have a turn first is for `fairness` to say.
"""

from collections.abc import Callable, Hashable
from typing import Any, NoReturn, Protocol

from bench.correctness.engine.fibers import FiberPool
from bench.correctness.engine.races import SharedPrefix
from bench.correctness.engine.spinning import SpinDetection
from bench.correctness.engine.transitions import (
    SPIN_BUDGET,
    Abandoned,
    EndlessError,
    PointId,
    Stopped,
    Transition,
    What,
    Worker,
)

MAX_TRANSITIONS = 1_000  # steps of a run: beyond, it does not end, or is too long
MAX_POLLS = 10  # turns of a loop that only looks, before others must have had a turn
MAX_UNINTERRUPTED_ITERATIONS = 200_000  # of a loop that nothing can interrupt


class Chooser(Protocol):
    """Decides who goes next; None gives the run up."""

    def choose(self, kernel: Any, enabled: list[Worker]) -> Worker | None: ...


class Scheduler(SpinDetection):
    """A run whose workers take turns, one step at a time."""

    __slots__ = (
        "chooser", "describe", "halted", "prefix", "prefix_length", "untouched",
    )  # fmt: skip

    chooser: Chooser

    def __init__(self) -> None:
        super().__init__()
        self.describe: Callable[[What], str] = str

    def reset(self, fibers: FiberPool) -> None:
        super().reset(fibers)
        # A handle's step that has done nothing yet that others race with.
        self.untouched: Transition | None = None
        self.prefix: list[Transition] = []
        self.prefix_length = 0  # steps of them that this run will have too

    def begin_with_prefix(self, shared_prefix: SharedPrefix) -> None:
        """Begin as the run before, whose steps need not be looked at again."""
        shared_prefix.truncate()
        self.prefix = shared_prefix.transitions
        self.prefix_length = shared_prefix.length
        self.accesses_by_object = shared_prefix.accesses_by_object
        self.start = shared_prefix.start
        self.repeat_transition(shared_prefix.start, self.main)

    def pause(self, ready: Callable[[], bool] | None, what: What) -> None:
        """Give way here; return when chosen, which is only while `ready()`."""
        worker = self.current
        if self.stop is not None:
            raise Abandoned
        worker.ready = ready
        worker.what = what
        worker.spin_budget = SPIN_BUDGET
        if worker.in_loop and worker not in self.workers:
            self.discovered.add("split")
            self.workers.append(worker)
        if self.recording:
            worker.where = self.fibers.where()
        following = self.pick()
        if following.fiber is not worker.fiber:
            following.fiber.switch()
        if self.stop is not None:
            raise Stopped if worker is self.main else Abandoned
        if worker.in_loop and worker.handle is not None:
            self.workers.remove(worker)
        loop = self.atomic_of.get(worker.number)
        if loop is not None:
            loop.restore_running_loop()

    def pick(self) -> Worker:
        """Choose who goes next and open its step."""
        while len(self.transitions) < self.prefix_length:
            known = self.pick_in_prefix()
            if known.fire is None or self.stop is not None:
                return known
            known.fire()
        while True:
            enabled = []
            for worker in self.workers:
                ready = worker.ready
                if ready is None or ready():
                    if worker.unstarted:
                        worker.unstarted = False
                        self.open_transition(worker)
                        return worker
                    enabled.append(worker)
            if not enabled:
                if self.begins_check():
                    continue
                return self.halt("deadlock")
            if self.spinning and len(enabled) > 1:
                enabled = self.not_spinning(enabled)
            if len(self.transitions) > MAX_TRANSITIONS:
                return self.halt("endless" if self.spinning else "long")
            chosen = self.chooser.choose(self, enabled)
            if chosen is None:
                return self.halt("pruned")
            preempts = self.preemptions(chosen, enabled)
            if chosen.start_unobserved:
                self.observe_start(chosen)
            self.running = chosen
            self.choices.append(
                self.open_transition(chosen, len(self.choices), preempts)
            )
            if chosen.fire is None:
                return chosen
            chosen.fire()

    def begins_check(self) -> bool:
        """Whether all that has not ended waits for the check, which may come then."""
        if self.checking or self.quiescent is None or not self.quiescent():
            return False
        self.checking = True
        self.main.ready = None
        return True

    def pick_in_prefix(self) -> Worker:
        """Open the step that the run before had at this place."""
        transition = self.prefix[len(self.transitions)]
        number = transition.worker.number
        for worker in self.workers:
            if worker.number == number:
                break
        else:
            return self.halt("pruned")  # it left the way of the run before
        able = worker.ready is None or worker.ready()
        if not able and not (worker is self.main and self.begins_check()):
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
        self.begin_transition(worker, transition)
        self.current = worker
        self.repeat_transition(transition, worker)
        return worker

    def repeat_transition(self, transition: Transition, worker: Worker) -> None:
        """Take a step of the run before again."""
        self.transition = transition
        transition.worker = worker
        self.in_shared_prefix = True
        self.clock_deltas = iter(transition.clock_deltas)

    def preemptions(self, chosen: Worker, enabled: list[Worker]) -> int:
        """How many preemptions it takes to let a worker go on now.

        A preemption: the running worker could have gone on, and another went.  The
        first step of a thread touches nothing that others touch, so it counts as made
        only when the thread is chosen, or another that it has started in it.
        """
        if chosen is self.running:
            return 0
        if not chosen.start_unobserved:
            return int(self.running in enabled)
        still_enabled = [self.running, *unobserved_starts(chosen)[1:]]
        return sum(worker in enabled for worker in still_enabled)

    def observe_start(self, worker: Worker) -> None:
        """Let a worker's first step count as made, and those that made it possible."""
        for one in unobserved_starts(worker):
            one.start_unobserved = False

    def open_transition(
        self, worker: Worker, depth: int = -1, preempts: int = 0
    ) -> Transition:
        """Begin a step of a worker."""
        worker.hb_epoch = hb_epoch = self.next_epoch
        self.next_epoch = hb_epoch << 1
        before = worker.hb_clock
        worker.hb_clock = hb_clock = before | hb_epoch
        transition = Transition(
            len(self.transitions), worker, hb_epoch, before, hb_clock, depth, preempts
        )
        self.begin_transition(worker, transition)
        self.transition = transition
        self.in_shared_prefix = False
        self.current = worker
        if self.recording:
            transition.what = worker.what
            transition.label = self.describe(worker.what)
            if worker.what[0] not in ("starts", "goes on", "end"):
                transition.notes.append((transition.label, worker.where, None))
        return transition

    def halt(self, why: str) -> Worker:
        """Stop the run: the main worker is told, the others are unwound later."""
        self.stop = why
        if why == "deadlock":
            self.still_enabled += self.kept_out()
        self.halted = self.current
        self.current = self.main
        return self.main

    def kept_out(self) -> list[tuple[Worker, Transition, int]]:
        """The handles of loops in which a step waits: each could come before it."""
        waiting: dict[Any, Transition] = {}  # the last step of each such loop
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
        """End a run that began in a way in which it cannot go on."""
        worker = self.current
        self.halt("pruned")
        raise Stopped if worker is self.main else Abandoned

    def annotate(self, verb: str, thing: Any, place: Hashable = None) -> None:
        """Tell the reader of the trace what happens within a step.

        An access to a place counts only if it turns out that others go there too.
        """
        where = self.fibers.where()
        said = self.describe((verb, thing)) if verb else ""
        self.transition.notes.append((said, where, place))

    def loop_iteration(self, point: PointId) -> None:
        """A turn of a loop: one that never gives way must not keep the others out."""
        if self.stop is not None:
            raise Abandoned
        worker = self.current
        worker.spin_budget -= 1
        worker.looped = True
        if self.alone or worker.in_loop:
            if worker.spin_budget < -MAX_UNINTERRUPTED_ITERATIONS:
                raise EndlessError
            if worker.timed_out and not worker.yielded:
                self.yield_to_others()  # a task waited, and tries it again
            worker.timed_out = worker.yielded = False
            return
        others = self.progress - worker.progress_made
        if worker.iterated_at != others:
            worker.iterated_at = others
            worker.loop_iterations = 0
        worker.loop_iterations += 1
        if worker.spin_budget <= 0 or worker.loop_iterations > MAX_POLLS:
            self.yield_to_others()
            if worker.idle_yields or worker.spin_budget <= 0:
                self.pause(None, ("goes on", None))
            else:
                worker.loop_iterations = 0


def default_choice(enabled: list[Worker], running: Worker) -> Worker:
    """Who goes on when nothing speaks against it: the same worker; timers last."""
    if running in enabled:
        return running
    for worker in enabled:
        if worker.fire is None:
            return worker
    return enabled[0]


def unobserved_starts(worker: Worker) -> list[Worker]:
    """The worker and those who had to begin before it, as far as nobody could tell."""
    found = []
    one: Worker | None = worker
    while one is not None and one.start_unobserved:
        found.append(one)
        one = one.maker
    return found
