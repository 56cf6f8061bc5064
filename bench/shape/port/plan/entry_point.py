"""How to start the port of a module: run it as a program, or call a function."""

import ast

from bench.shape.colour.graph import CallGraph
from bench.shape.port.colours import Colours
from bench.shape.resolution.scopes import Scope

# the most usual names of a function that starts the work
FIRST = ("main", "run", "start")


def entry(graph: CallGraph, found: Colours, module: str) -> str:
    """The call that starts the module's work in a loop: "main(urls)".

    It is empty if the module's own code starts the work, or if nothing becomes async.
    """
    top = graph.program.tops[module]
    for event in graph.events.get(top.key, ()):
        waits = any(b.forces_colour for b in event.reach.blocks)
        if waits or any(found.is_async(key) for key in event.reach.functions):
            return ""
    outer = [
        scope
        for scope in top.children
        if scope.is_function and (found.is_async(scope.key) or scope.is_async)
    ]
    by_name = {scope.name: scope for scope in outer}
    for name in FIRST:
        if name in by_name:
            return _call(by_name[name])
    free = [scope for scope in outer if not graph.callers.get(scope.key)]
    return _call((free or outer)[-1]) if outer else ""


def _call(scope: Scope) -> str:
    args: ast.arguments = scope.node.args  # type: ignore[union-attr]
    needed = [*args.posonlyargs, *args.args]
    needed = needed[: len(needed) - len(args.defaults)]
    named = [
        f"{one.arg}=..."
        for one, default in zip(args.kwonlyargs, args.kw_defaults, strict=True)
        if default is None
    ]
    return f"{scope.name}({', '.join([*(one.arg for one in needed), *named])})"
