"""What a name in a file stands for: `t.Lock` after `import threading as t`.

Two answers, both from the file alone: the absolute dotted name of an expression
(through imports), and what a variable or attribute holds (through assignments,
annotations and defaults).  What neither knows is None: no guess is made here.
"""

import ast
from collections import ChainMap
from collections.abc import Iterator, MutableMapping
from dataclasses import dataclass, field, replace
from functools import lru_cache

from bench.shape.functions import Function, nodes
from bench.shape.source import Source
from bench.shape.vocabulary import QUEUES, holds


def imports(tree: ast.Module, package: str = "") -> dict[str, str]:
    """Local name -> absolute dotted name, of every import at any depth."""
    found: dict[str, str] = {}
    for node in nodes(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                local = alias.asname or alias.name.partition(".")[0]
                found[local] = alias.name if alias.asname else local
        elif isinstance(node, ast.ImportFrom):
            module = absolute(node, package)
            for alias in node.names:
                found[alias.asname or alias.name] = f"{module}.{alias.name}".strip(".")
    return found


def absolute(node: ast.ImportFrom, package: str) -> str:
    """The module that a `from` imports from, relative dots resolved."""
    if not node.level:
        return node.module or ""
    parts = package.split(".") if package else []
    base = parts[: len(parts) - node.level + 1]
    return ".".join([*base, *([node.module] if node.module else [])])


def dotted(node: ast.expr) -> str | None:
    """`a.b.c` of an attribute chain that starts at a name; None of anything else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return None
    return ".".join([node.id, *reversed(parts)])


@dataclass(frozen=True)
class Names:
    """Names of one file resolved."""

    imported: dict[str, str]
    variables: MutableMapping[str, str] = field(default_factory=dict)  # ".x": type
    unbounded: frozenset[str] = (
        frozenset()
    )  # of these, queues into which put never waits
    local: frozenset[str] = frozenset()  # the classes of the file

    def absolute(self, node: ast.expr) -> str | None:
        """The absolute dotted name that an expression refers to, if imports tell."""
        name = dotted(node)
        if name is None:
            return None
        first, dot, rest = name.partition(".")
        known = self.imported.get(first)
        return f"{known}{dot}{rest}" if known else name

    def type_of(self, node: ast.expr) -> str | None:
        """What a variable or attribute holds: "threading.Condition", a class, ..."""
        if isinstance(node, ast.Call):
            return self.absolute(node.func)
        if isinstance(node, ast.Attribute):
            own = self.variables.get(f".{node.attr}")
            return own or self.variables.get(node.attr)
        if isinstance(node, ast.Name):
            return self.variables.get(node.id)
        if isinstance(node, ast.Subscript):
            return self.type_of(node.value)
        return None

    def never_full(self, node: ast.expr) -> bool:
        """Whether a variable or attribute holds a queue made without a size."""
        if isinstance(node, ast.Attribute):
            return f".{node.attr}" in self.unbounded
        return isinstance(node, ast.Name) and node.id in self.unbounded

    def inside(self, function: Function) -> "Names":
        """The same, where what a function itself says of a name counts most."""
        names = replace(self, variables=ChainMap({}, self.variables))
        names.learn(function)
        return names

    def learn(self, tree: ast.AST) -> None:
        """Take up what each variable holds that is bound in a tree."""
        for target, value in bindings(tree):
            kind = value_type(value, self)
            if kind and (holds(kind) or kind in self.local or "." in kind):
                self.variables[target] = kind
                if target.startswith("."):  # a parameter is often called as it
                    self.variables.setdefault(target[1:], kind)


@lru_cache(maxsize=64)
def resolve(source: Source, package: str = "") -> Names:
    """Read a file's imports, then what its variables hold."""
    names = Names(
        imports(source.tree, package),
        local=frozenset(
            n.name for n in nodes(source.tree) if isinstance(n, ast.ClassDef)
        ),
    )
    names.learn(source.tree)
    made: dict[str, list[bool]] = {}
    for target, value in bindings(source.tree):
        if value_type(value, names) in QUEUES:
            made.setdefault(target, []).append(without_size(value))
    return replace(
        names, unbounded=frozenset(n for n, all_ in made.items() if all(all_))
    )


def without_size(value: ast.expr) -> bool:
    """Whether an expression makes a queue that has room for everything."""
    return isinstance(value, ast.Call) and not value.args and not value.keywords


def bindings(tree: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """Pairs of a name, `.name` for an attribute, and an expression of what it holds."""
    for node in nodes(tree):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                yield from zip_names(target, node.value)
        elif isinstance(node, ast.AnnAssign):
            yield from zip_names(node.target, node.annotation)
            if node.value is not None:
                yield from zip_names(node.target, node.value)
        elif isinstance(node, ast.NamedExpr):
            yield from zip_names(node.target, node.value)
        elif isinstance(node, ast.withitem) and node.optional_vars is not None:
            yield from zip_names(node.optional_vars, node.context_expr)
        elif isinstance(node, ast.arg) and node.annotation is not None:
            yield node.arg, node.annotation
        elif isinstance(node, ast.For | ast.AsyncFor | ast.comprehension):
            yield from zip_names(node.target, node.iter)


def zip_names(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    """Take `a, b = x, y` apart; an attribute is known by its last part."""
    if isinstance(target, ast.Tuple | ast.List):
        if isinstance(value, ast.Tuple | ast.List):
            for one, other in zip(target.elts, value.elts, strict=False):
                yield from zip_names(one, other)
        elif target.elts and ast.unparse(value).endswith(".accept()"):
            yield from zip_names(target.elts[0], value)  # beside it is its address
    elif isinstance(target, ast.Attribute):
        yield f".{target.attr}", value
    elif isinstance(target, ast.Name):
        yield target.id, value
    elif isinstance(target, ast.Subscript):
        yield from zip_names(target.value, value)


def value_type(value: ast.expr, names: Names) -> str | None:
    """The type that an assigned expression or an annotation speaks of."""
    if isinstance(value, ast.Await | ast.Starred):
        return value_type(value.value, names)
    if isinstance(value, ast.Call):
        return called_type(value, names)
    if isinstance(value, ast.ListComp | ast.SetComp | ast.GeneratorExp):
        return value_type(value.elt, names)  # a list of threads: its items
    if isinstance(value, ast.DictComp):
        return value_type(value.value, names)
    if isinstance(value, ast.List | ast.Set) and value.elts:
        return value_type(value.elts[0], names)
    if isinstance(value, ast.BinOp):  # Lock | None
        return value_type(value.left, names) or value_type(value.right, names)
    if isinstance(value, ast.BoolOp):  # lock or threading.Lock()
        return next(filter(None, (value_type(v, names) for v in value.values)), None)
    if isinstance(value, ast.IfExp):
        return value_type(value.body, names) or value_type(value.orelse, names)
    if isinstance(value, ast.Subscript):  # list[threading.Thread], Queue[int]
        outer = names.absolute(value.value)
        return outer if outer and holds(outer) else value_type(value.slice, names)
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        try:  # an annotation in quotes
            return value_type(ast.parse(value.value, mode="eval").body, names)
        except (SyntaxError, ValueError):
            return None
    if isinstance(value, ast.Name | ast.Attribute):
        return names.type_of(value) or names.absolute(value)
    return None


def called_type(call: ast.Call, names: Names) -> str | None:
    """What a call makes: `pool.submit(...)` a future, `field(...)` its default."""
    for keyword in call.keywords:
        if keyword.arg == "default_factory":
            return value_type(keyword.value, names)
    if isinstance(call.func, ast.Attribute):
        made = holds(f".{call.func.attr}")
        if made:
            return made
    return names.absolute(call.func)
