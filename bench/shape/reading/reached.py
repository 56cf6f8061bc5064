"""The part of a file that one function needs: itself and everything that it uses.

A user's pair may be two functions of long files.  Without this module, the rest of
these files would count as a difference between the models.
"""

import ast
from collections.abc import Iterable, Sequence

BLANK = 2  # the most blank lines between two definitions


def reached(tree: ast.Module, lines: Sequence[str], name: str) -> str | None:
    """The lines of a function, and of everything in its file that it uses, in order.

    None if the file does not define the name at its top level, or if the function uses
    the whole file.
    """
    body = [node for node in tree.body if not _is_docstring(node)]
    if not any(name in _defined(node) and not _is_import(node) for node in body):
        return None
    kept, wanted = set[int](), {name}
    while found := [n for n, node in enumerate(body)
                    if n not in kept and wanted & _defined(node)]:  # fmt: skip
        kept.update(found)
        wanted |= {used for n in found for used in _used(body[n])}
    if len(kept) == len(body):
        return None
    return _text([body[n] for n in sorted(kept)], lines)


def _defined(node: ast.stmt) -> set[str]:
    """The names that a statement of the top level defines."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return {node.name}
    if _is_import(node):
        return {
            one.asname or one.name.partition(".")[0]
            for each in ast.walk(node)
            if isinstance(each, ast.Import | ast.ImportFrom)
            for one in each.names
        }
    stored = (
        each.id
        for each in ast.walk(node)
        if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)
    )
    return set(stored)


def _used(node: ast.stmt) -> Iterable[str]:
    return (each.id for each in ast.walk(node) if isinstance(each, ast.Name))


def _is_import(node: ast.stmt) -> bool:
    return isinstance(node, ast.Import | ast.ImportFrom)


def _is_docstring(node: ast.stmt) -> bool:
    value = node.value if isinstance(node, ast.Expr) else None
    return isinstance(value, ast.Constant) and isinstance(value.value, str)


def _text(nodes: Sequence[ast.stmt], lines: Sequence[str]) -> str:
    found: list[str] = []
    end = 0
    for node in nodes:
        decorators = getattr(node, "decorator_list", [])
        start = min(one.lineno for one in (node, *decorators))
        blank = 0
        while start - blank > end + 1 and not lines[start - blank - 2].strip():
            blank += 1
        found += [""] * min(blank, BLANK) if found else []
        end = node.end_lineno or start
        found += lines[start - 1 : end]
    return "\n".join(found) + "\n"
