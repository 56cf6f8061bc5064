"""The answer of `decide` in the terminal: a paragraph, a table, what would flip it."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bench.records.decisions import Decision
from bench.report.words import decision as words
from bench.report.words import decision_tables as tables

STYLES = {"yes": "green", "no": "bold red", "undecided": "yellow"}


def show(one: Decision, console: Console) -> None:
    """Print an answer."""
    console.print(Text(words.headline(one), style="bold"))
    for sentence in words.paragraph(one):
        console.print(Text(sentence))
    console.print()
    console.print(evidence(one))
    for line in tables.footnotes(one):
        console.print(Text(line, style="dim"))
    if one.flips:
        console.print()
        console.print(Text("What would change the verdict", style="bold"))
        console.print(flips(one))
    for note in one.notes:
        console.print(Text(f"note: {note}", style="yellow"))


def evidence(one: Decision) -> Table:
    """One row a candidate."""
    return _table(tables.columns(one), tables.rows(one), meets=True)


def flips(one: Decision) -> Table:
    """One row an input."""
    return _table(("now", "at", "verdict", "by"), tables.flip_rows(one), meets=False)


def _table(
    columns: tuple[str, ...], rows: list[tuple[str, ...]], *, meets: bool
) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim", pad_edge=False)
    for name in columns:
        table.add_column(name, overflow="fold", min_width=min(len(name), 9))
    for row in rows:
        *rest, last = row
        style = STYLES.get(last.partition(":")[0], "") if meets else ""
        table.add_row(*rest, Text(last, style=style))
    return table
