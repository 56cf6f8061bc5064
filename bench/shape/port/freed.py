"""Shared state that asyncio frees from its lock, and where it would need one again.

Between two awaits no other task runs, so a lock inside which nothing is awaited
guards nothing any more.
"""

from bench.records.ports import PortedState
from bench.records.shapes import SharedAttribute
from bench.shape.colour.graph import CallGraph
from bench.shape.port.colours import Colours
from bench.shape.state.shared import shared


def freed(graph: CallGraph, found: Colours, module: str) -> tuple[PortedState, ...]:
    """Each shared attribute and global of a module, with what its lock is for."""
    return tuple(
        PortedState(
            name=f"{one.owner}.{one.name}".strip("."),
            lock=", ".join((*one.guards, *one.unsure)),
            lines=tuple(
                sorted((*one.guarded_lines, *one.unguarded_lines, *one.unsure_lines))
            ),
            do=_advice(graph, found, module, one),
        )
        for one in shared(graph.types, module)
    )


def _advice(
    graph: CallGraph,
    found: Colours,
    module: str,
    one: SharedAttribute,
) -> str:
    guards, unguarded, owner = one.guards, one.unguarded_lines, one.owner
    over: dict[str, int] = {}  # lock -> a line where it is held over an await
    around: list[
        tuple[int, int]
    ] = []  # functions with an await before or behind an unguarded write
    for scope in graph.own(module):
        last = getattr(scope.node, "end_lineno", 0) or 0
        for event in graph.events.get(scope.key, ()):
            if found.waits_at(event):
                for lock in event.held:
                    same = scope.owner is None or scope.owner.name == owner or not owner
                    if same:
                        over.setdefault(lock.name, event.line)
                around += [
                    (line, event.line)
                    for line in unguarded
                    if scope.is_function and scope.line <= line <= last
                ]
    kept = [(name, over[name]) for name in guards if name in over]
    if kept:
        return "; ".join(
            f"keep {name} as an asyncio lock: it is held over the await in line {line}"
            for name, line in kept
        )
    if guards:
        return (
            f"{', '.join(guards)} guards nothing any more: no await inside; an await"
            " between reading and writing would need it again"
        )
    if around:
        line, wait = around[0]
        return (
            f"line {line} is in a function that awaits in line {wait}: other tasks run"
            " there, so what was read before it may be old"
        )
    return "no lock needed: no await between reading and writing"
