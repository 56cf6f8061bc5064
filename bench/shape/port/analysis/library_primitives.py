"""Primitives that are passed to a library, which needs primitives of threads."""

import ast
from dataclasses import dataclass, field

from bench.shape.colour.graph import CallGraph
from bench.shape.port.analysis.call_sites import calls
from bench.shape.port.analysis.primitive_uses import WAITED, WAKES, is_replaced
from bench.shape.resolution.scopes import Path, Scope
from bench.shape.resolution.values import Library, LibraryMethod
from bench.shape.state.locks import makers
from bench.shape.tables.standard import is_standard

TAKE = ("logging.handlers.QueueHandler", "logging.handlers.QueueListener")


@dataclass
class LibraryPrimitive:
    """The library function that gets a primitive, and the primitive's other uses."""

    to: str
    line: int
    used: list[int] = field(default_factory=list)

    @property
    def told(self) -> str:
        """The comment on the line that makes the primitive; empty if none is needed."""
        if not self.used:
            return ""
        lines = ", ".join(map(str, sorted(set(self.used))))
        return (
            f"line {self.line} gives this primitive to {self.to}, which needs one of"
            " threads. So its class does not change. Do not await its methods in line"
            f" {lines} of the original, but call them with asyncio.to_thread"
        )


LibraryPrimitives = dict[
    int, LibraryPrimitive
]  # key: the id of the called expression that makes the primitive


def library_primitives(graph: CallGraph) -> LibraryPrimitives:
    """The calls that make primitives for a library, by the called expression's id."""
    found: LibraryPrimitives = {}
    used: dict[int, list[int]] = {}
    for module in graph.program.given:
        for scope in graph.own(module):
            for node, path in calls(scope):
                _note(graph, node, scope, path, found, used)
    for made, lines in used.items():
        if made in found:
            found[made].used += lines
    return found


def _note(
    graph: CallGraph,
    node: ast.Call,
    scope: Scope,
    path: Path,
    found: LibraryPrimitives,
    used: dict[int, list[int]],
) -> None:
    callees = graph.types.of(node.func, scope, path)
    known = [v.name for v in callees if isinstance(v, Library | LibraryMethod)]
    names = [name for name in known if _takes(name)]
    if names:
        for given in [*node.args, *(k.value for k in node.keywords)]:
            if is_replaced(graph.types.of(given, scope, path)):
                for made in _made(graph, given, scope, path):
                    found.setdefault(made, LibraryPrimitive(names[0], node.lineno))
    func = node.func
    if isinstance(func, ast.Attribute) and func.attr in WAITED | WAKES:
        for made in _made(graph, func.value, scope, path):
            used.setdefault(made, []).append(node.lineno)


def _made(graph: CallGraph, node: ast.expr, scope: Scope, path: Path) -> list[int]:
    """The id of the called expression, for each call that makes the value."""
    where = [node, *makers(graph.types, node, scope, path)]
    return [id(one.func) for one in where if isinstance(one, ast.Call)]


def _takes(name: str) -> bool:
    """Whether a library's function uses a primitive that is passed to it."""
    return name in TAKE or ("." in name and not is_standard(name))
