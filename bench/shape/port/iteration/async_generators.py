"""Generators that become async: they have other methods, and return no value."""

import ast

from bench.shape.colour.events import Event
from bench.shape.port.colours import Colours
from bench.shape.port.iteration.iterators import Iterators
from bench.shape.port.rewriting import Note, Rewriting, Said, stands_alone
from bench.shape.resolution.calls import is_generator, suspends
from bench.shape.resolution.facts import expressions
from bench.shape.resolution.scopes import Scope, end, start
from bench.shape.resolution.values import Suspended

ASYNC_STEPS = {"send": "asend", "throw": "athrow", "close": "aclose"}
RETURNS = (
    "an async generator returns no value: code that reads {} from its StopIteration,"
    " or by yield from, must get it in another way: yield it last, or store it in an"
    " attribute"
)
CALLED_BY = (
    "an async generator: async for item in {0}(...), and never await {0}(...); to"
    " leave the loop early, close it by async with contextlib.aclosing({0}(...)) as"
    " items"
)
HANDS_ON = (
    "an async generator has no `yield from`, and {0} cannot return a value any more, so"
    " the draft uses None: let {0} store the value, and use the stored value instead"
)


def returns_nothing(found: Colours, rewriting: Rewriting, scope: Scope) -> Said:
    """Edit `return total`, which is a SyntaxError in an async generator."""
    types = found.graph.types
    if not found.is_async(scope.key) or not is_generator(types, scope):
        return
    yield from iterated_by_callers(found, scope)
    for statement, _ in types.facts(scope).returns:
        value = statement.value
        if value is None:
            continue
        line, column = start(statement)
        rewriting.replaced[(line, column + len("return")), end(statement)] = ""
        if not (isinstance(value, ast.Constant) and value.value is None):
            yield line, RETURNS.format(ast.unparse(value))


def iterated_by_callers(found: Colours, scope: Scope) -> Said:
    """The comment on an async generator: how its callers must iterate and close it."""
    types = found.graph.types
    if (
        suspends(types, scope) == "generator"
        and scope.name.rpartition(".")[2][:2] != "__"
    ):
        name = scope.name.rpartition(".")[2]
        yield scope.line, Note(CALLED_BY.format(name))


def handed_on(
    rewriting: Rewriting, whole: dict[int, str], statement: ast.stmt, loop: str
) -> Said:
    """Write `yield from steps()` as a loop that yields; the return value is lost."""
    value = getattr(statement, "value", None)
    if not isinstance(value, ast.YieldFrom):
        return
    inner = ast.unparse(value.value)
    after = ""
    if isinstance(statement, ast.Assign):
        yield statement.lineno, HANDS_ON.format(inner)
        after = "\n" + " = ".join([*map(ast.unparse, statement.targets), "None"])
    if stands_alone(rewriting.source, statement):
        whole[statement.lineno] = f"{loop} each in {inner}:\n    yield each{after}"
    else:
        yield statement.lineno, f"{loop} each in {inner}: yield each, in its place"


def stepped(iterators: Iterators, event: Event, node: ast.Call, scope: Scope) -> bool:
    """Edit `turns.send(10)` of a generator that becomes async."""
    func = node.func
    if not isinstance(func, ast.Attribute) or func.attr not in ASYNC_STEPS:
        return False
    on = iterators.types.of(func.value, scope, event.path)
    if not any(isinstance(v, Suspended) for v in on):
        return False
    new = f".{ASYNC_STEPS[func.attr]}"
    iterators.rewriting.replaced[end(func.value), end(func)] = new
    iterators.asked_next.add(event.line)
    return True


def made_of(statement: ast.stmt, node: ast.AST) -> bool:
    """Whether a node is the first `for` of a generator expression in the statement."""
    return any(
        isinstance(part, ast.GeneratorExp) and part.generators[0] is node
        for part in expressions(statement)
    )
