"""Whether threads are started where they are made: a task starts when it is made.

A thread that is made in a constructor and started in `__enter__`, or after something
was waited for, must not run before.
"""

import ast
from collections.abc import Iterator

from bench.shape.colour.graph import CallGraph
from bench.shape.port.colours import Colours
from bench.shape.resolution.facts import expressions, live
from bench.shape.resolution.scopes import Path, Scope
from bench.shape.resolution.values import Instance, Library

THREAD = "threading.Thread"
Place = tuple[int, Path]  # a line, and the compound statements around it


def started_later(graph: CallGraph, found: Colours) -> bool:
    """Whether a thread is started apart from its making.

    Of the modules that are read along as well: their drafts have what they say.
    """
    return any(
        _later(graph, found, scope)
        for module in graph.program.own
        for scope in graph.own(module)
        if not isinstance(scope.node, ast.Lambda)
    )


def _later(graph: CallGraph, found: Colours, scope: Scope) -> bool:
    made: list[Place] = []
    started: list[Place] = []
    for name, place in _places(graph, scope):
        (made if name == "made" else started).append(place)
    waits = [e.line for e in graph.events.get(scope.key, ()) if found.waits_at(e)]
    return any(
        not any(
            line <= first and _certain(path, around)
            for first, around in started
            if not any(line < wait < first for wait in waits)
        )
        for line, path in made
    )


def _places(graph: CallGraph, scope: Scope) -> Iterator[tuple[str, Place]]:
    """Where a function makes threads that it does not start in the same expression."""
    for statement, path in live(scope):
        parts = expressions(statement)
        at_once = {
            id(n.func.value)
            for n in parts
            if isinstance(n, ast.Call)
            and isinstance(n.func, ast.Attribute)
            and n.func.attr == "start"
        }
        for node in parts:
            if not isinstance(node, ast.Call):
                continue
            values = graph.types.of(node.func, scope, path)
            names = {v.name for v in values if isinstance(v, Library)}
            if THREAD in names and id(node) not in at_once:
                yield "made", (node.lineno, path)
            elif isinstance(node.func, ast.Attribute) and node.func.attr == "start":
                on = graph.types.of(node.func.value, scope, path)
                if any(isinstance(v, Instance) and v.kind == THREAD for v in on):
                    yield "started", (node.lineno, path)


def _certain(made: Path, started: Path) -> bool:
    """Whether what was made is started too: no condition stands only around that."""
    around = {step for step in started if step[1] not in ("loop", "try")}
    return around <= {*made}
