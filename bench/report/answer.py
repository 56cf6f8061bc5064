"""The answer in plain words, derived by rule from the comparisons of a run.

Rule: a pair belongs to asyncio (threads) when every decided workload of it says
faster (slower); where verdicts differ it depends on the load; a pair all of whose
workloads are equivalent does not matter.  Nothing is said of what was not decided.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bench.model import Certificate, Comparison, NoiseFloor, Results
from bench.report import crossover, units
from bench.report.crossover import Curve, Panel

MOST_CROSSINGS = 2  # told in words; the charts show them all
LEADS = {
    "faster": "asyncio leads",
    "slower": "threads lead",
    "equivalent": "it does not matter",
}


@dataclass(frozen=True)
class Answer:
    """What the first screen says."""

    headline: str
    sentences: tuple[str, ...]


def answer(results: Results) -> Answer:
    """Say which model wins where on this machine, and how sure that is."""
    measured = [one for one in results.comparisons if one.ratio is not None]
    wrong = sum(sample.status != "ok" for sample in results.samples)
    sentences = [
        *_crossings(crossover.turning(crossover.panels(measured))),
        *_sureness(measured, results.noise),
        *_correctness(results.certificates),
    ]
    if wrong:
        sentences.append(
            f"{units.many(wrong, 'sample')} of {len(results.samples):,} did not end"
            " right (wrong, hung, crashed or killed) and count in no ratio."
        )
    if results.end is None:
        sentences.append("The run was cut off: what follows is what it had by then.")
    return Answer(headline=headline(measured), sentences=tuple(sentences))


def standing(comparisons: Sequence[Comparison]) -> str:
    """Whose a pair is: asyncio, threads, either, depends or undecided."""
    verdicts = {one.verdict for one in comparisons} & {
        "faster",
        "slower",
        "equivalent",
    }
    if not verdicts:
        return "undecided"
    if len(verdicts) > 1:
        return "depends"
    return {"faster": "asyncio", "slower": "threads", "equivalent": "either"}[
        verdicts.pop()
    ]


def headline(comparisons: Sequence[Comparison]) -> str:
    """One sentence: for how many jobs which model is faster."""
    pairs: dict[str, list[Comparison]] = {}
    for one in comparisons:
        pairs.setdefault(one.pair, []).append(one)
    if not pairs:
        return "This run measured no speeds, so it cannot say which model is faster."
    by_standing: dict[str, list[Comparison]] = {}
    counts: dict[str, int] = {}
    for group in pairs.values():
        of_pair = standing(group)
        counts[of_pair] = counts.get(of_pair, 0) + 1
        by_standing.setdefault(of_pair, []).extend(group)
    total = units.many(len(pairs), "program")
    said = [
        _clause(of_pair, counts[of_pair], by_standing[of_pair])
        for of_pair in ("asyncio", "threads", "depends", "either", "undecided")
        if of_pair in counts
    ]
    return f"On this machine, of {total} written both ways, {_listed(said)}."


def _clause(of_pair: str, count: int, group: Sequence[Comparison]) -> str:
    number = units.words(count)
    if of_pair == "asyncio":
        return f"asyncio is faster in {number} ({_span(_ratios(group))})"
    if of_pair == "threads":
        return (
            f"threads are faster in {number} ({_span([1 / r for r in _ratios(group)])})"
        )
    if of_pair == "depends":
        return f"the load decides in {number}"
    if of_pair == "either":
        return f"it does not matter in {number} (within 5 %)"
    return f"{number} {'stays' if count == 1 else 'stay'} undecided"


def _ratios(group: Sequence[Comparison]) -> list[float]:
    return [
        one.ratio for one in group if one.ratio and one.verdict in ("faster", "slower")
    ]


def _span(ratios: Sequence[float]) -> str:
    low, high = units.times(min(ratios)), units.times(max(ratios))
    return low if low == high else f"{low.removesuffix('×')} to {high}"


def _listed(said: Sequence[str]) -> str:
    return said[0] if len(said) == 1 else f"{', '.join(said[:-1])} and {said[-1]}"


def _crossings(found: Sequence[tuple[Panel, Curve]]) -> list[str]:
    said = [_course(*one) for one in found[:MOST_CROSSINGS]]
    if rest := found[MOST_CROSSINGS:]:
        said.append(f"{units.many(len(rest), 'more curve')} turn below.")
    return said


def _course(panel: Panel, curve: Curve) -> str:
    """Tell a curve from its left to its right: who leads where."""
    stretches = crossover.stretches(curve)
    said = [
        f"{LEADS[stretch[0].verdict]} {_reach(stretch, panel.axis, number)}"
        for number, stretch in enumerate(stretches, 1 - len(stretches))
    ]
    at = f" at {curve.label}" if curve.label else ""
    return f"In {panel.pair}{at}, {_listed(said)}."


def _reach(stretch: Sequence[Comparison], axis: str, before_last: int) -> str:
    first, last = (
        crossover.coordinate(end.workload, axis) for end in (stretch[0], stretch[-1])
    )
    if before_last == 0:
        return f"from {first} on" if len(stretch) > 1 else f"at {first}"
    return f"at {first}" if first == last else f"from {first} to {last}"


def _sureness(
    comparisons: Sequence[Comparison], noise: Sequence[NoiseFloor]
) -> list[str]:
    said = []
    sure = [one.confidence for one in comparisons if one.confidence is not None]
    if sure:
        said.append(f"Each interval holds with {units.percent(min(sure))} confidence.")
    if noise:
        low, high = min(n.low for n in noise), max(n.high for n in noise)
        said.append(
            f"Measured against itself, the same code came out at"
            f" {units.interval(low, high)}: differences inside that are noise."
        )
    elif comparisons:
        said.append("This run did not measure its own noise floor.")
    return said


def _correctness(certificates: Sequence[Certificate]) -> list[str]:
    if not certificates:
        return []
    right = [c for c in certificates if c.expected == "holds"]
    wrong = [c for c in certificates if c.expected == "broken"]
    held, cut = (sum(c.outcome == o for c in right) for o in ("holds", "cut"))
    said = f"{held:,} of {units.many(len(right), 'program')} held in every run checked"
    if cut:
        said += f", {cut:,} could not be checked to the end"
    if wrong:
        named = sum(c.as_expected for c in wrong)
        said += f"; {named:,} of {units.many(len(wrong), 'counter-example')} broke with"
        said += " the symptom named beforehand"
    return [f"{said}."]
