"""A sleep function as a parameter: `def retry(function, sleep=time.sleep)`."""

import ast

from bench.shape.port.callables.function_parameters import is_given
from bench.shape.port.colours import Colours
from bench.shape.port.rewriting import Rewriting
from bench.shape.resolution.evaluate import Types
from bench.shape.resolution.scopes import Path, Scope, end, start
from bench.shape.resolution.values import Library, one

SLEEP = one(Library("time.sleep"))


def given_sleep(
    types: Types, rewriting: Rewriting, node: ast.Call, scope: Scope, path: Path
) -> bool:
    """Write the call of a sleep parameter as `in_loop(...)`; False for other calls."""
    line, column = end(node.func)
    text = rewriting.source.lines[line - 1].encode()
    if not is_given(types, node.func, scope, path):
        return False
    if text[column : column + 1] != b"(":
        return False
    rewriting.insert(start(node), "in_loop(", first=True)
    comma = ", " if node.args or node.keywords else ""
    rewriting.replaced[(line, column), (line, column + 1)] = comma
    return True


def default_sleeps(found: Colours, rewriting: Rewriting, scope: Scope) -> None:
    """Replace the default `time.sleep` of a parameter by `asyncio.sleep`."""
    if found.waits and isinstance(scope.node, ast.FunctionDef):
        args = scope.node.args
        outer = scope.parent or scope
        for default in (*args.defaults, *args.kw_defaults):
            known = found.graph.types.of(default, outer, scope.path)
            if default is not None and known == SLEEP:
                rewriting.replace(default, "asyncio.sleep")
