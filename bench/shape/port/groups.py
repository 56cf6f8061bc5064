"""Whether the pools of a file may become task groups.

A TaskGroup cancels the others when a task fails; a pool lets them run, and its
futures keep what they raised.
"""

import ast

from bench.shape.colour.graph import CallGraph
from bench.shape.resolution.facts import expressions, live
from bench.shape.resolution.scopes import Path
from bench.shape.resolution.values import Instance, Library

POOL = "concurrent.futures.ThreadPoolExecutor"
ASKS = frozenset({"as_completed", "wait"})  # of concurrent.futures
KEEPS = frozenset({"map", "shutdown"})  # methods of a pool


def only_groups(graph: CallGraph, module: str) -> bool:
    """Whether every pool of a module is entered, and no failure is looked for."""
    for scope in graph.own(module):
        if isinstance(scope.node, ast.Lambda):
            continue
        for statement, path in live(scope):
            entered = {id(i.context_expr) for i in getattr(statement, "items", ())}
            for node in expressions(statement):
                if not isinstance(node, ast.Call):
                    continue
                names = {
                    v.name
                    for v in graph.types.of(node.func, scope, path)
                    if isinstance(v, Library)
                }
                if POOL in names and id(node) not in entered:
                    return False
                if names & {f"concurrent.futures.{name}" for name in ASKS}:
                    return False
                if isinstance(node.func, ast.Attribute):
                    values = graph.types.of(node.func.value, scope, path)
                    kinds = {v.kind for v in values if isinstance(v, Instance)}
                    if POOL in kinds and node.func.attr in KEEPS:
                        return False
                    if _looks_for_failure(kinds, node.func.attr, path):
                        return False
    return True


def _looks_for_failure(kinds: set[str], method: str, path: Path) -> bool:
    if "concurrent.futures.Future" not in kinds:
        return False
    tried = any(branch == "try" for _, branch in path)
    return method in ("exception", "add_done_callback") or (
        method == "result" and tried
    )
