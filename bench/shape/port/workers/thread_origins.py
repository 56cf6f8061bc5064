"""Trace an expression in a function back to the threads that the function makes."""

import ast
from collections.abc import Collection, Iterator

from bench.shape.resolution.facts import expressions, live
from bench.shape.resolution.growing import GROWS
from bench.shape.resolution.scopes import Path, Scope, start

IN_ORDER = frozenset({"list", "tuple", "enumerate", "zip", "chain", "iter"})
# methods of a dict whose result has the order of the dict
VIEWS = frozenset({"values", "items"})
DEEP = 20  # the most steps from one name to the next


class Origins:
    """Follows names, attributes and containers back to the calls that make threads."""

    def __init__(self, scope: Scope, made: Collection[int]) -> None:
        self.scope, self.made = scope, made
        # Each target, such as "self.crew", with a value that is stored there.
        self.kept = list(_kept(scope))

    def of(self, node: ast.AST, path: Path) -> set[int] | None:
        """The ids of the calls that made the threads; None if these are unknown.

        The result is also None if the order of the threads is unknown.
        """
        return self._of(node, path, DEEP)

    def _of(self, node: ast.AST | None, path: Path, left: int) -> set[int] | None:
        if id(node) in self.made:
            return {id(node)}
        parts = self._parts(node, path) if left else None
        if parts is None:
            return None
        found: set[int] = set()
        for part, where in parts:
            inner = self._of(part, where, left - 1)
            if inner is None:
                return None
            found |= inner
        return found

    def _parts(
        self, node: ast.AST | None, path: Path
    ) -> list[tuple[ast.AST | None, Path]] | None:
        """The expressions that this expression may stand for."""
        inner: list[ast.AST | None]
        match node:
            case ast.Name(id=name):
                bound = self.scope.reaching(name, start(node), path)
                grown = self.scope.grown.get(name, [])
                if any(one.how not in ("value", "item") for one in bound):
                    return None
                known = [(one.node, one.path) for one in (*bound, *grown)]
                added = [
                    (value, where) for text, value, where in self.kept if text == name
                ]
                return [*known, *added] or None
            case ast.Attribute() | ast.Subscript(slice=ast.Constant()):
                text = ast.unparse(node)
                put = [
                    (value, where) for name, value, where in self.kept if name == text
                ]
                if not put and isinstance(node, ast.Subscript):
                    return [(node.value, path)]
                return [*put] or None
            case ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.Set(elts=parts):
                inner = [*parts]
            case ast.BoolOp(values=values):
                inner = [*values]
            case ast.Dict(values=values):
                inner = [*values]
            case ast.ListComp(elt=elt) | ast.GeneratorExp(elt=elt):
                inner = [elt]
            case ast.SetComp(elt=elt) | ast.DictComp(value=elt):
                inner = [elt]
            case ast.Starred(value=value) | ast.NamedExpr(value=value):
                inner = [value]
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                inner = [left, right]
            case ast.Call(func=func, args=args):
                return self._called(func, args, path)
            case ast.Constant():
                inner = []
            case _:
                return None
        return [(part, path) for part in inner]

    def _called(
        self, func: ast.expr, args: list[ast.expr], path: Path
    ) -> list[tuple[ast.AST | None, Path]] | None:
        name = ast.unparse(func).rpartition(".")[2]
        if name in VIEWS and isinstance(func, ast.Attribute):
            return [(func.value, path)]
        if name in IN_ORDER:
            return [(one, path) for one in args if _may_hold(one)]
        return [] if name in ("range", "len", "set", "deque", "dict") else None


def _may_hold(node: ast.expr) -> bool:
    """Whether an argument may contain threads: a number or `range(3)` does not."""
    called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
    return not isinstance(node, ast.Constant) and called not in ("range", "count")


def _kept(scope: Scope) -> Iterator[tuple[str, ast.AST, Path]]:
    """The values that a function stores in containers, attributes and keys.

    Each value comes with the source text of its target.  A value that is assigned or
    appended to a plain name is left out, because the scope records it.
    """
    if isinstance(scope.node, ast.Lambda):
        return
    for statement, path in live(scope):
        yield from ((text, value, path) for text, value in _assigned(statement))
        for node in expressions(statement):
            if not isinstance(node, ast.Call) or not isinstance(
                node.func, ast.Attribute
            ):
                continue
            into, name = node.func.value, node.func.attr
            grows = len(node.args) == GROWS.get(name) and not isinstance(into, ast.Name)
            if grows or (name == "extend" and node.args):
                yield ast.unparse(into), node.args[-1], path


def _assigned(statement: ast.stmt) -> Iterator[tuple[str, ast.AST]]:
    """The stores in `self.crew = [...]`, `crew["a"] = ...`, `crew += [...]`."""
    adds = isinstance(statement, ast.AugAssign)
    if isinstance(statement, ast.Assign):
        targets = statement.targets
    elif isinstance(statement, ast.AnnAssign | ast.AugAssign):
        targets = [statement.target]
    else:
        return
    value = statement.value
    for one in targets:
        if value and (adds or isinstance(one, ast.Attribute | ast.Subscript)):
            yield ast.unparse(one), value
        if value and isinstance(one, ast.Subscript):
            yield ast.unparse(one.value), value
