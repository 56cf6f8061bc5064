"""Whether a call of what may block returns at once, by its arguments."""

import ast

from bench.shape.resolution.scopes import Scope

AT_ONCE = frozenset(["block", "blocking"])


def refuses(call: ast.Call) -> bool:
    """Whether `block=False`, `blocking=False` or `acquire(False)` is asked for."""
    first = call.args[:1] if len(call.args) < 2 else call.args[:2]
    asked = [k.value for k in call.keywords if k.arg in AT_ONCE] + first
    return any(isinstance(a, ast.Constant) and a.value is False for a in asked)


def polls(name: str, call: ast.Call) -> bool:
    """Whether `select` is asked what is ready now: its time limit is 0."""
    at = {"select.select": 3, "select.poll.poll": 0, "select.epoll.poll": 0}.get(name)
    if at is None or len(call.args) <= at:
        return False
    limit = call.args[at]
    return isinstance(limit, ast.Constant) and limit.value == 0


def awaited_before(call: ast.Call, scope: Scope) -> bool:
    """Whether the future was awaited above: then `result` returns at once."""
    if not isinstance(call.func, ast.Attribute):
        return False
    future = ast.unparse(call.func.value)
    for node in ast.walk(scope.node):
        if isinstance(node, ast.Await) and node.lineno <= call.lineno:
            inner = node.value
            parts = [inner, *(inner.args if isinstance(inner, ast.Call) else ())]
            if any(ast.unparse(part) == future for part in parts):
                return True
    return False
