"""Classes and exceptions of threads under the names of their replacements in a port."""

import ast

from bench.shape.colour.graph import CallGraph
from bench.shape.port.analysis.escaping_locks import LOCKS
from bench.shape.port.analysis.library_primitives import LibraryPrimitives
from bench.shape.port.analysis.lock_keys import class_key
from bench.shape.port.analysis.reentrant_locks import conditions_again
from bench.shape.port.colours import Colours, made_as
from bench.shape.port.editor.function_edits import Editor
from bench.shape.resolution.facts import expressions
from bench.shape.resolution.scopes import Path, Scope, end
from bench.shape.resolution.values import Instance, Library, Values
from bench.shape.state.locks import bindings
from bench.shape.tables.replacements import (
    BAD_JSON,
    BAD_NAME,
    CLASSES,
    EXCEPTIONS,
    SESSIONS,
    TIMED_OUT,
)

Place = tuple[str, int]  # a class of threads, and the line that names it


class Renaming:
    """Replaces names in one file, and records the replacements."""

    def __init__(
        self,
        graph: CallGraph,
        found: Colours,
        editor: Editor,
        lending: LibraryPrimitives,
    ) -> None:
        self.types, self.colours = graph.types, found
        self.rewriting, self.editor, self.lent = editor.rewriting, editor, lending
        self.again = conditions_again(graph)
        # Whether any wait at a barrier has a time limit, whose end breaks the barrier.
        self.is_limited = any(
            block.call == "threading.Barrier.wait"
            and isinstance(event.node, ast.Call)
            and (event.node.args or event.node.keywords)
            for events in graph.events.values()
            for event in events
            for block in event.reach.blocks
        )
        self.made: dict[Place, str] = {}  # place -> the name that replaces the class
        self.taken = frozenset(
            class_key(graph, event.lock, key)
            for key, events in graph.events.items()
            for event in events
            if event.lock is not None
        )

    @property
    def _reads_json(self) -> bool:
        """Whether the file reads JSON: then an `except` must catch invalid JSON too."""
        return any(".json(" in line for line in self.rewriting.source.lines)

    def named(self, node: ast.expr, scope: Scope, at: ast.stmt) -> bool:
        """Replace the name of a class; return whether a session of requests is made.

        CLASSES has the names of the replacements.  An object that is passed to a
        library keeps its class.
        """
        if not isinstance(getattr(node, "ctx", None), ast.Load):
            return False
        if isinstance(at, ast.Import | ast.ImportFrom):
            return False
        path = scope.paths.get(id(at), ())
        named = bindings(self.types, node, scope, path)
        if any(one.how == "parameter" for one in named):
            # In `def f(make=threading.Lock)`, the class is replaced at the default.  So
            # the parameter `make` has the new class wherever `f` uses it.
            return False
        session = False
        for name in self._classes(self.types.of(node, scope, path)):
            stays = (
                not self._is_slow(at, scope)
                if name in LOCKS
                else not self.colours.waits
            )
            if id(node) in self.lent:
                self.made[name, node.lineno] = name
                continue
            if stays:
                continue
            new = CLASSES[name]
            if name == "threading.Barrier" and (
                self.is_limited or _with_more(node, at)
            ):
                new = "TaskBarrier"
            if name == "threading.Condition" and self._counts(node, at, scope):
                new = "TaskCondition"
            if name == "threading.RLock" and (outer := _in_condition(node, at)):
                # a condition of asyncio takes only a lock of asyncio
                counted = self._counts(outer.func, at, scope)
                new = "TaskRLock" if counted else "asyncio.Lock"
            self.rewriting.replace(node, new)
            self.made[name, node.lineno] = new
            if name in SESSIONS:
                session |= self._as_requests(node, at)
        return session

    def named_in_lambda(self, made: ast.Lambda, scope: Scope, at: ast.stmt) -> None:
        """Replace classes made in a lambda: `default_factory=lambda: Queue(9)`."""
        own = {one.arg for one in (*made.args.args, *made.args.kwonlyargs)}
        for node in ast.walk(made.body):
            if not isinstance(node, ast.Name | ast.Attribute):
                continue
            if ast.unparse(node).partition(".")[0] not in own:
                self.named(node, scope, at)

    def _as_requests(self, node: ast.expr, statement: ast.stmt) -> bool:
        """Let a new session behave like one of requests; False if none is made."""
        for part in expressions(statement):
            if isinstance(part, ast.Call) and part.func is node and not part.args:
                line, column = end(part)
                self.rewriting.insert((line, column - 1), "**as_requests()")
                return True
        return False

    def _classes(self, values: Values) -> list[str]:
        return [v.name for v in values if isinstance(v, Library) and v.name in CLASSES]

    def _is_slow(self, statement: ast.stmt, scope: Scope) -> bool:
        """Whether the lock that a statement makes is, or may be, held over a wait."""
        keys = made_as(statement, scope)
        if any(key in self.colours.slow for key in keys):
            return True
        return self.colours.loose and not any(key in self.taken for key in keys)

    def _counts(self, node: ast.expr, at: ast.stmt, scope: Scope) -> bool:
        """Whether the condition that is made here must count how often it is taken.

        It must count in two cases: it may be taken again while it is held; or it is
        made with an RLock that the program stores in a variable or an attribute.  The
        replacement of this RLock counts too.
        """
        names = {
            key.rpartition(".")[2].rpartition(":")[2] for key in made_as(at, scope)
        }
        if self.again & names or "" in self.again or (self.again and not names):
            return True
        path = scope.paths.get(id(at), ())
        return any(
            value == Instance("threading.RLock")
            for made in expressions(at)
            if isinstance(made, ast.Call) and made.func is node
            for given in (*made.args, *(k.value for k in made.keywords))
            if not isinstance(given, ast.Call)
            for value in self.types.of(given, scope, path)
        )

    def caught(self, caught: ast.expr, statement: ast.stmt, scope: Scope) -> bool:
        """Rename the exceptions of an `except`; return whether one is of requests."""
        of_requests = False
        path: Path = scope.paths.get(id(statement), ())
        lines = range(statement.lineno, (statement.end_lineno or 0) + 1)
        self.editor.iterators.caught(caught, lines)
        parts = caught.elts if isinstance(caught, ast.Tuple) else [caught]
        for part in parts:
            for value in self.types.of(part, scope, path):
                name = value.name if isinstance(value, Library) else ""
                name = name.replace("requests.exceptions.", "requests.")
                if name in EXCEPTIONS:
                    new = self._raised(name, statement)
                    if len(parts) > 1:
                        new = new.strip("()")
                    self.rewriting.replace(part, new)
                    of_requests |= name.startswith("requests.")
        return of_requests

    def _raised(self, name: str, statement: ast.stmt) -> str:
        new = EXCEPTIONS[name]
        if name == "requests.RequestException" and self._reads_json:
            new = new.replace(BAD_NAME, BAD_JSON)
        lone = name in TIMED_OUT and id(statement) in self.editor.limited
        return self.editor.timed_out if lone else new


def _in_condition(node: ast.expr, statement: ast.stmt) -> ast.Call | None:
    """The call that makes a condition with this lock as its argument; else None."""
    for outer in expressions(statement):
        if isinstance(outer, ast.Call) and ast.unparse(outer.func).endswith(
            "Condition"
        ):
            given = [*outer.args, *(k.value for k in outer.keywords)]
            if any(isinstance(a, ast.Call) and a.func is node for a in given):
                return outer
    return None


def _with_more(node: ast.expr, statement: ast.stmt) -> bool:
    """Whether a barrier is made with an action or a time limit."""
    return any(
        isinstance(made, ast.Call)
        and made.func is node
        and len(made.args) + len(made.keywords) > 1
        for made in expressions(statement)
    )
