"""`await` before a call that blocks, or that returns nothing to await."""

import ast
import re
from collections.abc import Iterator

from bench.shape.colour.graph import CallGraph
from bench.shape.port.mistakes.lost_coroutines import PRIMITIVE
from bench.shape.resolution.scopes import Path, Scope
from bench.shape.resolution.values import (
    FunctionRef,
    Instance,
    Library,
    LibraryMethod,
    Values,
)
from bench.shape.tables import blocking
from bench.shape.tables.advice import instead
from bench.shape.tables.vocabulary import words

Found = Iterator[tuple[int, str, str, str]]
PLAIN_METHODS = words(  # methods of asyncio's primitives that return nothing to await
    """
    release set clear is_set locked notify notify_all put_nowait get_nowait task_done
    qsize empty full cancel done
    """
)
PLAIN_FUNCTIONS = words(
    """
    len str int float bool bytes repr sum min max sorted list dict tuple set frozenset
    abs round isinstance hasattr range enumerate zip
    """
)
CONTAINERS = words("dict list tuple set collections.deque collections.defaultdict")
OF_CONTAINERS = words("get pop popleft popitem setdefault copy keys values items index")
# Words in a class or function that may store something that can be awaited.
KEEPS = re.compile(r"\bawait|\basync\b|create_task|ensure_future|Future|submit|gather")


def needless_await(graph: CallGraph, call: ast.Call, scope: Scope, path: Path) -> Found:
    """The mistakes in an awaited call; nothing is yielded if the call is right."""
    callees = graph.types.of(call.func, scope, path)
    if not callees or len(callees) > 1:
        return
    (callee,) = callees
    text = ast.unparse(call.func)
    known = None
    if isinstance(callee, FunctionRef) and _is_plain(graph, callee.key, scope):
        name = callee.key.partition(":")[2]
        yield (
            call.lineno, "needless-await", f"{name} is a plain function, and what it"
            " returns cannot be awaited", f"{text}(...)",
        )  # fmt: skip
    if not isinstance(callee, Library | LibraryMethod):
        return
    if isinstance(callee, Library):
        known = blocking.of_function(callee.name)
    else:
        known = blocking.of_method(callee.owner, callee.method)
        if PRIMITIVE.match(callee.owner) and callee.method in PLAIN_METHODS:
            yield (
                call.lineno, "needless-await", f"{text}(...) gives nothing to await",
                f"{text}(...)",
            )  # fmt: skip
    if known is not None:
        yield (
            call.lineno, "awaits-blocking", f"{text}(...) blocks, and what it returns"
            " cannot be awaited", instead(known[0], callee.name),
        )  # fmt: skip


def _is_plain(graph: CallGraph, key: str, caller: Scope) -> bool:
    """Whether a function is plain, and no result of the function can be awaited."""
    scope = graph.program.scopes[key]
    node = scope.node
    if not isinstance(node, ast.FunctionDef) or node.decorator_list:
        return False
    facts = graph.types.facts(scope)
    if facts.yields:
        return False  # a generator-based coroutine may be awaited
    keeper = scope.owner.node if scope.owner is not None else node
    said = f"{ast.unparse(keeper)}\n"
    kept = bool(KEEPS.search(said)) or "create_task" in ast.unparse(caller.node)
    return all(
        _gives_plain(graph, one.value, scope, path, kept) for one, path in facts.returns
    )


def _gives_plain(
    graph: CallGraph, node: ast.expr | None, scope: Scope, path: Path, kept: bool
) -> bool:
    """Whether an expression that a function returns has a value that cannot be awaited.

    The expression may take an item from a container, as in `self.jobs.pop()`.  `kept`
    says whether such an item may be something to await.  `_is_plain` decides this by
    words such as `create_task` in the source of the function's class or of the caller.
    """
    match node:
        case None | ast.Constant() | ast.Compare() | ast.JoinedStr() | ast.BinOp():
            return True
        case ast.List() | ast.Dict() | ast.Tuple() | ast.Set() | ast.ListComp():
            return True
        case ast.DictComp() | ast.SetComp() | ast.GeneratorExp():
            return True
        case ast.UnaryOp(op=ast.Not()):
            return True
        case ast.Call(func=ast.Name(id=name)):
            builtin = graph.types.of(node.func, scope, path)
            return name in PLAIN_FUNCTIONS and builtin == frozenset({Library(name)})
        case ast.Call(func=ast.Attribute(value=on, attr=method)):
            held = graph.types.of(on, scope, path)
            return method in OF_CONTAINERS and not kept and _is_container(held)
        case ast.Subscript(value=on):
            return not kept and _is_container(graph.types.of(on, scope, path))
        case ast.IfExp(body=first, orelse=second):
            parts = (first, second)
            return all(_gives_plain(graph, p, scope, path, kept) for p in parts)
    return False


def _is_container(values: Values) -> bool:
    """Whether a value is a built-in container, and no item is known to be awaitable."""
    return bool(values) and all(
        isinstance(value, Instance)
        and value.kind in CONTAINERS
        and not any(
            not isinstance(item, Instance) or item.kind.startswith("asyncio.")
            for item in value.items
        )
        for value in values
    )
