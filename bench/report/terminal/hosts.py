"""The summary of a sweep in the terminal: case by case, host by host."""

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from bench.records.sweeps import HostResults
from bench.report.terminal.grid import Column, grid
from bench.report.words import hosts as words


def show(found: Sequence[HostResults], console: Console) -> None:
    """Print the ratios of all hosts with their spread, then the machines."""
    for remark in words.remarks(found):
        console.print(Text(f"note: {remark}"))
    head = [
        Column("host", is_name=True),
        Column("verdict"),
        Column("ratio", right=True),
        Column("interval", right=True),
    ]
    for row in words.rows(found):
        console.print()
        console.print(Text(row.pair, style="bold").append(f"  {row.setting}", "dim"))
        cells = [
            ["  " + one.host, one.verdict, one.ratio, one.interval] for one in row.cells
        ]
        console.print(grid(head, cells, console.width), soft_wrap=True)
        console.print(Text(f"  spread: {row.spread}"))
    # a host without results has no facts
    measured = [one for one in found if one.results is not None]
    if not measured:
        return
    console.print()
    console.print(Text("Machines", style="bold"))
    same = []
    told, _ = words.same_facts(words.facts(measured))
    for name, values in told:
        if len(set(values)) == 1:
            same.append(f"{name} {values[0]}")
            continue
        console.print(Text(name, style="dim"))
        for one, value in zip(measured, values, strict=True):
            console.print(Text(f"  {one.host}: {value or 'unknown'}"))
    if same:
        console.print(Text(f"the same on all: {'; '.join(same)}", style="dim"))
