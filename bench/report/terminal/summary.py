"""The summary of a run in the terminal: the answer, then a table for each lens."""

import math
from collections.abc import Iterable, Sequence

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from bench.records.certificates import Certificate
from bench.records.models import MODELS
from bench.records.runs import Results
from bench.records.samples import Comparison
from bench.records.shapes import ShapeComparison
from bench.report.words import standings, units, workloads
from bench.report.words.answer import answer
from bench.report.words.standings import Standing

VERDICTS = {  # words and style
    "faster": ("asyncio faster", "green"),
    "slower": ("threads faster", "cyan"),
    "equivalent": ("does not matter", "dim"),
    "undecided": ("undecided", "yellow"),
    "wrong": ("not right, so not timed", "bold red"),
}
WIDE = 110  # columns from which the intervals are drawn
AXIS_COLUMNS = 25  # odd, so that 1 has a column of its own
AXIS_END = 4.0  # the ratio at the right end, its inverse at the left


def show(results: Results, console: Console) -> None:
    """Print the results of a run: the answer in words, then lens by lens."""
    said = answer(results)
    console.print(Text(said.headline, style="bold"))
    for sentence in said.sentences:
        console.print(Text(sentence))
    for title, body in (
        ("Correctness", _correctness(results.certificates)),
        (
            "Throughput of asyncio over that of threads",
            _speed(results.comparisons, console.width >= WIDE),
        ),
        ("Code shape", _shape(results.shapes)),
    ):
        if body is not None:
            console.print()
            console.print(Text(title, style="bold"))
            console.print(body)


def _table(*columns: str, right: Iterable[str] = ()) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", pad_edge=False)
    for column in columns:
        table.add_column(column, justify="right" if column in right else "left")
    return table


def _correctness(certificates: Sequence[Certificate]) -> RenderableType | None:
    """A row for each pair: its claims with the schedules explored, and what broke."""
    if not certificates:
        return None
    columns = [f"schedules of {model}" for model in MODELS]
    table = _table("pair", *columns, "counter-examples")
    for pair in dict.fromkeys(one.pair for one in certificates):
        of_pair = [one for one in certificates if one.pair == pair]
        table.add_row(
            pair,
            *(_claim(standings.of_model(of_pair, model)) for model in MODELS),
            _broken(of_pair),
        )
    return table


def _claim(found: Standing | None) -> Text:
    if found is None:
        return Text("-", style="dim")
    styles = {"holds": "green", "broken": "bold red", "cut": "yellow"}
    return Text(found.brief, style=styles[found.outcome])


def _broken(certificates: Sequence[Certificate]) -> Text:
    named, of = standings.broken_as_named(certificates)
    if not of:
        return Text("-", style="dim")
    return Text(f"{named} of {of} as named", style="" if named == of else "red")


def _speed(comparisons: Sequence[Comparison], drawn: bool) -> RenderableType | None:
    """A row for each comparison, with its interval drawn around 1."""
    if not comparisons:
        return None
    columns = ["pair", "workload", "ratio", "interval", _axis(), "verdict"]
    if not drawn:
        columns.remove(_axis())
    table = _table(*columns, right=["ratio"])
    for one in comparisons:
        said, style = VERDICTS[one.verdict]
        known = one.ratio is not None and one.low is not None and one.high is not None
        table.add_row(
            one.pair,
            workloads.in_words(one.workload),
            units.times(one.ratio) if one.ratio else "",
            units.interval(one.low or 0, one.high or 0) if known else "",
            *([_whisker(one) if known else ""] if drawn else []),
            Text(said, style=style),
        )
    settings = {units.setting(one) for one in comparisons}
    return Group(table, Text(f"{'; '.join(sorted(settings))}.", style="dim"))


def _axis() -> str:
    half = AXIS_COLUMNS // 2
    return f"{'threads':<{half - 1}}1{'asyncio':>{half + 1}}"


def _column(ratio: float) -> int:
    """Place a ratio on the logarithmic axis."""
    end, middle = math.log(AXIS_END), AXIS_COLUMNS // 2
    share = max(-1.0, min(1.0, math.log(ratio) / end))
    return middle + round(share * middle)


def _whisker(one: Comparison) -> str:
    low, ratio, high = (_column(x or 1.0) for x in (one.low, one.ratio, one.high))
    cells = [" "] * AXIS_COLUMNS
    cells[_column(1.0)] = "│"
    cells[low : high + 1] = "─" * (high + 1 - low)
    cells[ratio] = "●"
    return "".join(cells)


def _shape(shapes: Sequence[ShapeComparison]) -> RenderableType | None:
    """A row for each pair: what porting changes."""
    if not shapes:
        return None
    columns = ("lines of code", "rows that differ", "suspension points", "async def")
    table = _table("pair", *columns, right=columns)
    for one in shapes:
        rows = sum(one.changed_lines.values())
        differ = rows - one.changed_lines.get("same", 0)
        table.add_row(
            one.pair,
            f"{one.threads.lines} and {one.asyncio.lines}",
            f"{differ} of {rows}",
            str(one.asyncio.suspension_points),
            f"{one.asyncio.coroutines} of {one.asyncio.functions}",
        )
    return table
