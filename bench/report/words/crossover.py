"""Comparisons laid out along an axis: where one model overtakes the other."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from bench.records.models import FORMS, MODELS
from bench.records.samples import Comparison
from bench.report.words import units, workloads
from bench.report.words.workloads import AXES

LEADS = ("faster", "slower")
DECIDED = (*LEADS, "equivalent")


@dataclass(frozen=True)
class Curve:
    """Comparisons that differ along one axis only, in the order of that axis."""

    label: str
    points: tuple[Comparison, ...]


@dataclass(frozen=True)
class Panel:
    """The curves of one pair along one axis."""

    pair: str
    axis: str  # one of the keys of AXES
    curves: tuple[Curve, ...]


def of_main_models(comparisons: Sequence[Comparison]) -> list[Comparison]:
    """Threads against asyncio; if there are none of these, threads against anyio."""
    for form in FORMS[1:]:
        if found := [one for one in comparisons if one.models == (MODELS[0], form)]:
            return found
    return []


def usual(comparisons: Sequence[Comparison]) -> list[Comparison]:
    """The comparisons of the main models: each program with its first runtime."""
    first: dict[str, str] = {}
    found = of_main_models(comparisons)
    for one in found:
        first.setdefault(one.pair, units.setting(one))
    return [one for one in found if units.setting(one) == first[one.pair]]


def place(one: Comparison, axis: str) -> float:
    """The place of a comparison on an axis; infinity for unbounded capacity."""
    value = workloads.value(one.workload, axis)
    return float("inf") if value is None else value


def panels(comparisons: Sequence[Comparison]) -> list[Panel]:
    """One panel for each pair that was measured along an axis."""
    made = []
    by_pair = sorted(comparisons, key=lambda one: one.pair)
    for pair, group in groupby(by_pair, key=lambda one: one.pair):
        usable = [one for one in group if one.ratio is not None]
        if axis := _longest_axis(usable):
            made.append(Panel(pair=pair, axis=axis, curves=_curves(usable, axis)))
    return made


def _longest_axis(comparisons: Sequence[Comparison]) -> str | None:
    """The axis with the longest curve; None if no curve has two places."""
    sizes = {
        axis: max((len(c.points) for c in _curves(comparisons, axis)), default=0)
        for axis in AXES
    }
    axis = max(sizes, key=lambda name: sizes[name])
    return axis if sizes[axis] > 1 else None


def _curves(comparisons: Sequence[Comparison], axis: str) -> tuple[Curve, ...]:
    """Group by the other axes and the runtime; keep groups with at least two places."""
    groups: dict[tuple[object, ...], list[Comparison]] = {}
    for one in comparisons:
        groups.setdefault(_others(one, axis), []).append(one)
    long = {k: v for k, v in groups.items() if len({place(c, axis) for c in v}) > 1}
    varying = [len({key[i] for key in long}) > 1 for i in range(len(AXES))]
    return tuple(
        Curve(
            label=_label(group[0], axis, varying),
            points=tuple(sorted(group, key=lambda one: place(one, axis))),
        )
        for group in long.values()
    )


def _others(one: Comparison, axis: str) -> tuple[object, ...]:
    others = [workloads.value(one.workload, name) for name in AXES if name != axis]
    return (*others, units.setting(one))


def _label(one: Comparison, axis: str, varying: Sequence[bool]) -> str:
    """Name a curve by the coordinates that distinguish it from the others."""
    names = [name for name in AXES if name != axis]
    said = [
        workloads.coordinate(one.workload, name)
        for name, varies in zip(names, varying[:-1], strict=True)
        if varies
    ]
    return ", ".join([*said, units.setting(one)] if varying[-1] else said)


def turning(found: Sequence[Panel]) -> list[tuple[Panel, Curve]]:
    """The curves along which the verdict changes."""
    return [
        (panel, curve)
        for panel in found
        for curve in panel.curves
        if len(stretches(curve)) > 1
    ]


def brackets(curve: Curve) -> list[tuple[Comparison, Comparison]]:
    """The pairs of neighbouring places between which the verdict changes.

    Undecided places are left out: their intervals do not say which model leads.  If
    each model leads at some place of the curve, the places at which the model does not
    matter are left out too.  The verdicts are those of the table of throughput.
    """
    decided = [p for p in curve.points if p.verdict in DECIDED]
    leads = [p for p in decided if p.verdict in LEADS]
    several = len({p.verdict for p in leads}) > 1
    places = leads if several else decided
    return [(p, q) for p, q in pairwise(places) if p.verdict != q.verdict]


def bracketed(panel: Panel) -> list[str]:
    """A sentence for each place where a curve crosses or approaches equality."""
    said = []
    for curve in panel.curves:
        where = f"`{panel.pair}`{f', {curve.label}' if curve.label else ''}"
        for left, right in brackets(curve):
            ends = [
                f"{_leads(one)} at {workloads.coordinate(one.workload, panel.axis)}"
                for one in (left, right)
            ]
            said.append(f"{where}: {ends[0]}, {ends[1]}.")
    return said


def _leads(one: Comparison) -> str:
    """In words: which model leads at a decided place, or that neither does."""
    first, second = one.models
    return {
        "faster": f"{second} ahead",
        "slower": f"{first} ahead",
        "equivalent": "equal within 5 %",
    }[one.verdict]


def stretches(curve: Curve) -> list[tuple[Comparison, ...]]:
    """The decided places in the order of the axis, grouped.

    Neighbouring places with equal verdicts form a group.
    """
    decided = [p for p in curve.points if p.verdict in DECIDED]
    return [tuple(group) for _, group in groupby(decided, key=lambda p: p.verdict)]
