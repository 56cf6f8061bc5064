"""What a call returns: from functions in the files, and from known libraries."""

import ast
from collections.abc import Sequence

from bench.shape.resolution import hints, members
from bench.shape.resolution.answers import Answers
from bench.shape.resolution.growing import ITSELF
from bench.shape.resolution.scopes import Path, Scope
from bench.shape.resolution.special import special
from bench.shape.resolution.values import (
    NONE,
    ClassRef,
    FunctionRef,
    Instance,
    Lazy,
    Library,
    LibraryMethod,
    Partial,
    Suspended,
    Value,
    Values,
    listed,
    narrowed,
    one,
)
from bench.shape.tables.library import (
    BY_METHOD,
    ELEMENT_METHODS,
    RETURNS,
)
from bench.shape.tables.vocabulary import QUEUES, words

CONTEXTS = {
    "contextlib.contextmanager": "context",
    "contextlib.asynccontextmanager": "async context",
}
BARE = one(Instance("dict"))  # `-> dict` does not tell what the dict contains
RANDOM = frozenset({"random.Random", "random.SystemRandom", "secrets.SystemRandom"})
ENTERS = frozenset({"enter_context", "enter_async_context"})


def results(types: Answers, call: ast.Call, scope: Scope, path: Path) -> Values:
    """The values of a call expression."""
    found: set[Value] = set()
    callees = types.of(call.func, scope, path)
    for callee in callees:
        found |= result(types, callee, call, scope, path)
    if isinstance(call.func, ast.Attribute) and call.func.attr == "__subclasses__":
        classes = types.of(call.func.value, scope, path)
        of = {v.key for v in classes if isinstance(v, ClassRef)}
        below = set[str]().union(*(members.subclasses(types, key) for key in of))
        return listed(frozenset(map(ClassRef, below)))
    if not callees and isinstance(call.func, ast.Attribute):
        made = BY_METHOD.get(call.func.attr)  # the result of `submit` on any object
        return one(Instance(made)) if made else NONE
    return frozenset(found)


def result(
    types: Answers,
    callee: Value,
    call: ast.Call | None,
    scope: Scope | None,
    path: Path,
) -> Values:
    """The values that a call of one value gives; `call` has the arguments, if known."""
    match callee:
        case ClassRef(key=key):
            return one(Instance(key))
        case FunctionRef(key=key, receiver=receiver):
            return of_function(types, key, receiver)
        case Partial(function=function):
            return result(types, function, None, None, ())
        case Library(name=name):
            return of_library(types, name, call, scope, path)
        case LibraryMethod():
            return of_method(types, callee, call, scope, path)
        case Instance(kind=kind) if ":" in kind:
            called = members.members(types, one(callee), "__call__")
            return NONE.union(*(result(types, c, call, scope, path) for c in called))
    return NONE


def of_function(types: Answers, key: str, receiver: Value | None) -> Values:
    """The result of calling a function in the files: its value, or a coroutine, ..."""
    scope = types.program.scopes[key]
    how = suspends(types, scope)
    if how:
        return one(Suspended(key, how, receiver))
    places = wrappers(types, scope)

    def find() -> Values:
        return NONE.union(*(of_function(types, v.key, None) for v in places))

    instead = types.once(("instead", key), find) if places else NONE
    return returned(types, key, receiver) | instead


def wrappers(types: Answers, scope: Scope) -> frozenset[FunctionRef]:
    """The functions that a function's outermost decorator puts in its place."""

    def find() -> Values:
        mark = scope.node.decorator_list[0]  # type: ignore[union-attr]
        outer = scope.parent or scope
        target = mark.func if isinstance(mark, ast.Call) else mark
        first = made = types.of(target, outer, scope.path)
        for _ in range(2 if isinstance(mark, ast.Call) else 1):
            made = NONE.union(
                *(types.result(v) for v in made if isinstance(v, FunctionRef))
            )
        found = frozenset(v for v in made if isinstance(v, FunctionRef))
        if FunctionRef(scope.key) in found:  # the decorator may return its argument
            inside = tuple(f"{v.key}." for v in first if isinstance(v, FunctionRef))
            found = frozenset(v for v in found if v.key.startswith(inside))
        return found

    if not getattr(scope.node, "decorator_list", ()) or not scope.is_function:
        return frozenset()
    found = types.once(("wrapper", scope.key), find)
    return frozenset(v for v in found if isinstance(v, FunctionRef))


def suspends(types: Answers, scope: Scope) -> str | None:
    """What a call makes instead of running: "coroutine", "generator" ...; or None."""
    marks = members.decorators(types, scope) if scope.is_function else frozenset()
    for mark, how in CONTEXTS.items():
        if mark in marks:
            return how
    if is_generator(types, scope):
        return "async generator" if scope.is_async else "generator"
    return "coroutine" if scope.is_async else None


def is_generator(types: Answers, scope: Scope) -> bool:
    return bool(types.facts(scope).yields)


def yielded(types: Answers, key: str) -> Values:
    """What a generator function yields."""

    def find() -> Values:
        scope = types.program.scopes[key]
        note = getattr(scope.node, "returns", None)
        said = types.meaning(note, scope)
        items = NONE.union(*(v.items for v in said if isinstance(v, Instance)))
        if items:
            return items
        found: set[Value] = set()
        for node, path in types.facts(scope).yields:
            value = types.of(node.value, scope, path)
            is_from = isinstance(node, ast.YieldFrom)
            found |= members.iterated(types, value) if is_from else value
        return frozenset(found)

    return types.once(("yields", key), find)


def returned(types: Answers, key: str, receiver: Value | None) -> Values:
    """What a function returns, by its annotation or else by its `return` statements."""

    def find() -> Values:
        scope = types.program.scopes[key]
        if isinstance(scope.node, ast.Lambda):
            return types.of(scope.node.body, scope, ())
        note = getattr(scope.node, "returns", None)
        said = types.meaning(note, scope)
        if said and said != BARE:
            return said
        given = NONE.union(
            *(types.of(n.value, scope, path) for n, path in types.facts(scope).returns)
        )
        return narrowed(said, given)

    found = types.once(("returns", key), find)
    return itself(types, found, key, receiver)


def itself(types: Answers, found: Values, key: str, receiver: Value | None) -> Values:
    """The values, with `Self` or `self` replaced by the class of the receiver."""
    owner = types.program.scopes[key].owner
    kind = receiver.kind if isinstance(receiver, Instance) else None
    kind = receiver.key if isinstance(receiver, ClassRef) else kind
    if owner is None or kind is None or Instance(owner.key) not in found:
        return found
    return (found - {Instance(owner.key)}) | {Instance(kind)}


def generated(
    types: Answers, node: ast.GeneratorExp, scope: Scope, path: Path
) -> Values:
    """The value of a generator expression, with the generators that its loop runs."""
    items = types.of(node.elt, scope, path)
    turns = members.turns(types, types.of(node.generators[0].iter, scope, path))
    return one(Lazy(items, turns)) if turns else listed(items)


def arguments(types: Answers, call: ast.Call, scope: Scope, path: Path) -> list[Values]:
    return [types.of(a, scope, path) for a in call.args]


def of_library(
    types: Answers, name: str, call: ast.Call | None, scope: Scope | None, path: Path
) -> Values:
    """What a function or class of a library returns."""
    given: Sequence[Values] = ()
    if call is not None and scope is not None:
        given = arguments(types, call, scope, path)
        made = special(types, name, call, scope, path, given)
        if made is not None:
            return made
    if name in QUEUES:
        return one(
            Instance(
                name, unbounded=name.endswith("SimpleQueue") or _without_size(call)
            )
        )
    if name == "threading.enumerate":
        return listed(one(Instance("threading.Thread")))
    if name in RETURNS:
        return one(Instance(RETURNS[name]))
    kind = hints.container(name)
    if kind:
        items = members.iterated(types, given[0]) if given else NONE
        return listed(items, kind)
    return one(Instance(name))


def _without_size(call: ast.Call | None) -> bool:
    """Whether a queue is never full, because it has no size or a size below 1."""
    if call is None:
        return True
    sizes = [*call.args, *(k.value for k in call.keywords if k.arg == "maxsize")]
    if not sizes:
        return True
    size = sizes[0]
    if isinstance(size, ast.UnaryOp) and isinstance(size.op, ast.USub):
        return True
    return isinstance(size, ast.Constant) and size.value == 0


def of_method(
    types: Answers,
    callee: LibraryMethod,
    call: ast.Call | None,
    scope: Scope | None,
    path: Path,
) -> Values:
    """What a method of a library's object returns."""
    kind, method = callee.owner, callee.method
    if kind in ("dict", "list", "tuple"):
        default = call.args[1:] if call and scope and method == "setdefault" else ()
        given = (types.of(one, scope, path) for one in default if scope)
        return _of_container(callee).union(*given)
    if callee.name in RETURNS:
        return one(Instance(RETURNS[callee.name]))
    if kind.startswith("queue.") and method in ("get", "get_nowait"):
        return callee.receiver.items | _put_into_itself(types, callee.receiver.kind)
    if method in ENTERS and call is not None and scope is not None and call.args:
        return members.entered(types, types.of(call.args[0], scope, path))
    if kind in RANDOM and call is not None and scope is not None and call.args:
        held = members.iterated(types, types.of(call.args[0], scope, path))
        return held if method == "choice" else listed(held)
    if method == "accept" and kind in ("socket.socket", "ssl.SSLSocket"):
        both = one(Instance(kind)), one(Instance("tuple"))
        return one(Instance("tuple", both[0], both))
    if kind == "pathlib.Path" and method in PATHS:
        return one(callee.receiver)
    if kind == "pathlib.Path" and method in ("iterdir", "glob", "rglob"):
        return listed(one(callee.receiver))
    if kind.endswith(".local") or kind in ("str", "bytes", "int", "float"):
        return NONE
    if method in BY_METHOD and ":" not in kind:
        items: Values = NONE
        if call is not None and scope is not None and call.args:
            items = types.awaited(types.of(call.args[0], scope, path))
        return one(Instance(BY_METHOD[method], items))
    if kind.startswith(("boto3.", "psycopg2.", "pymongo.")):
        return one(Instance(kind))
    return NONE


def _put_into_itself(types: Answers, kind: str) -> Values:
    """The values that a subclass of a queue puts into `self`."""
    if ":" not in kind:
        return NONE
    found = NONE
    for base in members.linear(types, kind):
        if isinstance(base, ClassRef):
            grown = types.program.scopes[base.key].grown_attributes
            found |= types.bound(grown.get(ITSELF, ()))
    return found


PATHS = words(
    "joinpath with_name with_suffix with_stem resolve absolute expanduser rename"
    " replace relative_to parent"
)


def _of_container(callee: LibraryMethod) -> Values:
    items = callee.receiver.items
    match callee.method:
        case "items":
            fields = (NONE, items)
            return listed(one(Instance("tuple", items, fields)))
        case "values":
            return listed(items)
        case "copy":
            return one(callee.receiver)
        case "keys":
            return listed(NONE)
        case method if method in ELEMENT_METHODS:
            return items
    return NONE
