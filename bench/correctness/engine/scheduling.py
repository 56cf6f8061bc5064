"""Whose turn it is: at a point a worker gives way, and a chooser says who goes on.

A worker gives way only at a point; the stretch from one point to the next is a step,
an `Event`.  Who must let others have a turn first is for `fairness` to say.
"""

from collections.abc import Callable, Hashable
from typing import Any, NoReturn, Protocol

from bench.correctness.engine.fibers import Carriers
from bench.correctness.engine.races import Trail
from bench.correctness.engine.spinning import Fairness
from bench.correctness.engine.transitions import (
    PATIENCE,
    Abandoned,
    EndlessError,
    Event,
    Mark,
    Stopped,
    What,
    Worker,
)

LONGEST = 1_000  # steps of a run: beyond, it does not end, or is too long
LOOKS = 10  # turns of a loop that only looks, before others must have had a turn
TURNS = 200_000  # of a loop that nothing can interrupt


class Chooser(Protocol):
    """Decides who goes next; None gives the run up."""

    def choose(self, kernel: Any, enabled: list[Worker]) -> Worker | None: ...


class Turns(Fairness):
    """A run whose workers take turns, one step at a time."""

    __slots__ = (
        "chooser", "describe", "halted", "known", "shared", "untouched",
    )  # fmt: skip

    chooser: Chooser

    def __init__(self) -> None:
        super().__init__()
        self.describe: Callable[[What], str] = str

    def clear(self, carriers: Carriers) -> None:
        super().clear(carriers)
        # A handle's step that has done nothing yet that others race with.
        self.untouched: Event | None = None
        self.known: list[Event] = []
        self.shared = 0  # steps of them that this run will have too

    def follow(self, trail: Trail) -> None:
        """Begin as the run before, whose steps need not be looked at again."""
        trail.cut()
        self.known = trail.events
        self.shared = trail.length
        self.touched = trail.touched
        self.start = trail.start
        self.retrace(trail.start, self.main)

    def pause(self, ready: Callable[[], bool] | None, what: What) -> None:
        """Give way here; return when chosen, which is only while `ready()`."""
        worker = self.current
        if self.stop is not None:
            raise Abandoned
        worker.ready = ready
        worker.what = what
        worker.patience = PATIENCE
        if worker.in_loop and worker not in self.workers:
            self.found.add("split")
            self.workers.append(worker)
        if self.recording:
            worker.where = self.carriers.where()
        following = self.pick()
        if following.carrier is not worker.carrier:
            following.carrier.switch()
        if self.stop is not None:
            raise Stopped if worker is self.main else Abandoned
        if worker.in_loop and worker.handle is not None:
            self.workers.remove(worker)
        loop = self.whole.get(worker.number)
        if loop is not None:
            loop.come_back()

    def pick(self) -> Worker:
        """Choose who goes next and open its step."""
        while len(self.events) < self.shared:
            known = self.pick_again()
            if known.fire is None or self.stop is not None:
                return known
            known.fire()
        while True:
            enabled = []
            for worker in self.workers:
                ready = worker.ready
                if ready is None or ready():
                    if worker.fresh:
                        worker.fresh = False
                        self.open(worker)
                        return worker
                    enabled.append(worker)
            if not enabled:
                if self.rests():
                    continue
                return self.halt("deadlock")
            if self.napping and len(enabled) > 1:
                enabled = self.awake(enabled)
            if len(self.events) > LONGEST:
                return self.halt("endless" if self.napping else "long")
            chosen = self.chooser.choose(self, enabled)
            if chosen is None:
                return self.halt("pruned")
            preempts = self.preemptions(chosen, enabled)
            if chosen.unseen:
                self.see(chosen)
            self.running = chosen
            self.choices.append(self.open(chosen, len(self.choices), preempts))
            if chosen.fire is None:
                return chosen
            chosen.fire()

    def rests(self) -> bool:
        """Whether all that has not ended waits for the check, which may come then."""
        if self.at_rest or self.may_rest is None or not self.may_rest():
            return False
        self.at_rest = True
        self.main.ready = None
        return True

    def pick_again(self) -> Worker:
        """Open the step that the run before had at this place."""
        event = self.known[len(self.events)]
        number = event.worker.number
        for worker in self.workers:
            if worker.number == number:
                break
        else:
            return self.halt("pruned")  # it left the way of the run before
        able = worker.ready is None or worker.ready()
        if not able and not (worker is self.main and self.rests()):
            return self.halt("pruned")
        if event.depth >= 0:
            if worker.unseen:
                self.see(worker)
            self.running = worker
            self.choices.append(event)
        elif worker.fresh:
            worker.fresh = False
        worker.bit = bit = self.next_bit
        self.next_bit = bit << 1
        if bit != event.bit or worker.past != event.before:
            return self.halt("pruned")
        worker.past |= bit
        self.take_step(worker, event)
        self.current = worker
        self.retrace(event, worker)
        return worker

    def retrace(self, event: Event, worker: Worker) -> None:
        """Take a step of the run before again."""
        self.event = event
        event.worker = worker
        self.retracing = True
        self.gains = iter(event.gains)

    def preemptions(self, chosen: Worker, enabled: list[Worker]) -> int:
        """How many preemptions it takes to let a worker go on now.

        A preemption: the running worker could have gone on, and another went.  The
        first step of a thread touches nothing that others touch, so it counts as made
        only when the thread is chosen, or another that it has started in it.
        """
        if chosen is self.running:
            return 0
        if not chosen.unseen:
            return int(self.running in enabled)
        left = [self.running, *unseen(chosen)[1:]]
        return sum(worker in enabled for worker in left)

    def see(self, worker: Worker) -> None:
        """Let a worker's first step count as made, and those that made it possible."""
        for one in unseen(worker):
            one.unseen = False

    def open(self, worker: Worker, depth: int = -1, preempts: int = 0) -> Event:
        """Begin a step of a worker."""
        worker.bit = bit = self.next_bit
        self.next_bit = bit << 1
        before = worker.past
        worker.past = past = before | bit
        event = Event(len(self.events), worker, bit, before, past, depth, preempts)
        self.take_step(worker, event)
        self.event = event
        self.retracing = False
        self.current = worker
        if self.recording:
            event.what = worker.what
            event.label = self.describe(worker.what)
            if worker.what[0] not in ("starts", "goes on", "end"):
                event.notes.append((event.label, worker.where, None))
        return event

    def halt(self, why: str) -> Worker:
        """Stop the run: the main worker is told, the others are unwound later."""
        self.stop = why
        if why == "deadlock":
            self.left += self.kept_out()
        self.halted = self.current
        self.current = self.main
        return self.main

    def kept_out(self) -> list[tuple[Worker, Event, int]]:
        """The handles of loops in which a step waits: each could come before it."""
        waiting: dict[Any, Event] = {}  # the last step of each such loop
        for event in reversed(self.events):
            loop = self.whole.get(event.worker.number)
            if loop is not None and loop.running and loop.busy and event.depth >= 0:
                waiting.setdefault(loop, event)
        return [
            (worker, event, len(self.events))
            for loop, event in waiting.items()
            for worker in self.workers
            if worker.handle is not None
            and worker is not event.worker
            and self.whole.get(worker.number) is loop
        ]

    def give_up(self) -> NoReturn:
        """End a run that began in a way in which it cannot go on."""
        worker = self.current
        self.halt("pruned")
        raise Stopped if worker is self.main else Abandoned

    def note(self, verb: str, thing: Any, place: Hashable = None) -> None:
        """Tell the reader of the trace what happens within a step.

        An access to a place counts only if it turns out that others go there too.
        """
        where = self.carriers.where()
        said = self.describe((verb, thing)) if verb else ""
        self.event.notes.append((said, where, place))

    def spin(self, mark: Mark) -> None:
        """A turn of a loop: one that never gives way must not keep the others out."""
        if self.stop is not None:
            raise Abandoned
        worker = self.current
        worker.patience -= 1
        worker.spun = True
        if self.alone or worker.in_loop:
            if worker.patience < -TURNS:
                raise EndlessError
            if worker.timed_out and not worker.napped:
                self.nap()  # a task waited, and tries it again
            worker.timed_out = worker.napped = False
            return
        others = self.progress - worker.steps
        if worker.turned_at != others:
            worker.turned_at = others
            worker.turns = 0
        worker.turns += 1
        if worker.patience <= 0 or worker.turns > LOOKS:
            self.nap()
            if worker.naps or worker.patience <= 0:
                self.pause(None, ("goes on", None))
            else:
                worker.turns = 0


def usual(enabled: list[Worker], running: Worker) -> Worker:
    """Who goes on when nothing speaks against it: the same worker; timers last."""
    if running in enabled:
        return running
    for worker in enabled:
        if worker.fire is None:
            return worker
    return enabled[0]


def unseen(worker: Worker) -> list[Worker]:
    """The worker and those who had to begin before it, as far as nobody could tell."""
    found = []
    one: Worker | None = worker
    while one is not None and one.unseen:
        found.append(one)
        one = one.maker
    return found
