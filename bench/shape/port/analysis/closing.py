"""Whether a file closes the object that a statement makes, or passes it on."""

import ast

from bench.shape.resolution.facts import expressions

CLOSES = frozenset({"close", "aclose"})


def given_on(statement: ast.stmt, node: ast.Call) -> bool:
    """Whether the object that a call makes is returned or passed to another call."""
    if isinstance(statement, ast.Return):
        return not any(
            isinstance(part, ast.Attribute) and part.value is node
            for part in expressions(statement)
        )
    return any(
        isinstance(part, ast.Call)
        and any(one is node for one in [*part.args, *(k.value for k in part.keywords)])
        for part in expressions(statement)
    )


def closed(
    tree: ast.Module, statement: ast.stmt, closes: frozenset[str] = CLOSES
) -> bool:
    """Whether the file closes, enters, returns or passes on what a statement makes.

    The check compares only names: each object with the name of the target counts.
    """
    targets = getattr(statement, "targets", None) or [
        getattr(statement, "target", None)
    ]
    names = {_last(target) for target in targets} - {""}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in closes:
            if _last(node.value) in names:
                return True
        elif isinstance(node, ast.With | ast.AsyncWith):
            if any(_last(item.context_expr) in names for item in node.items):
                return True
        elif isinstance(node, ast.Call):
            if any(_last(a) in names for a in node.args):
                return True
        elif isinstance(node, ast.Return) and _last(node.value) in names:
            return True
    return False


def _last(node: ast.AST | None) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""
