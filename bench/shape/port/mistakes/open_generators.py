"""Loops of a coroutine function that leave a generator open."""

import ast
from collections.abc import Iterator

from bench.shape.colour.graph import CallGraph
from bench.shape.port.analysis.generator_loops import CLOSE, holds_something, leaves
from bench.shape.resolution.facts import live
from bench.shape.resolution.scopes import Scope
from bench.shape.resolution.values import Suspended

Found = Iterator[tuple[int, str, str, str]]


def open_generators(graph: CallGraph, scope: Scope) -> Found:
    """Loops of a coroutine function that may end before the end of their generator."""
    for statement, path in live(scope):
        if not isinstance(statement, ast.AsyncFor) or not leaves(statement):
            continue
        if not isinstance(statement.iter, ast.Call):
            continue  # the generator has a name, so other code may close it
        made = graph.types.of(statement.iter, scope, path)
        keys = [value.key for value in made if isinstance(value, Suspended)]
        if holds_something(graph, keys):
            text = ast.unparse(statement.iter.func)
            yield (
                statement.lineno,
                "left-open",
                f"{text}(...) is left early, and closed only some time later: until"
                " then its blocks stay open",
                CLOSE.format(f"{text}(...)", ast.unparse(statement.target)),
            )
