"""Objects that store a session of requests, and that the file never closes."""

import ast
from collections.abc import Iterator

from bench.shape.port.analysis.closing import closed, given_on
from bench.shape.port.colours import Colours
from bench.shape.port.http_client.sessions import CLOSERS
from bench.shape.resolution.members import linear, of_instance
from bench.shape.resolution.scopes import Path, Scope
from bench.shape.resolution.values import ClassRef, Instance
from bench.shape.tables.replacements import SESSIONS


def never_closed(
    found: Colours, node: ast.Call, statement: ast.stmt, scope: Scope, path: Path
) -> Iterator[tuple[int, str]]:
    """The comment on a call that makes an owner of a session: how to close it."""
    types = found.graph.types
    entered = any(i.context_expr is node for i in getattr(statement, "items", ()))
    if not found.waits or entered or given_on(statement, node):
        return
    if scope.owner is not None and "workers" in scope.owner.bindings:
        return  # in a scenario for the explorer the sessions are fakes
    for value in types.of(node.func, scope, path):
        if not isinstance(value, ClassRef):
            continue
        owner = types.program.scopes[value.key]
        session = _session(found, value.key)
        closers = _closers(found, value.key, session)
        tree = types.program.modules[scope.module].tree
        ends = frozenset({*closers, *CLOSERS})
        at_once = any(
            isinstance(part, ast.Attribute) and part.value is node and part.attr in ends
            for part in ast.walk(statement)
        )
        if not session or at_once or closed(tree, statement, ends):
            continue
        closer = closers[0] if closers else ""
        name = owner.name.rpartition(".")[2]
        said = f"nothing closes this {name}, and its session stays open: "
        if closer == "__exit__":
            right = f"async with {ast.unparse(node)} as name"
        else:
            close = f"{closer}()" if closer else f"{session}.close()"
            right = f"await {_named(statement, node)}.{close} when it is no longer used"
        yield node.lineno, said + right


def _session(found: Colours, key: str) -> str:
    """The attribute in which objects of a class store a session; else ""."""
    types = found.graph.types
    for base in linear(types, key):
        if not isinstance(base, ClassRef):
            continue
        for name in types.program.scopes[base.key].attributes:
            kept = of_instance(types, Instance(key), name)
            if any(isinstance(v, Instance) and v.kind in SESSIONS for v in kept):
                return name
    return ""


def _closers(found: Colours, key: str, session: str) -> list[str]:
    """The methods that close objects of a class, with `__exit__` as the first."""
    types = found.graph.types
    owners = [b.key for b in linear(types, key) if isinstance(b, ClassRef)]
    methods = {
        child.name.rpartition(".")[2]: f".{session}.close()" in ast.unparse(child.node)
        for owner in reversed(owners)
        for child in types.program.scopes[owner].children
        if child.is_function
    }
    named = [name for name in ("__exit__", *CLOSERS) if name in methods]
    return [*named, *(name for name, closes in methods.items() if closes)]


def _named(statement: ast.stmt, node: ast.Call) -> str:
    """The name that a statement gives to the new object; "it" if it gives none."""
    targets = getattr(statement, "targets", None) or [
        getattr(statement, "target", None)
    ]
    named = getattr(statement, "value", None) is node and targets[-1] is not None
    return ast.unparse(targets[-1]) if named else "it"
