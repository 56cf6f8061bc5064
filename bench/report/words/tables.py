"""The tables of a run: throughput, noise floors, shapes, rules."""

from collections.abc import Sequence

from bench.records.models import MODELS
from bench.records.samples import Comparison, NoiseFloor
from bench.records.shapes import ShapeComparison
from bench.report.words import units, workloads
from bench.report.words.figures import Table


def throughput(comparisons: Sequence[Comparison]) -> Table | None:
    """A row for each comparison; a runtime that all rows share has no column."""
    if not comparisons:
        return None
    several = len({units.setting(one) for one in comparisons}) > 1
    plain = all(one.models == MODELS for one in comparisons)
    return Table(
        caption="Operations a second, and their ratio block by block",
        head=(
            "pair",
            "verdict",
            "ratio",
            "interval",
            "workload",
            *(["runtime"] if several else []),
            *(MODELS if plain else ("first", "second")),
            "blocks",
            "remarks",
        ),
        rows=tuple(
            (
                one.pair,
                verdict(one),
                units.times(one.ratio) if one.ratio else "",
                units.interval(one.low, one.high) if one.low and one.high else "",
                workloads.in_words(one.workload),
                *([units.setting(one)] if several else []),
                *(_speed_cell(one, model, named=not plain) for model in one.models),
                f"{one.blocks}",
                _remarks(one),
            )
            for one in comparisons
        ),
        # the ratio is the third column: a narrow screen shows only the first columns
        first_figure_column=2,
        prose_columns_at_end=1,
        text_columns=(4, 5) if several else (4,),
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
    if one.failures and one.ratio is None:
        return "failed"
    return named.get(one.verdict, "undecided")


def _speed_cell(one: Comparison, model: str, *, named: bool) -> str:
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


def noise_floor(found: Sequence[NoiseFloor], several: bool = False) -> Table | None:
    """A row for each side; a runtime that the whole run shares has no column.

    `several`: whether the run has several runtimes.
    """
    if not found:
        return None
    several = several or len({units.runtime(one.subject.runtime) for one in found}) > 1
    return Table(
        caption="A model measured against itself",
        head=(
            "pair",
            "model",
            "workload",
            *(["runtime"] if several else []),
            "ratio",
            "interval",
            "blocks",
        ),
        rows=tuple(
            (
                one.subject.pair,
                one.subject.column,
                workloads.in_words(one.workload),
                *([units.runtime(one.subject.runtime)] if several else []),
                units.times(one.ratio),
                units.interval(one.low, one.high),
                f"{one.blocks}",
            )
            for one in found
        ),
        first_figure_column=3 + several,
    )


def shapes(found: Sequence[ShapeComparison]) -> Table:
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
            for one in found
        ),
    )


def rules(one: ShapeComparison) -> Table | None:
    """The rules in which the matching primitive behaves differently, with the port."""
    if not one.rules:
        return None
    return Table(
        caption="Where the matching primitive does otherwise",
        head=("primitive", "situation", "in threads", "in asyncio", "so write"),
        rows=tuple(
            (rule.primitive, rule.situation, rule.threads, rule.asyncio, rule.port)
            for rule in one.rules
        ),
        prose_columns_at_end=4,
    )


def _stretch(one: ShapeComparison) -> str:
    stretch = one.asyncio.longest_stretch
    if stretch is None:
        return ""
    return f"{units.many(stretch.statements, 'statement')} in {stretch.function}"
