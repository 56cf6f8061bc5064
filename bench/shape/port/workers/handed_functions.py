"""Functions that become async, and are passed to code that calls them in a thread."""

import ast

from bench.shape.colour.handed import SENDS, handed_by
from bench.shape.port.rewriting import Said
from bench.shape.port.workers.tasks import Workers
from bench.shape.resolution.scopes import Path, Scope, end, start
from bench.shape.resolution.values import LibraryMethod, Value

OF_THREADS = "multiprocessing.pool.ThreadPool"
TOLD = (
    "the function that is given to {by} becomes async, because async code calls the"
    " function too: await the function here, or keep a plain copy of it"
)


def handed_over(workers: Workers, node: ast.Call, scope: Scope, path: Path) -> Said:
    """Let the threads of a pool run `f` of `pool.map(f, items)` in the loop."""
    by, keys = handed_by(workers.types, node, scope, path)
    if any(workers.colours.is_async(key) for key in keys):
        yield node.lineno, TOLD.format(by=by)
    callees = workers.types.of(node.func, scope, path)
    if not node.args or not any(_by_threads(v) for v in callees):
        return
    given = workers.types.of(node.args[0], scope, path)
    if any(map(workers.makes_coroutine, given)) or workers.belongs_to_loop(given):
        workers.rewriting.insert(start(node.args[0]), "from_thread(", first=True)
        workers.rewriting.insert(end(node.args[0]), ")")


def _by_threads(callee: Value) -> bool:
    """Whether a method passes its first argument to a pool of threads."""
    return (
        isinstance(callee, LibraryMethod)
        and callee.owner == OF_THREADS
        and callee.method in SENDS
    )
