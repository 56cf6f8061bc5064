"""The values that calls in the files pass for parameters without an annotation."""

import ast
import builtins
from collections.abc import Iterator, Sequence
from dataclasses import replace

from bench.shape.resolution.decorated import decorated, positional
from bench.shape.resolution.evaluate import Types
from bench.shape.resolution.facts import expressions, live
from bench.shape.resolution.members import iterated, linear, members
from bench.shape.resolution.scopes import Path, Scope
from bench.shape.resolution.syntax import annotated
from bench.shape.resolution.thread_targets import TARGET, targets
from bench.shape.resolution.values import (
    NONE,
    ClassRef,
    FunctionRef,
    Instance,
    Library,
    LibraryMethod,
    Partial,
    Value,
    Values,
    one,
)
from bench.shape.tables.vocabulary import CONTEXT_RUN

BUILT_IN = frozenset(
    name
    for name, made in vars(builtins).items()
    if callable(made) and name.islower() and not isinstance(made, type)
)
# library functions that are recorded whatever else is known of the parameter (`_tells`)
CALLABLES = frozenset(
    {"print", "len", "sum", "repr", "str", "int", "pow", "abs", "round", "time.sleep"}
)
# the most sets of values that are stored for one parameter; more are ignored
MOST_KINDS = 6
# class -> the keyword and position of the function, of `args` and of `kwargs`
STARTS = {
    "threading.Thread": (("target", 1), ("args", 3), ("kwargs", 4)),
    "threading.Timer": (("function", 1), ("args", 2), ("kwargs", 3)),
    "multiprocessing.Process": (("target", 1), ("args", 3), ("kwargs", 4)),
}
Places = tuple[tuple[str, int], ...]
HANDS_OVER = {  # name -> the position of the function; its arguments follow it
    "submit": 0,
    "to_thread": 0,
    "call_soon": 0,
    "call_soon_threadsafe": 0,
    "start_soon": 0,
    "apply_async": 0,
    "run_in_executor": 1,
    "call_later": 1,
}
OPERATORS = {  # operator between two operands -> the method of the left one
    ast.Add: "__add__",
    ast.Sub: "__sub__",
    ast.Mult: "__mul__",
    ast.Div: "__truediv__",
    ast.BitOr: "__or__",
    ast.BitAnd: "__and__",
    ast.MatMult: "__matmul__",
    ast.LShift: "__lshift__",
    ast.RShift: "__rshift__",
}
MAPS = frozenset({"map", "filter"})  # call their first argument with items
POOL_MAPS = frozenset(
    {
        "concurrent.futures.ThreadPoolExecutor.map",
        "concurrent.futures.ProcessPoolExecutor.map",
    }
)
BY_KEY = frozenset({"sorted", "min", "max"})
ROUNDS = 2  # each round follows a passed value at least one call further
LARGE = 600_000  # characters; a larger program gets only one round, to save time


def learn(types: Types) -> None:
    """Record the arguments of every call; forget all answers found without them."""
    read = sum(len(types.program.modules[name].text) for name in types.program.own)
    for _ in range(ROUNDS if read < LARGE else 1):
        _note_all(types)
        types.forget()


def _note_all(types: Types) -> None:
    for scope in list(types.program.scopes.values()):
        if scope.module not in types.program.own:
            continue
        for child in scope.children:
            for mark in getattr(child.node, "decorator_list", ()):
                for key, name, given in decorated(types, mark, child, scope):
                    _record(types, key, name, given)
        if scope.is_function or scope.parent is None:
            for statement, path in live(scope):
                for node in expressions(statement):
                    _note_node(types, node, scope, path)
        elif isinstance(scope.node, ast.Lambda):
            for node in ast.walk(scope.node.body):
                _note_node(types, node, scope, ())


def _note_node(types: Types, node: ast.AST, scope: Scope, path: Path) -> None:
    if isinstance(node, ast.Call):
        for callee in types.of(node.func, scope, path):
            _note(types, callee, node, scope, path)
    elif isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        _note_operator(types, node, OPERATORS[type(node.op)], scope, path)


def _note_operator(
    types: Types, node: ast.BinOp, name: str, scope: Scope, path: Path
) -> None:
    """`first >> second` passes `second` to the method of `first`."""
    for value in members(types, types.of(node.left, scope, path), name):
        if isinstance(value, FunctionRef):
            for parameter in positional(types, value.key)[1:2]:
                given = types.of(node.right, scope, path)
                _record(types, value.key, parameter, given)


def _note(
    types: Types, callee: Value, call: ast.Call, scope: Scope, path: Path
) -> None:
    if isinstance(callee, Library) and callee.name in STARTS:
        _note_start(types, STARTS[callee.name], call, scope, path)
    if isinstance(callee, Library | LibraryMethod):
        last = callee.name.rpartition(".")[2]
        if callee.name == CONTEXT_RUN:
            _note_handed(types, 0, call, scope, path)
        if last in HANDS_OVER:
            _note_handed(types, HANDS_OVER[last], call, scope, path)
        _note_applied(types, callee, call, scope, path)
    for key, given in targets(types, callee, call):
        _record(types, key, TARGET, types.of(given, scope, path))
    if isinstance(callee, ClassRef):
        makers = members(types, one(callee), "__init__")
        for value in makers:
            if isinstance(value, FunctionRef):
                _give(types, value.key, 1, call, scope, path)
        if not any(isinstance(value, FunctionRef) for value in makers):
            _give_fields(types, callee.key, call, scope, path)
    elif isinstance(callee, FunctionRef):
        target = types.program.scopes[callee.key]
        bound = target.owner is not None and callee.receiver is not None
        _give(types, callee.key, 1 if bound else 0, call, scope, path)
    elif isinstance(callee, Partial) and isinstance(callee.function, FunctionRef):
        return


def _note_start(
    types: Types, places: Places, call: ast.Call, scope: Scope, path: Path
) -> None:
    """`Thread(target=f, args=(a, b), kwargs={"c": c})` passes `a`, `b`, `c` to `f`."""
    by_name = {k.arg: k.value for k in call.keywords}
    target, args, kwargs = (
        by_name.get(name, call.args[at] if len(call.args) > at else None)
        for name, at in places
    )
    if target is None:
        return
    in_order = args.elts if isinstance(args, ast.Tuple | ast.List) else []
    callees = types.of(target, scope, path)
    if any(isinstance(v, LibraryMethod) and v.name == CONTEXT_RUN for v in callees):
        callees = types.of(in_order[0], scope, path) if in_order else NONE
        in_order = in_order[1:]
    for value in callees:
        if isinstance(value, FunctionRef):
            names = positional(types, value.key)[int(value.receiver is not None) :]
            given = [*zip(names, in_order, strict=False), *_named(kwargs)]
            for name, given_ in given:
                _record(types, value.key, name, types.of(given_, scope, path))


def _named(node: ast.expr | None) -> Iterator[tuple[str, ast.expr]]:
    """The arguments in `{"c": c}` and `dict(c=c)`."""
    if isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                yield key.value, value
    elif isinstance(node, ast.Call):
        yield from ((k.arg, k.value) for k in node.keywords if k.arg)


def _note_handed(
    types: Types, at: int, call: ast.Call, scope: Scope, path: Path
) -> None:
    """`pool.submit(f, a, b=b)` passes `a` and `b` to `f`."""
    if len(call.args) <= at:
        return
    for value in types.of(call.args[at], scope, path):
        if isinstance(value, FunctionRef):
            names = positional(types, value.key)[int(value.receiver is not None) :]
            rest = [*zip(names, call.args[at + 1 :], strict=False), *_named(call)]
            for name, given in rest:
                _record(types, value.key, name, types.of(given, scope, path))


def _note_applied(
    types: Types, callee: Library | LibraryMethod, call: ast.Call, scope: Scope,
    path: Path,
) -> None:  # fmt: skip
    """`map(f, items)`, `sorted(items, key=f)` pass each item to `f`."""
    name, first = callee.name, call.args[:1]
    keys = [k.value for k in call.keywords if k.arg == "key"]
    if name in MAPS or name.endswith(".Executor.map") or name in POOL_MAPS:
        for function in first:
            _give_items(types, function, call.args[1:], scope, path)
    elif name == "functools.reduce" and len(call.args) > 1:
        _give_items(types, call.args[0], [None, call.args[1]], scope, path)
    elif name in BY_KEY:
        for function in keys:
            _give_items(types, function, first, scope, path)
    elif name == "list.sort" and isinstance(callee, LibraryMethod):
        for function in keys:
            for value in types.of(function, scope, path):
                _give_columns(types, value, [callee.receiver.items])


def _give_items(
    types: Types,
    function: ast.expr,
    columns: Sequence[ast.expr | None],
    scope: Scope,
    path: Path,
) -> None:
    """Parameter n gets the items of expression n in `columns`; for None, no values."""
    given = [
        _ended(iterated(types, types.of(one_, scope, path)), one_) if one_ else NONE
        for one_ in columns
    ]
    for value in types.of(function, scope, path):
        _give_columns(types, value, given)


def _give_columns(types: Types, value: Value, given: Sequence[Values]) -> None:
    if isinstance(value, FunctionRef):
        names = positional(types, value.key)[int(value.receiver is not None) :]
        for name, values in zip(names, given, strict=False):
            _record(types, value.key, name, values)


def _ended(items: Values, made: ast.expr) -> Values:
    """The items; those of `as_completed` are marked as futures that have ended."""
    called = ast.unparse(made.func) if isinstance(made, ast.Call) else ""
    if not called.endswith("as_completed"):
        return items
    return frozenset(
        replace(one_, done=True) if isinstance(one_, Instance) else one_
        for one_ in items
    )


def _give(
    types: Types, key: str, skip: int, call: ast.Call, scope: Scope, path: Path
) -> None:
    names = positional(types, key)[skip:]
    for name, value in _matched(names, call):
        _record(types, key, name, types.of(value, scope, path))
    made = getattr(types.program.scopes[key].node, "args", None)
    rest = made.vararg.arg if made is not None and made.vararg else ""
    for value in call.args[len(names) :] if rest else ():
        if not isinstance(value, ast.Starred):
            _record(types, key, rest, types.of(value, scope, path))
    named = made.kwarg.arg if made is not None and made.kwarg else ""
    for part in call.keywords if named else ():
        if made is not None and part.arg and part.arg not in _by_name(made):
            _record(types, key, named, types.of(part.value, scope, path))


def _by_name(args: ast.arguments) -> set[str]:
    return {one_.arg for one_ in (*args.args, *args.kwonlyargs)}


def _give_fields(
    types: Types, key: str, call: ast.Call, scope: Scope, path: Path
) -> None:
    """`Job(run, args)` sets the fields of a dataclass, in their order in the class."""
    owner: dict[str, str] = {}
    for base in reversed(linear(types, key)):
        if isinstance(base, ClassRef):
            body = getattr(types.program.scopes[base.key].node, "body", ())
            owner |= dict.fromkeys(annotated(body), base.key)
    for name, value in _matched([*owner], call):
        if name in owner:
            _record(types, owner[name], name, types.of(value, scope, path))


def _matched(names: list[str], call: ast.Call) -> Iterator[tuple[str, ast.expr]]:
    for name, value in zip(names, call.args, strict=False):
        if isinstance(value, ast.Starred):
            break
        yield name, value
    yield from ((k.arg, k.value) for k in call.keywords if k.arg)


def _record(types: Types, key: str, name: str, values: Values) -> None:
    known = types.arguments.setdefault((key, name), set())
    foreign = any(isinstance(v, Library) for each in known for v in each)
    telling = frozenset(
        v
        for v in values
        if not (isinstance(v, Instance) and v.kind == "NoneType")
        and not (isinstance(v, Library) and not _tells(v.name, foreign))
    )
    if any(isinstance(v, Library | LibraryMethod) for v in values):
        types.foreign.add((key, name))
    if telling and len(known) < MOST_KINDS:
        known.add(telling)


def _tells(name: str, foreign: bool) -> bool:
    """Whether to record that a call passes this function or class of a library.

    Each name in CALLABLES is recorded.  Another built-in function is recorded only if
    nothing from a library is recorded for the same parameter yet (`foreign` is false).
    """
    return name in CALLABLES or (name in BUILT_IN and not foreign)
