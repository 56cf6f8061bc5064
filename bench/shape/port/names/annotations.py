"""Annotations of functions, with the names of classes that a port replaces."""

import ast
from collections.abc import Iterator

from bench.shape.port.analysis.library_primitives import LibraryPrimitives
from bench.shape.port.colours import Colours
from bench.shape.port.rewriting import Rewriting
from bench.shape.resolution.scopes import Scope
from bench.shape.resolution.values import Library
from bench.shape.tables.replacements import CLASSES, REPLACED_BY_SUPPORT

# Locks are left out, because a port may keep them.  Pools are left out, because they
# may become groups.
NAMED = {
    **{
        name: new
        for name, new in CLASSES.items()
        if name not in REPLACED_BY_SUPPORT and name != "threading.Lock"
    },
    "requests.Response": "aiohttp.ClientResponse",
    "requests.models.Response": "aiohttp.ClientResponse",
}
OF_SESSIONS = ("requests.",)


def rename_annotations(
    found: Colours, rewriting: Rewriting, scope: Scope, kept: LibraryPrimitives
) -> None:
    """Replace class names in a function's annotations by the names in the port.

    kept: the primitives that are passed to a library.  If there are any, only the names
    of requests are replaced.
    """
    if not isinstance(scope.node, ast.FunctionDef) or not found.waits:
        return
    outer = scope.parent or scope
    for note in _annotations(scope.node):
        for node in ast.walk(note):
            if isinstance(node, ast.Constant) and node.value in NAMED:
                if not kept or node.value.startswith(OF_SESSIONS):
                    rewriting.replace(node, repr(NAMED[node.value]))
            elif isinstance(node, ast.Name | ast.Attribute):
                for value in found.graph.types.of(node, outer, scope.path):
                    name = value.name if isinstance(value, Library) else ""
                    if name in NAMED and (not kept or name.startswith(OF_SESSIONS)):
                        rewriting.replace(node, NAMED[name])


def _annotations(function: ast.FunctionDef) -> Iterator[ast.expr]:
    given = function.args
    rest = [one for one in (given.vararg, given.kwarg) if one is not None]
    for argument in (*given.posonlyargs, *given.args, *given.kwonlyargs, *rest):
        if argument.annotation is not None:
            yield argument.annotation
    if function.returns is not None:
        yield function.returns
