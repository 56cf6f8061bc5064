"""From figures to a verdict: what meets what was asked, and which model. Pure.

A wish is met when the whole interval of the figure meets it, not met when none of it
does, and otherwise undecided.
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
SMALL = 0.10  # one up to here that may be none is left to the prediction
CANCEL_SECONDS = 0.1  # what is asked to end has ended by then
MEMORY_DOUBT = 0.02  # a peak this near to the limit may be over it next time
UNANSWERED = (0.01, 0.05)  # shares of arrivals not answered: met, and surely not


@dataclass(frozen=True)
class Judgement:
    """Whether a candidate meets what was asked, and the first reason why not."""

    meets: Meets
    reasons: tuple[tuple[str, Meets], ...] = ()  # wish, and whether it is met

    def of(self, wish: str) -> Meets | None:
        return dict(self.reasons).get(wish)

    @property
    def failed(self) -> tuple[str, ...]:
        """The wishes that are surely not met."""
        return tuple(wish for wish, met in self.reasons if met == "no")


@dataclass(frozen=True)
class Ratio:
    """asyncio's throughput over that of threads, and its interval."""

    value: float
    low: float
    high: float
    blocks: int = 0


@dataclass(frozen=True)
class Decision:
    """The verdict and how sure it is."""

    verdict: Verdict
    sure: bool  # the intervals leave no other; else it is what is likelier
    because: Literal["wishes", "throughput", "prediction"]


def together(reasons: Sequence[tuple[str, Meets]]) -> Judgement:
    """All wishes at once: one not met is enough."""
    found = [met for _, met in reasons]
    whole: Meets = (
        "no" if "no" in found else "undecided" if "undecided" in found else "yes"
    )
    return Judgement(whole, tuple(reasons))


def judge(figures: Figures, wishes: Wishes) -> Judgement:
    """What was measured against what was asked."""
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
        # Where not all jobs came to be in hand, less was seen than they hold together.
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
    """Whether the 99th percentile is below a limit.

    Too few samples for it can still say that it is beyond the limit.
    """
    if figures.p99_least > limit_seconds:
        return "no"
    if figures.p99 is None or figures.p99.high > limit_seconds:
        return "undecided"
    return "yes"


def expect(prediction: Prediction, wishes: Wishes, cancel_seconds: float) -> Judgement:
    """What is predicted against what was asked."""

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
    """Which model: first by what was asked, then by the throughput.

    At a given rate of arrivals both that keep up do what was asked, however much
    faster one could be.  `expected` is the ratio that was predicted: unless it says
    that the models differ, a small difference must be clear to be one.
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
    if ratio is None:  # nothing could be compared: what is left is the prediction
        by_model = 1.0 if expected is None else expected
        said = faster(Ratio(by_model, by_model, by_model))[0]
        return Decision(said, sure=False, because="prediction")
    by_speed, clear = faster(ratio)
    if is_small(ratio):
        by_model = 1.0 if expected is None else expected
        is_equal = faster(Ratio(by_model, by_model, by_model))[0] == "either"
        by_speed = "either" if is_equal else by_speed
    return Decision(by_speed, sure=is_sure and clear, because="throughput")


def doubted(
    decision: Decision,
    measured: tuple[Judgement, Judgement],
    predicted: tuple[Judgement, Judgement],
    expected: float,
    wishes: Wishes,
) -> Decision:
    """What to say after a run that other processes disturbed.

    A disturbance only makes figures worse: what met a wish under it meets it.  What was
    not met, and which model is ahead, such a run cannot tell: that is as predicted.
    """
    left, right = (believed(*one) for one in zip(measured, predicted, strict=True))
    said = decide(left, right, Ratio(expected, expected, expected), wishes)
    if said.verdict != decision.verdict:
        return Decision(said.verdict, sure=False, because="prediction")
    as_predicted = decide(*predicted, Ratio(expected, expected, expected), wishes)
    is_sure = decision.sure and as_predicted.verdict == decision.verdict
    return replace(decision, sure=is_sure)


def believed(measured: Judgement, predicted: Judgement) -> Judgement:
    """Each wish as it was met, where it was in spite of a disturbance, or predicted."""
    if measured.of("it runs") == "no":
        return measured
    return together(
        [
            (wish, "yes" if measured.of(wish) == "yes" else met)
            for wish, met in predicted.reasons
        ]
    )


def faster(ratio: Ratio) -> tuple[Verdict, bool]:
    """Which model is ahead by more than EQUAL, and whether the interval says so."""
    edge = math.log1p(EQUAL)
    value, low, high = map(_log, (ratio.value, ratio.low, ratio.high))
    if abs(value) <= edge:
        return "either", -edge <= low and high <= edge
    return ("asyncio", low > edge) if value > 0 else ("threads", high < -edge)


def is_small(ratio: Ratio) -> bool:
    """Whether the difference is at most SMALL, and may be none by its interval."""
    return ratio.low <= 1 <= ratio.high and abs(_log(ratio.value)) <= math.log1p(SMALL)


def _log(ratio: float) -> float:
    return math.log(ratio) if ratio > 0 else -math.inf


def settled(ratio: Ratio) -> bool:
    """Whether more blocks could hardly change the verdict."""
    return faster(ratio)[1]
