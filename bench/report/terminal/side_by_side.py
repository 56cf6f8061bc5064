"""Two files side by side in a terminal, with a mark for the kind of each difference.

If two columns do not fit, the rows are stacked.  Equal lines are then shown once.
Where the lines differ, those of the left side come first, then those of the right side.
The marks alone show the kinds of differences, so that colour is not needed.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from rich.cells import cell_len
from rich.text import Text

from bench.records.shapes import Difference, Row
from bench.report.terminal.code_lines import emphasise, highlighted, wrapped
from bench.report.words import units

KINDS: dict[Difference, tuple[str, str, str]] = {  # mark, style, meaning
    "colour": ("~", "bold magenta", "colour (async, await)"),
    "name": ("%", "bold green", "name (AsyncX, aclose)"),
    "primitive": ("=", "bold cyan", "primitive"),
    "life cycle": ("@", "bold blue", "life cycle"),
    "errors": ("!", "bold red", "errors"),
    "else": ("#", "bold yellow", "other"),
}
NARROWEST_COLUMN = 40  # columns of code; if there are fewer, the rows are stacked
WIDEST_COLUMN = 120  # the width of a side if none is given; longer lines are wrapped


@dataclass(frozen=True)
class Side:
    """One side of the view."""

    label: str  # "threads"
    letter: str  # the letter before its lines when the rows are stacked
    file: str
    source: str


def side_by_side(
    left: Side,
    right: Side,
    rows: Sequence[Row],
    width: int | None = None,
    context: int | None = None,
) -> Iterator[Text]:
    """The lines of text that show aligned rows, with a legend below them.

    The text fits `width` columns.  With None, a side is as wide as its longest line, at
    most WIDEST_COLUMN.
    `context` is the number of equal rows around each difference; with None all are
    shown.
    """
    shown = list(folded(rows, context))
    page = _Page(left, right, rows, width)
    yield from page.head()
    for entry in shown:
        yield from page.row(entry) if isinstance(entry, Row) else page.gap(entry)
    yield page.rule("┴")
    yield from legend(rows, width)


def folded(rows: Sequence[Row], context: int | None) -> Iterator[Row | int]:
    """The rows to show; a number replaces rows that are left out."""
    if context is None:
        yield from rows
        return
    near = {
        k
        for n, row in enumerate(rows)
        if row.difference != "same"
        for k in range(n - context, n + context + 1)
    }
    for kept, run in groupby(enumerate(rows), key=lambda pair: pair[0] in near):
        hidden = [row for _, row in run]
        if kept or len(hidden) == 1:
            yield from hidden
        else:
            yield len(hidden)


def legend(rows: Sequence[Row], width: int | None) -> Iterator[Text]:
    """The number of rows of each kind, with its mark."""
    counts = Counter(row.difference for row in rows)
    entries = []
    for kind, (mark, style, meaning) in KINDS.items():
        if counts[kind]:
            if kind == "else" and counts["same"] + counts[kind] == len(rows):
                # both files have the same model, so there is no other kind
                meaning = "differ"
            entries.append(Text.assemble((mark, style), f" {meaning} {counts[kind]}"))
    entries.append(Text(f"the same {counts['same']}"))
    line = Text(" ")
    for entry in entries:
        if width and line.cell_len > 1 and line.cell_len + entry.cell_len + 3 > width:
            yield from wrapped(line, width)
            line = Text(" ")
        line.append("   " if line.cell_len > 1 else "").append_text(entry)
    yield from wrapped(line, width) if width else [line]


class _Page:
    """The widths of a page, and the rows set to these widths."""

    def __init__(
        self, left: Side, right: Side, rows: Sequence[Row], width: int | None
    ) -> None:
        self.left, self.right = left, right
        self.here, self.there = highlighted(left.source), highlighted(right.source)
        numbers = [n for row in rows for n in (row.left, row.right) if n]
        self.digits = len(str(max(numbers, default=0)))
        longest = [
            max((lines[n - 1].cell_len for n in numbers_ if n), default=0)
            for lines, numbers_ in (
                (self.here, [row.left for row in rows]),
                (self.there, [row.right for row in rows]),
            )
        ]
        titles = [cell_len(_title(side).plain) for side in (left, right)]
        need = [max(pair) for pair in zip(longest, titles, strict=True)]
        # Before the code of each side: a blank, the number of the line, a blank.
        # Between the sides: the mark, with a blank before and after it.
        margins = 2 * (self.digits + 2) + 3
        if width is None:
            need = [min(columns, WIDEST_COLUMN) for columns in need]
        self.width = width or margins + sum(need)
        self.stacked = self.width < margins + min(2 * NARROWEST_COLUMN, sum(need))
        self.columns = _share(self.width - margins, need)

    def head(self) -> Iterator[Text]:
        if self.stacked:
            for side in (self.left, self.right):
                yield Text(f" {side.letter}  ") + _title(side, self.width - 4)
            yield self.rule("─")
            return
        blank = Text(" " * (self.digits + 2))
        left, right = (
            _title(side, columns)
            for side, columns in zip((self.left, self.right), self.columns, strict=True)
        )
        yield blank + _fitted(left, self.columns[0]) + _dim(" │ ") + blank + right
        yield self.rule("┬")

    def rule(self, crossing: str) -> Text:
        if self.stacked:
            return Text("─" * self.width, "dim")
        sides = [self.digits + 2 + column for column in self.columns]
        return Text("─" * (sides[0] + 1) + crossing + "─" * (sides[1] + 1), "dim")

    def gap(self, count: int) -> Iterator[Text]:
        text = f"{' ' * (self.digits + 2)}⋮ {units.many(count, 'line')} the same"
        yield from wrapped(Text(text, "dim"), self.width)

    def row(self, row: Row) -> Iterator[Text]:
        here = self.here[row.left - 1].copy() if row.left else None
        there = self.there[row.right - 1].copy() if row.right else None
        mark, style, _ = KINDS.get(row.difference, (" ", "dim", ""))
        if row.difference != "same" and here is not None and there is not None:
            emphasise(here, there, style)
        if self.stacked:
            yield from self._stacked(row, here, there, mark, style)
            return
        bar = _dim(" │ ")
        middle = bar if mark == " " else Text().append(f" {mark} ", style)
        one = self._cells(row.left, here, self.columns[0])
        other = self._cells(row.right, there, self.columns[1])
        side = self.digits + 2 + self.columns[0]
        for n in range(max(len(one), len(other))):
            text = one[n] if n < len(one) else Text()
            line = _fitted(text, side)
            line.append_text(bar if n else middle)
            if n < len(other):
                line.append_text(other[n])
            line.rstrip()
            yield line

    def _cells(self, number: int | None, code: Text | None, width: int) -> list[Text]:
        if code is None:
            return [Text()]
        lines = wrapped(code, width)
        label = _dim(f"{number:>{self.digits + 1}} ")
        blank = Text(" " * (self.digits + 2))
        return [label + lines[0], *(blank + line for line in lines[1:])]

    def _stacked(
        self, row: Row, here: Text | None, there: Text | None, mark: str, style: str
    ) -> Iterator[Text]:
        left, right = row.left or "", row.right or ""
        if row.difference == "same":
            entries = [(" ", left, right, here if here is not None else there)]
        else:
            entries = [
                (side.letter, *numbers, code)
                for side, numbers, code in (
                    (self.left, (left, ""), here),
                    (self.right, ("", right), there),
                )
                if code is not None
            ]
        numbered = self.width >= 60  # on a narrower page the code needs every column
        for letter, one, other, code in entries:
            numbers = f"{one:>{self.digits}} {other:>{self.digits}} "
            gutter = _dim(numbers if numbered else "")
            gutter.append(f"{letter} ").append(f"{mark} ", style)
            lines = wrapped(code or Text(), self.width - gutter.cell_len)
            blank = Text(" " * gutter.cell_len)
            for n, line in enumerate(lines):
                text = (blank if n else gutter) + line
                text.rstrip()
                yield text


def _share(room: int, need: Sequence[int]) -> tuple[int, int]:
    """The widths of two sides: what each needs, or half each if there is no room."""
    if sum(need) <= room:
        return need[0], need[1]
    half = room // 2
    if min(need) < half:  # the longer side gets the remaining columns
        return (
            (need[0], room - need[0]) if need[0] < half else (room - need[1], need[1])
        )
    return half, room - half


def _dim(text: str) -> Text:
    # With Text(text, style="dim"), text that is appended later would be dim too.
    return Text().append(text, "dim")


def _title(side: Side, width: int | None = None) -> Text:
    """A side's label and file; a long path is cut at its start."""
    title = Text.assemble((side.label, "bold"), "  ", (side.file, "dim"))
    if width is None or title.cell_len <= width:
        return title
    room = max(width - cell_len(side.label) - 3, 1)
    end = side.file[-room:]
    title = Text.assemble((side.label, "bold"), "  ", (f"…{end}", "dim"))
    title.truncate(width, overflow="ellipsis")
    return title


def _fitted(text: Text, width: int) -> Text:
    text = text.copy()
    text.truncate(width, overflow="ellipsis", pad=True)
    return text
