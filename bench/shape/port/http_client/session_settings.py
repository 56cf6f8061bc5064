"""Settings of a session of requests, which aiohttp takes in another place."""

import ast
from collections.abc import Iterator

from bench.shape.port.colours import Colours
from bench.shape.resolution.facts import expressions, live
from bench.shape.resolution.scopes import Path, Scope
from bench.shape.resolution.values import Instance
from bench.shape.tables.replacements import SESSIONS

SET_LATER = {  # attribute of a session of requests -> what aiohttp takes, and where
    "headers": "headers=... where the session is made: they cannot be changed later",
    "auth": "auth=aiohttp.BasicAuth(...) where the session is made",
    "params": "params=... with each request",
    "cookies": "cookies=... where the session is made, or"
    " session.cookie_jar.update_cookies(...)",
    "verify": "ssl=..., False or a context, with each request",
    "cert": "ssl=context with each request",
    "proxies": "proxy=... with each request",
    "hooks": "trace_configs=... where the session is made",
    "max_redirects": "max_redirects=... with each request",
    "mount": "connector=... where the session is made; a connector does not retry",
    "adapters": "connector=... where the session is made; a connector does not retry",
    "get_adapter": "connector=... where the session is made: session.connector is it",
    "trust_env": "trust_env=... where the session is made",
    "stream": "no such setting: each response is read by await",
    "prepare_request": "no prepared requests: give all of it to session.request(...)",
}
# settings that can be passed where the session is made
OWN = ("headers", "auth", "cookies")


def set_later(
    found: Colours, node: ast.Attribute, scope: Scope, path: Path
) -> Iterator[tuple[int, str]]:
    """The comment on a line that sets or reads a setting of a session."""
    if node.attr not in SET_LATER or not _is_session(found, node, scope, path):
        return
    if (made := _constructor(found, node, scope)) and node.lineno in made[1]:
        yield (
            node.lineno,
            f"aiohttp takes {node.attr} where the session is made: make it by {made[0]}"
            " and delete this line",
        )
    else:
        yield node.lineno, f"aiohttp takes {SET_LATER[node.attr]}"


def _is_session(found: Colours, node: ast.Attribute, scope: Scope, path: Path) -> bool:
    values = found.graph.types.of(node.value, scope, path) if found.waits else ()
    return any(isinstance(v, Instance) and v.kind in SESSIONS for v in values)


def _constructor(
    found: Colours, node: ast.Attribute, scope: Scope
) -> tuple[str, set[int]] | None:
    """The call that makes a session with all settings, and the lines of the settings.

    The settings are those that the same function sets.  The result is None if there
    are none, or if another function makes the session.
    """
    on = ast.unparse(node.value)
    given: dict[str, list[str]] = {name: [] for name in OWN}
    lines: set[int] = set()
    is_made = False
    if isinstance(scope.node, ast.Lambda):
        return None
    for statement, path in live(scope):
        is_made |= _makes(found, statement, on, scope, path)
        if not is_made:
            continue
        for name in OWN:
            if (text := _set(statement, f"{on}.{name}", name)) is not None:
                given[name].append(text)
                lines.add(statement.lineno)
    said = [f"{name}={_joined(texts)}" for name, texts in given.items() if texts]
    call = f"aiohttp.ClientSession({', '.join(['**as_requests()', *said])})"
    return (call, lines) if said else None


def _makes(
    found: Colours, statement: ast.stmt, on: str, scope: Scope, path: Path
) -> bool:
    """Whether a statement makes a session and assigns it to this name."""
    named = [ast.unparse(t) for t in getattr(statement, "targets", ())]
    named += [ast.unparse(t) for t in [getattr(statement, "target", None)] if t]
    for item in getattr(statement, "items", ()):
        named += [ast.unparse(item.optional_vars)] if item.optional_vars else []
    return on in named and any(
        isinstance(call, ast.Call)
        and any(
            getattr(v, "name", "") in SESSIONS
            for v in found.graph.types.of(call.func, scope, path)
        )
        for call in expressions(statement)
    )


def _set(statement: ast.stmt, target: str, name: str) -> str | None:
    """The setting of a statement as an item of a dict; None if it sets nothing."""
    if isinstance(statement, ast.Assign) and len(statement.targets) == 1:
        (to,) = statement.targets
        value = ast.unparse(statement.value)
        if ast.unparse(to) == target:
            pair = isinstance(statement.value, ast.Tuple)
            if name == "auth":
                return f"aiohttp.BasicAuth{value}" if pair else None
            return f"**{value}"
        if isinstance(to, ast.Subscript) and ast.unparse(to.value) == target:
            return f"{ast.unparse(to.slice)}: {value}"
    if not isinstance(statement, ast.Expr) or not isinstance(statement.value, ast.Call):
        return None
    call = statement.value
    given = [ast.unparse(one) for one in call.args]
    if ast.unparse(call.func) == f"{target}.update":
        named = [f"{k.arg!r}: {ast.unparse(k.value)}" for k in call.keywords if k.arg]
        return ", ".join([*(f"**{one}" for one in given), *named])
    if ast.unparse(call.func) == f"{target}.set" and len(given) == 2:
        return f"{given[0]}: {given[1]}" if not call.keywords else None
    return None


def _joined(texts: list[str]) -> str:
    """All items as one expression."""
    if texts[-1].startswith("aiohttp."):
        return texts[-1]
    if len(texts) == 1 and texts[0].startswith("**") and "," not in texts[0]:
        return texts[0].removeprefix("**")
    if len(texts) == 1 and texts[0].startswith("**{") and texts[0].endswith("}"):
        return texts[0].removeprefix("**")
    return "{" + ", ".join(_opened(text) for text in texts) + "}"


def _opened(text: str) -> str:
    """`"a": 1` for the text `**{"a": 1}`; any other text unchanged."""
    inner = text.removeprefix("**{").removesuffix("}")
    whole = text.startswith("**{") and text.endswith("}")
    return inner if whole and "{" not in inner else text
