"""Where the curve of the crossover bends, and which point is measured next there.

The default points are three numbers of workers for each share of computing.
Between two neighbours whose verdicts differ the models change places, so one of the
points that the plan keeps for that is measured: the one nearest to their middle.
So the numbers of workers between which the verdict changes come closer, where there is
time.  Pure: the samples decide, so that a resumed run goes on alike.
"""

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Protocol

from bench.throughput.inference import Interval, verdict
from bench.throughput.planning import Case


class Point(Protocol):
    """A case while it is measured."""

    @property
    def case(self) -> Case: ...
    @property
    def samples(self) -> Sequence[object]: ...
    @property
    def interval(self) -> Interval | None: ...


def idle(points: Iterable[Point]) -> set[str]:
    """The names of the cases that are not to be measured, or not yet."""
    points = list(points)
    spare = {one.case.name for one in points if one.case.is_spare and not one.samples}
    return spare - set(_wanted(points))


def _wanted(points: Sequence[Point]) -> Iterable[str]:
    curves: dict[tuple[object, ...], list[Point]] = {}
    for one in points:
        load = one.case.workload
        curves.setdefault((one.case.pair, load.cpu_share, one.case.sides), []).append(
            one
        )
    for curve in curves.values():
        curve.sort(key=_workers)
        known = [one for one in curve if one.interval is not None]
        for left, right in pairwise(known):
            if verdict(left.interval) == verdict(right.interval):
                continue
            between = [
                one
                for one in curve
                if one.case.is_spare
                and not one.samples
                and _workers(left) < _workers(one) < _workers(right)
            ]
            if between:
                yield _nearest(between, math.sqrt(_workers(left) * _workers(right)))


def _nearest(points: Sequence[Point], workers: float) -> str:
    """The name of the point nearest to a number of workers, by their ratio."""
    distances = {
        one.case.name: abs(math.log(_workers(one) / workers)) for one in points
    }
    return min(distances, key=lambda name: distances[name])


def _workers(one: Point) -> int:
    return one.case.workload.workers
