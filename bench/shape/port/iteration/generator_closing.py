"""The edits that close a generator after a loop that may end early."""

import ast
from collections.abc import Iterator
from itertools import chain, count

from bench.shape.port.analysis.generator_loops import CLOSE, leaves
from bench.shape.port.rewriting import Rewriting
from bench.shape.resolution.scopes import Scope, end, start


def free_name(rewriting: Rewriting, scope: Scope) -> str:
    """A name for the generator that is in neither the function nor its draft."""
    used = {n.id for n in ast.walk(scope.node) if isinstance(n, ast.Name)}
    written = "".join(text for each in rewriting.inserted.values() for text in each)
    names = chain(("items",), (f"items_{number}" for number in count(2)))
    return next(n for n in names if n not in used and f"({n} := " not in written)


def close(
    rewriting: Rewriting, after: dict[int, str], loop: ast.For, scope: Scope
) -> Iterator[tuple[int, str]]:
    """Close a generator after a loop with `break`; comment on a loop with `return`.

    after: a line -> the text that follows it in the port.
    """
    how = leaves(loop)
    if not how or not isinstance(loop.iter, ast.Call):
        return
    if "return" in how:
        ready = CLOSE.format(ast.unparse(loop.iter), ast.unparse(loop.target))
        yield loop.lineno, f"a return leaves the generator open: {ready}"
        return
    name, last = free_name(rewriting, scope), loop.end_lineno or loop.lineno
    rewriting.insert(start(loop.iter), f"({name} := ", first=True)
    rewriting.insert(end(loop.iter), ")")
    more = f"\n{after[last]}" if last in after else ""
    after[last] = f"{' ' * loop.col_offset}await {name}.aclose(){more}"
