"""Where a file waits, synchronizes, starts and stops work, and handles errors.

Each figure is a function of the syntax tree.  A lambda or a nested function counts for
the function that contains it, except in figures about one function alone.
"""

import ast
from collections.abc import Iterable, Iterator

from bench.shape.reading.functions import nodes
from bench.shape.resolution.kinds import Kinds
from bench.shape.tables.vocabulary import (
    LIFE_CYCLE_CALLS,
    LIFE_CYCLE_METHODS,
    OPERATIONS,
    QUEUES,
    SOMETIMES_LIFE_CYCLE,
    UNMISTAKABLE,
    WORKERS,
    is_lock,
    synchronizes,
)

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
SCOPES = (*FUNCTIONS, ast.Lambda, ast.ClassDef)
BLOCK_FIELDS = frozenset({"body", "orelse", "finalbody", "handlers", "cases"})


def is_docstring(node: ast.stmt) -> bool:
    """Whether a statement is only a string, as docstrings are."""
    return (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    )


def statements(tree: ast.AST) -> Iterator[ast.stmt]:
    """Every statement, also in the blocks of statements, except docstrings."""
    for node in nodes(tree):
        if isinstance(node, ast.stmt) and not is_docstring(node):
            yield node


def header(node: ast.stmt) -> Iterator[ast.AST]:
    """The nodes of a statement without those in its blocks and inner functions."""
    parts = [
        child
        for name, value in ast.iter_fields(node)
        if name not in BLOCK_FIELDS or not isinstance(value, list)
        for child in (value if isinstance(value, list) else [value])
        if isinstance(child, ast.AST)
    ]
    while parts:
        part = parts.pop()
        yield part
        if not isinstance(part, SCOPES):
            parts += ast.iter_child_nodes(part)


def suspension_points(node: ast.AST) -> Iterator[ast.AST]:
    """Each place where a task may let others run.

    These places are an `await`, an `async for` and each item of an `async with`.  The
    entry and the exit of an item count as one.  An `async for` may be a statement or
    part of a comprehension.  In a generator expression it does not count, because it
    runs later.
    """
    lazy = lazy_parts(ast.walk(node))
    for part in ast.walk(node):
        if isinstance(part, ast.Await | ast.AsyncFor):
            yield part
        elif isinstance(part, ast.comprehension) and part.is_async:
            if id(part) not in lazy:
                yield part.target
        elif isinstance(part, ast.AsyncWith):
            yield from (item.context_expr for item in part.items)


def may_suspend(node: ast.stmt) -> bool:
    """Whether a statement, apart from its blocks, has a suspension point."""
    lazy = lazy_parts(header(node))
    return isinstance(node, ast.AsyncFor | ast.AsyncWith) or any(
        isinstance(part, ast.Await)
        or (isinstance(part, ast.comprehension) and part.is_async)
        for part in header(node)
        if id(part) not in lazy
    )


def lazy_parts(nodes_: Iterable[ast.AST]) -> set[int]:
    """The parts of generator expressions that run later, when they are iterated."""
    return {
        id(part)
        for node in nodes_
        if isinstance(node, ast.GeneratorExp)
        for made in [*node.generators, node.elt]
        for part in ([made] if isinstance(made, ast.comprehension) else ast.walk(made))
    }


def synchronization_points(tree: ast.AST, kinds: Kinds) -> Iterator[ast.expr]:
    """Each use of a lock, condition, semaphore, event, barrier or queue.

    These uses are:
    - a `with` item that is a lock;
    - a loop over a queue;
    - a call of a method that synchronizes, on an object that the file shows to be a
      primitive;
    - on an object of unknown class, a call of a method that only primitives have
      (acquire, release, notify, task_done ...).

    Making a primitive is not a use.
    """
    for node in nodes(tree):
        if isinstance(node, ast.With | ast.AsyncWith):
            for item in node.items:
                if is_lock(kinds.type_of(item.context_expr)):
                    yield item.context_expr
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            held = kinds.type_of(node.func.value)
            known = synchronizes(held) and node.func.attr in OPERATIONS
            if known or (held is None and node.func.attr in UNMISTAKABLE):
                yield node
        elif (
            isinstance(node, ast.For | ast.AsyncFor)
            and kinds.type_of(node.iter) in QUEUES
        ):
            yield node.iter


def life_cycle(node: ast.stmt, kinds: Kinds) -> bool:
    """Whether a statement starts, stops, cancels or bounds work, or waits for its end.

    Such a statement makes or enters a thread, a pool, a task group or a time limit, or
    calls a method that only these have.  `start`, `join`, `shutdown`, `map` and `done`
    count on an object that the file shows to be one of these.  If the class of the
    object is unknown, only `start` and `join` count, and only without arguments.
    """
    return any(
        _is_life_cycle_call(part, kinds)
        for part in header(node)
        if isinstance(part, ast.Call)
    )


def _is_life_cycle_call(call: ast.Call, kinds: Kinds) -> bool:
    if kinds.absolute(call.func) in LIFE_CYCLE_CALLS:
        return True
    if not isinstance(call.func, ast.Attribute):
        return False
    method, on = call.func.attr, call.func.value
    if method in LIFE_CYCLE_METHODS:
        return True
    if method not in SOMETIMES_LIFE_CYCLE:
        return False
    held = kinds.type_of(on)
    if held is not None:
        return held in WORKERS
    bare = not call.args and not isinstance(on, ast.Constant | ast.JoinedStr)
    return bare and method in ("start", "join") and kinds.absolute(on) is not None


def error_handling(tree: ast.AST, kinds: Kinds) -> int:
    """The number of `except`s, `finally`s, `raise`s and `contextlib.suppress`."""
    count = 0
    for node in nodes(tree):
        if isinstance(node, ast.Try | ast.TryStar):
            count += len(node.handlers) + bool(node.finalbody)
        elif isinstance(node, ast.Raise):
            count += 1
        elif isinstance(node, ast.Call):
            count += kinds.absolute(node.func) == "contextlib.suppress"
    return count


def branches(tree: ast.AST) -> int:
    """McCabe's decisions, as radon and lizard count them: `async` changes nothing."""
    count = 0
    for node in nodes(tree):
        if isinstance(
            node,
            ast.If
            | ast.IfExp
            | ast.For
            | ast.AsyncFor
            | ast.While
            | ast.ExceptHandler
            | ast.Assert
            | ast.match_case,
        ):
            count += 1
        elif isinstance(node, ast.BoolOp):
            count += len(node.values) - 1
        elif isinstance(node, ast.comprehension):
            count += 1 + len(node.ifs)
    return count
