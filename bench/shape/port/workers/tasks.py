"""Tasks instead of threads, and the calls of threads, timers and pools."""

import ast
from collections.abc import Collection

from bench.shape.port.analysis.primitive_uses import REPLACED, is_replaced_method
from bench.shape.port.analysis.worker_functions import POOL
from bench.shape.port.callables.lambdas import Lambdas, hoisted, must_await
from bench.shape.port.colours import Colours
from bench.shape.port.rewriting import Note, Rewriting, Said, followed
from bench.shape.port.waits.nonblocking_calls import SEMAPHORES, at_once, released
from bench.shape.port.workers.asked_threads import ASKED, STARTED, AskedThreads
from bench.shape.port.workers.call_arguments import called, keywords, spread
from bench.shape.port.workers.contexts import (
    COPIED,
    EMPTY_CONTEXT,
    IN_CONTEXT,
    IN_THREADS,
    given_to_context,
    has_variables,
    submitted,
    told_once,
)
from bench.shape.port.workers.kept_in_threads import called_by_timer, left_in_thread
from bench.shape.port.workers.thread_classes import CURRENT, THREAD, TIMER
from bench.shape.port.workers.thread_identities import WHOLE, uncounted
from bench.shape.port.workers.thread_locals import EACH_TASK, LOCAL, kept_for_jobs
from bench.shape.port.workers.unjoined_threads import (
    WAITED_FOR,
    WAITED_FOR_TASK,
    WAITED_FOR_TIMER,
    is_daemon,
    is_dropped,
)
from bench.shape.resolution.facts import expressions
from bench.shape.resolution.scopes import Path, Scope, end, start
from bench.shape.resolution.values import (
    NONE,
    FunctionRef,
    Instance,
    Library,
    LibraryMethod,
    Partial,
    Value,
    Values,
    one,
)

ORDER = ("group", "target", "name", "args", "kwargs")  # of a thread's arguments


class Workers(AskedThreads):
    """The edits that make tasks of a file's threads."""

    def __init__(self, colours: Colours, rewriting: Rewriting) -> None:
        super().__init__(colours, rewriting)
        self.lambdas = Lambdas(colours, rewriting)
        self.hoisted = hoisted(colours)  # lambdas -> async functions
        self.in_groups: set[int] = set()  # pools that became a TaskGroup
        self.outliving: list[tuple[int, str]] = []  # line, comment
        self.made: dict[int, str] = {}  # line that makes a thread -> its replacement

    def call(
        self, node: ast.Call, scope: Scope, path: Path, statement: ast.stmt
    ) -> Said:
        """The edits of a call that makes a worker, or of a method of a worker."""
        names = {
            v.name
            for v in self.types.of(node.func, scope, path)
            if isinstance(v, Library)
        }
        given = dict(zip(ORDER, node.args, strict=False)) if THREAD in names else {}
        given |= {k.arg: k.value for k in node.keywords if k.arg}
        if names & {THREAD, TIMER} and self.colours.waits:
            yield from self.lambdas.handed(node, statement)
        if THREAD in names and self.colours.waits:
            yield from self._thread(node, given, scope, path, statement)
        elif TIMER in names and self.colours.waits:
            yield node.lineno, called_by_timer(self.types, node, given, scope, path)
            lost = isinstance(statement, ast.Expr) or is_dropped(statement, scope)
            if lost and not is_daemon(node, statement, scope):
                rest = ast.unparse(node).removeprefix(ast.unparse(node.func))
                said = WAITED_FOR_TIMER.format(f"TaskTimer{rest}")
                self.outliving.append((node.lineno, said))
        elif POOL in names and "initializer" in given and self.colours.waits:
            yield node.lineno, EACH_TASK
        elif LOCAL in names:
            yield from kept_for_jobs(self.colours, node)
        elif names & {*WHOLE} and self.by_object:
            self.rewriting.replace(node, WHOLE[min(names & {*WHOLE})])
            if told := uncounted(self.colours.graph, names):
                yield node.lineno, told
        elif names & {*CURRENT} and self.colours.is_async(scope.key):
            (name,) = names & {*CURRENT}
            self.rewriting.replace(node, CURRENT[name])
        elif method := self._kept_method(node, scope, path):
            yield from self._awaited(node, method, scope, statement)
        elif isinstance(node.func, ast.Attribute):
            yield from self._method(node, node.func, scope, path, statement)

    def _kept_method(self, node: ast.Call, scope: Scope, path: Path) -> str:
        """The method of a queue that is called by another name: `send = jobs.put`."""
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        values = self.types.of(node.func, scope, path)
        found = {
            v.method
            for v in values
            if isinstance(v, LibraryMethod) and is_replaced_method(v)
        }
        return "" if name in found or not self.colours.waits else min(found, default="")

    def _awaited(
        self, node: ast.Call, method: str, scope: Scope, statement: ast.stmt
    ) -> Said:
        """Edit a call of a queue's method that was stored under another name."""
        alone = len(node.args) == int(method == "put") and not node.keywords
        if alone and self.colours.is_async(scope.key):
            self.rewriting.prefix(node, "await", id(node) in followed(statement))
        else:
            name = ast.unparse(node.func)
            yield (
                node.lineno,
                f"{name} is {method} of an asyncio.Queue now, a coroutine function"
                f" without further arguments: await {name}(...) in an async function,"
                f" or {method}_nowait of the queue",
            )

    def _thread(
        self,
        node: ast.Call,
        given: dict[str, ast.expr],
        scope: Scope,
        path: Path,
        statement: ast.stmt,
    ) -> Said:
        target = given.get("target")
        values = self.types.of(target, scope, path) if target is not None else NONE
        at_once = _started(node, statement)
        if self.deferred and (self.by_object or not at_once):
            yield from self._deferred(node, target, values)
            if at_once and not is_daemon(node, statement, scope):
                rest = ast.unparse(node).removeprefix(ast.unparse(node.func))
                told = WAITED_FOR_TASK.format(f"TaskThread{rest}")
                self.outliving.append((node.lineno, told))
            return
        if target is None:
            yield node.lineno, "name its target=, and make a task of it"
            return
        kept = self.rewriting.kept
        args = [*spread(given.get("args"), kept), *keywords(given.get("kwargs"), kept)]
        function, given_ = self._called_with(target, args, scope, path)
        fresh = given_to_context(self.types, target, given.get("args"), scope, path)
        if fresh is not None and self._runs_async(fresh, scope, path):
            on = target.value if isinstance(target, ast.Attribute) else target
            function, given_ = IN_CONTEXT, [ast.unparse(on), *args]
        elif has_variables(self.colours.graph) and function not in IN_THREADS:
            function, given_ = IN_CONTEXT, [EMPTY_CONTEXT, function, *given_]
        if function == "asyncio.to_thread":  # its pool may have no free thread
            function = "in_own_thread"  # and `asyncio.run` does not wait for this one
        named = f", name={ast.unparse(given['name'])}" if "name" in given else ""
        lost = isinstance(statement, ast.Expr) and at_once
        dropped = lost or is_dropped(statement, scope)
        by = "kept_task" if dropped else "asyncio.create_task"
        run = f"reporting({', '.join([function, *given_])})"
        if function == "asyncio.sleep":  # a sleep raises no error to report
            run = f"{function}({', '.join(given_)})"
        self.rewriting.replace(node, f"{by}({run}{named})")
        self.made[node.lineno] = by
        if dropped and not is_daemon(node, statement, scope):
            ready = f"asyncio.create_task({run})"
            self.outliving.append((node.lineno, WAITED_FOR.format(ready)))
        if function == "in_own_thread":
            yield node.lineno, left_in_thread(self.colours, target, values)
        else:
            yield node.lineno, Note(STARTED)

    def _runs_async(self, node: ast.expr, scope: Scope, path: Path) -> bool:
        return any(map(self.makes_coroutine, self.types.of(node, scope, path)))

    def _deferred(
        self, node: ast.Call, target: ast.expr | None, values: Values
    ) -> Said:
        """Edit a thread that another statement starts: `start()` makes its task."""
        self.rewriting.replace(node.func, "TaskThread")
        self.made[node.lineno] = "TaskThread"
        written = id(target) in self.lambdas.written
        if target is not None and not written and self.belongs_to_loop(values):
            opened, closed = ("(", ")") if isinstance(target, ast.Lambda) else ("", "")
            by = f"lambda *given, **named: in_loop({opened}"
            self.rewriting.insert(start(target), by, first=True)
            self.rewriting.insert(end(target), f"{closed}, *given, **named)")
        yield node.lineno, Note("start() makes its task")
        if has_variables(self.colours.graph):
            yield node.lineno, COPIED

    def belongs_to_loop(self, values: Values) -> bool:
        """Whether a plain function uses objects that become asyncio's."""
        return any(
            (isinstance(v, FunctionRef) and v.key in self.colours.touches)
            or (isinstance(v, LibraryMethod) and v.owner in REPLACED)
            for v in values
            if not self.makes_coroutine(v)
        )

    def coroutine(
        self, target: ast.expr, args: list[str], scope: Scope, path: Path
    ) -> str:
        """An expression that makes the coroutine of a target with its arguments."""
        function, given = self._called_with(target, args, scope, path)
        function = f"({function})" if function.startswith("lambda") else function
        return f"{function}({', '.join(given)})"

    def _called_with(
        self, target: ast.expr, args: list[str], scope: Scope, path: Path
    ) -> tuple[str, list[str]]:
        """The function to call for the coroutine of a target, and its arguments."""
        text = self.rewriting.kept(target)
        values = self.types.of(target, scope, path)
        if values == one(Library("time.sleep")):
            return "asyncio.sleep", args
        if id(target) in self.lambdas.written:
            return self.lambdas.written[id(target)], args
        if values and all(self.makes_coroutine(v) for v in values):
            return called(target, self.rewriting.kept), args
        if any(self.makes_coroutine(v) for v in values):
            return "in_loop_or_thread", [text, *args]
        if self.belongs_to_loop(values):
            return "in_loop", [text, *args]
        known = any(isinstance(v, FunctionRef | Library | Partial) for v in values)
        return "asyncio.to_thread" if known else "in_loop_or_thread", [text, *args]

    def makes_coroutine(self, value: Value) -> bool:
        """Whether calling a value gives a coroutine after the port."""
        if isinstance(value, Partial):
            return self.makes_coroutine(value.function)
        if isinstance(value, LibraryMethod):
            return is_replaced_method(value)
        if not isinstance(value, FunctionRef):
            return False
        if self.colours.is_async(value.key):
            return True
        scope = self.colours.graph.program.scopes[value.key]
        body = getattr(scope.node, "body", None)
        return isinstance(scope.node, ast.Lambda) and (
            value.key in self.hoisted
            or any(  # the body is one call, whose coroutine the lambda returns
                event.node is body
                and isinstance(body, ast.Call)
                and self.colours.waits_at(event)
                and not must_await(self.colours, scope.node)
                and self._is_coroutine(body, event.reach.functions, scope)
                for event in self.colours.graph.events.get(value.key, ())
            )
        )

    def _is_coroutine(
        self, body: ast.Call, called: Collection[str], scope: Scope
    ) -> bool:
        """Whether a call in a lambda gives a coroutine after the port."""
        own = any(self.colours.is_async(key) for key in called)
        values = self.types.of(body.func, scope, ())
        return own or any(is_replaced_method(v) for v in values)

    def _method(
        self,
        node: ast.Call,
        func: ast.Attribute,
        scope: Scope,
        path: Path,
        statement: ast.stmt,
    ) -> Said:
        values = self.types.of(func.value, scope, path)
        kinds = {v.kind for v in values if isinstance(v, Instance)}
        on = ast.unparse(func.value)
        is_pool = any(kind.endswith("ThreadPoolExecutor") for kind in kinds)
        if func.attr in ("submit", "map") and is_pool:
            yield from self.lambdas.handed(node, statement)
        told = func.attr == "submit" and is_pool and self._told(node, scope, path)
        if func.attr == "submit" and is_pool and node.args and self.in_groups:
            rest = [ast.unparse(a) for a in (*node.args[1:], *node.keywords)]
            made = self.coroutine(node.args[0], rest, scope, path)
            if told:
                function, _, on_it = told.partition(", ")
                made = f"{function}({', '.join([on_it, *rest])})"
            self.rewriting.replace(node, f"{on}.create_task({made})")
            if has_variables(self.colours.graph):
                yield from told_once(self.rewriting, node.lineno)
        elif func.attr in ("submit", "map") and is_pool and node.args:
            if told:
                self.rewriting.replace(node.args[0], told)
            elif self.belongs_to_loop(self.types.of(node.args[0], scope, path)):
                self.rewriting.insert(start(node.args[0]), "in_loop, ", first=True)
            if func.attr == "submit":
                graph = self.colours.graph
                yield from submitted(graph, self.rewriting, node, scope, path)
        elif func.attr == "run" and THREAD in kinds and self.colours.waits:
            yield from self.run_here(node, func, scope, statement)
        elif self.runs_target(node, scope, path) and self.colours.is_async(scope.key):
            self.rewriting.insert(start(node), "await ", first=True)
        elif func.attr in ASKED and THREAD in kinds and self.colours.waits:
            yield from self.asked(node, func, scope, statement)
        elif self._of_queue(func, scope, path) and self.colours.waits:
            at_once(self.rewriting, node, func)
        elif func.attr == "release" and kinds & SEMAPHORES and self.colours.waits:
            yield from released(self.rewriting, self.whole, node, statement)

    def _of_queue(self, func: ast.Attribute, scope: Scope, path: Path) -> bool:
        """Whether a method is that of a queue, not one of a class derived from it."""
        return any(
            isinstance(v, LibraryMethod) and v.owner.startswith("queue.")
            for v in self.types.of(func, scope, path)
        )


def _started(node: ast.Call, statement: ast.stmt) -> bool:
    """Whether a thread is started in the expression that makes it."""
    return any(
        isinstance(part, ast.Attribute) and part.attr == "start" and part.value is node
        for part in expressions(statement)
    )
