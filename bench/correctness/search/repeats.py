"""How often a schedule that passed is run again.

A program that is not deterministic may pass in all schedules by chance.  If a schedule
ends differently when it is run again, the program is not deterministic.
"""

from typing import NamedTuple

from bench.correctness.programs.single_run import Result
from bench.correctness.search.counterexample import chosen

FEW_RUNS = 32  # a search with more runs always runs the first schedule again
SUSPICIOUS_RUNS = 4  # further runs of a schedule if two runs ended differently


class Passed(NamedTuple):
    """A schedule that passed: its choices, the order of its workers, its end state."""

    choices: list[int]
    order: list[int]
    state: str


def passed(result: Result) -> Passed:
    choices = chosen(result)
    return Passed(choices, order_of(result, set(choices)), result.state)


def order_of(result: Result, later: set[int]) -> list[int]:
    """The numbers of the workers, in the order in which they run.

    The start of a worker is a transition that accesses nothing shared.  So the time of
    the start does not matter, and the start is left out.  But if the worker makes no
    further transition, the start stays in the list, to represent the worker.

    `later`: the numbers of the workers that make further transitions.
    """
    order: list[int] = []
    last = None
    for transition in result.transitions:
        number = transition.worker.number
        if number != last and (transition.depth >= 0 or number not in later):
            order.append(number)
            last = number
    return order


def times_to_repeat(first: Passed, earlier: Passed | None, runs: int) -> int:
    """How often to repeat the first schedule of a search of this many runs.

    `earlier`: the first schedule before the search began again with more scheduling
    points; None if there is none.

    A search that begins again with more points usually begins with the same order of
    workers.  In that case its first run was already a repetition of the earlier
    schedule, and no further run is needed.  But the two runs may have ended
    differently.  This has two possible causes: a new point changed how the program is
    modelled, or the program is not deterministic.  More runs show which cause is the
    right one.
    """
    if earlier is None or earlier.order != first.order or runs > FEW_RUNS:
        return 1
    return 0 if earlier.state == first.state else SUSPICIOUS_RUNS
