"""Where the curve of the crossover bends, and which of its points is measured next.

A curve has one share of computing, and a point for each number of workers.  First its
two ends are measured: the lowest and the highest number of workers.  The plan also has
spare points between the ends.  If two neighbouring measured points have different
verdicts, the verdict changes between them.  If there is time, the spare point closest
to their middle, on a log scale, is measured next.  So the range in which the verdict
changes becomes smaller.  The first spare point between the ends is measured even if the
ends have equal verdicts, because the verdict may change twice between them.  This
module is pure: only the samples decide, so a resumed run chooses the same points.
"""

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Protocol

from bench.throughput.inference import Interval, verdict
from bench.throughput.planning import Case

ENDS = ("lowest", "highest")  # the points of a curve that are measured first


class Point(Protocol):
    """A case that is being measured."""

    @property
    def case(self) -> Case: ...
    @property
    def samples(self) -> Sequence[object]: ...
    @property
    def interval(self) -> Interval | None: ...
    @property
    def has_failed(self) -> bool: ...


def idle(points: Iterable[Point]) -> set[str]:
    """The names of the spare points that are not needed, at least not now."""
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
            same = verdict(left.interval) == verdict(right.interval)
            if same and len(known) > len(ENDS):
                continue
            between = [
                one
                for one in curve
                if one.case.is_spare
                and not one.has_failed
                and _workers(left) < _workers(one) < _workers(right)
            ]
            if between and not any(one.samples for one in between):
                yield _nearest(between, math.sqrt(_workers(left) * _workers(right)))


def _nearest(points: Sequence[Point], workers: float) -> str:
    """The name of the point closest to a number of workers, on a log scale."""
    distances = {
        one.case.name: abs(math.log(_workers(one) / workers)) for one in points
    }
    return min(distances, key=lambda name: distances[name])


def _workers(one: Point) -> int:
    return one.case.workload.workers
