"""One controlled run: whose turn it is, what each step touches, what precedes what.

Everything that runs is a `Worker`.  A worker gives way only at a *point*; the
stretch from one point to the next is a step, an `Event`.  An operation becomes a
point when it must wait, or once another operation was seen to race with it: until
then it happens inside the step it falls in, because nobody could tell the
difference.  Such operations are collected in `found`, the search starts again with
them among the `marks`, and an exploration is complete when it finds no more.

What precedes what is kept as bit masks: each stretch of a worker between two moments
at which others may learn of it has a bit, and `past` is the set of bits that
happened before.
"""

import contextlib
from collections.abc import Callable, Hashable
from typing import Any

from bench.correctness.carrier import Carrier, Carriers
from bench.correctness.steps import (
    PATIENCE,
    Abandoned,
    Access,
    Chooser,
    EndlessError,
    Event,
    Mark,
    New,
    Stopped,
    What,
    Worker,
)

__all__ = [
    "LONGEST",
    "Abandoned",
    "Access",
    "Chooser",
    "Event",
    "Kernel",
    "Mark",
    "Stopped",
    "What",
    "Worker",
    "kernel",
]

ALWAYS = ("the ready queue", "clock")
LONGEST = 1_000  # steps of a run: beyond, it does not end, or is too long
LOOKS = 50  # turns of a loop that only looks, before others must have had a turn
NAPS = 2  # in a row before others must have had a turn
TURNS = 200_000  # of a loop that nothing can interrupt


class Kernel:
    """The run in progress.  One at a time: transformed code reaches it as a global."""

    def __init__(self) -> None:
        self.marks: set[Mark] = set()
        self.numbers: dict[str, int] = {}
        self.alone = True
        self.at_point = False
        self.recording = False
        self.stop: str | None = None
        self.log: list[Any] = []
        self.order = "any"
        self.salt = 0  # tells the tasks of one run from those of the one before
        self.describe: Callable[[What], str] = str

    def begin(
        self,
        chooser: Chooser,
        carriers: Carriers,
        *,
        any_conflict: bool = False,
        recording: bool = False,
    ) -> Worker:
        """Start a run and return its main worker, carried by the caller."""
        self.chooser = chooser
        self.salt += 1 << 32
        self.carriers = carriers
        self.any_conflict = any_conflict
        self.recording = recording
        self.found: set[Mark] = set()
        self.stop = None
        self.now = 0.0
        self.events: list[Event] = []
        self.choices: list[Event] = []
        self.timers: list[Worker] = []
        self.next_bit = 1
        self.alone = True
        self.mixed = "mixed" in self.marks  # threads beside an event loop
        # In fifo order handles go one after the other whatever they touch; what
        # counts is who comes to the end of the queue first.
        self.quiet = self.order == "fifo" and not self.mixed
        # The last reading and writing of a place by each worker: when, and which.
        self.reads: dict[Hashable, dict[int, tuple[int, Mark]]] = {}
        self.writes: dict[Hashable, dict[int, tuple[int, Mark]]] = {}
        self.going = 0  # workers that must end before the run does
        self.class_marks = "class" in self.marks
        self.touched: dict[Hashable, list[tuple[Event, Hashable, bool]]] = {}
        self.kept: list[Any] = []
        self.begun = -1  # accesses of a handle's step before its first operation
        self.names: dict[int, Hashable] = {}
        self.identities: dict[int, int] = {}
        self.namespaces: dict[int, Any] = {}  # whose __dict__ it is
        self.missed: list[tuple[Worker, Hashable, int]] = []
        self.napping = False
        self.whole: dict[int, Any] = {}  # whose steps are not cut: the loop of each
        self.loops: list[Any] = []
        self.coroutines: list[Any] = []  # that may never come to run
        self.crashes: list[tuple[Worker, BaseException]] = []
        self.log = []
        self.main = self.current = main = Worker("main", self.number("main"), 0)
        main.carrier = carriers.main
        main.bit = main.past = self.fresh_bit()
        self.workers = [main]
        self.event = Event(0, main, main.bit)
        return main

    def number(self, name: str) -> int:
        return self.numbers.setdefault(name, len(self.numbers))

    def fresh_bit(self) -> int:
        bit = self.next_bit
        self.next_bit = bit << 1
        return bit

    # --- Workers ------------------------------------------------------------------

    def worker(self, name: str) -> Worker:
        """A new worker that knows what the current one knows."""
        worker = Worker(name, self.number(name), self.current.past)
        self.alone = False
        self.publish()
        return worker

    def child_name(self, kind: str) -> str:
        """A name that does not depend on the schedule: the maker's, and a count."""
        maker = self.current
        maker.made += 1
        return f"{kind} {maker.made} of {maker.name}"

    def spawn(
        self, name: str, body: Callable[[], None], *, daemon: bool = False
    ) -> Worker:
        """Add a worker that will run body when its turn comes."""
        worker = self.worker(name)
        worker.body = body
        worker.fresh = True
        worker.daemon = daemon
        worker.carrier = self.carriers.lend(lambda: self.live(worker))
        if self.loops:
            self.found.add("mixed")
        self.workers.append(worker)
        self.going += not daemon
        return worker

    def live(self, worker: Worker) -> Carrier:
        """Run a worker to its end; return who is carried next."""
        assert worker.body is not None
        try:
            worker.body()
        except Abandoned:
            pass
        except BaseException as error:
            if self.stop is None:
                self.crashes.append((worker, error))
        if self.stop is not None:
            return self.main.carrier
        try:
            self.step(("end", worker.name), None, True, ("end", worker.number))
        except Abandoned:
            return self.main.carrier
        worker.ended = True
        self.workers.remove(worker)
        self.going -= not worker.daemon
        return self.pick().carrier

    def publish(self) -> int:
        """Let others learn of all that the current worker has done so far.

        What it does from now on has a bit of its own: it is not known to them.
        """
        worker = self.current
        past = worker.past
        if self.mixed or not worker.in_loop:
            worker.bit = bit = self.fresh_bit()
            worker.past = past | bit
        return past

    def name_of(self, thing: object) -> Hashable:
        """The object's name; one made during the run is named at its first touch."""
        name = self.names.get(id(thing))
        if name is None:
            worker = self.current
            worker.made += 1
            name = New(type(thing).__qualname__, worker.number, worker.made)
            self.names[id(thing)] = name
        return name

    def identity(self, thing: object) -> int:
        """What `id` returns: a number that is the same in each run, not an address."""
        self.kept.append(thing)
        return self.identities.setdefault(id(thing), len(self.identities) + 1)

    # --- Points -------------------------------------------------------------------

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
            self.begun = 0

    def pick(self) -> Worker:
        """Choose who goes next and open its step."""
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
                return self.halt("deadlock")
            if self.napping and len(enabled) > 1:
                enabled = [w for w in enabled if not self.oversleeps(w)] or enabled
            if len(self.events) > LONGEST:
                return self.halt("endless" if self.napping else "long")
            chosen = self.chooser.choose(self, enabled)
            if chosen is None:
                return self.halt("pruned")
            preempts = chosen is not self.current and self.current in enabled
            event = self.open(chosen)
            event.preempts = preempts
            event.depth = len(self.choices)
            self.choices.append(event)
            if chosen.fire is None:
                return chosen
            chosen.fire()

    def open(self, worker: Worker) -> Event:
        """Begin a step of a worker."""
        worker.bit = bit = self.next_bit
        self.next_bit = bit << 1
        event = Event(len(self.events), worker, bit)
        worker.past = event.past
        if self.recording:
            event.what = worker.what
            event.label = self.describe(worker.what)
            if worker.what[0] not in ("starts", "goes on", "end"):
                event.notes.append((event.label, worker.where, None))
        self.events.append(event)
        worker.sleeper.steps += 1
        self.event = event
        self.current = worker
        return event

    def note(self, verb: str, thing: Any, place: Hashable = None) -> None:
        """Tell the reader of the trace what happens within a step.

        An access to a place counts only if it turns out that others go there too.
        """
        where = self.carriers.where()
        said = self.describe((verb, thing)) if verb else ""
        self.event.notes.append((said, where, place))

    def contended(self, place: Hashable) -> bool:
        """Whether two workers went to a place, one of them to change it."""
        writers = self.writes.get(place, {})
        return bool(writers) and len(writers | self.reads.get(place, {})) > 1

    def halt(self, why: str) -> Worker:
        """Stop the run: the main worker is told, the others are unwound later."""
        self.stop = why
        self.halted = self.current
        self.current = self.main
        return self.main

    def unwind(self) -> None:
        """End every worker that is still in the middle of something."""
        if self.stop is None:
            self.stop = "over"
        self.alone = True
        for loop in self.loops:
            loop.dispose()
        for coroutine in self.coroutines:
            with contextlib.suppress(BaseException):
                coroutine.close()
        for worker in self.workers:
            if worker.body is not None and not worker.fresh:
                self.current = worker
                self.carriers.unwind(worker.carrier)
        self.current = self.main

    # --- Operations ---------------------------------------------------------------

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
        blocked = ready is not None and not ready()
        if self.alone and not blocked:
            return
        if worker.fire is not None:
            self.touch(name, key, write)
            self.check(name, write, mark)
            return
        if worker.in_loop and not blocked and not self.splits(mark):
            if self.mixed:
                self.check(name, write, mark)  # first: to touch is to come after
            self.touch(name, key, write)
            self.at_point = self.mixed
            return
        self.at_point = blocked or mark in self.marks
        if self.recording and not self.at_point and what[0]:
            self.note(*what)
        if self.at_point:
            if blocked:
                self.found.add(mark)
            worker.pending = (name, key, write)
            self.pause(ready, what)
            worker.pending = None
            self.at_point = True
            self.check(name, write, mark)
            if source is not None:
                worker.past |= source.past
                self.event.past = worker.past
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

        If it is the first of the step, it is where the step begins.
        """
        return (
            self.mixed and mark in self.marks and len(self.event.accesses) != self.begun
        )

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

    def wait(
        self,
        name: Hashable,
        mark: Mark,
        what: What,
        ready: Callable[[], bool],
        seconds: float,
        source: Any = None,
        watched: tuple[Hashable, ...] = (),
        expire: Callable[[], object] | None = None,
    ) -> bool:
        """Make an operation that gives up after some virtual seconds; did it succeed?

        Giving up is a step of a timer: it can come at any moment at which nothing
        with an earlier deadline is due and the operation itself is not possible.
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
                self.touch(place, None, False)
                self.check(place, False, mark)
            waiter.past |= timer.past

        waiter = self.current
        timer = self.timer(seconds, fire, lambda: not expired and not ready(), what)
        try:
            self.step(name, None, True, mark, what, lambda: expired or ready())
        finally:
            self.cancel(timer)
        if not expired:
            if source is not None:
                waiter.past |= source.past
                self.event.past |= source.past
            for place in (name, *watched):
                self.miss(timer, place, mark)
        return not expired

    def miss(self, timer: Worker, place: Hashable, mark: Mark) -> None:
        """A timer was cancelled: its step, which was not made, races all the same."""
        worker, self.current = self.current, timer
        timer.patience = PATIENCE
        self.check(place, False, mark)
        self.current = worker
        self.missed.append((timer, place, len(self.events)))
        self.missed.append((timer, "clock", len(self.events)))

    # --- Time ---------------------------------------------------------------------

    def read_clock(self) -> float:
        self.step("clock", None, False, "clock", ("looks at", "the clock"))
        return self.now

    def timer(
        self,
        seconds: float,
        fire: Callable[[], None] | None,
        wanted: Callable[[], bool],
        what: What,
    ) -> Worker:
        """Add a worker whose only step comes when its time has come."""
        timer = self.worker(self.child_name("timer"))
        timer.deadline = deadline = self.now + seconds
        timer.owner = self.current.number
        timer.sleeper = self.current
        timer.what = ("times out", what[1])
        timer.fire = fire
        timers = self.timers
        timer.ready = lambda: (
            wanted() and all(deadline <= other.deadline for other in timers)  # type: ignore[operator]
        )
        timers.append(timer)
        self.workers.append(timer)
        return timer

    def pass_time(self, timer: Worker) -> None:
        """Move the clock to a timer's deadline; part of the timer's step."""
        assert timer.deadline is not None
        self.touch("clock", None, True)
        self.check("clock", True, "clock")
        self.now = max(self.now, timer.deadline)
        self.cancel(timer)

    def cancel(self, timer: Worker) -> None:
        if timer in self.timers:
            self.timers.remove(timer)
            self.workers.remove(timer)
            timer.ended = True

    def nap(self) -> None:
        """The current worker lets others go on, perhaps to look again and again."""
        worker = self.current
        others = len(self.events) - worker.steps
        worker.naps = worker.naps + 1 if worker.napped_at == others else 1
        worker.napped_at = others
        self.napping |= worker.naps > NAPS

    def oversleeps(self, worker: Worker) -> bool:
        """Whether it has looked often enough for now: the others must come first.

        Without this a loop that polls could be scheduled for ever, and nobody else.
        """
        sleeper = worker.sleeper
        return (
            sleeper.naps > NAPS
            and sleeper.napped_at == len(self.events) - sleeper.steps
        )

    def sleep(self, seconds: float) -> None:
        """Let virtual seconds pass; nothing to do for none."""
        if seconds < 0:
            raise ValueError("sleep length must be non-negative")
        self.nap()
        if seconds == 0:
            self.pause_for_others()
            return
        self.read_clock()
        woken = False

        def fire() -> None:
            nonlocal woken
            woken = True
            self.pass_time(timer)
            sleeper.past |= timer.past

        sleeper = self.current
        timer = self.timer(seconds, fire, lambda: True, ("wakes", sleeper.label))
        self.pause(lambda: woken, ("sleeps", None))

    def pause_for_others(self) -> None:
        """A sleep of no length: a point that touches nothing."""
        if not self.alone:
            self.pause(None, ("gives way", None))

    def touch(
        self, name: Hashable, key: Hashable, write: bool, waited: bool = False
    ) -> None:
        """Note an access of the step in progress, and which steps it races with.

        An operation that waited, or a timer, cannot change places with the step that
        made it possible, but perhaps with one before: all of them are looked at.
        """
        event = self.event
        worker = event.worker
        before = event.before
        if self.quiet and worker.in_loop and name not in ALWAYS:
            return
        access = (name, key, write)
        if access in event.accesses:
            return
        event.accesses.append(access)
        waited = waited or name == "clock" or worker.deadline is not None
        touched = self.touched.get(name)
        if touched is None:
            self.touched[name] = [(event, key, write)]
            return
        past = event.past
        for other, other_key, other_write in reversed(touched):
            if (write or other_write) and (
                key is None or other_key is None or key == other_key
            ):
                if other.worker is not worker:
                    past |= other.past
                    if not before & other.bit and other not in event.races:
                        event.races.append(other)
                if other_write and not waited and other_key in (None, key):
                    break  # what came before that one comes before this one
        touched.append((event, key, write))
        event.past = past
        worker.past |= past

    def blocked_races(self) -> list[tuple[Worker, Event, int]]:
        """Which steps race with what blocked workers and cancelled timers did not do.

        Each with the number of steps before the moment at which it was not done.
        """
        missed = [
            (timer, event, end)
            for timer, place, end in self.missed
            for event, _, write in self.touched.get(place, ())
            if (write or place == "clock")
            and event.index < end
            and not timer.past & event.bit
        ]
        return missed + [
            (worker, event, len(self.events))
            for worker in self.workers
            if worker.pending is not None
            for event, key, write in self.touched.get(worker.pending[0], ())
            if (write or worker.pending[2])
            and (key is None or key == worker.pending[1] or worker.pending[1] is None)
            and event.worker is not worker
            and not worker.past & event.bit
        ]

    def apart(self, one: list[Access], other: list[Access]) -> bool:
        """Whether two steps of different runs touch nothing in common."""
        for name, key, write in one:
            for other_name, other_key, other_write in other:
                if (
                    (write or other_write)
                    and (
                        name == other_name
                        or (
                            type(name) is New
                            and type(other_name) is New
                            and name.kind == other_name.kind
                        )
                    )
                    and (key is None or other_key is None or key == other_key)
                ):
                    return False
        return True

    def check(self, place: Hashable, write: bool, mark: Mark) -> None:
        """Find operations inside steps that race with this one: they must be points."""
        worker = self.current
        if worker is self.main and self.stop is not None:
            return
        worker.patience -= 1
        if not worker.patience:
            self.found.add(mark)
            self.nap()
            self.pause(None, ("goes on", None))
        number = worker.number
        past = 0 if self.any_conflict else worker.past
        writers = self.writes.get(place)
        if writers is not None:
            self.compare(writers, number, past, mark)
        if write:
            readers = self.reads.get(place)
            if readers is not None:
                self.compare(readers, number, past, mark)
            if writers is None:
                self.writes[place] = {number: (worker.bit, mark)}
            else:
                writers[number] = worker.bit, mark
            return
        readers = self.reads.get(place)
        if readers is None:
            self.reads[place] = {number: (worker.bit, mark)}
        else:
            readers[number] = worker.bit, mark

    def compare(
        self, seen: dict[int, tuple[int, Mark]], number: int, past: int, mark: Mark
    ) -> None:
        """Mark what races with an operation among the last ones of each worker."""
        for other, (bit, by) in seen.items():
            if other != number and not past & bit:
                whole = self.whole
                if other not in whole or whole[other] is not whole.get(number):
                    self.found.add(mark)
                    self.found.add(by)

    def spin(self, mark: Mark) -> None:
        """A turn of a loop: one that never gives way must not keep the others out."""
        if self.stop is not None:
            raise Abandoned
        worker = self.current
        worker.patience -= 1
        if self.alone or worker.in_loop:
            if worker.patience < -TURNS:
                raise EndlessError
            return
        others = len(self.events) - worker.steps
        if worker.turned_at != others or worker.wrote:
            worker.turned_at = others
            worker.turns = 0
            worker.wrote = False
        worker.turns += 1
        if worker.patience <= 0 or worker.turns > LOOKS:
            self.nap()
            self.pause(None, ("goes on", None))


kernel = Kernel()
