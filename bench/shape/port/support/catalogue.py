"""The support of a draft, by name: each part is added only if the draft uses it."""

import ast
import re
from collections.abc import Mapping

from bench.shape.port.support.classes import (
    TASK_BARRIER,
    TASK_CONDITION,
    TASK_LOCAL,
    TASK_POOL,
    TASK_RLOCK,
    TASK_THREAD,
    TASK_TIMER,
)
from bench.shape.port.support.functions import (
    ALIVE_THREADS,
    ALL_OF,
    ANY_OF,
    AS_ASYNC,
    AS_DONE,
    AS_FIRST,
    AS_NUMBERED,
    AS_REQUESTS,
    ASKED_ONCE,
    CALLED_UNTIL,
    CLOSED_AT_END,
    EACH_OF,
    ENDED_IN_TIME,
    ERROR_OF,
    FROM_THREAD,
    GET_AS_TOLD,
    IN_CONTEXT,
    IN_LOOP,
    IN_LOOP_OR_THREAD,
    IN_OWN_THREAD,
    IN_TIME,
    KEPT_TASK,
    PUT_AS_TOLD,
    REPORTING,
    RUNNING_THREAD,
    TAKEN_IN_TIME,
    TO_THE_END,
    WAIT_AS_TOLD,
    WAITED_FOR,
    WHOLE_RESPONSE,
)
from bench.shape.port.support.pool_results import POOL_FUTURE, POOL_RESULTS
from bench.shape.resolution.scopes import Scope

SUPPORT = {
    "ended_in_time": ENDED_IN_TIME,
    "in_time": IN_TIME,
    "taken_in_time": TAKEN_IN_TIME,
    "get_as_told": GET_AS_TOLD,
    "put_as_told": PUT_AS_TOLD,
    "wait_as_told": WAIT_AS_TOLD,
    "as_done": AS_DONE,
    "any_of": ANY_OF,
    "all_of": ALL_OF,
    "waited_for": WAITED_FOR,
    "in_loop_or_thread": IN_LOOP_OR_THREAD,
    "in_loop": IN_LOOP,
    "from_thread": FROM_THREAD,
    "in_context": IN_CONTEXT,
    "in_own_thread": IN_OWN_THREAD,
    "as_numbered": AS_NUMBERED,
    "as_async": AS_ASYNC,
    "as_first": AS_FIRST,
    "error_of": ERROR_OF,
    "reporting": REPORTING,
    "running_thread": RUNNING_THREAD,
    "alive_threads": ALIVE_THREADS,
    "kept_task": KEPT_TASK,
    "each_of": EACH_OF,
    "to_the_end": TO_THE_END,
    "as_requests": AS_REQUESTS,
    "closed_at_end": CLOSED_AT_END,
    "whole_response": WHOLE_RESPONSE,
    "asked_once": ASKED_ONCE,
    "called_until": CALLED_UNTIL,
    "TaskBarrier": TASK_BARRIER,
    "PoolFuture": POOL_FUTURE,
    "PoolResults": POOL_RESULTS,
    "TaskPool": TASK_POOL,
    "TaskLocal": TASK_LOCAL,
    "TaskRLock": TASK_RLOCK,
    "TaskCondition": TASK_CONDITION,
    "TaskThread": TASK_THREAD,
    "TaskTimer": TASK_TIMER,
}
BESIDE = {  # another name that a definition binds -> the definition
    "kept_tasks": "kept_task",
    "task_threads": "TaskThread",
}
LENT = ("contextlib", "inspect", "weakref")  # modules that the support uses
Names = Mapping[str, str]  # name in the support -> its name in this file
UNGUARDED = "contextlib.nullcontext()"  # the class that replaces the lock of a queue
IMPORTS = {
    "in_own_thread": "contextlib threading",
    "closed_at_end": "contextlib",
    "waited_for": "collections",
    "as_async": "contextlib",
    "in_loop_or_thread": "inspect",
    "in_loop": "inspect",
    "running_thread": "threading",
    "alive_threads": "threading",
    "TaskBarrier": "inspect",
    "TaskLocal": "threading weakref",
}


def whole_name(name: str) -> re.Pattern[str]:
    """A pattern for a name; attributes and named arguments do not match."""
    return re.compile(rf"(?<![\w.]){name}\b(?!=[^=])")


def with_names(text: str, names: Names) -> str:
    """The text of the support, with the names that it has in this file."""
    for name, new in names.items():
        text = whole_name(name).sub(new, text)
    return text


def used(body: str, names: Names) -> list[str]:
    """The support that the lines of a draft use, directly or through other support."""
    known = {**{name: name for name in SUPPORT}, **BESIDE}
    found = {of for n, of in known.items() if _names(names.get(n, n), body)}
    texts = [SUPPORT[name] for name in found]
    while texts:
        text = texts.pop()
        new = {of for n, of in known.items() if _names(n, text)} - found
        found |= new
        texts += [SUPPORT[name] for name in new]
    return [name for name in SUPPORT if name in found]


def _names(name: str, text: str) -> bool:
    return re.search(rf"(?<![\w.]){name}\b", text) is not None


def imports(used_names: list[str], body: str, names: Names) -> list[str]:
    """The imports that this support and the draft's lines need, besides asyncio."""
    lent = {one for name in used_names for one in IMPORTS.get(name, "").split()}
    lines = {
        f"import {one} as {names[one]}" if one in names else f"import {one}"
        for one in lent
    }
    needed = set()
    imported = re.search(r"^import .*\bcontextvars\b", body, re.MULTILINE)
    if "contextvars.Context()" in body and not imported:
        needed.add("contextvars")
    texts = (body, *(SUPPORT[name] for name in used_names))
    if any("aiohttp." in text for text in texts):
        needed.add("aiohttp")
    if UNGUARDED in body:
        needed.add("contextlib")
    return sorted(lines | {f"import {one}" for one in needed})


def definitions(used_names: list[str], names: Names) -> list[str]:
    """The lines that define this support, each part after blank lines."""
    return [
        line
        for name in used_names
        for line in ("", "", *with_names(SUPPORT[name], names).split("\n")[:-1])
    ]


def after_imports(tree: ast.Module) -> int:
    """The last line of the imports at the beginning of a module."""
    last = 0
    for node in tree.body:
        is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if not (is_text or isinstance(node, ast.Import | ast.ImportFrom)):
            break
        last = node.end_lineno or last
    return last


def after_docstring(tree: ast.Module) -> int:
    """The last line of the docstring and of the `__future__` imports."""
    last = 0
    for node in tree.body:
        future = isinstance(node, ast.ImportFrom) and node.module == "__future__"
        text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if not (future or text):
            break
        last = node.end_lineno or last
    return last


def brought_along(text: str, scope: Scope) -> bool:
    """Whether a scope is part of the support, unchanged from the draft."""
    while scope.parent is not None and scope.parent.parent is not None:
        scope = scope.parent
    name = re.sub(r"_\d+$", "", scope.name)
    if name not in SUPPORT:
        return False
    top = scope.parent or scope
    names = {
        known: new
        for new in top.bindings
        if (known := re.sub(r"_\d+$", "", new)) != new
        and known in (*SUPPORT, *BESIDE, *LENT)
    }
    return with_names(SUPPORT[name], names) in text or SUPPORT[name] in text
