"""The contents of the page, prepared from a run for the templates."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from bench.records.certificates import Certificate, Failure
from bench.records.models import MODELS
from bench.records.runs import Results
from bench.records.samples import Comparison, Sample
from bench.records.shapes import ShapeComparison
from bench.report.charts import pictures
from bench.report.charts.pictures import Chart
from bench.report.page import downloads
from bench.report.page.hints import Hints
from bench.report.page.inside import Primitive, primitive
from bench.report.page.scenarios import Scenario, overview, scenarios
from bench.report.words import (
    crossover,
    figures,
    locks,
    percentiles,
    reproduce,
    tables,
    units,
    unmeasured,
)
from bench.report.words.answer import Answer, answer
from bench.report.words.contests import contests
from bench.report.words.crossover import Panel
from bench.report.words.figures import Table
from bench.report.words.findings import Findings, counter_examples, programs
from bench.report.words.text import slug


def of_interpreter(name: str) -> bool:
    """Whether a fact is about one interpreter: its name begins with the version."""
    return name[:1].isdigit()


@dataclass(frozen=True)
class PairOfPage:
    """The results of one pair, lens by lens."""

    name: str
    anchor: str
    certificates: tuple[Certificate, ...]
    shape: ShapeComparison | None

    @property
    def scenarios(self) -> list[Scenario]:
        return scenarios(self.certificates)

    @property
    def findings(self) -> list[Findings]:
        found = (programs(self.certificates), counter_examples(self.certificates))
        return [one for one in found if one]

    @property
    def rules(self) -> Table | None:
        return tables.rules(self.shape) if self.shape else None


class Page:
    """One run in the form that the templates read."""

    def __init__(self, results: Results, doubts: Sequence[str] = ()) -> None:
        self.results = results
        self.doubts = doubts
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
        """The comparisons that have a ratio and no wrong result.

        These are those with asyncio; if there are none, those with anyio.
        """
        return crossover.of_main_models(
            [
                one
                for one in self.results.comparisons
                if one.ratio and one.verdict != "wrong"
            ]
        )

    @cached_property
    def models(self) -> tuple[str, str]:
        """The two models that the headline and the charts compare."""
        return self.measured[0].models if self.measured else MODELS

    @cached_property
    def usual(self) -> list[Comparison]:
        """The comparisons that the answer uses."""
        return crossover.usual(self.measured)

    @cached_property
    def panels(self) -> list[Panel]:
        return crossover.panels(self.measured)

    @cached_property
    def crossovers(self) -> list[Chart]:
        return pictures.crossovers(self.panels)

    @cached_property
    def maps(self) -> list[Chart]:
        return pictures.maps(crossover.panels(self.usual))

    @property
    def brackets(self) -> list[str]:
        """Sentences that say between which places each curve crosses equality."""
        return [
            text
            for panel in crossover.panels(self.usual)
            for text in crossover.bracketed(panel)
        ]

    @cached_property
    def ratios(self) -> Chart | None:
        """The chart of the first screen: it shows the comparisons of the headline."""
        rows = pictures.rows(self.usual, self.panels)
        return pictures.ratios(rows, self.usual, self.several)

    @cached_property
    def several(self) -> bool:
        """Whether the run has several runtimes, so that each chart names its own."""
        return len(contests(self.results.comparisons)) > 1

    @cached_property
    def other_ratios(self) -> list[Chart]:
        """A chart for each runtime and two models of comparisons outside `usual`."""
        found = [
            one
            for one in self.results.comparisons
            if one.ratio and one.verdict != "wrong" and one not in self.usual
        ]
        charts = (
            pictures.ratios(
                pictures.rows(contest.comparisons, crossover.panels(found)),
                contest.comparisons,
                True,
            )
            for contest in contests(found)
        )
        return [one for one in charts if one]

    @cached_property
    def latencies(self) -> list[Chart]:
        return pictures.latencies(self.usual, self.results.measurements)

    @property
    def percentiles(self) -> list[str]:
        """Why measurements have no 99th percentile."""
        return percentiles.without_p99(self.results.measurements, self.run)

    def dots(self, group: str) -> list[Chart]:
        return pictures.dots(self.usual, self.results.measurements, group)

    def tables(self, group: str) -> list[Table]:
        """The tables of a group of figures: from comparisons, and from measurements."""
        of_comparisons = figures.of_comparisons(self.results.comparisons, group)
        own = figures.of_measurements(self.results.measurements, group)
        return [*([of_comparisons] if of_comparisons else []), *own]

    @cached_property
    def throughput(self) -> Table | None:
        return tables.throughput(self.results.comparisons)

    @property
    def unmeasured(self) -> list[str]:
        """The names of comparisons that were asked for and have no sample."""
        return [unmeasured.in_words(one) for one in self.results.unmeasured]

    @property
    def unchecked(self) -> list[str]:
        """The programs for which there was no time."""
        return unmeasured.unchecked(self.results.end)

    @cached_property
    def noise(self) -> Table | None:
        return tables.noise_floor(self.results.noise, self.several)

    @cached_property
    def failed(self) -> list[Sample]:
        return [one for one in self.results.samples if one.status != "ok"]

    @cached_property
    def overview(self) -> Table:
        return overview({pair.name: pair.certificates for pair in self.pairs})

    @cached_property
    def locks(self) -> Findings | None:
        return locks.table(self.results.locks)

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

    @cached_property
    def hints(self) -> Hints:
        return Hints(self.results)

    @staticmethod
    def again_of(one: Certificate) -> str:
        """The command that reproduces the failure of a certificate."""
        return reproduce.failure(one)

    def first(self, failure: Failure) -> bool:
        """Whether a failure is the first of the page; the others are shown folded."""
        return failure is self._failures[0] if self._failures else False

    @cached_property
    def _failures(self) -> list[Failure]:
        found = (one.failure for one in self.results.certificates)
        return [one for one in found if one and one.steps]

    @property
    def schedules(self) -> int:
        """The number of swim lanes on the page."""
        return len(self._failures)

    @cached_property
    def internals(self) -> list[Primitive]:
        return [primitive(one) for one in self.results.internals]

    @cached_property
    def shapes(self) -> Table:
        return tables.shapes(self.results.shapes)

    @property
    def settings(self) -> str:
        """The runtime of all comparisons; if they differ, the table has a column."""
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
        """The facts of the machine that are needed to judge the figures."""
        machine = self.run.machine
        known = [
            ("processor", machine.cpu),
            ("cores", f"{machine.cores}" if machine.cores else ""),
            (
                "memory",
                units.bytes_(machine.memory_bytes) if machine.memory_bytes else "",
            ),
            ("system", f"{machine.system} {machine.kernel}".strip()),
            ("virtualization", machine.virtual_machine or ""),
            *(
                (name.replace("_", " "), value)
                for name, value in machine.facts.items()
                if not of_interpreter(name)
            ),
        ]
        return [(name, value) for name, value in known if value]

    @cached_property
    def builds(self) -> list[tuple[str, str]]:
        """The build of each interpreter, and the packages installed in it."""
        return [
            (
                name.replace("_", " "),
                f"{value} s" if name.endswith("switch_interval") else value,
            )
            for name, value in self.run.machine.facts.items()
            if value and of_interpreter(name)
        ]

    @cached_property
    def again(self) -> list[reproduce.Again]:
        return reproduce.commands(self.results)

    @cached_property
    def downloads(self) -> list[downloads.Download]:
        return downloads.downloads(self.results)
