"""How far `async` spreads: which functions must change colour, and what forces each.

A function that waits must become `async def`.  Then each caller must await the call, so
the caller must become `async def` too.  This continues up to the place that starts the
loop.  The call graph is read from the files, without running them.  `submit(f)` only
hands `f` over: it is not a call of `f`.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Literal

from bench.records.shapes import BlockingCall, Coloured, NotFollowed
from bench.shape.colour.events import Event
from bench.shape.colour.graph import CallGraph, Forced, graph_of
from bench.shape.colour.reach import Blocker
from bench.shape.reading.source import Source
from bench.shape.resolution.members import decorators
from bench.shape.resolution.program import Program
from bench.shape.resolution.scopes import Scope
from bench.shape.tables.blocking import LOCK

# Python itself calls these names, and so cannot await them; some have an async twin.
TWINS = {
    "__enter__": "becomes __aenter__",
    "__exit__": "becomes __aexit__",
    "__iter__": "becomes __aiter__",
    "__next__": "becomes __anext__",
}
ON_IMPORT = (
    "runs on import: move it into async def main(), started by asyncio.run(main())"
)
REASONS: dict[str, Literal["waits", "lock", "implicit"]] = {
    "waits": "waits",
    "lock": "lock",
    "implicit": "implicit",
}
STARTS_A_LOOP = frozenset(
    {"asyncio.run", "anyio.run", "asyncio.AbstractEventLoop.run_until_complete"}
)
MOST_NAMED = 12  # the most lines listed for one function that is not followed


def spread(
    modules: Mapping[str, Source], also: Collection[str] = ()
) -> tuple[Coloured, ...]:
    """Every function that the blocking calls in these modules force to be `async def`.

    `also` are further names that block: "mypkg.db.query", "psycopg.connect".  If there
    are several modules, each name in the result begins with its module.
    """
    if len(modules) == 1 and not also:
        (source,) = modules.values()
        return spread_of(graph_of(source))
    return spread_of(CallGraph(Program(modules), also))


def spread_of(graph: CallGraph) -> tuple[Coloured, ...]:
    """The functions of the given modules that must become `async def`."""
    return tuple(
        Coloured(
            function=shown(graph, scope.key),
            line=scope.line if scope.is_function else why.line,
            chain=(*(shown(graph, step) for step in why.chain), why.block.call),
            obstacle=obstacle(graph, scope),
            file=graph.program.modules[scope.module].name,
            reason=REASONS[why.reason],
        )
        for scope, why in forced(graph)
    )


def forced(graph: CallGraph) -> Iterator[tuple[Scope, Forced]]:
    """The plain functions that wait, in the order of the files.

    Code that runs on import is included only if its own statements wait.  If this code
    calls a function that waits, a port starts a loop at the call.
    """
    for module in graph.program.given:
        for scope in graph.own(module):
            why = graph.waiting.get(scope.key)
            if why is None or scope.is_async:
                continue
            if scope.is_function or (not why.chain and not is_lambda(scope)):
                yield scope, why


def is_lambda(scope: Scope) -> bool:
    return "<lambda" in scope.key


def shown(graph: CallGraph, key: str) -> str:
    """A function's name for the reader; with its module if there are several."""
    module, _, name = key.partition(":")
    name = name.partition("#")[0] or "<module>"
    if graph.program.scopes[key].is_class:
        name = f"{name} (class body)"
    alone = len(graph.program.given) == 1 and module in graph.program.given
    return name if alone else f"{module}:{name}"


def obstacle(graph: CallGraph, scope: Scope) -> str | None:
    """Why a function cannot simply become `async def`; None if it can."""
    if not scope.is_function:
        return ON_IMPORT
    name = scope.name.rpartition(".")[2]
    if name in TWINS:
        return TWINS[name]
    if name.startswith("__") and name.endswith("__") and name != "__call__":
        return f"Python calls {name} and does not await it"
    marks = decorators(graph.types, scope)
    if marks & {"property", "functools.cached_property"}:
        return "a property that waits needs an await at each use"
    if any(mark.endswith((".setter", ".deleter")) for mark in marks):
        return "an assignment cannot be awaited: make it a method"
    return None


def stops_the_loop(source: Source) -> tuple[BlockingCall, ...]:
    """Blocking calls of a file's coroutine functions and of callbacks that a loop runs.

    A coroutine function makes these calls itself, or it calls a plain function that
    makes them.
    """
    return stops_the_loop_of(graph_of(source))


def stops_the_loop_of(graph: CallGraph) -> tuple[BlockingCall, ...]:
    """The blocking calls of the given modules, in the order of the files."""
    held_up = blocked(graph)
    found: dict[tuple[object, ...], BlockingCall] = {}
    for module in graph.program.given:
        for scope in graph.own(module):
            for event in graph.events.get(scope.key, ()):
                if scope.is_async or event.how == "callback":
                    for call in _in_loop(graph, scope, event, held_up):
                        key = call.function, call.line, call.call, call.through
                        found.setdefault(key, call)
    return tuple(found.values())


def blocked(graph: CallGraph) -> dict[str, Forced]:
    """Function -> the chain to a call that blocks, including calls on local files.

    Waits for locks are left out.  All code runs in the thread of the loop, so a lock is
    usually free when it is taken.  If a function makes a call that blocks while it
    holds a lock, the result has this function.  Functions that only wait for the
    lock are not in the result.
    """
    found: dict[str, Forced] = {}
    for key, events in graph.events.items():
        for event in events:
            stops = [b for b in event.reach.blocks if b.stops_a_loop and b.kind != LOCK]
            if stops and event.how != "callback":
                block = _gravest(stops)
                found[key] = Forced((), block, event.line)
                break
    graph.climb(found, [*found], through_implicit=True)
    return found


def _gravest(blocks: Collection[Blocker]) -> Blocker:
    return next((b for b in blocks if b.forces_colour), next(iter(blocks)))


def _in_loop(
    graph: CallGraph, scope: Scope, event: Event, held_up: Mapping[str, Forced]
) -> Iterator[BlockingCall]:
    file = graph.program.modules[scope.module].name
    for block in filter(lambda b: b.stops_a_loop, event.reach.blocks):
        yield BlockingCall(
            function=shown(graph, scope.key),
            line=event.line,
            call=block.call,
            instead=block.instead,
            file=file,
        )
    around = event.node in getattr(scope.node, "decorator_list", ())
    for callee in sorted(event.reach.functions):
        why = held_up.get(callee)
        if around and why is not None and why.block.call in STARTS_A_LOOP:
            # A decorator's wrapper starts the loop in which the coroutine function then
            # runs.  So the wrapper runs outside the loop, and does not block the loop.
            continue
        if why is not None and not graph.program.scopes[callee].is_async:
            yield BlockingCall(
                function=shown(graph, scope.key),
                line=event.line,
                call=why.block.call,
                instead=why.block.instead,
                through=tuple(shown(graph, step) for step in (callee, *why.chain)),
                file=file,
            )


def not_followed(
    graph: CallGraph, modules: Collection[str] = ()
) -> tuple[NotFollowed, ...]:
    """The calls in these modules whose callee is not read, or is not known.

    Without `modules`, the calls in all given modules are listed.
    """
    lines: dict[tuple[str, str], list[int]] = {}
    for module in modules or graph.program.given:
        for scope in graph.own(module):
            for event in graph.events.get(scope.key, ()):
                for name in sorted(event.reach.unread):
                    known = not name.startswith("? ")
                    why = "library" if known else "unknown"
                    key = name.removeprefix("? "), why
                    lines.setdefault(key, []).append(event.line)
    return tuple(
        NotFollowed(
            call=name,
            why="library" if why == "library" else "unknown",
            calls=len(at),
            lines=tuple(sorted(at)[:MOST_NAMED]),
        )
        for (name, why), at in sorted(lines.items())
    )
