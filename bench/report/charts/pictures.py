"""The charts of a run, drawn: specifications from its records, and words for each."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from bench.records.samples import Comparison, Measurement
from bench.report.charts import drawing, figure_charts, plots, ratio_charts
from bench.report.words import figures, units, workloads
from bench.report.words.crossover import Panel
from bench.report.words.tables import verdict
from bench.report.words.text import seen, sentence, short

WIDE, NARROW, SMALL = 520, 190, 250  # pixels of the plot alone, without its labels
FEW = 2  # crossover charts that may be wide
MOST_DOTS = 60  # of one chart; the table has them all
MOST_PANELS = 9  # latency charts; the table has them all


@dataclass(frozen=True)
class Chart:
    """A picture with its title."""

    title: str
    picture: Markup
    under: str = ""  # at which load
    narrow: Markup | None = None  # another one for small screens


def crossovers(panels: Sequence[Panel]) -> list[Chart]:
    """The ratio along an axis, a chart a program."""
    wide = len(panels) <= FEW
    return [
        Chart(
            title=short(panel.pair),
            picture=drawing.svg(
                ratio_charts.curves(panel, WIDE if wide else SMALL), _told(panel)
            ),
            narrow=drawing.svg(ratio_charts.curves(panel, NARROW), _told(panel))
            if wide
            else None,
        )
        for panel in panels
    ]


def rows(usual: Sequence[Comparison], panels: Sequence[Panel]) -> list[Comparison]:
    """One a program, fastest asyncio first: those measured at one load, if any are."""
    swept = {panel.pair for panel in panels}
    found = [one for one in usual if one.pair not in swept] or list(usual)
    return sorted(found, key=lambda one: -(one.ratio or 0))


def told(comparisons: Sequence[Comparison]) -> str:
    """Ratios in words, for those who cannot see them."""
    return seen(
        "; ".join(
            f"{one.pair} {units.times(one.ratio or 1)}, {verdict(one)}"
            for one in comparisons
        )
    )


def ratios(comparisons: Sequence[Comparison]) -> Chart | None:
    """Dots with whiskers, a row a program."""
    if not comparisons:
        return None
    names = [one.pair for one in comparisons]
    wide, narrow = (
        drawing.svg(ratio_charts.ratios(comparisons, names, width), told(comparisons))
        for width in (WIDE, NARROW)
    )
    return Chart(
        title="How many times faster",
        under="asyncio right of the line, threads left of it; a whisker is an interval",
        picture=wide,
        narrow=narrow,
    )


def latencies(
    comparisons: Sequence[Comparison], measurements: Sequence[Measurement]
) -> list[Chart]:
    """A latency distribution a place."""
    return [
        Chart(
            title=one.title.partition(": ")[0],
            under=one.title.partition(": ")[2],
            picture=drawing.svg(
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
    """A chart for each figure of a group, a row a place."""
    found = plots.points(comparisons, measurements, group)
    return [_dots(name, points[:MOST_DOTS]) for name, points in found.items()]


def _dots(name: str, points: Sequence[plots.Point]) -> Chart:
    said = "; ".join(point["said"] for point in points)

    def drawn(points: Sequence[plots.Point], width: int) -> Markup:
        return drawing.svg(figure_charts.dots(points, width, plots.unit(name)), said)

    return Chart(
        title=sentence(figures.words(name)),
        picture=drawn(points, WIDE),
        narrow=drawn(plots.named_shortly(points), NARROW),
    )


def _told(panel: Panel) -> str:
    """A chart in words, for those who cannot see it."""
    curves = (
        ": ".join(filter(None, (curve.label, _points(curve.points, panel.axis))))
        for curve in panel.curves
    )
    return seen(
        f"{panel.pair}: asyncio's speed over that of threads. {'; '.join(curves)}"
    )


def _points(points: Iterable[Comparison], axis: str) -> str:
    return ", ".join(
        f"{units.times(one.ratio or 1)} at {workloads.coordinate(one.workload, axis)}"
        for one in points
    )
