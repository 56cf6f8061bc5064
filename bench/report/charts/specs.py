"""Parts of charts as pieces of Vega-Lite specifications: plain data."""

import math
from collections.abc import Sequence
from typing import Any

Spec = dict[str, Any]
CURVE_HEIGHT, LABEL_HEIGHT = 220, 14  # pixels
LETTER_WIDTH = 6.9  # pixels, in the widest usual font, at the size of axis labels
LEAST_TICKS = 3
BESIDE: Spec = {"align": "left", "dx": 10}
BELOW: Spec = {"align": "center", "dy": 15}
STICKS_OUT = 14  # by how many pixels a name may be longer in another font


def chart(width: int, height: int | Spec, layers: list[Spec], ends: int = 0) -> Spec:
    """Layers drawn over each other; `ends` is the space in pixels right of the plot."""
    around = {"left": 2, "top": 2, "bottom": 2, "right": 2 + ends}
    return {"width": width, "height": height, "layer": layers, "padding": around}


def extent(longest: str) -> dict[str, float]:
    """The room for the labels of a value axis, in any font."""
    return {"minExtent": len(longest) * LETTER_WIDTH + 6}


def quantity(field: str) -> Spec:
    return {"field": field, "type": "quantitative"}


def name_axis(names: Sequence[str]) -> Spec:
    """An axis of names, with room for the names in any font."""
    room = max((len(name) for name in names), default=0) * LETTER_WIDTH + 12
    axis = {"labelPadding": 10, "labelLimit": 400, "minExtent": room, "offset": 4}
    return {
        "field": "name",
        "type": "nominal",
        "sort": None,
        "title": None,
        "axis": axis,
    }


def end_labels(values: list[dict[str, Any]], x: Spec, y: Spec) -> list[Spec]:
    """Names at the ends of curves, on a halo that keeps the letters readable.

    If a curve ends at the last place of the axis, its name is to the right of its end.
    If a curve ends earlier, its name is below its end.
    """
    farthest = max((value["place"] for value in values), default=0)
    return [
        _labels([v for v in values if v["place"] == farthest], BESIDE, x, y),
        _labels([v for v in values if v["place"] != farthest], BELOW, x, y),
    ]


def _labels(values: list[dict[str, Any]], where: Spec, x: Spec, y: Spec) -> Spec:
    mark = {"type": "text", "aria": False, **where}
    halo = {"stroke": "var(--paper)", "strokeWidth": 4, "strokeJoin": "round"}
    return {
        "data": {"values": values},
        "encoding": {"x": x, "y": {**y, "field": "label"}, "text": {"field": "curve"}},
        "layer": [
            {"mark": {**mark, **halo}},
            {"mark": {**mark, "color": "var(--ink)"}},
        ],
    }


def apart(ends: list[dict[str, Any]], domain: list[float]) -> list[dict[str, Any]]:
    """Move the labels of curves up, so that no label covers the label below it."""
    low, high = domain
    step = (high / low) ** (LABEL_HEIGHT / CURVE_HEIGHT)
    placed: list[dict[str, Any]] = []
    for end in sorted(ends, key=lambda value: value["ratio"]):
        below = placed[-1]["label"] * step if placed else low
        placed.append({**end, "label": max(end["ratio"], below)})
    return placed


def decades(low: float, high: float) -> list[float]:
    """Ticks of a log axis: powers of ten; if these are too few, finer steps."""
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    for steps in ((1,), (1, 2, 5), (1, 1.5, 2, 3, 4, 6, 8)):
        ticks = [
            s * 10.0**p for p in powers for s in steps if low <= s * 10.0**p <= high
        ]
        if len(ticks) >= LEAST_TICKS:
            return ticks
    return _even(low, high)


def _even(low: float, high: float) -> list[float]:
    """At least three round numbers in a narrow range, as ticks of its axis."""
    if high <= low:
        return [low]
    power = 10.0 ** math.floor(math.log10(high - low))
    for step in (power * share for share in (1, 0.5, 0.2)):
        first, last = math.ceil(low / step), math.floor(high / step)
        ticks = [number * step for number in range(first, last + 1)]
        if len(ticks) >= LEAST_TICKS:
            break
    return ticks
