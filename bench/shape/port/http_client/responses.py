"""Attributes of a stored response of requests, and what aiohttp has for them."""

import ast
from collections.abc import Iterator

from bench.shape.port.colours import Colours
from bench.shape.port.http_client.request_calls import AS_JSON, READS
from bench.shape.port.rewriting import Rewriting, followed
from bench.shape.port.waits.awaits import Awaits
from bench.shape.resolution.facts import expressions, live
from bench.shape.resolution.scopes import Path, Scope, start
from bench.shape.resolution.values import FunctionRef, Instance
from bench.shape.tables.vocabulary import words

RESPONSE = "requests.Response"
RENAMED = {"status_code": "status"}
OTHERWISE = {  # attribute in requests -> what to write with aiohttp
    "iter_content": "await {on}.read() gives all of it at once",
    "iter_lines": "(await {on}.text()).splitlines() gives all of them at once",
    "raw": "{on}.content, with await {on}.content.read(size)",
    "encoding": "{on}.get_encoding(), and encoding=... where its text is read",
    "apparent_encoding": "{on}.get_encoding()",
    "is_redirect": "{on}.status in (301, 302, 303, 307, 308)",
    "request": "{on}.request_info",
}
STREAMED = {  # the same, for a response that is held open by a `with`
    "iter_content": "async for chunk in {on}.content.iter_chunked(size)",
    "iter_lines": "async for line in {on}.content, whose lines keep their ends",
}
SAME = words("ok headers url reason raise_for_status close cookies history")


def at_once(on: str, name: str) -> str | None:
    """The expression of aiohttp for an attribute, if it needs no `await`; else None."""
    if name == "url":
        return f"str({on}.url)"  # this attribute is no string in aiohttp
    if name in RENAMED or name in SAME:
        return f"{on}.{RENAMED.get(name, name)}"
    return None


def asked(
    found: Colours,
    awaits: Awaits,
    node: ast.Attribute,
    scope: Scope,
    path: Path,
    statement: ast.stmt,
) -> Iterator[tuple[int, str]]:
    """Edit one attribute of a response, or comment on one that aiohttp lacks."""
    values = found.graph.types.of(node.value, scope, path)
    is_response = any(isinstance(v, Instance) and v.kind == RESPONSE for v in values)
    if not is_response or not found.waits or _of_a_request(found, node, scope, path):
        return  # an attribute of a request is edited together with the request
    rewriting, on = awaits.rewriting, ast.unparse(node.value)
    here = rewriting.kept(node.value)
    if isinstance(node.value, ast.NamedExpr):
        here = f"({here})"
    in_loop = scope.parent is None and node.lineno in awaits.looped
    awaited = in_loop or scope.is_async or found.is_async(scope.key)
    if node.attr in {*READS, "json"} and not awaited:
        yield node.lineno, f"await {on}.{node.attr}(...): this function stays plain"
    elif node.attr in {*READS, "json"}:
        yield from _read(awaits, node, here, statement)
    elif (new := at_once(here, node.attr)) is not None:
        if new != f"{here}.{node.attr}" and isinstance(node.ctx, ast.Load):
            rewriting.replace(node, new)
    elif (
        node.attr == "iter_content"
        and awaited
        and _in_chunks(rewriting, node, scope, statement)
    ):
        return
    else:
        known = {**OTHERWISE, **(STREAMED if _is_held(node.value, scope) else {})}
        other = known.get(node.attr, "").format(on=on)
        said = f"a response of aiohttp has no {node.attr}"
        yield node.lineno, f"{said}: {other}" if other else said


def _of_a_request(
    found: Colours, node: ast.Attribute, scope: Scope, path: Path
) -> bool:
    """Whether an attribute is read directly from the result of a library's call."""
    call = node.value
    return isinstance(call, ast.Call) and not any(
        isinstance(v, FunctionRef) for v in found.graph.types.of(call.func, scope, path)
    )


def _read(
    awaits: Awaits, node: ast.Attribute, here: str, statement: ast.stmt
) -> Iterator[tuple[int, str]]:
    """The edit of `response.text`, `content` and `json()`, which read the body."""
    target: ast.expr = node
    new = f"await {here}.{READS.get(node.attr, AS_JSON)}"
    if node.attr == "json":
        calls = [n for n in ast.walk(statement) if isinstance(n, ast.Call)]
        call = next((n for n in calls if n.func is node), None)
        if call is None or call.args or call.keywords:
            on = ast.unparse(node.value)
            yield node.lineno, f"await {on}.json(loads=...): it takes no other argument"
            return
        target = call
    if in_double_quotes(awaits.rewriting, node, statement):
        new = new.replace('"', "'")  # Python 3.11: no '"' in this f-string
    wrapped = id(target) in followed(statement)
    awaits.rewriting.replace(target, f"({new})" if wrapped else new)
    awaits.collected(target, statement)


def in_double_quotes(rewriting: Rewriting, node: ast.AST, statement: ast.stmt) -> bool:
    """Whether an expression is inside an f-string with double quotes."""
    for part in expressions(statement):
        if isinstance(part, ast.JoinedStr) and any(n is node for n in ast.walk(part)):
            line, column = start(part)
            text = rewriting.source.lines[line - 1].encode()[column:].lstrip(b"fFrR")
            return text.startswith(b'"') and not text.startswith(b'"""')
    return False


def _is_held(node: ast.expr, scope: Scope) -> bool:
    """Whether a `with` of the function holds a response open, with its body unread."""
    return any(
        isinstance(item.optional_vars, ast.Name)
        and isinstance(node, ast.Name)
        and item.optional_vars.id == node.id
        for part in ast.walk(scope.node)
        if isinstance(part, ast.With)
        for item in part.items
    )


def _in_chunks(
    rewriting: Rewriting, node: ast.Attribute, scope: Scope, statement: ast.stmt
) -> bool:
    """Edit `for chunk in response.iter_content(size)`; False if it is not simple."""
    loop = statement.iter if isinstance(statement, ast.For) else None
    if not isinstance(loop, ast.Call) or loop.func is not node:
        return False
    given = [*loop.args, *(k.value for k in loop.keywords if k.arg == "chunk_size")]
    if len(given) != len(loop.args) + len(loop.keywords) or len(given) != 1:
        return False
    if ast.unparse(given[0]) == "None" or not _is_held(node.value, scope):
        return False
    on = ast.unparse(node.value)
    rewriting.insert(start(statement), "async ", first=True)
    rewriting.replace(loop, f"{on}.content.iter_chunked({ast.unparse(given[0])})")
    return True


def as_truth(found: Colours, scope: Scope) -> Iterator[tuple[int, str]]:
    """The comment on a stored response in a condition: in aiohttp it is always true."""
    if isinstance(scope.node, ast.Lambda) or not found.waits:
        return
    for statement, path in live(scope):
        for node in tested(statement):
            values = found.graph.types.of(node, scope, path)
            # if the response is that of a call, the edit of the call adds `.ok`
            is_call = isinstance(node, ast.Call)
            if not is_call and any(
                isinstance(v, Instance) and v.kind == RESPONSE for v in values
            ):
                on = ast.unparse(node)
                yield (
                    node.lineno,
                    "with aiohttp, a response is true for every status: test"
                    f" `{on}.ok` instead, after `{on} is not None` if it may be None",
                )


def tested(statement: ast.stmt) -> Iterator[ast.expr]:
    """The expressions that a statement tests for truth."""
    test = getattr(statement, "test", None)
    if isinstance(test, ast.expr):
        yield from _parts(test)
    for part in expressions(statement):
        if isinstance(part, ast.IfExp):
            yield from _parts(part.test)
        elif isinstance(part, ast.comprehension):
            for condition in part.ifs:
                yield from _parts(condition)
        elif isinstance(part, ast.UnaryOp) and isinstance(part.op, ast.Not):
            yield from _parts(part.operand)
        elif isinstance(part, ast.BoolOp):
            for value in part.values[:-1]:
                yield from _parts(value)


def _parts(test: ast.expr) -> Iterator[ast.expr]:
    if isinstance(test, ast.BoolOp):
        for value in test.values:
            yield from _parts(value)
    elif isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        yield from _parts(test.operand)
    else:
        yield test
