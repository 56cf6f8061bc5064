"""Threads and timers that no code waits for, and that may outlive their starter.

A program that ends waits for all threads except daemons.  A loop that ends cancels its
tasks instead.
"""

import ast
from collections.abc import Iterator

from bench.shape.port.colours import Colours
from bench.shape.resolution.scopes import Scope

# attributes that set up a thread
SETS_UP = ("start", "daemon", "name", "setDaemon", "setName")
WAITED_FOR = (
    "a program waits for a thread that is no daemon, but the end of a loop cancels"
    " its task: write thread = {}, and await thread where the work ends"
)
WAITED_FOR_TASK = (
    "a program waits for a thread that is no daemon, but the end of a loop cancels"
    " its task: write thread = {}; thread.start(), and await thread.join() where the"
    " work ends"
)
WAITED_FOR_TIMER = (
    "a program waits for a timer that is no daemon, but the end of a loop cancels its"
    " task: write timer = {}; timer.start(), and await timer.join() where the work"
    " ends"
)
AT_THE_END = "the program waits for it: to_the_end"


def is_dropped(statement: ast.stmt, scope: Scope) -> bool:
    """Whether a thread is in a variable that is used only to set it up and start it."""
    name = _local(statement, scope)
    if not name:
        return False
    set_up = [part.value for part in _attributes(scope) if part.attr in SETS_UP]
    return all(
        isinstance(part.ctx, ast.Store) or any(part is one for one in set_up)
        for part in ast.walk(scope.node)
        if isinstance(part, ast.Name) and part.id == name
    )


def is_daemon(node: ast.Call, statement: ast.stmt, scope: Scope) -> bool:
    """Whether a function makes a thread or timer a daemon.

    Each mention of `daemon` or `setDaemon` of its variable counts.
    """
    told = [k.value for k in node.keywords if k.arg == "daemon"]
    if any(isinstance(t, ast.Constant) and t.value is True for t in told):
        return True
    name = _local(statement, scope)
    return any(
        part.attr in ("daemon", "setDaemon") and ast.unparse(part.value) == name
        for part in _attributes(scope)
    )


def never_joined(found: Colours) -> bool:
    """Whether threads or timers are started, and no code waits for any of them."""
    started = {*found.starts.values()} & {"threading.Thread", "threading.Timer"}
    return bool(started) and not any(
        block.call.endswith((".Thread.join", ".Timer.join"))
        for events in found.graph.events.values()
        for event in events
        for block in event.reach.blocks
    )


def _local(statement: ast.stmt, scope: Scope) -> str:
    target = statement.targets[0] if isinstance(statement, ast.Assign) else None
    named = isinstance(target, ast.Name) and not scope.is_class
    return target.id if isinstance(target, ast.Name) and named else ""


def _attributes(scope: Scope) -> Iterator[ast.Attribute]:
    return (part for part in ast.walk(scope.node) if isinstance(part, ast.Attribute))
