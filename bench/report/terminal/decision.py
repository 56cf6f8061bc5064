"""The answer of `decide` in the terminal: text, a table, and the nearest flips."""

from textwrap import wrap

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bench.records.decisions import Decision
from bench.report.words import decision as words
from bench.report.words import decision_tables as tables

GAP = 2  # the space between two columns
STYLES = {"yes": "green", "no": "bold red", "undecided": "yellow"}


def show(one: Decision, console: Console) -> None:
    """Print an answer."""
    console.print(Text(words.headline(one), style="bold"))
    for sentence in words.paragraph(one):
        console.print(Text(sentence))
    console.print()
    for number, table in enumerate(evidence(one, console.width)):
        if number:
            console.print()
        console.print(table)
    for line in tables.footnotes(one):
        console.print(Text(line, style="dim"))
    if one.flips:
        console.print()
        console.print(Text("What would change the verdict", style="bold"))
        console.print(flips(one, console.width))
    for note in one.notes:
        console.print(Text(f"note: {note}", style="yellow"))


def evidence(one: Decision, width: int) -> list[Table]:
    """One row for each candidate; two tables if a single one would cut a word."""
    whole = tables.columns(one), tables.rows(one)
    parts = [whole] if _widths(*whole, width) else tables.divided(one)
    return [_table(*part, width=width, meets="meets it" in part[0]) for part in parts]


def _widths(
    columns: tuple[str, ...], rows: list[tuple[str, ...]], width: int
) -> list[int]:
    """The widths of the columns that cut no word; empty if they do not fit.

    If the terminal is wider than the table, the columns with the tallest cells get the
    rest of its width.
    """
    cells = zip(columns, *rows, strict=True)
    lines = [[cell or "-" for cell in column] for column in cells]
    widths = [
        max([len(head), *(len(word) for cell in column for word in cell.split())])
        for head, column in zip(columns, lines, strict=True)
    ]
    spare = width - sum(widths) - GAP * (len(columns) - 1)
    if spare < 0:
        return []
    for _ in range(spare):
        heights = [
            max(
                len(wrap(cell, widths[number], break_on_hyphens=False))
                for cell in column
            )
            for number, column in enumerate(lines)
        ]
        if max(heights) <= 1:
            break
        widths[heights.index(max(heights))] += 1
    return widths


def flips(one: Decision, width: int) -> Table:
    """One row for each input."""
    columns = ("now", "at", "verdict", "by")
    return _table(columns, tables.flip_rows(one), width=width, meets=False)


def _table(
    columns: tuple[str, ...], rows: list[tuple[str, ...]], *, width: int, meets: bool
) -> Table:
    widths = _widths(columns, rows, width)
    table = Table(box=None, padding=(0, GAP, 0, 0), header_style="dim", pad_edge=False)
    for number, name in enumerate(columns):
        head = Text(name, overflow="fold")
        own = widths[number] if widths else None
        table.add_column(head, overflow="fold", width=own)
    for row in rows:
        *rest, last = row
        style = STYLES.get(last.partition(":")[0], "") if meets else ""
        table.add_row(*rest, Text(last, style=style, overflow="fold"))
    return table
