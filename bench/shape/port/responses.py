"""What is asked of a kept response of requests, as one of aiohttp has it."""

import ast
from collections.abc import Iterator

from bench.shape.port.colours import Colours
from bench.shape.port.requests_calls import AS_JSON, READS
from bench.shape.port.rewriting import Rewriting, followed
from bench.shape.resolution.facts import expressions
from bench.shape.resolution.scopes import Path, Scope, start
from bench.shape.resolution.values import Instance
from bench.shape.tables.vocabulary import words

RESPONSE = "requests.Response"
RENAMED = {"status_code": "status"}
OTHERWISE = {  # what a response of requests has -> what to write with one of aiohttp
    "iter_content": "await {on}.read() gives all of it at once",
    "iter_lines": "(await {on}.text()).splitlines() gives all of them at once",
    "raw": "{on}.content, of which read(size) is awaited",
    "encoding": "{on}.get_encoding(), and encoding=... where its text is read",
    "apparent_encoding": "{on}.get_encoding()",
    "is_redirect": "{on}.status in (301, 302, 303, 307, 308)",
    "request": "{on}.request_info",
}
STREAMED = {  # the same of a response that a `with` holds open
    "iter_content": "async for chunk in {on}.content.iter_chunked(size)",
    "iter_lines": "async for line in {on}.content, whose lines keep their ends",
}
SAME = words("ok headers url reason raise_for_status close cookies history")


def asked(
    found: Colours,
    rewriting: Rewriting,
    node: ast.Attribute,
    scope: Scope,
    path: Path,
    statement: ast.stmt,
) -> Iterator[tuple[int, str]]:
    """Edit one attribute of a response; say what aiohttp has not."""
    values = found.graph.types.of(node.value, scope, path)
    is_response = any(isinstance(v, Instance) and v.kind == RESPONSE for v in values)
    if not is_response or not found.waits or isinstance(node.value, ast.Call):
        return  # what is asked of a call at once is written with it
    on = ast.unparse(node.value)
    if node.attr in RENAMED:
        rewriting.replace(node, f"{on}.{RENAMED[node.attr]}")
    elif node.attr in {*READS, "json"} and not found.is_async(scope.key):
        yield node.lineno, f"await {on}.{node.attr}(...): this function stays plain"
    elif node.attr in READS:
        new = f"await {on}.{READS[node.attr]}"
        if _in_double_quotes(rewriting, node, statement):
            new = new.replace('"', "'")  # Python 3.11 takes no others inside
        wrapped = id(node) in followed(statement)
        rewriting.replace(node, f"({new})" if wrapped else new)
    elif node.attr == "json":
        call = next(
            n for n in ast.walk(statement) if isinstance(n, ast.Call) and n.func is node
        )
        wrapped = id(call) in followed(statement)
        new = f"await {on}.{AS_JSON}"
        if not call.args and not call.keywords:
            rewriting.replace(call, f"({new})" if wrapped else new)
    elif (
        node.attr == "iter_content"
        and found.is_async(scope.key)
        and _in_chunks(rewriting, node, scope, statement)
    ):
        return
    elif node.attr not in SAME:
        known = {**OTHERWISE, **(STREAMED if _is_held(node.value, scope) else {})}
        other = known.get(node.attr, "").format(on=on)
        said = f"a response of aiohttp has no {node.attr}"
        yield node.lineno, f"{said}: {other}" if other else said


def _in_double_quotes(rewriting: Rewriting, node: ast.AST, statement: ast.stmt) -> bool:
    """Whether an expression stands in an f-string of double quotes."""
    for part in expressions(statement):
        if isinstance(part, ast.JoinedStr) and any(n is node for n in ast.walk(part)):
            line, column = start(part)
            text = rewriting.source.lines[line - 1].encode()[column:].lstrip(b"fFrR")
            return text.startswith(b'"') and not text.startswith(b'"""')
    return False


def _is_held(node: ast.expr, scope: Scope) -> bool:
    """Whether a `with` of the function holds a response open: its body is unread."""
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
    """`for chunk in response.iter_content(size)`, as aiohttp reads it; False if not."""
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
