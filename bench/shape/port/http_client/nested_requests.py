"""A request inside a larger expression: `requests.get(url).json()["name"]`."""

import ast

from bench.shape.port.http_client.request_calls import AS_JSON, READS, SAID, expression
from bench.shape.port.http_client.responses import at_once, in_double_quotes, tested
from bench.shape.port.rewriting import Rewriting, followed


def written_inside(
    rewriting: Rewriting, call: ast.Call, statement: ast.stmt, alone: str
) -> tuple[str, ...] | None:
    """Write a request and the read of its response; return how aiohttp differs.

    The result is None if the request cannot be written inside the expression.
    alone: the function of requests that is called, "get"; "" if a session sends.
    """
    made = expression(call, alone, rewriting.kept)
    if made is None:
        return None
    asked = next((p for p in _attributes(statement) if p.value is call), None)
    target: ast.expr = call
    text, differs = made.text, made.differs
    if asked is not None and asked.attr in READS:
        target, text = asked, f"await ({made.text}).{READS[asked.attr]}"
        differs = (*differs, SAID["text"]) if asked.attr == "text" else differs
    elif asked is not None and asked.attr == "json":
        read = _called_plainly(statement, asked)
        if read is None:
            return None
        target, text = read, f"await ({made.text}).{AS_JSON}"
        differs = (*differs, SAID["json"])
    elif asked is not None:
        found = at_once(f"({made.text})", asked.attr)
        if found is None:
            return None
        target, text = asked, found
    elif any(one is call for one in tested(statement)):
        text = f"({made.text}).ok"
    if in_double_quotes(rewriting, call, statement):
        text = text.replace('"', "'")  # Python 3.11: no '"' in this f-string
    wrapped = text.startswith("await ") and id(target) in followed(statement)
    rewriting.replace(target, f"({text})" if wrapped else text)
    return differs


def _attributes(statement: ast.stmt) -> list[ast.Attribute]:
    return [p for p in ast.walk(statement) if isinstance(p, ast.Attribute)]


def _called_plainly(statement: ast.stmt, func: ast.Attribute) -> ast.Call | None:
    """The call of a method, if it has no arguments."""
    for part in ast.walk(statement):
        if isinstance(part, ast.Call) and part.func is func:
            return None if part.args or part.keywords else part
    return None
