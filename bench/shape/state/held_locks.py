"""The locks that are held at each statement of a function.

Held locks are a set:
- `with` adds a lock for its block;
- `acquire` adds a lock if it cannot return without the lock;
- if the result of `acquire` is tested, the lock is added where the result is true;
- `release` removes a lock;
- where paths meet, only the locks that are held on every path are held.

Locks that the callers hold are in the set only if they are given (`around`).
"""

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field

from bench.shape.resolution.evaluate import Types
from bench.shape.resolution.scopes import Path, Scope
from bench.shape.state.locks import LockUse, lock_of

Held = frozenset[LockUse]
NOTHING: Held = frozenset()
ENTERS = frozenset({"enter_context", "enter_async_context"})
LEAVES = ast.Return | ast.Raise | ast.Continue | ast.Break


@dataclass
class Holding:
    """The locks held at each statement of one function, by the statement's id."""

    types: Types
    scope: Scope
    at: dict[int, Held] = field(default_factory=dict)
    # `ok` of ok = lock.acquire(...) -> the lock
    tried: dict[str, LockUse] = field(default_factory=dict)
    # exit stack -> the locks that it has entered
    stacked: dict[str, set[LockUse]] = field(default_factory=dict)

    def block(self, body: Sequence[ast.stmt], held: Held) -> Held | None:
        """The locks that are held after a block; None if its end is never reached."""
        for node in body:
            if id(node) in self.scope.dead:
                continue
            self.at[id(node)] = held & self.at.get(id(node), held)
            after = self.statement(node, held)
            if after is None:
                return None
            held = after
        return held

    def statement(self, node: ast.stmt, held: Held) -> Held | None:
        match node:
            case ast.With() | ast.AsyncWith():
                return self.entered(node, held)
            case ast.If():
                yes, no = self.tested(node.test)
                body = self.block(node.body, held | yes)
                other = self.block(node.orelse, held | no)
                return met(body, other)
            case ast.While() | ast.For() | ast.AsyncFor():
                turn = self.block(node.body, held)
                again = held if turn is None else held & turn
                # if the body releases a lock, later turns begin without this lock
                if again != held:
                    self.block(node.body, again)
                return met(again, self.block(node.orelse, again))
            case ast.Try() | ast.TryStar():
                return self.tried_block(node, held)
            case ast.Match():
                ends = [self.block(case.body, held) for case in node.cases]
                return met(held, *ends)
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                return held
        if isinstance(node, LEAVES):
            return None
        return self.called(node, held)

    def entered(self, node: ast.With | ast.AsyncWith, held: Held) -> Held | None:
        path = self.scope.paths.get(id(node), ())
        inside = held
        taken: set[LockUse] = set()
        for item in node.items:
            if item.optional_vars is not None:
                self.stacked[ast.unparse(item.optional_vars)] = taken
            lock = lock_of(self.types, item.context_expr, self.scope, path, True)
            if lock is not None:
                taken.add(lock)
                inside |= {lock}
        after = self.block(node.body, inside)
        return None if after is None else after - (taken - held)

    def tried_block(self, node: ast.Try | ast.TryStar, held: Held) -> Held | None:
        body = self.block(node.body, held)
        broken = self.through(node.body, held)
        ways = [self.block(handler.body, broken) for handler in node.handlers]
        if body is not None:
            ways.append(self.block(node.orelse, body))
        end = met(*ways)
        if not node.finalbody:
            return end
        behind = self.block(node.finalbody, broken if end is None else end & broken)
        if end is None or behind is None:
            return None
        # `finally` has been read for two cases together: the `try` ends normally, or an
        # exception leaves it.  So `at` has only the locks that are held in both cases.
        # Code after the statement runs only after a normal end.  For this result,
        # `finally` is read once more.  This time it begins with all locks in `end`.
        return self.block(node.finalbody, end)

    def through(self, body: Sequence[ast.stmt], held: Held) -> Held:
        """The locks held at every place where an exception may leave a block."""
        kept = held
        for statement in body:
            for part in ast.walk(statement):
                if isinstance(part, ast.stmt) and id(part) in self.at:
                    kept &= self.at[id(part)]
        return kept

    def tested(self, test: ast.expr) -> tuple[Held, Held]:
        """The locks that are held if a condition is true, and if it is false."""
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            yes, no = self.tested(test.operand)
            return no, yes
        if isinstance(test, ast.NamedExpr):
            return self.tested(test.value)
        if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
            yes = NOTHING.union(*(self.tested(part)[0] for part in test.values))
            return yes, NOTHING
        if isinstance(test, ast.Name) and test.id in self.tried:
            return frozenset({self.tried[test.id]}), NOTHING
        if isinstance(test, ast.Await):
            return self.tested(test.value)
        method, lock = self.operation(test)
        if method == "acquire" and lock is not None:
            return frozenset({lock}), NOTHING
        return NOTHING, NOTHING

    def called(self, node: ast.stmt, held: Held) -> Held:
        """The locks held after a statement that may acquire or release a lock."""
        value = getattr(node, "value", None)
        if not isinstance(value, ast.expr):
            return held
        if isinstance(value, ast.Await):
            value = value.value
        method, lock = self.operation(value)
        if lock is None:
            return held | self.entered_by_stack(value)
        if method == "release":
            return frozenset(one for one in held if one.name != lock.name)
        if certain(value):
            return held | {lock}
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            self.tried[node.targets[0].id] = lock
        return held

    def entered_by_stack(self, node: ast.expr) -> Held:
        """The lock in `stack.enter_context(lock)`, held until the stack is closed."""
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            return NOTHING
        taken = self.stacked.get(ast.unparse(node.func.value))
        if node.func.attr not in ENTERS or taken is None or not node.args:
            return NOTHING
        lock = lock_of(self.types, node.args[0], self.scope, (), True)
        if lock is None:
            return NOTHING
        taken.add(lock)
        return frozenset({lock})

    def operation(self, node: ast.expr) -> tuple[str, LockUse | None]:
        """The method, "acquire" or "release", and the lock of a call; else "", None."""
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            return "", None
        method = node.func.attr
        if method not in ("acquire", "release"):
            return "", None
        path: Path = ()
        return method, lock_of(self.types, node.func.value, self.scope, path, True)


def certain(call: ast.expr) -> bool:
    """Whether `acquire(...)` returns only with the lock taken."""
    if not isinstance(call, ast.Call):
        return False
    said = [*call.args[:1], *(k.value for k in call.keywords if k.arg == "blocking")]
    if any(not (isinstance(a, ast.Constant) and a.value is True) for a in said):
        return False
    waits = [*call.args[1:2], *(k.value for k in call.keywords if k.arg == "timeout")]
    return all(isinstance(w, ast.UnaryOp) or _is_none(w) for w in waits)


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def met(*ways: Held | None) -> Held | None:
    """The locks that all paths hold where they meet; None if no path arrives."""
    arriving = [way for way in ways if way is not None]
    return frozenset.intersection(*arriving) if arriving else None


def holding(types: Types, scope: Scope, around: Held = NOTHING) -> dict[int, Held]:
    """The locks held at each statement; `around`: locks that all callers hold."""
    found = Holding(types, scope)
    found.block(getattr(scope.node, "body", ()), around)
    return found.at
