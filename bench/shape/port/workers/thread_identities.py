"""Properties of threads that a task lacks, so that a class must provide them.

Examples are `threading.enumerate`, a comparison with the main thread, `thread.daemon`,
and an attribute that the program adds.  Each thread then becomes a `TaskThread` instead
of a bare task.
"""

import ast
from collections.abc import Iterator

from bench.shape.colour.graph import CallGraph
from bench.shape.port.colours import Colours
from bench.shape.resolution.facts import expressions, live
from bench.shape.resolution.scopes import Path, Scope
from bench.shape.resolution.values import Instance, Library
from bench.shape.tables.vocabulary import words

THREAD, CURRENT = "threading.Thread", "threading.current_thread"
WHOLE = {  # a call about the running threads -> its replacement
    "threading.current_thread": "running_thread()",
    "threading.currentThread": "running_thread()",
    "threading.get_ident": "running_thread().ident",
    "threading.get_native_id": "running_thread().ident",
    "threading.enumerate": "alive_threads()",
    "threading.active_count": "len(alive_threads())",
    "threading.activeCount": "len(alive_threads())",
}
ASKS_ALL = frozenset(
    {
        "threading.main_thread",
        "threading.enumerate",
        "threading.active_count",
        "threading.activeCount",
    }
)
NOT_COUNTED = (
    "workers of pools, timers and threads that were not ported are not among these"
    " tasks: count them separately"
)
OTHERS = frozenset({"threading.Timer", "concurrent.futures.ThreadPoolExecutor"})
OF_A_TASK = words(  # attributes that the port of a task has
    "start join is_alive name ident native_id getName setName setDaemon"
)


def asks_who_runs(graph: CallGraph, found: Colours) -> bool:
    """Whether a program uses its threads, or the current thread, as objects.

    A call of `current_thread` counts only in a function that stays plain.  Such a
    function may run in a task or in a thread.
    """
    if not found.waits:
        return False
    for scope, name in _asked(graph):
        if name in ASKS_ALL:
            return True
        if name == CURRENT and scope.is_function and not found.is_async(scope.key):
            return True
    return False


def asks_a_thread(graph: CallGraph) -> bool:
    """Whether a program reads a thread's attribute that no task has, or adds one."""
    for scope in _scopes(graph):
        for statement, path in live(scope):
            for node in expressions(statement):
                if isinstance(node, ast.Attribute) and _is_odd(
                    graph, node, scope, path
                ):
                    return True
    return False


def _is_odd(graph: CallGraph, node: ast.Attribute, scope: Scope, path: Path) -> bool:
    if node.attr in OF_A_TASK:
        return False
    if node.attr == "daemon" and isinstance(node.ctx, ast.Store):
        return False
    values = graph.types.of(node.value, scope, path)
    return Instance(THREAD) in values


def uncounted(graph: CallGraph, names: set[str]) -> str:
    """The comment on `threading.enumerate()`, if it would miss some workers."""
    if not names & (ASKS_ALL - {"threading.main_thread"}):
        return ""
    made = {name for _, name in _asked(graph)}
    return NOT_COUNTED if made & OTHERS else ""


def _asked(graph: CallGraph) -> Iterator[tuple[Scope, str]]:
    """Each library function or class that is called, with the scope of the call."""
    for scope in _scopes(graph):
        for statement, path in live(scope):
            for node in expressions(statement):
                if isinstance(node, ast.Call):
                    for value in graph.types.of(node.func, scope, path):
                        if isinstance(value, Library):
                            yield scope, value.name


def _scopes(graph: CallGraph) -> Iterator[Scope]:
    for module in graph.program.own:
        for scope in graph.own(module):
            if not isinstance(scope.node, ast.Lambda):
                yield scope
