"""A counter-example beside the original: only the functions that it overrides."""

import ast
from dataclasses import dataclass

from bench.records.shapes import Row
from bench.shape.alignment.classify import rows
from bench.shape.counting.counted import is_docstring
from bench.shape.reading.functions import Function, functions
from bench.shape.reading.source import Source


@dataclass(frozen=True)
class Excerpt:
    """One function as both files have it."""

    function: str  # "Basket.take"
    rows: tuple[Row, ...]


def overridden(right: Source, broken: Source) -> tuple[Excerpt, ...]:
    """Each function of a counter-example beside the function that it replaces.

    The two functions have the same name.  If the counter-example replaces no function,
    the result is the whole files under an empty name.
    """
    original = dict(functions(right.tree))
    bases = base_classes(broken.tree)
    found = []
    for name, node in functions(broken.tree):
        owner, dot, last = name.rpartition(".")
        replaced = f"{bases.get(owner, owner)}{dot}{last}"
        if replaced in original:
            told = ast.get_docstring(node) is not None
            ours = lines_of(original[replaced], docstring=told)
            aligned = rows(right, broken, ours, lines_of(node))
            found.append(Excerpt(replaced, aligned))
    return tuple(found) or (Excerpt("", rows(right, broken)),)


def base_classes(tree: ast.Module) -> dict[str, str]:
    """Class -> the last name of its first base: `Basket` of `condition.Basket`."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef) and node.bases:
            base = node.bases[0]
            if isinstance(base, ast.Attribute):
                found[node.name] = base.attr
            elif isinstance(base, ast.Name):
                found[node.name] = base.id
    return found


def lines_of(node: Function, docstring: bool = True) -> list[int]:
    """The lines of a function and its decorators, with its docstring on request."""
    first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
    lines = range(first, (node.end_lineno or node.lineno) + 1)
    if docstring or not is_docstring(node.body[0]):
        return [*lines]
    told = node.body[0]
    hidden = range(told.lineno, (told.end_lineno or told.lineno) + 1)
    return [n for n in lines if n not in hidden]
