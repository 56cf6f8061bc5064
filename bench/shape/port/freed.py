"""Shared state that asyncio frees from its lock, and where it would need one again.

Between two awaits no other task runs, so a lock inside which nothing is awaited
guards nothing any more.
"""

from dataclasses import dataclass, field

from bench.records.ports import PortedState
from bench.records.shapes import SharedAttribute
from bench.shape.colour.graph import CallGraph
from bench.shape.port.colours import Colours
from bench.shape.resolution.scopes import Scope
from bench.shape.state.shared import shared


def freed(graph: CallGraph, found: Colours, module: str) -> tuple[PortedState, ...]:
    """Each shared attribute and global of a module, with what its lock is for."""
    waits = Waits()
    for scope in graph.own(module):
        waits.add(graph, found, scope)
    return tuple(
        PortedState(
            name=f"{one.owner}.{one.name}".strip("."),
            lock=", ".join((*one.guards, *one.unsure)),
            lines=tuple(
                sorted((*one.guarded_lines, *one.unguarded_lines, *one.unsure_lines))
            ),
            do=_advice(waits, one),
        )
        for one in shared(graph.types, module)
    )


@dataclass
class Waits:
    """Where a module waits after the port, in the order of the file.

    held: by class (None outside classes), the lock that is held there -> how many
        waits come before it, and its line.
    around: a line of a function that waits -> the function's number, and the first
        line in it that waits.
    """

    held: dict[str | None, dict[str, tuple[int, int]]] = field(default_factory=dict)
    around: dict[int, tuple[int, int]] = field(default_factory=dict)
    count: int = 0

    def add(self, graph: CallGraph, found: Colours, scope: Scope) -> None:
        events = [e for e in graph.events.get(scope.key, ()) if found.waits_at(e)]
        owner = scope.owner.name if scope.owner is not None else None
        for event in events:
            self.count += 1
            for lock in event.held:
                known = self.held.setdefault(owner, {})
                known.setdefault(lock.name, (self.count, event.line))
        if events and scope.is_function:
            last = getattr(scope.node, "end_lineno", 0) or 0
            for line in range(scope.line, last + 1):
                self.around.setdefault(line, (self.count, events[0].line))

    def held_over(self, name: str, owner: str) -> int | None:
        """The first line that waits with a lock of this name, of a class or global."""
        owners = (owner, None) if owner else (*self.held,)
        found = [
            self.held[one][name]
            for one in dict.fromkeys(owners)
            if name in self.held.get(one, ())
        ]
        return min(found)[1] if found else None


def _advice(waits: Waits, one: SharedAttribute) -> str:
    lines = {name: waits.held_over(name, one.owner) for name in one.guards}
    if any(lines.values()):
        return "; ".join(
            f"keep {name} as an asyncio lock: it is held over the await in line {line}"
            for name, line in lines.items()
            if line
        )
    if one.guards:
        return (
            f"{', '.join(one.guards)} guards nothing any more: no await inside; an"
            " await between reading and writing would need it again"
        )
    around = [
        (waits.around[line], at, line)
        for at, line in enumerate(one.unguarded_lines)
        if line in waits.around
    ]
    if around:
        (_, wait), _, line = min(around)
        return (
            f"line {line} is in a function that awaits in line {wait}: other tasks run"
            " there, so what was read before it may be old"
        )
    return "no lock needed: no await between reading and writing"
