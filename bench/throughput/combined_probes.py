"""Repeated probes combined: medians with intervals, and the ratio of the models.

Each round of a probe runs in its own process.  In a round the models run one after
another, so the figures of two models are close in time.

A figure is the median of the figures of the rounds.  There is one exception: a series
of times is taken from all rounds together, for its percentiles, maximum and count.  The
ends of the interval are always figures of two rounds, chosen by rank
(`inference.interval`).  If there are too few rounds for an interval, the lowest and the
highest figure are given instead.
"""

import math
from collections.abc import Iterable, Sequence
from statistics import median

import msgspec

from bench.records.samples import Measurement, Spread
from bench.records.subjects import Runtime
from bench.throughput import inference
from bench.throughput.probes.quantiles import quantiles

Key = tuple[object, ...]


def key(one: Measurement) -> Key:
    """The subject of a measurement, which all its rounds have in common."""
    where = tuple(sorted(one.coordinates.items()))
    return one.name, one.model, one.runtime, where


def combined(measurements: Iterable[Measurement]) -> list[Measurement]:
    """One measurement for all rounds of a probe, in order of appearance.

    If a probe failed in any round, the result for this probe is its first failure.
    """
    groups: dict[Key, list[Measurement]] = {}
    for one in measurements:
        groups.setdefault(key(one), []).append(one)
    return [
        _combined(rounds, _threads_of(rounds[0], groups)) for rounds in groups.values()
    ]


def _threads_of(
    one: Measurement, groups: dict[Key, list[Measurement]]
) -> Sequence[Measurement]:
    """The rounds on threads that took turns with the rounds of another model."""
    if one.model in (None, "threads") or one.runtime is None:
        return ()
    beside = Runtime(
        python=one.runtime.python,
        executable=one.runtime.executable,
        placement=one.runtime.placement,
        gil=one.runtime.gil,
    )
    _, _, _, where = key(one)
    return groups.get((one.name, "threads", beside, where), ())


def _combined(
    rounds: Sequence[Measurement], threads: Sequence[Measurement]
) -> Measurement:
    failed = [one for one in rounds if one.status != "ok"]
    if failed or len(rounds) == 1:
        return (failed or rounds)[0]
    names = dict.fromkeys(name for one in rounds for name in one.values)
    values = {
        name: median(one.values[name] for one in rounds if name in one.values)
        for name in names
    } | _pooled(rounds)
    known = {
        name: [one.values[name] for one in rounds if name in one.values]
        for name in values
    }
    spreads = {name: it for name in values if (it := _spread(known[name]))}
    ranges = {name: it for name in values if (it := _range(known[name], len(rounds)))}
    return msgspec.structs.replace(
        rounds[0],
        values=values,
        series={},
        rounds=len(rounds),
        spreads=spreads,
        ranges=ranges,
        over_threads=_ratios(rounds, threads),
    )


def _pooled(rounds: Sequence[Measurement]) -> dict[str, float]:
    """The percentiles, maximum and count of each series, over all rounds together."""
    pooled: dict[str, list[float]] = {}
    for one in rounds:
        for name, seen in one.series.items():
            pooled.setdefault(name, []).extend(seen)
    found: dict[str, float] = {}
    for name, values in pooled.items():
        found |= quantiles(name, values)
    return found


def _spread(values: Sequence[float]) -> Spread | None:
    """The interval of a figure over its rounds.

    None if the rounds are too few, or if both ends of the interval are equal.
    """
    found = inference.interval(values)
    if found is None or found.low == found.high:
        return None
    return Spread(low=found.low, high=found.high)


def _range(values: Sequence[float], rounds: int) -> Spread | None:
    """The lowest and highest figures of rounds that are too few for an interval.

    None if the rounds are enough, if all are equal, or if a round lacks the figure.
    """
    if len(values) < rounds or len(set(values)) < 2 or inference.interval(values):
        return None
    return Spread(low=min(values), high=max(values))


def _ratios(
    rounds: Sequence[Measurement], threads: Sequence[Measurement]
) -> dict[str, Spread]:
    """The ratio of each figure to the figure on threads, round by round."""
    beside = {one.round: one for one in threads if one.status == "ok"}
    logs: dict[str, list[float]] = {}
    for one in rounds:
        theirs = beside[one.round].values if one.round in beside else {}
        for name, value in one.values.items():
            other = theirs.get(name, 0.0)
            if value > 0 and other > 0:
                logs.setdefault(name, []).append(math.log(value / other))
    return {
        name: Spread(
            low=math.exp(found.low),
            high=math.exp(found.high),
            middle=math.exp(median(values)),
        )
        for name, values in logs.items()
        if (found := inference.interval(values)) and found.low != found.high
    }
