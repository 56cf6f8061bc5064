"""Methods whose class also has an async variant: `read` beside `aread`."""

import ast
from collections.abc import Iterator

from bench.shape.port.colours import Colours
from bench.shape.resolution.members import members
from bench.shape.resolution.scopes import Path, Scope
from bench.shape.resolution.values import FunctionRef, Instance

PREFIXES = ("a", "async_", "aio_")


def async_variants(
    found: Colours, node: ast.Call, scope: Scope, path: Path
) -> Iterator[tuple[int, str]]:
    """The comment on a call of a method with an async variant, in an async function."""
    func = node.func
    if not isinstance(func, ast.Attribute) or not found.is_async(scope.key):
        return
    types = found.graph.types
    values = types.of(func.value, scope, path)
    kinds = [v for v in values if isinstance(v, Instance) and ":" in v.kind]
    for kind in kinds:
        own = members(types, frozenset({kind}), func.attr)
        if any(isinstance(v, FunctionRef) and found.is_async(v.key) for v in own):
            return  # the method itself becomes async
        for prefix in PREFIXES:
            name = f"{prefix}{func.attr}"
            for value in members(types, frozenset({kind}), name):
                if isinstance(value, FunctionRef) and (
                    found.graph.program.scopes[value.key].is_async
                ):
                    owner = kind.kind.rpartition(":")[2]
                    on = ast.unparse(func.value)
                    yield (
                        node.lineno,
                        f"{owner} has {name} beside {func.attr}:"
                        f" await {on}.{name}(...)",
                    )
                    return
