"""The lock that an expression means: its name, its kind, whether it surely is one."""

import ast
from dataclasses import dataclass
from functools import lru_cache

from bench.shape.resolution.evaluate import Types
from bench.shape.resolution.members import linear
from bench.shape.resolution.only_owners import owned_by_name
from bench.shape.resolution.scopes import END, Binding, Path, Scope, outward, start
from bench.shape.resolution.values import (
    ClassRef,
    FunctionRef,
    Instance,
    Library,
    ModuleRef,
    Values,
)
from bench.shape.tables.vocabulary import is_lock, words

UNKNOWN_NAMES = ("lock", "mutex", "guard", "sem", "cond", "monitor", "latch")
SEVERAL = ast.Subscript | ast.Call | ast.IfExp | ast.BoolOp
INNER = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
OWN = "self", "cls"
MUTEX, COUNTER, UNKNOWN, CHOSEN = "mutex", "counter", "unknown", "chosen"


@dataclass(frozen=True)
class LockUse:
    """A lock as an expression names it."""

    name: str  # the name in the source: "self.lock"
    # "mutex": one worker at a time; "counter": several; "unknown": perhaps no lock;
    # "chosen": one of several locks, as in `self.shards[n]`
    kind: str
    library: str = ""  # "threading.RLock", if known
    # whether the function itself makes the lock, so that no other worker has it
    fresh: bool = False
    # whether it is the lock of a condition, or shared with a condition
    condition: bool = False
    owned: str = ""  # "module:Class.lock" for another object's lock, if known

    @property
    def guards(self) -> bool:
        """Whether the lock certainly lets in at most one worker at a time."""
        return self.kind == MUTEX and not self.fresh


def lock_of(
    types: Types, node: ast.expr, scope: Scope, path: Path, entered: bool = False
) -> LockUse | None:
    """The lock that an expression means; None if its value is no lock.

    `entered` is true for an expression in a `with`, which may be a lock even if its
    class is unknown.
    """
    values = types.of(node, scope, path)
    kinds = {v.kind for v in values if isinstance(v, Instance)} - {"NoneType"}
    locks = {kind for kind in kinds if lock_class(types, kind)}
    if not locks:
        if kinds and not all(_foreign(kind) for kind in kinds):
            return None
        named = isinstance(node, ast.Name | ast.Attribute | ast.Subscript | ast.Call)
        if not (entered and named and _may_be(node, values)):
            return None
        return LockUse(ast.unparse(node), UNKNOWN)
    library = sorted(locks)[0]
    known = lock_class(types, library) or library
    name, fresh = identity(types, node, scope, path)
    kind = _kind(types, node, known, scope, path)
    condition = known.endswith("Condition")
    chosen = chosen_from(types, node, scope, path)
    if chosen is not None and kind == MUTEX:
        return LockUse(ast.unparse(chosen), CHOSEN, known, condition=condition)
    owned = _owned(types, node, scope, path)
    return LockUse(name, kind, known, fresh, condition, owned)


def chosen_from(
    types: Types, node: ast.expr, scope: Scope, path: Path
) -> ast.expr | None:
    """The expression that selects one of several locks; None if nothing is selected."""
    if isinstance(node, ast.Name):
        found = bindings(types, node, scope, path)
        made = found[0] if len(found) == 1 and found[0].how == "value" else None
        if (
            made is None
            or made.scope is not scope
            or not isinstance(made.node, SEVERAL)
        ):
            return None
        return chosen_from(types, made.node, scope, made.path)
    if isinstance(node, ast.Subscript) and not isinstance(node.slice, ast.Constant):
        return node
    if isinstance(node, ast.Call):
        callees = types.of(node.func, scope, path)
        given = bool(node.args or node.keywords)
        chooses = given and any(isinstance(v, FunctionRef) for v in callees)
        return node if chooses else None
    return node if isinstance(node, ast.IfExp | ast.BoolOp) else None


def _owned(types: Types, node: ast.expr, scope: Scope, path: Path) -> str:
    """The class and attribute of `account.lock`; "" for `self.lock`, or if unknown.

    For `config.lock` the result has the module that makes the lock, even if the lock is
    imported by name.
    """
    if isinstance(node, ast.Name):
        made = bindings(types, node, scope, path)
        names = {one.name for one in made if one.how == "import"}
        return _of_module(types, names.pop()) if len(names) == len(made) == 1 else ""
    if not isinstance(node, ast.Attribute):
        return ""
    in_class = any(one.owner is not None for one in outward(scope))
    if in_class and isinstance(node.value, ast.Name) and node.value.id in OWN:
        return ""  # in a class, `self` is the own object; elsewhere, any argument
    values = types.of(node.value, scope, path)
    modules = {v.name for v in values if isinstance(v, ModuleRef)}
    if len(modules) == 1:
        return _of_module(types, f"{modules.pop()}.{node.attr}")
    if by_name := owned_by_name(types, node, values):
        return by_name
    found = set()
    for value in values:
        key = value.kind if isinstance(value, Instance) else ""
        found |= {*_holders(types, key, node.attr)[:1]} if ":" in key else set()
    return found.pop() if len(found) == 1 else ""


def _of_module(types: Types, name: str, deep: int = 0) -> str:
    """`module:name` for a name that a module in the files binds; "" for a library's."""
    module, _, last = types.program.placed(name).rpartition(".")
    if not module or not types.program.holds(module) or deep > 4:
        return ""
    types.exported_by(module, last)  # this call reads the module
    top = types.program.tops.get(module)
    made = top.bindings.get(last, []) if top is not None else []
    # `module` may import the name, as the `__init__` of a package does.  Then the lock
    # is made in the module that the import names.
    if len(made) == 1 and made[0].how == "import":
        return _of_module(types, made[0].name, deep + 1)
    return f"{module}:{last}" if made else ""


def _holders(types: Types, key: str, name: str) -> list[str]:
    """`module:Class.name` for each class with this attribute, topmost first."""
    scopes = [
        types.program.scopes[base.key]
        for base in reversed(linear(types, key))
        if isinstance(base, ClassRef)
    ]
    return [
        f"{one.key}.{name}"
        for one in scopes
        if name in one.attributes or name in one.bindings
    ]


def _may_be(node: ast.expr, values: Values) -> bool:
    """Whether an unknown expression in a `with` may be a lock at all."""
    text = ast.unparse(node).lower()
    if any(part in text for part in UNKNOWN_NAMES):
        return True
    by_name = isinstance(node, ast.Call) and ast.unparse(node.func) == "getattr"
    return not values and (by_name or isinstance(node, ast.Name | ast.Attribute))


def _foreign(kind: str) -> bool:
    """Whether a class belongs to a library that the tables do not have."""
    return ":" not in kind and "." in kind and kind.split(".")[0] not in STANDARD


COUNTED = {"TaskRLock": "asyncio.RLock", "TaskCondition": "asyncio.RCondition"}
STANDARD = words(
    "threading asyncio queue io socket concurrent multiprocessing contextlib"
)


def lock_class(types: Types, kind: str) -> str | None:
    """The library's name of a lock's class, which a class in the files may extend."""
    if ":" not in kind:
        return kind if is_lock(kind) else None
    for base in linear(types, kind):
        if isinstance(base, Library) and is_lock(base.name):
            return base.name
    last = kind.rpartition(":")[2].rpartition(".")[2]
    if last in COUNTED:  # a class of a draft's support
        return COUNTED[last]
    if not is_lock(last):
        return None
    awaited = any(
        f"{kind}.{name}" in types.program.scopes
        and types.program.scopes[f"{kind}.{name}"].is_async
        for name in ("acquire", "__aenter__")
    )
    return f"{'asyncio' if awaited else 'threading'}.{last}"


def _kind(types: Types, node: ast.expr, library: str, scope: Scope, path: Path) -> str:
    """The kind of a lock; a semaphore is a mutex only if its size is known to be 1."""
    if not library.endswith("Semaphore") and not library.endswith("CapacityLimiter"):
        return MUTEX
    for made in makers(types, node, scope, path):
        if isinstance(made, ast.Call):
            size = next(
                iter([*made.args, *(k.value for k in made.keywords)]), ast.Constant(1)
            )
            if isinstance(size, ast.Constant) and size.value == 1:
                return MUTEX
    return COUNTER


def makers(types: Types, node: ast.expr, scope: Scope, path: Path) -> list[ast.AST]:
    """The expressions assigned to a name or attribute."""
    return [b.node for b in bindings(types, node, scope, path) if b.node is not None]


def bindings(types: Types, node: ast.expr, scope: Scope, path: Path) -> list[Binding]:
    if isinstance(node, ast.Name):
        for here in outward(scope):
            if node.id in here.bindings and not (here.is_class and here is not scope):
                own = here is scope
                return here.reaching(
                    node.id, start(node) if own else END, path if own else ()
                )
        return []
    if isinstance(node, ast.Attribute):
        found: list[Binding] = []
        for value in types.of(node.value, scope, path):
            key = value.kind if isinstance(value, Instance) else None
            key = value.key if isinstance(value, ClassRef) else key
            for base in linear(types, key) if key and ":" in key else ():
                if isinstance(base, ClassRef):
                    holder = types.program.scopes[base.key]
                    found += holder.attributes.get(node.attr, [])
                    found += holder.bindings.get(node.attr, [])
        return found
    return []


def identity(
    types: Types, node: ast.expr, scope: Scope, path: Path, deep: int = 0
) -> tuple[str, bool]:
    """The name of the lock behind an alias or a condition; whether it is `fresh`."""
    if isinstance(node, ast.Call):
        return ast.unparse(node), _makes(types, node, scope, path)
    if deep > 4:
        return ast.unparse(node), False
    found = bindings(types, node, scope, path)
    if isinstance(node, ast.Name) and len(found) == 1 and found[0].scope is scope:
        made = found[0]
        if isinstance(made.node, ast.Name | ast.Attribute) and made.how == "value":
            return identity(types, made.node, scope, made.path, deep + 1)
        if isinstance(made.node, ast.Call) and made.how in ("value", "enter"):
            fresh = _makes(
                types, made.node, scope, made.path
            ) and node.id not in _escaping(scope)
            return node.id, fresh and scope.is_function
    for made in found:
        inner = made.node
        given = _given(inner) if isinstance(inner, ast.Call) else []
        if isinstance(inner, ast.Call) and given:
            over = given[0]
            callee = types.of(inner.func, made.scope, made.path)
            condition = any(
                isinstance(v, Library) and v.name.endswith(".Condition") for v in callee
            )
            if condition and isinstance(over, ast.Name | ast.Attribute):
                named, fresh = identity(types, over, made.scope, made.path, deep + 1)
                if not fresh and (isinstance(over, ast.Attribute) or deep == 0):
                    return _stored(types, named, over, made, node), False
    return ast.unparse(node), False


def _given(call: ast.Call) -> list[ast.expr]:
    """The lock that is passed to the call of a condition, if there is one."""
    return [*call.args, *(k.value for k in call.keywords if k.arg == "lock")]


def _stored(
    types: Types, named: str, over: ast.expr, made: Binding, node: ast.expr
) -> str:
    """The name "self.lock" of a condition's `lock`, if there is `self.lock = lock`."""
    if isinstance(over, ast.Name) and made.scope.owner is not None:
        for attribute, others in made.scope.owner.attributes.items():
            for other in others:
                if isinstance(other.node, ast.Name) and other.node.id == over.id:
                    return f"self.{attribute}"
        return ast.unparse(node)
    return named


def _makes(types: Types, call: ast.Call, scope: Scope, path: Path) -> bool:
    """Whether a call itself makes the lock, from a library's class."""
    callees = types.of(call.func, scope, path)
    return any(isinstance(v, Library) and is_lock(v.name) for v in callees)


@lru_cache(maxsize=4096)
def _escaping(scope: Scope) -> frozenset[str]:
    """The variables that an inner function uses, or that are passed on."""
    found: set[str] = set()
    for node in ast.walk(scope.node):
        if isinstance(node, ast.Call):
            given = [*node.args, *(k.value for k in node.keywords)]
            found |= {a.id for a in given if isinstance(a, ast.Name)}
        elif isinstance(node, ast.Assign):
            if any(not isinstance(t, ast.Name) for t in node.targets):
                found |= _mentioned(node.value)
        elif isinstance(node, ast.Return | ast.Yield) or (
            node is not scope.node and isinstance(node, INNER)
        ):
            found |= _mentioned(node)
    return frozenset(found)


def _mentioned(node: ast.AST) -> set[str]:
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}
