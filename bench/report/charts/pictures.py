"""The charts of a run: drawn from its records, with text alternatives."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from bench.records.samples import Comparison, Measurement
from bench.report.charts import drawing, figure_charts, plots, ratio_charts
from bench.report.charts.maps import ratio_map
from bench.report.words import figures, units, workloads
from bench.report.words.crossover import Panel
from bench.report.words.tables import verdict
from bench.report.words.text import seen, sentence, short

WIDE, NARROW, SMALL = 520, 190, 250  # pixels of the plot alone, without labels
FEW = 2  # if there are at most this many charts of the crossover, they are drawn wide
MOST_DOTS = 60  # the most rows of one chart; the table has all rows
MOST_PANELS = 9  # the most latency charts; the table has all figures


@dataclass(frozen=True)
class Chart:
    """A drawn chart with its title."""

    title: str
    picture: Markup
    under: str = ""  # the workload
    narrow: Markup | None = None  # the drawing for small screens


def crossovers(panels: Sequence[Panel]) -> list[Chart]:
    """A chart for each program: its ratio along an axis.

    A program with a map has a chart for each share of computing, because its curves lie
    close together.  The axes of ratios of these charts have the same length.
    """
    found = [(one, points_of(panel)) for panel in panels for one in by_curve(panel)]
    wide = len(found) <= FEW

    def drawn(one: Panel, beside: Sequence[Comparison], width: int) -> Markup:
        bare = replace(one, curves=tuple(replace(c, label="") for c in one.curves))
        spec = ratio_charts.curves(bare if len(one.curves) == 1 else one, width, beside)
        return drawing.svg_or_text(spec, panel_alternative(one))

    return [
        Chart(
            title=short(_title(one)),
            picture=drawn(one, beside, WIDE if wide else SMALL),
            narrow=drawn(one, beside, NARROW) if wide else None,
        )
        for one, beside in found
    ]


def by_curve(panel: Panel) -> list[Panel]:
    """If the program has a map, a panel for each curve; if not, the panel itself."""
    if not has_map(panel):
        return [panel]
    return [replace(panel, curves=(curve,)) for curve in panel.curves]


def _title(panel: Panel) -> str:
    """The program, and the name of the curve if the panel has only one curve."""
    label = panel.curves[0].label if len(panel.curves) == 1 else ""
    return f"{panel.pair}: {label}" if label else panel.pair


def maps(panels: Sequence[Panel]) -> list[Chart]:
    """A map for each program that was measured by workers and by share of computing."""
    return [
        Chart(
            title=f"{short(panel.pair)}: which model is faster, and how sure",
            under=signs_of_map(panel),
            picture=drawing.svg_or_text(
                ratio_map(points_of(panel)), panel_alternative(panel)
            ),
            narrow=drawing.svg_or_text(
                ratio_map(points_of(panel), is_upright=True), panel_alternative(panel)
            ),
        )
        for panel in panels
        if has_map(panel)
    ]


def has_map(panel: Panel) -> bool:
    """Whether a program was measured by workers and by several shares of computing."""
    shares = {one.workload.cpu_share for one in points_of(panel)}
    return panel.axis == "workers" and len(shares) >= FEW


def points_of(panel: Panel) -> list[Comparison]:
    return [one for curve in panel.curves for one in curve.points]


def signs_of_map(panel: Panel) -> str:
    """What the signs of a map mean."""
    first, second = points_of(panel)[0].models
    return (
        f"● {second}, ■ {first}, ◆ within 5 %, ▲ undecided; below each ratio its"
        " interval"
    )


def rows(usual: Sequence[Comparison], panels: Sequence[Panel]) -> list[Comparison]:
    """The rows of the chart of ratios, the largest ratio first.

    Each program has one row, at its highest number of workers.  A program with a map
    is left out, unless every program has a map.
    """
    mapped = {panel.pair for panel in panels if has_map(panel)}
    highest = at_highest_load(usual)
    found = [one for one in highest if one.pair not in mapped] or highest
    return sorted(found, key=lambda one: -(one.ratio or 0))


def at_highest_load(comparisons: Iterable[Comparison]) -> list[Comparison]:
    """One comparison for each program: the one with the most workers."""
    highest: dict[str, Comparison] = {}
    for one in comparisons:
        before = highest.get(one.pair)
        if before is None or one.workload.workers > before.workload.workers:
            highest[one.pair] = one
    return list(highest.values())


def row_names(rows: Sequence[Comparison], measured: Sequence[Comparison]) -> list[str]:
    """The pair of each row; with its load if the pair was measured at several loads."""
    return [_row_name(one, measured) for one in rows]


def alternative(comparisons: Sequence[Comparison]) -> str:
    """The text alternative of a chart of ratios."""
    return seen(
        "; ".join(
            f"{one.pair} {units.times(one.ratio or 1)}, {verdict(one)}"
            for one in comparisons
        )
    )


def ratios(
    comparisons: Sequence[Comparison],
    measured: Sequence[Comparison] = (),
    named: bool = False,
) -> Chart | None:
    """The chart of ratios: a dot with a whisker for each program.

    `measured` are all comparisons of these programs.  With `named`, the text below the
    title names the runtime; this is for a page with several such charts.
    """
    if not comparisons:
        return None
    first, second = comparisons[0].models
    names = row_names(comparisons, measured)
    on = f"; {units.setting(comparisons[0])}" if named else ""
    wide, narrow = (
        drawing.svg_or_text(
            ratio_charts.ratios(comparisons, names, width), alternative(comparisons)
        )
        for width in (WIDE, NARROW)
    )
    return Chart(
        title="How many times faster",
        under=f"{second} right of the line, {first} left of it; a whisker is an"
        f" interval{on}",
        picture=wide,
        narrow=narrow,
    )


def _row_name(one: Comparison, measured: Sequence[Comparison]) -> str:
    """The pair, and the coordinates in which its loads differ."""
    loads = [other.workload for other in measured if other.pair == one.pair]
    varied = [
        workloads.coordinate(one.workload, axis)
        for axis in workloads.IN_ORDER
        if len({workloads.value(load, axis) for load in loads}) > 1
    ]
    return ", ".join([one.pair, *varied])


def latencies(
    comparisons: Sequence[Comparison], measurements: Sequence[Measurement]
) -> list[Chart]:
    """A chart of latencies for each workload and measurement."""
    return [
        Chart(
            title=one.title.partition(": ")[0],
            under=one.title.partition(": ")[2],
            picture=drawing.svg_or_text(
                figure_charts.lines(one.points, SMALL, one.order), seen(one.label)
            ),
        )
        for one in plots.distributions(comparisons, measurements)[:MOST_PANELS]
    ]


def dots(
    comparisons: Sequence[Comparison],
    measurements: Sequence[Measurement],
    group: str,
) -> list[Chart]:
    """A chart for each figure of a group, a row for each workload or measurement."""
    found = plots.points(comparisons, measurements, group)
    return [_dots(name, points[:MOST_DOTS]) for name, points in found.items()]


def _dots(name: str, points: Sequence[plots.Point]) -> Chart:
    said = "; ".join(point["said"] for point in points)

    def drawn(points: Sequence[plots.Point], width: int) -> Markup:
        return drawing.svg_or_text(
            figure_charts.dots(points, width, plots.unit(name)), said
        )

    return Chart(
        title=sentence(figures.words(name)),
        picture=drawn(points, WIDE),
        narrow=drawn(plots.named_shortly(points), NARROW),
    )


def panel_alternative(panel: Panel) -> str:
    """The text alternative of a chart of ratios along an axis."""
    curves = (
        ": ".join(filter(None, (curve.label, _points(curve.points, panel.axis))))
        for curve in panel.curves
    )
    first, second = points_of(panel)[0].models
    return seen(
        f"{panel.pair}: {second}'s speed over that of {first}. {'; '.join(curves)}"
    )


def _points(points: Iterable[Comparison], axis: str) -> str:
    return ", ".join(
        f"{units.times(one.ratio or 1)} at {workloads.coordinate(one.workload, axis)}"
        for one in points
    )
