"""What a draft brings along, by name: each is put in only where it is used."""

import ast
import re

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
UNGUARDED = "contextlib.nullcontext()"  # in the place of the lock of a queue
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


def used(body: str) -> list[str]:
    """The names of what the lines of a draft use, and of what that uses in turn."""
    found: set[str] = set()
    texts = [body]
    while texts:
        text = texts.pop()
        new = {n for n in SUPPORT if re.search(rf"(?<![\w.]){n}\b", text)} - found
        found |= new
        texts += [SUPPORT[name] for name in new]
    return [name for name in SUPPORT if name in found]


def imports(names: list[str], body: str) -> list[str]:
    """The import lines that these and a draft's lines need, beside asyncio's."""
    needed = {one for name in names for one in IMPORTS.get(name, "").split()}
    imported = re.search(r"^import .*\bcontextvars\b", body, re.MULTILINE)
    if "contextvars.Context()" in body and not imported:
        needed.add("contextvars")
    if any("aiohttp." in text for text in (body, *(SUPPORT[name] for name in names))):
        needed.add("aiohttp")
    if UNGUARDED in body:
        needed.add("contextlib")
    return [f"import {one}" for one in sorted(needed)]


def definitions(names: list[str]) -> list[str]:
    """The lines that define these, each set off by blank lines."""
    return [
        line for name in names for line in ("", "", *SUPPORT[name].split("\n")[:-1])
    ]


def after_imports(tree: ast.Module) -> int:
    """The last line of the imports that a module begins with."""
    last = 0
    for node in tree.body:
        is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if not (is_text or isinstance(node, ast.Import | ast.ImportFrom)):
            break
        last = node.end_lineno or last
    return last


def after_docstring(tree: ast.Module) -> int:
    """The last line of the docstring and of what must stand first."""
    last = 0
    for node in tree.body:
        future = isinstance(node, ast.ImportFrom) and node.module == "__future__"
        text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if not (future or text):
            break
        last = node.end_lineno or last
    return last


def brought_along(text: str, scope: Scope) -> bool:
    """Whether a scope is of what a draft brings along, as the draft has it."""
    while scope.parent is not None and scope.parent.parent is not None:
        scope = scope.parent
    known = SUPPORT.get(scope.name)
    return known is not None and known in text
