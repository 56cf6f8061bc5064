"""Figures other than throughput, grouped into what a reader looks for.

Names carry meaning here: `..._p99_seconds` belongs to a latency distribution,
`bytes` to memory, `jain` and `starved` to fairness.  A name that is not known
is shown all the same, in the last group.
"""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bench.model import Comparison, Measurement
from bench.report import units

PERCENTILE = re.compile(r"(?:^|_)p(50|90|95|99(?:[._]?9+)?)(?=_|$)")
GROUPS = ("latency", "memory", "fairness", "floor", "rest")


@dataclass(frozen=True)
class Table:
    """Rows of text below a head; the columns from `numbers` on are figures."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: int = 1


@dataclass(frozen=True)
class Distribution:
    """A latency distribution of each model, as points of a chart and in words."""

    title: str
    points: tuple[dict[str, Any], ...]
    order: tuple[str, ...]
    label: str


def group_of(name: str) -> str:
    """Which of GROUPS a figure belongs to, by its name."""
    if PERCENTILE.search(name) or "latency" in name or "lateness" in name:
        return "latency"
    if "bytes" in name or "memory" in name:
        return "memory"
    if any(word in name for word in ("jain", "fairness", "starved")):
        return "fairness"
    return "floor" if "floor" in name else "rest"


def words(name: str) -> str:
    """A figure's name as people say it: its unit is at the figure."""
    bare = re.sub(r"_(?:seconds|bytes|per_second)(?=_per_|$)", "", name)
    return (
        PERCENTILE.sub(lambda found: f" p{_nines(found[1])}", bare)
        .replace("_", " ")
        .strip()
    )


def _nines(digits: str) -> str:
    """`999`, `99_9` and `99.9` are one percentile."""
    bare = re.sub(r"[._]", "", digits)
    return f"{bare[:2]}.{bare[2:]}" if len(bare) > 2 else bare


def of_comparisons(comparisons: Sequence[Comparison], group: str) -> Table | None:
    """The medians of a group, a row a comparison and model."""
    found = [
        (one, model, _only(measures, group))
        for one in comparisons
        for model, measures in one.measures.items()
    ]
    found = [entry for entry in found if entry[2]]
    if not found:
        return None
    names = _columns(entry[2] for entry in found)
    return Table(
        caption="Medians of the samples of a comparison",
        head=("pair", "workload", "model", *(words(name) for name in names)),
        rows=tuple(
            (one.pair, units.workload(one.workload), model, *_cells(names, measures))
            for one, model, measures in found
        ),
        numbers=3,
    )


def of_measurements(measurements: Sequence[Measurement], group: str) -> list[Table]:
    """Measurements of their own, a table for each kind of them."""
    kinds: dict[str, list[Measurement]] = {}
    for one in measurements:
        if _group_of_measurement(one) == group:
            kinds.setdefault(one.name, []).append(one)
    return [_table(of_kind) for of_kind in kinds.values()]


def _group_of_measurement(one: Measurement) -> str:
    by_name = group_of(one.name)
    if by_name != "rest":
        return by_name
    found = [group_of(name) for name in one.values]
    return next((group for group in GROUPS if group in found), "rest")


def _table(measurements: Sequence[Measurement]) -> Table:
    coordinates = _columns(one.coordinates for one in measurements)
    names = _columns(one.values for one in measurements)
    failed = any(one.status != "ok" for one in measurements)
    return Table(
        caption=measurements[0].title,
        head=(
            "model",
            "runtime",
            *(words(name) for name in (*coordinates, *names)),
            *(["ended"] if failed else []),
        ),
        rows=tuple(
            (
                one.model or "machine",
                units.runtime(one.runtime) if one.runtime else "",
                *_cells(coordinates, one.coordinates),
                *_cells(names, one.values),
                *([_ended(one)] if failed else []),
            )
            for one in measurements
        ),
        numbers=2,
    )


def _ended(one: Measurement) -> str:
    return one.status if one.reason is None else f"{one.status}: {one.reason}"


def distributions(comparisons: Sequence[Comparison]) -> list[Distribution]:
    """A latency distribution for each comparison that has one, of its models."""
    return [
        made
        for one in comparisons
        if (
            made := distribution(
                f"{one.pair}, {units.workload(one.workload)}",
                list(one.measures.items()),
            )
        )
    ]


def distribution(
    title: str, by_model: Iterable[tuple[str, Mapping[str, float]]]
) -> Distribution | None:
    """Percentiles by model, as a chart takes them; None where there are none."""
    points = [
        {
            "place": place,
            "model": model,
            "figure": value,
            "said": f"{model} {place}: {units.measure(name, value)}",
        }
        for model, measures in by_model
        for name, value in measures.items()
        if (place := _place(name)) and "seconds" in name and value > 0
    ]
    if not points:
        return None
    order = sorted(
        {str(point["place"]) for point in points}, key=lambda p: float(p[1:])
    )
    said = "; ".join(str(point["said"]) for point in points)
    return Distribution(title, tuple(points), tuple(order), f"{title}: {said}")


def _place(name: str) -> str | None:
    found = PERCENTILE.search(name)
    return f"p{_nines(found[1])}" if found else None


def _only(measures: Mapping[str, float], group: str) -> dict[str, float]:
    return {name: v for name, v in measures.items() if group_of(name) == group}


def _columns(rows: Iterable[Mapping[str, float]]) -> list[str]:
    return list(dict.fromkeys(name for row in rows for name in row))


def _cells(names: Sequence[str], values: Mapping[str, float]) -> list[str]:
    return [
        units.measure(name, values[name])
        if name in values and math.isfinite(values[name])
        else ""
        for name in names
    ]
