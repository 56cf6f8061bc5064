"""The edits of one function's lines, event by event."""

import ast

from bench.shape.colour.events import Event
from bench.shape.colour.reach import Blocker
from bench.shape.port.analysis.generator_loops import holds_something
from bench.shape.port.analysis.test_methods import TEST_HOOKS, is_test_case
from bench.shape.port.callables.decorated_functions import marked
from bench.shape.port.callables.function_parameters import awaits_given
from bench.shape.port.callables.implicit_calls import (
    NOT_INITIALISED,
    by_attribute,
    cannot_await,
    opened,
)
from bench.shape.port.callables.sleep_parameters import default_sleeps, given_sleep
from bench.shape.port.callables.special_names import ASYNC_NAMES
from bench.shape.port.colours import Colours
from bench.shape.port.editor.futures import Futures
from bench.shape.port.editor.indirect_calls import BY_KEY
from bench.shape.port.editor.plain_functions import AWAITED
from bench.shape.port.http_client.responses import as_truth
from bench.shape.port.iteration.async_generators import (
    handed_on,
    returns_nothing,
    stepped,
)
from bench.shape.port.iteration.generator_closing import close
from bench.shape.port.iteration.line_streams import LOOP, SAID, by_lines
from bench.shape.port.rewriting import Note, Rewriting, Said
from bench.shape.port.waits.process_pools import entered, of_processes
from bench.shape.port.waits.to_thread import ends_at_once, put_in_thread, said_in_thread
from bench.shape.port.workers.task_groups import grouped, size_of
from bench.shape.port.workers.thread_locals import EACH_TASK
from bench.shape.resolution.scopes import Scope, start
from bench.shape.resolution.syntax import closes
from bench.shape.resolution.values import (
    FunctionRef,
    Library,
    LibraryMethod,
    one,
)
from bench.shape.tables.blocking import FILES, LOCK
from bench.shape.tables.library import normal

POOL = "concurrent.futures.ThreadPoolExecutor."


class Editor(Futures):
    """Collects the edits of one file."""

    def __init__(self, colours: Colours, rewriting: Rewriting) -> None:
        super().__init__(colours, rewriting)
        self.groups = False  # whether every pool of the file becomes a TaskGroup
        self.waiting: set[int] = set()  # calls that a port awaits
        self.after: dict[int, str] = {}  # line -> the text that follows it in the port
        self.threaded: set[int] = set()  # calls that a port puts into a thread
        self.in_function: frozenset[str] = frozenset()  # lambdas that become functions

    def function(self, scope: Scope) -> Said:
        """The edits of one function, and the comments on its lines."""
        self.iterators.defined(scope)
        yield from self.iterators.given_at_once(scope, self.whole)
        default_sleeps(self.colours, self.rewriting, scope)
        if self.colours.is_async(scope.key):
            yield from self._header(scope)
            yield from returns_nothing(self.colours, self.rewriting, scope)
            yield from self._as_task(scope)
        elif scope.parent is None and self.looped:
            yield from self._spins(scope)
        else:
            yield from self._stays_plain(scope)
        for event in self.colours.graph.events.get(scope.key, ()):
            if event.reach.blocks:
                self.waiting.add(id(event.node))
            if scope.key in self.colours.atomic:
                yield from self._unlocked(event, scope)
            elif event.node in getattr(scope.node, "decorator_list", ()):
                continue  # a decorator runs when the function is defined
            else:
                yield from self._event(event, scope)
        self.beside_async(scope)
        yield from as_truth(self.colours, scope)

    def _header(self, scope: Scope) -> Said:
        node = scope.node
        if not isinstance(node, ast.FunctionDef):
            return
        self.rewriting.insert(start(node), "async ", first=True)
        name = node.name
        twin = {**ASYNC_NAMES, **TEST_HOOKS}.get(name)
        if name in TEST_HOOKS and not is_test_case(self.types, scope.owner):
            twin = None
        if twin:
            line, column = start(node)
            self.rewriting.replaced[
                ((line, column + 4), (line, column + 4 + len(name)))
            ] = twin
        if name == "__new__" and scope.owner and "__init__" in scope.owner.bindings:
            yield scope.line, NOT_INITIALISED
        for mark in node.decorator_list:
            self._async_context(mark, scope)
            yield from marked(self.types, mark, scope)

    def _async_context(self, mark: ast.expr, scope: Scope) -> None:
        """Replace `@contextmanager`, under the name by which the file imports it."""
        values = self.types.of(mark, scope.parent or scope, scope.path)
        if one(Library("contextlib.contextmanager")) != values:
            return
        new = "asynccontextmanager"
        if isinstance(mark, ast.Attribute):
            new = f"{ast.unparse(mark.value)}.{new}"
        else:
            self.imports.add(f"from contextlib import {new}")
        self.rewriting.replace(mark, new)

    def _event(self, event: Event, scope: Scope) -> Said:
        called = [k for k in event.reach.functions if self.colours.is_async(k)]
        if said := opened(self.colours, event):
            yield event.line, said
        in_loop = scope.parent is None and event.line in self.looped
        in_loop |= scope.key in self.in_function
        if not (in_loop or scope.is_async or self.colours.is_async(scope.key)):
            if called and scope.is_function:
                name = called[0].partition(":")[2]
                yield event.line, cannot_await(scope, event, name)
            elif isinstance(scope.node, ast.Lambda):
                yield from self._in_lambda(event, scope)
            elif scope.is_function and self.colours.waits:
                yield from self._kept_plain(event, scope)
            return
        if event.how == "for" and (yield from self._turns(event, scope)):
            return
        if (yield from self._enters_stack(event, called, scope)):
            return
        if called and event.how != "callback":
            yield from self._calls(event, scope)
        elif event.how == "call":
            yield from self._lambdas(event, scope)
        if event.how == "with" and (
            self.colours.takes_slow(event, scope.key) or self._enters_both(event, scope)
        ):
            self._make_async(event.statement)
        if event.lock is not None and isinstance(event.node, ast.Call):
            yield from self._tried(event, event.node, scope)
        for block in event.reach.blocks if id(event.node) not in self.mixed else ():
            if block.kind == FILES:
                continue
            if block.kind == LOCK:
                self._lock(event, block, scope)
            elif event.how != "callback":
                yield from self._blocks(event, block, scope)
            else:
                yield event.line, f"{block.call} would stop the loop: {block.instead}"
        if event.how == "call" and (called or event.lock or self._waits(event)):
            self.collected(event.node, event.statement)

    def delegated(self, statement: ast.stmt, scope: Scope) -> Said:
        """Replace `yield from`, which async generators lack, by a loop that yields."""
        if isinstance(getattr(statement, "value", None), ast.YieldFrom):
            events = self.colours.graph.events.get(scope.key, ())
            waits = any(
                event.statement is statement
                and any(self.colours.is_async(key) for key in event.reach.functions)
                for event in events
            )
            loop = "async for" if waits else "for"
            yield from handed_on(self.rewriting, self.whole, statement, loop)

    def _waits(self, event: Event) -> bool:
        return any(block.kind != FILES for block in event.reach.blocks)

    def _calls(self, event: Event, scope: Scope) -> Said:
        """The edits of a call of a function that became async."""
        node = event.node
        if event.how == "with":
            self._make_async(event.statement)
            if closes(node) and isinstance(node, ast.Call):
                self.rewriting.replace(node.func, "closed_at_end")
        elif event.how == "for" and isinstance(event.statement, ast.For):
            self._make_async(event.statement)
            if holds_something(self.colours.graph, event.reach.functions):
                yield from close(self.rewriting, self.after, event.statement, scope)
            self.iterators.looped(event.statement.iter, scope, event.statement)
        elif event.how == "for":
            yield from self._async_loop(event, node)
        elif event.how == "attribute":
            yield event.line, by_attribute(self.colours, event)
        elif isinstance(node, ast.Compare):
            yield from self._contained(event, node)
        elif isinstance(node, ast.Subscript):  # await items[key]
            self._await(node, event.statement)
        elif isinstance(node, ast.Call):
            if self._is_library(node.func):
                yield from self._library_call(event, node, scope)
            elif stepped(self.iterators, event, node, scope):
                self._await(node, event.statement)
            else:
                if not self._mixed(event, node, scope):
                    yield from awaits_given(self.types, node, scope, event.path)
                self._await(node, event.statement)

    def _lambdas(self, event: Event, caller: Scope) -> Said:
        """The edits of a call of a lambda that may return a coroutine in the port."""
        for key in event.reach.functions:
            scope = self.colours.graph.program.scopes[key]
            waits = key in self.colours.graph.waiting
            if not isinstance(scope.node, ast.Lambda) or not waits:
                continue
            gives = self.workers.makes_coroutine(FunctionRef(key))
            if self._mapped(event, caller):
                return
            node = event.node
            if isinstance(node, ast.Call) and self._is_library(node.func) and gives:
                yield from self._library_call(event, node, caller)
            elif gives and isinstance(event.node, ast.Call):
                self._mixed(event, event.node, caller)
                self._await(event.node, event.statement)
            elif any(k.arg == "key" for k in getattr(node, "keywords", ())):
                yield event.line, BY_KEY
            else:
                said = self.workers.lambdas.as_async_def(scope)
                told = f"a lambda cannot await: write {said} instead, and await it"
                if isinstance(node, ast.Call) and self._is_library(node.func):
                    name = ast.unparse(node.func)
                    told = f"{name} awaits nothing: write a loop that awaits; {told}"
                yield event.line, told
            return

    def _is_library(self, func: ast.expr) -> bool:
        """Whether the called function belongs to a library, not to the files."""
        known = self.types.once(id(func), frozenset)
        return bool(known) and all(
            isinstance(v, Library | LibraryMethod) for v in known
        )

    def _blocks(self, event: Event, block: Blocker, scope: Scope) -> Said:
        node, call = event.node, block.call
        if event.how == "with":
            if call.endswith("ThreadPoolExecutor") and not self.groups:
                self._make_async(event.statement)
                if isinstance(node, ast.Call) and any(
                    k.arg == "initializer" for k in node.keywords
                ):
                    yield event.line, EACH_TASK
            elif call.endswith("ThreadPoolExecutor"):
                self._make_async(event.statement)
                self.workers.in_groups.add(id(node))
                self.rewriting.replace(node, "asyncio.TaskGroup()")
                yield event.line, grouped(size_of(node))
            elif said := entered(call, event.statement):
                yield event.line, said
            else:
                yield event.line, block.instead
            return
        if call.startswith(LOOP) and by_lines(
            self.rewriting, event.statement, node, call
        ):
            yield event.line, Note(SAID)
            return
        if not isinstance(node, ast.Call):
            yield event.line, block.instead
        elif self._read_until(node):
            return
        elif not self._calls_itself(node, call, scope, event):
            yield (
                event.line,
                f"{call} is called inside this call, where nothing can await it:"
                f" write it out, with {block.instead}",
            )
        elif call == "time.sleep":
            if not given_sleep(self.types, self.rewriting, node, scope, event.path):
                self.rewriting.replace(node.func, "asyncio.sleep")
            self._await(node, event.statement)
        elif call.startswith(AWAITED):
            self._awaited_call(event, node)
        elif call.endswith((".Thread.join", ".Timer.join")):
            yield from self.workers.joined(node, scope, event.path)
        elif call.startswith(POOL):
            yield from self._of_pool(event, node)
        elif call.endswith(".Future.result"):
            yield from self._result(event, node)
        elif call.endswith(".Future.exception"):
            self._error(event, node)
        elif call.startswith("requests."):
            yield from self._request(event, block, node, scope)
        elif call.endswith("as_completed") and node.args:
            self.rewriting.replace(node.func, "as_done")
            yield from self._all_done(event, node)
        elif call == "concurrent.futures.wait":
            yield from self._several(event, node)
        elif of_processes(call):
            yield from self._of_processes(event, node, call)
        else:
            yield from self._in_thread(event, block, node)

    def _in_thread(self, event: Event, block: Blocker, node: ast.Call) -> Said:
        """Run a call unchanged in a thread, if asyncio has no simple equivalent."""
        if id(node) in self.threaded or ends_at_once(block.call, block.kind):
            return
        said = said_in_thread(block.call, block.instead)
        if said is None or not put_in_thread(self.rewriting, node, said):
            yield event.line, block.instead
            return
        self.threaded.add(id(node))
        self._await(node, event.statement)
        yield event.line, Note(said)

    def _calls_itself(
        self, node: ast.Call, call: str, scope: Scope, event: Event
    ) -> bool:
        """Whether a call itself blocks, and not a function in a partial or `map`."""
        values = self.types.of(node.func, scope, event.path)
        if not values:  # an unknown object; the name of the method shows that it blocks
            return True
        names = {v.name for v in values if isinstance(v, Library | LibraryMethod)}
        return call in {*names, *map(normal, names)}
