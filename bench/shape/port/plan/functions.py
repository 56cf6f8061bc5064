"""What each function becomes, and its calls that still block after a port."""

from collections.abc import Iterator
from typing import Literal

from bench.records.shapes import BlockingCall
from bench.shape.colour.events import Event
from bench.shape.colour.graph import CallGraph
from bench.shape.colour.spread import obstacle, shown
from bench.shape.port.colours import Colours
from bench.shape.resolution.scopes import Scope
from bench.shape.tables.blocking import FILES


def becomes(
    graph: CallGraph, found: Colours, scope: Scope
) -> Literal["async", "plain", "changed", "already"]:
    """Whether a function becomes async, stays plain, must change, or is async."""
    if scope.is_async:
        return "already"
    why = found.hindered.get(scope.key) or graph.waiting.get(scope.key)
    if why is not None and why.reason == "implicit":
        return "changed"
    if not found.is_async(scope.key):
        return "plain"
    hindered = obstacle(graph, scope)
    awaited_twin = hindered is None or hindered.startswith("becomes ")
    return "async" if awaited_twin else "changed"


def remaining(graph: CallGraph, found: Colours, module: str) -> Iterator[BlockingCall]:
    """The calls on local files that block the loop after the port.

    They are in functions that become async, and in plain functions that these call.  A
    user may leave such a call, or move it to a thread.
    """
    in_loop = _in_loop(graph, found)
    for scope in graph.own(module):
        if scope.key not in in_loop:
            continue
        for event in graph.events.get(scope.key, ()):
            for block in event.reach.blocks:
                if block.kind == FILES:
                    yield BlockingCall(
                        function=shown(graph, scope.key),
                        line=event.line,
                        call=block.call,
                        instead=_entered(event) + block.instead,
                        file=graph.program.modules[module].name,
                    )


def _entered(event: Event) -> str:
    """The word "with ", if a `with` enters the result of the call; else ""."""
    items = getattr(event.statement, "items", ())
    return "with " if any(one.context_expr is event.node for one in items) else ""


def _in_loop(graph: CallGraph, found: Colours) -> set[str]:
    """The functions that run in the loop after the port, by key."""
    inside = {
        key
        for key in graph.events
        if found.is_async(key) or graph.program.scopes[key].is_async
    }
    new = [*inside]
    while new:
        for event in graph.events.get(new.pop(), ()):
            more = event.reach.functions - inside - graph.handed_only
            inside |= more
            new += more
    return inside
