"""What runs when a function runs: calls, `with`, loops, properties, operators.

Each event lists what it runs: functions whose source was read, and calls of libraries
that block.  A function that a call only hands over (`submit(f)`) is not listed, because
it does not run at that place.  A callback that is handed to a loop is listed, because
it runs in the loop.
"""

import ast
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from bench.shape.colour.reach import Reach
from bench.shape.colour.runs import Runs
from bench.shape.resolution.arguments import OPERATORS
from bench.shape.resolution.calls import wrappers
from bench.shape.resolution.evaluate import Types
from bench.shape.resolution.facts import expressions, live
from bench.shape.resolution.members import linear
from bench.shape.resolution.scopes import Path, Scope, end, start
from bench.shape.resolution.syntax import closes
from bench.shape.resolution.values import (
    FunctionRef,
    Instance,
    Library,
    Suspended,
    Values,
)
from bench.shape.state.held_locks import Held, holding
from bench.shape.state.locks import LockUse, lock_of
from bench.shape.tables.blocking import CALLBACKS, TAKES_CALLBACK

AROUND = "contextlib.ContextDecorator"
STEPS = ("send", "throw", "close")  # methods that resume a generator


@dataclass(frozen=True)
class Event:
    """One place of a function where other code runs."""

    node: ast.AST
    statement: ast.stmt
    path: Path
    how: str  # "call", "with", "for", "attribute", "callback"
    reach: Reach
    held: Held = frozenset()
    lock: LockUse | None = None  # the lock that is taken at this place
    awaited: bool = False

    @property
    def line(self) -> int:
        return getattr(self.node, "lineno", self.statement.lineno)


class Events:
    """Reads the events of functions, for one program."""

    def __init__(self, types: Types, also: Collection[str] = ()) -> None:
        self.types = types
        self.runs = Runs(types, also)

    def of(self, scope: Scope) -> list[Event]:
        """Every event of a function's own statements, in the order of the file."""
        if isinstance(scope.node, ast.Lambda):
            body = ast.copy_location(ast.Expr(scope.node.body), scope.node.body)
            self.types.kept.append(body)
            return list(self._in_statement(body, scope, (), frozenset()))
        found: list[Event] = []
        held = holding(self.types, scope)
        for statement, path in live(scope):
            now = held.get(id(statement), frozenset())
            found += self._in_statement(statement, scope, path, now)
        return [*self._wrapper(scope), *found]

    def _wrapper(self, scope: Scope) -> Iterator[Event]:
        """The calls of the wrappers that decorators put in the function's place."""
        for node in getattr(scope.node, "decorator_list", ()):
            outer = scope.parent or scope
            target = node.func if isinstance(node, ast.Call) else node
            made = self.types.of(target, outer, scope.path)
            if isinstance(node, ast.Call):
                made = self.runs.results(made)
            reach = self.runs.called(self.runs.results(made))
            reach |= self._entered_around(made)
            # The analysis does not distinguish the calls of a decorator: `results` has
            # the values that all of its calls return.  If the decorator returns its
            # argument, these values are all functions in the program that have this
            # decorator.  But only the present function runs here.  So in this case only
            # the functions that are defined inside the decorator count.
            if scope.key in reach.functions:
                reach = self.runs.called(wrappers(self.types, scope))
            if reach.functions - {scope.key}:
                yield Event(node, _body(scope), (), "call", reach)

    def _entered_around(self, made: Values) -> Reach:
        """What a `ContextDecorator` runs around the function that it decorates."""
        around = frozenset(
            v
            for v in made
            if isinstance(v, Instance)
            and ":" in v.kind
            and Library(AROUND) in linear(self.types, v.kind)
        )
        return self.runs.entered(around)

    def _async_instead(self, callees: Values) -> Reach:
        """What an awaited call runs, if decorators make all called functions async."""
        found = Reach()
        for value in callees:
            if not isinstance(value, FunctionRef):
                return Reach()
            scope = self.types.program.scopes[value.key]
            made = self.runs.called(wrappers(self.types, scope))
            if not made.coroutines:
                return Reach()
            found |= made
        return found

    def _in_statement(
        self, statement: ast.stmt, scope: Scope, path: Path, held: Held
    ) -> Iterator[Event]:
        def event(
            node: ast.AST, how: str, reach: Reach, lock: LockUse | None = None
        ) -> Iterator[Event]:
            if reach or lock is not None:
                awaited = id(node) in uses
                yield Event(node, statement, path, how, reach, held, lock, awaited)

        uses = _awaited(statement)
        for node in sorted(expressions(statement), key=evaluated):
            reach, how = self._of_expression(node, scope, path, id(node) in uses)
            lock = self._acquired(node, scope, path)
            yield from event(node, how, reach, lock)
        if isinstance(statement, ast.With | ast.AsyncWith):
            for item in statement.items:
                values = self.types.of(item.context_expr, scope, path)
                is_async = isinstance(statement, ast.AsyncWith)
                lock = lock_of(self.types, item.context_expr, scope, path, True)
                reach = (
                    Reach() if is_async else self._entered(item.context_expr, values)
                )
                yield from event(item.context_expr, "with", reach, lock)
        elif isinstance(statement, ast.For):
            values = self.types.of(statement.iter, scope, path)
            yield from event(statement.iter, "for", self.runs.iterated(values))
        elif isinstance(statement, ast.Assign | ast.AnnAssign | ast.AugAssign):
            if any(isinstance(t, ast.Tuple | ast.List) for t in assigned(statement)):
                values = self.types.of(statement.value, scope, path)
                if statement.value is not None:
                    turns = self.runs.iterated(values)
                    yield from event(statement.value, "for", turns)
            for target in assigned(statement):
                yield from event(target, "attribute", self._stored(target, scope, path))

    def _entered(self, node: ast.expr, values: Values) -> Reach:
        """What `with` runs; an unknown object counts as an unknown call."""
        if closes(node):
            return self.runs.entered(values) | self.runs.method(values, "close")
        if values or isinstance(node, ast.Call):  # the call itself is another event
            return self.runs.entered(values)
        return Reach(unread=frozenset({f"? with {ast.unparse(node)}"}))

    def _acquired(self, node: ast.AST, scope: Scope, path: Path) -> LockUse | None:
        func = node.func if isinstance(node, ast.Call) else None
        if isinstance(func, ast.Attribute) and func.attr == "acquire":
            return lock_of(self.types, func.value, scope, path)
        if (
            isinstance(node, ast.Call)
            and isinstance(func, ast.Attribute)
            and func.attr == "enter_context"
            and node.args
        ):
            return lock_of(self.types, node.args[0], scope, path)
        return None

    def _of_expression(
        self, node: ast.AST, scope: Scope, path: Path, awaited: bool
    ) -> tuple[Reach, str]:
        of, runs = self.types.of, self.runs
        match node:
            case ast.Call():
                callees = of(node.func, scope, path)
                reach = runs.called(callees, node, scope, path)
                if not callees and not isinstance(node.func, ast.Lambda):
                    reach = Reach(unread=frozenset({f"? {ast.unparse(node.func)}"}))
                    if isinstance(node.func, ast.Attribute):
                        plain = not (awaited or scope.is_async)
                        reach = runs.by_name(node.func.attr, plain) or reach
                elif isinstance(node.func, ast.Attribute) and passes_on(callees):
                    reach |= runs.by_name(node.func.attr, not awaited)
                reach |= self._stepped(node, scope, path)
                if awaited:
                    reach = self._async_instead(callees) or reach.without_blocks()
                called_back = self._callbacks(node, scope, path)
                return (called_back, "callback") if called_back else (reach, "call")
            case ast.Attribute(ctx=ast.Load()):
                return runs.read(of(node.value, scope, path), node.attr), "attribute"
            case ast.Subscript(ctx=ast.Load()):
                return runs.method(of(node.value, scope, path), "__getitem__"), "call"
            case ast.comprehension(is_async=0):
                return runs.iterated(of(node.iter, scope, path)), "for"
            case ast.YieldFrom() | ast.Starred(ctx=ast.Load()):
                return runs.iterated(of(node.value, scope, path)), "for"
            case ast.Compare(comparators=others, ops=ops):
                found = Reach()
                for other, op in zip(others, ops, strict=True):
                    if isinstance(op, ast.In | ast.NotIn):
                        found |= runs.asked_for_item(of(other, scope, path))
                return found, "call"
            case ast.BinOp(left=left, op=op) if type(op) in OPERATORS:
                return runs.method(of(left, scope, path), OPERATORS[type(op)]), "call"
        return Reach(), "call"

    def _stepped(self, call: ast.Call, scope: Scope, path: Path) -> Reach:
        """What `turns.send(10)` runs: the next part of a generator."""
        if not isinstance(call.func, ast.Attribute) or call.func.attr not in STEPS:
            return Reach()
        on = self.types.of(call.func.value, scope, path)
        return self.runs.iterated(frozenset(v for v in on if isinstance(v, Suspended)))

    def _callbacks(self, call: ast.Call, scope: Scope, path: Path) -> Reach:
        """Functions that a loop will call back, in the loop's thread."""
        if not isinstance(call.func, ast.Attribute) or call.func.attr not in CALLBACKS:
            return Reach()
        on = self.types.of(call.func.value, scope, path)
        kinds = {v.kind for v in on if isinstance(v, Instance)}
        if not any(kind.startswith(("asyncio.", "uvloop.")) for kind in kinds):
            return Reach()
        at = TAKES_CALLBACK.get(call.func.attr, 0)
        if len(call.args) <= at:
            return Reach()
        return self.runs.called(self.types.of(call.args[at], scope, path))

    def _stored(self, target: ast.expr, scope: Scope, path: Path) -> Reach:
        """What an assignment runs: a property's setter, `__setitem__`."""
        if isinstance(target, ast.Attribute):
            values = self.types.of(target.value, scope, path)
            return self.runs.written(values, target.attr)
        if isinstance(target, ast.Subscript):
            values = self.types.of(target.value, scope, path)
            return self.runs.method(values, "__setitem__")
        return Reach()


def evaluated(node: ast.AST) -> tuple[int, ...]:
    """Sort key for the order of evaluation: by the end, inner expressions first."""
    line, column = start(node)
    return (*end(node), -line, -column)


def assigned(node: ast.Assign | ast.AnnAssign | ast.AugAssign) -> list[ast.expr]:
    """The left sides of an assignment."""
    return node.targets if isinstance(node, ast.Assign) else [node.target]


def passes_on(callees: Values) -> bool:
    """Whether a callee is an inner function of a `__getattr__`.

    Such a function calls a method of another object.  Only the name of this method is
    known.
    """
    return any(
        isinstance(one, FunctionRef) and ".__getattr__." in one.key for one in callees
    )


def _body(scope: Scope) -> ast.stmt:
    body = getattr(scope.node, "body", None)
    return body[0] if isinstance(body, list) else ast.Pass()


def _awaited(statement: ast.stmt) -> set[int]:
    """The expressions whose value is awaited instead of used directly."""
    return {
        id(node.value) for node in expressions(statement) if isinstance(node, ast.Await)
    }
