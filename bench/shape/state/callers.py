"""Locks that every caller of a private function holds, or that its decorator holds.

For example, only `store` calls `_store`, inside `with self.lock`.  Then `_store` writes
under that lock.  This rule is only for private functions, because code in other files
may call all other functions.  If a function is also passed as an argument, the code
that receives it may call it without a lock.
"""

import ast
from collections.abc import Iterator, Mapping

from bench.shape.resolution.calls import wrappers
from bench.shape.resolution.evaluate import Types
from bench.shape.resolution.facts import expressions, live
from bench.shape.resolution.scopes import Scope, descendants
from bench.shape.resolution.values import FunctionRef, Instance, one
from bench.shape.state.held_locks import NOTHING, Held, holding
from bench.shape.state.locks import MUTEX, UNKNOWN, LockUse, lock_class
from bench.shape.state.writes import in_maker

ROUNDS = 3  # how deeply calls between private functions are followed
# callee -> its callers, and the locks that each holds
Calls = dict[str, list[tuple[str, Held]]]


def held_by_callers(types: Types, module: str) -> dict[str, Held]:
    """Private or decorated function -> the locks that are held whenever it runs."""
    private = {
        scope.key
        for scope in types.program.functions(module)
        if _is_private(scope) and not wrappers(types, scope)
    }
    calls = _calls(types, module, private) if private else {}
    found: dict[str, Held] = {}
    for _ in range(ROUNDS):
        found = {
            callee: frozenset.intersection(
                *(held | found.get(caller, NOTHING) for caller, held in sites)
            )
            for callee, sites in calls.items()
        }
    return found | _by_wrappers(types, module)


def _is_private(scope: Scope) -> bool:
    name = scope.name.rpartition(".")[2]
    return name.startswith("_") and not name.endswith("__")


def _calls(types: Types, module: str, wanted: set[str]) -> Calls:
    found: Calls = {}
    names = {key.rpartition(".")[2].rpartition(":")[2] for key in wanted}
    for scope in descendants(types.program.tops[module]):
        if isinstance(scope.node, ast.Lambda):
            continue
        held: Mapping[int, Held] = holding(types, scope) if scope.is_function else {}
        for statement, path in live(scope):
            for node, called in _mentions(statement, names):
                at = held.get(id(statement), NOTHING)
                for value in types.of(node, scope, path):
                    if not isinstance(value, FunctionRef) or value.key not in wanted:
                        continue
                    if called and in_maker(scope):
                        continue  # in a constructor the object is not shared yet
                    now = called and _runs_now(types, value.key, node, statement)
                    same = frozenset(_same(at, node, types.program.tops[module]))
                    known = found.setdefault(value.key, [])
                    known.append((scope.key, same if now else NOTHING))
    _handed_in_lambdas(types, module, names, found)
    return found


def _runs_now(types: Types, key: str, func: ast.expr, statement: ast.stmt) -> bool:
    """Whether a call runs a function at once; a coroutine function must be awaited."""
    scope = types.program.scopes[key]
    if types.facts(scope).yields:
        return False
    return not scope.is_async or any(
        isinstance(part, ast.Await)
        and isinstance(part.value, ast.Call)
        and part.value.func is func
        for part in expressions(statement)
    )


def _mentions(
    statement: ast.stmt, names: set[str]
) -> Iterator[tuple[ast.Name | ast.Attribute, bool]]:
    """Each mention of these functions in a statement, and whether it is a call."""
    parts = expressions(statement)
    called = {id(node.func) for node in parts if isinstance(node, ast.Call)}
    for node in parts:
        name = getattr(node, "attr", getattr(node, "id", ""))
        if isinstance(node, ast.Name | ast.Attribute) and name in names:
            yield node, id(node) in called


def _handed_in_lambdas(
    types: Types, module: str, names: set[str], found: Calls
) -> None:
    """Record that functions in a lambda may be called at any time, without locks."""
    for part in ast.walk(types.program.modules[module].tree):
        if isinstance(part, ast.Lambda):
            for node in ast.walk(part.body):
                name = getattr(node, "attr", getattr(node, "id", ""))
                for key in found if name in names else ():
                    if key.endswith((f".{name}", f":{name}")):
                        found[key].append((key, NOTHING))


def _same(held: Held, node: ast.expr, top: Scope) -> Iterator[LockUse]:
    """The held locks whose names mean the same locks in the callee.

    These are globals, and attributes of `self` if the call is on `self`.
    """
    own = isinstance(node, ast.Attribute) and ast.unparse(node.value) == "self"
    for lock in held:
        first = lock.name.partition(".")[0]
        if (first == "self" and own) or first in top.bindings:
            yield lock


def _by_wrappers(types: Types, module: str) -> dict[str, Held]:
    """The locks that decorators hold around the functions that they decorate."""
    found: dict[str, Held] = {}
    for scope in types.program.functions(module):
        sites = [
            (wrapper, held, call)
            for place in wrappers(types, scope)
            for wrapper in [types.program.scopes[place.key]]
            for held, call in _runs(types, wrapper, scope.key)
        ]
        if not sites:
            continue
        mark = f"@{ast.unparse(scope.node.decorator_list[0])}"  # type: ignore[union-attr]
        named = [_named(types, scope, mark, *site) for site in sites]
        if held := frozenset.intersection(*named):
            found[scope.key] = held
    return found


def _runs(types: Types, wrapper: Scope, key: str) -> Iterator[tuple[Held, ast.Call]]:
    """The calls of a function in its wrapper, and the locks that are held there."""
    held = holding(types, wrapper)
    for statement, path in live(wrapper):
        for node in expressions(statement):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                values = types.of(node.func, wrapper, path)
                if any(isinstance(v, FunctionRef) and v.key == key for v in values):
                    yield held.get(id(statement), NOTHING), node


def _named(
    types: Types, scope: Scope, mark: str, wrapper: Scope, held: Held, call: ast.Call
) -> Held:
    """The locks of a wrapper, under the names that they have for the decorated method.

    A lock of the wrapper's first argument becomes `self.lock`.  Any other lock gets the
    name of the decorator.
    """
    first = ast.unparse(call.args[0]) if call.args else ""
    found = set()
    for lock in held:
        on, _, rest = lock.name.partition(".")
        if rest and on == first and scope.owner is not None and "." not in rest:
            kind = MUTEX if _is_lock(types, scope.owner, rest) else UNKNOWN
            found.add(LockUse(f"self.{rest}", kind))
        else:
            found.add(LockUse(mark, UNKNOWN))
    return frozenset(found)


def _is_lock(types: Types, owner: Scope, name: str) -> bool:
    held = types.members(one(Instance(owner.key)), name)
    return any(isinstance(v, Instance) and lock_class(types, v.kind) for v in held)
