"""Reasons to doubt the figures of a run, each with number, limit and next step."""

from collections.abc import Iterator, Sequence

from bench.records.runs import Results
from bench.records.samples import Comparison, Measurement, NoiseFloor
from bench.records.workload import key
from bench.throughput.inference import EQUIVALENT, LEAST_BLOCKS
from bench.throughput.neighbours import BUSY, TAKEN

PINNED_MODES = (
    "on one core the cause is another program or a changing clock speed: end other "
    "programs, and compare the intervals of two runs"
)
# A probe is unsteady if the upper end of its interval is more than this many times the
# lower end.  With too few rounds for an interval, the highest and the lowest figure
# are compared.
UNSTEADY = 2.0


def doubts(results: Results) -> list[str]:
    """The reasons in sentences, the most serious first; empty if there is no doubt."""
    return [
        *_failures(_ours(results)),
        *(text for floor in results.noise if (text := _noisy(floor))),
        *_beside(results.comparisons),
        *_undecided(results.comparisons),
        *_unsteady(results.measurements),
        *(text for one in results.comparisons for text in _modes(one)),
    ]


def _ours(results: Results) -> list[Comparison]:
    """The comparisons to judge: all, but of a user's pair only those with a ratio.

    Without a ratio, a user's pair has failed.  Another part of the report says so.
    """
    theirs = {one.name for one in results.run.own}
    return [one for one in results.comparisons if one.ratio or one.pair not in theirs]


def _failures(comparisons: Sequence[Comparison]) -> Iterator[str]:
    for one in comparisons:
        if one.failures:
            told = "; its ratio uses the correct samples only" * bool(one.ratio)
            yield f"{one.case}: {one.note}{told}"


def _noisy(floor: NoiseFloor) -> str | None:
    """Report a noise floor whose half-width is above EQUIVALENT."""
    half_width = (floor.high - floor.low) / 2
    if half_width <= EQUIVALENT:
        return None
    return (
        f"{floor.subject.pair} [{key(floor.workload)}] in {floor.subject.model} "
        f"({floor.subject.runtime.label}) against itself is known only to "
        f"±{half_width * 100:.2g} % (limit ±{EQUIVALENT * 100:g} %): end other "
        "programs on this machine, or give more --budget"
    )


def _beside(comparisons: tuple[Comparison, ...]) -> Iterator[str]:
    """Report other programs on the core that was measured."""
    taken = [
        (values[TAKEN], one.case, one.low is not None)
        for one in comparisons
        for values in one.measures.values()
        if values.get(TAKEN, 0.0) > BUSY
    ]
    if taken:
        most, case, _ = max(taken)
        widened = any(has_interval for _, _, has_interval in taken)
        effect = ", so the intervals are widened" * widened
        yield (
            f"other programs took up to {most * 100:.0f} % of the measured core (limit "
            f"{BUSY * 100:g} %), most in {case}: they slow threads that hand over more "
            f"than tasks{effect}; end other programs"
        )


def _undecided(comparisons: tuple[Comparison, ...]) -> Iterator[str]:
    few = [one for one in comparisons if one.low is None and not one.failures]
    if few:
        s = "s" * (len(comparisons) != 1)
        yield (
            f"{len(few)} of {len(comparisons)} comparison{s} "
            f"{'has' if len(few) == 1 else 'have'} too few blocks for an interval "
            f"({LEAST_BLOCKS} are needed): give more --budget or fewer pairs"
        )


def _unsteady(measurements: tuple[Measurement, ...]) -> Iterator[str]:
    """Report probes whose rounds differ much, and probes with too few rounds."""
    for one in measurements:
        if one.status != "ok" or one.model is None:
            continue
        factors = {
            name: spread.high / spread.low
            for name, spread in (one.spreads | one.ranges).items()
            if name.endswith("seconds") and "max" not in name and spread.low > 0
        }
        name = max(factors, key=lambda name: factors[name], default="")
        if name and factors[name] > UNSTEADY:
            spread = one.spreads.get(name) or one.ranges[name]
            yield (
                f"{one.title}, {one.model}: {name} is between {_time(spread.low)} and "
                f"{_time(spread.high)} over {_rounds(one.rounds)} (limit a factor of "
                f"{UNSTEADY:g}): end other programs on this machine"
            )
    few = {one.rounds for one in measurements if one.model and one.status == "ok"}
    if few and min(few) < LEAST_BLOCKS:
        yield (
            f"probes of single costs have {_rounds(min(few))}, too few for an interval "
            f"({LEAST_BLOCKS} are needed): give more --budget"
        )


def _time(seconds: float) -> str:
    """A time with three digits, in the largest unit of which there is at least one."""
    units = {"s": 1.0, "ms": 1e-3, "µs": 1e-6}
    unit = next((name for name in units if seconds >= units[name] * 0.9995), "µs")
    return f"{seconds / units[unit]:.3g} {unit}"


def _rounds(count: int) -> str:
    return f"{count} round{'s' * (count != 1)}"


def _modes(one: Comparison) -> Iterator[str]:
    sides = dict(zip(one.models, (one.threads, one.asyncio), strict=True))
    for model, (lower, upper) in one.modes.items():
        is_free = model in sides and sides[model].placement == "free"
        yield (
            f"{one.case}: {model} has two modes, {lower:,.0f} and {upper:,.0f} "
            "operations a second, so one number cannot describe it; "
            + ("--placement pinned makes it one" if is_free else PINNED_MODES)
        )
