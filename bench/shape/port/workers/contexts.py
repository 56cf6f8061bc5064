"""Context variables: a thread begins without values, a task with those of its maker."""

import ast

from bench.shape.colour.graph import CallGraph
from bench.shape.port.rewriting import Rewriting, Said
from bench.shape.resolution.evaluate import Types
from bench.shape.resolution.scopes import Path, Scope, start
from bench.shape.resolution.values import LibraryMethod
from bench.shape.tables.vocabulary import CONTEXT_RUN

IN_CONTEXT = "in_context"  # the name of a function of the support
EMPTY_CONTEXT = "contextvars.Context()"
IN_THREADS = ("asyncio.to_thread", "in_own_thread", "asyncio.sleep")
COPIED = (
    "a thread begins with no context variable set, but this task begins with those of"
    " the task that starts it: to begin with none, give context=contextvars.Context()"
    " to create_task in TaskThread.start"
)
COPIED_IN_POOL = (
    "a job of this pool begins with the context variables of the task that submits"
    " it; a job in threads begins with those of its thread: set in the job the"
    " variables that it reads. This is true wherever this file submits a job"
)


def has_variables(graph: CallGraph) -> bool:
    """Whether one of the modules makes a context variable."""
    return any("ContextVar(" in one.text for one in graph.program.modules.values())


def given_to_context(
    types: Types, target: ast.expr, args: ast.expr | None, scope: Scope, path: Path
) -> ast.expr | None:
    """The function `f` in `Thread(target=context.run, args=(f, x))`."""
    callees = types.of(target, scope, path)
    runs = any(isinstance(v, LibraryMethod) and v.name == CONTEXT_RUN for v in callees)
    given = args.elts if isinstance(args, ast.Tuple | ast.List) else []
    return given[0] if runs and given else None


def in_context(
    types: Types, rewriting: Rewriting, node: ast.Call, scope: Scope, path: Path
) -> bool:
    """Write `context.run(f, x)` with `in_context`; False for other calls."""
    names = {
        v.name for v in types.of(node.func, scope, path) if isinstance(v, LibraryMethod)
    }
    if names != {CONTEXT_RUN} or not isinstance(node.func, ast.Attribute):
        return False
    rewriting.insert(start(node.args[0]), f"{ast.unparse(node.func.value)}, ")
    rewriting.replace(node.func, IN_CONTEXT)
    return True


def submitted(
    graph: CallGraph, rewriting: Rewriting, node: ast.Call, scope: Scope, path: Path
) -> Said:
    """Edit `pool.submit(context.run, f, x)`, or comment on another job."""
    if not has_variables(graph):
        return
    target = node.args[0]
    callees = graph.types.of(target, scope, path)
    runs = any(isinstance(v, LibraryMethod) and v.name == CONTEXT_RUN for v in callees)
    if runs and isinstance(target, ast.Attribute):
        new = f"{IN_CONTEXT}, {ast.unparse(target.value)}"
        rewriting.replace(target, new)
    else:
        yield from told_once(rewriting, node.lineno)


def told_once(rewriting: Rewriting, line: int) -> Said:
    """The comment on the context of a pool's jobs, once in a file."""
    if COPIED_IN_POOL not in rewriting.told:
        rewriting.told.add(COPIED_IN_POOL)
        yield line, COPIED_IN_POOL
