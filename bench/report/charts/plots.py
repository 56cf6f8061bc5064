"""The points of charts of figures, with their text alternatives, from records."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bench.records.samples import Comparison, Measurement
from bench.report.words import figures, units, workloads
from bench.report.words.figures import PERCENTILE
from bench.report.words.text import seen, sentence, short

Point = dict[str, Any]  # one row of a chart's data
LONGEST_NAME = 60  # the most characters of the name of a row
LEAST_PLACES = 2  # a distribution with fewer percentiles gets no picture
Series = tuple[str, str, Mapping[str, float]]  # place, model, figures


@dataclass(frozen=True)
class Distribution:
    """The latency distributions of all models at one place, with their text."""

    title: str
    points: tuple[Point, ...]
    order: tuple[str, ...]
    label: str


def unit(name: str) -> str:
    """The unit in a figure's name: `seconds`, `bytes` or nothing."""
    return next((unit for unit in ("seconds", "bytes") if unit in name), "")


def points(
    comparisons: Iterable[Comparison],
    measurements: Iterable[Measurement],
    group: str,
) -> dict[str, list[Point]]:
    """For each figure of a group: a point for each place and model."""
    found: dict[str, list[Point]] = {}
    for place, model, values in series(comparisons, measurements):
        for name, value in figures.only(values, group).items():
            if math.isfinite(value):
                said = f"{place}, {model}: {units.measure(name, value)}"
                point: Point = {"name": short(place, LONGEST_NAME), "model": model}
                point |= {"figure": value, "said": seen(said)}
                found.setdefault(name, []).append(point)
    return found


def named_shortly(points: Iterable[Point]) -> list[Point]:
    """The same points for a narrow chart: words that all names share are left out."""
    points = list(points)
    loads: dict[str, list[list[str]]] = {}
    for one in points:
        head, _, load = one["name"].partition(": ")
        loads.setdefault(head, []).append(load.split(", "))
    return [one | {"name": _without(one["name"], loads)} for one in points]


def _without(name: str, loads: Mapping[str, list[list[str]]]) -> str:
    head, _, load = name.partition(": ")
    own = [
        part
        for part in load.split(", ")
        if not all(part in other for other in loads[head])
    ]
    return f"{head}: {', '.join(own)}" if own else head


def distributions(
    comparisons: Iterable[Comparison], measurements: Iterable[Measurement]
) -> list[Distribution]:
    """A latency distribution for each workload or measurement that has percentiles."""
    by_place: dict[str, list[tuple[str, Mapping[str, float]]]] = {}
    for place, model, values in series(comparisons, measurements):
        by_place.setdefault(place, []).append((model, values))
    made = (distribution(place, models) for place, models in by_place.items())
    return [one for one in made if one]


def series(
    comparisons: Iterable[Comparison], measurements: Iterable[Measurement]
) -> list[Series]:
    """The figures of comparisons and measurements, each with its place and model."""
    comparisons = list(comparisons)
    several = len({units.setting(one) for one in comparisons}) > 1
    compared = [
        (_load_of(one, several), model, values)
        for one in comparisons
        for model, values in one.measures.items()
    ]
    measured = [
        (_place_of(one), _model_of(one), one.values)
        for one in measurements
        if one.model is not None
    ]
    return [*measured, *compared]


def _load_of(one: Comparison, several: bool) -> str:
    """The pair and its workload; with its runtime if there are several."""
    runtime = f", {units.setting(one)}" if several else ""
    return f"{one.pair}: {workloads.in_words(one.workload)}{runtime}"


def _place_of(one: Measurement) -> str:
    """What was measured, and its parameters."""
    return f"{sentence(one.title)}: {figures.coordinates_in_words(one.coordinates)}"


def _model_of(one: Measurement) -> str:
    """The model; with its loop if that is not the usual one."""
    loop = one.runtime.loop if one.runtime else None
    named = f"{one.model}" if loop in (None, "asyncio") else f"{one.model} on {loop}"
    return f"{named}, eager" if one.runtime and one.runtime.eager else named


def distribution(
    title: str, by_model: Sequence[tuple[str, Mapping[str, float]]]
) -> Distribution | None:
    """Percentiles by model as points of a chart; None for too few."""
    found = [
        {
            "place": place,
            "model": model,
            "figure": value,
            "said": f"{model} {place}: {units.measure(name, value)}",
        }
        for model, measures in by_model
        for name, value in measures.items()
        if (place := _percentile(name)) and "seconds" in name and value > 0
    ]
    places = {str(point["place"]) for point in found}
    if len(places) < LEAST_PLACES:
        return None
    order = sorted(places, key=lambda place: float(place[1:]))
    said = "; ".join(str(point["said"]) for point in found)
    return Distribution(title, tuple(found), tuple(order), f"{title}: {said}")


def _percentile(name: str) -> str | None:
    found = PERCENTILE.search(name)
    return f"p{figures.nines(found[1])}" if found else None
