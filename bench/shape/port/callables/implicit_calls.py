"""Waits in what Python itself calls: a constructor, an operator, `__len__`."""

import ast

from bench.shape.colour.events import Event
from bench.shape.colour.graph import is_implicit
from bench.shape.colour.reach import Blocker
from bench.shape.port.colours import Colours
from bench.shape.port.rewriting import followed
from bench.shape.port.waits.to_thread import said_in_thread
from bench.shape.resolution.scopes import Scope
from bench.shape.tables.blocking import WAITS

OPENED = (
    "{what}, and a constructor cannot await: move this line into async def"
    " opened(self), {line}, with return self at its end, and make the object by"
    " await {owner}(...).opened()"
)
OTHER = (
    "{what}, and Python awaits nothing that it calls itself: give {owner} an async"
    " method with this, and await that in place of {name}"
)


def cannot_await(scope: Scope, event: Event, callee: str) -> str:
    """What to say of a call in a plain function of what becomes async."""
    what = f"{callee} becomes async"
    if not is_implicit(scope.key) or scope.owner is None:
        return f"{what}, and nothing awaits it here"
    return _moved(scope, f"as {_awaited(event)}", what)


def stops_there(scope: Scope, event: Event, block: Blocker) -> str:
    """What to say of a call that blocks where Python calls; "" of any other."""
    if block.kind != WAITS or not is_implicit(scope.key) or scope.owner is None:
        return ""
    what = f"{block.call} stops the loop"
    return _moved(scope, f"with {block.instead}", what)


def _moved(scope: Scope, line: str, what: str) -> str:
    assert scope.owner is not None
    owner = scope.owner.name.rpartition(".")[2]
    name = scope.name.rpartition(".")[2]
    said = OPENED if name == "__init__" else OTHER
    return said.format(what=what, line=line, owner=owner, name=name)


def _awaited(event: Event) -> str:
    """The first line of a statement, with `await` before its call."""
    call, whole = ast.unparse(event.node), ast.unparse(event.statement)
    wrapped = id(event.node) in followed(event.statement)
    new = f"(await {call})" if wrapped else f"await {call}"
    return whole.replace(call, new, 1).partition("\n")[0]


def opened(found: Colours, event: Event) -> str:
    """What to say of a call that makes an object whose constructor waits; or ""."""
    if event.how != "call":
        return ""
    for key in sorted(event.reach.functions - found.atomic):
        why = found.graph.waiting.get(key)
        if why is None or why.reason != "implicit":
            continue
        if key.endswith(".__init__"):
            made = ast.unparse(event.node)
            said = f"its constructor waits: await {made}.opened(), as is said there"
            return said + _in_thread(found, event, key, why.block.call)
    return ""


def _in_thread(found: Colours, event: Event, key: str, call: str) -> str:
    """The other way: what a draft leaves in threads may be made in one as it is."""
    node = event.node
    in_threads = said_in_thread(call, "") is not None and key not in found.touches
    if not in_threads or not isinstance(node, ast.Call):
        return ""
    given = ", ".join(map(ast.unparse, (node.func, *node.args, *node.keywords)))
    return (
        f"; or leave the constructor, and make it by await asyncio.to_thread({given})"
    )
