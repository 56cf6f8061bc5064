"""How much of a program a run has seen: a proof that saw nothing shared is none."""

from collections.abc import Container, Hashable, Iterator
from typing import NamedTuple

from bench.correctness.engine.execution import IDENTIFIERS
from bench.correctness.engine.kernel import Kernel
from bench.correctness.engine.races import LoopPlace
from bench.correctness.engine.transitions import Written

OWN_PLACES = ("clock", "start", "the end", IDENTIFIERS)  # not of the program
# What a loop touches for a single task that sleeps: shared if two threads or tasks do.
OF_THE_LOOP = ("future ", "timer ")  # how their names begin

Use = tuple[Hashable, int, bool]  # part of a place, or None for all; worker; a write?


class Evidence(NamedTuple):
    """What one run has seen.

    workers: threads and tasks.
    points: moments at which a schedule chooses the worker that goes on.
    shared: places that two workers use, and one of them writes.
    """

    workers: int
    points: int
    shared: int


def seen_in(kernel: Kernel) -> Evidence:
    """What the run that has just ended has seen."""
    transitions = kernel.transitions
    made = {one.number: one for one in kernel.spawned}
    made.update({one.worker.number: one.worker for one in transitions})
    whole = {n for n, one in made.items() if one.body is not None or one.task}
    shared = max(
        sum(shared_places(kernel)),
        sum(
            shared_parts(uses, whole if of_the_loop(name) else None)
            for name, uses in recorded(kernel)
        ),
        sum(
            users.written and len(users.workers) > 1
            for place, users in kernel.users.items()
            if not is_own(place)
        ),
    )
    return Evidence(len(whole), len(kernel.choices), shared)


def shared_places(kernel: Kernel) -> Iterator[bool]:
    """Whether each place is shared, as races within transitions are looked for."""
    for place, last in kernel.last_accesses.items():
        if not is_own(place):
            parts = last.each()
            workers = {n for one in parts for n, _ in (*one.readers, *one.writers)}
            yield len(workers) > 1 and any(one.writers for one in parts)


def recorded(kernel: Kernel) -> Iterator[tuple[Hashable, list[Use]]]:
    """The uses of each place, as transitions have recorded them.

    A container is one place, whichever of its items are used; an attribute is a part.
    """
    points = kernel.points | kernel.discovered
    attributes = {point.key for point in points if type(point) is Written}
    for name, accesses in kernel.accesses_by_object.items():
        if not is_own(name):
            yield (
                name,
                [
                    (part_of(key, attributes), one.worker.number, write)
                    for one, key, write in accesses
                ],
            )


def part_of(key: Hashable, attributes: Container[str | None]) -> Hashable:
    """The attribute that a key is; None for an item, which may be any object."""
    return key if type(key) is str and key in attributes else None


def shared_parts(uses: list[Use], only: set[int] | None) -> int:
    """How many parts of a place are shared; it has one if it is used as a whole."""
    if only is not None:
        uses = [use for use in uses if use[1] in only]
    whole = [use for use in uses if use[0] is None]
    keys = {key for key, _, _ in uses if key is not None}
    parts = ([*whole, *(use for use in uses if use[0] == key)] for key in keys)
    return sum(map(is_shared, parts)) or is_shared(whole)


def is_shared(uses: list[Use]) -> bool:
    """Whether two workers use it, and one of them writes."""
    return len({number for _, number, _ in uses}) > 1 and any(
        write for _, _, write in uses
    )


def is_own(place: Hashable) -> bool:
    """Whether a place is the explorer's: the end of a worker, a clock, a queue."""
    if type(place) is LoopPlace or place in OWN_PLACES:
        return True
    return type(place) is tuple and place[:1] == ("end",)


def of_the_loop(name: Hashable) -> bool:
    return type(name) is str and name.startswith(OF_THE_LOOP)
