"""Functions that may stop before the last item: `any`, `all`, `next`, `x in items`."""

import ast

from bench.shape.colour.events import Event
from bench.shape.port.iteration.iterators import Iterators
from bench.shape.port.rewriting import Said
from bench.shape.port.waits.awaits import Awaits
from bench.shape.resolution.facts import expressions

EACH = "each"  # the variable in code that is written out
STEPPED = {"any": "any_of", "all": "all_of", "next": "anext"}
CONTAINED = (
    "the operator `in` does not await the items: write a loop with `async for` that"
    " compares each item, and ends at the first equal one"
)


class ShortCircuits(Awaits):
    """Edits that, like the original, evaluate no item after the result is known."""

    iterators: Iterators

    def _consumed(
        self, by: ast.Call, node: ast.expr, text: str, statement: ast.stmt
    ) -> None:
        """Make an iterator a list, or use an async form of `any`, `all` or `next`."""
        if not self._steps(by, statement):
            text = f"[{text}]"
        elif len(by.args) > 1:
            text = f"({text})"
        self.rewriting.replace(node, text)

    def _steps(self, by: ast.Call, statement: ast.stmt) -> bool:
        """Replace `any`, `all`, `next` by an async form; False for other functions."""
        name = called_name(by)
        if name not in STEPPED or isinstance(by.func, ast.Attribute):
            return False
        if name == "next":
            self.iterators.asked_next.add(by.lineno)
        self.rewriting.replace(by.func, STEPPED[name])
        self._await(by, statement)
        return True

    def _as_list(self, part: ast.GeneratorExp, statement: ast.stmt) -> None:
        if id(part) in self._listed:
            return
        by = call_around(statement, part)
        if by is not None and self._steps(by, statement):
            self._listed.add(id(part))
        else:
            super()._as_list(part, statement)

    def _contained(self, event: Event, node: ast.Compare) -> Said:
        """Edit `x in items`, where `items` needs `async for`."""
        (other, *more), wanted = node.comparators, node.left
        if more or not isinstance(wanted, ast.Name | ast.Constant):
            yield event.line, CONTAINED
            return
        items, text = self.rewriting.kept(other), ast.unparse(wanted)
        word = "not " if isinstance(node.ops[0], ast.NotIn) else ""
        found = f"any_of({EACH} == {text} async for {EACH} in {items})"
        self.rewriting.replace(node, f"{word}await {found}")


def called_name(call: ast.Call) -> str:
    func = call.func
    if isinstance(func, ast.Attribute):
        return func.attr
    return func.id if isinstance(func, ast.Name) else ""


def call_around(statement: ast.stmt, node: ast.AST) -> ast.Call | None:
    """The call that has an expression as an argument."""
    return next(
        (
            part
            for part in expressions(statement)
            if isinstance(part, ast.Call) and any(one is node for one in part.args)
        ),
        None,
    )


def starred(statement: ast.stmt, node: ast.AST) -> bool:
    """Whether an expression is unpacked: `print(*map(f, items))`."""
    parts = expressions(statement)
    return any(isinstance(p, ast.Starred) and p.value is node for p in parts)


def maps(node: ast.Call) -> bool:
    """Whether `map` or `filter` is given a lambda of one argument, and one iterable."""
    if (
        called_name(node) not in ("map", "filter")
        or len(node.args) != 2
        or node.keywords
    ):
        return False
    given = node.args[0]
    return isinstance(given, ast.Lambda) and ast.unparse(given.args).isidentifier()
