"""Functions that use what a port makes asyncio's: these belong to the loop's thread."""

import ast
from collections.abc import Collection, Iterator

from bench.shape.colour.graph import CallGraph
from bench.shape.port.renames import CLASSES
from bench.shape.port.scenario_workers import scenario_workers
from bench.shape.resolution.facts import expressions, live
from bench.shape.resolution.members import linear, members
from bench.shape.resolution.scopes import Path, Scope
from bench.shape.resolution.values import (
    ClassRef,
    FunctionRef,
    Instance,
    Library,
    LibraryMethod,
    Partial,
    Value,
    Values,
    one,
)
from bench.shape.tables.vocabulary import words

THREAD, POOL = "threading.Thread", "concurrent.futures.ThreadPoolExecutor"
HANDED = (f"{POOL}.submit", f"{POOL}.map")
REPLACED = frozenset(  # but locks, which a port replaces only where it must
    name
    for name in CLASSES
    if name.startswith(("threading.", "queue."))
    and CLASSES[name].startswith("asyncio.")
    and name not in ("threading.Lock", "threading.RLock")
)
WAKES = words(  # methods that change a primitive, or wait for it
    """
    set clear put put_nowait get get_nowait task_done join release notify notify_all
    acquire wait wait_for abort reset
    """
)
READS = words("is_set empty full qsize locked")  # right from any thread
WAITED = words("get put join wait wait_for acquire")  # coroutine functions of asyncio


def is_replaced(values: Values) -> bool:
    """Whether a value is a primitive that a port makes asyncio's."""
    return any(isinstance(v, Instance) and v.kind in REPLACED for v in values)


def is_replaced_method(value: Value) -> bool:
    """Whether a value is a method of such a primitive that asyncio has as `async`."""
    return (
        isinstance(value, LibraryMethod)
        and value.owner in REPLACED
        and value.method in WAITED
    )


def uses(graph: CallGraph, scope: Scope) -> Iterator[tuple[int, str, str]]:
    """The line, primitive and method of each call in a function that changes one."""
    for node, path in calls(scope):
        func = node.func
        if (
            isinstance(func, ast.Attribute)
            and func.attr in WAKES
            and is_replaced(graph.types.of(func.value, scope, path))
        ):
            yield node.lineno, ast.unparse(func.value), func.attr


def calls(scope: Scope) -> Iterator[tuple[ast.Call, Path]]:
    """The calls that a function or lambda makes itself."""
    if isinstance(scope.node, ast.Lambda):
        for part in ast.walk(scope.node.body):
            if isinstance(part, ast.Call):
                yield part, ()
        return
    for statement, path in live(scope):
        for part in expressions(statement):
            if isinstance(part, ast.Call):
                yield part, path


def touching(graph: CallGraph) -> dict[str, str]:
    """Function -> a primitive that it uses, itself or in what it runs."""
    found: dict[str, str] = {}
    for key in graph.events:
        for _, name, _ in uses(graph, graph.program.scopes[key]):
            found.setdefault(key, name)
    new = [*found]
    while new:
        callee = new.pop()
        for caller, _ in graph.callers.get(callee, ()):
            if caller not in found:
                found[caller] = found[callee]
                new.append(caller)
    return found


def run_by_workers(graph: CallGraph) -> set[str]:
    """The functions that threads and pools are given to run, by key."""
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
    """The function that a call hands to a thread or a pool of threads."""
    for callee in graph.types.of(node.func, scope, path):
        if isinstance(callee, Library) and callee.name == THREAD:
            yield from (k.value for k in node.keywords if k.arg == "target")
            yield from node.args[1:2]
        elif isinstance(callee, LibraryMethod) and callee.name in HANDED:
            yield from node.args[:1]


def _keys(values: Collection[object]) -> Iterator[str]:
    for value in values:
        if isinstance(value, Partial):
            yield from _keys([value.function])
        elif isinstance(value, FunctionRef):
            yield value.key
