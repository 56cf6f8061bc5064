"""Functions that are handed to a thread, process or loop to be called: they stay plain.

`to_thread(work)` runs `work` in a thread.  The caller of a callback does not await it.
If these functions were coroutine functions, they would never run.
"""

import ast
from collections.abc import Collection, Iterator, Mapping

from bench.shape.colour.library_hooks import library_hooks
from bench.shape.resolution.arguments import HANDS_OVER, STARTS
from bench.shape.resolution.calls import wrappers
from bench.shape.resolution.evaluate import Types
from bench.shape.resolution.facts import expressions, live
from bench.shape.resolution.scopes import Path, Scope
from bench.shape.resolution.values import (
    NONE,
    FunctionRef,
    Library,
    LibraryMethod,
    Partial,
    Value,
    Values,
)
from bench.shape.tables.blocking import CALLBACKS, TAKES_CALLBACK
from bench.shape.tables.vocabulary import words

IN_THREAD = {  # call -> the index of the argument that is the function
    "atexit.register": 0,
    "signal.signal": 1,
    "weakref.finalize": 1,
    "asyncio.to_thread": 0,
    "anyio.to_thread.run_sync": 0,
    "trio.to_thread.run_sync": 0,
}
EXECUTOR = "run_in_executor"  # a method of a loop: its second argument is the function
PROCESS = "multiprocessing.Process"  # the function is its argument `target`
PROCESSES = frozenset(  # pools that run a function in processes
    {
        "concurrent.futures.ProcessPoolExecutor",
        "multiprocessing.Pool",
        "multiprocessing.pool.Pool",
    }
)
SENDS = words(
    "submit map apply apply_async map_async starmap starmap_async imap imap_unordered"
)


def handed_by(
    types: Types, node: ast.Call, scope: Scope, path: Path
) -> tuple[str, frozenset[str]]:
    """The name of a call that hands over a function, and the function's keys."""
    callees = types.of(node.func, scope, path)
    at, called = None, ""
    for callee in callees:
        if isinstance(callee, Library) and callee.name in IN_THREAD:
            at, called = IN_THREAD[callee.name], callee.name
        elif isinstance(callee, Library) and callee.name == PROCESS:
            target = [k.value for k in node.keywords if k.arg == "target"]
            if target:
                given = types.of(target[0], scope, path)
                return PROCESS, frozenset(_keys(given))
        elif _sends(callee):
            at, called = 0, "a pool of processes"
    method = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    foreign = all(isinstance(c, Library | LibraryMethod) for c in callees)
    if at is None and foreign and method in {EXECUTOR, *CALLBACKS}:
        at, called = TAKES_CALLBACK.get(method, int(method == EXECUTOR)), method
    if at is None or len(node.args) <= at:
        return "", frozenset()
    return called, frozenset(_keys(types.of(node.args[at], scope, path)))


def _sends(callee: Value) -> bool:
    """Whether a method hands its first argument to other processes."""
    return (
        isinstance(callee, LibraryMethod)
        and callee.owner in PROCESSES
        and callee.method in SENDS
    )


def _keys(values: Values) -> Iterator[str]:
    for value in values:
        if isinstance(value, Partial):
            yield from _keys(frozenset({value.function}))
        elif isinstance(value, FunctionRef):
            yield value.key


def handed(types: Types, scopes: Collection[Scope]) -> set[str]:
    """The keys of all functions that are handed over, or that libraries call."""
    found = library_hooks(types)
    for scope in scopes:
        if isinstance(scope.node, ast.Lambda):
            continue
        for statement, path in live(scope):
            for node in expressions(statement):
                if isinstance(node, ast.Call):
                    found |= handed_by(types, node, scope, path)[1]
    return found


def handing_over(types: Types, key: str) -> frozenset[str]:
    """The wrappers that decorators put in a function's place and that hand it over.

    Such a wrapper does not call the function, but hands it to a thread, a process or a
    loop.  The result is empty if one of the wrappers may call the function.
    """
    found = wrappers(types, types.program.scopes[key])
    if not found:
        return frozenset()

    def find() -> Values:
        calls = any(_may_call(types, one.key, key) for one in found)
        return NONE if calls else found

    return frozenset(_keys(types.once(("handing over", key), find)))


def _may_call(types: Types, wrapper: str, key: str) -> bool:
    """Whether a wrapper may call a function.

    The answer is false only if the wrapper uses the function, and each use hands the
    function over.
    """
    scope = types.program.scopes[wrapper]
    if isinstance(scope.node, ast.Lambda):
        return True
    given: list[ast.expr] = []
    uses = 0
    for statement, path in live(scope):
        for node in expressions(statement):
            if isinstance(node, ast.Name) and key in _keys(types.of(node, scope, path)):
                uses += 1
            if isinstance(node, ast.Call) and _hands_on(types, node, scope, path):
                given += [*node.args, *(k.value for k in node.keywords)]
    handed_ = sum(
        isinstance(one, ast.Name) and key in _keys(types.of(one, scope, ()))
        for one in given
    )
    return uses == 0 or uses != handed_


def _hands_on(types: Types, node: ast.Call, scope: Scope, path: Path) -> bool:
    """Whether a call hands functions to a thread, a process or a loop."""
    names = {
        v.name
        for v in types.of(node.func, scope, path)
        if isinstance(v, Library | LibraryMethod)
    }
    return any(
        name in IN_THREAD or name in STARTS or name.rpartition(".")[2] in HANDS_OVER
        for name in names
    )


def only_there(
    given: Collection[str],
    runs: Mapping[str, Collection[str]],
    callers: Mapping[str, Collection[str]],
) -> frozenset[str]:
    """The functions handed over, and their callees, if no other function calls them.

    A function is left out if any function outside of the result calls it.

    runs: function -> the functions that it runs.
    callers: function -> the functions that call it.
    """
    inside, new = set(given), [*given]
    while new:
        more = set(runs.get(new.pop(), ())) - inside
        inside |= more
        new += more
    while outside := {
        key for key in inside if any(one not in inside for one in callers.get(key, ()))
    }:
        inside -= outside
    return frozenset(inside)
