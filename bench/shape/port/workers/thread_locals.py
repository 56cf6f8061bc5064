"""A `threading.local` that jobs of a pool use: in a port, each job has its own."""

import ast
from collections.abc import Iterator

from bench.shape.colour.graph import CallGraph
from bench.shape.port.analysis.call_sites import calls
from bench.shape.port.analysis.worker_functions import POOL
from bench.shape.port.colours import Colours
from bench.shape.resolution.facts import expressions, live
from bench.shape.resolution.scopes import Scope
from bench.shape.resolution.values import FunctionRef, Instance, Partial, Value

LOCAL = "threading.local"
EACH_TASK = (
    "a pool of tasks keeps no workers, so its initializer runs once for each job:"
    " make objects that jobs share before this line, or lend them to jobs by an"
    " asyncio.Queue; objects that each job may make for itself can stay there"
)
EACH_JOB = (
    "a pool of threads keeps its threads, and a job finds here the values that an"
    " earlier job of its thread left; a pool of tasks runs each job in its own task,"
    " where this is empty: store the values that jobs share in one object, or lend"
    " them from an asyncio.Queue"
)


def kept_for_jobs(found: Colours, node: ast.Call) -> Iterator[tuple[int, str]]:
    """The comment on a line that makes a `threading.local`, if jobs use it."""
    if found.waits and _used_by_jobs(found.graph):
        yield node.lineno, EACH_JOB


def _used_by_jobs(graph: CallGraph) -> bool:
    """Whether a job of a pool uses a `threading.local`, itself or in its callees."""
    new = [key for scope in _scopes(graph) for key in _jobs(graph, scope)]
    run = {*new}
    while new:
        for event in graph.events.get(new.pop(), ()):
            more = event.reach.functions - run
            run |= more
            new += more
    return any(_uses(graph, graph.program.scopes[key]) for key in run)


def _scopes(graph: CallGraph) -> list[Scope]:
    return [graph.program.scopes[key] for key in graph.events]


def _jobs(graph: CallGraph, scope: Scope) -> list[str]:
    """The functions that a scope passes to pools of threads."""
    found: list[str] = []
    for node, path in calls(scope):
        func = node.func
        if not isinstance(func, ast.Attribute) or func.attr not in ("submit", "map"):
            continue
        on = graph.types.of(func.value, scope, path)
        if node.args and any(isinstance(v, Instance) and v.kind == POOL for v in on):
            for value in graph.types.of(node.args[0], scope, path):
                found += _keys(value)
    return found


def _keys(value: Value) -> list[str]:
    if isinstance(value, Partial):
        return _keys(value.function)
    return [value.key] if isinstance(value, FunctionRef) else []


def _uses(graph: CallGraph, scope: Scope) -> bool:
    """Whether a function mentions a `threading.local`."""
    if isinstance(scope.node, ast.Lambda):
        return False
    return any(
        Instance(LOCAL) in graph.types.of(node, scope, path)
        for statement, path in live(scope)
        for node in expressions(statement)
        if isinstance(node, ast.Name | ast.Attribute)
    )
