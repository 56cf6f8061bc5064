"""The functions of a file by qualified name, and the nodes that each runs itself."""

import ast
from collections.abc import Iterable, Iterator
from functools import lru_cache

Function = ast.FunctionDef | ast.AsyncFunctionDef


def nodes(tree: ast.AST) -> Iterable[ast.AST]:
    """All nodes of a tree; the list for a whole file is made only once."""
    return _listed(tree) if isinstance(tree, ast.Module) else ast.walk(tree)


@lru_cache(maxsize=16)
def _listed(tree: ast.Module) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(tree))


def children(node: ast.AST) -> list[ast.AST]:
    """The nodes directly below a node; `ast.iter_child_nodes` takes twice as long."""
    found: list[ast.AST] = []
    for name in node._fields:
        value = getattr(node, name, None)
        if isinstance(value, ast.AST):
            found.append(value)
        elif isinstance(value, list):
            found += [one for one in value if isinstance(one, ast.AST)]
    return found


def functions(tree: ast.AST, prefix: str = "") -> Iterator[tuple[str, Function]]:
    """Every `def`, outer before inner: "run", "Basket.put", "run.later"."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{prefix}{node.name}", node
            yield from functions(node, f"{prefix}{node.name}.")
        elif isinstance(node, ast.ClassDef):
            yield from functions(node, f"{prefix}{node.name}.")
        else:
            yield from functions(node, prefix)


def own(function: ast.AST) -> Iterator[ast.AST]:
    """All nodes that run when the function runs, without those of a `def` inside it.

    The nodes of a lambda are left out too.  The nodes of a comprehension are included.
    """
    nodes = list(getattr(function, "body", ()))[::-1]
    while nodes:
        node = nodes.pop()
        yield node
        if not isinstance(
            node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef
        ):
            nodes += list(ast.iter_child_nodes(node))[::-1]
