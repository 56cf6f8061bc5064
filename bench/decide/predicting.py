"""The predicted verdict, and what would change it. Pure.

If the work was run, the measurement corrects the predictions.  A correction is a
factor: the measured value divided by the predicted one.  There is one factor for the
ratio, and one for the 99th percentile of each model.  The predictions for all other
values of the inputs are multiplied by the same factors.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import partial

from bench.decide.candidates import Candidate, models
from bench.decide.cost_model import Prediction, predict
from bench.decide.costs import Costs
from bench.decide.described.work import (
    INPUTS,
    LIMITS,
    Wishes,
    Work,
    changed,
    value_of,
)
from bench.decide.judging import Decision, Judgement, Ratio, Verdict, decide, expect
from bench.decide.turning import LEAST_SECONDS, Threshold, first

# How many values are tried in each direction.  Each value differs from the one before
# by a factor of 2 ** (1/4).  So the last value differs from the present one by a factor
# of about a thousand.
STEPS = 40
LOOP_CANCELS_SECONDS = 0.002
# A correction is at most this factor, and at least its inverse.  If a prediction is
# wrong by more, the correction is not enough.
CORRECTION_MOST = 3.0


@dataclass(frozen=True)
class Correction:
    """The measured figures over the predicted ones, as factors."""

    ratio: float = 1.0
    p99: dict[str, float] = field(default_factory=dict)  # factors by kind of candidate


@dataclass(frozen=True)
class Predictor:
    """Predicts threads and asyncio on this machine.

    If the library of the job blocks, asyncio hands the jobs to threads (`to_thread`).
    """

    costs: Costs
    correction: Correction = Correction()

    def pair(self, work: Work) -> tuple[Candidate, Candidate]:
        left, right = models(work.blocking_library)
        return replace(left, gil=self.costs.gil), replace(right, gil=self.costs.gil)

    def predictions(self, work: Work) -> tuple[Prediction, Prediction]:
        left, right = self.pair(work)
        return self.predict(work, left), self.predict(work, right)

    def predict(self, work: Work, candidate: Candidate) -> Prediction:
        found = predict(work, candidate, self.costs)
        factor = self.correction.p99.get(candidate.kind, 1.0)
        return replace(found, p99_seconds=found.p99_seconds * factor)

    def ratio(self, work: Work) -> float:
        """The predicted throughput of asyncio over that of threads."""
        left, right = self.predictions(work)
        return self.correction.ratio * right.jobs_per_second / left.jobs_per_second

    def judgements(self, work: Work, wishes: Wishes) -> tuple[Judgement, Judgement]:
        left, right = self.predictions(work)
        in_thread = right.alone_seconds if work.blocking_library else 0.0
        return (
            expect(left, wishes, left.alone_seconds),
            expect(right, wishes, max(in_thread, LOOP_CANCELS_SECONDS)),
        )

    def decide(self, work: Work, wishes: Wishes) -> Decision:
        """The verdict if exactly the predicted values were measured."""
        ratio = self.ratio(work)
        left, right = self.judgements(work, wishes)
        return decide(left, right, Ratio(ratio, ratio, ratio), wishes)


def flips(predictor: Predictor, work: Work, wishes: Wishes) -> list[Threshold]:
    """For each input and limit: its nearest value with another predicted verdict.

    The result begins with the nearest threshold.  It has only inputs that were given.
    For each of these, the values of `_values` are tried.  The threshold is the first
    value from which on another verdict lasts.  An input without such a value is left
    out.
    """

    def verdict(name: str, value: float) -> Verdict:
        return predictor.decide(*changed(work, wishes, name, value)).verdict

    found = []
    for name in (*INPUTS, *LIMITS):
        value = value_of(work, wishes, name)
        if value is None or (name == "without_gil" and not work.cpu_seconds):
            continue
        ask = partial(verdict, name)
        found += sorted(
            (
                threshold
                for up in (True, False)
                if (threshold := first(name, value, _values(name, value, up=up), ask))
                and (threshold := _with_effect(threshold, wishes, ask(value)))
            ),
            key=lambda one: one.distance,
        )[:1]
    return sorted(found, key=lambda one: one.distance)


def _with_effect(
    threshold: Threshold, wishes: Wishes, now: Verdict
) -> Threshold | None:
    """The threshold; None if a value beyond it would have no effect.

    This concerns only the number of jobs at once, if the threshold is above the present
    number, and if jobs arrive at a rate.  Then the number only limits how many jobs are
    in progress.  A model that keeps up with the arrivals does not reach the limit.  So
    if the number is large enough for the rate, a larger one changes nothing.  There are
    two cases:

    - The present verdict is not "neither", so a model meets the rate with the present
      number.  A larger number changes nothing, and the result is None.
    - The present verdict is "neither".  Numbers below the threshold are too small.  The
      number at the threshold is large enough, so a still larger one changes nothing.
      The result is the threshold without a further change (`until` and `then`).
    """
    is_more = threshold.at > (threshold.now or 0.0)
    if (
        threshold.input != "concurrency"
        or wishes.rate_per_second is None
        or not is_more
    ):
        return threshold
    return replace(threshold, until=None, then=None) if now == "neither" else None


def _values(name: str, value: float, *, up: bool) -> Iterator[float]:
    """The values to try, from near to far."""
    if name == "without_gil":
        steps = [step / 20 for step in range(21)]
        yield from (s for s in steps if s > value) if up else (
            s for s in reversed(steps) if s < value
        )  # fmt: skip
        return
    if not value:
        if up:
            least = 1024.0 if name == "payload" else LEAST_SECONDS
            yield from (least * 2 ** (step / 2) for step in range(STEPS))
        return
    for step in range(1, STEPS + 1):
        found = value * 2 ** ((step if up else -step) / 4)
        if name == "payload" and found < 1:
            return
        if name == "concurrency" and round(found) < 1:
            return
        yield found
    if not up and name in ("wait", "cpu", "payload"):
        yield 0.0
