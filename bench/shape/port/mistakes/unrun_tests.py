"""Async tests of a class that does not await them: they pass without being run."""

from collections.abc import Iterator

from bench.shape.colour.graph import CallGraph
from bench.shape.port.analysis.test_methods import (
    ASYNC_CASE,
    TEST_HOOKS,
    called_by_unittest,
)
from bench.shape.resolution.members import linear
from bench.shape.resolution.scopes import Scope
from bench.shape.resolution.values import Library

Found = Iterator[tuple[int, str, str, str]]  # line, rule, what, instead
AWAITING = f"unittest.{ASYNC_CASE}"


def unrun_tests(graph: CallGraph, scope: Scope) -> Found:
    """`async def test_x` of a plain `TestCase`; `async def setUp` of any test class."""
    owner = scope.owner
    if owner is None or not scope.is_async:
        return
    bases = {b.name for b in linear(graph.types, owner.key) if isinstance(b, Library)}
    name = scope.name.rpartition(".")[2]
    if called_by_unittest(graph.types, scope):
        yield (
            scope.line, "never-awaited",
            f"unittest.TestCase awaits no {name}: nothing in it runs, and its test"
            " passes", f"derive the class from {AWAITING}",
        )  # fmt: skip
    elif AWAITING in bases and name in TEST_HOOKS:
        yield (
            scope.line, "never-awaited", f"unittest awaits no {name}",
            f"async def {TEST_HOOKS[name]}",
        )  # fmt: skip
