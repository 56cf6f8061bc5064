"""The answer of `decide` in the terminal: a paragraph, a table, what would flip it."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bench.records.decisions import Decision
from bench.report.words import decision as words
from bench.report.words import decision_tables as tables

GAP = 2  # between two columns
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
    """One row a candidate; in two tables where a word would have to be cut."""
    whole = tables.columns(one), tables.rows(one)
    parts = [whole] if sum(_widths(*whole)) <= width else tables.divided(one)
    return [_table(*part, width=width, meets="meets it" in part[0]) for part in parts]


def _widths(columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[int]:
    """What each column needs for its head or its longest word, and the gap after it."""
    cells = zip(*rows, strict=True) if rows else ((),) * len(columns)
    return [
        max(len(name), *(len(word) for cell in column for word in cell.split())) + GAP
        for name, column in zip(columns, cells, strict=True)
    ]


def flips(one: Decision, width: int) -> Table:
    """One row an input."""
    columns = ("now", "at", "verdict", "by")
    return _table(columns, tables.flip_rows(one), width=width, meets=False)


def _table(
    columns: tuple[str, ...], rows: list[tuple[str, ...]], *, width: int, meets: bool
) -> Table:
    widths = _widths(columns, rows)
    is_whole = sum(widths) <= width
    table = Table(box=None, padding=(0, GAP, 0, 0), header_style="dim", pad_edge=False)
    for name, needed in zip(columns, widths, strict=True):
        least = needed - GAP if is_whole else None  # rich would cut what is wider
        table.add_column(Text(name, overflow="fold"), overflow="fold", min_width=least)
    for row in rows:
        *rest, last = row
        style = STYLES.get(last.partition(":")[0], "") if meets else ""
        table.add_row(*rest, Text(last, style=style, overflow="fold"))
    return table
