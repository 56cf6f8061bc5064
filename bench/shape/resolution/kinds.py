"""The types of one file's names, found by node or by position in the text."""

import ast
from collections.abc import Iterator
from functools import cached_property, lru_cache

from bench.shape.reading.functions import children, nodes
from bench.shape.reading.source import Source
from bench.shape.resolution.arguments import learn
from bench.shape.resolution.evaluate import Types
from bench.shape.resolution.members import linear
from bench.shape.resolution.program import Program
from bench.shape.resolution.scopes import Path, Position, Scope, descendants
from bench.shape.resolution.syntax import resolved_module
from bench.shape.resolution.values import NONE, Instance, Library, Values
from bench.shape.tables.blocking import KNOWN
from bench.shape.tables.library import normal
from bench.shape.tables.vocabulary import WORKERS, synchronizes

NESTED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


class Kinds:
    """The types of one file's expressions; other files are not read."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.program = Program({"": source})
        self.types = Types(self.program, KNOWN)
        self._parameters: dict[Position, ast.arg] = {}
        learn(self.types)

    @cached_property
    def imported(self) -> dict[str, str]:
        """Local name -> absolute dotted name, of every import at any depth."""
        found: dict[str, str] = {}
        for node in nodes(self.source.tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    local = alias.asname or alias.name.partition(".")[0]
                    found[local] = alias.name if alias.asname else local
            elif isinstance(node, ast.ImportFrom):
                module = resolved_module(node, "")
                for alias in node.names:
                    name = f"{module}.{alias.name}".strip(".")
                    found[alias.asname or alias.name] = name
        return found

    @cached_property
    def _places(self) -> dict[int, tuple[Scope, Path]]:
        """Node -> its scope and path."""
        found: dict[int, tuple[Scope, Path]] = {}
        for scope in descendants(self.program.tops[""]):
            for node, path in _own(scope):
                found[id(node)] = scope, path
        return found

    @cached_property
    def _named(self) -> dict[Position, ast.expr]:
        """Position of a name, or of an attribute's last word -> its node."""
        found: dict[Position, ast.expr] = {}
        for node in nodes(self.source.tree):
            if isinstance(node, ast.Name):
                found[self._characters(node.lineno, node.col_offset)] = node
            elif isinstance(node, ast.arg):
                self._parameters[self._characters(node.lineno, node.col_offset)] = node
            elif isinstance(node, ast.Attribute) and node.end_lineno is not None:
                column = (node.end_col_offset or 0) - len(node.attr.encode())
                found[self._characters(node.end_lineno, column)] = node
        return found

    def _characters(self, line: int, column: int) -> Position:
        """A column in characters, because the syntax tree counts bytes."""
        text = self.source.lines[line - 1]
        if text.isascii():
            return line, column
        return line, len(text.encode()[:column].decode(errors="replace"))

    def absolute(self, node: ast.expr) -> str | None:
        """The absolute dotted name of a library's object; else the name as written."""
        scope, path = self._places.get(id(node), (self.program.tops[""], ()))
        for value in self.types.of(node, scope, path):
            if isinstance(value, Library):
                return value.name
        return dotted(node)

    def type_of(self, node: ast.expr) -> str | None:
        """The class of an expression's value, such as "threading.Condition"."""
        scope, path = self._places.get(id(node), (self.program.tops[""], ()))
        return self._telling(self.types.of(node, scope, path))

    def _telling(self, values: Values, items: bool = False) -> str | None:
        """The first class that is a primitive or worker; if there is none, the first.

        items: also consider the classes of items in containers.
        """
        held = [v for v in values if isinstance(v, Instance) and v.kind != "NoneType"]
        kinds = sorted(v.kind for v in held)
        if items:
            inside = NONE.union(*(v.items for v in held))
            kinds += sorted(v.kind for v in inside if isinstance(v, Instance))
        named = [self._library_class(kind) for kind in kinds]
        telling = (k for k in named if synchronizes(k) or k in WORKERS)
        return next(telling, named[0] if named else None)

    def _library_class(self, kind: str) -> str:
        """The primitive or worker from which a class derives; else the class itself."""
        if kind == "list":
            return kind
        if not kind.startswith(":"):
            return normal(kind)
        for base in linear(self.types, kind):
            if isinstance(base, Library) and (
                synchronizes(base.name) or base.name in WORKERS
            ):
                return base.name
        return kind.removeprefix(":")

    def at(self, line: int, column: int) -> str | None:
        """The class of a name's value; the name is found by its position."""
        node = self._named.get((line, column))
        if node is not None:
            scope, path = self._places.get(id(node), (self.program.tops[""], ()))
            return self._telling(self.types.of(node, scope, path), items=True)
        given = self._parameters.get((line, column))
        scope_of = self._scope_of_parameter.get(id(given))
        if given is None or scope_of is None:
            return None
        bound = scope_of.bindings.get(given.arg, [])
        return self._telling(self.types.bound(bound), items=True)

    @cached_property
    def _scope_of_parameter(self) -> dict[int, Scope]:
        found: dict[int, Scope] = {}
        for scope in descendants(self.program.tops[""]):
            args = getattr(scope.node, "args", None)
            if isinstance(args, ast.arguments):
                every = [*args.posonlyargs, *args.args, *args.kwonlyargs]
                found |= {id(one): scope for one in every}
        return found


def dotted(node: ast.expr) -> str | None:
    """`a.b.c` for an attribute chain that starts at a name; None for anything else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return None
    return ".".join([node.id, *reversed(parts)])


def _own(scope: Scope) -> Iterator[tuple[ast.AST, Path]]:
    """A scope's own nodes with their paths, without those of inner scopes."""
    node = scope.node
    if isinstance(node, ast.Lambda):
        pending: list[tuple[ast.AST, Path]] = [(node.body, ())]
    else:
        pending = [(s, ()) for s in node.body]
    while pending:
        part, path = pending.pop()
        if isinstance(part, ast.stmt):
            path = scope.paths.get(id(part), path)
        yield part, path
        if isinstance(part, NESTED):
            outside = [
                *getattr(part, "decorator_list", ()),
                *getattr(part, "bases", ()),
            ]
            pending += [(one, path) for one in outside]
            if not isinstance(part, ast.ClassDef):
                given = [*part.args.defaults, *part.args.kw_defaults]
                pending += [(one, path) for one in given if one is not None]
        else:
            pending += [(child, path) for child in children(part)]


@lru_cache(maxsize=64)
def kinds_of(source: Source) -> Kinds:
    """The types of a file's expressions, computed once for all parts that need them."""
    return Kinds(source)
