"""Waits in methods that Python itself calls: a constructor, an operator, `__len__`."""

import ast

from bench.shape.colour.events import Event
from bench.shape.colour.graph import is_implicit
from bench.shape.colour.reach import Blocker
from bench.shape.port.analysis.escaping_locks import LOCKS
from bench.shape.port.colours import Colours
from bench.shape.port.rewriting import followed
from bench.shape.port.waits.to_thread import said_in_thread
from bench.shape.resolution.members import decorators
from bench.shape.resolution.scopes import Scope
from bench.shape.tables.blocking import WAITS

SET_ITEM = (
    "{text} = ... runs {name}, which waits, and nothing awaits an assignment: give the"
    " class an async method that does this, and await it in place of this line"
)
SET_PROPERTY = (
    "{text} = ... runs {name}, which waits, and nothing awaits an assignment: make the"
    " setter an async method, and await it in place of this line"
)
READ_PROPERTY = (
    "{name} is a property that waits: make it a method, and write (await {text}()) here"
)
CACHED = (
    "; cached_property stores the result: the method must store it itself, or it runs"
    " again at each call"
)
CONSTRUCTORS = ("__init__", "__post_init__")
OPENED = (
    "{what}, and a constructor cannot await: move this line into async def"
    " opened(self), {line}, with return self at its end, and make the object by"
    " await {owner}(...).opened()"
)
MADE = (
    "the constructor of {owner} waits (line {line} of the threaded file): write await"
    " {made}.opened() here, in an async def, when its waits are in opened()"
)
NOT_INITIALISED = (
    "Python calls no __init__ after an async __new__: call it here, on the new"
    " object, before it is returned"
)
UNDER_LOCK = (
    "; {lock} is held here: make it an asyncio.Lock, and take it by async with"
    " everywhere, or a task that waits for it stops the loop"
)
OTHER = (
    "{what}, but Python itself calls {name}, and does not await the result: move this"
    " code to a new async method of {owner}, and await the new method in place of"
    " {name}"
)


def cannot_await(scope: Scope, event: Event, callee: str) -> str:
    """The comment on a plain function's call of a function that becomes async."""
    what = f"{callee} becomes async"
    if not is_implicit(scope.key) or scope.owner is None:
        return f"{what}, and nothing awaits it here"
    return _moved(scope, f"as {_awaited(event)}", what)


def stops_there(scope: Scope, event: Event, block: Blocker) -> str:
    """The comment on a call that blocks in a method that Python calls; "" elsewhere."""
    if block.kind != WAITS or not is_implicit(scope.key) or scope.owner is None:
        return ""
    what = f"{block.call} stops the loop"
    node = event.node
    if isinstance(node, ast.Call) and said_in_thread(block.call, "") is not None:
        given = ", ".join(map(ast.unparse, (node.func, *node.args, *node.keywords)))
        whole, new = ast.unparse(event.statement), f"await asyncio.to_thread({given})"
        line = whole.replace(ast.unparse(node), new, 1).partition("\n")[0]
        return _moved(scope, f"as {line}", what)
    return _moved(scope, f"with {block.instead}", what)


def by_attribute(found: Colours, event: Event) -> str:
    """The comment on an attribute or item, if reading or writing it waits."""
    graph = found.graph
    scopes = [graph.program.scopes[key] for key in event.reach.functions]
    kept = any(
        "functools.cached_property" in decorators(graph.types, s) for s in scopes
    )
    name = min(event.reach.functions).partition(":")[2].partition("#")[0]
    text = ast.unparse(event.node)
    if isinstance(event.node, ast.Subscript):
        return SET_ITEM.format(name=name, text=text)
    context = getattr(event.node, "ctx", None)
    if isinstance(context, ast.Store):
        return SET_PROPERTY.format(name=name, text=text)
    return READ_PROPERTY.format(name=name, text=text) + (CACHED if kept else "")


def taken_there(scope: Scope, event: Event) -> str:
    """The comment on `lock.acquire()` in a constructor, if the port awaits the lock."""
    name = scope.name.rpartition(".")[2]
    if event.lock is None or scope.owner is None or name not in CONSTRUCTORS:
        return ""
    what = f"{event.lock.name} becomes an asyncio.Lock"
    return _moved(scope, f"as {_awaited(event)}", what)


def _moved(scope: Scope, line: str, what: str) -> str:
    assert scope.owner is not None
    owner = scope.owner.name.rpartition(".")[2]
    name = scope.name.rpartition(".")[2]
    said = OPENED if name in CONSTRUCTORS else OTHER
    return said.format(what=what, line=line, owner=owner, name=name)


def _awaited(event: Event) -> str:
    """The first line of a statement, with `await` put before the call of the event."""
    call, whole = ast.unparse(event.node), ast.unparse(event.statement)
    wrapped = id(event.node) in followed(event.statement)
    new = f"(await {call})" if wrapped else f"await {call}"
    return whole.replace(call, new, 1).partition("\n")[0]


def opened(found: Colours, event: Event) -> str:
    """The comment on a call that makes an object whose constructor waits; else ""."""
    if event.how != "call":
        return ""
    for key in sorted(event.reach.functions - found.atomic):
        why = found.hindered.get(key) or found.graph.waiting.get(key)
        if why is None or why.reason != "implicit":
            continue
        if key.endswith(".__init__"):
            made = ast.unparse(event.node)
            owner = key.partition(":")[2].rpartition(".")[0]
            said = MADE.format(owner=owner, made=made, line=why.line)
            said += _in_thread(found, event, key, why.block.call)
            return said + _under_lock(event)
    return ""


def _under_lock(event: Event) -> str:
    """The advice for locks of threads that are held where an object is made."""
    names = sorted({one.name for one in event.held if one.library in LOCKS})
    return UNDER_LOCK.format(lock=" and ".join(names)) if names else ""


def _in_thread(found: Colours, event: Event, key: str, call: str) -> str:
    """The alternative advice: run the unchanged constructor in a thread; may be ""."""
    node = event.node
    in_threads = said_in_thread(call, "") is not None and key not in found.touches
    in_threads &= not any(  # a thread cannot await the constructor's own calls
        found.is_async(called)
        for own in found.graph.events.get(key, ())
        for called in own.reach.functions
    )
    if not in_threads or not isinstance(node, ast.Call):
        return ""
    given = ", ".join(map(ast.unparse, (node.func, *node.args, *node.keywords)))
    return (
        f"; or leave the constructor as it is, and write await"
        f" asyncio.to_thread({given}) here"
    )
