"""Why two lines that face each other differ: the most important kind for each row."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from bench.records.shapes import Difference, Row
from bench.shape.alignment.align import Line, align
from bench.shape.alignment.nesting import renested
from bench.shape.alignment.plain_names import plain_names
from bench.shape.alignment.unasync import KEYWORDS, Plain, unasync
from bench.shape.alignment.units import Facing, facings
from bench.shape.reading.source import Source

# If a line differs in several ways, its kind is the first of these.
WEIGHT: tuple[Difference, ...] = ("life cycle", "errors", "primitive", "name")
COLOUR_WORD = re.compile(r"^\s*async\b|\bawait\b")
Words = dict[int, list[Plain]]


@dataclass(frozen=True)
class Sides:
    """Two files, with the un-asynced words of each line that has words."""

    left: Source
    right: Source
    here: Words
    there: Words


def rows(
    left: Source,
    right: Source,
    left_lines: Sequence[int] | None = None,
    right_lines: Sequence[int] | None = None,
) -> tuple[Row, ...]:
    """Every line of both files with the kind of difference of each row.

    The rows have the order of the left file.  A function or class may be at another
    place in the right file.  It still faces its counterpart, and its rows say that it
    moved.  All other lines of the right file also keep their order.

    Line numbers start at 1.  `left_lines` and `right_lines` restrict the rows to these
    lines of a file.
    """
    sides = Sides(left, right, by_line(left, right), by_line(right, left))
    if left_lines or right_lines:
        given = Facing(
            [*(left_lines or all_lines(left))], [*(right_lines or all_lines(right))]
        )
        return tuple(_rows(sides, [given]))
    names = plain_names(left, right), plain_names(right, left)
    return tuple(_rows(sides, facings(left, right, *names)))


def _rows(sides: Sides, facing: Iterable[Facing]) -> Iterator[Row]:
    pairs = [(pair, one.moved) for one in facing for pair in _paired(sides, one)]
    moved_in = renested(sides.left, sides.right, [pair for pair, _ in pairs])
    for pair, moved in pairs:
        found = _difference(sides, *pair)
        note = "stands elsewhere in the other file" if moved else None
        if pair in moved_in:
            note = "stands in another block"
            if found in ("same", "colour", "name"):
                found = "else"
        yield Row(difference=found, left=pair[0], right=pair[1], note=note)


def _paired(sides: Sides, facing: Facing) -> Iterator[tuple[int | None, int | None]]:
    ours, theirs = [*facing.left], [*facing.right]
    pairing = align(
        [_line(sides.left, n, sides.here) for n in ours],
        [_line(sides.right, n, sides.there) for n in theirs],
    )
    for i, j in pairing:
        yield (None if i is None else ours[i], None if j is None else theirs[j])


def all_lines(source: Source) -> range:
    """The numbers of a file's lines; the empty text at its end is no line."""
    return range(1, len(source.lines) + (source.lines[-1] != ""))


def by_line(source: Source, twin: Source | None = None) -> Words:
    """The un-asynced words of each line that has words."""
    words = unasync(source, twin)
    return {n: list(group) for n, group in groupby(words, key=lambda w: w.line)}


def _line(source: Source, number: int, words: Words) -> Line:
    text, own = source.lines[number - 1], words.get(number, [])
    return Line(
        words=tuple(
            piece for w in own for piece in (w.text.split() if w.is_text else [w.text])
        ),
        indent=len(text) - len(text.lstrip()),
        is_text=bool(own) and own[0].is_text,
    )


def _difference(sides: Sides, one: int | None, other: int | None) -> Difference:
    left = sides.left.lines[one - 1] if one else ""
    right = sides.right.lines[other - 1] if other else ""
    if left.strip() == right.strip():  # also a blank line that faces no line
        return "same"
    here, there = sides.here.get(one or 0, []), sides.there.get(other or 0, [])
    both = bool(here and there)
    if both and _uncoloured(here) == _uncoloured(there):
        return "colour"
    kinds = {*_kinds(here, there), *_kinds(there, here)}
    alone = [word for word in here or there if not word.is_remark]
    if alone and not both and COLOUR_WORD.search(left or right):
        kinds.add("colour")  # an additional line, such as `async def main():`
    if both and {here[0].original, there[0].original} & KEYWORDS:
        kinds.add("errors")
    if both and [w.text for w in here] != [w.text for w in there]:
        kinds.discard("name")  # names alone leave equal texts: another word differs too
    found = next((kind for kind in WEIGHT if kind in kinds), None)
    if found is None and "colour" in kinds and not both:
        return "colour"
    return found or "else"


def _uncoloured(words: Sequence[Plain]) -> list[str]:
    """The words of a line without its colour: equal if two lines differ only in colour.

    `words` has no `async` and no `await`.  Other colour words are replaced:
    `__aenter__` becomes `__enter__`.  Words of all other kinds keep their names:
    `asyncio.Lock` does not become `threading.Lock`.
    """
    return [w.text if w.kind == "colour" else w.original for w in words]


def _kinds(words: Sequence[Plain], other: Sequence[Plain]) -> Iterable[str]:
    """The kinds of the words that occur more often here than in the other line."""
    alone = Counter(w.original for w in words)
    alone.subtract(w.original for w in other)
    return (w.kind for w in words if w.kind and alone[w.original] > 0)
