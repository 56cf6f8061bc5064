"""The block of each line: two equal statements in different blocks differ."""

import ast
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from bench.shape.reading.functions import nodes
from bench.shape.reading.source import Source

Pair = tuple[int | None, int | None]
BLOCKS = ("body", "orelse", "finalbody")


@dataclass(frozen=True)
class Nesting:
    """Line of a statement -> the line that opens its block; 0 at the top level."""

    parents: dict[int, int]

    def above(self, line: int, known: set[int]) -> int:
        """The nearest line that is in `known` and opens a block around this line."""
        parent = self.parents.get(line, 0)
        while parent and parent not in known:
            parent = self.parents.get(parent, 0)
        return parent


@lru_cache(maxsize=64)
def nesting(source: Source) -> Nesting:
    """Read the blocks of a file; lines that continue a statement are left out."""
    found: dict[int, int] = {}
    for node in nodes(source.tree):
        for part in BLOCKS:
            block = getattr(node, part, None)
            if not isinstance(block, list):
                continue
            for statement in block:
                if isinstance(statement, ast.stmt):
                    line = first_line(statement)
                    # In `if x: y`, two statements begin on one line.  The entry of
                    # the `if` is made first, and the entry of `y` does not replace it.
                    found.setdefault(line, first_line(node))
                    if line == found[line]:  # a line cannot be in its own block
                        del found[line]
        for handler in getattr(node, "handlers", ()):
            found[handler.lineno] = first_line(node)
        for case in getattr(node, "cases", ()):
            found[case.pattern.lineno] = first_line(node)
    return Nesting(found)


def first_line(node: ast.AST) -> int:
    """The line where a statement begins; 0 for a module."""
    if isinstance(node, ast.match_case):
        return node.pattern.lineno
    return getattr(node, "lineno", 0)


def renested(left: Source, right: Source, pairs: Iterable[Pair]) -> set[Pair]:
    """The rows whose statements are in different blocks on the two sides.

    A block that only one side has is ignored, because a port may put a whole function
    inside one more `async with`, or remove a lock.
    """
    pairs = list(pairs)
    facing = {i: j for i, j in pairs if i is not None and j is not None}
    back = {j: i for i, j in facing.items()}
    here, there = nesting(left), nesting(right)
    found: set[Pair] = set()
    for i, j in facing.items():
        if i in here.parents or j in there.parents:
            above = here.above(i, {*facing})
            below = there.above(j, {*back})
            expected = facing.get(above, 0)
            if expected != below:
                found.add((i, j))
    return found
