"""The plan of a port: what each function, primitive and shared attribute becomes."""

from bench.records.ports import Edit, Plan, PortedFunction
from bench.shape.colour.graph import CallGraph
from bench.shape.colour.spread import not_followed, shown
from bench.shape.port.colours import Colours
from bench.shape.port.draft.drafts import Port, ports
from bench.shape.port.draft.ported_files import is_ported
from bench.shape.port.plan.entry_point import entry
from bench.shape.port.plan.functions import becomes, remaining
from bench.shape.port.plan.primitives import primitives
from bench.shape.port.plan.shared_state import shared_state
from bench.shape.reading.ticks import Tick, silent


def left_as_it_is(graph: CallGraph, found: Colours, module: str) -> Plan:
    """The plan of a file that is already ported: its functions, and no edits."""
    scopes = [scope for scope in graph.own(module) if scope.is_function]
    return Plan(
        file=graph.program.modules[module].name,
        functions=tuple(
            PortedFunction(
                function=shown(graph, scope.key),
                line=scope.line,
                becomes="already" if scope.is_async else "plain",
                why=found.why(scope),
            )
            for scope in scopes
        ),
        is_ported=True,
    )


def plan(graph: CallGraph, tick: Tick = silent) -> list[Plan]:
    """The plan of each given module."""
    return [_plan(port) for port in ports(graph, tick)]


def _plan(port: Port) -> Plan:
    graph, found = port.graph, port.colours
    if is_ported(graph, port.module):
        return left_as_it_is(graph, found, port.module)
    scopes = [s for s in graph.own(port.module) if s.is_function]
    owner: dict[int, str] = {}
    # Outer functions come before inner ones, so an inner function takes over its lines.
    for scope in scopes:
        last = getattr(scope.node, "end_lineno", scope.line) or scope.line
        first = min(
            [scope.line, *(d.lineno for d in getattr(scope.node, "decorator_list", ()))]
        )
        owner |= dict.fromkeys(range(first, last + 1), scope.key)
    edits: dict[str, list[Edit]] = {}
    for line in port.touched:
        edits.setdefault(owner.get(line, ""), []).append(port.edit(line))
    return Plan(
        file=port.source.name,
        functions=tuple(
            PortedFunction(
                function=shown(graph, scope.key),
                line=scope.line,
                becomes=becomes(graph, found, scope),
                why=found.why(scope),
                edits=tuple(edits.get(scope.key, ())),
            )
            for scope in scopes
        ),
        primitives=primitives(graph, port.module, port.made, port.text),
        state=shared_state(graph, found, port.module),
        elsewhere=tuple(edits.get("", ())),
        remaining=tuple(remaining(graph, found, port.module)),
        not_followed=not_followed(graph, [port.module]),
        entry=entry(graph, found, port.module),
        needs=("aiohttp",) if "aiohttp." in port.draft() else (),
    )
