"""Threads, timers, pools and what is asked of them: tasks in their place."""

import ast
from collections.abc import Iterator

from bench.shape.colour.handed import handed_by
from bench.shape.port.colours import Colours
from bench.shape.port.rewriting import Rewriting, stands_alone
from bench.shape.resolution.evaluate import Types
from bench.shape.resolution.members import linear, members
from bench.shape.resolution.scopes import Path, Scope, end, start
from bench.shape.resolution.values import (
    ClassRef,
    FunctionRef,
    Instance,
    Library,
    Partial,
    Value,
    one,
)

Said = Iterator[tuple[int, str]]  # line, what to do
THREAD, TIMER = "threading.Thread", "threading.Timer"
STARTED = "a task starts when it is made, at the first await after it"
TAKES = ("target", "args", "kwargs", "name")  # of a thread, that a task has too
ASKED = {  # of a thread -> of a task
    "is_alive": "(not {}.done())",
    "getName": "{}.get_name()",
}
CURRENT = {  # in a function that is a task's
    "threading.current_thread": "asyncio.current_task()",
    "threading.get_ident": "id(asyncio.current_task())",
}


class Workers:
    """The edits that make tasks of a file's threads."""

    def __init__(self, colours: Colours, rewriting: Rewriting) -> None:
        self.colours, self.rewriting = colours, rewriting
        self.types: Types = colours.graph.types
        self.whole: dict[int, str] = {}  # statements that are replaced, by line
        self.in_groups: set[int] = set()  # pools that became a TaskGroup

    def call(
        self, node: ast.Call, scope: Scope, path: Path, statement: ast.stmt
    ) -> Said:
        """What becomes of a call that makes a worker, or asks one something."""
        by, keys = handed_by(self.types, node, scope, path)
        if any(self.colours.is_async(key) for key in keys):
            yield (
                node.lineno,
                f"what {by} is handed becomes async, as it is called elsewhere too:"
                " await it here, or keep a plain twin of it",
            )
        names = {
            v.name
            for v in self.types.of(node.func, scope, path)
            if isinstance(v, Library)
        }
        given = {k.arg: k.value for k in node.keywords if k.arg}
        if THREAD in names and given.get("target") is not None:
            yield from self._thread(node, given, scope, path)
        elif TIMER in names and self.colours.waits:
            yield node.lineno, "what it calls runs in the loop: it must not block"
        elif names & {*CURRENT} and self.colours.is_async(scope.key):
            (name,) = names & {*CURRENT}
            self.rewriting.replace(node, CURRENT[name])
        elif isinstance(node.func, ast.Attribute):
            yield from self._method(node, node.func, scope, path, statement)

    def _thread(
        self, node: ast.Call, given: dict[str, ast.expr], scope: Scope, path: Path
    ) -> Said:
        if not self.colours.waits:
            return
        target = ast.unparse(given["target"])
        args = [*_spread(given.get("args")), *_keywords(given.get("kwargs"))]
        made = self.coroutine(given["target"], args, scope, path)
        named = f", name={ast.unparse(given['name'])}" if "name" in given else ""
        if made.startswith("start_task"):
            self.rewriting.replace(node, made)
        else:
            self.rewriting.replace(node, f"asyncio.create_task({made}{named})")
        if made.startswith("asyncio.to_thread"):
            values = self.types.of(given["target"], scope, path)
            plain = all(
                isinstance(v, FunctionRef) and v.key not in self.colours.graph.waiting
                for v in values
            )
            why = "never waits: it" if plain else "cannot be awaited: it"
            yield (
                node.lineno,
                f"{target} {why} stays in a thread, and this task waits for it",
            )
        else:
            yield node.lineno, f"keep the task, await it at the end; {STARTED}"

    def coroutine(
        self, target: ast.expr, args: list[str], scope: Scope, path: Path
    ) -> str:
        """An expression that makes the coroutine of a target with its arguments."""
        text, given = ast.unparse(target), ", ".join(args)
        values = self.types.of(target, scope, path)
        if values == one(Library("time.sleep")):
            return f"asyncio.sleep({given})"
        if isinstance(target, ast.Lambda):
            text = f"({text})"
        if any(self.makes_coroutine(v) for v in values):
            return f"{text}({given})"
        joined = ", ".join([text, *args])
        known = any(isinstance(v, FunctionRef | Library | Partial) for v in values)
        return f"{'asyncio.to_thread' if known else 'start_task'}({joined})"

    def makes_coroutine(self, value: Value) -> bool:
        """Whether calling a value gives a coroutine after the port."""
        if isinstance(value, Partial):
            return self.makes_coroutine(value.function)
        if not isinstance(value, FunctionRef):
            return False
        if self.colours.is_async(value.key):
            return True
        scope = self.colours.graph.program.scopes[value.key]
        body = getattr(scope.node, "body", None)
        return (  # a lambda gives what it calls
            isinstance(scope.node, ast.Lambda)
            and isinstance(body, ast.Call)
            and any(
                isinstance(v, FunctionRef) and self.colours.is_async(v.key)
                for v in self.types.of(body.func, scope, ())
            )
        )

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
        if func.attr == "submit" and is_pool and node.args and self.in_groups:
            rest = [ast.unparse(a) for a in (*node.args[1:], *node.keywords)]
            made = self.coroutine(node.args[0], rest, scope, path)
            made = made.replace("start_task(", "asyncio.to_thread(", 1)
            self.rewriting.replace(node, f"{on}.create_task({made})")
        elif func.attr == "start" and THREAD in kinds:
            if self.colours.waits and isinstance(func.value, ast.Call):
                self.rewriting.replaced[end(func.value), end(node)] = ""
            elif self.colours.waits:
                alone = isinstance(statement, ast.Expr) and statement.value is node
                self.rewriting.replace(node, "pass" if alone else "None")
                yield node.lineno, STARTED
        elif func.attr in ASKED and THREAD in kinds and self.colours.waits:
            self.rewriting.replace(node, ASKED[func.attr].format(on))
        elif any(k.startswith("queue.") for k in kinds) and self.colours.waits:
            self._at_once(node, func)

    def _at_once(self, node: ast.Call, func: ast.Attribute) -> None:
        """`put` that never waits, and what is told not to wait: `put_nowait`."""
        if func.attr not in ("put", "get"):
            return
        count = int(func.attr == "put")
        kept = [ast.unparse(a) for a in node.args[:count]]
        kept += [ast.unparse(k) for k in node.keywords if k.arg == "item"]
        text = f"{ast.unparse(func.value)}.{func.attr}_nowait({', '.join(kept)})"
        self.rewriting.replace_if_new(node, text)

    def assigned(self, statement: ast.stmt, scope: Scope, path: Path) -> None:
        """`thread.daemon = True`, `thread.name = "x"`: a task has only a name."""
        if not isinstance(statement, ast.Assign) or len(statement.targets) != 1:
            return
        target = statement.targets[0]
        if not isinstance(target, ast.Attribute):
            return
        values = self.types.of(target.value, scope, path)
        kinds = {v.kind for v in values if isinstance(v, Instance)}
        if THREAD not in kinds or not self.colours.waits:
            return
        if target.attr == "daemon" and stands_alone(self.rewriting.source, statement):
            self.whole[statement.lineno] = "pass  # a loop that ends cancels its tasks"
        elif target.attr == "daemon":
            self.rewriting.replace(statement, "pass")
        elif target.attr == "name":
            name, on = ast.unparse(statement.value), ast.unparse(target.value)
            self.rewriting.replace(statement, f"{on}.set_name({name})")

    def runs_in_task(self, key: str) -> bool:
        """Whether a class is a thread of its own whose `run` becomes async."""
        is_thread = any(
            isinstance(base, Library) and base.name == THREAD
            for base in linear(self.types, key)
        )
        return is_thread and any(
            isinstance(v, FunctionRef) and self.colours.is_async(v.key)
            for v in members(self.types, one(ClassRef(key)), "run")
        )

    def bases(self, scope: Scope) -> None:
        """`class Walker(Thread)`: on tasks, where its `run` waits."""
        node = scope.node
        if not isinstance(node, ast.ClassDef) or not self.runs_in_task(scope.key):
            return
        outer = scope.parent or scope
        for base in node.bases:
            values = self.types.of(base, outer, scope.path)
            if any(isinstance(v, Library) and v.name == THREAD for v in values):
                self.rewriting.replace(base, "TaskThread")
        for part in ast.walk(node):
            if (
                isinstance(part, ast.Attribute)
                and part.attr == "__init__"
                and ast.unparse(part.value) in (THREAD, "Thread")
            ):
                self.rewriting.replace(part.value, "TaskThread")

    def joined(self, node: ast.Call, scope: Scope, path: Path) -> Said:
        """`thread.join()`: the task is awaited."""
        if not isinstance(node.func, ast.Attribute):
            return
        on = node.func.value
        kinds = {
            v.kind for v in self.types.of(on, scope, path) if isinstance(v, Instance)
        }
        own = [kind for kind in kinds if ":" in kind]
        task = ast.unparse(on)
        limit = [*node.args, *(k.value for k in node.keywords)]
        if TIMER in kinds or (own and all(self.runs_in_task(kind) for kind in own)):
            self.rewriting.insert(start(node), "await ", first=True)
        elif own:
            rest = ", ".join([f"{task}.join", *map(ast.unparse, limit)])
            self.rewriting.replace(node, f"await asyncio.to_thread({rest})")
        elif limit:
            new = f"asyncio.wait([{task}], timeout={ast.unparse(limit[0])})"
            self.rewriting.replace(node, f"await {new}")
            yield node.lineno, "asyncio.wait does not raise what the task raised"
        else:
            self.rewriting.replace(node, f"await {task}")


def _spread(node: ast.expr | None) -> list[str]:
    """`args=(a, b)` as arguments."""
    if node is None:
        return []
    if isinstance(node, ast.Tuple | ast.List):
        return [ast.unparse(e) for e in node.elts]
    return [f"*{ast.unparse(node)}"]


def _keywords(node: ast.expr | None) -> list[str]:
    return [] if node is None else [f"**{ast.unparse(node)}"]
