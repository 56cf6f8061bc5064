"""The values of an input at which the verdict changes. Pure."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from bench.decide.judging import EQUAL, Verdict

HALVINGS = 14
LEAST_SECONDS = 1e-5  # the first value that is tried if the present time is 0

Ask = Callable[[float], Verdict]


@dataclass(frozen=True)
class Threshold:
    """An input, its present value, and the nearest value with another verdict.

    - `now`: the present value.
    - `at`: the nearest value at which the verdict changes, and `verdict`: the verdict
      from this value on.
    - `until`: the next value, further away, at which the verdict changes again, and
      `then`: the verdict from that value on.  Both are None if no further change was
      found.
    """

    input: str
    now: float | None
    at: float
    verdict: Verdict
    until: float | None = None
    then: Verdict | None = None

    @property
    def distance(self) -> float:
        """How far away the threshold is, as the log of a factor."""
        if self.input == "without_gil":
            return abs(self.at - (self.now or 0.0)) * math.log(2)
        least = 1.0 if self.input == "payload" else LEAST_SECONDS
        now, at = max(self.now or 0.0, least), max(self.at, least)
        return abs(math.log(at / now))


@dataclass(frozen=True)
class Turn:
    """A change of the verdict: the new verdict, and the value from which it holds."""

    at: float
    verdict: Verdict


def turns(now: float, values: Iterator[float], ask: Ask) -> Iterator[Turn]:
    """Each change of the verdict along these values.

    If two neighbouring values have different verdicts, the distance between them is
    halved again and again to find the value at which the verdict changes.
    """
    before, verdict = now, ask(now)
    for value in values:
        while ask(value) != verdict:
            near, far = before, value
            for _ in range(HALVINGS):
                middle = (near + far) / 2
                near, far = (middle, far) if ask(middle) == verdict else (near, middle)
            verdict = ask(far)
            yield Turn(far, verdict)
            before = far
        before = value


def first(name: str, now: float, values: Iterator[float], ask: Ask) -> Threshold | None:
    """The nearest change of the verdict that lasts.

    A verdict is skipped if it holds only in a range of less than 5 % of the value.  The
    cost model is not accurate enough for so small a range.
    """
    found = list(turns(now, values, ask))
    if name == "concurrency":
        found = [Turn(float(round(one.at)), one.verdict) for one in found]
    lasting = [
        one for number, one in enumerate(found) if _lasts(name, found, number)
    ]  # fmt: skip
    verdict = ask(now)
    for number, one in enumerate(lasting):
        if one.verdict == verdict:
            continue
        after = next(
            (x for x in lasting[number + 1 :] if x.verdict != one.verdict), None
        )
        return Threshold(
            name, now, one.at, one.verdict,
            after.at if after else None, after.verdict if after else None,
        )  # fmt: skip
    return None


def _lasts(name: str, found: Sequence[Turn], number: int) -> bool:
    """Whether the verdict lasts for more than 5 % of the value."""
    if number + 1 == len(found):
        return True
    at, until = found[number].at, found[number + 1].at
    if name == "concurrency":
        return at != until and not _is_near(at, until)
    if name == "without_gil":
        return abs(at - until) > EQUAL
    return not _is_near(at, until)


def _is_near(at: float, until: float) -> bool:
    low, high = sorted((at, until))
    return high <= low * (1 + EQUAL)
