"""Iterators that a port awaits: classes with `__next__`, and loops over them."""

import ast
from collections.abc import Iterator

from bench.shape.port.colours import Colours
from bench.shape.port.rewriting import Rewriting, Said, stands_alone
from bench.shape.resolution.calls import is_generator
from bench.shape.resolution.facts import live
from bench.shape.resolution.members import members
from bench.shape.resolution.scopes import Path, Scope, end, start
from bench.shape.resolution.values import (
    FunctionRef,
    Instance,
    Lazy,
    Suspended,
    Value,
    one,
)

YIELDED = (
    "`async for` takes no coroutine: write this function as an async generator, with"
    " `for each in {}: yield each` in place of this line"
)
STOP, ASYNC_STOP = "StopIteration", "StopAsyncIteration"


class Iterators:
    """Edits classes with `__next__`, and loops over values of several kinds."""

    def __init__(self, colours: Colours, rewriting: Rewriting) -> None:
        self.colours, self.rewriting = colours, rewriting
        self.types = colours.graph.types
        self.asked_next: set[int] = set()  # lines where `next` became `anext`

    def defined(self, scope: Scope) -> None:
        """Rename `__iter__` of an iterator that becomes async, and StopIteration."""
        name = scope.name.rpartition(".")[2]
        twin = f"{scope.key.removesuffix('__iter__')}__next__"
        node = scope.node
        if not isinstance(node, ast.FunctionDef):
            return
        gives = self.types.result(FunctionRef(scope.key))
        turns = {v.key for v in gives if isinstance(v, Suspended)} - {scope.key}
        if name == "__iter__" and {twin, *turns} & self.colours.waits.keys():
            if not self.colours.is_async(scope.key):
                line, column = start(node)
                span = (line, column + 4), (line, column + 4 + len(name))
                self.rewriting.replaced[span] = "__aiter__"
        elif name == "__next__" and self.colours.is_async(scope.key):
            for statement, _ in live(scope):
                if isinstance(statement, ast.Raise) and statement.exc is not None:
                    for part in ast.walk(statement.exc):
                        if isinstance(part, ast.Name) and part.id == STOP:
                            self.rewriting.replace(part, ASYNC_STOP)

    def given_at_once(self, scope: Scope, whole: dict[int, str]) -> Said:
        """Replace `return iter(...)` in an async `__iter__` by a loop that yields.

        The method is then an async generator, which `async for` accepts.  A coroutine
        that returns an iterator is not accepted.
        """
        node = scope.node
        name = scope.name.rpartition(".")[2]
        is_plain = name == "__iter__" and not is_generator(self.types, scope)
        if not is_plain or not self.colours.is_async(scope.key):
            return
        for statement, path in self.types.facts(scope).returns:
            value = statement.value
            over = value
            match value:
                case ast.Call(func=ast.Name(id="iter"), args=[inner]):
                    over = inner
            if over is None:
                continue
            inside = path or statement not in getattr(node, "body", ())
            if inside or not self._alone(statement):
                yield statement.lineno, YIELDED.format(ast.unparse(over))
                continue
            values = self.types.of(over, scope, path)
            word = "async for" if any(map(self._awaits, values)) else "for"
            kept = self.rewriting.kept(over)
            whole[statement.lineno] = f"{word} each in {kept}:\n    yield each"

    def kept(self, node: ast.Call, scope: Scope, path: Path) -> None:
        """Replace `iter` in `iter(generator)` by `aiter`: both return the generator."""
        if len(node.args) != 1 or not isinstance(node.func, ast.Name):
            return
        given = (
            self.types.of(node.args[0], scope, path) if node.func.id == "iter" else ()
        )
        if given and all(self._awaits(value) for value in given):
            self.rewriting.replace(node.func, "aiter")

    def _alone(self, statement: ast.stmt) -> bool:
        return stands_alone(self.rewriting.source, statement)

    def looped(self, node: ast.expr, scope: Scope, statement: ast.stmt) -> None:
        """Edit `for x in items`, where `items` may also be a plain iterable."""
        path = scope.paths.get(id(statement), ())
        values = self.types.of(node, scope, path)
        if all(self._awaits(value) for value in values):
            return
        self.rewriting.insert(start(node), "each_of(", first=True)
        self.rewriting.insert(end(node), ")")

    def _awaits(self, value: Value) -> bool:
        """Whether iterating over a value awaits after the port."""
        return any(self.colours.is_async(key) for key in self._steps(value))

    def _steps(self, value: Value) -> Iterator[str]:
        if isinstance(value, Suspended):
            yield value.key
        elif isinstance(value, Lazy):
            for each in value.functions:
                yield from self._steps(each)
        elif isinstance(value, Instance) and ":" in value.kind:
            yield f"{value.kind}.__iter__"
            for method in members(self.types, one(value), "__iter__"):
                gives = self.types.result(method)
                yield from (v.key for v in gives if isinstance(v, Suspended))
            yield f"{value.kind}.__next__"

    def caught(self, handler: ast.expr, lines: range) -> None:
        """Edit `except StopIteration` around a `next` that became `anext`."""
        stops = isinstance(handler, ast.Name) and handler.id == STOP
        if stops and self.asked_next & {*lines}:
            self.rewriting.replace(handler, ASYNC_STOP)
