"""The names of comparisons that were asked for and not measured."""

from bench.records.samples import Unmeasured
from bench.report.words import units, workloads


def in_words(one: Unmeasured) -> str:
    """The pair, workload and runtimes of a comparison for which there was no time."""
    first, second = one.models
    load = workloads.in_words(one.workload)
    return f"`{one.pair}` at {load} ({second} over {first}: {units.setting(one)})"
