"""From samples to verdicts: pure functions, no clock, no file.

A block has samples of both sides, which run their windows in turns.  A round is one
window of each side.  The log-ratio of a round is the mean log of the left side's
seconds minus that of the right side's.  A disturbance longer than a round affects both
sides and cancels.  The log-ratio of a block is the median over its rounds, so a shorter
disturbance is an outlier.  The estimate is the median over the blocks.  The ends of the
interval are the log-ratios of two blocks, chosen by rank.  Its `coverage` is exact for
any continuous distribution (David, Nagaraja, Order Statistics, 3rd ed., 7.1).

If a run tested its interval after each block and stopped at the first clear answer, its
95 % interval would be wrong (Armitage, McPherson and Rowe, J. R. Statist. Soc. A 132,
1969).  So a run may stop only at the numbers of blocks in LOOKS.  There it tests an
interval of level 1 - 0.05/len(LOOKS) (Bonferroni).  So if the sides are equal, at most
5 % of the runs stop with a difference.  The reported interval has level 95 %.
"""

import math
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean, median
from typing import Literal

from msgspec.structs import replace

from bench.records.models import MODELS, Model
from bench.records.samples import Comparison, NoiseFloor, Sample
from bench.records.subjects import Subject
from bench.throughput import reasons
from bench.throughput.modes import two_modes
from bench.throughput.neighbours import Neighbours, neighbours, noted, quiet

Logs = Sequence[float]  # logs of the seconds of windows, in order
Verdict = Literal["faster", "slower", "equivalent", "undecided", "wrong"]
CONFIDENCE = 0.95
LOOKS = (12, 24, 48)  # the numbers of blocks after which a run may stop
LEAST_BLOCKS = 6  # the lowest number of blocks for an interval of 95 %
EQUIVALENT = 0.05  # a difference within 5 % does not matter
SIDES = 2
VERSION = re.compile(r" at (.+?) \(")  # words as in the label of a side


@dataclass(frozen=True)
class Interval:
    """Two order statistics, and the probability that the median is between them."""

    low: float
    high: float
    confidence: float


def coverage(count: int, rank: int) -> float:
    """The chance that the median is between the rank-th lowest and highest value.

    Ranks start at 1.  Each value is below the median with probability one half.
    """
    below = sum(math.comb(count, successes) for successes in range(rank))
    outside: float = below / (1 << (count - 1))  # exact: integers of any size
    return max(0.0, 1 - outside)


def interval(
    values: Sequence[float], confidence: float = CONFIDENCE
) -> Interval | None:
    """The narrowest symmetric order-statistic interval with at least this confidence.

    None if there are too few values: 95 % needs 6.
    """
    count, rank = len(values), 0
    # Each value is below or above the median, so there are 2**count cases.  `below` is
    # the number of cases in which at most `rank` values are below the median.
    below = term = 1
    while rank < count // 2 and 1 - 2 * below / (1 << count) >= confidence:
        rank += 1
        term = term * (count - rank + 1) // rank
        below += term
    if not rank:
        return None
    ordered = sorted(values)
    return Interval(ordered[rank - 1], ordered[-rank], coverage(count, rank))


def verdict(found: Interval | None, margin: float = EQUIVALENT) -> Verdict:
    """The verdict of an interval of log-ratios: "equivalent" if within the margin."""
    if found is None:
        return "undecided"
    if -math.log1p(margin) <= found.low and found.high <= math.log1p(margin):
        return "equivalent"
    if found.low > 0:
        return "faster"
    if found.high < 0:
        return "slower"
    return "undecided"


def settled(log_ratios: Sequence[float], half_width: float) -> bool:
    """Whether to stop: at a look with a narrow or clear interval, or after the last."""
    if len(log_ratios) not in LOOKS:
        return len(log_ratios) > LOOKS[-1]
    found = interval(log_ratios, 1 - (1 - CONFIDENCE) / len(LOOKS))
    if found is None:
        return False
    tight = (found.high - found.low) / 2 <= half_width
    return tight or verdict(found) != "undecided"


def log_ratios(samples: Iterable[Sample]) -> list[float]:
    """The log of right over left throughput, for each complete block."""
    blocks: dict[int, tuple[list[Logs], list[Logs]]] = defaultdict(lambda: ([], []))
    for sample in samples:
        if sample.status == "ok":
            kept = [math.log(seconds) for seconds in sample.windows[1:]]
            blocks[sample.block][sample.side].append(kept)
    return [
        log_ratio(left, right)
        for _, (left, right) in sorted(blocks.items())
        if left and len(left) == len(right)
    ]


def log_ratio(left: Sequence[Logs], right: Sequence[Logs]) -> float:
    """The log-ratio of one block: the median over the rounds that all samples have.

    Raises ValueError for a block without a round.
    """
    ours, theirs = (
        [fmean(one_round) for one_round in zip(*side, strict=False)]
        for side in (left, right)
    )
    return median([one - other for one, other in zip(ours, theirs, strict=False)])


def by_case(samples: Iterable[Sample]) -> dict[str, list[Sample]]:
    """Samples grouped by their case, in order of appearance."""
    cases: dict[str, list[Sample]] = {}
    for sample in samples:
        cases.setdefault(sample.case, []).append(sample)
    return cases


def compare(samples: Iterable[Sample]) -> list[Comparison]:
    """A comparison for each case with two different sides."""
    return [
        comparison(group)
        for group in by_case(samples).values()
        if not against_itself(group)
    ]


def noise(samples: Iterable[Sample]) -> list[NoiseFloor]:
    """A noise floor for each side that was measured against itself."""
    floors = []
    for group in by_case(samples).values():
        group = quiet(group)
        ratios = log_ratios(group)
        found = interval(ratios)
        if against_itself(group) and found is not None:
            floors.append(
                NoiseFloor(
                    subject=group[0].subject,
                    workload=group[0].workload,
                    blocks=len(ratios),
                    ratio=math.exp(median(ratios)),
                    low=math.exp(found.low),
                    high=math.exp(found.high),
                )
            )
    return floors


def against_itself(group: Sequence[Sample]) -> bool:
    """Whether both sides of a case are the same code on the same runtime."""
    sides = {sample.side: sample.subject for sample in group}
    if len(sides) < SIDES:  # the other side failed at the start
        labels = sides_of(group[0].case)
        return labels is not None and labels[0] == labels[1]
    return sides[0] == sides[1]


def comparison(group: Sequence[Sample]) -> Comparison:
    """Compute the comparison of one case from its samples.

    One wrong outcome makes the whole comparison wrong, whatever its ratio is.
    """
    failures = [sample for sample in group if sample.status != "ok"]
    measured = len({sample.block for sample in group})
    group = quiet(group)
    left_out = measured - len({sample.block for sample in group})
    sides = [[sample for sample in group if sample.side == side] for side in (0, 1)]
    subjects = [
        side[0].subject if side else absent(group[0].subject, model, group[0].case)
        for side, model in zip(sides, MODELS, strict=True)
    ]
    ratios = log_ratios(group)
    beside = neighbours(group)
    found = widened(interval(ratios), beside)
    is_wrong = any(sample.status == "wrong" for sample in failures)
    modes: dict[str, tuple[float, float]] = {
        subject.column: found_modes
        for subject, side in zip(subjects, sides, strict=True)
        if (found_modes := two_modes(rates(side))) is not None
    }
    names = [subject.column for subject in subjects]
    return Comparison(
        pair=group[0].subject.pair,
        workload=group[0].workload,
        threads=subjects[0].runtime,
        asyncio=subjects[1].runtime,
        case=group[0].case,
        models=(names[0], names[1]),
        blocks=len(ratios),
        verdict="wrong" if is_wrong else verdict(found),
        ratio=math.exp(median(ratios)) if ratios else None,
        low=math.exp(found.low) if found else None,
        high=math.exp(found.high) if found else None,
        confidence=found.confidence if found else None,
        operations_per_second={
            name: median(rates(side))
            for name, side in zip(names, sides, strict=True)
            if rates(side)
        },
        measures=dict(zip(names, noted(map(medians, sides), beside), strict=True)),
        bimodal=tuple(modes),
        modes=modes,
        failures=len(failures),
        note=note(ratios, found, failures, _busy(beside, left_out)),
    )


def absent(known: Subject, model: Model, case: str = "") -> Subject:
    """The side of a case that has no sample, because it failed at the start.

    If both sides have the same model, only their versions distinguish them.
    """
    labels = sides_of(case)
    if versions := VERSION.search(labels[0]) if labels else None:
        return replace(known, version="" if known.version else versions[1])
    if known.model == model or known.version or known.runtime.carrier:
        return known
    loop = None if model == "threads" else "asyncio"
    return replace(known, model=model, runtime=replace(known.runtime, loop=loop))


def sides_of(case: str) -> tuple[str, str] | None:
    """The labels of both sides in the name of a case; None without such labels."""
    _, found, sides = case.partition("] ")
    left, colon, right = sides.partition(" : ")
    return (left, right) if found and colon else None


def widened(found: Interval | None, beside: Neighbours | None) -> Interval | None:
    """The interval, widened by the effect of other programs on the core."""
    if found is None or beside is None or not beside.are_busy:
        return found
    shift = beside.log_shift
    return Interval(
        min(found.low, found.low + shift),
        max(found.high, found.high + shift),
        found.confidence,
    )


def _busy(beside: Neighbours | None, left_out: int) -> list[str]:
    """Remarks on other programs: the time they took, and the blocks left out for it."""
    said = []
    if left_out:
        blocks = f"{left_out} block{'s' * (left_out != 1)}"
        said.append(f"{blocks} left out, in which other programs ran on the core")
    if beside is not None and beside.are_busy:
        said.append(
            f"other programs took {beside.left * 100:.0f} and {beside.right * 100:.0f} "
            "% of the core: the interval is widened"
        )
    return said


def rates(side: Iterable[Sample]) -> list[float]:
    """Operations per second of the correct samples."""
    return [
        1 / sample.seconds_per_operation
        for sample in side
        if sample.status == "ok" and sample.seconds_per_operation
    ]


def medians(side: Iterable[Sample]) -> dict[str, float]:
    """The median of each measure over the correct samples."""
    values: dict[str, list[float]] = defaultdict(list)
    for sample in side:
        if sample.status != "ok":
            continue
        for name, value in sample.measures.items():
            values[name].append(value)
        if sample.cpu_seconds_per_operation is not None:
            values["cpu_seconds_per_operation"].append(sample.cpu_seconds_per_operation)
    return {name: median(found) for name, found in values.items()}


def note(
    ratios: Sequence[float],
    found: Interval | None,
    failures: Sequence[Sample],
    more: Sequence[str] = (),
) -> str | None:
    """A remark on failures, too few blocks, or a small difference; otherwise None."""
    words = [*more]
    if failures:
        first = failures[0]
        reason = reasons.told(first.status, first.reason)
        words.append(
            f"{len(failures)} failed, the first {first.subject.column} {reason}"
        )
    if found is None:
        blocks = f"{len(ratios)} block{'s' * (len(ratios) != 1)}"
        words.append(f"{blocks}; an interval needs {LEAST_BLOCKS}")
    elif verdict(found) == "equivalent" and not found.low <= 0 <= found.high:
        words.append(f"different, but by less than {EQUIVALENT * 100:g} %")
    return "; ".join(words) or None
