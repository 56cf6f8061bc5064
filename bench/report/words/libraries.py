"""Is it the model or the client library: the answer of the two fetch pairs in words."""

from collections.abc import Sequence

from bench.records.library_parts import CONTROL, IDIOMATIC, Parts, parts
from bench.records.samples import Comparison, Spread
from bench.report.words import units, workloads


def sentences(comparisons: Sequence[Comparison]) -> list[str]:
    """A sentence for each workload at which both pairs were measured."""
    found = parts(comparisons)
    several = len({units.setting(one.comparison) for one in found}) > 1
    return [_sentence(one, several) for one in found]


def _sentence(one: Parts, several: bool) -> str:
    load = workloads.in_words(one.comparison.workload)
    where = f" ({units.setting(one.comparison)})" if several else ""
    return (
        f"`{IDIOMATIC}`, {load}{where}: {units.times(one.whole.middle or 0.0)} is"
        f" {_part(one.model)} by the model (`{CONTROL}`: one HTTP engine in both) times"
        f" {_part(one.library)} by the client libraries{_share(one.model_share)}."
    )


def _part(spread: Spread) -> str:
    interval = f"{spread.low:.2f} to {spread.high:.2f}"
    return f"{units.times(spread.middle or 0.0)} [{interval}]"


def _share(share: float | None) -> str:
    if share is None:
        return "; the two pull in opposite directions"
    return f": {units.percent(round(share, 2))} of it is the model"
