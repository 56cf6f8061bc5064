"""Pair the lines of two files, so that matching lines face each other.

The first step is patience diff (Bram Cohen).  It compares the lines after un-asyncing.
Equal lines are candidates for an anchor if each occurs only once on its side.  The
anchors are the longest sequence of candidates that have the same order on both sides.
The second step is a weighted sequence alignment (Needleman and Wunsch, 1970).  It pairs
the lines between two anchors by the number of words that they have in common.  Every
line appears once, in order.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field

Pairing = tuple[int | None, int | None]
# Two lines that differ may be paired if their likeness is at least this plus 0.1.
WORTH_PAIRING = 0.4
# The most cells of the alignment's table: lines on the left times lines on the right.
# In a larger block, the first lines are paired, then the second lines, and so on.
LARGEST_BLOCK = 40_000


@dataclass(frozen=True, slots=True)
class Line:
    """The properties of a line that alignment compares."""

    words: tuple[str, ...]  # un-asynced; empty for a blank line
    # not compared: a port nests more or less deeply
    indent: int = field(default=0, compare=False)
    is_text: bool = False  # a comment or the inside of a string


def align(left: Sequence[Line], right: Sequence[Line]) -> list[Pairing]:
    """Pair the lines of both sides by index, from 0; None if a line faces no line."""
    rows: list[Pairing] = []
    blocks = [(0, len(left), 0, len(right))]
    while blocks:  # a stack instead of recursion, because files may be long
        top, bottom, first, last = blocks.pop()
        while top < bottom and first < last and left[top] == right[first]:
            rows.append((top, first))
            top, first = top + 1, first + 1
        if top == bottom or first == last:
            rows += [(i, None) for i in range(top, bottom)]
            rows += [(None, j) for j in range(first, last)]
        elif split := _split(left, right, top, bottom, first, last):
            blocks += reversed(split)
        else:
            rows += _paired(left, right, top, bottom, first, last)
    return rows


def _split(
    left: Sequence[Line],
    right: Sequence[Line],
    top: int,
    bottom: int,
    first: int,
    last: int,
) -> list[tuple[int, int, int, int]]:
    """Cut a block at its anchors, and before the equal lines at its end.

    The result is empty if the block has no anchors and no equal lines at its end.
    """
    cuts = anchors(left[top:bottom], right[first:last])
    starts = [(top, first), *((top + i, first + j) for i, j in cuts)]
    tail = 0
    while left[bottom - 1 - tail] == right[last - 1 - tail]:
        tail += 1
        if tail == min(bottom - starts[-1][0], last - starts[-1][1]):
            break
    if tail and (bottom - tail, last - tail) > starts[-1]:
        starts.append((bottom - tail, last - tail))
    if len(starts) == 1:
        return []
    ends = [*starts[1:], (bottom, last)]
    return [(i, p, j, q) for (i, j), (p, q) in zip(starts, ends, strict=True)]


def anchors(left: Sequence[Line], right: Sequence[Line]) -> list[tuple[int, int]]:
    """The anchors: as many unique lines as possible that have the same order."""
    matches = once_on_both(left, right)
    return list(longest_increasing([(i, j) for i, j in matches if left[i].words]))


def once_on_both(
    left: Sequence[Hashable], right: Sequence[Hashable]
) -> list[tuple[int, int]]:
    """The places of items that occur once on each side, in the order of the left."""
    here, there = Counter(left), Counter(right)
    place = {item: j for j, item in enumerate(right) if there[item] == 1}
    return [
        (i, place[item])
        for i, item in enumerate(left)
        if here[item] == 1 and item in place
    ]


def longest_increasing(matches: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The longest sequence of matches that have the same order on both sides."""
    ends: list[int] = []  # length of an increasing run -> the smallest j at its end
    at: list[int] = []  # the index of the match with that j
    before: list[int | None] = []
    for index, (_, j) in enumerate(matches):
        length = bisect_left(ends, j)
        before.append(at[length - 1] if length else None)
        ends[length:] = [j]
        at[length:] = [index]
    chain, index_or_none = [], at[-1] if at else None
    while index_or_none is not None:
        chain.append(matches[index_or_none])
        index_or_none = before[index_or_none]
    return reversed(chain)


def _paired(
    left: Sequence[Line],
    right: Sequence[Line],
    top: int,
    bottom: int,
    first: int,
    last: int,
) -> list[Pairing]:
    """Pair lines so that the sum of their likenesses is largest; others stay alone."""
    height, width = bottom - top, last - first
    if height * width > LARGEST_BLOCK:
        both = min(height, width)
        return (
            [(top + k, first + k) for k in range(both)]
            + [(i, None) for i in range(top + both, bottom)]
            + [(None, j) for j in range(first + both, last)]
        )
    best = [[0.0] * (width + 1) for _ in range(height + 1)]
    gain = [[0.0] * width for _ in range(height)]
    for i in reversed(range(height)):
        for j in reversed(range(width)):
            gain[i][j] = likeness(left[top + i], right[first + j])
            best[i][j] = max(
                gain[i][j] + best[i + 1][j + 1] if gain[i][j] else 0.0,
                best[i + 1][j],
                best[i][j + 1],
            )
    rows: list[Pairing] = []
    i = j = 0
    while i < height and j < width:
        if gain[i][j] and best[i][j] == gain[i][j] + best[i + 1][j + 1]:
            rows.append((top + i, first + j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            rows.append((top + i, None))
            i += 1
        else:
            rows.append((None, first + j))
            j += 1
    rows += [(top + k, None) for k in range(i, height)]
    rows += [(None, first + k) for k in range(j, width)]
    return rows


def likeness(left: Line, right: Line) -> float:
    """How much two lines have in common, 0 (never to be paired) to 1.5."""
    if left == right:
        return 1.5 if left.words else 0.1  # a blank line may face a blank line
    if not left.words or not right.words or left.is_text != right.is_text:
        return 0.0
    shared = sum((Counter(left.words) & Counter(right.words)).values())
    score = 2 * shared / (len(left.words) + len(right.words))
    if left.words[0] == right.words[0]:
        score += 0.15  # the lines begin with the same word
    if left.indent == right.indent:
        score += 0.1
    return score if score >= WORTH_PAIRING + 0.1 else 0.0
