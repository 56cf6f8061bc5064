"""Iterators that a port awaits: classes with `__next__`, loops over several kinds."""

import ast
from collections.abc import Iterator

from bench.shape.port.colours import Colours
from bench.shape.port.rewriting import Rewriting
from bench.shape.resolution.facts import live
from bench.shape.resolution.scopes import Scope, end, start
from bench.shape.resolution.values import Instance, Suspended, Value

STOP, ASYNC_STOP = "StopIteration", "StopAsyncIteration"


class Iterators:
    """Edits such classes and loops in one file."""

    def __init__(self, colours: Colours, rewriting: Rewriting) -> None:
        self.colours, self.rewriting = colours, rewriting
        self.types = colours.graph.types
        self.asked_next: set[int] = set()  # lines where `next` became `anext`

    def defined(self, scope: Scope) -> None:
        """`__iter__` of a class whose `__next__` becomes async; what that raises."""
        name = scope.name.rpartition(".")[2]
        twin = f"{scope.key.removesuffix('__iter__')}__next__"
        node = scope.node
        if not isinstance(node, ast.FunctionDef):
            return
        if name == "__iter__" and twin in self.colours.waits:
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

    def looped(self, node: ast.expr, scope: Scope, statement: ast.stmt) -> None:
        """`for x in items`, where `items` may also be what is not iterated by async."""
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
        elif isinstance(value, Instance) and ":" in value.kind:
            yield f"{value.kind}.__iter__"
            yield f"{value.kind}.__next__"

    def caught(self, handler: ast.expr, lines: range) -> None:
        """`except StopIteration` around a `next` that became `anext`."""
        stops = isinstance(handler, ast.Name) and handler.id == STOP
        if stops and self.asked_next & {*lines}:
            self.rewriting.replace(handler, ASYNC_STOP)
