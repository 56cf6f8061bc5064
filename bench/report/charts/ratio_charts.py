"""Charts of ratios as Vega-Lite specifications: plain data, drawn by `drawing`.

The axis of ratios is logarithmic, so that the ratios 2 and 1/2 are equally far from 1.
Each verdict has its own shape and its own colour.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from bench.records.models import MODELS
from bench.records.samples import Comparison
from bench.report.charts.specs import (
    CURVE_HEIGHT,
    STICKS_OUT,
    Spec,
    apart,
    chart,
    end_labels,
    extent,
    name_axis,
    quantity,
)
from bench.report.words import crossover, units, workloads
from bench.report.words.crossover import Panel
from bench.report.words.tables import verdict
from bench.report.words.text import short

BAND = (1 / 1.05, 1.05)  # ratios in this band do not matter
MARKS = {  # verdict: shape, colour
    "faster": ("circle", "var(--asyncio)"),
    "slower": ("square", "var(--threads)"),
    "equivalent": ("diamond", "var(--either)"),
    "undecided": ("triangle-up", "var(--undecided)"),
}
DASHES = ([1, 0], [6, 3], [2, 2], [8, 2, 2, 2], [1, 3])
FORMATS = {"cpu_share": "~%", "workers": ",d", "capacity": ",d"}
LEAST_END = 1.5  # a ratio axis always reaches this ratio and its inverse
# ticks of that axis
STEPS = (0.02, 0.05, 0.1, 0.2, 0.5, 0.8, 1, 1.25, 2, 5, 10, 20, 50)
SHORT_LABEL = (
    "datum.value == 1 ? 'equal'"
    " : datum.value < 1 ? '÷' + format(1 / datum.value, '~r')"
    " : '×' + format(datum.value, '~r')"
)
LONG_LABEL = (
    "datum.value == 1 ? 'equal'"
    " : datum.value < 1 ? '{} ' + format(1 / datum.value, '~r') + '×'"
    " : '{} ' + format(datum.value, '~r') + '×'"
)
ROOM = 240  # pixels; a chart that is at least this wide has the long labels


def ratios(
    comparisons: Sequence[Comparison],
    names: Sequence[str],
    width: int,
    beside: Sequence[Comparison] = (),
) -> Spec:
    """A dot with a whisker for each comparison, on both sides of the ratio 1.

    The axis is long enough for `beside`, the comparisons of charts next to this one.
    """
    values = [
        _ratio_point(one) | {"name": name}
        for one, name in zip(comparisons, _distinct(names), strict=True)
    ]
    scale = _ratio_scale([*values, *map(_ratio_point, beside)])
    x = {"field": "ratio", "type": "quantitative", "scale": scale}
    y = name_axis([value["name"] for value in values])
    models = comparisons[0].models if comparisons else MODELS
    axis = _ratio_axis(scale, models, long=width >= ROOM)
    return chart(
        width,
        {"step": 26},
        [
            _band("x"),
            {
                "data": {"values": values},
                "encoding": {
                    "y": y,
                    "x": {**x, "axis": axis},
                },
                "layer": [
                    _whisker({"x": quantity("low"), "x2": {"field": "high"}}),
                    _dot(),
                ],
            },
        ],
    )


def _distinct(names: Sequence[str]) -> list[str]:
    """Short names for a chart; equal names get numbers, because each needs a row."""
    made: list[str] = []
    for name in names:
        found = short(name, 26)
        again = sum(one == found or one.startswith(f"{found} (") for one in made)
        made.append(f"{found} ({again + 1})" if again else found)
    return made


def curves(panel: Panel, width: int, beside: Sequence[Comparison] = ()) -> Spec:
    """Ratios along an axis: a line for each curve, with an interval at each place.

    The axis of ratios is long enough for `beside`, the comparisons of charts next to
    this one.
    """
    values = [
        _ratio_point(one)
        | {
            "curve": short(curve.label, 40),
            "place": crossover.place(one, panel.axis),
            "last": one is curve.points[-1],
        }
        for curve in panel.curves
        for one in curve.points
        if crossover.place(one, panel.axis) != float("inf")
    ]
    places = sorted({value["place"] for value in values})
    scale = _ratio_scale([*values, *map(_ratio_point, beside)])
    x = {
        "field": "place",
        "type": "quantitative",
        "scale": _place_scale(places),
        "axis": {
            "values": places,
            "title": workloads.AXES[panel.axis],
            "grid": False,
            "labelOverlap": "greedy",
            "labelSeparation": 4,
            "labelFlush": False,
            "format": FORMATS.get(panel.axis, "~s"),
        },
    }
    long = width >= ROOM
    models = panel.curves[0].points[0].models
    y = {
        "field": "ratio",
        "type": "quantitative",
        "scale": scale,
        "axis": {
            **_ratio_axis(scale, models, long=long),
            **extent(f"{models[1]} 2×" if long else "equal"),
        },
    }
    labels = [short(curve.label, 40) for curve in panel.curves]
    dashes = [DASHES[number % len(DASHES)] for number in range(len(labels))]
    dash = {
        "field": "curve",
        "legend": None,
        "scale": {"domain": labels, "range": dashes},
    }
    line = {"type": "line", "color": "var(--ink)", "strokeWidth": 1.25, "aria": False}
    ends = [value for value in values if value["last"]]
    return chart(
        width,
        CURVE_HEIGHT,
        [
            _band("y"),
            {
                "data": {"values": values},
                "encoding": {"x": x, "y": y},
                "layer": [
                    {
                        "mark": line,
                        "encoding": {"strokeDash": dash, "detail": {"field": "curve"}},
                    },
                    _whisker({"y": quantity("low"), "y2": {"field": "high"}}),
                    _dot(),
                ],
            },
            *end_labels(apart(ends, scale["domain"]), x, y),
        ],
        ends=STICKS_OUT,
    )


def _ratio_point(one: Comparison) -> dict[str, Any]:
    mark = one.verdict if one.verdict in MARKS else "undecided"
    _, colour = MARKS[mark]
    ratio = one.ratio or 1.0
    low, high = one.low or ratio, one.high or ratio
    load = workloads.in_words(one.workload)
    between = units.interval(low, high)
    said = (
        f"{short(one.pair)}, {load}: {units.times(ratio)} ({between}), {verdict(one)}"
    )
    return {
        "ratio": ratio,
        "low": low,
        "high": high,
        "verdict": mark,
        "colour": colour,
        "said": said,
    }


def _ratio_scale(values: Iterable[dict[str, Any]]) -> Spec:
    """A scale that contains every whisker, and at least 1 / LEAST_END to LEAST_END."""
    found = list(values)
    low = min([1 / LEAST_END, *(value["low"] for value in found)])
    high = max([LEAST_END, *(value["high"] for value in found)])
    room = (high / low) ** 0.04
    return {"type": "log", "domain": [low / room, high * room], "nice": False}


def _ratio_axis(scale: Spec, models: tuple[str, str], *, long: bool) -> Spec:
    low, high = scale["domain"]
    ticks = [step for step in STEPS if low <= step <= high]
    if high / low > 4:  # closer labels would touch
        ticks = [step for step in ticks if step not in (0.8, 1.25)]
    if high / low > 60:
        ticks = [step for step in ticks if step not in (0.05, 0.2, 5, 20)]
    return {
        "values": ticks,
        "title": None,
        "labelExpr": LONG_LABEL.format(*map(_plain, models)) if long else SHORT_LABEL,
    }


def _plain(model: str) -> str:
    """A model's name without characters that would end a text in an expression."""
    return re.sub(r"[^\w .:~^/@+-]", "", model)


def _place_scale(places: Sequence[float]) -> Spec:
    if places and places[0] > 0 and places[-1] / places[0] > 20:
        return {"type": "log", "nice": False}
    return {"type": "linear", "nice": False, "zero": False}


def _band(channel: str) -> Spec:
    """The band of ratios that do not matter, and the line of equal speed."""
    low, high = BAND
    return {
        "data": {"values": [{"low": low, "high": high, "equal": 1}]},
        "layer": [
            {
                "mark": {"type": "rect", "color": "var(--band)", "aria": False},
                "encoding": {
                    channel: {"field": "low", "type": "quantitative"},
                    f"{channel}2": {"field": "high"},
                },
            },
            {
                "mark": {"type": "rule", "color": "var(--soft)", "aria": False},
                "encoding": {channel: {"field": "equal", "type": "quantitative"}},
            },
        ],
    }


def _whisker(ends: Spec) -> Spec:
    colour = {"field": "colour", "scale": None}
    mark = {"type": "rule", "strokeWidth": 2, "aria": False}
    return {"mark": mark, "encoding": {**ends, "color": colour}}


def _dot() -> Spec:
    return {
        "mark": {"type": "point", "filled": True, "opacity": 1, "size": 70},
        "encoding": {
            "shape": {
                "field": "verdict",
                "legend": None,
                "scale": {
                    "domain": list(MARKS),
                    "range": [shape for shape, _ in MARKS.values()],
                },
            },
            "color": {"field": "colour", "scale": None},
            "description": {"field": "said"},
        },
    }
