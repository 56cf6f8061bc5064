"""Exceptions of requests and queues that a program raises, derives or tests for."""

import ast
from collections.abc import Iterator

from bench.shape.port.analysis.requests_exceptions import (
    OF_REQUESTS,
    requests_exception,
)
from bench.shape.port.colours import Colours
from bench.shape.port.rewriting import Rewriting
from bench.shape.resolution.facts import expressions
from bench.shape.resolution.scopes import Path, Scope
from bench.shape.resolution.values import Library
from bench.shape.tables.replacements import BAD_JSON, EXCEPTIONS, TIMED_OUT

WITH_RESPONSE = frozenset({"requests.HTTPError", "requests.TooManyRedirects"})
# exceptions whose constructors need arguments that a program does not have
NOT_BY_HAND = {
    "requests.SSLError": "raise aiohttp.ClientConnectionError(...) in its place",
}
OF_RESPONSE = {  # attribute of `error.response` -> attribute of an error of aiohttp
    "status_code": "status",
    "reason": "message",
    "headers": "headers",
    "url": "request_info.real_url",
}


def _of_threads(value: object, statement: ast.stmt) -> str:
    """The name of an exception of queues, pools and barriers that a statement mentions.

    In a `raise`, only an exception of queues counts, because the other exceptions end
    a task.
    """
    name = value.name if isinstance(value, Library) else ""
    raised = isinstance(statement, ast.Raise)
    known = name in (TIMED_OUT if raised else EXCEPTIONS)
    return name if known and not name.startswith(OF_REQUESTS) else ""


class ExceptionNames:
    """Renames exceptions in one file."""

    def __init__(self, found: Colours, rewriting: Rewriting) -> None:
        self.colours, self.rewriting = found, rewriting
        self.types = found.graph.types

    def used(
        self, statement: ast.stmt, scope: Scope, path: Path
    ) -> Iterator[tuple[int, str]]:
        """Edit the exceptions that a statement mentions outside its `except`."""
        if not self.colours.waits or isinstance(statement, ast.Import | ast.ImportFrom):
            return
        caught = {
            id(part)
            for handler in getattr(statement, "handlers", ())
            if handler.type is not None
            for part in ast.walk(handler.type)
        }
        for node in expressions(statement):
            if id(node) in caught or not isinstance(node, ast.Name | ast.Attribute):
                continue
            if not isinstance(node.ctx, ast.Load):
                continue
            for value in self.types.of(node, scope, path):
                if name := requests_exception(value) or _of_threads(value, statement):
                    yield from self._used(node, name, statement)

    def _used(
        self, node: ast.expr, name: str, statement: ast.stmt
    ) -> Iterator[tuple[int, str]]:
        """Edit one mention of the exception with this name."""
        parents = [p for p in expressions(statement) if isinstance(p, ast.Call)]
        made = next((call for call in parents if call.func is node), None)
        is_raised = isinstance(statement, ast.Raise) and statement.exc in (node, made)
        if made is None and not is_raised and not isinstance(statement, ast.ClassDef):
            self.rewriting.replace(node, self._named(node, name, statement))
            return
        if name in NOT_BY_HAND:
            yield node.lineno, f"aiohttp makes its own: {NOT_BY_HAND[name]}"
            return
        one = EXCEPTIONS[name].strip("()").partition(",")[0]
        if name not in WITH_RESPONSE or isinstance(statement, ast.ClassDef):
            self.rewriting.replace(node, one)
            if made is not None and made.keywords:
                yield node.lineno, f"{one} takes no response= and no request="
            return
        new = _with_response(one, made, self.rewriting)
        if made is not None and new:
            self.rewriting.replace(made, new)
            return
        yield (
            node.lineno,
            f"raise {one}(response.request_info, response.history,"
            " status=response.status, message=...), with the response that caused it",
        )

    def _named(self, node: ast.expr, name: str, statement: ast.stmt) -> str:
        """The port's names for an exception, without brackets inside a tuple."""
        new = EXCEPTIONS[name]
        in_tuple = any(
            isinstance(part, ast.Tuple) and any(one is node for one in part.elts)
            for part in expressions(statement)
        )
        return new.strip("()") if in_tuple and new != BAD_JSON else new

    def asked(self, handler: ast.ExceptHandler) -> Iterator[tuple[int, str]]:
        """Edit the attributes that a handler reads of `error.response`."""
        if handler.name is None:
            return
        for statement in handler.body:
            for node in ast.walk(statement):
                if isinstance(node, ast.Attribute) and _is_carried(
                    node.value, handler.name
                ):
                    new = OF_RESPONSE.get(node.attr)
                    if new is not None:
                        self.rewriting.replace(node, f"{handler.name}.{new}")
                    else:
                        yield (
                            node.lineno,
                            f"an error of aiohttp has no response, and so no"
                            f" {node.attr}: read the response before"
                            " raise_for_status()",
                        )
                elif (
                    isinstance(node, ast.Compare)
                    and _is_carried(node.left, handler.name)
                    and isinstance(node.ops[0], ast.Is | ast.IsNot)
                ):
                    asked = f"isinstance({handler.name}, aiohttp.ClientResponseError)"
                    is_none = isinstance(node.ops[0], ast.Is)
                    self.rewriting.replace(node, f"not {asked}" if is_none else asked)


def _is_carried(node: ast.expr, name: str) -> bool:
    """Whether an expression is `error.response`."""
    return (
        isinstance(node, ast.Attribute)
        and node.attr == "response"
        and isinstance(node.value, ast.Name)
        and node.value.id == name
    )


def _with_response(new: str, made: ast.Call | None, rewriting: Rewriting) -> str:
    """The error of aiohttp for the response in `response=name`; "" if there is none."""
    if made is None:
        return ""
    given = [k.value for k in made.keywords if k.arg == "response"]
    others = [k for k in made.keywords if k.arg not in ("response", "request")]
    if not given or others or not isinstance(given[0], ast.Name):
        return ""
    on = given[0].id
    said = f", message={rewriting.kept(made.args[0])}" if made.args else ""
    return f"{new}({on}.request_info, {on}.history, status={on}.status{said})"
