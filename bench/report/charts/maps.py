"""The crossover as a map: numbers of workers by shares of computing.

Each point has a cell with the colour and the sign of its verdict, its ratio, and the
interval below the ratio.  The map can be read without its colours, because the signs
show the verdicts too.
"""

from collections.abc import Sequence
from typing import Any

from bench.records.samples import Comparison
from bench.report.charts.specs import Spec
from bench.report.words import units, workloads
from bench.report.words.tables import verdict

CELL = (74, 44)  # pixels
COLOURS = {
    "faster": "var(--asyncio)",
    "slower": "var(--threads)",
    "equivalent": "var(--either)",
    "undecided": "var(--undecided)",
}
SIGNS = {"faster": "●", "slower": "■", "equivalent": "◆", "undecided": "▲"}


def ratio_map(points: Sequence[Comparison], *, is_upright: bool = False) -> Spec:
    """A map of comparisons that differ in workers and in the share of computing.

    Numbers of workers are columns; if the map `is_upright`, they are rows, so that the
    map is readable on a narrow screen.
    """
    values = [_value(one) for one in points]
    workers = sorted({one.workload.workers for one in points})
    shares = sorted({one.workload.cpu_share for one in points})
    x = {
        "field": "workers",
        "type": "ordinal",
        "sort": [f"{number:,}" for number in workers],
        "title": "workers",
        "axis": {"grid": False},
    }
    y = {
        "field": "share",
        "type": "ordinal",
        "sort": [units.percent(share) for share in shares],
        "title": "share of computing",
        "axis": {"grid": False},
    }
    places = {"x": y, "y": x} if is_upright else {"x": x, "y": y}
    places["x"] |= {"axis": {"labelAngle": 0, "grid": False}}
    return {
        "width": {"step": CELL[0]},
        "height": {"step": CELL[1]},
        "data": {"values": values},
        "encoding": places,
        "layer": [
            {
                "mark": {"type": "rect", "opacity": 0.22, "stroke": "var(--rule)"},
                "encoding": {
                    "color": {"field": "colour", "scale": None},
                    "description": {"field": "said"},
                },
            },
            _line("ratio", -7, 12.5, "var(--ink)"),
            _line("between", 9, 10, "var(--soft)"),
        ],
    }


def _line(field: str, lower: float, size: float, colour: str) -> Spec:
    return {
        "mark": {"type": "text", "dy": lower, "fontSize": size, "aria": False},
        "encoding": {"text": {"field": field}, "color": {"value": colour}},
    }


def _value(one: Comparison) -> dict[str, Any]:
    ratio = one.ratio or 1.0
    known = one.low is not None and one.high is not None
    between = units.interval(one.low or ratio, one.high or ratio) if known else "?"
    kind = one.verdict if one.verdict in SIGNS else "undecided"
    load = workloads.in_words(one.workload)
    return {
        "workers": f"{one.workload.workers:,}",
        "share": units.percent(one.workload.cpu_share),
        "ratio": f"{SIGNS[kind]} {units.times(ratio)}",
        "between": between,
        "colour": COLOURS[kind],
        "said": f"{load}: {units.times(ratio)} ({between}), {verdict(one)}",
    }
