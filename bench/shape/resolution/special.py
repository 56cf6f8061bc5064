"""Functions of libraries whose result depends on their arguments."""

import ast
from collections.abc import Sequence

from bench.shape.resolution import kin, members
from bench.shape.resolution.answers import Answers
from bench.shape.resolution.scopes import Path, Scope
from bench.shape.resolution.values import (
    NONE,
    Instance,
    Lazy,
    Library,
    Partial,
    SuperRef,
    Values,
    listed,
    one,
)
from bench.shape.tables.library import (
    COPIES,
)

# calls that return their first argument, or the result of awaiting it
SAME = frozenset(
    {
        "asyncio.wait_for",
        "asyncio.shield",
        "contextlib.closing",
        "contextlib.aclosing",
        "contextlib.nullcontext",
        "weakref.proxy",
        "copy.copy",
        "copy.deepcopy",
        "aiter",
    }
)

# calls that return the generators among the values of their first argument
PASSES_ON = frozenset(["iter", "itertools.islice"])
ITEM_OF = frozenset(  # calls that return an item of their first argument
    {"next", "anext", "min", "max", "random.choice", "secrets.choice", "heapq.heappop"}
)


def keyword(call: ast.Call, name: str) -> ast.expr | None:
    return next((k.value for k in call.keywords if k.arg == name), None)


def special(
    types: Answers,
    name: str,
    call: ast.Call,
    scope: Scope,
    path: Path,
    given: Sequence[Values],
) -> Values | None:
    """The result of a call, if it depends on the arguments; None for other calls."""
    first = given[0] if given else NONE
    last = name.rpartition(".")[2]
    if name == "super":
        owner = next((s for s in _around(scope) if s.is_class), None)
        return one(SuperRef(owner.key)) if owner else NONE
    if name == "multiprocessing.get_context":
        return one(Library("multiprocessing"))  # the result has the names of the module
    if name == "functools.partial":
        return frozenset(Partial(v) for v in first)
    if name == "getattr" and len(call.args) > 1:
        wanted = call.args[1]
        if isinstance(wanted, ast.Constant) and isinstance(wanted.value, str):
            return members.members(types, first, wanted.value)
        begins, ends = beginning(wanted), ending(wanted)
        names = kin.called(types, first, begins, ends)
        return NONE.union(*(members.members(types, first, one_) for one_ in names))
    if last == "field":
        functions = types.of(keyword(call, "default_factory"), scope, path)
        default = types.of(keyword(call, "default"), scope, path)
        return default.union(*(types.result(f) for f in functions))
    if name == "dict" and call.keywords:
        named = (types.of(k.value, scope, path) for k in call.keywords if k.arg)
        return listed(
            NONE.union(*(v.items for v in first if isinstance(v, Instance)), *named),
            "dict",
        )
    if name == "collections.defaultdict" and given:
        return listed(NONE.union(*(types.result(f) for f in first)), "dict")
    if last == "cast" and call.args:
        return types.meaning(call.args[0], scope)
    if last == "TypeVar":
        bound = types.meaning(keyword(call, "bound"), scope)
        return one(Instance("typing.TypeVar", bound))
    if name in SAME and given:
        return types.awaited(first) if name.startswith("asyncio") else first
    if name == "iter" and len(call.args) == 2:
        turns = NONE.union(*(types.result(f) for f in first))
        return one(Lazy(turns, first))
    if name in PASSES_ON and (turns := members.turns(types, first)):
        return turns
    if name in COPIES and given:
        return listed(members.iterated(types, first))
    if name in ("random.sample", "random.choices") and given:
        return listed(members.iterated(types, first))
    if name in ITEM_OF and given:
        return members.iterated(types, first)
    if name == "enumerate" and given:
        fields = one(Instance("int")), members.iterated(types, first)
        return listed(one(Instance("tuple", fields[1], fields)))
    if name == "zip" and given:
        columns = tuple(members.iterated(types, g) for g in given)
        return listed(one(Instance("tuple", NONE.union(*columns), columns)))
    if name in ("map", "filter", "itertools.starmap") and given:
        made_ = NONE.union(*(types.result(f) for f in first))
        items = members.iterated(types, given[1]) if len(given) > 1 else NONE
        return one(Lazy(items if name == "filter" else made_, first))
    if name in ("asyncio.gather", "asyncio.as_completed") and given:
        return one(Instance("asyncio.Future", NONE.union(*map(types.awaited, given))))
    if name in ("asyncio.create_task", "asyncio.ensure_future") and given:
        return one(Instance("asyncio.Task", types.awaited(first)))
    if name == "asyncio.to_thread" and given:
        made_ = NONE.union(*(types.result(f) for f in first))
        return one(Instance("asyncio.Future", made_))
    if name == "concurrent.futures.as_completed":
        return listed(one(Instance("concurrent.futures.Future")))
    if name in ("functools.lru_cache", "functools.cache", "functools.wraps"):
        return first
    return None


def beginning(node: ast.expr) -> str:
    """The text that a computed name always begins with: "do_" for `"do_" + verb`."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.BinOp(left=left, op=ast.Add()):
            return beginning(left)
        case ast.BinOp(left=ast.Constant(value=str(text)), op=ast.Mod()):
            return text.partition("%")[0]
        case ast.JoinedStr(values=[first, *_]):
            return beginning(first)
        case ast.Call(func=ast.Attribute(value=on, attr="format")):
            return beginning(on).partition("{")[0]
    return ""


def ending(node: ast.expr) -> str:
    """The text that a computed name always ends with: "_job" for `kind + "_job"`."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.BinOp(right=right, op=ast.Add()):
            return ending(right)
        case ast.JoinedStr(values=[*_, last]):
            return ending(last)
        case ast.Call(func=ast.Attribute(value=on, attr="format")):
            return ending(on).rpartition("}")[2]
    return ""


def _around(scope: Scope | None) -> list[Scope]:
    found = []
    while scope is not None:
        found.append(scope)
        scope = scope.parent
    return found
