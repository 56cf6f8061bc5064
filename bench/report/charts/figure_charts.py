"""Charts of other figures as Vega-Lite specifications: latencies, memory, shares."""

import math
from collections.abc import Sequence
from typing import Any

from bench.report.charts.specs import (
    CURVE_HEIGHT,
    STICKS_OUT,
    Spec,
    apart,
    chart,
    decades,
    end_labels,
    extent,
    name_axis,
    quantity,
)

COLOURS = {"threads": "var(--threads)", "asyncio": "var(--asyncio)"}
SHAPES = {"threads": "square", "asyncio": "circle"}
MOST_TICKS = 5
WIDE_SPAN = 20  # largest over smallest figure; if it is larger, an axis is logarithmic
BYTES_LABEL = (
    "datum.value >= 1073741824 ? format(datum.value / 1073741824, '.3~r') + ' GiB'"
    " : datum.value >= 1048576 ? format(datum.value / 1048576, '.3~r') + ' MiB'"
    " : datum.value >= 1024 ? format(datum.value / 1024, '.3~r') + ' KiB'"
    " : format(datum.value, '.3~r') + ' B'"
)
PLAIN_LABEL = "format(datum.value, '.3~r')"
SECONDS_LABEL = (
    "datum.value >= 1 ? format(datum.value, '~r') + ' s'"
    " : datum.value >= 1e-3 ? format(datum.value * 1e3, '~r') + ' ms'"
    " : datum.value >= 1e-6 ? format(datum.value * 1e6, '~r') + ' µs'"
    " : format(datum.value * 1e9, '~r') + ' ns'"
)


def dots(values: Sequence[dict[str, Any]], width: int, unit: str) -> Spec:
    """One row for each place, with the figures of the models joined by a line.

    A value has name, model, figure and said (its text alternative).  The unit is
    `bytes`, `seconds` or empty.
    """
    models = list(dict.fromkeys(value["model"] for value in values))
    x = {**quantity("figure"), "title": None, **_figure_axis(values, unit)}
    return chart(
        width,
        {"step": 22},
        [
            {
                "data": {"values": list(values)},
                "encoding": {"x": x, "y": name_axis([v["name"] for v in values])},
                "layer": [
                    {
                        "mark": {"type": "line", "color": "var(--rule)", "aria": False},
                        "encoding": {"detail": {"field": "name"}},
                    },
                    _points_of(models),
                ],
            }
        ],
    )


def lines(values: Sequence[dict[str, Any]], width: int, order: Sequence[str]) -> Spec:
    """Seconds of each model at ordered places (percentiles), on a log axis.

    A value has place, model, figure and said (its text alternative).
    """
    figures = [value["figure"] for value in values]
    low, high = min(figures) / 1.03, max(figures) * 1.05
    models = list(dict.fromkeys(value["model"] for value in values))
    colours = [COLOURS.get(model, "var(--ink)") for model in models]
    x = {
        "field": "place",
        "type": "ordinal",
        "sort": list(order),
        "title": None,
        "axis": {"labelAngle": 0, "grid": False},
    }
    y = {
        "field": "figure",
        "type": "quantitative",
        "title": None,
        "scale": {"type": "log", "nice": False, "domain": [low, high]},
        "axis": {
            "values": decades(low, high),
            "labelExpr": SECONDS_LABEL,
            **extent("100 ms"),
        },
    }
    # The last point of each model.  It differs between models, because a model with few
    # figures lacks the high percentiles.
    last = {
        value["model"]: value
        for value in sorted(values, key=lambda value: order.index(value["place"]))
    }
    ends = [
        {**value, "ratio": value["figure"], "curve": model}
        for model, value in last.items()
    ]
    return chart(
        width,
        CURVE_HEIGHT,
        [
            {
                "data": {"values": list(values)},
                "encoding": {
                    "x": x,
                    "y": y,
                    "color": {
                        "field": "model",
                        "legend": None,
                        "scale": {"domain": models, "range": colours},
                    },
                },
                "layer": [
                    {"mark": {"type": "line", "strokeWidth": 1.5, "aria": False}},
                    _points_of(models),
                ],
            },
            *end_labels(apart(ends, [low, high]), x, y),
        ],
        ends=STICKS_OUT,
    )


def _figure_axis(values: Sequence[dict[str, Any]], unit: str) -> Spec:
    """An axis from zero; a logarithmic axis if the figures are far apart."""
    figures = [value["figure"] for value in values]
    labels = {"bytes": BYTES_LABEL, "seconds": SECONDS_LABEL}
    axis: Spec = {"labelExpr": labels.get(unit, PLAIN_LABEL)}
    low, high = min(figures), max(figures)
    if low > 0 and high / low > WIDE_SPAN:
        scale = {"type": "log", "nice": False, "domain": [low / 1.2, high * 1.2]}
        return {"scale": scale, "axis": {**axis, "values": decades(low, high)}}
    axis["tickCount"] = 4
    if unit == "bytes" and high >= 1:
        axis["values"] = _byte_ticks(high)
    return {"scale": {"zero": True, "nice": False, "padding": 6}, "axis": axis}


def _byte_ticks(high: float) -> list[float]:
    """At most six round numbers of the unit that suits the largest figure."""
    unit = 1024.0 ** min(3, math.floor(math.log(high, 1024)))
    steps = (scale * base for scale in (1, 10, 100, 1000) for base in (1, 2, 5))
    step = unit * next((s for s in steps if high / unit / s < MOST_TICKS), 1000)
    return [tick * step for tick in range(MOST_TICKS + 1) if tick * step <= high]


def _points_of(models: Sequence[str]) -> Spec:
    """A point in the colour and shape of its model."""
    colours = [COLOURS.get(model, "var(--ink)") for model in models]
    shapes = [SHAPES.get(model, "triangle-up") for model in models]
    by_model = {"field": "model", "legend": None}
    return {
        "mark": {"type": "point", "filled": True, "opacity": 1, "size": 50},
        "encoding": {
            "color": {**by_model, "scale": {"domain": models, "range": colours}},
            "shape": {**by_model, "scale": {"domain": models, "range": shapes}},
            "description": {"field": "said"},
        },
    }
