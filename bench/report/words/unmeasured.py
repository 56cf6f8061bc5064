"""The names of what was asked for, and not measured or not checked."""

from bench.records.runs import End
from bench.records.samples import Unmeasured
from bench.report.words import units, workloads


def in_words(one: Unmeasured) -> str:
    """The pair, workload and runtimes of a comparison for which there was no time."""
    first, second = one.models
    load = workloads.in_words(one.workload)
    models = f"{second} over {first}" if first != second else f"{first} against itself"
    few = f"; {units.many(one.blocks, 'block')}, too few for an interval"
    few *= bool(one.blocks)
    return f"`{one.pair}` at {load} ({models}: {units.setting(one)}{few})"


def unchecked(end: End | None) -> list[str]:
    """The programs for which there was no time, and how they were to be checked."""
    found = [one.rpartition(", ") for one in (end.unchecked if end else ())]
    return [f"{program} ({how})" if program else how for program, _, how in found]
