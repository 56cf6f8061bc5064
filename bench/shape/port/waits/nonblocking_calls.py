"""Calls that never wait: `release(3)`, and `put` of a queue without a size."""

import ast
from collections.abc import Iterator

from bench.shape.port.rewriting import Rewriting, stands_alone

SEMAPHORES = frozenset({"threading.Semaphore", "threading.BoundedSemaphore"})


def released(
    rewriting: Rewriting, whole: dict[int, str], node: ast.Call, statement: ast.stmt
) -> Iterator[tuple[int, str]]:
    """Write `release(3)` as a loop, or comment on it if it is part of a longer line."""
    given = [*node.args, *(k.value for k in node.keywords)]
    assert isinstance(node.func, ast.Attribute)
    once = f"{rewriting.kept(node.func.value)}.release()"
    alone = isinstance(statement, ast.Expr) and statement.value is node
    if given and alone and stands_alone(rewriting.source, statement):
        times = rewriting.kept(given[0])
        whole[node.lineno] = f"for _ in range({times}):\n    {once}"
    elif given:
        yield node.lineno, f"call {once} in a loop: it takes no number"


def at_once(rewriting: Rewriting, node: ast.Call, func: ast.Attribute) -> None:
    """Write a `put` or `get` that never waits as `put_nowait` or `get_nowait`.

    A call with `*arguments` becomes `put_as_told` or `get_as_told`.
    """
    if func.attr not in ("put", "get"):
        return
    if any(isinstance(one, ast.Starred) for one in node.args):
        given = ", ".join(map(rewriting.kept, (func.value, *node.args)))
        rewriting.replace_if_new(node, f"await {func.attr}_as_told({given})")
        return
    count = int(func.attr == "put")
    kept = [rewriting.kept(a) for a in node.args[:count]]
    named = [k for k in node.keywords if k.arg == "item"]
    kept += [f"item={rewriting.kept(k.value)}" for k in named]
    text = f"{rewriting.kept(func.value)}.{func.attr}_nowait({', '.join(kept)})"
    rewriting.replace_if_new(node, text)
