"""Locks that a port awaits: in `with`, in `acquire`, in an exit stack."""

import ast
from collections.abc import Generator

from bench.shape.colour.at_once import refuses
from bench.shape.colour.events import Event
from bench.shape.colour.reach import Blocker
from bench.shape.port.analysis.worker_functions import POOL
from bench.shape.port.colours import REPLACED, Colours
from bench.shape.port.editor.plain_functions import PlainFunctions, replaced
from bench.shape.port.rewriting import Rewriting, Said
from bench.shape.resolution.facts import live
from bench.shape.resolution.members import members
from bench.shape.resolution.scopes import Scope, end
from bench.shape.resolution.values import FunctionRef, Instance, Library

STACK = Library("contextlib.ExitStack")
ASYNC_STACK = "AsyncExitStack"
ON_STACK = {  # methods of a stack -> those of an async stack
    "enter_context": "enter_async_context",
    "callback": "push_async_callback",
}
MAKE_STACK = (
    "make {stack} a contextlib.AsyncExitStack, which is entered by async with or"
    " closed by await {stack}.aclose(): enter contexts by await"
    " {stack}.enter_async_context(...), and add callbacks by"
    " {stack}.push_async_callback(...)"
)


class Locks(PlainFunctions):
    """Edits the places that take a lock."""

    def __init__(self, colours: Colours, rewriting: Rewriting) -> None:
        super().__init__(colours, rewriting)
        # import lines that the draft needs for its new names
        self.imports: set[str] = set()

    def _tried(self, event: Event, node: ast.Call, scope: Scope) -> Said:
        """Edit `lock.acquire(blocking=False)`, and `stack.enter_context(lock)`.

        The first call takes the lock only if it is free.  If the lock is not held over
        a wait, it stays a lock of threads, and the call is not changed.
        """
        if not (replaced(event) or self.colours.takes_slow(event, scope.key)):
            return
        if not isinstance(node.func, ast.Attribute):
            return
        if node.func.attr == "enter_context":
            if not self._stacked(event, node, scope):
                stack = ast.unparse(node.func.value)
                yield event.line, MAKE_STACK.format(stack=stack)
        elif refuses(node):
            lock = ast.unparse(node.func.value)
            new = f"(not {lock}.locked() and await {lock}.acquire())"
            self.rewriting.replace(node, new)

    def _enters_stack(
        self, event: Event, called: list[str], scope: Scope
    ) -> Generator[tuple[int, str], None, bool]:
        """Edit a call by which a stack enters an async object; False for others."""
        pool = any(b.call == f"with {POOL}" for b in event.reach.blocks)
        func = getattr(event.node, "func", None)
        if event.how != "call" or not isinstance(func, ast.Attribute):
            return False
        if func.attr not in ON_STACK or not (called or pool):
            return False
        if func.attr == "callback" and not self._on_stack(func, event, scope):
            return False
        if not self._stacked(event, event.node, scope):
            stack = ast.unparse(func.value)
            yield event.line, MAKE_STACK.format(stack=stack)
        return True

    def _on_stack(self, func: ast.Attribute, event: Event, scope: Scope) -> bool:
        """Whether a method is a method of an exit stack."""
        values = self.types.of(func.value, scope, event.path)
        return any(isinstance(v, Instance) and v.kind == STACK.name for v in values)

    def _stacked(self, event: Event, node: ast.AST, scope: Scope) -> bool:
        """Edit `stack.enter_context(lock)`, and the `with` that makes the stack.

        If no `with` of this function makes the stack, nothing is edited, and the result
        is False.
        """
        assert isinstance(node, ast.Call)
        assert isinstance(node.func, ast.Attribute)
        name, span = (
            ast.unparse(node.func.value),
            (end(node.func.value), end(node.func)),
        )
        made = False
        for statement, path in live(scope):
            for item in getattr(statement, "items", ()):
                call, named = item.context_expr, item.optional_vars
                same = named is not None and ast.unparse(named) == name
                if not same or not isinstance(call, ast.Call):
                    continue
                if STACK in self.types.of(call.func, scope, path):
                    self._make_async(statement)
                    self._named_async(call.func)
                    made = True
        if made:
            self.rewriting.replaced[span] = f".{ON_STACK[node.func.attr]}"
            if node.func.attr == "enter_context":
                self._await(node, event.statement)
        return made

    def _named_async(self, stack: ast.expr) -> None:
        """Replace `ExitStack`, under the name by which the file imports it."""
        if isinstance(stack, ast.Attribute):
            text = f"{ast.unparse(stack.value)}.{ASYNC_STACK}"
            self.rewriting.replace(stack, text)
        else:
            self.imports.add(f"from contextlib import {ASYNC_STACK}")
            self.rewriting.replace(stack, ASYNC_STACK)

    def _enters_both(self, event: Event, scope: Scope) -> bool:
        """Whether the object in a `with` also has an `__aenter__`."""
        items: list[ast.withitem] = getattr(event.statement, "items", [])
        values = self.types.of(event.node, scope, event.path)
        return len(items) == 1 and any(
            isinstance(one, FunctionRef)
            for one in members(self.types, values, "__aenter__")
        )

    def _lock(self, event: Event, block: Blocker, scope: Scope) -> None:
        always = block.call.removeprefix("with ").startswith(REPLACED)
        if not (always or self.colours.takes_slow(event, scope.key)):
            return
        if event.how == "with":
            self._make_async(event.statement)
        elif isinstance(event.node, ast.Call):
            self._awaited_call(event, event.node)
