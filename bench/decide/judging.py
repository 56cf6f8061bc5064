"""From figures to a verdict: which wishes are met, and which model is ahead. Pure.

A wish limits a figure.  The wish is met if the whole interval of the figure is within
the limit.  It is not met if the whole interval is beyond the limit.  If the limit is
inside the interval, the wish is undecided.  The memory and the share of arrivals that
were not done have no interval: these wishes are undecided near their limits.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from bench.decide.cost_model import Prediction
from bench.decide.described.work import Wishes
from bench.decide.figures import Figures

Meets = Literal["yes", "no", "undecided"]
Verdict = Literal["threads", "asyncio", "either", "neither"]
EQUAL = 0.05  # a difference of the throughput within 5 % does not matter
# A measured difference is small if it is at most SMALL, and if its interval does not
# prove it (`is_small`).  A small difference counts only if the model that was measured
# as the faster one is also predicted to be the faster one.
SMALL = 0.10
# The least number of blocks that outweigh the prediction of another verdict.  A core
# may be faster or slower for seconds, so a few blocks may all have the same error.
CONTRADICTING_BLOCKS = 12
CANCEL_SECONDS = 0.1  # the time within which cancelled jobs must end
# The peak of the memory differs a little from run to run.  If the measured peak differs
# from the limit by at most this share of the limit, the wish is undecided.
MEMORY_DOUBT = 0.02
# Limits for the share of arrivals that were not done.  Up to the first limit the rate
# is met.  Above the second limit it is not met.
UNANSWERED = (0.01, 0.05)


@dataclass(frozen=True)
class Judgement:
    """Whether a candidate meets the wishes: all together, and each of them."""

    meets: Meets
    # name of the wish, and whether it is met
    reasons: tuple[tuple[str, Meets], ...] = ()

    def of(self, wish: str) -> Meets | None:
        return dict(self.reasons).get(wish)

    @property
    def failed(self) -> tuple[str, ...]:
        """The wishes that are surely not met."""
        return tuple(wish for wish, met in self.reasons if met == "no")


@dataclass(frozen=True)
class Ratio:
    """The throughput of asyncio over that of threads, and its interval."""

    value: float
    low: float
    high: float
    blocks: int = 0


@dataclass(frozen=True)
class Decision:
    """The verdict and how sure it is."""

    verdict: Verdict
    # true: the intervals allow only this verdict; false: it is only the most likely one
    sure: bool
    because: Literal["wishes", "throughput", "prediction"]


def together(reasons: Sequence[tuple[str, Meets]]) -> Judgement:
    """The judgement of all wishes together.

    It is "no" if a wish is not met, else "undecided" if one is undecided, else "yes".
    """
    found = [met for _, met in reasons]
    whole: Meets = (
        "no" if "no" in found else "undecided" if "undecided" in found else "yes"
    )
    return Judgement(whole, tuple(reasons))


def judge(figures: Figures, wishes: Wishes) -> Judgement:
    """Compare the measured figures with the wishes."""
    if figures.failure is not None:
        return Judgement("no", (("it runs", "no"),))
    if figures.jobs_per_second is not None and figures.jobs_per_second.value <= 0:
        return Judgement("undecided", (("it got a core", "undecided"),))
    reasons: list[tuple[str, Meets]] = []
    if wishes.rate_per_second is not None:
        met, failed = UNANSWERED
        share = figures.unanswered
        reasons.append(
            ("rate", "yes" if share <= met else "no" if share > failed else "undecided")
        )
    if wishes.p99_seconds is not None:
        reasons.append(("p99", within(figures, wishes.p99_seconds)))
    if wishes.memory_bytes is not None and figures.memory_bytes is not None:
        # The measured peak lacks the bytes of jobs that were not yet in progress.  The
        # computed `held_bytes` has the bytes of all jobs that can be in progress.
        share = max(figures.memory_bytes, figures.held_bytes) / wishes.memory_bytes
        reasons.append(
            (
                "memory",
                "yes" if share <= 1 - MEMORY_DOUBT
                else "no" if share > 1 + MEMORY_DOUBT else "undecided",
            )
        )  # fmt: skip
    if wishes.cancel:
        ended = figures.cancel_seconds
        reasons.append(
            (
                "cancel",
                "undecided" if ended is None
                else "yes" if ended <= CANCEL_SECONDS else "no",
            )
        )  # fmt: skip
    return together(reasons)


def within(figures: Figures, limit_seconds: float) -> Meets:
    """Whether the 99th percentile is below a limit: "yes", "no" or "undecided".

    "yes" needs enough samples for a p99.  Fewer samples can still show "no", by a lower
    bound of the p99.
    """
    if figures.p99_least > limit_seconds:
        return "no"
    if figures.p99 is None or figures.p99.high > limit_seconds:
        return "undecided"
    return "yes"


def expect(prediction: Prediction, wishes: Wishes, cancel_seconds: float) -> Judgement:
    """Compare the prediction with the wishes."""

    def met(is_met: bool) -> Meets:
        return "yes" if is_met else "no"

    reasons: list[tuple[str, Meets]] = []
    if wishes.rate_per_second is not None:
        enough = prediction.jobs_per_second >= wishes.rate_per_second
        reasons.append(("rate", met(enough)))
    if wishes.p99_seconds is not None:
        rate = wishes.rate_per_second
        p99 = prediction.p99_seconds if rate is None else prediction.arriving(rate)
        reasons.append(("p99", met(p99 <= wishes.p99_seconds)))
    if wishes.memory_bytes is not None:
        reasons.append(("memory", met(prediction.memory_bytes <= wishes.memory_bytes)))
    if wishes.cancel:
        reasons.append(("cancel", met(cancel_seconds <= CANCEL_SECONDS)))
    return together(reasons)


def decide(
    threads: Judgement,
    asyncio: Judgement,
    ratio: Ratio | None,
    wishes: Wishes,
    expected: float | None = None,
) -> Decision:
    """Which model to choose: first by the wishes, then by the throughput.

    - Both models surely miss a wish: `neither`.
    - One model surely misses a wish: the other model.
    - Neither model surely misses a wish, and the wishes contain a rate of arrivals:
      `either`, even if one model could be much faster.
    - In all other cases the throughput decides: the faster model, or `either`.  A small
      measured difference (`is_small`) counts only if the same model is predicted to be
      faster; else the verdict is `either`.

    `expected` is the predicted ratio.  It is None for a pair, which has no prediction,
    and if `ratio` itself is predicted.  Then 1 is used as the predicted ratio, but
    `is_small` and `settled` need less evidence for a difference.
    """
    met = threads.meets, asyncio.meets
    if met == ("no", "no"):
        return Decision("neither", sure=True, because="wishes")
    if "no" in met:
        other = asyncio if threads.meets == "no" else threads
        name: Verdict = "asyncio" if threads.meets == "no" else "threads"
        return Decision(name, sure=other.meets == "yes", because="wishes")
    is_sure = met == ("yes", "yes")
    if wishes.rate_per_second is not None:
        return Decision("either", sure=is_sure, because="wishes")
    if ratio is None:  # nothing could be compared, so only the prediction is left
        by_model = 1.0 if expected is None else expected
        said = faster(Ratio(by_model, by_model, by_model))[0]
        return Decision(said, sure=False, because="prediction")
    by_speed, _ = faster(ratio)
    clear = settled(ratio, expected)
    if is_small(ratio, expected):
        by_model = 1.0 if expected is None else expected
        predicted = faster(Ratio(by_model, by_model, by_model))[0]
        by_speed = by_speed if predicted == by_speed else "either"
    return Decision(by_speed, sure=is_sure and clear, because="throughput")


def doubted(
    decision: Decision,
    measured: tuple[Judgement, Judgement],
    predicted: tuple[Judgement, Judgement],
    expected: float,
    wishes: Wishes,
) -> Decision:
    """The decision after a run that other processes disturbed.

    A disturbance only makes figures worse.  So a wish that the disturbed run met counts
    as met.  For two questions the run is no evidence: whether a model misses any other
    wish, and which model is faster.  The prediction answers both.
    """
    left, right = (believed(*one) for one in zip(measured, predicted, strict=True))
    said = decide(left, right, Ratio(expected, expected, expected), wishes)
    if said.verdict != decision.verdict:
        return Decision(said.verdict, sure=False, because="prediction")
    as_predicted = decide(*predicted, Ratio(expected, expected, expected), wishes)
    is_sure = decision.sure and as_predicted.verdict == decision.verdict
    return replace(decision, sure=is_sure)


def believed(measured: Judgement, predicted: Judgement) -> Judgement:
    """The judgement of a disturbed run: a wish that the run met counts as met.

    For each other wish, the prediction counts.  If the candidate failed in the run, the
    result is the judgement of the run.
    """
    if measured.of("it runs") == "no":
        return measured
    return together(
        [
            (wish, "yes" if measured.of(wish) == "yes" else met)
            for wish, met in predicted.reasons
        ]
    )


def faster(ratio: Ratio) -> tuple[Verdict, bool]:
    """Which model is ahead by more than EQUAL, and whether the interval proves it."""
    edge = math.log1p(EQUAL)
    value, low, high = map(_log, (ratio.value, ratio.low, ratio.high))
    if abs(value) <= edge:
        return "either", -edge <= low and high <= edge
    return ("asyncio", low > edge) if value > 0 else ("threads", high < -edge)


def is_small(ratio: Ratio, expected: float | None = None) -> bool:
    """Whether the difference is at most SMALL and the interval does not prove it.

    With a prediction `expected`, the interval must prove the verdict (`settled`): the
    whole interval must be beyond EQUAL.  Without a prediction, as for a pair, the
    measurement is the only evidence.  Then it is enough that the interval excludes the
    ratio 1.
    """
    if abs(_log(ratio.value)) > math.log1p(SMALL):
        return False
    if expected is None:
        return ratio.low <= 1 <= ratio.high
    return not settled(ratio, expected)


def _log(ratio: float) -> float:
    return math.log(ratio) if ratio > 0 else -math.inf


def settled(ratio: Ratio, expected: float | None = None) -> bool:
    """Whether the interval proves the verdict, so that no more blocks are needed.

    If the predicted ratio `expected` gives another verdict, the measured ratio must be
    from at least CONTRADICTING_BLOCKS blocks.
    """
    said, is_proved = faster(ratio)
    if expected is None or ratio.blocks >= CONTRADICTING_BLOCKS:
        return is_proved
    return is_proved and faster(Ratio(expected, expected, expected))[0] == said
