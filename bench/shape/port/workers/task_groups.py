"""Whether the pools of a file may become task groups.

When a task fails, a TaskGroup cancels the other tasks.  A pool lets its other jobs run,
and its futures store the exceptions.  If a program does not store a future, the
exception of this future is never reported.
"""

import ast

from bench.shape.colour.graph import CallGraph
from bench.shape.port.rewriting import Note
from bench.shape.resolution.facts import expressions, live
from bench.shape.resolution.scopes import Path, Scope
from bench.shape.resolution.values import Instance, Library, LibraryMethod

POOL = "concurrent.futures.ThreadPoolExecutor"
ASKS = frozenset({"as_completed", "wait"})  # functions of concurrent.futures
MAKERS = frozenset({"asyncio.run_coroutine_threadsafe", "concurrent.futures.Future"})
ASKED = frozenset({"exception", "add_done_callback", "cancel", "cancelled", "running"})
KEEPS = frozenset({"map", "shutdown"})  # methods of a pool


def only_groups(graph: CallGraph, module: str) -> bool:
    """Whether every pool of a module may become a task group.

    Each pool must be entered by `with`, and have no initializer.  The module must store
    the future of each job, and must not make a `threading.local`.  It must not use
    `map` or `shutdown` of a pool, `wait` or `as_completed`, or handle the failure of a
    job.
    """
    for scope in graph.own(module):
        if isinstance(scope.node, ast.Lambda):
            continue
        for statement, path in live(scope):
            entered = {id(i.context_expr) for i in getattr(statement, "items", ())}
            for node in expressions(statement):
                if not isinstance(node, ast.Call):
                    continue
                names = {
                    v.name
                    for v in graph.types.of(node.func, scope, path)
                    if isinstance(v, Library)
                }
                begun = any(k.arg == "initializer" for k in node.keywords)
                if POOL in names and (id(node) not in entered or begun):
                    return False
                if "threading.local" in names:
                    # `TaskLocal` recognizes the jobs of a TaskPool, but not the tasks
                    # of a TaskGroup
                    return False
                if names & {f"concurrent.futures.{name}" for name in ASKS}:
                    return False
                if isinstance(node.func, ast.Attribute):
                    values = graph.types.of(node.func.value, scope, path)
                    kinds = {v.kind for v in values if isinstance(v, Instance)}
                    if POOL in kinds and node.func.attr in KEEPS:
                        return False
                    if POOL in kinds and node is getattr(statement, "value", None):
                        lost = isinstance(statement, ast.Expr)
                        if lost and node.func.attr == "submit":
                            # the job may fail while the other jobs continue
                            return False
                    if _looks_for_failure(kinds, node, path):
                        return False
    return True


def makers(graph: CallGraph) -> set[str]:
    """The classes and functions whose futures the given modules make.

    The futures of a pool of threads become tasks in a port.  A future from a pool of
    processes, from another thread or from a caller stays a future of
    `concurrent.futures`, which cannot be awaited.
    """
    found: set[str] = set()
    for module in graph.program.given:
        for scope in graph.own(module):
            if isinstance(scope.node, ast.Lambda):
                continue
            for statement, path in live(scope):
                for node in expressions(statement):
                    if isinstance(node, ast.Call):
                        found |= _makers(graph, node, scope, path)
    return found


def _makers(graph: CallGraph, node: ast.Call, scope: Scope, path: Path) -> set[str]:
    """The classes and functions whose futures a call makes."""
    values = graph.types.of(node.func, scope, path)
    found = {
        v.owner for v in values if isinstance(v, LibraryMethod) and v.method == "submit"
    }
    found |= {v.name for v in values if isinstance(v, Library) and v.name in MAKERS}
    if isinstance(node.func, ast.Attribute) and node.func.attr == "submit":
        found |= set() if values else {"unknown"}
    return found


def _looks_for_failure(kinds: set[str], call: ast.Call, path: Path) -> bool:
    """Whether a call uses a future in a way that a task of a group does not allow.

    Such a call is a method of `ASKED`, such as `exception` or `cancel`.  Or it is
    `result` in a `try` statement, or `result` with a time limit.
    """
    method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    if "concurrent.futures.Future" not in kinds:
        return False
    tried = any(branch == "try" for _, branch in path)
    limited = bool(call.args or call.keywords)
    return method in ASKED or (method == "result" and (tried or limited))


def grouped(size: str) -> str:
    """The comment on a pool that became a group; `size` is the size of the pool."""
    said = "the group waits for its tasks"
    if not size:
        return Note(said)
    limit = f"limit = asyncio.Semaphore({size})"
    return f"{said}; to keep the limit, {limit}, and async with limit in each task"


def size_of(node: ast.AST) -> str:
    """The size in the call that makes a pool, as it is written; "" if it has none."""
    if not isinstance(node, ast.Call):
        return ""
    given = [*node.args, *(k.value for k in node.keywords if k.arg == "max_workers")]
    return ast.unparse(given[0]) if given else ""
