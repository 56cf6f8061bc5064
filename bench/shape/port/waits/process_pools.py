"""Pools of processes: a port keeps these, and waits for them in a thread."""

import ast

from bench.shape.port.rewriting import Note, Rewriting, followed
from bench.shape.resolution.scopes import end, start
from bench.shape.tables.vocabulary import words

EXECUTOR = "concurrent.futures.ProcessPoolExecutor"
POOLS = words(
    f"{EXECUTOR} multiprocessing.Pool multiprocessing.pool.Pool"
    " multiprocessing.pool.ThreadPool"
)
ASKED = POOLS | {"multiprocessing.AsyncResult"}
# methods that return an iterator which waits, like `map` of an executor
LAZY = words("imap imap_unordered")
GIVES = (".result(", ".map(", ".get(", "as_completed(", "wait(")
ENDS = (
    "the end of this block waits for its jobs, and stops the loop: await their"
    " results inside the block"
)


def entered(call: str, statement: ast.stmt) -> str:
    """The comment on a `with` that enters a pool of processes; "" for other objects."""
    if call.removeprefix("with ") not in POOLS:
        return ""
    text = ast.unparse(statement)
    return Note(ENDS) if any(one in text for one in GIVES) else ENDS


def of_processes(call: str) -> bool:
    """Whether a call, by its absolute name, waits for other processes."""
    return call.rpartition(".")[0] in ASKED


def read_lazily(
    rewriting: Rewriting, node: ast.Call, call: str, statement: ast.stmt
) -> bool:
    """Read all of an executor's `pool.map(f, items)` in a thread.

    Returns False for a call that does not return an iterator, but waits itself.
    """
    owner, _, method = call.rpartition(".")
    if method not in LAZY and not (method == "map" and owner == EXECUTOR):
        return False
    wrapped = id(node) in followed(statement)
    before, after = ("(", "))") if wrapped else ("", ")")
    rewriting.insert(start(node), f"{before}await asyncio.to_thread(list, ", first=True)
    rewriting.insert(end(node), after, first=True)
    return True
