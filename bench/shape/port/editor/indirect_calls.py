"""Places that run an async function through a built-in one: `list`, `next`, `map`."""

import ast
from collections.abc import Generator

from bench.shape.colour.events import Event
from bench.shape.colour.runs import Runs
from bench.shape.port.callables.function_parameters import of_both_kinds
from bench.shape.port.callables.test_cases import in_tests
from bench.shape.port.colours import Colours
from bench.shape.port.editor.short_circuits import (
    EACH,
    ShortCircuits,
    call_around,
    called_name,
    maps,
    starred,
)
from bench.shape.port.iteration.async_generators import made_of
from bench.shape.port.iteration.iterators import Iterators
from bench.shape.port.iteration.sentinel_loops import (
    WRITE_OUT,
    stays,
    turn,
    until,
    written_out,
)
from bench.shape.port.rewriting import Rewriting, Said, followed
from bench.shape.port.workers.contexts import in_context
from bench.shape.port.workers.tasks import Workers
from bench.shape.resolution.facts import expressions
from bench.shape.resolution.scopes import Scope, end, start
from bench.shape.tables.vocabulary import words

EAGER = words(  # built-in functions and methods that read every item of their argument
    "list tuple set frozenset sorted sum min max any all dict deque join extend bytes"
)
COROUTINES = "its function gives a coroutine now: write the calls out, and await each"
COLLECT = "collect it before: [item async for item in ...]"
STEPS = "iterate over it by async for; write await anext(it) for next(it)"
ALL_BEFORE = (
    "{0} takes no async iterator, so all items are awaited before it begins; to use"
    " each item as soon as it is there, write a loop by async for in place of {0}"
)
BY_KEY = (
    "the function of `key=` becomes async, and nothing awaits it: write before it `rows"
    " = [(await f(x), n, x) for n, x in enumerate(items)]`, and use rows without `key=`"
)


class IndirectCalls(ShortCircuits):
    """Edits expressions that run async functions without calling them directly."""

    def __init__(self, colours: Colours, rewriting: Rewriting) -> None:
        super().__init__(rewriting)
        self.colours = colours
        self.types = colours.graph.types
        self.runs = Runs(self.types, colours.graph.also)
        self.workers = Workers(colours, rewriting)
        self.iterators = Iterators(colours, rewriting)
        # calls that may call both async and plain functions
        self.mixed: set[int] = set()

    def _library_call(self, event: Event, node: ast.Call, scope: Scope) -> Said:
        """Edit a call of a library that calls or iterates over an async object."""
        name = called_name(node)
        first = node.args[0] if node.args else None
        if self.workers.runs_target(node, scope, event.path) or in_tests(
            self.types.of(node.func, scope, event.path)
        ):
            return
        if self._by_key(node, scope, event):
            yield event.line, BY_KEY
        elif name in ("map", "filter") and first is not None:
            yield from self._applied(event, node, scope)
        elif first is not None and in_context(
            self.types, self.rewriting, node, scope, event.path
        ):
            self._await(node, event.statement)
        elif isinstance(first, ast.GeneratorExp) and name in EAGER:
            return  # the loop of the generator expression has its own event
        elif first is not None and self._is_lazy(first):
            return  # the event of `map` or `filter` has the comment
        elif first is None or not self._iterates(first, scope, event):
            made = {k for k in event.reach.functions if self._makes_items(k)}
            yield event.line, COLLECT if made else COROUTINES
        elif name == "next":
            self.rewriting.replace(node.func, "anext")
            self.iterators.asked_next.add(event.line)
            self._await(node, event.statement)
        elif name == "iter" and len(node.args) == 1:
            self.rewriting.replace(node.func, "aiter")
        elif name == "islice" and len(node.args) == 2:
            self.rewriting.replace(node.func, "as_first")
            if getattr(event.statement, "iter", None) is node:
                self._looped(event, node)
        elif name in EAGER:
            self._collect(first)
        elif name == "enumerate" and self._looped(event, node):
            self.rewriting.replace(node.func, "as_numbered")
        else:
            yield event.line, COLLECT

    def _by_key(self, node: ast.Call, scope: Scope, event: Event) -> bool:
        """Whether the function in `key=` of a call returns coroutines in the port."""
        keys = [k.value for k in node.keywords if k.arg == "key"]
        values = [v for k in keys for v in self.types.of(k, scope, event.path)]
        return any(self.workers.makes_coroutine(v) for v in values)

    def _makes_items(self, key: str) -> bool:
        scope = self.colours.graph.program.scopes[key]
        return bool(self.types.facts(scope).yields)

    def _iterates(self, node: ast.expr, scope: Scope, event: Event) -> bool:
        """Whether iterating over an expression awaits after the port."""
        reach = self.runs.iterated(self.types.of(node, scope, event.path))
        return any(self.colours.is_async(key) for key in reach.functions)

    def _is_lazy(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Call) and called_name(node) in ("map", "filter")

    def _applied(self, event: Event, node: ast.Call, scope: Scope) -> Said:
        """Write `map(f, items)`, where `f` becomes async, as a generator expression."""
        gives = self.types.of(node.args[0], scope, event.path)
        sure = gives and all(self.workers.makes_coroutine(v) for v in gives)
        if not sure or len(node.args) != 2 or node.keywords:
            yield event.line, COROUTINES
            return
        function, items = map(ast.unparse, node.args)
        if isinstance(node.args[0], ast.Lambda):
            function = f"({function})"
        called = f"await {function}({EACH})"
        text = f"{called} for {EACH} in {items}"
        if called_name(node) == "filter":
            text = f"{EACH} for {EACH} in {items} if {called}"
        consumer = call_around(event.statement, node)
        if consumer is not None and called_name(consumer) in (*EAGER, "next"):
            self._consumed(consumer, node, text, event.statement)
        elif starred(event.statement, node):
            self.rewriting.replace(node, f"[{text}]")
        elif self._looped(event, node):
            self.rewriting.replace(node, f"({text})")
        else:
            yield event.line, COROUTINES

    def _of_pool(self, event: Event, node: ast.Call) -> Said:
        """The edit of a pool's method; a loop over `pool.map` becomes `async for`."""
        statement = event.statement
        yield from self.workers.lambdas.handed(node, statement)
        is_map = called_name(node) == "map"
        if is_map and isinstance(statement, ast.For) and statement.iter is node:
            self._make_async(statement)
        elif not (
            is_map and isinstance(statement, ast.Expr) and statement.value is node
        ):
            self._await(node, statement)
            self._stepped(node, statement)

    def _stepped(self, node: ast.Call, statement: ast.stmt) -> None:
        """Write `iter(await pool.map(...))` for `next`, which does not take a list.

        If a statement assigns or returns the list, any `next(` in the file may read it.
        """
        kept = getattr(statement, "value", None) is node
        asked = call_around(statement, node)
        stepped = asked is not None and called_name(asked) == "next"
        text = self.rewriting.source.text
        if called_name(node) == "map" and (stepped or (kept and "next(" in text)):
            self.rewriting.insert(start(node), "iter(", first=True)
            self.rewriting.insert(end(node), ")")

    def _mapped(self, event: Event, caller: Scope) -> bool:
        """Write `list(map(lambda t: t.join(), crew))` as a comprehension that awaits.

        Both calls have an event: that of `map` edits both, that of `list` edits none.
        """
        node = event.node
        if not isinstance(node, ast.Call) or not node.args:
            return False
        first, consumers = node.args[0], (*EAGER, "next")
        if called_name(node) in consumers and isinstance(first, ast.Call):
            return maps(first)
        around = call_around(event.statement, node)
        if not maps(node) or around is None or called_name(around) not in consumers:
            return False
        scope = self.colours.graph.program.of_node[id(first)]
        assert isinstance(first, ast.Lambda)
        text, said = self.workers.lambdas.body(scope)
        name, items = first.args.args[0].arg, self.rewriting.kept(node.args[1])
        over = f" for {name} in {items}"
        filters = called_name(node) == "filter"
        text = f"{name}{over} if {text}" if filters else f"{text}{over}"
        if not said:
            self._consumed(around, node, text, event.statement)
            self.workers.lambdas.written[id(first)] = name
        return not said

    def _read_until(self, node: ast.Call) -> bool:
        """Make a list of all results in `"".join(iter(queue.get, None))`."""
        given = node.args[0] if node.args else None
        if not isinstance(given, ast.Call) or called_name(node) not in EAGER:
            return False
        if called_name(given) != "iter" or len(given.args) != 2:
            return False
        called = ", ".join(map(ast.unparse, given.args))
        text = f"[{EACH} async for {EACH} in called_until({called})]"
        self.rewriting.replace(given, text)
        return True

    def _turns(
        self, event: Event, scope: Scope
    ) -> Generator[tuple[int, str], None, bool]:
        """Edit `for x in iter(queue.get, None)`; return whether the loop awaits now."""
        graph, statement = self.colours.graph, event.statement
        coroutine = self.workers.makes_coroutine
        ends = until(getattr(event.node, "iter", event.node))
        if ends is None:
            return False
        if not isinstance(statement, ast.For) or statement.iter is not ends:
            gives = self.types.of(ends.args[0], scope, event.path)
            if not gives or not all(map(coroutine, gives)):
                return False
            if looped := self._looped(event, event.node):
                self.rewriting.replace(ends.func, "called_until")
            return looped
        if not stays(graph, event, self.colours.is_async):
            new = turn(graph, event, ends.args[0], scope, coroutine)
            if new is None or not written_out(self.rewriting, statement, ends, new):
                yield event.line, WRITE_OUT
        return True

    def _collect(self, node: ast.expr) -> None:
        """Write an async iterator as a list of all its items."""
        self.rewriting.insert(start(node), f"[{EACH} async for {EACH} in ", first=True)
        self.rewriting.insert(end(node), "]")

    def _looped(self, event: Event, node: ast.AST) -> bool:
        """Make the loop over an expression `async`; False if this is not possible."""
        if getattr(event.statement, "iter", None) is node:
            self._make_async(event.statement)
            return True
        for part in expressions(event.statement):
            loops = getattr(part, "generators", ())
            if not any(made is node or made.iter is node for made in loops):
                continue
            (made,) = [m for m in loops if m is node or m.iter is node][:1]
            if not self._async_in_comprehension(made):
                return False
            if isinstance(part, ast.GeneratorExp):
                around = call_around(event.statement, part)
                if around is None:
                    # No call reads the generator expression here.  It is async now, and
                    # needs no other edit.  A loop that reads it may have its own event.
                    return True
                if called_name(around) not in (*EAGER, "next"):
                    return False
                self._as_list(part, event.statement)
            return True
        return False

    def _all_done(self, event: Event, node: ast.Call) -> Said:
        """Edit a loop over `as_completed(...)`, or a call that reads all of it."""
        for part in expressions(event.statement):
            if isinstance(part, ast.GeneratorExp) and part.generators[0].iter is node:
                around = call_around(event.statement, part)
                if around is None or called_name(around) not in (*EAGER, "next"):
                    # The edit does not follow the generator expression to its loop.
                    self._read_at_once(part)
                    return
        yield from self._async_loop(event, node)

    def _async_loop(self, event: Event, node: ast.AST) -> Said:
        """Edit a loop, or a call that reads all items, if iterating must be awaited."""
        if isinstance(node, ast.Starred):
            # the event of `map` or `filter` has the comment
            if not self._is_lazy(node.value):
                self._collect(node.value)
            return
        if self._looped(event, node):
            return
        if getattr(event.statement, "value", None) is node and isinstance(
            event.statement, ast.Assign
        ):
            assert isinstance(node, ast.expr)
            self._collect(node)
            return
        if made_of(event.statement, node) or isinstance(
            getattr(event.statement, "value", None), ast.YieldFrom
        ):
            return  # this loop has its own event, which makes the edit
        around = call_around(event.statement, node)
        if around is None or not isinstance(node, ast.expr):
            yield event.line, STEPS
        elif called_name(around) in EAGER:
            self._collect(node)
        elif called_name(around) == "enumerate" and self._looped(event, around):
            self.rewriting.replace(around.func, "as_numbered")
        elif called_name(around) == "next":
            given = ", ".join(self._given(*around.args))
            wrapped = id(around) in followed(event.statement)
            new = f"await anext({given})"
            self.rewriting.replace(around, f"({new})" if wrapped else new)
        else:
            self._collect(node)
            yield event.line, ALL_BEFORE.format(ast.unparse(around.func))

    def _mixed(self, event: Event, node: ast.Call, scope: Scope) -> bool:
        """Edit a call that may call async and plain functions; False for others."""
        line, column = end(node.func)
        text = self.rewriting.source.lines[line - 1].encode()
        coroutine = self.workers.makes_coroutine
        some = of_both_kinds(self.types, coroutine, node.func, scope, event.path)
        if not some or text[column : column + 1] != b"(":
            return False
        self.mixed.add(id(node))
        by = "in_loop_or_thread" if event.reach.blocks else "in_loop"
        self.rewriting.insert(start(node), f"{by}(", first=True)
        comma = ", " if node.args or node.keywords else ""
        self.rewriting.replaced[(line, column), (line, column + 1)] = comma
        return True
