"""The values that an expression may have, as the files alone show them."""

import ast
import builtins
from collections.abc import Callable, Collection
from dataclasses import replace

from bench.shape.resolution import (
    calls,
    hints,
    match_fields,
    members,
    only_owners,
    passed_on,
    subscripts,
)
from bench.shape.resolution.facts import Facts, facts_of
from bench.shape.resolution.program import Program
from bench.shape.resolution.scopes import END, Binding, Path, Scope, outward, start
from bench.shape.resolution.values import (
    NONE,
    ClassRef,
    FunctionRef,
    Instance,
    Library,
    ModuleRef,
    Suspended,
    Value,
    Values,
    filled,
    listed,
    narrowed,
    one,
    unpacked,
)
from bench.shape.tables.library import normal

BUILTINS = frozenset(dir(builtins))
PRIMITIVES = ("threading.", "queue.", "asyncio.")
PLAIN = {ast.Compare: "bool", ast.JoinedStr: "str", ast.FormattedValue: "str"}
PROVISIONAL = 12  # at a greater depth, incomplete answers are stored: `Types.once`
GROWING = frozenset(
    {"list", "set", "collections.deque", "queue.Queue", "queue.LifoQueue"}
    | {"queue.PriorityQueue", "queue.SimpleQueue", "dict"}
)
DEEPEST = 60  # the greatest depth; a deeper question gets the empty answer


class Types:
    """Answers questions about one program, such as: which values may this name have?"""

    def __init__(self, program: Program, exported: Collection[str] = ()) -> None:
        self.program = program
        self.exported = exported  # the names in libraries, for `from x import *`
        self.arguments: dict[tuple[str, str], set[Values]] = {}  # passed by calls
        # parameters to which calls pass library functions
        self.foreign: set[tuple[str, str]] = set()
        self.kept: list[ast.AST] = []  # nodes kept alive, so that ids stay unique
        self.orders: dict[str, list[ClassRef | Library]] = {}
        self.below: dict[str, set[str]] = {}  # class -> its subclasses
        self.ordered = 0  # the number of classes whose bases are in `below`
        self._facts: dict[str, Facts] = {}
        self._known: dict[object, Values] = {}
        self._open: dict[object, int] = {}  # open (unfinished) questions -> depth
        # the least depth of an open question that was asked again; see `once`
        self._lowest = DEEPEST + 1

    def once(self, key: object, find: Callable[[], Values]) -> Values:
        """Answer a question once, and store the answer.

        The question is `key`; `find` computes its answer, and may ask other questions.
        A question is open until its `find` returns.  Its depth is the number of
        questions that were open when it was asked.  If a question is asked again while
        it is open, it gets an empty answer.  So the answers to questions that are
        deeper than the open one may be incomplete.  These answers are not stored, so
        `find` runs again if needed.  At a depth over PROVISIONAL all are stored.
        """
        if key in self._known:
            if key in self._open:
                self._lowest = min(self._lowest, self._open[key])
            return self._known[key]
        depth = len(self._open)
        if depth > DEEPEST:
            return NONE
        self._known[key] = NONE
        self._open[key] = depth
        try:
            found = find()
        finally:
            del self._open[key]
            del self._known[key]
        if self._lowest >= depth or depth > PROVISIONAL:
            self._known[key] = found
        if self._lowest >= depth:
            self._lowest = DEEPEST + 1
        return found

    def members(self, values: Values, name: str) -> Values:
        return members.members(self, values, name)

    def meaning(self, note: ast.expr | None, scope: Scope) -> Values:
        return hints.meaning(self, note, scope)

    def result(self, callee: Value) -> Values:
        return calls.result(self, callee, None, None, ())

    def returned(self, key: str, receiver: Value | None) -> Values:
        return calls.returned(self, key, receiver)

    def yielded(self, key: str) -> Values:
        return calls.yielded(self, key)

    def facts(self, scope: Scope) -> Facts:
        """The `yield`s and `return`s of a function."""
        if scope.key not in self._facts:
            self._facts[scope.key] = facts_of(scope)
        return self._facts[scope.key]

    def forget(self) -> None:
        """Forget the answers, because more is known about arguments now."""
        self._known.clear()

    def of(self, node: ast.AST | None, scope: Scope, path: Path) -> Values:
        """The values that an expression may have at its place."""
        if node is None:
            return NONE
        return self.once(id(node), lambda: self._of(node, scope, path))

    def _of(self, node: ast.AST, scope: Scope, path: Path) -> Values:
        match node:
            case ast.Name(id=name):
                return self.name(name, scope, start(node), path)
            case ast.Attribute(value=base, attr=attribute):
                if owners := self.of(base, scope, path):
                    return passed_on.attribute(self, owners, attribute)
                return only_owners.lock_by_name(self, attribute)
            case ast.Call():
                return calls.results(self, node, scope, path)
            case ast.Await(value=inner):
                return self.awaited(self.of(inner, scope, path))
            case ast.Constant(value=value):
                return one(Instance(type(value).__name__))
            case ast.BoolOp(values=parts):
                return self.union(parts, scope, path)
            case ast.IfExp(body=body, orelse=other):
                return self.union([body, other], scope, path)
            case ast.NamedExpr(value=inner) | ast.Starred(value=inner):
                return self.of(inner, scope, path)
            case ast.Lambda():
                known = self.program.of_node.get(id(node))
                return one(FunctionRef(known.key)) if known else NONE
            case ast.Subscript(value=base):
                return subscripts.item(self, node, self.of(base, scope, path))
            case ast.Tuple(elts=parts):
                fields = tuple(self.of(p, scope, path) for p in parts)
                return one(Instance("tuple", frozenset().union(*fields), fields))
            case ast.List(elts=parts) | ast.Set(elts=parts):
                return listed(self.union(parts, scope, path))
            case ast.Dict(values=parts):
                return listed(self.union(parts, scope, path), "dict")
            case ast.GeneratorExp():
                return calls.generated(self, node, scope, path)
            case ast.ListComp(elt=e) | ast.SetComp(elt=e):
                return listed(self.of(e, scope, path))
            case ast.DictComp(value=value):
                return listed(self.of(value, scope, path), "dict")
            case ast.BinOp(left=left, right=right):
                first = self.of(left, scope, path)
                kinds = {v.kind for v in first if isinstance(v, Instance)}
                keeps = kinds & {"pathlib.Path", "list", "str", "bytes"}
                return first if keeps else self.of(right, scope, path) & first
        kind = PLAIN.get(type(node))
        return one(Instance(kind)) if kind else NONE

    def union(self, parts: Collection[ast.AST], scope: Scope, path: Path) -> Values:
        return NONE.union(*(self.of(part, scope, path) for part in parts))

    def name(self, name: str, scope: Scope, at: tuple[int, int], path: Path) -> Values:
        """The values of a name at a place, from its own scope or from outer ones."""
        for here in outward(scope):
            if here.is_class and here is not scope:
                continue  # methods do not see the names of their class
            where = here.elsewhere.get(name)
            if where in ("global", "nonlocal"):
                continue
            if name in here.bindings:
                own = here is scope
                found = here.reaching(name, at if own else END, path if own else ())
                return self.grown(self.bound(found), here.grown.get(name, ()))
            for module in here.stars:
                if found_there := self.starred(module, name):
                    return found_there
        return one(Library(name)) if name in BUILTINS else NONE

    def starred(self, module: str, name: str) -> Values:
        """The values of a name that `from module import *` gives."""
        if self.program.holds(module):
            return self.exported_by(module, name)
        full = normal(f"{module}.{name}")
        known = full in self.exported or full in calls.CONTEXTS
        return one(Library(full)) if known else NONE

    def exported_by(self, module: str, name: str) -> Values:
        """The values of an attribute of a module in the files."""

        def find() -> Values:
            top = self.program.tops[module]
            if name in top.bindings:
                return self.bound(top.reaching(name, END, ()))
            if self.program.is_module(f"{module}.{name}"):
                return one(ModuleRef(f"{module}.{name}"))
            for star in top.stars:
                if found := self.starred(star, name):
                    return found
            return NONE

        return self.once(("module", module, name), find)

    def grown(self, values: Values, put: Collection[Binding]) -> Values:
        """Containers together with the items that were added later."""
        kinds = [v for v in values if isinstance(v, Instance) and v.kind in GROWING]
        if not put or not kinds:
            return values
        items = self.bound(put)
        return (values - {*kinds}) | {replace(v, items=v.items | items) for v in kinds}

    def bound(self, bindings: Collection[Binding]) -> Values:
        made, put = (
            NONE.union(*(self.binding(b) for b in bindings if b.is_item == of_items))
            for of_items in (False, True)
        )
        return filled(made, put)

    def binding(self, made: Binding) -> Values:
        """The values that one binding gives."""
        return self.once(made, lambda: self._binding(made))

    def _binding(self, made: Binding) -> Values:
        scope, node = made.scope, made.node
        match made.how:
            case "import":
                return self.imported(made.name)
            case "def" | "class":
                inner = self.program.of_node.get(id(node))
                if inner is None:
                    return NONE
                is_class = made.how == "class"
                return one(ClassRef(inner.key) if is_class else FunctionRef(inner.key))
            case "self":
                return members.own_instance(self, scope)
            case "parameter":
                return self.parameter(made)
            case "rest" | "keywords":
                inner_ = self.meaning(made.annotation, scope) or self.given(made)
                return listed(inner_, "list" if made.how == "rest" else "dict")
            case "caught":
                return NONE
            case match_fields.FIELD:
                return match_fields.placed(
                    self, self.of(node, scope, made.path), made.part
                )
        if made.annotation is not None:
            said = hints.meaning(self, made.annotation, scope)
            value = unpacked(self.of(node, scope, made.path), made.part)
            return narrowed(said, value)
        value = self.of(node, scope, made.path)
        if made.how == "item":
            value = members.iterated(self, value)
        elif made.how == "enter":
            value = members.entered(self, value)
        elif made.how == "element":
            return listed(value)
        elif made.how == "unknown":
            return NONE
        return unpacked(value, made.part)

    def parameter(self, made: Binding) -> Values:
        """A parameter's values: by annotation, else by calls; also some defaults."""
        said = hints.meaning(self, made.annotation, made.scope)
        default = NONE
        if made.node is not None:
            outer = made.scope.parent or made.scope
            default = self.of(made.node, outer, made.scope.path)
        functions = frozenset(
            v
            for v in default
            if not isinstance(v, Instance) or v.kind.startswith(PRIMITIVES)
        )  # other defaults, such as `None` or 0, say little about what calls pass
        return (said or self.given(made)) | functions

    def given(self, made: Binding) -> Values:
        """The values that calls in the files pass for a parameter."""
        name = next(n for n, b in made.scope.bindings.items() if made in b)
        return self.given_to(made.scope.key, name)

    def given_to(self, key: str, name: str) -> Values:
        """The values for a function's parameter or a class's field, by its name."""
        return NONE.union(*self.arguments.get((key, name), ()))

    def imported(self, name: str) -> Values:
        """The values of an absolute dotted name."""
        name = self.program.placed(name)
        if self.program.is_module(name):
            return one(ModuleRef(name))
        module, _, last = name.rpartition(".")
        if module and self.program.holds(module):
            return self.exported_by(module, last)
        return one(Library(normal(name)))

    def awaited(self, values: Values) -> Values:
        """The results of `await`; a value that cannot be awaited stays as it is."""
        found: set[object] = set()
        for value in values:
            if isinstance(value, Suspended) and value.how == "coroutine":
                found |= calls.returned(self, value.key, value.receiver)
            elif isinstance(value, Instance) and value.kind.startswith("asyncio."):
                found |= value.items
            elif not self.members(one(value), "__await__"):
                found.add(value)  # for any other `__await__` the result is not known
        return frozenset(found)  # type: ignore[arg-type]
