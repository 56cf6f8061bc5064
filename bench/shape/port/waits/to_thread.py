"""Calls that a port runs in a thread, where they may block."""

import ast

from bench.shape.port.rewriting import Rewriting
from bench.shape.resolution.scopes import end, start
from bench.shape.tables import blocking

SAID = {  # advice of the tables -> the comment on a call with this advice
    "thread": "it blocks as before, in a thread of asyncio's pool",
    "method in thread": "it blocks as before, in a thread of asyncio's pool",
    "process": "",
    "process.wait": "",
    "shell": "",
    "shell output": "",
    "aiohttp get": "",
}
# advice for sockets: one call may wait for another, so each gets its own thread
OWN = frozenset(
    {
        *("sock", "sock sendall", "connection", "secure connection"),
        *("stream read", "stream write", "stream flush"),
    }
)
# connections that a port keeps, and whose calls run in threads
CLOSED_AT_ONCE = frozenset(
    {
        "http.client.HTTPConnection",
        "http.client.HTTPSConnection",
        "socket.create_server",
        "socket.makefile",
        "socket.socket",
        "ssl.SSLSocket",
        "urllib3.PoolManager",
        "redis.Redis",
        "pymysql.Connection",
    }
)


def said_in_thread(call: str, instead: str) -> str | None:
    """The comment on a call that a draft moves to a thread; None if the call stays.

    instead: asyncio's equivalent, which needs no thread.
    """
    owner, _, method = call.rpartition(".")
    known = blocking.of_function(call) or blocking.of_method(owner, method)
    advice = known[0] if known else "thread" if call in blocking.READERS else ""
    if advice in OWN:
        return f"it blocks as before, in a thread of its own; without one: {instead}"
    if advice not in SAID:
        return None
    return SAID[advice] or f"it blocks as before, in a thread; without one: {instead}"


def put_in_thread(rewriting: Rewriting, node: ast.Call, said: str) -> bool:
    """Write `f(x)` as `to_thread(f, x)`; False if no bracket follows `f`."""
    line, column = end(node.func)
    text = rewriting.source.lines[line - 1].encode()
    if text[column : column + 1] != b"(":
        return False
    by = "in_own_thread" if "of its own" in said else "asyncio.to_thread"
    rewriting.insert(start(node), f"{by}(", first=True)
    given = node.args or node.keywords
    rewriting.replaced[(line, column), (line, column + 1)] = ", " if given else ""
    return True


def ends_at_once(call: str, kind: str) -> bool:
    """Whether a call closes a connection that the draft keeps: closing never waits."""
    return kind == blocking.ENDS and call.rpartition(".")[0] in CLOSED_AT_ONCE
