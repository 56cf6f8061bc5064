"""Calls and attributes of a thread, as edits for its task."""

import ast

from bench.shape.port.analysis.primitive_uses import is_replaced_method
from bench.shape.port.colours import Colours
from bench.shape.port.rewriting import Note, Rewriting, Said, followed, stands_alone
from bench.shape.port.workers.removed_statements import Removed
from bench.shape.port.workers.thread_classes import THREAD, TIMER, ThreadClasses
from bench.shape.resolution.scopes import Path, Scope, end, start
from bench.shape.resolution.values import Instance, Library, SuperRef

# methods of queues and events whose further arguments, such as a time limit, asyncio's
# methods do not take
TOLD = ("get", "put", "wait")
RUN_HERE = (
    "{0}.run() runs the target of {0} here, and a task has no run: await that"
    " function here, in an async def"
)
STARTED = "a task starts when it is made, at the first await after it"
ASKED = {  # a method of a thread -> the expression for a task
    "start": "",
    "is_alive": "(not {}.done())",
    "getName": "{}.get_name()",
    "setName": "{}.set_name({})",
    "setDaemon": "pass",
}


class AskedThreads(ThreadClasses):
    """The edits of calls and settings of threads."""

    def __init__(self, colours: Colours, rewriting: Rewriting) -> None:
        super().__init__(colours, rewriting)
        self.whole: dict[int, str] = {}  # line -> the statement that replaces it
        self.removed: list[Removed] = []  # statements that the port removes

    def asked(
        self, node: ast.Call, func: ast.Attribute, scope: Scope, statement: ast.stmt
    ) -> Said:
        """Edit `thread.start()`, `thread.is_alive()` and the like."""
        on = func.value
        if self.by_object and isinstance(on, ast.Call):
            return  # the call returns a TaskThread, which has these methods
        if func.attr == "start" and isinstance(on, ast.Call):
            self.rewriting.replaced[end(on), end(node)] = ""
        elif self.deferred:
            return
        elif func.attr == "start" and isinstance(on, ast.NamedExpr):
            line, column = end(func)
            dot = line, column - len(".start")
            self.rewriting.replaced[dot, end(node)] = ""
        elif func.attr == "start":
            alone = isinstance(statement, ast.Expr) and statement.value is node
            self.rewriting.replace(node, "pass" if alone else "None")
            if alone:
                self.removed.append((statement, scope))
            yield node.lineno, Note(STARTED)
        elif func.attr == "setDaemon":
            self._daemon(statement, scope)
        else:
            given = ", ".join(map(self.rewriting.kept, node.args))
            text = ASKED[func.attr].format(ast.unparse(on), given)
            self.rewriting.replace(node, text)

    def run_here(
        self, node: ast.Call, func: ast.Attribute, scope: Scope, statement: ast.stmt
    ) -> Said:
        """Edit `thread.run()`, which runs the target itself and starts no thread."""
        awaits = scope.parent is None or self.colours.is_async(scope.key)
        if self.deferred and awaits:
            wrapped = id(node) in followed(statement)
            self.rewriting.prefix(node, "await", wrapped)
        else:
            on = ast.unparse(func.value)
            yield node.lineno, RUN_HERE.format(on)

    def assigned(self, statement: ast.stmt, scope: Scope, path: Path) -> None:
        """Edit `thread.daemon = True`, `thread.name = "x"`: a task has only a name."""
        if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
            return
        target = statement.targets[0]
        if not isinstance(target, ast.Attribute):
            return
        values = self.types.of(target.value, scope, path)
        kinds = {v.kind for v in values if isinstance(v, Instance)}
        if THREAD not in kinds or not self.colours.waits or self.deferred:
            return
        if target.attr == "daemon":
            self._daemon(statement, scope)
        elif target.attr == "name":
            name, on = ast.unparse(statement.value), ast.unparse(target.value)
            self.rewriting.replace(statement, f"{on}.set_name({name})")

    def _daemon(self, statement: ast.stmt, scope: Scope) -> None:
        """Remove a statement that makes a thread a daemon: tasks are like daemons."""
        if stands_alone(self.rewriting.source, statement):
            self.whole[statement.lineno] = "pass  # a loop that ends cancels its tasks"
            self.removed.append((statement, scope))
        else:
            self.rewriting.replace(statement, "pass")

    def _told(self, node: ast.Call, scope: Scope, path: Path) -> str:
        """The text for `jobs.get` in `pool.submit(jobs.get, timeout=1)`; else "".

        It is `get_as_told, jobs`: a function of the support, and its first argument.
        """
        first = node.args[0] if node.args else None
        if not isinstance(first, ast.Attribute) or first.attr not in TOLD:
            return ""
        more = len(node.args) - 1 > int(first.attr == "put") or bool(node.keywords)
        values = self.types.of(first, scope, path)
        replaced = any(is_replaced_method(v) for v in values)
        on = ast.unparse(first.value)
        return f"{first.attr}_as_told, {on}" if more and replaced else ""

    def joined(self, node: ast.Call, scope: Scope, path: Path) -> Said:
        """Await the task in place of `thread.join()`."""
        if not isinstance(node.func, ast.Attribute):
            return
        on = node.func.value
        values = self.types.of(on, scope, path)
        kinds = {v.kind for v in values if isinstance(v, Instance)}
        own = [kind for kind in kinds if ":" in kind]
        own += [v.key for v in values if isinstance(v, SuperRef)]
        task = ast.unparse(on)
        limit = [*node.args, *(k.value for k in node.keywords)]
        in_tasks = [self.runs_in_task(kind) for kind in own]
        in_tasks += [True] if {THREAD, TIMER} & kinds else []
        if (
            (THREAD in kinds and self.deferred and all(in_tasks))
            or (TIMER in kinds and all(in_tasks))
            or (own and all(in_tasks))
            # Thread.join(self), in a class that becomes a TaskThread
            or Library(THREAD) in values
        ):
            self.rewriting.insert(start(node), "await ", first=True)
        elif own:
            by = "in_loop_or_thread" if any(in_tasks) else "asyncio.to_thread"
            rest = ", ".join([f"{task}.join", *map(ast.unparse, limit)])
            self.rewriting.replace(node, f"await {by}({rest})")
        elif limit:
            new = f"asyncio.wait([{task}], timeout={ast.unparse(limit[0])})"
            self.rewriting.replace(node, f"await {new}")
            yield node.lineno, Note("asyncio.wait does not raise what the task raised")
        else:
            self.rewriting.replace(node, f"await {task}")
