"""Whether the model or the client library makes the difference, in words."""

from collections.abc import Sequence

from bench.records.decisions import Decision, RatioParts
from bench.records.library_parts import CONTROL, IDIOMATIC, Parts, contains_one, parts
from bench.records.samples import Comparison, Spread
from bench.report.words import units, workloads

# with at least this share of the difference the model counts as the main cause
MOSTLY = 0.5


def sentences(comparisons: Sequence[Comparison]) -> list[str]:
    """A sentence for each workload at which both pairs were measured."""
    found = parts(comparisons)
    several = len({units.setting(one.comparison) for one in found}) > 1
    return [_sentence(one, several) for one in found]


def of_decision(one: Decision) -> list[str]:
    """A sentence for each number of workers, and one on their meaning."""
    said = [
        f"With {units.many(each.workers, 'worker')} {_product(each)}."
        for each in one.ratio_parts
    ]
    return [*said, *_mostly(one)]


def _mostly(one: Decision) -> list[str]:
    """Whether the model or the libraries cause most of the difference."""
    if not one.ratio_parts:
        return []
    most = one.ratio_parts[-1]
    if contains_one(most.model) and contains_one(most.whole):
        return []
    if contains_one(most.model):
        return [
            "With one library in both models neither is clearly ahead: the difference"
            " is due to the libraries."
        ]
    if most.model_share is None and not contains_one(most.library):
        ahead = "asyncio" if most.model.low > 1 else "threads"
        return [
            "The libraries have the opposite effect: with one library in both models,"
            f" {ahead} would be ahead."
        ]
    if contains_one(most.whole):
        return []
    if most.model_share is not None and most.model_share < MOSTLY:
        return ["Most of the difference is due to the libraries: compare these first."]
    return [
        "Most of the difference is due to the model: other libraries change little."
    ]


def _sentence(one: Parts, several: bool) -> str:
    load = workloads.in_words(one.comparison.workload)
    where = f" ({units.setting(one.comparison)})" if several else ""
    return f"`{IDIOMATIC}`, {load}{where}: {_product(one)}."


def _product(one: Parts | RatioParts) -> str:
    return (
        f"{units.times(one.whole.middle or 0.0)} is"
        f" {_part(one.model)} by the model (`{CONTROL}`: one HTTP engine in both) times"
        f" {_part(one.library)} by the client libraries{_share(one)}"
    )


def _part(spread: Spread) -> str:
    interval = f"{spread.low:.2f} to {spread.high:.2f}"
    return f"{units.times(spread.middle or 0.0)} [{interval}]"


def _share(one: Parts | RatioParts) -> str:
    """The model's share of the ratio, or why it has none, as the end of a sentence.

    If the interval of a part contains 1, it is unknown which model this part favours.
    """
    if contains_one(one.model):
        return "; the model's part may be none, because its interval contains 1"
    if one.model_share is not None:
        return f": {units.percent(round(one.model_share, 2))} of it is the model"
    if contains_one(one.library):
        return "; the libraries' part may be none, because its interval contains 1"
    return "; the two pull in opposite directions"
