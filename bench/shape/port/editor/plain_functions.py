"""Comments on functions that stay plain and use objects that become asyncio's."""

import ast

from bench.shape.colour.events import Event
from bench.shape.colour.graph import CallGraph
from bench.shape.colour.handed import handed_by
from bench.shape.port.analysis.call_sites import calls
from bench.shape.port.analysis.primitive_uses import WAITED, WAKES, is_replaced, uses
from bench.shape.port.callables.implicit_calls import stops_there, taken_there
from bench.shape.port.callables.lambdas import must_await
from bench.shape.port.colours import REPLACED, Colours
from bench.shape.port.editor.spinning_loops import SpinningLoops
from bench.shape.port.rewriting import Note, Rewriting, Said
from bench.shape.resolution.facts import live
from bench.shape.resolution.scopes import Scope, end, start

AWAITED = (
    *("queue.", "threading.Event", "threading.Condition"),
    *("threading.Barrier", "threading.Semaphore", "threading.BoundedSemaphore"),
)
NOT_TAKEN = (
    "{name} cannot await, so the draft does not take {lock} here. This is right if no"
    " task awaits in the middle of a change of the data that is read here. Otherwise"
    " write an async def that reads the data under async with {lock}, and await that"
    " in place of {name}"
)
NOTIFIES = (
    "{name} cannot await, so nothing takes {lock} here, and notify raises RuntimeError"
    " without it: write an async def that does this under async with {lock}, and await"
    " that in place of {name}"
)
RAISED_IN_LOOP = (
    "a handler of signals interrupts the loop itself: its exception ends asyncio.run,"
    " and no except in a task catches it. In the task that the signal must end, write"
    " asyncio.get_running_loop().add_signal_handler(signal,"
    " asyncio.current_task().cancel), and catch asyncio.CancelledError there"
)
WAKES_LOOP = (
    "a handler of signals may run while the loop sleeps: call_soon_threadsafe wakes it"
)
# functions that call their first argument
APPLIED = ("reduce", "map", "filter", "starmap")
TASKS_ASKED = (".Thread.join", ".Timer.join", ".Future.result")


class PlainFunctions(SpinningLoops):
    """Comments on waits that a plain function cannot await."""

    def __init__(self, colours: Colours, rewriting: Rewriting) -> None:
        super().__init__(colours, rewriting)
        self.signal_handlers = handlers(colours.graph)  # keys of functions
        self.done_callbacks = handlers(colours.graph, "add_done_callback")

    def _stays_plain(self, scope: Scope) -> Said:
        """Comments on a plain function in a program that has tasks."""
        if not self.colours.waits or not scope.is_function or scope.is_async:
            return
        if scope.key in self.colours.graph.handed_only:
            yield from self._from_threads(scope)
        elif scope.key not in self.colours.in_threads:
            yield from self._stops_there(scope)

    def _unlocked(self, event: Event, scope: Scope) -> Said:
        """Remove a lock that a method cannot await: its block runs without it."""
        items: list[ast.withitem] = getattr(event.statement, "items", [])
        awaited = replaced(event) or self.colours.takes_slow(event, scope.key)
        if event.how == "with" and awaited and len(items) == 1:
            span = start(event.statement), end(items[0].context_expr)
            self.rewriting.replaced[span] = "if True"
            asks = ast.unparse(event.statement)
            said = NOTIFIES if ".notify" in asks else NOT_TAKEN
            yield (
                event.line,
                said.format(
                    name=scope.name.rpartition(".")[2],
                    lock=event.lock.name if event.lock else "the lock",
                ),
            )

    def _in_lambda(self, event: Event, scope: Scope) -> Said:
        """The comment on a lambda that does more than return a coroutine."""
        node, lambdas = scope.node, self.workers.lambdas
        known = scope.key in self.workers.hoisted or id(node) in lambdas.written
        if known or not must_await(self.colours, node) or self._told_of_call(node):
            return
        called = [k for k in event.reach.functions if self.colours.is_async(k)]
        names = [k.partition(":")[2] for k in sorted(called)]
        names += [block.call for block in event.reach.blocks if block.forces_colour]
        if names:
            new, instead = lambdas.in_its_place(scope)
            yield (
                event.line,
                f"a lambda cannot await {names[0]}: write {new} above this statement,"
                f" and {instead} in place of the lambda",
            )

    def _told_of_call(self, node: ast.AST) -> bool:
        """Whether the call that gets a lambda has a comment on the lambda already."""
        for call in ast.walk(self.rewriting.source.tree):
            if not isinstance(call, ast.Call):
                continue
            if any(k.arg == "key" and k.value is node for k in call.keywords):
                return True
            name = ast.unparse(call.func).rpartition(".")[2]
            if name in APPLIED and any(one is node for one in call.args[:1]):
                return True
        return False

    def _kept_plain(self, event: Event, scope: Scope) -> Said:
        """The comment on a wait in a plain function, which cannot await it."""
        lock = event.lock
        if lock is not None and (
            self.colours.takes_slow(event, scope.key) or replaced(event)
        ):
            yield event.line, taken_there(scope, event) or _not_awaited(lock.name)
            return
        for block in event.reach.blocks:
            call = block.call.removeprefix("with ")
            if scope.key in self.done_callbacks and call.endswith(".Future.result"):
                continue  # its future has ended, so `result` does not wait
            if call.startswith(AWAITED) or call.endswith(TASKS_ASKED):
                func = getattr(event.node, "func", event.node)
                on = func.value if isinstance(func, ast.Attribute) else func
                yield event.line, _not_awaited(ast.unparse(on))
            elif said := stops_there(scope, event, block):
                yield event.line, said

    def _in_signal(self, scope: Scope) -> Said:
        """The edits of a signal handler, which must wake the interrupted loop."""
        for statement, _ in live(scope) if scope.is_function else ():
            if isinstance(statement, ast.Raise):
                yield statement.lineno, RAISED_IN_LOOP
        for node, path in calls(scope):
            func = node.func
            if (
                isinstance(func, ast.Attribute)
                and func.attr in WAKES - WAITED
                and is_replaced(self.types.of(func.value, scope, path))
            ):
                given = ", ".join([ast.unparse(func), *map(ast.unparse, node.args)])
                new = f"asyncio.get_running_loop().call_soon_threadsafe({given})"
                self.rewriting.replace(node, new)
                yield node.lineno, Note(WAKES_LOOP)

    def _from_threads(self, scope: Scope) -> Said:
        """The comment on a primitive that is changed outside the loop's thread."""
        if scope.key in self.signal_handlers:
            yield from self._in_signal(scope)
            return
        if scope.key in self.done_callbacks:
            return  # the loop calls this function in the loop's thread
        for line, name, method in uses(self.colours.graph, scope):
            if method not in WAITED:
                yield (
                    line,
                    f"{name} becomes asyncio's: if a thread runs this, write"
                    f" loop.call_soon_threadsafe({name}.{method}, ...)",
                )


def _not_awaited(name: str) -> str:
    return (
        f"{name} becomes a primitive of asyncio, but this function is not async, and so"
        " cannot await the primitive: move the wait into an async function"
    )


def replaced(event: Event) -> bool:
    """Whether a port replaces the class of the lock that an event takes."""
    return event.lock is not None and event.lock.library.startswith(REPLACED)


def handlers(graph: CallGraph, given_to: str = "signal.signal") -> frozenset[str]:
    """Functions that are passed only to `given_to`, for example as signal handlers."""
    found: set[str] = set()
    others: set[str] = set()
    for key in graph.events if graph.handed_only else ():
        scope = graph.program.scopes[key]
        for node, path in calls(scope):
            by, keys = handed_by(graph.types, node, scope, path)
            (found if by == given_to else others).update(keys)
    return (frozenset(found) - others) & graph.handed_only
