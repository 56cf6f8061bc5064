"""The workers of a scenario for the explorer: its class lists them in `workers`."""

import ast
from collections.abc import Iterator

from bench.shape.colour.graph import CallGraph, Forced
from bench.shape.colour.reach import Blocker
from bench.shape.resolution.scopes import Scope


def scenario_workers(graph: CallGraph) -> list[list[str]]:
    """The keys of the methods in each tuple `workers`: all must be async, or none.

    If some were async and some plain, the explorer would run the plain ones in threads
    of their own.
    """
    return [
        found
        for scope in list(graph.program.scopes.values())
        if scope.is_class
        for found in _tuples(scope)
    ]


def _tuples(scope: Scope) -> Iterator[list[str]]:
    methods = {
        c.name.rpartition(".")[2]: c.key for c in scope.children if c.is_function
    }
    for made in scope.bindings.get("workers", ()):
        parts = made.node.elts if isinstance(made.node, ast.Tuple | ast.List) else []
        names = [part.id for part in parts if isinstance(part, ast.Name)]
        if names and len(names) == len(parts) and {*names} <= methods.keys():
            yield sorted({methods[name] for name in names})


def beside_workers(graph: CallGraph, waits: dict[str, Forced]) -> list[str]:
    """If a worker waits, mark all workers of the scenario; return the new ones."""
    new = []
    for workers in scenario_workers(graph):
        if waits.keys().isdisjoint(workers):
            continue
        for key in workers:
            scope = graph.program.scopes[key]
            if key not in waits and not scope.is_async:
                block = Blocker("the scenario's other workers are async", "")
                waits[key] = Forced((), block, scope.line)
                new.append(key)
    return new
