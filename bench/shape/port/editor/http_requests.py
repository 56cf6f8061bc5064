"""Calls of requests in a coroutine function: a session's requests and its closing."""

import ast
from typing import TypeGuard

from bench.shape.colour.events import Event
from bench.shape.colour.reach import Blocker
from bench.shape.port.editor.locks import STACK, Locks
from bench.shape.port.editor.plain_functions import replaced
from bench.shape.port.http_client.nested_requests import written_inside
from bench.shape.port.http_client.request_calls import (
    HANDED_ON,
    Request,
    entered,
    request,
)
from bench.shape.port.http_client.sessions import is_of_requests
from bench.shape.port.rewriting import Note, Said, stands_alone
from bench.shape.resolution.facts import live
from bench.shape.resolution.scopes import Path, Scope, end, start
from bench.shape.resolution.values import Library
from bench.shape.tables.replacements import SESSIONS

CLOSES = ("requests.Session.close", "requests.session.close")
SENDS = ("requests.Session.send", "requests.session.send")
PREPARED = (
    "aiohttp sends no prepared request: await session.request(method, url, ...) with"
    " the arguments that it was prepared from"
)


ENTERED = ("ThreadPoolExecutor", "Condition", "Semaphore")


class HttpRequests(Locks):
    """Edits the calls of requests and of its sessions."""

    def _request(
        self, event: Event, block: Blocker, node: ast.Call, scope: Scope
    ) -> Said:
        if block.call in CLOSES:
            self._await(node, event.statement)
            return
        if block.call in SENDS:
            yield event.line, PREPARED
            return
        alone = self._alone(block, node, scope, event.path)
        statement, kept = event.statement, self.rewriting.kept
        if _enters(statement, node) and (new := entered(node, alone, kept)):
            yield from self._entered(statement, node, new, scope, alone)
            return
        differs: tuple[str, ...] | None = None
        if stands_alone(self.rewriting.source, statement) and (
            new := request(node, statement, alone, kept)
        ):
            self.whole[statement.lineno] = _with_free_names(new.text, scope)
            differs = new.differs
        else:
            differs = written_inside(self.rewriting, node, statement, alone)
        for keyword in node.keywords if differs is not None else ():
            if keyword.arg is None:
                yield event.line, HANDED_ON.format(ast.unparse(keyword.value))
        if differs is None:
            yield event.line, block.instead + ", and await the body inside it"
        for text in differs or ():
            yield event.line, Note(text)

    def _alone(self, block: Blocker, node: ast.Call, scope: Scope, path: Path) -> str:
        """The HTTP verb of a call that uses no stored session; else ""."""
        verb = block.call.rpartition(".")[2]
        made = node.func.value if isinstance(node.func, ast.Attribute) else None
        fresh = isinstance(made, ast.Call) and any(
            isinstance(v, Library) and v.name in SESSIONS
            for v in self.types.of(made.func, scope, path)
        )
        return verb if fresh or block.call.count(".") == 1 else ""

    def beside_async(self, scope: Scope) -> None:
        """In each new `async with`, wrap the objects that lack `__aenter__`."""
        if isinstance(scope.node, ast.Lambda):
            return
        for statement, _ in live(scope):
            made = isinstance(statement, ast.With) and id(statement) in self._async
            for node in self._entered_plainly(statement, scope) if made else ():
                if id(node) not in self._wrapped:
                    self._wrapped.add(id(node))
                    self.rewriting.insert(start(node), "as_async(", first=True)
                    self.rewriting.insert(end(node), ")")

    def _entered_plainly(self, statement: ast.stmt, scope: Scope) -> list[ast.expr]:
        """The expressions in a `with` that `async with` cannot enter in the port."""
        events = {
            id(event.node): event
            for event in self.colours.graph.events.get(scope.key, ())
            if event.statement is statement and event.how == "with"
        }
        path = scope.paths.get(id(statement), ())
        return [
            item.context_expr
            for item in getattr(statement, "items", ())
            if not (
                is_of_requests(self.colours, item, scope, path)
                or (
                    (event := events.get(id(item.context_expr))) is not None
                    and self._entered_async(event, scope)
                )
                or self._is_stack(item.context_expr, scope, statement)
            )
        ]

    def _is_stack(self, node: ast.expr, scope: Scope, statement: ast.stmt) -> bool:
        """Whether a `with` makes an exit stack, which will be an async stack."""
        path = scope.paths.get(id(statement), ())
        func = node.func if isinstance(node, ast.Call) else None
        return STACK in self.types.of(func, scope, path)

    def _entered_async(self, event: Event, scope: Scope) -> bool:
        return (
            any(self.colours.is_async(key) for key in event.reach.functions)
            or self.colours.takes_slow(event, scope.key)
            or self._enters_both(event, scope)
            or replaced(event)
            or any(block.call.endswith(ENTERED) for block in event.reach.blocks)
        )

    def session_entered(self, statement: ast.With, scope: Scope) -> None:
        """`with requests.Session() as session:` becomes `async with` in aiohttp."""
        looped = scope.parent is None and statement.lineno in self.looped
        if not (self.colours.is_async(scope.key) or looped):
            return
        self._make_async(statement)
        self._without_closing(statement, scope)
        self.beside_async(scope)

    def _without_closing(self, statement: ast.With, scope: Scope) -> None:
        """`with closing(session)` loses `closing`: `async with` closes it anyway."""
        for item in statement.items:
            call, inner = item.context_expr, _unclosed(item)
            path = scope.paths.get(id(statement), ())
            if inner is not call and is_of_requests(self.colours, item, scope, path):
                self.rewriting.replaced[start(call), start(inner)] = ""
                self.rewriting.replaced[end(inner), end(call)] = ""

    def _entered(
        self,
        statement: ast.With,
        node: ast.Call,
        new: Request,
        scope: Scope,
        alone: str,
    ) -> Said:
        """`with session.get(url) as response:` becomes `async with`, same block."""
        item = next((i for i in statement.items if _unclosed(i) is node), None)
        if item is None or self._entered_plainly(statement, scope):
            plain = entered(node, alone)
            told = plain.text if plain is not None else ""
            yield node.lineno, f"in a with of its own: async with {told}"
            return
        self._without_closing(statement, scope)
        self._make_async(statement)
        self.rewriting.replace(node, _with_free_names(new.text, scope))
        for text in new.differs:
            yield node.lineno, Note(text)
        kept = item.optional_vars
        if isinstance(kept, ast.Name) and (line := _used_after(kept, statement, scope)):
            yield (
                node.lineno,
                f"{kept.id} is used after this block, in line {line} of the original:"
                f" add await {kept.id}.read() at the end of the block",
            )


def _enters(statement: ast.stmt, node: ast.Call) -> TypeGuard[ast.With]:
    """Whether a `with` enters the result of a call, itself or in `closing`."""
    return isinstance(statement, ast.With) and any(
        _unclosed(item) is node for item in statement.items
    )


def _unclosed(item: ast.withitem) -> ast.expr:
    """The expression that a `with` enters; for `closing(x)` that is `x`."""
    node = item.context_expr
    if not isinstance(node, ast.Call) or len(node.args) != 1:
        return node
    closes = ast.unparse(node.func) in ("closing", "contextlib.closing")
    return node.args[0] if closes else node


def _with_free_names(text: str, scope: Scope) -> str:
    """The text, with new names if the function uses `session` or `response`."""
    taken = {n.id for n in ast.walk(scope.node) if isinstance(n, ast.Name)}
    if "session" in taken:
        text = text.replace(" as session, session.", " as opened, opened.")
    if "response" in taken and " as response: " in text:
        text = text.replace(" as response: ", " as answer: ")
        text = text.replace("await response.", "await answer.")
    return text


def _closed_only(node: ast.Name, inside: ast.stmt) -> bool:
    """Whether a use of a name only calls `close`, which does not need the body."""
    return any(
        isinstance(part, ast.Attribute) and part.value is node and part.attr == "close"
        for part in ast.walk(inside)
    )


def _used_after(name: ast.Name, statement: ast.stmt, scope: Scope) -> int:
    """The line after a `with` where a name is used next; 0 if it is never used there.

    A call of `close` does not count as a use.  If the name is assigned before it is
    used, the later uses are of another object, and the result is 0.
    """
    last = statement.end_lineno or statement.lineno
    for later, _ in live(scope):
        if later.lineno <= last:
            continue
        for node in ast.walk(later):
            if isinstance(node, ast.Name) and node.id == name.id:
                if _closed_only(node, later):
                    continue
                return node.lineno if isinstance(node.ctx, ast.Load) else 0
    return 0
