"""Lambdas that call functions that become async: they become async functions too."""

import ast
import re
from collections.abc import Callable, Iterator

from bench.shape.colour.events import Event
from bench.shape.colour.reach import Blocker
from bench.shape.port.colours import Colours
from bench.shape.port.rewriting import Above, Rewriting
from bench.shape.reading.source import Source
from bench.shape.resolution.facts import expressions, live
from bench.shape.resolution.scopes import Path, Scope, start
from bench.shape.resolution.values import (
    ClassRef,
    FunctionRef,
    Library,
    LibraryMethod,
)

# the name of the function that is written, unless the file has this name already
NAME = "call"


# for a lambda: its code, and the comments on what remains to do
Body = Callable[[Scope], tuple[str, list[str]]]
WORKERS = ("threading.Thread", "threading.Timer")
POOL = "concurrent.futures.ThreadPoolExecutor"
HANDED = (f"{POOL}.submit", f"{POOL}.map")
AWAITED = (  # calls of libraries that must be awaited in a worker's lambda
    *("queue.", "threading.", "concurrent.futures.", "time.sleep"),
)


def must_await(found: Colours, node: ast.AST) -> bool:
    """Whether the body of a lambda must await something.

    If the whole body is one call that gives a coroutine, the answer is false, because
    the caller of the lambda awaits the result.
    """
    scope = found.graph.program.of_node.get(id(node))
    if not isinstance(node, ast.Lambda) or scope is None:
        return False
    for event in found.graph.events.get(scope.key, ()):
        own = [key for key in event.reach.functions if found.is_async(key)]
        if event.how == "callback":
            continue
        if found.takes_slow(event, scope.key):
            return True
        if own and (event.node is not node.body or event.how != "call"):
            # the lambda's caller awaits only what the lambda returns
            return True
        if own and not _calls_own(found, event, scope):
            return True
        alone = event.node is node.body and _waits_alone(event)
        if not alone and any(_is_awaited(block) for block in event.reach.blocks):
            return True
    return False


def _calls_own(found: Colours, event: Event, scope: Scope) -> bool:
    """Whether an event calls the program's own code, not a library such as `sum`."""
    if not isinstance(event.node, ast.Call):
        return False
    values = found.graph.types.of(event.node.func, scope, ())
    return not any(isinstance(v, Library | LibraryMethod) for v in values)


def hoisted(found: Colours) -> frozenset[str]:
    """The lambdas that drafts replace by async functions, by key.

    These lambdas are passed to workers or to functions in the files, or are stored in
    containers.  The draft also edits the calls of these lambdas, so that they are
    awaited.
    """

    def find() -> frozenset[str]:
        return frozenset(
            found.graph.program.of_node[id(node)].key
            for module in found.graph.program.own
            for scope in found.graph.own(module)
            if not isinstance(scope.node, ast.Lambda)
            for node in _handed_on(found, scope)
        )

    known: dict[str, frozenset[str]] = found.graph.__dict__.setdefault("_hoisted", {})
    if "" not in known:
        known[""] = find()
    return known[""]


def _handed_on(found: Colours, scope: Scope) -> Iterator[ast.Lambda]:
    """The lambdas of a function that drafts replace by functions above them."""
    source = found.graph.program.modules[scope.module]
    for statement, path in live(scope):
        for node in expressions(statement):
            inner: list[ast.expr | None] = []
            if isinstance(node, ast.Call) and _awaits_given(found, node, scope, path):
                inner = [*node.args, *(k.value for k in node.keywords)]
            elif isinstance(node, ast.Tuple | ast.List | ast.Set):
                inner = [*node.elts]
            elif isinstance(node, ast.Dict):
                inner = [*node.values]
            for one in inner:
                if (
                    isinstance(one, ast.Lambda)
                    and must_await(found, one)
                    and stands_above(source, one, statement)
                ):
                    yield one


def _awaits_given(found: Colours, call: ast.Call, scope: Scope, path: Path) -> bool:
    """Whether a call passes its arguments to a worker or to a function in the files."""
    return any(
        isinstance(v, FunctionRef | ClassRef)
        or (isinstance(v, Library) and v.name in WORKERS)
        or (isinstance(v, LibraryMethod) and v.name in HANDED)
        for v in found.graph.types.of(call.func, scope, path)
    )


def _waits_alone(event: Event) -> bool:
    """Whether an event is a call that can be awaited unchanged: `jobs.get()`."""
    node = event.node
    given = isinstance(node, ast.Call) and (node.args or node.keywords)
    calls = [block.call for block in event.reach.blocks]
    return not given and all(
        call.startswith(("queue.", "threading.Event.", "threading.Barrier."))
        for call in calls
    )


def _is_awaited(block: Blocker) -> bool:
    return block.forces_colour and block.call.startswith(AWAITED)


class Lambdas:
    """Writes async functions for lambdas, above the statements with the lambdas."""

    def __init__(self, colours: Colours, rewriting: Rewriting) -> None:
        self.colours, self.rewriting = colours, rewriting
        self.written: dict[int, str] = {}  # id of a lambda -> the text that replaces it
        self.body: Body = lambda scope: ("", [])  # set by the editor of the file
        self._names: set[str] = set()

    def as_async_def(self, scope: Scope, name: str = "", given: str = "") -> str:
        """The async function for a lambda, on one line.

        name: the function's name, if one was chosen; given: the function's parameters,
        if they are not the lambda's own.
        """
        node = scope.node
        assert isinstance(node, ast.Lambda)
        text, _ = self.body(scope)
        given = given or ast.unparse(node.args)
        name = name or _free(self.rewriting.source, frozenset())
        return f"async def {name}({given}): return {text}"

    def in_its_place(self, scope: Scope) -> tuple[str, str]:
        """The function to write for a lambda, and the text that replaces the lambda.

        A default, as in `lambda n=n: ...`, is evaluated when the lambda is made.  So a
        lambda with defaults is not replaced by the name of the function.  In its place
        is a shorter lambda, with the same defaults, that calls the function.
        """
        node = scope.node
        assert isinstance(node, ast.Lambda)
        name = _free(self.rewriting.source, frozenset())
        if not (node.args.defaults or node.args.kw_defaults):
            return self.as_async_def(scope, name), name
        names, given = _arguments(node.args)
        code = self.as_async_def(scope, name, ", ".join(names))
        return code, f"lambda {ast.unparse(node.args)}: {name}({', '.join(given)})"

    def handed(self, node: ast.Call, statement: ast.stmt) -> Iterator[tuple[int, str]]:
        """The functions for the lambdas among the arguments of a call."""
        for target in (*node.args, *(k.value for k in node.keywords)):
            yield from self.hoisted(target, statement)

    def hoisted(
        self, target: ast.AST, statement: ast.stmt
    ) -> Iterator[tuple[int, str]]:
        """The function for a lambda that awaits, if it can be above this statement."""
        scope = self.colours.graph.program.of_node.get(id(target))
        inner = scope is None or isinstance(
            getattr(scope.parent, "node", 0), ast.Lambda
        )
        if inner or id(target) in self.written or not must_await(self.colours, target):
            return
        if isinstance(target, ast.Lambda) and stands_above(
            self.rewriting.source, target, statement
        ):
            yield from self._write(target, statement)

    def _write(
        self, target: ast.Lambda, statement: ast.stmt
    ) -> Iterator[tuple[int, str]]:
        names, given = _arguments(target.args)
        scope = self.colours.graph.program.of_node[id(target)]
        name = _free(self.rewriting.source, self._names)
        self._names.add(name)
        self.written[id(target)] = name
        if names:
            self.written[id(target)] = f"lambda {ast.unparse(target.args)}: {name}"
            self.written[id(target)] += f"({', '.join(given)})"
        self.rewriting.replace(target, self.written[id(target)])
        text, said = self.body(scope)
        code = f"async def {name}({', '.join(names)}): return {text}"
        yield from ((statement.lineno, one) for one in said)
        yield statement.lineno, Above(f"{Above.SAID}{code}")


def stands_above(source: Source, target: ast.Lambda, statement: ast.stmt) -> bool:
    """Whether the function for a lambda can be written above this statement.

    The lambda must not use variables of a comprehension around it.  The statement must
    begin its line.  It must be a `for`, a `with`, or a statement that has no block.
    """
    names, _ = _arguments(target.args)
    around = _of_comprehensions(statement) - _of_comprehensions(target)
    if _free_names(target.body) - set(names) & around:
        return False
    line, column = start(statement)
    before = source.lines[line - 1].encode()[:column]
    simple = not hasattr(statement, "body") or isinstance(statement, ast.For | ast.With)
    return not before.strip() and simple


def _arguments(args: ast.arguments) -> tuple[list[str], list[str]]:
    """A lambda's parameters without defaults, and the arguments that pass them on."""
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


def _of_comprehensions(around: ast.AST) -> set[str]:
    """The names that the comprehensions in a part of a file bind."""
    return {
        part.id
        for made in ast.walk(around)
        if isinstance(made, ast.comprehension)
        for part in ast.walk(made.target)
        if isinstance(part, ast.Name)
    }


def _free(source: Source, taken: frozenset[str] | set[str]) -> str:
    """A name that is neither in the file nor among those already taken."""
    names = (NAME, *(f"{NAME}_{number}" for number in range(2, 1000)))
    used = set(re.findall(rf"\b{NAME}\w*\b", source.text)) | taken
    return next(name for name in names if name not in used)
