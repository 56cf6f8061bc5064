"""What was asked for and has no sample: no time was left, or it cannot be measured."""

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from bench.pairs.catalogue import PAIRS
from bench.records.runs import Run, Settings
from bench.records.samples import Sample, Unmeasured
from bench.throughput.inference import LEAST_BLOCKS, by_case, log_ratios
from bench.throughput.neighbours import quiet
from bench.throughput.planning import JOBS, Case, has_anyio_form, plan


def missing(run: Run, samples: Iterable[Sample]) -> list[Unmeasured]:
    """The comparisons in the plan of a run, or of its shard, without a sample.

    Spare points and the noise floor do not count, because they were not asked for.
    In a run of each side against itself, a case is missing until it has an interval.
    The result is empty for a run without settings: it was merged or has no plan.
    """
    if run.settings is None or "throughput" not in run.lenses:
        return []
    known = [pair for pair in run.pairs if pair in PAIRS or pair == JOBS]
    begun = by_case(samples)
    asked = [case for case in plan(known, run.settings).cases if not case.is_spare]
    if run.settings.against_itself:
        blocks = {case.name: _blocks(begun.get(case.name, ())) for case in asked}
        return [
            _unmeasured(case, found)
            for case in asked
            if (found := blocks[case.name]) is not None and found < LEAST_BLOCKS
        ]
    return [
        _unmeasured(case)
        for case in asked
        if case.name not in begun and not case.against_itself
    ]


def _blocks(samples: Sequence[Sample]) -> int | None:
    """The number of blocks that have a ratio; None if a sample failed."""
    if any(sample.status != "ok" for sample in samples):
        return None
    return len(log_ratios(quiet(samples)))


def formless(pairs: Iterable[str], settings: Settings) -> list[str]:
    """A line for each pair without a form on anyio, and each loop that needs one."""
    loops = dict.fromkeys(
        "anyio" if one.loop == "asyncio" else one.loop
        for one in settings.runtimes
        if one.anyio
    )
    return [
        f"{pair} has no form for {loop}: not measured"
        for pair in pairs
        if not has_anyio_form(pair)
        for loop in loops
    ]


def empty_shard(run: Run) -> str | None:
    """A sentence if the shard of a run has no case; None if it has a case."""
    if run.settings is None or "throughput" not in run.lenses:
        return None
    index, count = run.settings.shard
    cases = len(plan(run.pairs, replace(run.settings, shard=(1, 1))).cases)
    if index <= cases or count == 1:
        return None
    return (
        f"shard {index} of {count} has none of the {cases} case{'s' * (cases != 1)};"
        " merge it with the others all the same"
    )


def _unmeasured(case: Case, blocks: int = 0) -> Unmeasured:
    left, right = case.sides
    return Unmeasured(
        pair=case.pair,
        workload=case.workload,
        threads=left.runtime,
        asyncio=right.runtime,
        models=(left.column, right.column),
        blocks=blocks,
    )
