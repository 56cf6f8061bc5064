"""Checks that the figures of a record can be used in computations.

If a byte of a line has changed, the line can still be valid JSON.  But then, for
example, a window may have zero length, or a share may be 950 %.
"""

import math
from collections.abc import Iterable, Iterator

from bench.records.runs import Entry, Run
from bench.records.samples import Measurement, Sample
from bench.records.workload import Workload

LARGEST = 1e18  # limit of any figure: seconds, bytes, operations per second


def flaw(entry: Entry) -> str | None:
    """Say what is wrong with the figures of a record; None if nothing is."""
    return next(_flaws(entry), None)


def _flaws(entry: Entry) -> Iterator[str]:
    match entry:
        case Sample():
            yield from _of_sample(entry)
        case Measurement():
            figures = [*entry.coordinates.values(), *entry.values.values()]
            figures += [value for values in entry.series.values() for value in values]
            if not _are_known(figures):
                yield "a figure of a measurement is too large or not a number"
        case Run() if entry.settings is not None:
            index, count = entry.settings.shard
            if not 1 <= index <= count:
                yield f"there is no shard {index} of {count}"
            if entry.settings.budget_seconds < 0:
                yield f"the budget is {entry.settings.budget_seconds:g} seconds"


def _of_sample(one: Sample) -> Iterator[str]:
    yield from _of_workload(one.workload)
    if one.side not in (0, 1) or one.block < 0 or one.position < 0:
        yield f"side {one.side}, block {one.block}, position {one.position}"
    if not _are_known(one.measures.values()):
        yield "a measure of a sample is too large or not a number"
    if any(not 0 < seconds < LARGEST for seconds in one.windows):
        yield "a window of a sample has no length"
    if one.status == "ok" and (len(one.windows) < 2 or not one.seconds_per_operation):
        yield f"a sample that ended well has {len(one.windows)} windows"
    elif one.seconds_per_operation is not None and not (
        0 < one.seconds_per_operation < LARGEST
    ):
        yield f"an operation takes {one.seconds_per_operation:g} seconds"
    if not _are_known([one.started, one.elapsed_seconds]):
        yield "the time of a sample is too large or not a number"


def _of_workload(load: Workload) -> Iterator[str]:
    if not 0 <= load.cpu_share <= 1:
        yield f"the share of computing is {load.cpu_share:g}, not 0 to 1"
    sizes: list[float] = [
        load.workers,
        load.operations,
        load.cpu_steps,
        load.body_bytes,
    ]
    sizes += [load.wait_seconds, load.capacity or 0]
    if any(not 0 <= size < LARGEST for size in sizes):
        yield "a size of the workload is negative or too large"


def _are_known(figures: Iterable[float]) -> bool:
    return all(math.isfinite(one) and abs(one) < LARGEST for one in figures)
