"""What one function's lines become: the edits of each event in it."""

import ast
from collections.abc import Iterator

from bench.shape.colour.events import Event
from bench.shape.colour.ran import Block
from bench.shape.port.colours import Colours
from bench.shape.port.requests_calls import request
from bench.shape.port.rewriting import Rewriting, followed
from bench.shape.resolution.scopes import Scope, start
from bench.shape.resolution.values import FunctionRef, Instance, Library
from bench.shape.tables.blocking import FILES, LOCK

Said = Iterator[tuple[int, str]]  # line, what to do
STARTED = "a task starts when it is made, at the first await after it"
FALSE_IN_TIME = ("wait", "wait_for", "acquire")  # return False when time is up
LIMITED = """try:
    async with asyncio.timeout({}):
        {}
except TimeoutError:
    pass"""
AS_COMPLETED = (
    "this waits for all of them first; to use each as it is done: pending = {{*{0}}},"
    " then while pending: done, pending = await asyncio.wait(pending,"
    " return_when=asyncio.FIRST_COMPLETED), and loop over done"
)
AWAITED = (
    *("queue.", "threading.Event", "threading.Condition"),
    *("threading.Barrier", "threading.Semaphore", "threading.BoundedSemaphore"),
)


class Editor:
    """Collects the edits of one file."""

    def __init__(self, colours: Colours, rewriting: Rewriting) -> None:
        self.colours, self.rewriting = colours, rewriting
        self.types = colours.graph.types
        self.whole: dict[int, str] = {}  # lines that are replaced as a whole
        self.wrapped: dict[int, str] = {}  # line -> "async with ...: " before it
        self._async: set[int] = set()  # statements that became `async`

    def function(self, scope: Scope) -> Said:
        """The edits of one function, and what remains to be said of its lines."""
        if self.colours.is_async(scope.key):
            self._header(scope)
        for event in self.colours.graph.events.get(scope.key, ()):
            yield from self._event(event, scope)

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
        if not (scope.is_async or self.colours.is_async(scope.key)):
            if called and scope.is_function:
                name = called[0].partition(":")[2]
                yield event.line, f"{name} becomes async, and nothing awaits it here"
            return
        if called and event.how != "callback":
            yield from self._calls(event)
        if event.how == "with" and self.colours.takes_slow(event, scope.key):
            self._make_async(event.statement)
        for block in event.ran.blocks:
            if block.kind == FILES:
                continue
            if block.kind == LOCK:
                yield from self._lock(event, scope)
            elif event.how != "callback":
                yield from self._blocks(event, block, scope)
            else:
                yield event.line, f"{block.call} would stop the loop: {block.instead}"

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
            yield event.line, "async for: an async generator, iterate it so"
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

    def _make_async(self, statement: ast.stmt) -> None:
        if id(statement) not in self._async:
            self._async.add(id(statement))
            self.rewriting.insert(start(statement), "async ", first=True)

    def _await(self, node: ast.expr, statement: ast.stmt) -> None:
        self.rewriting.prefix(node, "await", id(node) in followed(statement))

    def _lock(self, event: Event, scope: Scope) -> Said:
        if not self.colours.takes_slow(event, scope.key):
            return
        if event.how == "with":
            self._make_async(event.statement)
        elif isinstance(event.node, ast.Call):
            yield from self._awaited_call(event, event.node)

    def _blocks(self, event: Event, block: Block, scope: Scope) -> Said:
        node, call = event.node, block.call
        if event.how == "with":
            if call.endswith("PoolExecutor"):
                self._make_async(event.statement)
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
            yield from self._awaited_call(event, node)
        elif call.endswith((".Thread.join", ".Timer.join")):
            yield from self._joined(event, node)
        elif call.endswith(".Future.result"):
            yield from self._result(event, node)
        elif call.startswith("requests."):
            new = request(node, event.statement)
            if new:
                self.whole[event.statement.lineno] = new
            yield event.line, block.instead + ", inside which the body is awaited"
        elif call.endswith("as_completed") and node.args:
            tasks = ast.unparse(node.args[0])
            self.rewriting.replace(node, f"(await asyncio.wait({tasks}))[0]")
            yield event.line, AS_COMPLETED.format(tasks)
        else:
            yield event.line, block.instead

    def _awaited_call(self, event: Event, node: ast.Call) -> Said:
        """`get`, `put`, `wait`, `acquire`: awaited, a time limit around it."""
        limit = next((k for k in node.keywords if k.arg == "timeout"), None)
        plain = _positional_limit(node)
        if limit is None and plain is None:
            self._await(node, event.statement)
            return
        value = limit.value if limit is not None else plain
        assert value is not None
        kept = [ast.unparse(a) for a in node.args if a is not plain and not _flag(a)]
        kept += [
            ast.unparse(k) for k in node.keywords if k is not limit and k.arg != "block"
        ]
        new = f"await {ast.unparse(node.func)}({', '.join(kept)})"
        one_line = event.statement.lineno == event.statement.end_lineno
        method = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        if isinstance(event.statement, ast.Expr) and method in FALSE_IN_TIME:
            self.whole[event.statement.lineno] = LIMITED.format(ast.unparse(value), new)
            return
        if isinstance(event.statement, ast.Expr | ast.Assign) and one_line:
            self.rewriting.replace(node, new)
            self.wrapped[event.statement.lineno] = (
                f"async with asyncio.timeout({ast.unparse(value)}): "
            )
            return
        yield (
            event.line,
            (
                f"async with asyncio.timeout({ast.unparse(value)}): {new} raises"
                " TimeoutError where this returned False"
            ),
        )

    def _joined(self, event: Event, node: ast.Call) -> Said:
        if not isinstance(node.func, ast.Attribute):
            return
        task = ast.unparse(node.func.value)
        limit = [*node.args, *(k.value for k in node.keywords)]
        if limit:
            new = f"asyncio.wait([{task}], timeout={ast.unparse(limit[0])})"
            self.rewriting.replace(node, f"await {new}")
            yield event.line, "asyncio.wait does not raise what the task raised"
        else:
            self.rewriting.replace(node, f"await {task}")

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


def starts(editor: Editor, node: ast.Call, scope: Scope, path: object) -> Said:
    """A thread, timer or pool job that is started: a task in its place."""
    types = editor.types
    callees = types.of(node.func, scope, ())
    names = {v.name for v in callees if isinstance(v, Library)}
    given = {k.arg: k.value for k in node.keywords}
    if "threading.Thread" in names and given.get("target") is not None:
        yield from _thread(editor, node, given, scope)
    elif "threading.Timer" in names:
        seconds, function = (*node.args, None, None)[:2]
        if seconds is not None and function is not None:
            rest = _spread(node.args[2] if len(node.args) > 2 else given.get("args"))
            parts = [ast.unparse(seconds), ast.unparse(function), *rest]
            text = f"asyncio.get_running_loop().call_later({', '.join(parts)})"
            editor.rewriting.replace(node, text)
            yield node.lineno, "it runs in the loop: it must not block"
    elif isinstance(node.func, ast.Attribute):
        yield from _method(editor, node, node.func, scope)


def _thread(
    editor: Editor, node: ast.Call, given: dict[str | None, ast.expr], scope: Scope
) -> Said:
    target = given["target"]
    waits = _is_coroutine(editor, target, scope)
    if not waits:
        yield (
            node.lineno,
            (
                f"{ast.unparse(target)} never waits: leave it in a thread, or await"
                f" asyncio.to_thread({ast.unparse(target)}, ...)"
            ),
        )
        return
    args = _spread(given.get("args"))
    text = f"asyncio.create_task({ast.unparse(target)}({', '.join(args)}))"
    editor.rewriting.replace(node, text)
    yield node.lineno, f"keep the task, await it at the end; {STARTED}"


def _method(editor: Editor, node: ast.Call, func: ast.Attribute, scope: Scope) -> Said:
    kinds = {
        v.kind
        for v in editor.types.of(func.value, scope, ())
        if isinstance(v, Instance)
    }
    is_pool = any(kind.endswith("PoolExecutor") for kind in kinds)
    if func.attr == "submit" and is_pool and node.args:
        rest = ", ".join(ast.unparse(a) for a in (*node.args[1:], *node.keywords))
        function = ast.unparse(node.args[0])
        if _is_coroutine(editor, node.args[0], scope):
            made = f"{function}({rest})"
        else:
            made = f"asyncio.to_thread({', '.join(filter(None, [function, rest]))})"
        text = f"{ast.unparse(func.value)}.create_task({made})"
        editor.rewriting.replace(node, text)
    elif func.attr == "start" and kinds & {"threading.Thread", "threading.Timer"}:
        editor.rewriting.replace(node, "pass")
        yield node.lineno, STARTED


def _is_coroutine(editor: Editor, node: ast.expr, scope: Scope) -> bool:
    return any(
        isinstance(v, FunctionRef) and editor.colours.is_async(v.key)
        for v in editor.types.of(node, scope, ())
    )


def _spread(node: ast.expr | None) -> list[str]:
    """`args=(a, b)` as arguments."""
    if node is None:
        return []
    if isinstance(node, ast.Tuple | ast.List):
        return [ast.unparse(e) for e in node.elts]
    return [f"*{ast.unparse(node)}"]


def _first(node: ast.AST) -> str:
    if not isinstance(node, ast.Call):
        return ""
    given = [*node.args, *(k.value for k in node.keywords if k.arg == "max_workers")]
    return ast.unparse(given[0]) if given else ""


def _flag(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, bool)


def _positional_limit(node: ast.Call) -> ast.expr | None:
    """The time limit of `get(True, 5)`, `wait(5)`, `acquire(True, 5)`."""
    method = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    at = {"wait": 0, "get": 1, "acquire": 1, "put": 2, "wait_for": 1}.get(method)
    return node.args[at] if at is not None and len(node.args) > at else None
