"""How far an input or a limit must change, so that a model is enough. Pure.

A model is enough if it is predicted to meet the wishes.  The limits of the memory and
of the p99 are tried with higher values, the rate and the inputs with lower values.
Each of them is changed alone.  If neither a shorter wait alone nor less computing alone
is enough, both are scaled together by one factor.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from bench.decide.described.work import Wishes, Work, changed, value_of
from bench.decide.judging import MEMORY_DOUBT
from bench.decide.predicting import Predictor

# the largest factor by which an input may differ from its present value
MOST_FACTOR = 2.0**20
HALVINGS = 20
# Two limits: a higher value makes the wishes easier to meet.
UPWARD = ("memory", "p99")
# The limit `rate` and three inputs: a lower value makes the wishes easier to meet.
DOWNWARD = ("rate", "wait", "cpu", "payload")


@dataclass(frozen=True)
class Eased:
    """An input or a limit, with the nearest value at which a model meets the wishes.

    The input `times` means the waiting and the computing of a job together.  Its value
    is the factor by which both are scaled.
    """

    input: str
    at: float
    up: bool


def eased(model: Predictor, work: Work, wishes: Wishes) -> tuple[Eased, ...]:
    """Each input or limit whose change alone is enough.

    If a change of the wait alone is not enough, nor a change of the computing alone,
    both are scaled together by one factor.  If that is enough, the result also contains
    the input `times`.
    """

    def does(name: str, value: float) -> bool:
        return _does(model, *changed(work, wishes, name, value))

    found = []
    for name in (*UPWARD, *DOWNWARD):
        now = value_of(work, wishes, name)
        if not now:  # the input was not given, or it is 0 and cannot be lower
            continue
        up = name in UPWARD
        at = _nearest(now, up, partial(does, name))
        if at is not None and name == "memory":
            # If the peak of memory is very close to the limit, `judge` answers
            # "undecided".  So the suggested limit is a little higher than needed.
            at /= 1 - MEMORY_DOUBT
        if at is not None:
            found.append(Eased(name, at, up))
    if {"wait", "cpu"} & {one.input for one in found}:
        return tuple(found)

    def faster(factor: float) -> bool:
        quick = replace(
            work,
            wait_seconds=work.wait_seconds * factor,
            blocking_seconds=work.blocking_seconds * factor,
            cpu_seconds=work.cpu_seconds * factor,
        )
        return _does(model, quick, wishes)

    at = _nearest(1.0, up=False, does=faster)
    if at is not None:
        found.append(Eased("times", at, up=False))
    return tuple(found)


def _does(model: Predictor, work: Work, wishes: Wishes) -> bool:
    return model.decide(work, wishes).verdict != "neither"


def _nearest(now: float, up: bool, does: Callable[[float], bool]) -> float | None:
    """The value nearest to `now` that is enough.

    The result is None if no value within a factor of MOST_FACTOR is enough.
    Only higher values are tried if `up` is true, otherwise only lower ones.
    """
    near, factor = now, 1.0
    while factor < MOST_FACTOR:
        factor *= 2
        far = now * factor if up else now / factor
        if does(far):
            break
        near = far
    else:
        return None
    for _ in range(HALVINGS):
        middle = (near + far) / 2
        near, far = (near, middle) if does(middle) else (middle, far)
    return far
