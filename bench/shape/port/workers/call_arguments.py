"""`args=` and `kwargs=` of a thread, written as the arguments of a call."""

import ast
from collections.abc import Callable

Written = Callable[[ast.AST], str]  # writes an expression as the port has it


def called(function: ast.expr, written: Written = ast.unparse) -> str:
    """The text of a function in a call: a lambda is in brackets."""
    text = written(function)
    return f"({text})" if isinstance(function, ast.Lambda) else text


def spread(node: ast.expr | None, written: Written = ast.unparse) -> list[str]:
    """The arguments in `args=(a, b)`."""
    if node is None:
        return []
    if isinstance(node, ast.Tuple | ast.List):
        return [written(e) for e in node.elts]
    return [f"*{written(node)}"]


def keywords(node: ast.expr | None, written: Written = ast.unparse) -> list[str]:
    """The arguments in `kwargs={"a": b}`."""
    if node is None:
        return []
    if isinstance(node, ast.Dict) and all(
        isinstance(key, ast.Constant) and str(key.value).isidentifier()
        for key in node.keys
    ):
        pairs = zip(node.keys, node.values, strict=True)
        return [f"{ast.literal_eval(k)}={written(v)}" for k, v in pairs if k]
    return [f"**{written(node)}"]
