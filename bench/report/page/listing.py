"""Highlighted source lines, and the two files of a pair side by side."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup, escape
from pygments.lexers import PythonLexer
from pygments.token import STANDARD_TYPES, _TokenType

from bench.records.shapes import Row, ShapeComparison
from bench.report.words import notes
from bench.report.words.text import seen

LEXER = PythonLexer(stripnl=False, ensurenl=False)
LONGEST_LINE = 400  # characters; a generated file can be a single line
MOST_ROWS = 2_400  # the most rows of all pairs together; the ledger has all rows
DEEPEST = 7  # the most steps of indentation in the style sheet
MARKS = {  # kind of difference: the mark in the margin, and its meaning
    "same": ("", ""),
    "colour": ("~ async", "async and await, nothing else"),
    "name": ("% name", "AsyncX for X, aclose for close"),
    "primitive": ("= prim.", "another primitive"),
    "life cycle": ("@ life", "starting, stopping, joining"),
    "errors": ("! error", "what is raised and caught"),
    "else": ("# other", "anything else"),
}


@dataclass(frozen=True)
class Line:
    """A row of the side-by-side view, ready to be shown."""

    kind: str
    mark: str
    left_number: int | None
    left: Markup
    right_number: int | None
    right: Markup
    notes: tuple[str, ...]


def coloured(source: str) -> list[Markup]:
    """The lines of a Python source, each token in a span named for its kind."""
    lines: list[list[str]] = [[]]
    shown = "\n".join(seen(line, LONGEST_LINE) for line in source.split("\n"))
    for kind, text in LEXER.get_tokens(shown):
        first, *rest = text.split("\n")
        lines[-1].append(_span(kind, first))
        lines.extend([_span(kind, part)] for part in rest)
    return [Markup("".join(pieces)) for pieces in lines]


def _span(kind: _TokenType, text: str) -> str:
    """A token, escaped, in a span of its kind; a plain string, because that is fast."""
    name = STANDARD_TYPES.get(kind, "")
    if not text.strip() or not name:
        return str(escape(text))
    return f'<span class="{name}">{escape(text)}</span>'


def side_by_side(shape: ShapeComparison, most: int = MOST_ROWS) -> list[Line]:
    """The first `most` aligned rows of a pair."""
    left = coloured(shape.threads_source)
    right = coloured(shape.asyncio_source)
    of_threads, of_asyncio = notes.of_threads(shape), notes.of_asyncio(shape)
    return [
        Line(
            kind=row.difference.replace(" ", "-"),
            mark=MARKS[row.difference][0],
            left_number=row.left,
            left=_at(left, row.left),
            right_number=row.right,
            right=_at(right, row.right),
            notes=tuple(
                # each once, because the notes of both files are often equal
                dict.fromkeys(
                    (
                        *([row.note] if row.note else []),
                        *of_threads.get(row.left or 0, []),
                        *of_asyncio.get(row.right or 0, []),
                    )
                )
            ),
        )
        for row in shape.rows[:most]
    ]


def _at(lines: list[Markup], number: int | None) -> Markup:
    """The line with this number, from 1; empty if the source has none."""
    if number is None or not 1 <= number <= len(lines):
        return Markup()
    return lines[number - 1]


def level(line: Markup) -> int:
    """The indentation of a line, also of its wrapped parts, in steps of four."""
    return min((len(line) - len(line.lstrip())) // 4, DEEPEST)


def kinds(rows: tuple[Row, ...]) -> Iterator[tuple[str, str, str, int]]:
    """Each kind of difference that occurs: class, mark, meaning, number of lines."""
    for kind, (mark, meaning) in MARKS.items():
        number = sum(row.difference == kind for row in rows)
        if mark and number:
            yield re.sub(" ", "-", kind), mark, meaning, number
