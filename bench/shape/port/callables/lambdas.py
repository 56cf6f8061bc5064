"""Lambdas that call what becomes async: the async function to write in their place."""

import ast
import re
from collections.abc import Iterator

from bench.shape.port.colours import Colours
from bench.shape.port.rewriting import Above, Rewriting
from bench.shape.reading.source import Source
from bench.shape.resolution.scopes import Scope, start

NAME = "call"  # of the function that is printed, if the file has no such name


def as_async_def(found: Colours, scope: Scope, name: str = "", given: str = "") -> str:
    """The function, on one line.

    name: its name, if one was chosen; given: its arguments, as those of the lambda.
    """
    node = scope.node
    assert isinstance(node, ast.Lambda)
    text = ast.unparse(node.body)
    for event in found.graph.events.get(scope.key, ()):
        if not isinstance(event.node, ast.Call) or event.how != "call":
            continue
        calls = [block.call for block in event.reach.blocks]
        call, sleeps = ast.unparse(event.node), "time.sleep" in calls
        asked = [c for c in calls if c.endswith(".Future.result")]
        if asked and isinstance(event.node.func, ast.Attribute):
            on = ast.unparse(event.node.func.value)
            text = text.replace(call, f"(await {on})", 1)
        elif sleeps or any(found.is_async(key) for key in event.reach.functions):
            text = _awaited(text, call, sleeps)
    given = given or ast.unparse(node.args)
    name = name or _free(found.graph.program.modules[scope.module], frozenset())
    return f"async def {name}({given}): return {text}"


def in_its_place(found: Colours, scope: Scope) -> tuple[str, str]:
    """The function to write for a lambda, and what then stands in its place.

    Defaults as in `lambda n=n: ...` are of the place where the lambda is made.
    """
    node = scope.node
    assert isinstance(node, ast.Lambda)
    name = _free(found.graph.program.modules[scope.module], frozenset())
    if not (node.args.defaults or node.args.kw_defaults):
        return as_async_def(found, scope, name), name
    names, given = _arguments(node.args)
    code = as_async_def(found, scope, name, ", ".join(names))
    return code, f"lambda {ast.unparse(node.args)}: {name}({', '.join(given)})"


def cannot_await(found: Colours, target: ast.expr) -> bool:
    """Whether an expression is a lambda that calls what becomes async."""
    scope = found.graph.program.of_node.get(id(target))
    return (
        isinstance(target, ast.Lambda)
        and scope is not None
        and any(
            found.is_async(key)
            for event in found.graph.events.get(scope.key, ())
            if event.node is not target.body  # it gives a coroutine, which is awaited
            for key in event.reach.functions
        )
    )


class Lambdas:
    """Writes the function above the statement that hands such a lambda to a worker."""

    def __init__(self, colours: Colours, rewriting: Rewriting) -> None:
        self.colours, self.rewriting = colours, rewriting
        self.written: dict[int, str] = {}  # lambda -> what stands in its place
        self._names: set[str] = set()

    def handed(
        self, node: ast.Call, statement: ast.stmt
    ) -> Iterator[tuple[int, Above]]:
        """The functions for the lambdas among the arguments of a call."""
        for target in (*node.args, *(k.value for k in node.keywords)):
            alone = cannot_await(self.colours, target) and self._may_write(statement)
            if alone and isinstance(target, ast.Lambda):
                yield from self._write(target, statement)

    def _write(
        self, target: ast.Lambda, statement: ast.stmt
    ) -> Iterator[tuple[int, Above]]:
        names, given = _arguments(target.args)
        if _free_names(target.body) - set(names) & _of_comprehensions(statement):
            return  # a function above the statement does not see these
        scope = self.colours.graph.program.of_node[id(target)]
        name = _free(self.rewriting.source, self._names)
        self._names.add(name)
        self.written[id(target)] = name
        if names:
            self.written[id(target)] = f"lambda {ast.unparse(target.args)}: {name}"
            self.written[id(target)] += f"({', '.join(given)})"
        self.rewriting.replace(target, self.written[id(target)])
        code = as_async_def(self.colours, scope, name, ", ".join(names))
        yield statement.lineno, Above(f"{Above.SAID}{code}")

    def _may_write(self, statement: ast.stmt) -> bool:
        """Whether a statement is simple, and the first on its line."""
        line, column = start(statement)
        before = self.rewriting.source.lines[line - 1].encode()[:column]
        return not before.strip() and not hasattr(statement, "body")


def _arguments(args: ast.arguments) -> tuple[list[str], list[str]]:
    """The arguments of a lambda without defaults, and how they are handed on."""
    plain = [one.arg for one in (*args.posonlyargs, *args.args)]
    rest = [f"*{args.vararg.arg}"] if args.vararg else []
    named = [one.arg for one in args.kwonlyargs]
    more = [f"**{args.kwarg.arg}"] if args.kwarg else []
    star = [] if rest or not named else ["*"]
    return (
        [*plain, *(rest or star), *named, *more],
        [*plain, *rest, *(f"{name}={name}" for name in named), *more],
    )


def _free_names(body: ast.expr) -> set[str]:
    return {part.id for part in ast.walk(body) if isinstance(part, ast.Name)}


def _of_comprehensions(statement: ast.stmt) -> set[str]:
    """The names that the comprehensions of a statement bind."""
    return {
        part.id
        for made in ast.walk(statement)
        if isinstance(made, ast.comprehension)
        for part in ast.walk(made.target)
        if isinstance(part, ast.Name)
    }


def _free(source: Source, taken: frozenset[str] | set[str]) -> str:
    """A name that a file has not, nor what was written into it."""
    names = (NAME, *(f"{NAME}_{number}" for number in range(2, 1000)))
    used = set(re.findall(rf"\b{NAME}\w*\b", source.text)) | taken
    return next(name for name in names if name not in used)


def _awaited(text: str, call: str, sleeps: bool) -> str:
    """A text with `await` before one of its calls."""
    new = f"await {call}"
    if sleeps:
        new = new.replace("time.sleep(", "asyncio.sleep(", 1)
    if text == call:
        return new
    if f"({call})" in text:  # it has brackets of its own
        return text.replace(f"({call})", f"({new})", 1)
    return text.replace(call, f"({new})", 1)
