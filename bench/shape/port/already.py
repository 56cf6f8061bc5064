"""Files that are ports already: a plan and a draft leave them as they are."""

from bench.records.ports import Plan, PortedFunction
from bench.shape.colour.graph import CallGraph
from bench.shape.colour.spread import shown
from bench.shape.port.aids import AIDS
from bench.shape.port.colours import Colours
from bench.shape.port.left_open import MARK
from bench.shape.port.ported_too import PREFIX
from bench.shape.resolution.scopes import Scope


def is_ported(graph: CallGraph, module: str) -> bool:
    """Whether a file has async functions, and was made from one of threads.

    It brings along what drafts do, has comments of a draft, or stands beside the file
    that it is the draft of, which it is named after.
    """
    if not any(scope.is_async for scope in graph.own(module)):
        return False
    program = graph.program
    owner, dot, last = module.rpartition(".")
    file = program.modules[module].name.rpartition("/")[2].removesuffix(".py")
    beside = {f"{owner}{dot}{name.removeprefix(PREFIX)}" for name in (last, file)}
    brings = AIDS.keys() & program.tops[module].bindings.keys()
    return (
        bool(brings)
        or f"{MARK.strip()} " in program.modules[module].text
        or bool((beside - {module}) & program.modules.keys())
    )


def brought_along(text: str, scope: Scope) -> bool:
    """Whether a scope is of what a draft brings along, as the draft has it."""
    while scope.parent is not None and scope.parent.parent is not None:
        scope = scope.parent
    aid = AIDS.get(scope.name)
    return aid is not None and aid in text


def left_as_it_is(graph: CallGraph, found: Colours, module: str) -> Plan:
    """The plan of such a file: its functions, and no edit."""
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
