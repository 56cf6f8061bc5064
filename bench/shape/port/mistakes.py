"""The usual mistakes in a file that runs in a loop, each with its line.

Read from the file alone: what is not known to be wrong is not named.
"""

import ast
import re
from collections.abc import Iterator

from bench.records.ports import Mistake
from bench.shape.colour.graph import CallGraph
from bench.shape.colour.spread import shown, stops_the_loop_of
from bench.shape.port.already import brought_along
from bench.shape.port.awaited_calls import awaited_call
from bench.shape.port.entered_locks import entered_locks
from bench.shape.port.idle_locks import idle_locks
from bench.shape.port.left_early import left_open
from bench.shape.port.left_held import left_held
from bench.shape.port.left_open import unclosed, undecided
from bench.shape.port.loops import spins, swallows
from bench.shape.port.lost_coroutines import (
    PRIMITIVE,
    is_coroutine,
    library_coroutine,
    lost,
)
from bench.shape.port.old_raises import old_raises
from bench.shape.port.only_async import iterated, only_async
from bench.shape.port.ported_too import through_neighbour
from bench.shape.port.relocked import locks_taken, relocked
from bench.shape.reading.source import Source
from bench.shape.reading.ticks import Tick, silent
from bench.shape.resolution.facts import expressions, live
from bench.shape.resolution.members import iterated as iterated_values
from bench.shape.resolution.members import members
from bench.shape.resolution.scopes import Path, Scope
from bench.shape.resolution.syntax import closes
from bench.shape.resolution.values import (
    FunctionRef,
    Instance,
    Library,
    LibraryMethod,
    Value,
)
from bench.shape.state.held import holding
from bench.shape.tables.vocabulary import LOCKS, words

WAIVER = re.compile(r"#\s*bench:\s*ok\b")
TAKE_COROUTINES = words(  # functions of asyncio to which a coroutine is given
    """
    asyncio.gather asyncio.wait_for asyncio.shield asyncio.create_task asyncio.run
    asyncio.ensure_future asyncio.as_completed asyncio.run_coroutine_threadsafe
    asyncio.TaskGroup.create_task asyncio.AbstractEventLoop.create_task
    asyncio.AbstractEventLoop.run_until_complete asyncio.Runner.run
    """
)
NO_LIMIT = {  # method of asyncio -> how many arguments it takes
    "acquire": 0,
    "wait": 0,
    "get": 0,
    "put": 1,
    "join": 0,
    "wait_for": 1,
    "abort": 0,
    "reset": 0,
}
ONLY_ASYNC = frozenset(  # of these `with` raises
    {"asyncio.TaskGroup", "asyncio.timeout", "aiohttp.ClientSession"}
)
TAKEN = ("threading.Lock", "threading.RLock")
Found = Iterator[tuple[int, str, str, str]]  # line, rule, what, instead


def mistakes(graph: CallGraph, tick: Tick = silent) -> list[Mistake]:
    """Every mistake in the given modules, in the order of the files."""
    found: list[Mistake] = []
    takes, left = locks_taken(graph), left_held(graph)
    for number, module in enumerate(graph.program.given, 1):
        tick("files checked", number, len(graph.program.given))
        source = graph.program.modules[module]
        known: dict[tuple[int, str], Mistake] = {}
        for scope in graph.own(module):
            if brought_along(source.text, scope):
                continue
            for one in _of_scope(graph, scope, takes, left):
                made = _mistake(source, shown(graph, scope.key), one)
                known.setdefault((made.line, made.rule), made)
        for one in undecided(source):
            known[one[:2]] = _mistake(source, "the draft", one)
        found += sorted(known.values(), key=lambda m: m.line)
    idle = idle_locks(graph)
    for call in stops_the_loop_of(graph):
        takes_lock = call.call.removeprefix("with ").startswith(TAKEN)
        if takes_lock and (call.file, call.line) in idle and not call.through:
            continue
        lines = next(
            s.lines for s in graph.program.modules.values() if s.name == call.file
        )
        chain = " → ".join((*call.through, call.call))
        nested = call.call in ("asyncio.run", "anyio.run")
        found.append(
            Mistake(
                file=call.file,
                line=call.line,
                function=call.function,
                rule="nested-loop" if nested else "blocking-call",
                what=f"{chain} stops the loop",
                instead=through_neighbour(graph, call),
                waived=waived(lines, call.line),
            )
        )
    return sorted(found, key=lambda m: (m.file, m.line, m.rule))


NOTES = frozenset({"returns-coroutine", "undecided"})


def _mistake(source: Source, function: str, one: tuple[int, str, str, str]) -> Mistake:
    line, rule, what, right = one
    return Mistake(
        file=source.name,
        line=line,
        function=function,
        rule=rule,
        what=what,
        instead=right,
        is_note=rule in NOTES,
        waived=waived(source.lines, line),
    )


def waived(lines: list[str], line: int) -> bool:
    """Whether the line, or the one above it, says `# bench: ok`."""
    near = lines[max(line - 2, 0) : line]
    own = near[-1:] + [text for text in near[:-1] if text.lstrip().startswith("#")]
    return any(WAIVER.search(text) for text in own)


def _of_scope(
    graph: CallGraph,
    scope: Scope,
    takes: dict[str, set[str]],
    left: dict[str, frozenset[str]],
) -> Found:
    if isinstance(scope.node, ast.Lambda):
        return
    for statement, path in live(scope):
        yield from lost(graph, statement, scope, path)
        yield from _plain_with(graph, statement, scope, path)
        for node in expressions(statement):
            if isinstance(node, ast.Call):
                yield from _call(graph, node, statement, scope, path)
            elif isinstance(node, ast.Await) and isinstance(node.value, ast.Call):
                yield from awaited_call(graph, node.value, scope, path)
    if scope.is_async:
        yield from _held(graph, scope)
        yield from entered_locks(graph, scope, left)
        yield from swallows(scope)
        yield from spins(scope)
        yield from left_open(graph, scope)
    yield from unclosed(graph, scope)
    yield from old_raises(graph, scope)
    yield from relocked(graph, scope, takes)
    yield from _returned(graph, scope)


def _plain_with(
    graph: CallGraph, statement: ast.stmt, scope: Scope, path: Path
) -> Found:
    items = statement.items if isinstance(statement, ast.With) else []
    for item in items:
        values = graph.types.of(item.context_expr, scope, path)
        text = ast.unparse(item.context_expr)
        if closes(item.context_expr) and any(
            isinstance(one, FunctionRef) and graph.program.scopes[one.key].is_async
            for one in members(graph.types, values, "close")
        ):
            yield (
                statement.lineno, "plain-with", f"with {text}: it calls close() and"
                " does not await it", "try: ... finally: await name.close()",
            )  # fmt: skip
        for value in values:
            kind = value.kind if isinstance(value, Instance) else ""
            if (kind in LOCKS and kind.startswith("asyncio.")) or kind in ONLY_ASYNC:
                yield (
                    statement.lineno, "plain-with", f"with {text}: {kind} has no plain"
                    " with", f"async with {text}",
                )  # fmt: skip
        if values and all(only_async(graph, value, "with") for value in values):
            yield (
                statement.lineno, "plain-with", f"with {text}: it has no plain with",
                f"async with {text}",
            )  # fmt: skip
    for node in iterated(statement):
        values = graph.types.of(node, scope, path)
        if values and all(only_async(graph, value, "for") for value in values):
            text = ast.unparse(node)
            yield (
                node.lineno, "plain-for", f"{text} is iterated by async for only:"
                " TypeError", f"async for ... in {text}",
            )  # fmt: skip


def _call(
    graph: CallGraph, call: ast.Call, statement: ast.stmt, scope: Scope, path: Path
) -> Found:
    callees = graph.types.of(call.func, scope, path)
    for callee in callees:
        if isinstance(callee, LibraryMethod) and PRIMITIVE.match(callee.owner):
            allowed = NO_LIMIT.get(callee.method)
            limit = any(k.arg == "timeout" for k in call.keywords)
            if allowed is not None and (limit or len(call.args) > allowed):
                text = ast.unparse(call.func)
                yield (
                    call.lineno, "no-timeout", f"{callee.name} takes no time limit:"
                    " TypeError", f"async with asyncio.timeout(...): await {text}(...)",
                )  # fmt: skip
            if callee.method == "release" and (call.args or call.keywords):
                yield (
                    call.lineno, "no-count", f"{callee.name} takes no number:"
                    " TypeError", f"for _ in range(...): {ast.unparse(call.func)}()",
                )  # fmt: skip
        name = callee.name if isinstance(callee, Library | LibraryMethod) else ""
        if name == "asyncio.wait":
            yield from _no_tasks(graph, call, scope, path)
        if name in TAKE_COROUTINES:
            yield from _uncalled(graph, call, name, scope, path)


def _uncalled(
    graph: CallGraph, call: ast.Call, name: str, scope: Scope, path: Path
) -> Found:
    given = call.args if name == "asyncio.gather" else call.args[:1]
    for argument in given:
        values = graph.types.of(argument, scope, path)
        text = ast.unparse(argument)
        what, right = f"the function {text}, not a coroutine", f"{text}(...)"
        if isinstance(argument, ast.Starred):
            values = iterated_values(graph.types, values)
            what, right = (
                f"the functions in {text[1:]}, not coroutines",
                "f(...) of each",
            )
        if any(_gives_coroutine(graph, value) for value in values):
            yield call.lineno, "not-called", f"{name} is given {what}", right


def _gives_coroutine(graph: CallGraph, value: Value) -> bool:
    """Whether a value is a function that gives a coroutine where it is called."""
    if isinstance(value, FunctionRef):
        return graph.program.scopes[value.key].is_async
    return library_coroutine(frozenset({value}))


def _no_tasks(graph: CallGraph, call: ast.Call, scope: Scope, path: Path) -> Found:
    """`asyncio.wait` of coroutines, or of a number."""
    for given in call.args[:1]:
        values = iterated_values(graph.types, graph.types.of(given, scope, path))
        if isinstance(given, ast.Constant) or any(
            is_coroutine(graph, v) for v in values
        ):
            yield (
                call.lineno, "no-tasks", f"asyncio.wait is given {ast.unparse(given)},"
                " which are no tasks: TypeError", "asyncio.create_task of each, or"
                " asyncio.gather",
            )  # fmt: skip


def _held(graph: CallGraph, scope: Scope) -> Found:
    """A lock of threads that is held while the task waits."""
    held = holding(graph.types, scope)
    for statement, _ in live(scope):
        locks = held.get(id(statement), frozenset())
        waits = [n for n in expressions(statement) if isinstance(n, ast.Await)]
        if not waits and not isinstance(statement, ast.AsyncWith | ast.AsyncFor):
            continue
        for lock in locks:
            if lock.library.startswith("threading."):
                yield (
                    statement.lineno,
                    "lock-over-await",
                    f"{lock.name}, a lock of threads, is held over this await: another"
                    " task that takes it stops the loop for ever",
                    f"async with an asyncio.Lock in place of {lock.name}",
                )


def _returned(graph: CallGraph, scope: Scope) -> Found:
    """A function that returns a coroutine: its caller must await what it gives."""
    if not scope.is_function:
        return
    again = " what they await of it" * scope.is_async
    for node, path in graph.types.facts(scope).returns:
        if scope.is_async and not isinstance(node.value, ast.Call):
            continue  # what it gives is chosen: `await found if ... else found`
        if any(is_coroutine(graph, v) for v in graph.types.of(node.value, scope, path)):
            yield (
                node.lineno, "returns-coroutine", f"{scope.name} returns a coroutine:"
                f" right only if its callers await{again or ' it'}",
                "async def, and return await",
            )  # fmt: skip
