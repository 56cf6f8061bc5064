"""Where the crossover is measured: numbers of workers by shares of computing."""

from collections.abc import Iterable
from itertools import product

from bench.records.runs import Settings
from bench.records.workload import Workload
from bench.throughput import measurable

JOB_SECONDS = 0.010  # seconds of waiting and computing of one job, together
# For each share of computing: the ends of its curve, as numbers of workers.  If there
# are 1 / share workers, their jobs need one whole core.  This number is between the
# ends.  The higher end is at least twice this number, so that the curve also shows what
# happens when one core is not enough.
DEFAULT_POINTS = {
    0.0: (10, 1000),
    0.01: (10, 200),
    0.05: (5, 50),
    0.20: (2, 10),
}
# spare points between the ends, for places where the curve bends
SPARE_WORKERS = (3, 5, 10, 20, 30, 50, 100, 200, 300, 500)
FULL_POINTS = tuple(product((0.0, 0.01, 0.05, 0.20, 0.50), (1, 10, 100, 1000)))


def jobs_workloads(settings: Settings) -> list[Workload]:
    """The workloads of the control pair: shares of computing by numbers of workers."""
    if settings.workers or settings.cpu_shares:
        points: Iterable[tuple[float, int]] = product(
            settings.cpu_shares or (0.0,), settings.workers or (10, 100)
        )
    else:
        default = [(share, n) for share, all_ in DEFAULT_POINTS.items() for n in all_]
        choices = {"none": (), "default": (*default, *spare()), "full": FULL_POINTS}
        points = choices[settings.sweep]
    return [
        Workload(
            workers=count,
            operations=0,
            wait_seconds=round(JOB_SECONDS * (1 - share), 9),
            cpu_share=share,
        )
        for share, count in points
    ]


def spare() -> list[tuple[float, int]]:
    """The points between the ends."""
    return [
        (share, between)
        for share, known in DEFAULT_POINTS.items()
        for between in SPARE_WORKERS
        if known[0] < between < known[-1] and between not in known
    ]


def is_spare(pair: str, workload: Workload, settings: Settings) -> bool:
    """Whether a workload is measured only where the curve bends."""
    is_asked = settings.workers or settings.cpu_shares or settings.sweep != "default"
    point = (workload.cpu_share, workload.workers)
    return pair == measurable.CONTROL and not is_asked and point in spare()
