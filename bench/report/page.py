"""What the templates show, prepared from a run: nothing is measured here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from markupsafe import Markup

from bench.model import (
    MODELS,
    Certificate,
    Comparison,
    Failure,
    NoiseFloor,
    Results,
    Sample,
    ShapeComparison,
)
from bench.report import charts, crossover, downloads, drawing, figures, units
from bench.report.answer import Answer, answer
from bench.report.crossover import Panel
from bench.report.figures import Table
from bench.report.primitives import Primitive, primitive
from bench.report.scenarios import Scenario, overview, scenarios
from bench.report.text import seen, slug

WIDE, NARROW, SMALL = 520, 190, 250  # pixels of the plot alone, without its labels
FEW = 2  # crossover charts that may be wide
MOST_DOTS = 60  # of one chart; the table has them all
MOST_PANELS = 9  # latency charts; the table has them all


@dataclass(frozen=True)
class Chart:
    """A picture, what it shows in a line, and its figures as text."""

    title: str
    picture: Markup
    narrow: Markup | None = None  # another one for small screens
    wide: bool = False  # a small screen moves it under its frame


@dataclass(frozen=True)
class PairOfPage:
    """What is known of one pair, lens by lens."""

    name: str
    anchor: str
    certificates: tuple[Certificate, ...]
    shape: ShapeComparison | None

    @property
    def scenarios(self) -> list[Scenario]:
        return scenarios(self.certificates)


class Page:
    """One run, as the templates ask for it."""

    def __init__(self, results: Results) -> None:
        self.results = results
        self.run = results.run

    sections = (
        ("answer", "Answer"),
        ("crossover", "Crossover"),
        ("throughput", "Throughput"),
        ("latency", "Latency"),
        ("memory", "Memory"),
        ("fairness", "Fairness"),
        ("correctness", "Correctness"),
        ("side-by-side", "Side by side"),
        ("internals", "Inside"),
        ("machine", "Machine"),
        ("method", "Method"),
        ("reproduce", "Do it again"),
        ("data", "Data"),
    )

    @property
    def title(self) -> str:
        return f"Threads or asyncio? {units.moment(self.run.started)}"

    @cached_property
    def answer(self) -> Answer:
        return answer(self.results)

    @cached_property
    def measured(self) -> list[Comparison]:
        """Threads against asyncio, with a ratio."""
        return [
            one
            for one in self.results.comparisons
            if one.ratio and one.models == MODELS
        ]

    @cached_property
    def usual(self) -> list[Comparison]:
        """Those under the first runtime of the run, which the answer speaks of."""
        first = units.setting(self.measured[0]) if self.measured else ""
        return [one for one in self.measured if units.setting(one) == first]

    @cached_property
    def others(self) -> list[Comparison]:
        """Other columns: asyncio against anyio, one loop against another."""
        return [one for one in self.results.comparisons if one.models != MODELS]

    @cached_property
    def panels(self) -> list[Panel]:
        return crossover.panels(self.measured)

    @cached_property
    def crossovers(self) -> list[Chart]:
        wide = len(self.panels) <= FEW
        return [
            Chart(
                title=panel.pair,
                picture=drawing.svg(
                    charts.curves(panel, WIDE if wide else SMALL), _told(panel)
                ),
                narrow=drawing.svg(charts.curves(panel, NARROW), _told(panel))
                if wide
                else None,
            )
            for panel in self.panels
        ]

    @cached_property
    def ratios(self) -> Chart | None:
        """One row a program: those that were measured at one load only, if any."""
        rows = self.usual
        swept = {panel.pair for panel in self.panels}
        if any(one.pair not in swept for one in rows):
            rows = [one for one in rows if one.pair not in swept]
        if not rows:
            return None
        rows = sorted(rows, key=lambda one: -(one.ratio or 0))
        names = [one.pair for one in rows]
        label = "; ".join(
            f"{one.pair} {units.times(one.ratio or 1)}, {verdict(one)}" for one in rows
        )
        wide, narrow = (
            drawing.svg(charts.ratios(rows, names, width), seen(label))
            for width in (WIDE, NARROW)
        )
        return Chart(title="", picture=wide, narrow=narrow)

    @property
    def headline_chart(self) -> Chart | None:
        """The one chart that stands for a run."""
        return self.ratios

    @cached_property
    def latencies(self) -> list[Chart]:
        return [
            Chart(
                title=one.title,
                picture=drawing.svg(
                    charts.lines(one.points, SMALL, one.order), seen(one.label)
                ),
            )
            for one in figures.distributions(self.results.comparisons)[:MOST_PANELS]
        ]

    def dots(self, group: str) -> list[Chart]:
        """A chart for each figure of a group, a row a comparison."""
        return [
            Chart(
                title=figures.words(name),
                picture=drawing.svg(
                    charts.dots(points[:MOST_DOTS], WIDE, figures.unit(name)),
                    "; ".join(point["said"] for point in points[:MOST_DOTS]),
                ),
                wide=True,
            )
            for name, points in figures.points(self.usual, group).items()
        ]

    def tables(self, group: str) -> list[Table]:
        """The figures of a group: of the comparisons, and measured on their own."""
        of_comparisons = figures.of_comparisons(self.results.comparisons, group)
        own = figures.of_measurements(self.results.measurements, group)
        return [*([of_comparisons] if of_comparisons else []), *own]

    @cached_property
    def throughput(self) -> Table | None:
        return _throughput(self.results.comparisons)

    @cached_property
    def noise(self) -> Table | None:
        return _noise(self.results.noise)

    @cached_property
    def failed(self) -> list[Sample]:
        return [one for one in self.results.samples if one.status != "ok"]

    @cached_property
    def overview(self) -> Table:
        return overview({pair.name: pair.certificates for pair in self.pairs})

    @cached_property
    def pairs(self) -> list[PairOfPage]:
        certificates, shapes = self.results.certificates, self.results.shapes
        names = dict.fromkeys(
            [*(c.pair for c in certificates), *(s.pair for s in shapes)]
        )
        return [
            PairOfPage(
                name=name,
                anchor=f"{number}-{slug(name)}",
                certificates=tuple(c for c in certificates if c.pair == name),
                shape=next((s for s in shapes if s.pair == name), None),
            )
            for number, name in enumerate(names, 1)
        ]

    def first(self, failure: Failure) -> bool:
        """Whether it is the first of the page, which stands open."""
        failures = (c.failure for c in self.results.certificates if c.failure)
        return next((one is failure for one in failures if one.steps), False)

    @cached_property
    def internals(self) -> list[Primitive]:
        return [primitive(one) for one in self.results.internals]

    @cached_property
    def shapes(self) -> Table:
        return _shapes(self.results.shapes)

    @property
    def settings(self) -> str:
        """What ran all of it, when that is one thing; else the table has a column."""
        found = {units.setting(one) for one in self.results.comparisons}
        return f"All of it on {found.pop()}." if len(found) == 1 else ""

    @property
    def pythons(self) -> str:
        found = {
            runtime.python
            for one in self.results.comparisons
            for runtime in (one.threads, one.asyncio)
        }
        return f"Python {', '.join(sorted(found))}" if found else "no speeds measured"

    @cached_property
    def facts(self) -> list[tuple[str, str]]:
        """What a reader must know of the machine to judge the figures."""
        machine = self.run.machine
        known = [
            ("processor", machine.cpu),
            ("cores", f"{machine.cores}" if machine.cores else ""),
            (
                "memory",
                units.bytes_(machine.memory_bytes) if machine.memory_bytes else "",
            ),
            ("system", f"{machine.system} {machine.kernel}".strip()),
            ("virtual machine", machine.virtual_machine or ""),
            *machine.facts.items(),
        ]
        return [(name, value) for name, value in known if value]

    @cached_property
    def downloads(self) -> list[downloads.Download]:
        return downloads.downloads(self.results)


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
        f"{units.times(one.ratio or 1)} at {crossover.coordinate(one.workload, axis)}"
        for one in points
    )


def _throughput(comparisons: Sequence[Comparison]) -> Table | None:
    """A row a comparison; what is the same in every row has no column."""
    if not comparisons:
        return None
    several = len({units.setting(one) for one in comparisons}) > 1
    plain = all(one.models == MODELS for one in comparisons)
    return Table(
        caption="Operations a second, and their ratio block by block",
        head=(
            "pair",
            "workload",
            *(["runtime"] if several else []),
            "verdict",
            "ratio",
            "interval",
            *(MODELS if plain else ("first", "second")),
            "blocks",
            "remarks",
        ),
        rows=tuple(
            (
                one.pair,
                units.workload(one.workload),
                *([units.setting(one)] if several else []),
                verdict(one),
                units.times(one.ratio) if one.ratio else "",
                units.interval(one.low, one.high) if one.low and one.high else "",
                *(_speed(one, model, named=not plain) for model in one.models),
                f"{one.blocks}",
                _remarks(one),
            )
            for one in comparisons
        ),
        numbers=4 if several else 3,
        words=1,
    )


def verdict(one: Comparison) -> str:
    """The verdict in words, with the winner's name."""
    first, second = one.models
    named = {
        "faster": f"{second} faster",
        "slower": f"{first} faster",
        "equivalent": "does not matter",
        "wrong": "wrong result",
    }
    return named.get(one.verdict, "undecided")


def _speed(one: Comparison, model: str, *, named: bool) -> str:
    speed = one.operations_per_second.get(model)
    if speed is None:
        return ""
    return f"{model if named else ''} {units.per_second(speed)}".strip()


def _remarks(one: Comparison) -> str:
    said = [one.note] if one.note else []
    for model in one.bimodal:
        modes = one.modes.get(model)
        at = f": {' and '.join(map(units.per_second, modes))}" if modes else ""
        said.append(f"{model} ran in two modes{at}")
    if one.failures:
        said.append(f"{units.many(one.failures, 'sample')} failed")
    return "; ".join(said)


def _noise(noise: Sequence[NoiseFloor]) -> Table | None:
    if not noise:
        return None
    return Table(
        caption="A model measured against itself",
        head=("pair", "model", "workload", "ratio", "interval", "blocks"),
        rows=tuple(
            (
                one.subject.pair,
                one.subject.model,
                units.workload(one.workload),
                units.times(one.ratio),
                units.interval(one.low, one.high),
                f"{one.blocks}",
            )
            for one in noise
        ),
        numbers=3,
    )


def _shapes(shapes: Sequence[ShapeComparison]) -> Table:
    return Table(
        caption="What porting each pair changes",
        head=(
            "pair",
            "lines in threads",
            "in asyncio",
            "lines changed",
            "suspension points",
            "functions that became async",
            "longest stretch without suspension",
        ),
        rows=tuple(
            (
                one.pair,
                f"{one.threads.lines:,}",
                f"{one.asyncio.lines:,}",
                f"{sum(n for k, n in one.changed_lines.items() if k != 'same'):,}",
                f"{one.asyncio.suspension_points:,}",
                f"{one.asyncio.coroutines:,} of {one.asyncio.functions:,}",
                _stretch(one),
            )
            for one in shapes
        ),
    )


def _stretch(one: ShapeComparison) -> str:
    stretch = one.asyncio.longest_stretch
    if stretch is None:
        return ""
    return f"{units.many(stretch.statements, 'statement')} in {stretch.function}"
