"""Functions that start workers and do not wait: their ports need a running loop.

A thread can start at any time, a task only while a loop runs.  So a port makes a
function async if the function starts a thread, itself or in its callees, and if only
code outside functions calls it.
"""

import ast
from collections.abc import Iterator, Mapping

from bench.shape.colour.graph import CallGraph
from bench.shape.port.analysis.call_sites import calls
from bench.shape.port.analysis.test_methods import called_by_unittest
from bench.shape.resolution.members import linear
from bench.shape.resolution.scopes import Scope
from bench.shape.resolution.values import Instance, Library

MADE = {  # class of a worker -> the method that makes a task of it
    "threading.Thread": "start",
    "threading.Timer": "start",
    "concurrent.futures.ThreadPoolExecutor": "submit",
}


def starting(graph: CallGraph) -> dict[str, str]:
    """Function -> the worker that it starts, itself or in its callees."""
    found = {}
    for key in graph.events:
        for started in _started(graph, graph.program.scopes[key]):
            found[key] = started
    new = [*found]
    while new:
        callee = new.pop()
        for caller, _ in graph.callers.get(callee, ()):
            if caller not in found:
                found[caller] = found[callee]
                new.append(caller)
    return found


def starters(graph: CallGraph, found: Mapping[str, str]) -> dict[str, str]:
    """The functions and tests in `found` that only code outside functions calls."""
    return {key: started for key, started in found.items() if _begins(graph, key)}


def _begins(graph: CallGraph, key: str) -> bool:
    """Whether only code outside functions calls a top-level function or a test."""
    scope = graph.program.scopes[key]
    tops = {top.key for top in graph.program.tops.values()}
    return (
        isinstance(scope.node, ast.FunctionDef)
        and scope.parent is not None
        and (scope.parent.key in tops or called_by_unittest(graph.types, scope))
        and all(caller in tops for caller, _ in graph.callers.get(key, ()))
    )


def _started(graph: CallGraph, scope: Scope) -> Iterator[str]:
    """The workers that a function starts itself: "threading.Timer"."""
    for node, path in calls(scope):
        func = node.func
        if not isinstance(func, ast.Attribute) or func.attr not in MADE.values():
            continue
        for value in graph.types.of(func.value, scope, path):
            kind = value.kind if isinstance(value, Instance) else ""
            bases = {
                base.name
                for base in (linear(graph.types, kind) if ":" in kind else ())
                if isinstance(base, Library)
            }
            yield from (
                name
                for name in sorted({kind, *bases} & MADE.keys())
                if MADE[name] == func.attr
            )
