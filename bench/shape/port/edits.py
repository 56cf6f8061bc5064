"""What one function's lines become: the edits of each event in it."""

import ast

from bench.shape.colour.at_once import refuses
from bench.shape.colour.events import Event
from bench.shape.colour.ran import Block
from bench.shape.port.awaits import Awaits
from bench.shape.port.colours import REPLACED, Colours
from bench.shape.port.requests_calls import request
from bench.shape.port.rewriting import Rewriting, followed
from bench.shape.port.workers import Said, Workers
from bench.shape.resolution.scopes import Scope, end, start
from bench.shape.resolution.values import Library
from bench.shape.tables.blocking import FILES, LOCK

POOL = "concurrent.futures.ThreadPoolExecutor."
AWAITED = (
    *("queue.", "threading.Event", "threading.Condition"),
    *("threading.Barrier", "threading.Semaphore", "threading.BoundedSemaphore"),
)


class Editor(Awaits):
    """Collects the edits of one file."""

    def __init__(self, colours: Colours, rewriting: Rewriting) -> None:
        super().__init__(rewriting)
        self.colours = colours
        self.groups = False  # whether each pool of the file becomes a TaskGroup
        self.looped = range(0)  # lines of the module's own code that run in a loop
        self.types = colours.graph.types
        self.workers = Workers(colours, rewriting)
        self.waiting: set[int] = set()  # calls that a port awaits

    def function(self, scope: Scope) -> Said:
        """The edits of one function, and what remains to be said of its lines."""
        if self.colours.is_async(scope.key):
            self._header(scope)
        for event in self.colours.graph.events.get(scope.key, ()):
            if event.ran.blocks:
                self.waiting.add(id(event.node))
            if scope.key in self.colours.atomic:
                yield from self._unlocked(event)
            else:
                yield from self._event(event, scope)

    def _unlocked(self, event: Event) -> Said:
        """A lock that Python's own call cannot wait for: its block runs as it is."""
        items: list[ast.withitem] = getattr(event.statement, "items", [])
        if event.how == "with" and event.lock is not None and len(items) == 1:
            span = start(event.statement), end(items[0].context_expr)
            self.rewriting.replaced[span] = "if True"
            yield (
                event.line,
                "nothing here can wait for a lock: between two awaits no other task"
                " runs, but one that holds it over an await may be halfway",
            )

    def _header(self, scope: Scope) -> None:
        node = scope.node
        if not isinstance(node, ast.FunctionDef):
            return
        self.rewriting.insert(start(node), "async ", first=True)
        name = node.name
        twin = {"__enter__": "__aenter__", "__exit__": "__aexit__"}.get(name)
        twin = {"__iter__": "__aiter__", "__next__": "__anext__"}.get(name, twin)
        if twin:
            line, column = start(node)
            self.rewriting.replaced[
                ((line, column + 4), (line, column + 4 + len(name)))
            ] = twin
        for mark in node.decorator_list:
            if ast.unparse(mark).endswith("contextmanager"):
                new = ast.unparse(mark).removesuffix("contextmanager")
                self.rewriting.replace(mark, f"{new}asynccontextmanager")

    def _event(self, event: Event, scope: Scope) -> Said:
        called = [k for k in event.ran.functions if self.colours.is_async(k)]
        in_loop = scope.parent is None and event.line in self.looped
        if not (in_loop or scope.is_async or self.colours.is_async(scope.key)):
            if called and scope.is_function:
                name = called[0].partition(":")[2]
                yield event.line, f"{name} becomes async, and nothing awaits it here"
            return
        if event.how == "for" and self._called_again(event):
            return
        if called and event.how != "callback":
            yield from self._calls(event)
        if event.how == "with" and self.colours.takes_slow(event, scope.key):
            self._make_async(event.statement)
        if event.lock is not None and isinstance(event.node, ast.Call):
            self._tried(event, event.node)
        for block in event.ran.blocks:
            if block.kind == FILES:
                continue
            if block.kind == LOCK:
                self._lock(event, block, scope)
            elif event.how != "callback":
                yield from self._blocks(event, block, scope)
            else:
                yield event.line, f"{block.call} would stop the loop: {block.instead}"
        if event.how == "call" and (called or event.lock or self._waits(event)):
            self._collected(event.node, event.statement)

    def delegated(self, statement: ast.stmt, scope: Scope) -> None:
        """`yield from`, which an async generator cannot have: a loop that yields."""
        if not isinstance(statement, ast.Expr) or not isinstance(
            statement.value, ast.YieldFrom
        ):
            return
        events = self.colours.graph.events.get(scope.key, ())
        waits = any(
            event.statement is statement
            and any(self.colours.is_async(key) for key in event.ran.functions)
            for event in events
        )
        loop = "async for" if waits else "for"
        inner = ast.unparse(statement.value.value)
        self.whole[statement.lineno] = f"{loop} each in {inner}:\n    yield each"

    def _waits(self, event: Event) -> bool:
        return any(block.kind != FILES for block in event.ran.blocks)

    def _calls(self, event: Event) -> Said:
        """A call of what became a coroutine function."""
        node = event.node
        if event.how == "with":
            self._make_async(event.statement)
            if len(getattr(event.statement, "items", ())) > 1:
                yield event.line, "split it: only some of these are async with"
        elif event.how == "for" and isinstance(event.statement, ast.For):
            self._make_async(event.statement)
        elif event.how == "for":
            yield from self._async_loop(event, node)
        elif event.how == "attribute":
            yield event.line, "a property that waits: make it a method and await it"
        elif isinstance(node, ast.Call):
            if self._is_library(node.func):
                yield event.line, "collect it: [item async for item in ...]"
            else:
                self._await(node, event.statement)

    def _is_library(self, func: ast.expr) -> bool:
        known = self.types.once(id(func), frozenset)
        return any(isinstance(v, Library) for v in known)

    def _tried(self, event: Event, node: ast.Call) -> None:
        """`lock.acquire(blocking=False)`: only a free lock is taken."""
        if isinstance(node.func, ast.Attribute) and refuses(node):
            lock = ast.unparse(node.func.value)
            new = f"(not {lock}.locked() and await {lock}.acquire())"
            self.rewriting.replace(node, new)

    def _lock(self, event: Event, block: Block, scope: Scope) -> None:
        always = block.call.removeprefix("with ").startswith(REPLACED)
        if not (always or self.colours.takes_slow(event, scope.key)):
            return
        if event.how == "with":
            self._make_async(event.statement)
        elif isinstance(event.node, ast.Call):
            self._awaited_call(event, event.node)

    def _blocks(self, event: Event, block: Block, scope: Scope) -> Said:
        node, call = event.node, block.call
        if event.how == "with":
            if call.endswith("ThreadPoolExecutor") and not self.groups:
                self._make_async(event.statement)
            elif call.endswith("ThreadPoolExecutor"):
                self._make_async(event.statement)
                self.workers.in_groups.add(id(node))
                self.rewriting.replace(node, "asyncio.TaskGroup()")
                size = _first(node)
                limit = f"; to keep the limit, limit = asyncio.Semaphore({size})"
                yield (
                    event.line,
                    "the group waits for its tasks"
                    + (f"{limit}, and async with limit in each task" if size else ""),
                )
            else:
                yield event.line, block.instead
            return
        if not isinstance(node, ast.Call):
            yield event.line, block.instead
        elif call == "time.sleep":
            self.rewriting.replace(node.func, "asyncio.sleep")
            self._await(node, event.statement)
        elif call.startswith(AWAITED):
            self._awaited_call(event, node)
        elif call.endswith((".Thread.join", ".Timer.join")):
            yield from self.workers.joined(node, scope, event.path)
        elif call.startswith(POOL):
            self._await(node, event.statement)
        elif call.endswith(".Future.result"):
            yield from self._result(event, node)
        elif call.startswith("requests."):
            new = request(node, event.statement)
            if new:
                self.whole[event.statement.lineno] = new
            yield event.line, block.instead + ", inside which the body is awaited"
        elif call.endswith("as_completed") and node.args:
            self.rewriting.replace(node.func, "as_done")
            yield from self._async_loop(event, node)
        elif call == "concurrent.futures.wait":
            self.rewriting.replace(node.func, "asyncio.wait")
            self._await(node, event.statement)
        else:
            yield event.line, block.instead

    def _result(self, event: Event, node: ast.Call) -> Said:
        if not isinstance(node.func, ast.Attribute):
            return
        limit = [*node.args, *(k.value for k in node.keywords)]
        future = ast.unparse(node.func.value)
        wrapped = id(node) in followed(event.statement)
        new = (
            f"asyncio.wait_for({future}, {ast.unparse(limit[0])})" if limit else future
        )
        self.rewriting.replace(node, f"(await {new})" if wrapped else f"await {new}")
        yield event.line, "it is a task now: awaiting it raises what it raised"


def _first(node: ast.AST) -> str:
    if not isinstance(node, ast.Call):
        return ""
    given = [*node.args, *(k.value for k in node.keywords if k.arg == "max_workers")]
    return ast.unparse(given[0]) if given else ""
