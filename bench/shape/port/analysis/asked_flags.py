"""Loop conditions that only other code or the clock can change."""

import ast
from collections.abc import Iterator
from typing import TypeGuard

from bench.shape.resolution.scopes import Scope, outward

CLOCKS = frozenset({"time", "monotonic", "perf_counter", "monotonic_ns", "time_ns"})
ENDLESS = frozenset({"count", "cycle", "repeat"})  # endless iterators of itertools
LEAVES = ast.Break | ast.Return | ast.Raise
COUNTS = "len"


def asks_clock(test: ast.expr) -> bool:
    """Whether a condition compares the time: `time.monotonic() < end`."""
    return any(
        isinstance(part, ast.Call) and _last(part.func) in CLOCKS
        for one in ast.walk(test)
        if isinstance(one, ast.Compare)
        for part in ast.walk(one)
    )


def asks_flag(test: ast.expr, body: list[ast.stmt], scope: Scope) -> bool:
    """Whether a condition reads names that other code sets and the loop does not set.

    Examples are `while self.running` and `while len(results) < 3: pass`.  The loop
    itself must not set any name in the condition.  There are two kinds of loops:

    - The block has only `pass` or `continue`: each name in the condition counts as one
      that other code sets.  The condition may call `len`, but no other function.
    - Any other loop: another function or the module must set one of the names, and the
      loop must not call such a function.  The condition may call no function.
    """
    calls = [part for part in ast.walk(test) if isinstance(part, ast.Call)]
    idle = all(isinstance(one, ast.Pass | ast.Continue) for one in body)
    if any(not idle or _last(call.func) != COUNTS for call in calls):
        return False
    asked = {
        ast.unparse(part): part
        for part in ast.walk(test)
        if isinstance(part, ast.Name | ast.Attribute) and isinstance(part.ctx, ast.Load)
    }
    inside = {*_stored(body)}
    if inside & {*asked}:
        return False
    if idle:
        return bool(asked)
    called = {_last(n.func) for one in body for n in ast.walk(one) if _is_call(n)}
    setters = {name for part in asked.values() for name in _setters(part, scope)}
    return bool(setters) and not called & setters


def conditions(loop: ast.While | ast.For) -> Iterator[ast.expr]:
    """The condition of a loop, or the conditions that leave an endless loop."""
    if isinstance(loop, ast.While) and not isinstance(loop.test, ast.Constant):
        yield loop.test
        return
    if isinstance(loop, ast.For) and not (
        isinstance(loop.iter, ast.Call) and _last(loop.iter.func) in ENDLESS
    ):
        return
    for one in loop.body:
        if isinstance(one, ast.If) and isinstance(one.body[-1], LEAVES):
            yield one.test


def calls_own(body: list[ast.stmt], scope: Scope) -> bool:
    """Whether statements call a function of their file, which may set any name."""
    home = [*outward(scope)][-1]
    own = {n.name for n in ast.walk(home.node) if isinstance(n, ast.FunctionDef)}
    return any(
        isinstance(n, ast.Call) and _last(n.func) in own
        for one in body
        for n in ast.walk(one)
    )


def _setters(part: ast.Name | ast.Attribute, scope: Scope) -> Iterator[str]:
    """The functions that set a name or an attribute; "" stands for the module.

    Attributes are compared by their last names.  `__init__` does not count.  The module
    counts as a function that sets a name only if it sets the name more than once.
    """
    home = [*outward(scope)][-1]
    if isinstance(part, ast.Name):
        owner = next((s for s in outward(scope) if part.id in s.bindings), None)
        if owner is None or (owner is scope and scope.parent is not None):
            return  # a local name of the function, or a name of a library
    for function in ast.walk(home.node):
        if function is scope.node or not isinstance(
            function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Module
        ):
            continue
        name = getattr(function, "name", "")
        stored = [] if name == "__init__" else list(_stored(function.body))
        if isinstance(part, ast.Attribute):
            if any(one.endswith(f".{part.attr}") for one in stored):
                yield name
        elif isinstance(function, ast.Module):
            if stored.count(part.id) > 1:
                yield name
        elif part.id in stored and _is_shared(part.id, function):
            yield name


def _is_shared(name: str, function: ast.AST) -> bool:
    return any(
        isinstance(one, ast.Global | ast.Nonlocal) and name in one.names
        for one in ast.walk(function)
    )


def _stored(body: list[ast.stmt]) -> Iterator[str]:
    """The names and attributes that statements set, except inside inner functions."""
    pending: list[ast.AST] = [*body]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            continue
        if isinstance(node, ast.Name | ast.Attribute) and not isinstance(
            node.ctx, ast.Load
        ):
            yield ast.unparse(node)
        pending += ast.iter_child_nodes(node)


def _is_call(node: ast.AST) -> TypeGuard[ast.Call]:
    return isinstance(node, ast.Call)


def _last(func: ast.expr) -> str:
    return func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
