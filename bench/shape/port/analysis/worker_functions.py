"""Functions that are passed to threads and pools of threads, which run them."""

import ast
from collections.abc import Collection, Iterator

from bench.shape.colour.graph import CallGraph
from bench.shape.port.analysis.call_sites import calls
from bench.shape.port.analysis.scenario_workers import scenario_workers
from bench.shape.resolution.members import linear, members
from bench.shape.resolution.scopes import Path, Scope
from bench.shape.resolution.values import (
    ClassRef,
    FunctionRef,
    Library,
    LibraryMethod,
    Partial,
    one,
)

THREAD, POOL = "threading.Thread", "concurrent.futures.ThreadPoolExecutor"
HANDED = (f"{POOL}.submit", f"{POOL}.map")


def run_by_workers(graph: CallGraph) -> set[str]:
    """The functions that threads and pools run, by key."""
    found: set[str] = set()
    for key in graph.events:
        scope = graph.program.scopes[key]
        for node, path in calls(scope):
            found |= given_to_workers(graph, node, scope, path)
    for key, scope in list(graph.program.scopes.items()):
        if scope.is_class and any(
            isinstance(base, Library) and base.name == THREAD
            for base in linear(graph.types, key)
        ):
            found |= set(_keys(members(graph.types, one(ClassRef(key)), "run")))
    for workers in scenario_workers(graph):
        found |= {*workers}
    return found


def given_to_workers(
    graph: CallGraph, node: ast.Call, scope: Scope, path: Path
) -> frozenset[str]:
    """The functions that a call hands to a thread or a pool of threads, by key."""
    given = _given(graph, node, scope, path)
    return frozenset(
        key for one_ in given for key in _keys(graph.types.of(one_, scope, path))
    )


def _given(
    graph: CallGraph, node: ast.Call, scope: Scope, path: Path
) -> Iterator[ast.expr]:
    """The expressions of functions that a call hands to a thread or a pool."""
    for callee in graph.types.of(node.func, scope, path):
        if isinstance(callee, Library) and callee.name == THREAD:
            yield from (k.value for k in node.keywords if k.arg == "target")
            yield from node.args[1:2]
            # with target=context.run, the first of `args` is the function
            for part in node.keywords:
                if part.arg == "args" and isinstance(part.value, ast.Tuple):
                    yield from part.value.elts[:1]
        elif isinstance(callee, LibraryMethod) and callee.name in HANDED:
            yield from node.args[:1]


def _keys(values: Collection[object]) -> Iterator[str]:
    for value in values:
        if isinstance(value, Partial):
            yield from _keys([value.function])
        elif isinstance(value, FunctionRef):
            yield value.key
