"""Rows of text in columns that never cut or fold a figure or a name.

If the columns do not fit into the width, each row takes two lines: its names, and below
them its figures.  Rows with the same names share the line of names.  Figures that do
not fit beside the others take a further line.  If a name is too long for one line, it
is broken after a comma, a colon or a closing bracket.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

GAP = 2  # columns between two cells
INDENT = 2  # columns before figures that are below their names
# a blank at which a long name may be broken
BREAK = re.compile(r"(?<=[,:\])]) +(?!:)")


@dataclass(frozen=True)
class Column:
    """A column: its title, and the layout of its cells."""

    title: str
    right: bool = False  # whether its cells are aligned on the right, as figures are
    # whether the cells are names; they are above the figures if the columns do not fit
    is_name: bool = False


def grid(
    columns: Sequence[Column], rows: Sequence[Sequence[str | Text]], width: int
) -> Text:
    """Set rows in columns within a width, without a line end after the last row."""
    cells = [[_text(cell) for cell in row] for row in rows]
    head = [Text(column.title, style="dim") for column in columns]
    names = [at for at, column in enumerate(columns) if column.is_name]
    figures = [at for at in range(len(columns)) if at not in names]
    every = [head, *cells]
    widths = [max(row[at].cell_len for row in every) for at in range(len(columns))]
    if sum(widths) + GAP * (len(widths) - 1) <= width or not names or not figures:
        return _lines(_set(row, range(len(columns)), columns, widths) for row in every)
    lines: list[Text] = []
    above: list[str] = []
    for row in every:
        named = [row[at] for at in names if row[at].plain]
        if [name.plain for name in named] != above:
            lines += _folded(named, width)
        above = [name.plain for name in named]
        for number, places in enumerate(_packed(figures, widths, width)):
            line = _set(row, places, columns, widths)
            if line.plain.strip():
                indent = " " * INDENT * (1 if number == 0 else 2)
                lines.append(Text(indent).append_text(line))
    return _lines(lines)


def below(name: str, sentence: str, width: int) -> Text:
    """A name and a sentence in one line, or the sentence in lines below the name."""
    if cell_len(f"{name} {sentence}") <= width:
        return _lines([Text(f"{name} {sentence}")])
    lines = _folded([Text(name)], width)
    for line in Text(sentence).wrap(Console(), max(1, width - INDENT)):
        line.rstrip()
        lines.append(Text(" " * INDENT).append_text(line))
    return _lines(lines)


def _packed(
    figures: Sequence[int], widths: Sequence[int], width: int
) -> list[list[int]]:
    """Columns of figures in as few lines as fit into the width, in their order."""
    lines: list[list[int]] = [[]]
    for at in figures:
        indent = INDENT * (1 if len(lines) == 1 else 2)
        taken = indent + sum(widths[one] + GAP for one in lines[-1])
        if lines[-1] and taken + widths[at] > width:
            lines.append([])
        lines[-1].append(at)
    return lines


def _text(cell: str | Text) -> Text:
    return cell if isinstance(cell, Text) else Text(cell)


def _set(
    row: Sequence[Text],
    places: Sequence[int] | range,
    columns: Sequence[Column],
    widths: Sequence[int],
) -> Text:
    """One line of cells, padded to the widths of their columns."""
    line = Text()
    for number, at in enumerate(places):
        padding = " " * (widths[at] - row[at].cell_len)
        line.append(" " * GAP * bool(number))
        if columns[at].right:
            line.append(padding).append_text(row[at])
        else:
            line.append_text(row[at]).append(padding)
    line.rstrip()
    return line


def _folded(names: Sequence[Text], width: int) -> list[Text]:
    """Names beside each other while they fit; a long name is broken at its parts."""
    lines: list[Text] = []
    for name in names:
        fits = lines and lines[-1].cell_len + GAP + name.cell_len <= width
        if fits:
            lines[-1].append(" " * GAP).append_text(name)
        elif name.cell_len <= width:
            lines.append(name.copy())
        else:
            lines += _broken(name, width)
    return lines


def _broken(name: Text, width: int) -> list[Text]:
    lines = [""]
    for part in BREAK.split(name.plain):
        joined = f"{lines[-1]} {part}" if lines[-1] else part
        if lines[-1] and cell_len(joined) > width:
            lines.append(part)
        else:
            lines[-1] = joined
    return [Text(line, style=name.style) for line in lines]


def _lines(lines: Iterable[Text]) -> Text:
    joined = Text("\n").join(lines)
    joined.no_wrap, joined.overflow = True, "ignore"
    return joined
