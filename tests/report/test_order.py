"""Rows and columns of the page in an order that a reader can follow."""

from bench.records.samples import Measurement
from bench.records.workload import Workload
from bench.report.words.figures import of_measurements
from bench.runs import saved
from tests.report.sample_results import THREADS, comparison


def at(workers, pair="jobs", **more):
    return comparison(pair, Workload(workers=workers, **more), 1.0, 0.01)


def test_the_loads_of_a_pair_are_ordered_and_the_pairs_stay():
    """A run measures the ends of a curve first, and then the points between."""
    found = saved.in_order(
        [
            at(10, wait_seconds=0.01),
            at(1000, wait_seconds=0.01),
            at(5, cpu_share=0.05, wait_seconds=0.0095),
            at(100, wait_seconds=0.01),
            at(2, pair="event"),
        ]
    )

    assert [(one.pair, one.workload.workers) for one in found] == [
        ("jobs", 10),
        ("jobs", 100),
        ("jobs", 1000),
        ("jobs", 5),
        ("event", 2),
    ]


def test_percentiles_are_the_first_columns_the_lowest_first():
    """p99 is added for all rounds together, and stood behind all others."""
    names = ("latency_p50_seconds", "latency_max_seconds", "unanswered",
             "latency_p99_9_seconds", "latency_p90_seconds")  # fmt: skip
    one = Measurement(
        name="latency",
        title="latency",
        model="threads",
        runtime=THREADS,
        values=dict.fromkeys(names, 0.1),
    )
    [table] = of_measurements([one], "latency")

    assert table.head[1:4] == ("latency p50", "latency p90", "latency p99.9")
