"""From samples to verdicts: pure functions, no clock, no file.

A block holds samples of both sides, which take their windows in turns: a round is
one window of each.  A round's log-ratio is the mean log of the left's seconds less
that of the right's, so that what slows the machine for longer than a round slows both
and cancels; a block's is the median of its rounds', so that what comes or goes within
one is outvoted.  The estimate is the median of the blocks' log-ratios, and
the interval runs between two of them, chosen by the binomial distribution: exact
for any continuous distribution, whatever its tails (David and Nagaraja, Order
Statistics, 3rd ed., 7.1).

Looking often and stopping when the answer pleases makes any 95 % interval lie
(Armitage, McPherson and Rowe, J. R. Statist. Soc. A 132, 1969).  So blocks are
looked at only at LOOKS, and the decision to stop is taken on an interval of level
1 - 0.05/len(LOOKS) (Bonferroni): equal sides are stopped at as different in at most
5 % of runs, however many looks.  The interval reported in the end is the 95 % one.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean, median
from typing import Literal

from bench.records.samples import Comparison, NoiseFloor, Sample
from bench.throughput.modes import two_modes

Logs = Sequence[float]  # of the seconds of windows, in order
Verdict = Literal["faster", "slower", "equivalent", "undecided", "wrong"]
CONFIDENCE = 0.95
LOOKS = (12, 24, 48)  # blocks
LEAST_BLOCKS = 6  # for any interval of 95 %
EQUIVALENT = 0.05  # a difference within 5 % does not matter
SIDES = 2


@dataclass(frozen=True)
class Interval:
    """Two order statistics and the chance that the true median lies between them."""

    low: float
    high: float
    confidence: float


def coverage(count: int, rank: int) -> float:
    """The chance that the median lies between the rank-th lowest and highest of count.

    Ranks start at 1.  Each value is below the median with probability one half.
    """
    below = sum(math.comb(count, successes) for successes in range(rank))
    return max(0.0, 1 - math.ldexp(below, 1 - count))


def interval(
    values: Sequence[float], confidence: float = CONFIDENCE
) -> Interval | None:
    """The narrowest symmetric order-statistic interval that covers at least so much.

    None when even lowest to highest covers less: 6 values are needed for 95 %.
    """
    ranks = [
        rank
        for rank in range(1, len(values) // 2 + 1)
        if coverage(len(values), rank) >= confidence
    ]
    if not ranks:
        return None
    ordered = sorted(values)
    rank = max(ranks)
    return Interval(ordered[rank - 1], ordered[-rank], coverage(len(values), rank))


def verdict(found: Interval | None, margin: float = EQUIVALENT) -> Verdict:
    """Read an interval of log-ratios: equivalent first, then which side is ahead."""
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
    """Whether these blocks are enough: at a look, tight or with a clear verdict."""
    if len(log_ratios) not in LOOKS:
        return len(log_ratios) > LOOKS[-1]
    found = interval(log_ratios, 1 - (1 - CONFIDENCE) / len(LOOKS))
    if found is None:
        return False
    tight = (found.high - found.low) / 2 <= half_width
    return tight or verdict(found) != "undecided"


def log_ratios(samples: Iterable[Sample]) -> list[float]:
    """The log of right's throughput over left's, for each block that is right."""
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
    """Of one block: the median over its rounds, from each sample's kept windows."""
    ours, theirs = (
        [fmean(one_round) for one_round in zip(*side, strict=True)]
        for side in (left, right)
    )
    return median([one - other for one, other in zip(ours, theirs, strict=True)])


def by_case(samples: Iterable[Sample]) -> dict[str, list[Sample]]:
    """Samples grouped by the comparison they belong to, in order of appearance."""
    cases: dict[str, list[Sample]] = {}
    for sample in samples:
        cases.setdefault(sample.case, []).append(sample)
    return cases


def compare(samples: Iterable[Sample]) -> list[Comparison]:
    """One comparison for each case whose two sides are different code."""
    return [
        comparison(group)
        for group in by_case(samples).values()
        if not against_itself(group)
    ]


def noise(samples: Iterable[Sample]) -> list[NoiseFloor]:
    """What the method made of each side measured against itself."""
    floors = []
    for group in by_case(samples).values():
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
    """Whether both sides of a case were the same code under the same runtime."""
    sides = {sample.side: sample.subject for sample in group}
    return len(sides) == SIDES and sides[0] == sides[1]


def comparison(group: Sequence[Sample]) -> Comparison:
    """What the samples of one case say.

    Wrong as soon as one outcome was wrong: a fast wrong answer is no answer.
    """
    sides = [[sample for sample in group if sample.side == side] for side in (0, 1)]
    subjects = [side[0].subject if side else group[0].subject for side in sides]
    ratios = log_ratios(group)
    found = interval(ratios)
    failures = [sample for sample in group if sample.status != "ok"]
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
        measures={name: medians(side) for name, side in zip(names, sides, strict=True)},
        bimodal=tuple(modes),
        modes=modes,
        failures=len(failures),
        note=note(ratios, found, failures),
    )


def rates(side: Iterable[Sample]) -> list[float]:
    """Operations per second of the samples that were right."""
    return [
        1 / sample.seconds_per_operation
        for sample in side
        if sample.status == "ok" and sample.seconds_per_operation
    ]


def medians(side: Iterable[Sample]) -> dict[str, float]:
    """The median of each measure over the samples that were right."""
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
    ratios: Sequence[float], found: Interval | None, failures: Sequence[Sample]
) -> str | None:
    """What a reader must know besides the verdict, in a sentence or two."""
    words = []
    if failures:
        first = failures[0]
        reason = (first.reason or "").strip().splitlines()
        words.append(
            f"{len(failures)} failed, the first {first.subject.column} "
            f"{first.status}: {reason[-1] if reason else 'no reason given'}"
        )
    if found is None:
        blocks = f"{len(ratios)} block{'s' * (len(ratios) != 1)}"
        words.append(f"{blocks}; an interval needs {LEAST_BLOCKS}")
    elif verdict(found) == "equivalent" and not found.low <= 0 <= found.high:
        words.append(f"different, but by less than {EQUIVALENT * 100:g} %")
    return "; ".join(words) or None
