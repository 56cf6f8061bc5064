"""Uses of primitives that become asyncio's, and belong to the loop's thread then."""

import ast
from collections.abc import Iterator

from bench.shape.colour.graph import CallGraph
from bench.shape.port.analysis.call_sites import calls
from bench.shape.resolution.scopes import Scope
from bench.shape.resolution.values import (
    Instance,
    LibraryMethod,
    Value,
    Values,
)
from bench.shape.tables.replacements import CLASSES
from bench.shape.tables.vocabulary import words

# Classes that a port replaces everywhere.  Lock and RLock are left out: a port replaces
# them only where it must.
REPLACED = frozenset(
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
READS = words("is_set empty full qsize locked")  # methods that any thread may call
# methods that are coroutine functions in asyncio
WAITED = words("get put join wait wait_for acquire")


def is_replaced(values: Values) -> bool:
    """Whether a value is a primitive that a port replaces by one of asyncio."""
    return any(isinstance(v, Instance) and v.kind in REPLACED for v in values)


def is_replaced_method(value: Value) -> bool:
    """Whether a value is a method of a replaced primitive, and `async` in asyncio."""
    return (
        isinstance(value, LibraryMethod)
        and value.owner in REPLACED
        and value.method in WAITED
    )


def uses(graph: CallGraph, scope: Scope) -> Iterator[tuple[int, str, str]]:
    """Each call that changes a primitive or waits for it: line, primitive, method."""
    for node, path in calls(scope):
        func = node.func
        if (
            isinstance(func, ast.Attribute)
            and func.attr in WAKES
            and is_replaced(graph.types.of(func.value, scope, path))
        ):
            yield node.lineno, ast.unparse(func.value), func.attr


def primitive_users(graph: CallGraph) -> dict[str, str]:
    """Function -> a primitive that it uses, itself or in a function that it calls."""
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
