"""The names of a program's locks, and the lines that make them."""

import ast
import gc
import linecache
from collections.abc import Container, Iterator
from pathlib import Path
from typing import Any

from bench.correctness.engine.kernel import kernel
from bench.correctness.engine.lock_study import LockUnit
from bench.correctness.explain.labels import path_to
from bench.correctness.records.locks import LockUse

MAKERS = ("Lock", "RLock", "Condition", "Semaphore", "BoundedSemaphore")
MAKERS_OF_LOCKS = (*MAKERS, "allocate_lock")
LONGEST_SOURCE = 60  # most characters of a target that is used as a name


def studied_locks() -> tuple[LockUse, ...]:
    """The locks that the program has acquired so far; none unless locks are studied."""
    if kernel.lock_study is None:
        return ()
    units = kernel.lock_study.used()
    names = [name_of_lock(unit) for unit in units]
    numbered = [
        f"{name} {names[: place + 1].count(name)}" if names.count(name) > 1 else name
        for place, name in enumerate(names)
    ]
    return tuple(map(use_of, units, numbered))


def use_of(unit: LockUnit, name: str) -> LockUse:
    file, line, _ = unit.key
    return LockUse(
        name=name,
        kind=unit.kind,
        file=file,
        line=line,
        source=linecache.getline(file, line).strip(),
        key=unit.key,
        workers=len(unit.holders),
        handed_over=unit.handed_over,
    )


def name_of_lock(unit: LockUnit) -> str:
    """The name of a lock, for a reader.

    It is the first of these that is known: the path from the scenario to the lock, the
    target of its assignment, the attribute that contains the lock, the line that makes
    the lock.
    """
    path = path_to(unit.thing)
    if path is not None and path.startswith("self.") and unit.key[2]:
        return path.removeprefix("self.")
    file, line, _ = unit.key
    name = assigned_to(file, line) or attribute_with(unit.thing)
    if name:
        return name.removeprefix("self.")
    return f"the {unit.kind} of {Path(file).name}:{line}"


def assigned_to(file: str, line: int) -> str:
    """The target of the assignment that makes a lock at a line.

    Empty if no assignment makes a lock there, or if the target is a long text.
    """
    try:
        tree = ast.parse("".join(linecache.getlines(file)))
    except SyntaxError:
        return ""
    found = ""
    makers = {*MAKERS_OF_LOCKS, *aliases(tree)}
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Assign | ast.AnnAssign | ast.NamedExpr)
            and node.value is not None
            and node.lineno <= line <= (node.end_lineno or node.lineno)
            and makes_lock(node.value, makers)
        ):
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            found = ast.unparse(target)
    return found if len(found) <= LONGEST_SOURCE else ""


def aliases(tree: ast.AST) -> Iterator[str]:
    """The names after `as` where a file imports what makes locks."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            for one in node.names:
                if one.name in MAKERS_OF_LOCKS and one.asname:
                    yield one.asname


def makes_lock(value: ast.expr, makers: Container[str]) -> bool:
    """Whether an expression makes a lock or a condition."""
    calls = [node.func for node in ast.walk(value) if isinstance(node, ast.Call)]
    names = [getattr(func, "attr", getattr(func, "id", "")) for func in calls]
    return any(name in makers for name in names)


def attribute_with(thing: Any) -> str:
    """The attribute that contains a lock; empty if there is none.

    The name of this attribute is used if no assignment in the program makes the lock.
    For example, the code that makes the lock of a dataclass is generated.
    """
    for holder in gc.get_referrers(thing):
        if type(holder) is not dict:
            continue
        for name, value in list(dict.items(holder)):
            if value is thing and type(name) is str and name.isidentifier():
                return name
    return ""
