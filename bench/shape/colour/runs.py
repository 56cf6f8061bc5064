"""What runs when a value is called, entered, iterated, read: functions and blockers."""

import ast
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from bench.shape.colour.at_once import only_kept, polls, returns_at_once
from bench.shape.colour.families import Families
from bench.shape.colour.handed import handing_over
from bench.shape.colour.reach import EMPTY, Reach, block_of
from bench.shape.resolution.calls import result, suspends
from bench.shape.resolution.evaluate import Types
from bench.shape.resolution.members import decorators, linear, members
from bench.shape.resolution.metaclasses import metaclass_call
from bench.shape.resolution.scopes import Path, Scope
from bench.shape.resolution.thread_targets import JOIN, RUN, kept_target
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
    one,
)
from bench.shape.tables import blocking
from bench.shape.tables.blocking import LOCK, WAITS
from bench.shape.tables.callers import (
    APPLIES,
    BY_KEY,
    CALLED_WITHIN,
    EXHAUSTS,
    STACKS,
)
from bench.shape.tables.library import normal
from bench.shape.tables.standard import is_standard


class Runs:
    """Finds what runs, for one program and the names that the user adds as blocking."""

    def __init__(self, types: Types, also: Collection[str] = ()) -> None:
        self.types, self.also = types, frozenset(also)
        self.families = Families(types)

    def results(self, values: Values) -> Values:
        return NONE.union(*(result(self.types, v, None, None, ()) for v in values))

    def called(
        self,
        values: Values,
        call: ast.Call | None = None,
        scope: Scope | None = None,
        path: Path = (),
    ) -> Reach:
        found = EMPTY
        for value in sorted(values, key=repr) if len(values) > 1 else values:
            found |= self._called(value, call, scope, path)
        return found

    def _called(
        self, value: Value, call: ast.Call | None, scope: Scope | None, path: Path
    ) -> Reach:
        match value:
            case FunctionRef(key=key):
                return self.function(key)
            case ClassRef(key=key):
                return self.made(key)
            case Partial(function=function):
                return self._called(function, None, None, ())
            case Library(name=name):
                return self._library(name, call, scope, path)
            case LibraryMethod():
                return self._method(value, call, scope, path)
            case Instance(kind=kind) if ":" in kind:
                return self.method(one(value), "__call__")
        return EMPTY

    def by_name(self, method: str, plain: bool = False) -> Reach:
        """A method of an unknown object, if the method's name is enough to find it."""
        if method in blocking.BY_NAME:
            owner = blocking.BY_NAME[method]
            return block_of(f"{owner}.{method}", blocking.of_method(owner, method))
        found = EMPTY
        for key in self.families.named(method, plain):
            found |= self.function(key)
        return found

    def function(self, key: str) -> Reach:
        """What a call of a function in the files runs, or which coroutine it makes.

        If a decorator only hands the function to a thread, the call runs the wrapper
        instead of the function.
        """
        found = EMPTY
        for one_ in handing_over(self.types, key) or {key}:
            found |= self._itself(one_)
        return found

    def _itself(self, key: str) -> Reach:
        how = suspends(self.types, self.types.program.scopes[key])
        if how is None:
            return Reach(functions=frozenset({key}))
        return Reach(coroutines=frozenset({key})) if how == "coroutine" else EMPTY

    def made(self, key: str) -> Reach:
        """What making an instance runs: `__init__`, `__new__`, a metaclass."""
        found = self.called(metaclass_call(self.types, key))
        for name in ("__new__", "__init__", "__post_init__"):
            for value in members(self.types, one(ClassRef(key)), name):
                if isinstance(value, FunctionRef):
                    found |= self.function(value.key)
                elif isinstance(value, Library):
                    owner = value.name.rpartition(".")[0]
                    if known := blocking.of_function(owner):
                        found |= block_of(owner, known)
        return found

    def _library(
        self, name: str, call: ast.Call | None, scope: Scope | None, path: Path
    ) -> Reach:
        found = EMPTY
        if call is not None and scope is not None:
            given = [self.types.of(a, scope, path) for a in call.args]
            if name in APPLIES and given:
                found |= self.called(given[0])
            if name in BY_KEY:
                for part in call.keywords:
                    if part.arg == "key":
                        found |= self.called(self.types.of(part.value, scope, path))
            if name in EXHAUSTS and given and not only_kept(name, given[0]):
                for values in _read(name, given):
                    found |= self.iterated(values)
            if name in blocking.READERS and given and self._waits_to_read(given[0]):
                found |= block_of(name, ("thread", WAITS))
            if name in (JOIN, RUN) and given:
                found |= self._of_thread(name, given[0])
            if name in ("len", "bool", "str", "repr", "hash") and given:
                found |= self.method(given[0], f"__{name}__")
        if name in self.also:
            return found | block_of(name, ("awaitable", WAITS))
        known = blocking.of_function(name)
        if known and call is not None and polls(name, call):
            return found
        if known:
            return found | block_of(name, known)
        return found if is_standard(name) else found | Reach(unread=frozenset({name}))

    def _of_thread(self, name: str, given: Values) -> Reach:
        """What `Thread.join(self)` runs: a method that is called on its class."""
        found = EMPTY
        for value in given:
            if isinstance(value, Instance):
                own = LibraryMethod(value, *name.rsplit(".", 1))
                found |= self._method(own, None, None, ())
        return found

    def _waits_to_read(self, values: Values) -> bool:
        """Whether reading a stream waits for a peer or another process."""
        kinds = [v.kind for v in values if isinstance(v, Instance)]
        known = [blocking.of_method(kind, "read") for kind in kinds]
        return any(one is not None and one[1] == WAITS for one in known)

    def _method(
        self,
        value: LibraryMethod,
        call: ast.Call | None,
        scope: Scope | None,
        path: Path,
    ) -> Reach:
        owner, method = value.owner, value.method
        name = f"{owner}.{method}"
        found = EMPTY
        if name == RUN and ":" in value.receiver.kind:
            return self.called(kept_target(self.types, value.receiver.kind))
        if name in EXHAUSTS and call is not None and scope is not None and call.args:
            found |= self.iterated(self.types.of(call.args[0], scope, path))
        for key in call.keywords if call is not None and name in BY_KEY else ():
            if key.arg == "key" and scope is not None:
                found |= self.called(self.types.of(key.value, scope, path))
        at = CALLED_WITHIN.get(name, len(call.args) if call is not None else 0)
        if call is not None and scope is not None:
            for given in call.args[at : at + 1]:
                found |= self.called(self.types.of(given, scope, path))
        if name in STACKS and call is not None and scope is not None and call.args:
            found |= self._stacked(self.types.of(call.args[0], scope, path))
        if name in self.also or normal(name) in self.also:
            return found | block_of(name, ("awaitable", WAITS))
        known = blocking.of_method(owner, method)
        if known and not returns_at_once(value, call, known, scope):
            return found | block_of(name, known)
        if known or is_standard(owner):
            return found
        return found | Reach(unread=frozenset({name}))

    def _stacked(self, values: Values) -> Reach:
        """What `stack.enter_context(x)` runs; a lock `x` is kept in the event."""
        reach = self.entered(values)
        return replace(reach, blocks=tuple(b for b in reach.blocks if b.kind != LOCK))

    def entered(self, values: Values) -> Reach:
        """What `with` runs."""
        found = EMPTY
        for value in values:
            if isinstance(value, Suspended) and value.how == "context":
                found |= Reach(functions=frozenset({value.key}))
            elif isinstance(value, Instance) and ":" in value.kind:
                own = self.method(one(value), "__enter__")
                found |= own | self.method(one(value), "__exit__")
                for base in linear(self.types, value.kind):
                    if isinstance(base, Library) and (
                        known := blocking.of_with(base.name)
                    ):
                        found |= block_of(f"with {base.name}", known)
            elif isinstance(value, Instance):
                if value.kind in self.also:
                    found |= block_of(f"with {value.kind}", ("awaitable", WAITS))
                elif known := blocking.of_with(value.kind):
                    found |= block_of(f"with {value.kind}", known)
                elif not is_standard(value.kind):
                    found |= Reach(unread=frozenset({f"with {value.kind}"}))
        return found

    def iterated(self, values: Values) -> Reach:
        """What a loop over a value runs, at the start of the loop or at each turn."""
        found = EMPTY
        for value in values:
            if isinstance(value, Suspended) and value.how == "generator":
                found |= Reach(functions=frozenset({value.key}))
            elif isinstance(value, Lazy):
                turns = frozenset(
                    v for v in value.functions if isinstance(v, Suspended | Lazy)
                )
                found |= self.called(value.functions - turns) | self.iterated(turns)
            elif isinstance(value, Instance) and ":" in value.kind:
                for step in ("__iter__", "__next__"):
                    for method in members(self.types, one(value), step):
                        if isinstance(method, FunctionRef):
                            found |= Reach(functions=frozenset({method.key}))
                            found |= self._turns_of(self.types.result(method))
            elif isinstance(value, Instance):
                known = blocking.of_loop(value.kind)
                found |= block_of(f"for ... in {value.kind}", known)
        return found

    def _turns_of(self, made: Values) -> Reach:
        """What a generator that `__iter__` returned runs at each turn."""
        turns = (v.key for v in made if isinstance(v, Suspended))
        return Reach(functions=frozenset(turns))

    def method(self, values: Values, name: str) -> Reach:
        """What an operator's method runs; of a library's method, only a known block."""
        found = EMPTY
        for value in values:
            if isinstance(value, Instance) and ":" in value.kind:
                for each in members(self.types, one(value), name):
                    if isinstance(each, FunctionRef):
                        found |= self.function(each.key)
                    elif isinstance(each, LibraryMethod):
                        known = blocking.of_method(each.owner, name)
                        found |= block_of(each.name, known) if known else EMPTY
        return found

    def asked_for_item(self, values: Values) -> Reach:
        """What `x in y` runs: `__contains__`, or else a loop over `y`."""
        if found := self.method(values, "__contains__"):
            return found
        return self.iterated(
            frozenset(
                v
                for v in values
                if isinstance(v, Suspended | Lazy) or ":" in getattr(v, "kind", "")
            )
        )

    def read(self, values: Values, name: str) -> Reach:
        """What reading an attribute runs: a property, but not `__getattr__`."""
        return self._property(values, name, lambda marks: bool(marks & PROPERTIES))

    def written(self, values: Values, name: str) -> Reach:
        """What assigning an attribute runs: a property's setter."""
        setter = f"{name}.setter"
        return self._property(values, name, lambda marks: setter in marks)

    def _property(
        self, values: Values, name: str, fits: Callable[[frozenset[str]], bool]
    ) -> Reach:
        found: set[str] = set()
        for value in values:
            if not isinstance(value, Instance) or ":" not in value.kind:
                continue
            for base in linear(self.types, value.kind):
                if not isinstance(base, ClassRef):
                    continue
                scope = self.types.program.scopes[base.key]
                if name not in scope.bindings:
                    continue
                for binding in scope.bindings[name]:
                    inner = self.types.program.of_node.get(id(binding.node))
                    if inner is not None and fits(decorators(self.types, inner)):
                        found.add(inner.key)
                break
        return Reach(functions=frozenset(found))


def _read(name: str, given: Sequence[Values]) -> Sequence[Values]:
    """The arguments that a function of `EXHAUSTS` iterates over."""
    if name == "zip":
        return given
    return given[1:2] if name == "functools.reduce" else given[:1]


PROPERTIES = frozenset(["property", "functools.cached_property"])
