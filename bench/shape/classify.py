"""Why two lines that face each other differ: one kind a row, the weightiest."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby

from bench.records.shapes import Difference, Row
from bench.shape.align import Line, align
from bench.shape.source import Source
from bench.shape.unasync import Plain, unasync

# A line that differs in several ways is called by the first of these.
WEIGHT: tuple[Difference, ...] = ("life cycle", "errors", "primitive", "colour")
COLOUR_WORD = re.compile(r"^\s*async\b|\bawait\b")


def rows(
    left: Source,
    right: Source,
    left_lines: Sequence[int] | None = None,
    right_lines: Sequence[int] | None = None,
) -> tuple[Row, ...]:
    """Every line of both files, in order, with the kind of difference of each row.

    Line numbers from 1; `left_lines` takes only these of the file.
    """
    here, there = by_line(left), by_line(right)
    ours = [*(left_lines or all_lines(left))]
    theirs = [*(right_lines or all_lines(right))]
    pairing = align(
        [_line(left, n, here) for n in ours], [_line(right, n, there) for n in theirs]
    )
    numbers = [
        (None if i is None else ours[i], None if j is None else theirs[j])
        for i, j in pairing
    ]
    return tuple(
        Row(
            difference=_difference(
                left.lines[one - 1] if one else "",
                right.lines[other - 1] if other else "",
                here.get(one or 0, []),
                there.get(other or 0, []),
            ),
            left=one,
            right=other,
        )
        for one, other in numbers
    )


def all_lines(source: Source) -> range:
    """A file's line numbers; behind the last line end nothing is a line."""
    return range(1, len(source.lines) + (source.lines[-1] != ""))


def by_line(source: Source) -> dict[int, list[Plain]]:
    """The un-asynced words of each line that has any."""
    words = unasync(source)
    return {n: list(group) for n, group in groupby(words, key=lambda w: w.line)}


def _line(source: Source, number: int, words: dict[int, list[Plain]]) -> Line:
    text, own = source.lines[number - 1], words.get(number, [])
    return Line(
        words=tuple(
            piece for w in own for piece in (w.text.split() if w.is_text else [w.text])
        ),
        indent=len(text) - len(text.lstrip()),
        is_text=bool(own) and own[0].is_text,
    )


def _difference(
    left: str, right: str, here: Sequence[Plain], there: Sequence[Plain]
) -> Difference:
    if left.strip() == right.strip():  # a blank line that faces nothing, too
        return "same"
    if here and there and _uncoloured(here) == _uncoloured(there):
        return "colour"
    kinds = {*_kinds(here, there), *_kinds(there, here)}
    alone = [word for word in here or there if not word.is_remark]
    if alone and not (here and there) and COLOUR_WORD.search(left or right):
        kinds.add("colour")  # a line more, such as `async def main():`
    return next((kind for kind in WEIGHT if kind in kinds), "else")


def _uncoloured(words: Sequence[Plain]) -> list[str]:
    """Words as they were written but for what the language makes async code say."""
    return [w.text if w.kind == "colour" else w.original for w in words]


def _kinds(words: Sequence[Plain], other: Sequence[Plain]) -> Iterable[str]:
    """The kinds of the words that the other line does not have as often."""
    alone = Counter(w.original for w in words)
    alone.subtract(w.original for w in other)
    return (w.kind for w in words if w.kind and alone[w.original] > 0)
