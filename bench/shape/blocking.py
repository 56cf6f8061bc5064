"""Calls that wait without letting anybody else run, and what asyncio has instead.

In a thread they are what threads are for.  In `async def` they stop the loop; in a
function to be ported they are where colour begins (`bench.shape.colour`), but for
those on local files: asyncio has nothing else for them, and most ports leave them.
"""

import ast
from collections.abc import Collection, Iterator
from typing import NamedTuple

from bench.shape.functions import Function, own
from bench.shape.names import Names
from bench.shape.vocabulary import LOCKS, QUEUES, SIGNALS, words

IN_THREAD = "await asyncio.to_thread({})"
CALLS = {
    "time.sleep": "await asyncio.sleep(...)",
    "input": IN_THREAD,
    "open": IN_THREAD,
    "io.open": IN_THREAD,
    "os.system": "await asyncio.create_subprocess_shell(...)",
    "os.popen": "await asyncio.create_subprocess_shell(...)",
    "os.wait": "await process.wait()",
    "os.waitpid": "await process.wait()",
    "select.select": "loop.add_reader(...)",
    "socket.create_connection": "await asyncio.open_connection(...)",
    "socket.getaddrinfo": "await loop.getaddrinfo(...)",
    "socket.getnameinfo": "await loop.getnameinfo(...)",
    "socket.gethostbyname": "await loop.getaddrinfo(...)",
    "socket.gethostbyaddr": "await loop.getnameinfo(...)",
    "concurrent.futures.wait": "await asyncio.wait(...)",
    "concurrent.futures.as_completed": "asyncio.as_completed(...)",
    "urllib.request.urlopen": "aiohttp: async with session.get(...)",
    "urllib.request.urlretrieve": "aiohttp: async with session.get(...)",
    "urllib3.request": "aiohttp: async with session.get(...)",
    "sqlite3.connect": IN_THREAD,
    "asyncio.run": "await the coroutine",
    "anyio.run": "await the coroutine",
}
MODULES = {  # any of these calls
    "requests": (
        words("get post put patch delete head options request"),
        "aiohttp: async with session.{}(...)",
    ),
    "httpx": (
        words("get post put patch delete head options request stream"),
        "await httpx.AsyncClient().{}(...)",
    ),
    "subprocess": (
        words("run call check_call check_output getoutput getstatusoutput"),
        "await asyncio.create_subprocess_exec(...)",
    ),
    "shutil": (words("copy copy2 copyfile copytree move rmtree"), IN_THREAD),
}
SOCKETS = frozenset(
    {
        "socket.socket",
        "socket.create_connection",
        "socket.create_server",
        "ssl.SSLSocket",
    }
)
# Methods by what they are called on.
ON_TYPES: tuple[tuple[frozenset[str], frozenset[str], str], ...] = (
    (
        LOCKS,
        words("acquire wait wait_for"),
        "await on the asyncio {kind}",
    ),
    (
        SIGNALS,
        words("wait"),
        "await asyncio.{kind}.wait()",
    ),
    (
        QUEUES,
        words("get put join"),
        "await asyncio.Queue.{method}(...)",
    ),
    (
        frozenset({"threading.Thread", "threading.Timer", "multiprocessing.Process"}),
        words("join"),
        "await the task",
    ),
    (
        frozenset({"concurrent.futures.Future"}),
        words("result exception"),
        "await asyncio.wrap_future(...)",
    ),
    (
        frozenset(
            {
                "concurrent.futures.ThreadPoolExecutor",
                "concurrent.futures.ProcessPoolExecutor",
            }
        ),
        words("shutdown map"),
        "await loop.run_in_executor(...), one a call",
    ),
    (
        frozenset({"subprocess.Popen"}),
        words("wait communicate"),
        "await asyncio.create_subprocess_exec(...), then await process.{method}()",
    ),
    (
        SOCKETS,
        words("accept connect recv recv_into recvfrom send sendall sendto makefile"),
        "await loop.sock_{method}(...), or asyncio streams",
    ),
    (
        frozenset({"requests.Session", "requests.session"}),
        words("get post put patch delete head request"),
        "aiohttp: async with session.{method}(...)",
    ),
    (
        frozenset({"urllib3.PoolManager", "urllib3.HTTPConnectionPool"}),
        words("request urlopen"),
        "aiohttp: async with session.{method}(...)",
    ),
    (
        frozenset({"http.client.HTTPConnection", "http.client.HTTPSConnection"}),
        words("request getresponse connect"),
        "aiohttp: async with session.get(...)",
    ),
    (
        frozenset({"sqlite3.connect", "sqlite3.Connection", "sqlite3.Cursor"}),
        words("execute executemany executescript commit rollback backup"),
        IN_THREAD,
    ),
    (
        frozenset({"pathlib.Path"}),
        words("read_text read_bytes write_text write_bytes open"),
        IN_THREAD,
    ),
)
LEAVES_BLOCKING = frozenset(  # whose `with` waits for threads at its end
    {
        "concurrent.futures.ThreadPoolExecutor",
        "concurrent.futures.ProcessPoolExecutor",
        "multiprocessing.pool.ThreadPool",
    }
)
STAYS = ("open", "io.open", "pathlib.", "shutil.", "asyncio.", "anyio.")
AT_ONCE = words("block blocking")


class Blocks(NamedTuple):
    """A call that blocks the thread it runs in."""

    call: str
    line: int
    instead: str

    @property
    def forces_colour(self) -> bool:
        """Whether a port would await something in its place."""
        return not self.call.startswith(STAYS)


def blocking_calls(
    function: Function, names: Names, also: Collection[str] = ()
) -> Iterator[Blocks]:
    """What a function's own statements wait for, in the order of the file.

    `also` are absolute names of further calls that block.
    """
    awaited = {id(n.value) for n in own(function) if isinstance(n, ast.Await)}
    for node in own(function):
        if isinstance(node, ast.Call) and id(node) not in awaited:
            found = _call(node, names)
            name = names.absolute(node.func)
            if name is not None and name in also:
                yield Blocks(name, node.lineno, "an awaitable in its place")
            elif found:
                yield Blocks(found[0], node.lineno, found[1])
        elif isinstance(node, ast.With):
            yield from _entered(node, names)


def _call(node: ast.Call, names: Names) -> tuple[str, str] | None:
    name = names.absolute(node.func)
    if name in CALLS:
        return name, CALLS[name].format(f"{name}, ...")
    module, _, last = (name or "").rpartition(".")
    if module in MODULES and last in MODULES[module][0]:
        return name or last, MODULES[module][1].format(last)
    if not isinstance(node.func, ast.Attribute) or _returns_at_once(node):
        return None
    held, method = names.type_of(node.func.value), node.func.attr
    if held is None or _belongs_to_a_loop(held):
        return None
    if method == "put" and held in QUEUES and names.never_full(node.func.value):
        return None
    for types, methods, instead in ON_TYPES:
        if held in types and method in methods:
            text = instead if instead != IN_THREAD else IN_THREAD.format(f"x.{method}")
            kind = held.rpartition(".")[2]
            return f"{held}.{method}", text.format(kind=kind, method=method)
    return None


def _entered(node: ast.With, names: Names) -> Iterator[Blocks]:
    for item in node.items:
        held = names.type_of(item.context_expr)
        if held is None or _belongs_to_a_loop(held):
            continue
        kind = held.rpartition(".")[2]
        if held in LOCKS:
            instead = f"async with an asyncio.{kind}"
            if kind == "RLock":
                instead = "async with an asyncio.Lock: it has no RLock"
            yield Blocks(f"with {held}", item.context_expr.lineno, instead)
        elif held in LEAVES_BLOCKING:
            yield Blocks(
                f"with {held}",
                item.context_expr.lineno,
                "async with asyncio.TaskGroup()",
            )


def _returns_at_once(call: ast.Call) -> bool:
    """Whether `block=False`, `blocking=False` or `acquire(False)` is asked for."""
    first = [call.args[0]] if call.args else []
    asked = [k.value for k in call.keywords if k.arg in AT_ONCE] + first
    return any(isinstance(a, ast.Constant) and a.value is False for a in asked)


def _belongs_to_a_loop(held: str) -> bool:
    return held.partition(".")[0] in ("asyncio", "anyio", "trio")
