"""How far `async` spreads: which functions must change colour, and what forces each.

A function that blocks must become `async def`; whoever calls it must then await it,
and so become `async def` too, up to where a loop is started.  The call graph is read
from the files, not run: a call is followed when the file says what is called (a
function, a method of `self`, of a variable whose class is known, an import from the
same package).  Handing a function over (`submit(f)`) is not calling it.
"""

import ast
from collections import deque
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from bench.records.shapes import BlockingCall, Coloured
from bench.shape.blocking import Blocks, blocking_calls
from bench.shape.functions import Function, functions, own
from bench.shape.names import Names, resolve
from bench.shape.source import Source

# Names that Python itself calls, and so cannot await; some have an awaited twin.
CANNOT_AWAIT = {
    "__enter__": "becomes __aenter__",
    "__exit__": "becomes __aexit__",
    "__iter__": "becomes __aiter__",
    "__next__": "becomes __anext__",
}


@dataclass(frozen=True)
class Place:
    """A function, where it stands and how its file's names read."""

    module: str
    name: str
    node: Function
    names: Names

    @property
    def key(self) -> str:
        return f"{self.module}:{self.name}"


def spread(
    modules: Mapping[str, Source], also: Collection[str] = ()
) -> tuple[Coloured, ...]:
    """Every function that the blocking calls in these modules force to be `async def`.

    `also` are further names that block: "mypkg.db.query", "psycopg.connect".  With
    one module names stand alone; with several they carry their module.
    """
    places = places_of(modules)
    forced = reach(places, also)
    alone = len(modules) == 1

    def shown(key: str) -> str:
        return key.partition(":")[2] if alone else key

    return tuple(
        Coloured(
            function=shown(key),
            line=places[key].node.lineno,
            chain=(*(shown(step) for step in chain), ended.call),
            obstacle=obstacle(places[key]),
            file=modules[places[key].module].name,
        )
        for key, (chain, ended) in forced.items()
        if isinstance(places[key].node, ast.FunctionDef)
    )


def stops_the_loop(source: Source) -> tuple[BlockingCall, ...]:
    """Blocking calls that a file's coroutine functions make, themselves or through
    plain functions of the same file.
    """
    places = places_of({"": source})
    forced = reach(places, files_too=True)
    found = []
    for place in places.values():
        if not isinstance(place.node, ast.AsyncFunctionDef):
            continue
        found += [
            BlockingCall(
                function=place.name, line=b.line, call=b.call, instead=b.instead
            )
            for b in blocking_calls(place.node, place.names)
        ]
        for callee, line in calls(place, places):
            target = places[callee].node
            if callee in forced and isinstance(target, ast.FunctionDef):
                chain, ended = forced[callee]
                through = tuple(step.partition(":")[2] for step in (callee, *chain))
                found.append(
                    BlockingCall(
                        function=place.name,
                        line=line,
                        call=ended.call,
                        instead=ended.instead,
                        through=through,
                    )
                )
    return tuple(found)


def places_of(modules: Mapping[str, Source]) -> dict[str, Place]:
    """Every function of some modules by "module:name"."""
    found: dict[str, Place] = {}
    for module, source in modules.items():
        names = resolve(source, module.rpartition(".")[0])
        for name, node in functions(source.tree):
            place = Place(module, name, node, names.inside(node))
            found.setdefault(place.key, place)
    return found


def reach(
    places: Mapping[str, Place],
    also: Collection[str] = (),
    files_too: bool = False,
) -> dict[str, tuple[tuple[str, ...], Blocks]]:
    """Function -> the callees that lead to a blocking call, and that call.

    The shortest chain, by breadth first from the blocking calls to their callers.
    Local files count only if asked: they stop a loop, but force no colour.
    """
    callers: dict[str, list[str]] = {}
    for key, place in places.items():
        for callee, _ in calls(place, places):
            callers.setdefault(callee, []).append(key)
    forced: dict[str, tuple[tuple[str, ...], Blocks]] = {}
    for key, place in places.items():
        found = blocking_calls(place.node, place.names, also)
        first = next((b for b in found if files_too or b.forces_colour), None)
        if first is not None:
            forced[key] = ((), first)
        elif key.replace(":", ".").lstrip(".") in also:
            forced[key] = ((), Blocks("as told", place.node.lineno, ""))
    waiting = deque(forced)
    while waiting:
        callee = waiting.popleft()
        if isinstance(places[callee].node, ast.AsyncFunctionDef):
            continue  # calling it does not run it
        chain, ended = forced[callee]
        for caller in callers.get(callee, ()):
            if caller not in forced:
                forced[caller] = ((callee, *chain), ended)
                waiting.append(caller)
    return {key: forced[key] for key in places if key in forced}  # order of the files


def calls(place: Place, places: Mapping[str, Place]) -> Iterator[tuple[str, int]]:
    """The known functions that a function calls, with the line of the call."""
    for node in own(place.node):
        if isinstance(node, ast.Call):
            callee = _callee(node.func, place, places)
            if callee is not None:
                yield callee, node.lineno


def _callee(target: ast.expr, place: Place, places: Mapping[str, Place]) -> str | None:
    if isinstance(target, ast.Name):
        scope = place.name  # an inner function shadows an outer one
        while scope:
            if f"{place.module}:{scope}.{target.id}" in places:
                return f"{place.module}:{scope}.{target.id}"
            scope = scope.rpartition(".")[0]
    name = place.names.absolute(target)
    found = name and _known(name, place.module, places)
    if found or not isinstance(target, ast.Attribute):
        return found or None
    owner = place.name.rpartition(".")[0]
    if isinstance(target.value, ast.Name) and target.value.id in ("self", "cls"):
        key = f"{place.module}:{owner}.{target.attr}"
        return key if key in places else None
    held = place.names.type_of(target.value)
    return _known(f"{held}.{target.attr}", place.module, places) if held else None


def _known(name: str, module: str, places: Mapping[str, Place]) -> str | None:
    """The key of an absolute dotted name, if it is a function or class we hold."""
    for candidate in (name, f"{name}.__init__"):
        if f"{module}:{candidate}" in places:
            return f"{module}:{candidate}"
        parts = candidate.split(".")
        for cut in range(len(parts) - 1, 0, -1):
            key = f"{'.'.join(parts[:cut])}:{'.'.join(parts[cut:])}"
            if key in places:
                return key
    return None


def obstacle(place: Place) -> str | None:
    """Why a function cannot simply become `async def`, or None when it can."""
    name = place.node.name
    if name in CANNOT_AWAIT:
        return CANNOT_AWAIT[name]
    if name.startswith("__") and name.endswith("__") and name != "__call__":
        return f"Python calls {name} and does not await it"
    for decorator in place.node.decorator_list:
        if place.names.absolute(decorator) in ("property", "functools.cached_property"):
            return (
                "a property cannot be awaited for its value without await at each use"
            )
    return None
