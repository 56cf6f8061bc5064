"""Functions and classes of two files, paired by qualified name even if they moved."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bench.shape.alignment.align import longest_increasing
from bench.shape.alignment.plain_names import PlainNames
from bench.shape.reading.source import Source

Defines = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


@dataclass(frozen=True)
class Unit:
    """A function or class with the comments right above it; lines count from 1."""

    name: str
    first: int
    last: int
    node: Defines


@dataclass(frozen=True)
class Facing:
    """Lines of one side that are aligned with lines of the other."""

    left: Sequence[int]
    right: Sequence[int]
    moved: bool = False


def facings(
    left: Source, right: Source, plain: PlainNames, twin: PlainNames
) -> Iterator[Facing]:
    """Cut both files at the definitions that both have, in the left file's order."""
    here, there = left.lines, right.lines
    ends = [len(lines) + (lines[-1] != "") for lines in (here, there)]
    yield from _within(
        list(units(left, left.tree.body, plain)),
        list(units(right, right.tree.body, twin)),
        (1, ends[0]),
        (1, ends[1]),
        (left, right, plain, twin),
    )


def units(
    source: Source, body: Sequence[ast.stmt], plain: PlainNames
) -> Iterator[Unit]:
    """The functions and classes that a block defines."""
    for node in body:
        if isinstance(node, Defines):
            first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
            while first > 1 and source.lines[first - 2].lstrip().startswith("#"):
                first -= 1
            yield Unit(plain.plain(node.name), first, node.end_lineno or first, node)


Sides = tuple[Source, Source, PlainNames, PlainNames]


def _within(
    ours: list[Unit],
    theirs: list[Unit],
    here: tuple[int, int],
    there: tuple[int, int],
    sides: Sides,
) -> Iterator[Facing]:
    """Cut two ranges of lines at the units that both have; a range excludes its end."""
    by_name: dict[str, list[int]] = {}
    for number, unit in enumerate(theirs):
        by_name.setdefault(unit.name, []).append(number)
    both = []
    for number, unit in enumerate(ours):
        if by_name.get(unit.name):
            both.append((number, by_name[unit.name].pop(0)))
    kept = list(longest_increasing(both))
    moved = [pair for pair in both if pair not in kept]
    gone_here = {n for i, _ in moved for n in _lines(ours[i])}
    gone_there = {n for _, j in moved for n in _lines(theirs[j])}
    top, first = here[0], there[0]
    waiting = sorted(moved)
    for i, j in [*kept, (None, None)]:
        end = (
            (ours[i].first, theirs[j].first)
            if i is not None and j is not None
            else (here[1], there[1])
        )
        gap = [n for n in range(top, end[0]) if n not in gone_here]
        other = [n for n in range(first, end[1]) if n not in gone_there]
        before = [pair for pair in waiting if ours[pair[0]].first < end[0]]
        waiting = waiting[len(before) :]
        cut = ours[before[0][0]].first if before else end[0]
        yield Facing([n for n in gap if n < cut] if before else gap, other)
        for number, (one, twin) in enumerate(before):
            yield from _unit(ours[one], theirs[twin], sides, moved=True)
            until = (
                ours[before[number + 1][0]].first
                if number + 1 < len(before)
                else end[0]
            )
            yield Facing([n for n in gap if ours[one].last < n < until], [])
        if i is not None and j is not None:
            yield from _unit(ours[i], theirs[j], sides)
            top, first = ours[i].last + 1, theirs[j].last + 1


def _lines(unit: Unit) -> range:
    return range(unit.first, unit.last + 1)


def _unit(
    one: Unit, other: Unit, sides: Sides, moved: bool = False
) -> Iterator[Facing]:
    """A function stays whole; a class is cut at its methods."""
    left, right, plain, twin = sides
    if moved or not (
        isinstance(one.node, ast.ClassDef) and isinstance(other.node, ast.ClassDef)
    ):
        yield Facing(_lines(one), _lines(other), moved)
        return
    yield from _within(
        list(units(left, one.node.body, plain)),
        list(units(right, other.node.body, twin)),
        (one.first, one.last + 1),
        (other.first, other.last + 1),
        sides,
    )
