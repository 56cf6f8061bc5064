"""Charts as Vega-Lite specifications: plain data, drawn by `drawing`.

Ratios lie on a logarithmic axis, so that twice as fast is as far to one side as
half as fast to the other.  A verdict has a shape as well as a colour.
"""

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
DASHES = ([1, 0], [6, 3], [2, 2], [8, 2, 2, 2], [1, 3])
STEPS = (0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50)  # ticks of a ratio axis


def ratios(comparisons: Sequence[Comparison], names: Sequence[str], width: int) -> Spec:
    """Dots with whiskers, a row a comparison, around the line of equal speed."""
    values = [
        _ratio_point(one) | {"name": seen(name, 40)}
        for one, name in zip(comparisons, names, strict=True)
    ]
    scale = _ratio_scale(values)
    x = {"field": "ratio", "type": "quantitative", "scale": scale}
    y = {
        "field": "name",
        "type": "nominal",
        "sort": None,
        "title": None,
        "axis": {
            "domain": False,
            "ticks": False,
            "labelPadding": 10,
            "labelLimit": 200,
        },
    }
    return _chart(
        width,
        {"step": 26},
        [
            _band("x"),
            {
                "data": {"values": values},
                "encoding": {"y": y, "x": {**x, "axis": _ratio_axis(scale)}},
                "layer": [
                    _whisker(
                        {
                            "x": {"field": "low", "type": "quantitative"},
                            "x2": {"field": "high"},
                        }
                    ),
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
    labels = [curve.label for curve in panel.curves]
    dash = {
        "field": "curve",
        "legend": None,
        "scale": {"domain": labels, "range": list(DASHES[: len(labels)])},
    }
    return _chart(
        width,
        190,
        [
            _band("y"),
            {
                "data": {"values": values},
                "encoding": {"x": x, "y": y},
                "layer": [
                    {
                        "mark": {
                            "type": "line",
                            "color": "var(--ink)",
                            "strokeWidth": 1.25,
                        },
                        "encoding": {"strokeDash": dash, "detail": {"field": "curve"}},
                    },
                    _whisker(
                        {
                            "y": {"field": "low", "type": "quantitative"},
                            "y2": {"field": "high"},
                        }
                    ),
                    _dot(),
                    {
                        "transform": [{"filter": "datum.last"}],
                        "mark": {
                            "type": "text",
                            "align": "left",
                            "dx": 9,
                            "color": "var(--ink)",
                        },
                        "encoding": {"text": {"field": "curve"}},
                    },
                ],
            },
        ],
    )


def lines(values: Sequence[dict[str, Any]], width: int, order: Sequence[str]) -> Spec:
    """A figure of both models at ordered places (percentiles), on a log axis.

    A value holds place, model, figure and said, the last in words.
    """
    colours = {"threads": "var(--threads)", "asyncio": "var(--asyncio)"}
    models = [m for m in colours if any(v["model"] == m for v in values)]
    range_ = [colours[m] for m in models]
    colour = {
        "field": "model",
        "legend": None,
        "scale": {"domain": models, "range": range_},
    }
    shape = {
        "field": "model",
        "legend": None,
        "scale": {"domain": ["threads", "asyncio"], "range": ["square", "circle"]},
    }
    return _chart(
        width,
        170,
        [
            {
                "data": {"values": list(values)},
                "encoding": {
                    "x": {
                        "field": "place",
                        "type": "ordinal",
                        "sort": list(order),
                        "title": None,
                        "axis": {"labelAngle": 0, "grid": False},
                    },
                    "y": {
                        "field": "figure",
                        "type": "quantitative",
                        "title": None,
                        "scale": {"type": "log", "nice": True},
                        "axis": {"tickCount": 4, "labelExpr": SECONDS_LABEL},
                    },
                    "color": colour,
                },
                "layer": [
                    {"mark": {"type": "line", "strokeWidth": 1.5}},
                    {
                        "mark": {
                            "type": "point",
                            "filled": True,
                            "opacity": 1,
                            "size": 50,
                        },
                        "encoding": {"shape": shape, "description": {"field": "said"}},
                    },
                    {
                        "transform": [{"filter": f"datum.place == '{order[-1]}'"}],
                        "mark": {"type": "text", "align": "left", "dx": 9},
                        "encoding": {"text": {"field": "model"}},
                    },
                ],
            }
        ],
    )


RATIO_LABEL = (
    "datum.value == 1 ? 'equal'"
    " : datum.value < 1 ? '÷' + format(1 / datum.value, '~r')"
    " : '×' + format(datum.value, '~r')"
)
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
    """The same factor to both sides of 1, wide enough for every whisker."""
    found = list(values)
    furthest = max([2.0, *(v["high"] for v in found), *(1 / v["low"] for v in found)])
    end = furthest * 1.08
    return {"type": "log", "domain": [1 / end, end], "nice": False}


def _ratio_axis(scale: Spec) -> Spec:
    low, high = scale["domain"]
    ticks = [step for step in STEPS if low <= step <= high]
    if high > 8:  # or the labels would touch
        ticks = [step for step in ticks if step in (0.02, 0.1, 0.5, 1, 2, 10, 50)]
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
