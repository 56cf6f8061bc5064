"""The end of a run in the terminal: three lenses, a table each."""

import math
from collections.abc import Iterable, Sequence

from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from bench.model import Certificate, Comparison, Results, ShapeComparison

VERDICTS = {
    "faster": ("asyncio faster", "green"),
    "slower": ("threads faster", "blue"),
    "equivalent": ("does not matter", "dim"),
    "undecided": ("undecided", "yellow"),
    "wrong": ("wrong result", "red"),
}
AXIS_COLUMNS = 33
AXIS_LOW, AXIS_HIGH = 1 / 4, 4.0  # ratios at the ends of the axis; further out is cut


def summary(results: Results, console: Console) -> None:
    """Print what a run found, lens by lens."""
    for title, body in (
        ("Correctness", _correctness(results.certificates)),
        ("Throughput, asyncio over threads", _throughput(results.comparisons)),
        ("Code shape", _shape(results.shapes)),
    ):
        console.print()
        console.print(Text(title, style="bold"))
        console.print(body)


def _table(*columns: str, numbers: Iterable[str] = ()) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    right = set(numbers)
    for column in columns:
        table.add_column(column, justify="right" if column in right else "left")
    return table


def _correctness(certificates: Sequence[Certificate]) -> RenderableType:
    """One row a pair: what was claimed, on how many schedules, and what must break."""
    if not certificates:
        return Text("not looked at in this run", style="dim")
    table = _table("pair", "threads", "asyncio", "counter-examples")
    for pair in dict.fromkeys(certificate.pair for certificate in certificates):
        of_pair = [c for c in certificates if c.pair == pair]
        must_break = [c for c in of_pair if c.expected == "broken"]
        failing = sum(c.as_expected for c in must_break)
        table.add_row(
            pair,
            *(
                _claim([c for c in of_pair if c.model == m and c.expected == "holds"])
                for m in ("threads", "asyncio")
            ),
            Text(
                f"{failing} of {len(must_break)} fail as named" if must_break else "",
                style="" if failing == len(must_break) else "bold red",
            ),
        )
    return table


def _claim(certificates: Sequence[Certificate]) -> Text:
    if not certificates:
        return Text("-", style="dim")
    worst = next((c for c in certificates if c.outcome == "broken"), None)
    if worst is not None:
        return Text(f"BROKEN: {worst.failure and worst.failure.symptom}", "bold red")
    schedules = sum(c.schedules for c in certificates)
    every = all(c.exhausted for c in certificates)
    return Text(f"holds, {'all ' if every else ''}{schedules:,} schedules")


def _throughput(comparisons: Sequence[Comparison]) -> RenderableType:
    """One row a comparison, with its interval drawn around the line of 1."""
    if not comparisons:
        return Text("not measured in this run", style="dim")
    table = _table(
        "pair", "workers", "ratio", "95 % interval", "", "verdict", numbers=["ratio"]
    )
    for one in comparisons:
        words, style = VERDICTS[one.verdict]
        table.add_row(
            one.pair,
            f"{one.workload.workers:,}",
            "" if one.ratio is None else f"{one.ratio:.2f}",
            "" if one.low is None else f"{one.low:.2f} to {one.high:.2f}",
            "" if one.low is None else _whisker(one.low, one.ratio or 1, one.high or 1),
            Text(words, style=style),
        )
    return Group(table, Text(_axis(), style="dim"))


def _column(ratio: float) -> int:
    """Place a ratio on the logarithmic axis."""
    low, high = math.log(AXIS_LOW), math.log(AXIS_HIGH)
    place = (math.log(min(max(ratio, AXIS_LOW), AXIS_HIGH)) - low) / (high - low)
    return round(place * (AXIS_COLUMNS - 1))


def _whisker(low: float, ratio: float, high: float) -> str:
    cells = [" "] * AXIS_COLUMNS
    cells[_column(1.0)] = "│"
    for column in range(_column(low), _column(high) + 1):
        cells[column] = "─"
    cells[_column(ratio)] = "●"
    return "".join(cells)


def _axis() -> str:
    ends = f"the axis goes from {AXIS_LOW:g} to {AXIS_HIGH:g}"
    return f"● left of │: threads faster; right of it: asyncio faster; {ends}"


def _shape(shapes: Sequence[ShapeComparison]) -> RenderableType:
    """One row a pair: what porting changes."""
    if not shapes:
        return Text("not looked at in this run", style="dim")
    columns = ("lines", "of them changed", "suspension points", "must be async")
    table = _table("pair", *columns, numbers=columns)
    for shape in shapes:
        changed = sum(n for kind, n in shape.changed_lines.items() if kind != "same")
        table.add_row(
            shape.pair,
            str(shape.threads.lines),
            str(changed),
            str(shape.asyncio.suspension_points),
            f"{shape.asyncio.coroutines} of {shape.asyncio.functions}",
        )
    return table
