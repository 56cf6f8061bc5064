"""Classes that derive from `Thread`: they use tasks if their `run` waits."""

import ast

from bench.shape.port.colours import Colours
from bench.shape.port.rewriting import Rewriting
from bench.shape.resolution.evaluate import Types
from bench.shape.resolution.members import linear, members, subclasses
from bench.shape.resolution.scopes import Path, Scope, end, start
from bench.shape.resolution.thread_targets import RUN, kept_target
from bench.shape.resolution.values import (
    ClassRef,
    FunctionRef,
    Instance,
    Library,
    LibraryMethod,
    Values,
    one,
)

THREAD = "threading.Thread"
TIMER = "threading.Timer"
RUN_BY_TIMER = "self.function"
CALLED = ("start", "join", "is_alive")
READ = {"name": "{}.get_name()", "ident": "id({})", "native_id": "id({})"}
CURRENT = {  # replacements in a function that a task runs
    "threading.current_thread": "asyncio.current_task()",
    "threading.get_ident": "id(asyncio.current_task())",
}

UNGUARDED = "contextlib.nullcontext()"
INSIDE = {  # undocumented attribute of a queue -> that of asyncio's queue
    "queue": "_queue",
    "unfinished_tasks": "_unfinished_tasks",
}


class ThreadClasses:
    """Edits the bases of classes of threads, and reads of attributes of threads."""

    def __init__(self, colours: Colours, rewriting: Rewriting) -> None:
        self.colours, self.rewriting = colours, rewriting
        self.types: Types = colours.graph.types
        self.deferred = False  # whether threads are started apart from their making
        self.by_object = False  # whether the program uses its threads as objects

    def runs_in_task(self, key: str) -> bool:
        """Whether a class becomes a TaskThread, because a `run` in its family is async.

        The family of a class is the class, its bases, and all subclasses of these.  For
        example, `class Stoppable(Thread)` may have no `run` of its own.
        """
        line = linear(self.types, key)
        if not any(isinstance(v, Library) and v.name in (THREAD, TIMER) for v in line):
            return False
        own = {v.key for v in line if isinstance(v, ClassRef)} | {key}
        family = own.union(*(subclasses(self.types, each) for each in own))
        return any(self._has_async_run(each) for each in family)

    def _has_async_run(self, key: str) -> bool:
        runs = members(self.types, one(ClassRef(key)), "run")
        if not any(isinstance(v, FunctionRef) for v in runs):
            runs = kept_target(self.types, key)
        return any(
            isinstance(v, FunctionRef) and self.colours.is_async(v.key) for v in runs
        )

    def runs_target(self, node: ast.Call, scope: Scope, path: Path) -> bool:
        """Whether a call is `super().run()` in a class that becomes a TaskThread."""
        called = self.types.of(node.func, scope, path)
        return scope.owner is not None and any(
            isinstance(v, Library | LibraryMethod)
            and v.name == RUN
            and self.runs_in_task(scope.owner.key)
            for v in called
        )

    def bases(self, scope: Scope) -> None:
        """Edit `class Walker(Thread)`, if its `run` waits."""
        node = scope.node
        if not isinstance(node, ast.ClassDef) or not self.runs_in_task(scope.key):
            return
        outer = scope.parent or scope
        for base in node.bases:
            values = self.types.of(base, outer, scope.path)
            if any(isinstance(v, Library) and v.name == THREAD for v in values):
                self.rewriting.replace(base, "TaskThread")
            if any(isinstance(v, Library) and v.name == TIMER for v in values):
                self._timed_calls(node)
        for part in ast.walk(node):
            if (
                isinstance(part, ast.Attribute)
                and part.attr in ("__init__", "run", *CALLED)
                and ast.unparse(part.value) in (THREAD, "Thread")
            ):
                self.rewriting.replace(part.value, "TaskThread")

    def _timed_calls(self, node: ast.ClassDef) -> None:
        """Edit `self.function(...)` in a timer's `run`, which may be async."""
        runs = [each for each in node.body if getattr(each, "name", "") == "run"]
        for part in (inner for each in runs for inner in ast.walk(each)):
            if not isinstance(part, ast.Call) or ast.unparse(part.func) != RUN_BY_TIMER:
                continue
            line, column = end(part.func)
            text = self.rewriting.source.lines[line - 1].encode()
            if text[column : column + 1] == b"(":
                self.rewriting.insert(start(part), "await in_loop(", first=True)
                comma = ", " if part.args or part.keywords else ""
                self.rewriting.replaced[(line, column), (line, column + 1)] = comma

    def read(self, node: ast.Attribute, scope: Scope, path: Path) -> None:
        """Edit `thread.name` and the like, and undocumented attributes of queues."""
        if not self.colours.waits:
            return
        values = self.types.of(node.value, scope, path)
        if node.attr in CALLED and self.deferred and Library(THREAD) in values:
            # as in map(Thread.start, crew)
            self.rewriting.replace(node.value, "TaskThread")
        if node.attr in INSIDE and _is_queue(self.types, values):
            self.rewriting.replace(
                node, f"{self.rewriting.kept(node.value)}.{INSIDE[node.attr]}"
            )
        if node.attr == "mutex" and _is_queue(self.types, values):
            # No task awaits inside this lock, so it need not exclude other tasks.
            self.rewriting.replace(node, UNGUARDED)
        if node.attr not in READ:
            return
        if not any(isinstance(v, Instance) and v.kind == THREAD for v in values):
            return
        on = ast.unparse(node.value)
        if isinstance(node.value, ast.Call):  # threading.current_thread()
            if self.by_object:
                return
            if not self.colours.is_async(scope.key):
                return
            on = CURRENT["threading.current_thread"]
        elif self.deferred:
            return
        self.rewriting.replace(node, READ[node.attr].format(on))


def _is_queue(types: Types, values: Values) -> bool:
    """Whether a value is a queue of threads, or of a class that derives from one."""
    kinds = {v.kind for v in values if isinstance(v, Instance)}
    names = {
        base.name
        for kind in kinds
        for base in (linear(types, kind) if ":" in kind else [Library(kind)])
        if isinstance(base, Library)
    }
    return any(name.startswith("queue.") for name in names)
