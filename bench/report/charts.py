"""Charts as Vega-Lite specifications: plain data, drawn by `drawing`.

Ratios lie on a logarithmic axis, so that twice as fast is as far to one side as
half as fast to the other.  A verdict has a shape as well as a colour.
"""

import math
from collections.abc import Iterable, Sequence
from typing import Any

from bench.model import Comparison
from bench.report import crossover, units
from bench.report.crossover import Panel
from bench.report.text import seen

Spec = dict[str, Any]
BAND = (1 / 1.05, 1.05)  # within it a difference does not matter
MARKS = {  # verdict: words, shape, colour
    "faster": ("asyncio faster", "circle", "var(--asyncio)"),
    "slower": ("threads faster", "square", "var(--threads)"),
    "equivalent": ("does not matter", "diamond", "var(--either)"),
    "undecided": ("undecided", "stroke", "var(--undecided)"),
}
COLOURS = {"threads": "var(--threads)", "asyncio": "var(--asyncio)"}
SHAPES = {"threads": "square", "asyncio": "circle"}
LEAST_TICKS, MOST_TICKS = 3, 5
LETTER_WIDTH = 6.9  # pixels, in the widest of the usual fonts at the axes' size
WIDE_SPAN = 20  # largest over smallest figure from which an axis is logarithmic
CURVE_HEIGHT, LABEL_HEIGHT = 220, 14  # pixels
DASHES = ([1, 0], [6, 3], [2, 2], [8, 2, 2, 2], [1, 3])
LEAST_END = 1.5  # the least ratio a ratio axis reaches to on both sides
STEPS = (0.02, 0.05, 0.1, 0.2, 0.5, 0.8, 1, 1.25, 2, 5, 10, 20, 50)  # ticks of it


def ratios(comparisons: Sequence[Comparison], names: Sequence[str], width: int) -> Spec:
    """Dots with whiskers, a row a comparison, around the line of equal speed."""
    values = [
        _ratio_point(one) | {"name": seen(name, 40)}
        for one, name in zip(comparisons, names, strict=True)
    ]
    scale = _ratio_scale(values)
    x = {"field": "ratio", "type": "quantitative", "scale": scale}
    y = _names([value["name"] for value in values])
    return _chart(
        width,
        {"step": 26},
        [
            _band("x"),
            {
                "data": {"values": values},
                "encoding": {"y": y, "x": {**x, "axis": _ratio_axis(scale)}},
                "layer": [
                    _whisker({"x": _quantity("low"), "x2": {"field": "high"}}),
                    _dot(),
                ],
            },
        ],
    )


def curves(panel: Panel, width: int) -> Spec:
    """The ratio along an axis, a line a curve, with its interval at each place."""
    values = [
        _ratio_point(one)
        | {
            "curve": seen(curve.label, 40),
            "place": crossover.place(one, panel.axis),
            "last": one is curve.points[-1],
        }
        for curve in panel.curves
        for one in curve.points
        if crossover.place(one, panel.axis) != float("inf")
    ]
    places = sorted({value["place"] for value in values})
    scale = _ratio_scale(values)
    x = {
        "field": "place",
        "type": "quantitative",
        "scale": _place_scale(places),
        "axis": {
            "values": places,
            "title": crossover.AXES[panel.axis],
            "grid": False,
            "format": "%" if panel.axis == "cpu_share" else "~s",
        },
    }
    y = {
        "field": "ratio",
        "type": "quantitative",
        "scale": scale,
        "axis": {**_ratio_axis(scale), "title": None},
    }
    labels = [seen(curve.label, 40) for curve in panel.curves]
    dashes = [DASHES[number % len(DASHES)] for number in range(len(labels))]
    dash = {
        "field": "curve",
        "legend": None,
        "scale": {"domain": labels, "range": dashes},
    }
    line = {"type": "line", "color": "var(--ink)", "strokeWidth": 1.25, "aria": False}
    ends = [value for value in values if value["last"]]
    return _chart(
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
                    _whisker({"y": _quantity("low"), "y2": {"field": "high"}}),
                    _dot(),
                ],
            },
            _labels(_apart(ends, scale["domain"]), x, y),
        ],
    )


def _labels(values: list[dict[str, Any]], x: Spec, y: Spec) -> Spec:
    """Names at the ends of curves, on a halo that keeps lines out of the letters."""
    mark = {"type": "text", "align": "left", "dx": 10, "aria": False}
    halo = {"stroke": "var(--paper)", "strokeWidth": 4, "strokeJoin": "round"}
    return {
        "data": {"values": values},
        "encoding": {"x": x, "y": {**y, "field": "label"}, "text": {"field": "curve"}},
        "layer": [
            {"mark": {**mark, **halo}},
            {"mark": {**mark, "color": "var(--ink)"}},
        ],
    }


def _apart(ends: list[dict[str, Any]], domain: list[float]) -> list[dict[str, Any]]:
    """Move labels up so that none covers the one below it."""
    low, high = domain
    step = (high / low) ** (LABEL_HEIGHT / CURVE_HEIGHT)
    placed: list[dict[str, Any]] = []
    for end in sorted(ends, key=lambda value: value["ratio"]):
        below = placed[-1]["label"] * step if placed else low
        placed.append({**end, "label": max(end["ratio"], below)})
    return placed


def dots(values: Sequence[dict[str, Any]], width: int, unit: str) -> Spec:
    """A figure of both models in a row each, joined, so that the gap is seen.

    A value holds name, model, figure and said; the unit is `bytes`, `seconds` or
    nothing.
    """
    models = list(dict.fromkeys(value["model"] for value in values))
    x = {**_quantity("figure"), "title": None, **_figure_axis(values, unit)}
    return _chart(
        width,
        {"step": 22},
        [
            {
                "data": {"values": list(values)},
                "encoding": {"x": x, "y": _names([v["name"] for v in values])},
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


def _figure_axis(values: Sequence[dict[str, Any]], unit: str) -> Spec:
    """From zero, or logarithmic where the figures are far apart; ticks in the unit."""
    figures = [value["figure"] for value in values]
    labels = {"bytes": BYTES_LABEL, "seconds": SECONDS_LABEL}
    axis: Spec = {"labelExpr": labels.get(unit, PLAIN_LABEL)}
    low, high = min(figures), max(figures)
    if low > 0 and high / low > WIDE_SPAN:
        scale = {"type": "log", "nice": False, "domain": [low / 1.2, high * 1.2]}
        return {"scale": scale, "axis": {**axis, "values": _decades(low, high)}}
    axis["tickCount"] = 4
    if unit == "bytes" and high >= 1:
        axis["values"] = _byte_ticks(high)
    return {"scale": {"zero": True, "nice": False, "padding": 6}, "axis": axis}


def _byte_ticks(high: float) -> list[float]:
    """Round numbers of the unit that suits the largest figure, at most six."""
    unit = 1024.0 ** min(3, math.floor(math.log(high, 1024)))
    steps = (scale * base for scale in (1, 10, 100, 1000) for base in (1, 2, 5))
    step = unit * next((s for s in steps if high / unit / s < MOST_TICKS), 1000)
    return [tick * step for tick in range(MOST_TICKS + 1) if tick * step <= high]


def _names(names: Sequence[str]) -> Spec:
    """Rows with names; room for them by their letters, since fonts differ."""
    room = max((len(name) for name in names), default=0) * LETTER_WIDTH + 12
    axis = {"labelPadding": 10, "labelLimit": 400, "minExtent": room, "offset": 4}
    return {
        "field": "name",
        "type": "nominal",
        "sort": None,
        "title": None,
        "axis": axis,
    }


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


def lines(values: Sequence[dict[str, Any]], width: int, order: Sequence[str]) -> Spec:
    """Seconds of both models at ordered places (percentiles), on a log axis.

    A value holds place, model, figure and said, the last in words.
    """
    figures = [value["figure"] for value in values]
    low, high = min(figures), max(figures) * 1.05
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
        "axis": {"values": _decades(low, high), "labelExpr": SECONDS_LABEL},
    }
    ends = [
        {**value, "ratio": value["figure"], "curve": value["model"]}
        for value in values
        if value["place"] == order[-1]
    ]
    return _chart(
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
            _labels(_apart(ends, [low, high]), x, y),
        ],
    )


def _decades(low: float, high: float) -> list[float]:
    """Ticks of a log axis: powers of ten, or 1, 2 and 5 of each where those are few."""
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    for steps in ((1,), (1, 2, 5)):
        ticks = [
            s * 10.0**p for p in powers for s in steps if low <= s * 10.0**p <= high
        ]
        if len(ticks) >= LEAST_TICKS:
            break
    return ticks


RATIO_LABEL = (
    "datum.value == 1 ? 'equal'"
    " : datum.value < 1 ? '÷' + format(1 / datum.value, '~r')"
    " : '×' + format(datum.value, '~r')"
)
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


def _ratio_point(one: Comparison) -> dict[str, Any]:
    words, shape, colour = MARKS.get(one.verdict, MARKS["undecided"])
    ratio = one.ratio or 1.0
    low, high = one.low or ratio, one.high or ratio
    load = units.workload(one.workload)
    between = units.interval(low, high)
    said = f"{seen(one.pair, 40)}, {load}: {units.times(ratio)} ({between}), {words}"
    return {
        "ratio": ratio,
        "low": low,
        "high": high,
        "verdict": words,
        "shape": shape,
        "colour": colour,
        "said": said,
    }


def _ratio_scale(values: Iterable[dict[str, Any]]) -> Spec:
    """Wide enough for every whisker, and at least from two thirds to one and a half."""
    found = list(values)
    low = min([1 / LEAST_END, *(value["low"] for value in found)])
    high = max([LEAST_END, *(value["high"] for value in found)])
    room = (high / low) ** 0.04
    return {"type": "log", "domain": [low / room, high * room], "nice": False}


def _ratio_axis(scale: Spec) -> Spec:
    low, high = scale["domain"]
    ticks = [step for step in STEPS if low <= step <= high]
    if high / low > 4:  # or the labels would touch
        ticks = [step for step in ticks if step not in (0.8, 1.25)]
    if high / low > 60:
        ticks = [step for step in ticks if step not in (0.05, 0.2, 5, 20)]
    return {
        "values": ticks,
        "title": None,
        "labelExpr": RATIO_LABEL,
    }


def _place_scale(places: Sequence[float]) -> Spec:
    if places and places[0] > 0 and places[-1] / places[0] > 20:
        return {"type": "log", "nice": False}
    return {"type": "linear", "nice": False, "zero": False}


def _band(channel: str) -> Spec:
    """The ratios that do not matter, and in their middle the line of equal speed."""
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


def _quantity(field: str) -> Spec:
    return {"field": field, "type": "quantitative"}


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
                    "domain": [words for words, _, _ in MARKS.values()],
                    "range": ["circle", "square", "diamond", "triangle-up"],
                },
            },
            "color": {"field": "colour", "scale": None},
            "description": {"field": "said"},
        },
    }


def _chart(width: int, height: int | Spec, layers: list[Spec]) -> Spec:
    return {"width": width, "height": height, "layer": layers}
