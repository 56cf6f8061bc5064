"""Rewrites `body = session.get(url, timeout=10).text` of `requests` for aiohttp.

The port writes out where aiohttp differs from requests:
- The time limit of aiohttp is for the whole transfer.
- aiohttp follows 10 redirects, requests follows 30.
- aiohttp decodes strictly.
"""

import ast
from collections.abc import Callable
from dataclasses import dataclass

READS = {"text": 'text(errors="replace")', "content": "read()"}
AS_JSON = "json(content_type=None)"
SAME = frozenset({"params", "data", "json", "headers", "cookies", "allow_redirects"})
IN_ORDER = {  # positional arguments of requests; aiohttp takes them by name
    "get": ("params",),
    "post": ("data", "json"),
    "put": ("data",),
    "patch": ("data",),
    "options": (),
    "head": (),
    "delete": (),
}
SESSION = "aiohttp.ClientSession(**as_requests())"
REDIRECTS = 30  # the limit of requests; that of aiohttp is 10
SAID = {
    "text": "if the server names no encoding, a text is latin-1, as in requests, and"
    " the rest is utf-8, where requests would guess: give encoding= if you"
    " know it",
    "json": "requests reads JSON of any content type",
    "timeout": "a time limit of requests is for connecting and for each read; the"
    " total of aiohttp is for the whole transfer",
    "no timeout": "aiohttp ends a request after 300 seconds, requests never:"
    " timeout=aiohttp.ClientTimeout(total=None) waits without a limit"
    " too",
    "params": "requests leaves out params that are None and takes True; aiohttp takes"
    " only texts and numbers",
    "url": "a space in an address that is a literal is sent as +, but by requests as"
    " %20: give params=, or yarl.URL(..., encoded=True)",
    "redirects": "requests follows 30 redirects, aiohttp 10",
    "resent": "if a server drops the connection before it answers, aiohttp sends a"
    " GET and the like once more, and no option prevents this; requests"
    " raises ConnectionError",
}
HANDED_ON = (
    "what {} holds is given to aiohttp as it is: a time limit must be an"
    " aiohttp.ClientTimeout, verify=False is ssl=False, and stream= must go"
)
# aiohttp sends these requests again; it does not send POST and PATCH again
RESENT = (".get", ".head", ".options", ".put", ".delete")
Written = Callable[[ast.AST], str]  # writes an expression as the port has it


@dataclass(frozen=True)
class Request:
    """The text that sends a request with aiohttp, and the differences from requests."""

    text: str
    differs: tuple[str, ...]


def request(
    call: ast.Call, statement: ast.stmt, alone: str = "", kept: Written = ast.unparse
) -> Request | None:
    """The whole statement with aiohttp; None if the statement is too complicated.

    alone: the function of requests that is called, "get"; "" if a session sends.
    kept: writes an expression inside the statement as the port has it.
    """
    read = _read(call, statement)
    if statement.lineno != statement.end_lineno or not read:
        return None
    made = _sent(call, kept, alone)
    if made is None:
        return None
    opened, sent, differs = made
    told = ["text"] if read == READS["text"] else []
    told += ["json"] if read == AS_JSON else []
    return Request(
        _written(call, statement, sent, opened, f"await response.{read}"),
        tuple(SAID[key] for key in (*told, *differs)),
    )


def entered(
    call: ast.Call, alone: str = "", kept: Written = ast.unparse
) -> Request | None:
    """The expression that `async with` enters for a request; None if there is none."""
    made = _sent(call, kept, alone)
    if made is None:
        return None
    opened, sent, differs = made
    return Request(opened + sent, tuple(SAID[key] for key in differs))


def expression(
    call: ast.Call, alone: str = "", kept: Written = ast.unparse
) -> Request | None:
    """An expression that gives the response after its body was read; else None."""
    made = _sent(call, kept, alone)
    if made is None:
        return None
    opened, sent, differs = made
    text = f"whole_response({sent})"
    if opened:
        given = sent.partition("(")[2]
        text = f'asked_once("{alone}", {given}'
    return Request(f"await {text}", tuple(SAID[key] for key in differs))


def _sent(
    call: ast.Call, kept: Written, alone: str
) -> tuple[str, str, list[str]] | None:
    """The new session if there is one, the call, and the keys of the differences."""
    method = alone or ast.unparse(call.func).rpartition(".")[2]
    given = _arguments(call, method, kept)
    if given is None:
        return None
    on, opened = ast.unparse(call.func), ""
    if isinstance(call.func, ast.Attribute):
        on = f"{kept(call.func.value)}.{call.func.attr}"
    if alone:
        on, opened = f"session.{alone}", f"{SESSION} as session, "
    told = ["url"] if _has_space(call) else []
    told += ["params"] if any(one.startswith("params=") for one in given) else []
    limited = any(k.arg == "timeout" for k in call.keywords)
    told.append("timeout" if limited else "no timeout")
    if _follows(call, on):
        given.append(f"max_redirects={REDIRECTS}")
        told.append("redirects")
    told += ["resent"] if on.endswith(RESENT) else []
    return opened, f"{on}({', '.join(given)})", told


def _written(
    call: ast.Call, statement: ast.stmt, sent: str, opened: str, new: str
) -> str:
    """The whole statement with aiohttp.

    If the statement stores or returns the response itself, the new statement also reads
    the response to its end.  So the response does not stay open.
    """
    targets = getattr(statement, "targets", ())
    named = " = ".join(ast.unparse(t) for t in targets)
    if getattr(statement, "value", None) is call and not isinstance(
        statement, ast.Expr
    ):
        name = named or "response"
        text = f"{name} = await {sent}; await {name}.read()"
        text += "" if named else "; return response"
        session = opened.removesuffix(", ")
        return f"async with {session}: {text}" if session else text
    if isinstance(statement, ast.Assign):
        new = f"{named} = {new}"
    elif isinstance(statement, ast.Return):
        new = f"return {new}"
    return f"async with {opened}{sent} as response: {new}"


def _read(call: ast.Call, statement: ast.stmt) -> str:
    """The method of aiohttp that reads the response; "" if the read is not simple."""
    value = getattr(statement, "value", None)
    if value is call and (
        isinstance(statement, ast.Expr | ast.Return)
        or (isinstance(statement, ast.Assign) and len(statement.targets) == 1)
    ):
        return "read()"
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute):
        plain = not value.args and not value.keywords
        is_json = value.func.value is call and value.func.attr == "json"
        return AS_JSON if is_json and plain else ""
    if isinstance(value, ast.Attribute) and value.value is call:
        return READS.get(value.attr, "")
    return ""


def _arguments(call: ast.Call, method: str, kept: Written) -> list[str] | None:
    """The arguments as aiohttp takes them; None if aiohttp lacks one of them."""
    url = 2 if method == "request" else 1  # `request` has the HTTP method before it
    more, names = call.args[url:], IN_ORDER.get(method, ())
    if len(more) > len(names) or any(isinstance(a, ast.Starred) for a in call.args):
        return None
    given = [kept(a) for a in call.args[:url]]
    given += [f"{name}={kept(a)}" for name, a in zip(names, more, strict=False)]
    for keyword in call.keywords:
        value = keyword.value
        text = kept(value)
        always = isinstance(value, ast.Constant) and value.value is True
        if keyword.arg == "timeout":
            given.append(f"timeout=aiohttp.ClientTimeout({_limits(value)})")
        elif keyword.arg is None:
            given.append(f"**{text}")
        elif keyword.arg in SAME | {"url", "method"}:
            given.append(f"{keyword.arg}={text}")
        elif keyword.arg == "auth" and isinstance(value, ast.Tuple):
            pair = ", ".join(kept(e) for e in value.elts)
            given.append(f"auth=aiohttp.BasicAuth({pair})")
        elif keyword.arg == "verify" and isinstance(value, ast.Constant):
            given += [] if always else ["ssl=False"]
        elif keyword.arg != "stream":
            return None
    return given


def _limits(value: ast.expr) -> str:
    """The limits in `timeout=10` and `timeout=(3, 10)`: to connect, for each read."""
    if isinstance(value, ast.Constant) and value.value is None:
        return "total=None"
    connect = read = ast.unparse(value)
    if isinstance(value, ast.Tuple) and len(value.elts) == 2:
        connect, read = map(ast.unparse, value.elts)
    return f"total=None, sock_connect={connect}, sock_read={read}"


def _follows(call: ast.Call, on: str) -> bool:
    """Whether redirects are followed: `head` follows them only on request."""
    for keyword in call.keywords:
        if keyword.arg == "allow_redirects":
            told = keyword.value
            return not (isinstance(told, ast.Constant) and told.value is False)
    return not on.endswith(".head")


def _has_space(call: ast.Call) -> bool:
    """Whether a literal part of an address has a space, and a "?" or "&"."""
    return any(
        isinstance(part, ast.Constant)
        and isinstance(part.value, str)
        and " " in part.value
        and ("?" in part.value or "&" in part.value)
        for argument in call.args[:1]
        for part in ast.walk(argument)
    )
