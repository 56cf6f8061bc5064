"""Loops that stop before the end of a generator that holds a resource.

Python closes a plain generator as soon as nothing refers to it, and so leaves the
blocks that the generator has entered.  An async generator is closed some time later, in
a task of the loop.
"""

import ast
from collections.abc import Collection

from bench.shape.colour.graph import CallGraph

CLOSE = "async with contextlib.aclosing({}) as items: async for {} in items: ..."


def leaves(loop: ast.For | ast.AsyncFor) -> frozenset[str]:
    """The ways in which a loop may end early: "break", "return"."""
    found: set[str] = set()
    pending: list[tuple[ast.AST, bool]] = [(one, True) for one in loop.body]
    while pending:
        node, own = pending.pop()
        if isinstance(node, ast.Return) or (isinstance(node, ast.Break) and own):
            found.add("return" if isinstance(node, ast.Return) else "break")
        elif isinstance(node, ast.For | ast.AsyncFor | ast.While):
            pending += [(inner, False) for inner in node.body]
            pending += [(inner, own) for inner in node.orelse]
        elif not isinstance(
            node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda
        ):
            pending += [(inner, own) for inner in ast.iter_child_nodes(node)]
    return frozenset(found)


def holds_something(graph: CallGraph, keys: Collection[str]) -> bool:
    """Whether a generator yields inside a `with`, or inside a `try` with `finally`."""
    for key in keys:
        for node in ast.walk(graph.program.scopes[key].node):
            ends = isinstance(node, ast.With | ast.AsyncWith) or (
                isinstance(node, ast.Try) and node.finalbody
            )
            if ends and any(isinstance(one, ast.Yield) for one in ast.walk(node)):
                return True
    return False
