"""What a plan answers of each function, and the calls that still block after a port."""

from collections.abc import Iterator
from typing import Literal

from bench.records.shapes import BlockingCall
from bench.shape.colour.graph import CallGraph
from bench.shape.colour.spread import obstacle, shown
from bench.shape.port.colours import Colours
from bench.shape.resolution.scopes import Scope
from bench.shape.tables.blocking import FILES


def becomes(
    graph: CallGraph, found: Colours, scope: Scope
) -> Literal["async", "plain", "changed", "already"]:
    """Whether a function becomes async, stays plain or is hindered."""
    if scope.is_async:
        return "already"
    why = graph.waiting.get(scope.key)
    if why is not None and why.reason == "implicit":
        return "changed"
    if not found.is_async(scope.key):
        return "plain"
    hindered = obstacle(graph, scope)
    awaited_twin = hindered is None or hindered.startswith("becomes ")
    return "async" if awaited_twin else "changed"


def remaining(graph: CallGraph, found: Colours, module: str) -> Iterator[BlockingCall]:
    """Calls on local files inside what becomes async: they stay, or go to a thread."""
    for scope in graph.own(module):
        if not (found.is_async(scope.key) or scope.is_async):
            continue
        for event in graph.events.get(scope.key, ()):
            for block in event.ran.blocks:
                if block.kind == FILES:
                    yield BlockingCall(
                        function=shown(graph, scope.key),
                        line=event.line,
                        call=block.call,
                        instead=block.instead,
                        file=graph.program.modules[module].name,
                    )
