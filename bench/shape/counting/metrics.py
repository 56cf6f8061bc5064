"""The figures of one file, each with its definition.

lines: physical lines with code or a piece of a string on them; blank lines,
    comments and docstrings are none.
statements: of the syntax tree, docstrings left out (`bench.shape.counting.counted`).
branches: McCabe's decisions (1976), which is what other tools call complexity.
suspension points, synchronization points, life-cycle statements, error handling:
    `bench.shape.counting.counted`.
coroutines: `async def`s; of all `def`s, methods and inner functions included.
longest stretch: `bench.shape.counting.stretch`.  shared: `bench.shape.state`.
gzip bytes: of the file compressed at level 9, which says how much of it is new.
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
    """Every figure of one file; raises CannotRunError when it is not Python."""
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
    """Lines that are not blank, a comment or part of a docstring."""
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
