"""The figures of one file, each with its definition.

lines: physical lines that have code or a part of a string; blank lines,
    comments and docstrings do not count.
statements: all statements of the syntax tree, except docstrings
    (`bench.shape.counting.counted`).
branches: McCabe's decisions (1976), from which other tools compute complexity.
suspension points, synchronization points, life-cycle statements, error handling:
    `bench.shape.counting.counted`.
coroutines: `async def`s among all `def`s, including methods and inner functions.
longest stretch: `bench.shape.counting.stretch`.  shared: `bench.shape.state`.
gzip bytes: the size of the file after compression at level 9.  Repeated text adds
    little to this size.
"""

import ast
import gzip

from bench.records.shapes import Shape
from bench.shape.colour import stops_the_loop_of
from bench.shape.colour.graph import graph_of
from bench.shape.counting import counted as count
from bench.shape.counting.stretch import longest_stretch
from bench.shape.reading.functions import functions, nodes
from bench.shape.reading.source import CODE, COMMENT, Source
from bench.shape.resolution.kinds import kinds_of
from bench.shape.state.shared import shared


def measure(source: Source) -> Shape:
    """Every figure of one file; raises CannotRunError when the file is not Python."""
    tree, kinds = source.tree, kinds_of(source)
    graph = graph_of(source)
    own = list(count.statements(tree))
    named = list(functions(tree))
    return Shape(
        lines=code_lines(source),
        statements=len(own),
        suspension_points=len(list(count.suspension_points(tree))),
        synchronization_points=len(list(count.synchronization_points(tree, kinds))),
        coroutines=sum(isinstance(node, ast.AsyncFunctionDef) for _, node in named),
        functions=len(named),
        life_cycle_statements=sum(count.life_cycle(node, kinds) for node in own),
        gzip_bytes=len(gzip.compress(source.text.encode(), mtime=0)),
        branches=count.branches(tree),
        error_handling=count.error_handling(tree, kinds),
        longest_stretch=longest_stretch(named),
        shared=shared(graph.types, *graph.program.given),
        blocking=stops_the_loop_of(graph),
    )


def code_lines(source: Source) -> int:
    """The lines that are not blank, not a comment and not part of a docstring."""
    docstrings = {
        line
        for node in nodes(source.tree)
        if isinstance(node, ast.stmt) and count.is_docstring(node)
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    return len(
        {
            word.line
            for word in source.words
            if word.kind == CODE
            or (word.kind != COMMENT and word.line not in docstrings)
        }
    )
