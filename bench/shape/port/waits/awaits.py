"""How a port writes a wait: with `await`, with its time limit, in a loop."""

import ast

from bench.shape.colour.events import Event
from bench.shape.port.rewriting import Rewriting, followed, stands_alone
from bench.shape.resolution.facts import expressions
from bench.shape.resolution.scopes import end, start

TOO_LATE = {"get": "asyncio.QueueEmpty", "put": "asyncio.QueueFull"}
# methods that return False when their time limit expires
FALSE_IN_TIME = ("wait", "wait_for", "acquire")
LIMITED = """try:
    async with asyncio.timeout({}):
        {}
except {}:
    pass"""


class Awaits:
    """Writes `await`, and the edits that it needs, into one file."""

    looped = range(0)  # lines of the module's own code that run in an event loop

    def __init__(self, rewriting: Rewriting) -> None:
        self.rewriting = rewriting
        # the exception of a time limit, under a name that the file can use
        self.timed_out = "TimeoutError"
        self.whole: dict[int, str] = {}  # line -> the text that replaces it
        self.wrapped: dict[int, str] = {}  # line -> "async with ...: " in front of it
        # `try` statements around one wait with a time limit
        self.limited: set[int] = set()
        self._awaited: set[int] = set()  # calls that have their `await`
        self._async: set[int] = set()  # statements that became `async`
        self._wrapped: set[int] = set()  # plain context managers in an `async with`
        self._listed: set[int] = set()  # generator expressions that became lists
        # positions of `for` in comprehensions
        self._async_fors: set[tuple[int, int]] = set()

    def _make_async(self, statement: ast.stmt) -> None:
        plain = isinstance(statement, ast.With | ast.For)
        if plain and id(statement) not in self._async:
            self._async.add(id(statement))
            self.rewriting.insert(start(statement), "async ", first=True)

    def _await(self, node: ast.expr, statement: ast.stmt) -> None:
        if any(
            isinstance(part, ast.Await) and part.value is node
            for part in expressions(statement)
        ):
            return  # a half-finished port has the `await` already
        if id(node) in self._awaited:
            # The call may run several functions, for example if its object may be of
            # two classes.  The edit for an earlier function has added the `await`.
            return
        self._awaited.add(id(node))
        self.rewriting.prefix(node, "await", id(node) in followed(statement))

    def collected(self, node: ast.AST, statement: ast.stmt) -> None:
        """Make a list of a generator expression that an `await` would make async."""
        for part in expressions(statement):
            if not isinstance(part, ast.GeneratorExp) or id(part) in self._listed:
                continue
            inside = [
                part.elt,
                *(test for made in part.generators for test in made.ifs),
            ]
            inside += [made.iter for made in part.generators[1:]]
            if any(one is node for piece in inside for one in ast.walk(piece)):
                self._as_list(part, statement)

    def _as_list(self, part: ast.GeneratorExp, statement: ast.stmt) -> None:
        """Read all of a generator expression: it becomes a list."""
        if id(part) in self._listed:
            return
        self._listed.add(id(part))
        (line, first), (until, last) = start(part), end(part)
        self.rewriting.replaced[(line, first), (line, first + 1)] = "(["
        self.rewriting.replaced[(until, last - 1), (until, last)] = "])"

    def _async_in_comprehension(self, made: ast.comprehension) -> bool:
        line, column = start(made.target)
        text = self.rewriting.source.lines[line - 1].encode()[:column]
        at = text.rfind(b"for")
        if at < 0:
            return False
        if (line, at) not in self._async_fors:
            self._async_fors.add((line, at))
            self.rewriting.insert((line, at), "async ")
        return True

    def _read_at_once(self, part: ast.GeneratorExp) -> None:
        """Replace a generator expression by an iterator over a list of its items."""
        if id(part) in self._listed or not self._async_in_comprehension(
            part.generators[0]
        ):
            return
        self._listed.add(id(part))
        (line, first), (until, last) = start(part), end(part)
        self.rewriting.replaced[(line, first), (line, first + 1)] = "(iter(["
        self.rewriting.replaced[(until, last - 1), (until, last)] = "]))"

    def _given(self, *arguments: ast.expr | ast.keyword) -> list[str]:
        """The arguments of a call that is written anew, with their own edits."""
        return [
            f"{one.arg}={self.rewriting.kept(one.value)}"
            if isinstance(one, ast.keyword) and one.arg
            else f"**{self.rewriting.kept(one.value)}"
            if isinstance(one, ast.keyword)
            else self.rewriting.kept(one)
            for one in arguments
        ]

    def _called(self, func: ast.expr) -> str:
        """The called function with its own edits, as in `Event().wait(1)`."""
        if isinstance(func, ast.Attribute) and isinstance(func.value, ast.Call):
            return f"{self.rewriting.kept(func.value)}.{func.attr}"
        return ast.unparse(func)

    def _taken_in_time(self, node: ast.Call, statement: ast.stmt) -> None:
        """Write `acquire(blocking, timeout)` with variables as `taken_in_time(...)`."""
        assert isinstance(node.func, ast.Attribute)
        given = self._given(*node.args, *node.keywords)
        text = ", ".join([self.rewriting.kept(node.func.value), *given])
        wrapped = id(node) in followed(statement)
        form = "(await taken_in_time({}))" if wrapped else "await taken_in_time({})"
        self.rewriting.replace(node, form.format(text))

    def _as_told(self, node: ast.Call, statement: ast.stmt) -> bool:
        """Write `get` and `put` with variables as `get_as_told` and `put_as_told`."""
        func = node.func
        if not isinstance(func, ast.Attribute) or not is_told(node):
            return False
        given = self._given(*node.args, *node.keywords)
        text = ", ".join([self.rewriting.kept(func.value), *given])
        form = "({})" if id(node) in followed(statement) else "{}"
        new = form.format(f"await {func.attr}_as_told({text})")
        self.rewriting.replace(node, new)
        return True

    def _awaited_call(self, event: Event, node: ast.Call) -> None:
        """Await `get`, `put`, `wait` or `acquire`, with its time limit around it."""
        if self._as_told(node, event.statement):
            return
        if _asked_by_values(node):
            self._taken_in_time(node, event.statement)
            return
        limit = next((k for k in node.keywords if k.arg == "timeout"), None)
        plain = _positional_limit(node)
        of_barrier = any(b.call == "threading.Barrier.wait" for b in event.reach.blocks)
        # `wait` of a TaskBarrier takes the time limit itself, so an `await` is enough
        if of_barrier or (limit is None and plain is None):
            self._await(node, event.statement)
            return
        value = limit.value if limit is not None else plain
        assert value is not None
        kept = self._given(
            *(a for a in node.args if a is not plain and not _flag(a)),
            *(k for k in node.keywords if k is not limit and k.arg != "block"),
        )
        new = f"await {self._called(node.func)}({', '.join(kept)})"
        one_line = stands_alone(self.rewriting.source, event.statement)
        calls = [block.call.rpartition(".")[2] for block in event.reach.blocks]
        method = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        if method not in {*TOO_LATE, *FALSE_IN_TIME}:
            method = calls[0]  # the method was stored under another name
        alone = getattr(event.statement, "value", None) is node and one_line
        if isinstance(event.statement, ast.Expr) and method in FALSE_IN_TIME and alone:
            self.whole[event.statement.lineno] = LIMITED.format(
                ast.unparse(value), new, self.timed_out
            )
            return
        wrapped = id(node) in followed(event.statement)
        form = "({})" if wrapped else "{}"
        if method in FALSE_IN_TIME:
            waiting = new.removeprefix("await ")
            text = f"await ended_in_time({waiting}, {ast.unparse(value)})"
            self.rewriting.replace(node, form.format(text))
            return
        only = self._tried_alone(node, event.statement) if alone else None
        if only is not None:
            self.limited.add(id(only))
            self.rewriting.replace(node, new)
            self.wrapped[event.statement.lineno] = (
                f"async with asyncio.timeout({ast.unparse(value)}): "
            )
            return
        waiting = new.removeprefix("await ")
        late = TOO_LATE.get(method, TOO_LATE["get"])
        text = f"await in_time({waiting}, {ast.unparse(value)}, {late})"
        self.rewriting.replace(node, form.format(text))

    def _tried_alone(self, node: ast.Call, statement: ast.stmt) -> ast.Try | None:
        """The `try` around a wait, if the wait is all that can time out inside it.

        The `try` must contain only this statement.  It must have one handler, for an
        exception of a queue.  The statement must contain no other call, because the
        time limit would apply to that call too.
        """
        if any(isinstance(p, ast.Call) and p is not node for p in ast.walk(statement)):
            return None
        for tried in ast.walk(self.rewriting.source.tree):
            if isinstance(tried, ast.Try) and tried.body == [statement]:
                types = [h.type for h in tried.handlers if h.type is not None]
                alone = len(types) == len(tried.handlers) == 1
                return tried if alone and _of_queue(types[0]) else None
        return None


def is_told(node: ast.Call) -> bool:
    """Whether variables decide if a queue's method waits: `get(block)`."""
    method = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    if method not in TOO_LATE:
        return False
    if any(isinstance(a, ast.Starred) for a in node.args):
        return True
    named = [k.value for k in node.keywords if k.arg == "block"]
    block = [*node.args[int(method == "put") :][:1], *named]
    return any(k.arg is None for k in node.keywords) or not all(
        isinstance(one, ast.Constant) for one in block
    )


def _of_queue(caught: ast.expr) -> bool:
    name = ast.unparse(caught).rpartition(".")[2]
    return name in ("Empty", "Full")


def _asked_by_values(node: ast.Call) -> bool:
    """Whether an argument of `acquire` is no constant: a variable, or -1."""
    given = [*node.args, *(k.value for k in node.keywords)]
    is_acquire = isinstance(node.func, ast.Attribute) and node.func.attr == "acquire"
    return is_acquire and not all(isinstance(a, ast.Constant) for a in given)


def limit_of(call: ast.Call) -> str | None:
    """The time limit in a call of a primitive, as it is written."""
    named = next((k.value for k in call.keywords if k.arg == "timeout"), None)
    limit = named if named is not None else _positional_limit(call)
    return ast.unparse(limit) if limit is not None else None


def _flag(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, bool)


def _positional_limit(node: ast.Call) -> ast.expr | None:
    """The time limit of `get(True, 5)`, `wait(5)`, `acquire(True, 5)`."""
    method = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    at = {"wait": 0, "get": 1, "acquire": 1, "put": 2, "wait_for": 1}.get(method)
    return node.args[at] if at is not None and len(node.args) > at else None
