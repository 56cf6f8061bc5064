"""Whether the model or the client library causes a ratio: a control pair shows it.

`url_fetch` uses another library in each model; `lean_fetch` uses one HTTP engine in
both.  The ratio of `lean_fetch` is the part of the model.  The rest of the ratio of
`url_fetch` is the part of the libraries.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log

from bench.records.samples import Comparison, Spread
from bench.records.workload import key

IDIOMATIC, CONTROL = "url_fetch", "lean_fetch"


@dataclass(frozen=True)
class Parts:
    """The ratio of a pair as a product: `whole` = `model` x `library`.

    Each of the three is a ratio of asyncio's throughput to that of threads, with its
    interval; `middle` is the value.  The interval of `library` goes from the lowest to
    the highest quotient of the other two intervals.  So it contains the true value if
    the other two intervals do.
    """

    comparison: Comparison  # the comparison of `url_fetch`, with workload and runtimes
    whole: Spread
    model: Spread
    library: Spread

    @property
    def model_share(self) -> float | None:
        """The model's share of the ratio, 0 to 1, on a scale of logarithms.

        None if one part makes asyncio faster and the other part makes it slower, or if
        the interval of the ratio or of the model's part contains 1.  In these cases
        only the product of the parts has a meaning.
        """
        whole, model, library = (
            log(one.middle or 1.0) for one in (self.whole, self.model, self.library)
        )
        if contains_one(self.whole) or contains_one(self.model):
            return None
        if model * library < 0:
            return None
        return model / whole


def contains_one(ratio: Spread) -> bool:
    """Whether the interval contains 1, so that either side may be ahead."""
    return ratio.low <= 1 <= ratio.high


def parts(comparisons: Sequence[Comparison]) -> list[Parts]:
    """Take apart each ratio of `url_fetch` that `lean_fetch` has too.

    Both pairs must have the same workload and the same runtimes.  The result with the
    fewest workers is first.  With one worker, it shows the effect of the client library
    alone, because no worker waits for another one.
    """
    control = {
        _setting(one): one
        for one in comparisons
        if one.pair == CONTROL and _is_usable(one)
    }
    found = [
        _parts(one, control[_setting(one)])
        for one in comparisons
        if one.pair == IDIOMATIC and _is_usable(one) and _setting(one) in control
    ]
    return sorted(found, key=lambda one: one.comparison.workload.workers)


def _setting(one: Comparison) -> tuple[object, ...]:
    """The key that both pairs must share: all except the number of operations."""
    return (key(one.workload), one.threads, one.asyncio, one.models)


def _is_usable(one: Comparison) -> bool:
    """Whether a comparison has a ratio with an interval, and right outcomes."""
    return one.verdict != "wrong" and all((one.ratio, one.low, one.high))


def _parts(idiomatic: Comparison, control: Comparison) -> Parts:
    whole, model = _spread(idiomatic), _spread(control)
    assert whole.middle is not None
    assert model.middle is not None
    return Parts(
        comparison=idiomatic,
        whole=whole,
        model=model,
        library=Spread(
            low=whole.low / model.high,
            high=whole.high / model.low,
            middle=whole.middle / model.middle,
        ),
    )


def _spread(one: Comparison) -> Spread:
    return Spread(low=one.low or 0.0, high=one.high or 0.0, middle=one.ratio)
