"""The answer in plain words, derived by rule from the comparisons of a run.

The rule looks at the verdicts of all workloads of a pair.  Undecided workloads are left
out.

- If all verdicts are "faster", asyncio wins the pair.
- If all verdicts are "slower", threads win.
- If all verdicts are "equivalent", the choice does not matter.
- If the verdicts differ, the answer for this pair depends on the load.
- If no workload is decided, the pair is undecided.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.records.models import MODELS
from bench.records.runs import Results
from bench.records.samples import Comparison
from bench.report.words import (
    cases,
    certainty,
    changes,
    crossover,
    libraries,
    units,
    workloads,
)
from bench.report.words.crossover import Curve, Panel

JOBS = "jobs"  # the harness's own pair, which shows the crossover
MOST_CROSSINGS = 2  # the most curves in the text; the charts show all
MOST_SETTINGS = 3  # the most settings in the text; the table of throughput shows all


@dataclass(frozen=True)
class Answer:
    """The text of the first screen."""

    headline: str
    sentences: tuple[str, ...]


def answer(results: Results) -> Answer:
    """Which model wins which programs on this machine, and how certain that is."""
    measured = [
        one
        for one in results.comparisons
        if one.ratio is not None and one.verdict != "wrong"
    ]
    if results.run.settings is not None and results.run.settings.against:
        return against(results, measured)
    usual = crossover.usual(measured)
    broken = certainty.broken(results.certificates)
    if certainty.is_only_noise(results):
        return only_noise(results, broken)
    others = [one for one in measured if one not in usual]
    return Answer(
        headline=broken[0]
        if broken and not measured
        else headline(usual, len({units.setting(one) for one in measured}) > 1),
        sentences=(
            *(broken if measured else broken[1:]),
            *_crossings(crossover.panels(usual)),
            *_elsewhere(others),
            *libraries.sentences(measured),
            *certainty.sureness(measured, results),
            *certainty.correctness(results.certificates),
            *certainty.losses(results),
            *certainty.advice(usual, certainty.missing(results), results),
        ),
    )


def against(results: Results, measured: Sequence[Comparison]) -> Answer:
    """What changed since the version that the run was measured against."""
    assert results.run.settings is not None
    version = results.run.settings.against
    names = cases.names(
        [(one.case or one.pair, one.models[1], one.asyncio.label) for one in measured]
    )
    sides = [
        (name, "unknown" if one.low is None else one.verdict, one.ratio)
        for name, one in zip(names, measured, strict=True)
    ]
    headline = f"Against {version}: {changes.in_a_line(sides)}"
    if not measured and not results.unmeasured:
        failed = units.many(len(results.comparisons), "side")
        headline = (
            f"Against {version} nothing could be measured: {failed} failed."
            if results.comparisons
            else f"Against {version} no code changed that is measured."
        )
    return Answer(
        headline=headline,
        sentences=(
            *certainty.sureness(measured, results),
            *certainty.losses(results),
            *certainty.advice(measured, certainty.missing(results), results),
        ),
    )


def only_noise(results: Results, broken: Sequence[str]) -> Answer:
    """The answer of a run that compares no models."""
    noise = "This run measured only its noise: each side against itself."
    return Answer(
        headline=broken[0] if broken else noise,
        sentences=(
            *broken[1:],
            *certainty.sureness([], results),
            *certainty.correctness(results.certificates),
            *certainty.losses(results),
            *certainty.advice([], certainty.missing(results), results),
        ),
    )


def _elsewhere(others: Sequence[Comparison]) -> list[str]:
    """A sentence for each runtime of these comparisons, up to MOST_SETTINGS."""
    said = []
    settings = list(dict.fromkeys(units.setting(one) for one in others))
    for name in settings[:MOST_SETTINGS]:
        there = [one for one in others if units.setting(one) == name]
        said.append(f"{name}: {_summary(_by_pair(there))}.")
    if rest := settings[MOST_SETTINGS:]:
        said.append(f"{units.many(len(rest), 'more runtime')} below.")
    return said


def winner(comparisons: Sequence[Comparison]) -> str:
    """The winner by the rule of this module; "first" is threads, "second" asyncio."""
    verdicts = {one.verdict for one in comparisons} & {
        "faster",
        "slower",
        "equivalent",
    }
    if not verdicts:
        return "undecided"
    if len(verdicts) > 1:
        return "depends"
    return {"faster": "second", "slower": "first", "equivalent": "either"}[
        verdicts.pop()
    ]


def headline(comparisons: Sequence[Comparison], several: bool = False) -> str:
    """One sentence: the number of programs in which each model is faster.

    The sentence names the runtimes of these comparisons in two cases: `several` is true
    (the run has several runtimes), or the comparisons are not of threads and asyncio.
    """
    pairs = _by_pair(comparisons)
    if not pairs:
        return "This run measured no speeds, so it cannot say which model is faster."
    if all(winner(group) == "undecided" for group in pairs.values()):
        return "This run was too short to say which model is faster."
    found = {winner(group) for group in pairs.values()}
    depends = "it depends on the work: " if {"first", "second"} <= found else ""
    named = several or comparisons[0].models != MODELS
    where = f", with {_settings(comparisons)}," if named else ""
    return f"On this machine{where} {depends}{_summary(pairs)}."


def _settings(comparisons: Sequence[Comparison]) -> str:
    """The runtimes of these comparisons, each once."""
    return "; ".join(dict.fromkeys(units.setting(one) for one in comparisons))


def _by_pair(comparisons: Sequence[Comparison]) -> dict[str, list[Comparison]]:
    pairs: dict[str, list[Comparison]] = {}
    for one in comparisons:
        pairs.setdefault(one.pair, []).append(one)
    return pairs


def _summary(pairs: Mapping[str, Sequence[Comparison]]) -> str:
    """In how many programs each model is faster, the most frequent winner first."""
    groups: dict[str, list[Sequence[Comparison]]] = {}
    for group in pairs.values():
        groups.setdefault(winner(group), []).append(group)
    leaders = sorted(
        (name for name in ("second", "first") if name in groups),
        key=lambda name: -len(groups[name]),
    )
    rest = [name for name in ("depends", "either", "undecided") if name in groups]
    models = next(iter(pairs.values()))[0].models
    only = len(pairs) == 1
    said, total, faster = [], f" of {units.words(len(pairs))} programs", "faster "
    for name in (*leaders, *rest):
        number = f"{units.words(len(groups[name]))}{total}"
        number = "the one program measured" if only else number
        said.append(_clause(name, groups[name], number, models, faster))
        total = faster = ""  # only the first clause has these words
    return units.listed(said)


def _clause(
    of_pair: str,
    groups: Sequence[Sequence[Comparison]],
    number: str,
    models: tuple[str, str],
    faster: str,
) -> str:
    ratios = [
        one.ratio
        for group in groups
        for one in group
        if one.ratio and one.verdict in ("faster", "slower")
    ]
    match of_pair:
        case "second":
            leads = f"{_is(models[1])} {faster}" if faster else f"{models[1]} "
            return f"{leads}in {number} ({_span(ratios)})"
        case "first":
            leads = f"{_is(models[0])} {faster}" if faster else f"{models[0]} "
            return f"{leads}in {number} ({_span([1 / ratio for ratio in ratios])})"
        case "depends":
            return f"the load decides in {number}"
        case "either":
            return f"it does not matter in {number}"
        case _:
            return f"{number} {'stays' if len(groups) == 1 else 'stay'} undecided"


def _is(model: str) -> str:
    return f"{model} {'are' if model.endswith('s') else 'is'}"


def _span(ratios: Sequence[float]) -> str:
    """The range of the ratios: `1.2 to 3.1 times`."""
    low, high = units.about(min(ratios)), units.about(max(ratios))
    return f"{low} times" if low == high else f"{low} to {high} times"


def _crossings(found: Sequence[Panel]) -> list[str]:
    """Sentences on curves: first those along which the verdict changes.

    After them come curves of `jobs` along which the verdict does not change.
    """
    turning = crossover.turning(found)
    said = [_course(*one) for one in turning[:MOST_CROSSINGS]]
    if rest := turning[MOST_CROSSINGS:]:
        said.append(f"{units.many(len(rest), 'more curve')} with a change are below.")
    straight = [
        _course(panel, curve)
        for panel in found
        for curve in panel.curves
        if panel.pair == JOBS and len(crossover.stretches(curve)) == 1
    ]
    return [*said, *straight[: max(0, MOST_CROSSINGS - len(said))]]


def _course(panel: Panel, curve: Curve) -> str:
    """Describe a curve from left to right: which model leads where."""
    said = [
        f"{_leads(stretch[0])} {_reach(stretch, panel.axis)}"
        for stretch in crossover.stretches(curve)
    ]
    return f"{_where(panel, curve)}, {units.listed(said)}."


def _leads(one: Comparison) -> str:
    """Which model leads in a decided comparison: `threads lead`."""
    if one.verdict == "equivalent":
        return "it does not matter"
    model = one.models[one.verdict == "faster"]
    return f"{model} {'lead' if model.endswith('s') else 'leads'}"


def _where(panel: Panel, curve: Curve) -> str:
    """The program and workload of a curve; for `jobs`, also what its jobs do."""
    if panel.pair != JOBS or panel.axis != "workers":
        at = f" at {curve.label}" if curve.label else ""
        return f"In `{panel.pair}`{at}"
    load = curve.points[0].workload
    computing = workloads.coordinate(load, "cpu_share")
    more = [part for part in curve.label.split(", ") if part not in ("", computing)]
    share = f", {units.percent(load.cpu_share)} of it computing"
    does = share if load.cpu_share else " that only wait"
    job = units.seconds(workloads.job_seconds(load))
    return ", ".join([f"In `{panel.pair}` of {job}{does}", *more])


def _reach(stretch: Sequence[Comparison], axis: str) -> str:
    first, last = (
        workloads.coordinate(end.workload, axis) for end in (stretch[0], stretch[-1])
    )
    if first == last:
        return f"at {first}"
    unit = re.compile(r"(?<=[\d%]) [a-z]+$")  # removed after the first number
    return f"from {unit.sub('', first)} to {last}"
