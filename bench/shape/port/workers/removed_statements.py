"""Statements that a port removes, such as `thread.start()`, and their lines."""

import ast
from collections.abc import Collection, Iterator

from bench.shape.reading.source import Source
from bench.shape.resolution.scopes import Scope

Removed = tuple[ast.stmt, Scope]
# iterating over a value of these kinds has no other effect
SIMPLE = ast.Name | ast.Attribute


def removed_lines(source: Source, removed: Collection[Removed]) -> set[int]:
    """The lines to remove: these statements, and loops that contain only these.

    Such a loop is removed only if it has no other effect.  A block needs at least one
    statement.  So if all statements of a block could be removed, all of them stay.
    """
    gone = {id(statement) for statement, _ in removed}
    found: set[int] = set()
    for node in {id(scope.node): scope.node for _, scope in removed}.values():
        for block in _blocks(node):
            going = [one for one in block if _goes(one, gone, node)]
            if len(going) < len(block):
                for one in going:
                    found |= _own_lines(source, one, block)
    return found


def _goes(statement: ast.stmt, gone: set[int], function: ast.AST) -> bool:
    if id(statement) in gone:
        return True
    return (
        isinstance(statement, ast.For)
        and not statement.orelse
        and isinstance(statement.iter, SIMPLE)
        and isinstance(statement.target, ast.Name)
        and all(_goes(one, gone, function) for one in statement.body)
        and not _used_behind(statement, statement.target.id, function)
    )


def _used_behind(loop: ast.For, name: str, function: ast.AST) -> bool:
    """Whether code after a loop reads the variable of the loop.

    A read inside a later loop or comprehension that binds the same name does not count.
    """
    end = loop.end_lineno or loop.lineno
    bound = [
        node
        for node in ast.walk(function)
        if isinstance(node, ast.For | ast.comprehension)
        and isinstance(node.target, ast.Name)
        and node.target.id == name
        and node.target.lineno > end
    ]
    inside = {id(part) for node in bound for part in ast.walk(node)}
    inside |= {
        id(part)
        for node in ast.walk(function)
        if any(one in bound for one in getattr(node, "generators", ()))
        for part in ast.walk(node)
    }
    return any(
        isinstance(node, ast.Name)
        and isinstance(node.ctx, ast.Load)
        and node.id == name
        and node.lineno > end
        and id(node) not in inside
        for node in ast.walk(function)
    )


def _blocks(node: ast.AST) -> Iterator[list[ast.stmt]]:
    for part in ast.walk(node):
        for name in ("body", "orelse", "finalbody"):
            block = getattr(part, name, None)
            if isinstance(block, list) and block:
                yield block


def _own_lines(source: Source, one: ast.stmt, block: list[ast.stmt]) -> set[int]:
    """The lines of a statement; none if it shares a line with another statement."""
    first, last = one.lineno, one.end_lineno or one.lineno
    others = [n for n in block if n is not one]
    shared = any((n.end_lineno or 0) >= first and n.lineno <= last for n in others)
    head = source.lines[first - 1].encode()[: one.col_offset]
    return set() if shared or head.strip() else {*range(first, last + 1)}
