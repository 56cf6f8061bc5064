"""How much of a program a run has seen: its workers, choices and shared places.

If a run has seen nothing shared, the verdict "holds" is no proof.
"""

from collections.abc import Container, Hashable
from typing import NamedTuple

from bench.correctness.engine.execution import IDENTIFIERS
from bench.correctness.engine.kernel import Kernel
from bench.correctness.engine.last_accesses import LastAccesses
from bench.correctness.engine.races import LoopPlace
from bench.correctness.engine.transitions import FILES, Transition, Written

OWN_PLACES = ("clock", "start", "the end", IDENTIFIERS)  # not the program's
# Places that an event loop accesses even if only one task uses them, for example to
# sleep.  So an access by the loop does not count: such a place is shared only if two
# threads or tasks access it.
OF_THE_LOOP = ("future ", "timer ")  # the beginnings of their names


class Evidence(NamedTuple):
    """What one run has seen.

    workers: threads and tasks.
    choices: moments at which a schedule chooses the next worker.
    shared: places that two workers use, and that at least one of them writes.
    """

    workers: int
    choices: int
    shared: int


def seen_in(kernel: Kernel) -> Evidence:
    """The evidence of the run that has just ended."""
    whole = whole_workers(kernel)
    shared = max(shared_places(kernel), recorded(kernel, whole))
    if kernel.users:
        used = sum(
            users.written and len(users.workers) > 1
            for place, users in kernel.users.items()
            if not is_own(place)
        )
        shared = max(shared, used)
    return Evidence(len(whole), len(kernel.choices), shared)


def whole_workers(kernel: Kernel) -> set[int]:
    """The threads and tasks of a run, by number."""
    made = {one.number: one for one in kernel.spawned}
    made.update({one.worker.number: one.worker for one in kernel.transitions})
    return {n for n, one in made.items() if one.body is not None or one.task}


def shared_places(kernel: Kernel) -> int:
    """How many places are shared, according to the last accesses of the workers."""
    found = 0
    known = kernel.last_accesses
    for place, last in known.items():
        if not (last.writers or last.parts) or is_own(place):
            continue  # the place was only read
        if place == FILES:
            found += sum(is_shared([last, part]) for part in last.parts.values())
            continue
        parts = last.each()
        waits = known.get((place, "waits"))
        if waits is not None:  # a wait for a future reads the future
            parts += waits.each()
        found += is_shared(parts)
    return found


def is_shared(accesses: list[LastAccesses]) -> bool:
    """Whether two workers made these accesses, and one of the accesses writes."""
    workers = {n for one in accesses for n, _ in (*one.readers, *one.writers)}
    return len(workers) > 1 and any(one.writers for one in accesses)


def recorded(kernel: Kernel, whole: set[int]) -> int:
    """How many places are shared, according to the recorded transitions.

    Each attribute of an object is counted, and each file.  A container is counted once,
    whichever of its items are used.  `whole`: the numbers of the threads and tasks.
    Some places are accessed by a loop even for a single task (OF_THE_LOOP).  Such a
    place counts only if two workers of `whole` use it.
    """
    points = kernel.points | kernel.discovered
    attributes = {point.key for point in points if type(point) is Written}
    return sum(
        shared_parts(
            accesses,
            attributes,
            whole if of_the_loop(name) else None,
            files=name == FILES,
        )
        for name, accesses in kernel.accesses_by_object.items()
        if len(accesses) > 1 and not is_own(name)
    )


def shared_parts(
    accesses: list[tuple[Transition, Hashable, bool]],
    attributes: Container[Hashable],
    only: set[int] | None,
    *,
    files: bool,
) -> int:
    """How many parts of a place are shared.

    A part of a place is an attribute, or a file among files.  An item is not a part: an
    access to an item counts as an access to the whole container.  An access to the
    whole place counts as an access to each part that is used.

    If all accesses are to the whole place, no part is used.  Then the result is 1 if
    two workers access the place and one of these accesses writes.  Otherwise it is 0.

    `only`: the numbers of the workers whose accesses count; None for all workers.
    """
    # The workers that use each part.  The key None stands for the whole place.
    workers: dict[Hashable, set[int]] = {None: set()}
    written: set[Hashable] = set()
    for one, key, write in accesses:
        number = one.worker.number
        if only is None or number in only:
            part = key if type(key) is str and (key in attributes or files) else None
            if part in workers:
                workers[part].add(number)
            else:
                workers[part] = {number}
            if write:
                written.add(part)
    whole = workers.pop(None)
    parts = [
        part
        for part, users in workers.items()
        if len(users | whole) > 1 and not written.isdisjoint((part, None))
    ]
    return len(parts) or (len(whole) > 1 and None in written)


def is_own(place: Hashable) -> bool:
    """Whether a place belongs to the explorer, such as the clock or a loop's queue."""
    if type(place) is tuple:
        return place[:1] == ("end",)
    return type(place) is LoopPlace or place in OWN_PLACES


def of_the_loop(name: Hashable) -> bool:
    return type(name) is str and name.startswith(OF_THE_LOOP)
