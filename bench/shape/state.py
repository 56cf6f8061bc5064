"""What several workers write, and which lock is held when they do.

A write is an assignment to `self.x` or to a declared global, to an item or part of
it, a deletion, or a call of a method that changes a container in place.  The items
of a variable of the module are written without declaring it.  A write is guarded
when it stands inside `with lock`, or between `lock.acquire()` and `lock.release()`
in one block.  A lock held by the caller is not seen.
"""

import ast
from collections.abc import Iterator, Sequence

from bench.records.shapes import SharedAttribute
from bench.shape.functions import Function, nodes
from bench.shape.names import Names, dotted
from bench.shape.vocabulary import WORKERS, is_lock, synchronizes, words

CHANGES = words(
    """
    append appendleft extend extendleft insert pop popleft popitem remove discard add
    update setdefault clear sort reverse rotate write subtract
    """
)
MAKERS = frozenset({"__init__", "__new__", "__post_init__"})  # nobody shares it yet
Write = tuple[str, str, int, tuple[str, ...]]  # owner, name, line, guards


def shared(tree: ast.Module, names: Names) -> tuple[SharedAttribute, ...]:
    """Each attribute and global that is written outside `__init__`, in file order."""
    found: dict[tuple[str, str], list[tuple[int, tuple[str, ...]]]] = {}
    for owner, name, line, guards in _writes(tree, names):
        held = names.variables.get(name)
        if not synchronizes(held) and held not in WORKERS:  # these guard themselves
            found.setdefault((owner, name), []).append((line, guards))
    return tuple(
        SharedAttribute(
            owner=owner,
            name=name,
            guards=tuple(dict.fromkeys(g for _, guards in writes for g in guards)),
            guarded_lines=tuple(line for line, guards in writes if guards),
            unguarded_lines=tuple(line for line, guards in writes if not guards),
        )
        for (owner, name), writes in found.items()
    )


def _writes(tree: ast.Module, names: Names) -> Iterator[Write]:
    variables = _module_variables(tree)
    for node in nodes(tree):
        if isinstance(node, ast.ClassDef):
            for method in node.body:
                if isinstance(method, Function) and method.name not in MAKERS:
                    yield from _in_block(method.body, node.name, frozenset(), (), names)
        elif isinstance(node, Function):
            written = variables | _declared(node)
            if written:
                yield from _in_block(node.body, None, written, (), names)


def _module_variables(tree: ast.Module) -> frozenset[str]:
    """Names bound at the top of the file, and in no function of it."""
    top, local = set[str](), set[str]()
    for statement in tree.body:
        if not isinstance(statement, Function | ast.ClassDef):
            top |= _bound(statement)
    for node in nodes(tree):
        if isinstance(node, Function):
            local |= _bound(node) - _declared(node)
    return frozenset(top - local)


def _bound(tree: ast.AST) -> set[str]:
    return {
        node.arg if isinstance(node, ast.arg) else node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.arg)
        or (isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store))
    }


def _declared(function: Function) -> frozenset[str]:
    return frozenset(
        name
        for part in ast.walk(function)
        if isinstance(part, ast.Global)
        for name in part.names
    )


def _in_block(
    block: Sequence[ast.stmt],
    owner: str | None,
    declared: frozenset[str],
    guards: tuple[str, ...],
    names: Names,
) -> Iterator[Write]:
    held = guards
    for node in block:
        held = _after(node, held, guards, names)
        if isinstance(node, ast.With | ast.AsyncWith):
            entered = tuple(
                dotted(item.context_expr) or ast.unparse(item.context_expr)
                for item in node.items
                if is_lock(names.type_of(item.context_expr))
            )
            yield from _in_block(node.body, owner, declared, held + entered, names)
            continue
        for target in _targets(node):
            name = _shared_name(target, owner, declared)
            if name:
                yield owner or "", name, target.lineno, held
        for inner in _blocks(node):
            yield from _in_block(inner, owner, declared, held, names)


def _after(
    node: ast.stmt, held: tuple[str, ...], outer: tuple[str, ...], names: Names
) -> tuple[str, ...]:
    """The locks held behind `lock.acquire()` or `lock.release()`."""
    call = node.value if isinstance(node, ast.Expr | ast.Assign) else None
    call = call.value if isinstance(call, ast.Await) else call
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
        return held
    lock = dotted(call.func.value)
    if lock is None or not is_lock(names.type_of(call.func.value)):
        return held
    if call.func.attr == "acquire":
        return (*held, lock)
    if call.func.attr == "release":
        return tuple(name for name in held if name != lock)
    return held


def _blocks(node: ast.stmt) -> Iterator[list[ast.stmt]]:
    if isinstance(node, Function | ast.ClassDef):
        return
    for part in ("body", "orelse", "finalbody"):
        if inner := getattr(node, part, None):
            yield inner
    for handler in getattr(node, "handlers", ()):
        yield handler.body
    for case in getattr(node, "cases", ()):
        yield case.body


def _targets(node: ast.stmt) -> Iterator[ast.expr]:
    """The expressions that a simple statement writes to."""
    if isinstance(node, ast.Assign):
        yield from node.targets
    elif isinstance(node, ast.AugAssign | ast.AnnAssign):
        yield node.target
    elif isinstance(node, ast.Delete):
        yield from node.targets
    if isinstance(node, ast.Expr | ast.Assign | ast.Return | ast.AnnAssign):
        for part in ast.walk(node):
            func = part.func if isinstance(part, ast.Call) else None
            if isinstance(func, ast.Attribute) and func.attr in CHANGES:
                yield func.value


def _shared_name(
    target: ast.expr, owner: str | None, declared: frozenset[str]
) -> str | None:
    while isinstance(target, ast.Subscript | ast.Starred):
        target = target.value
    if owner is None:
        is_global = isinstance(target, ast.Name) and target.id in declared
        return target.id if is_global and isinstance(target, ast.Name) else None
    while isinstance(target, ast.Attribute):
        if isinstance(target.value, ast.Name):
            return target.attr if target.value.id in ("self", "cls") else None
        target = target.value
        while isinstance(target, ast.Subscript):
            target = target.value
    return None
