"""The scopes of a file, and each place that binds a name or an attribute in them.

`Scope.reaching` finds the bindings of a name that a use of the name may see.  It goes
through the bindings backwards, beginning at the use.  It collects each binding that may
have run before the use.  It stops at the first binding that has certainly run before
the use.  Two kinds of bindings are added:

- A use in a loop may see what an earlier turn of the loop has bound: below the use, or
  in the other branch of an `if`.  The innermost loops around the use count, up to the
  loop that also contains the binding at which the search stopped.  The condition of a
  `while` is evaluated in each turn.
- A function may bind a name of the module, or of the function around it (`global`,
  `nonlocal`).  It may be called at any time.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

Position = tuple[int, int]
# The compound statements around a place, outermost first: the id of each, and which of
# its branches contains the place ("if", "else", "loop", ...).
Step = tuple[int, str]
Path = tuple[Step, ...]
END: Position = (1 << 30, 0)
# the word in the only step of the path of a binding that an inner function makes, by
# `global` or `nonlocal`
INSIDE = "inside"
ScopeNode = (
    ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
)


@dataclass(frozen=True, slots=True, eq=False)
class Binding:
    """One place that gives a name a value."""

    how: str  # "value", "item", "enter", "import", "def", "class", "parameter", ...
    at: Position  # the position from which the binding applies
    path: Path
    scope: "Scope"  # the scope in which the binding's expressions are evaluated
    node: ast.AST | None = None
    annotation: ast.expr | None = None
    name: str = ""  # for an import: the absolute name
    part: tuple[int, ...] = ()  # for an unpacked value: the position in the value
    # for a comprehension's variable: the part of the file in which it applies
    extent: tuple[Position, Position] | None = None

    @property
    def is_item(self) -> bool:
        """Whether the binding only puts in an item, as in `rows[key] = value`."""
        return self.how == "element"

    @property
    def keeps_object(self) -> bool:
        """Whether the name keeps its object: `rows[key] = value`, or `rows: Rows`."""
        is_bare = self.node is None and self.annotation is not None
        return self.is_item or (self.how == "value" and is_bare)


@dataclass(eq=False)
class Scope:
    """A module, class, function or lambda, with its bindings."""

    key: str  # "package.module:Class.method"
    module: str
    node: ScopeNode
    parent: "Scope | None" = None
    path: Path = ()  # the scope's place in its parent
    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    # for a class: attribute -> bindings
    attributes: dict[str, list[Binding]] = field(default_factory=dict)
    # items added by `append`, `add` ...
    grown: dict[str, list[Binding]] = field(default_factory=dict)
    grown_attributes: dict[str, list[Binding]] = field(default_factory=dict)
    grown_outside: "dict[str, list[tuple[ast.expr, Binding]]]" = field(
        default_factory=dict
    )  # for a module: items that it puts into attributes of other objects
    children: "list[Scope]" = field(default_factory=list)
    # name -> "global" or "nonlocal"
    elsewhere: dict[str, str] = field(default_factory=dict)
    brief: set[str] = field(default_factory=set)  # variables of comprehensions
    # names that a function inside binds, with `global` or `nonlocal`
    bound_inside: set[str] = field(default_factory=set)
    # For the condition of each `while` loop, and for each comprehension: the step that
    # bindings inside the loop may have in their paths -> where the expression begins
    # and ends.  A use of a name in the expression has the path of the whole statement,
    # without this step.  So `reaching` finds the loop by the position of the use.
    repeated: dict[Step, tuple[Position, Position]] = field(default_factory=dict)
    stars: list[str] = field(default_factory=list)  # modules imported with *
    dead: set[int] = field(default_factory=set)  # statements that can never run
    # path of each statement, by id
    paths: dict[int, Path] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The qualified name: "Basket.put"."""
        return self.key.partition(":")[2].partition("#")[0]

    @property
    def line(self) -> int:
        return getattr(self.node, "lineno", 1)

    @property
    def is_function(self) -> bool:
        return isinstance(self.node, ast.FunctionDef | ast.AsyncFunctionDef)

    @property
    def is_async(self) -> bool:
        return isinstance(self.node, ast.AsyncFunctionDef)

    @property
    def is_class(self) -> bool:
        return isinstance(self.node, ast.ClassDef)

    @property
    def owner(self) -> "Scope | None":
        """The class that contains a method."""
        return self.parent if self.parent and self.parent.is_class else None

    def reaching(self, name: str, at: Position, path: Path) -> list[Binding]:
        """The bindings of a name that a use at a position may see."""
        known = self.bindings.get(name, [])
        if name in self.brief:
            own = [b for b in known if b.extent and b.extent[0] <= at <= b.extent[1]]
            if own:
                return [max(own, key=lambda b: b.extent[0] if b.extent else END)]
            known = [b for b in known if not b.extent]
        found: list[Binding] = []
        others: list[Binding] = []
        certain: Path = ()
        for binding in reversed(known):
            if binding.at > at or exclusive(binding.path, path):
                others.append(binding)
                continue
            found.append(binding)
            if binding.keeps_object:
                continue
            if binding.path == path[: len(binding.path)]:
                certain = binding.path
                break
        if others:
            turns = {step for step in path[len(certain) :] if step[1] == "loop"}
            found += self._of_earlier_turns(others, at, turns)
        if name in self.bound_inside:
            inside = [one for one in known if one.path and one.path[-1][1] == INSIDE]
            found += [one for one in inside if one not in found]
        return found or known

    def _of_earlier_turns(
        self, bindings: list[Binding], at: Position, turns: set[Step]
    ) -> list[Binding]:
        """Those of the bindings that run in a loop around a use.

        turns: the loops in the path of the use.
        """
        # The comprehensions, and the conditions of `while` loops, that contain the use.
        heads = {
            step: (first, last)
            for step, (first, last) in self.repeated.items()
            if first <= at <= last
        }
        loops = turns | {*heads}
        return [
            one
            for one in bindings
            if not loops.isdisjoint(one.path)
            or any(first <= one.at <= last for first, last in heads.values())
        ]


def exclusive(one: Path, other: Path) -> bool:
    """Whether two places are in different branches of an `if`, so only one runs."""
    for here, there in zip(one, other, strict=False):
        if here != there:
            return here[0] == there[0] and {here[1], there[1]} <= {"if", "else"}
    return False


def start(node: ast.AST) -> Position:
    return getattr(node, "lineno", 1), getattr(node, "col_offset", 0)


def end(node: ast.AST) -> Position:
    line: int | None = getattr(node, "end_lineno", None)
    column: int | None = getattr(node, "end_col_offset", None)
    return line or start(node)[0], column or 0


def descendants(scope: Scope) -> Iterator[Scope]:
    """A scope and all scopes inside it, in the order of the file."""
    yield scope
    for child in scope.children:
        yield from descendants(child)


def outward(scope: Scope | None) -> Iterator[Scope]:
    """A scope and the scopes around it, from the inside."""
    while scope is not None:
        yield scope
        scope = scope.parent


def class_of(name: str, scope: Scope) -> Scope | None:
    """The class around a method, if a name in the method holds an object of this class.

    The name is the method's first parameter, such as `self`.  Or it is a variable to
    which the method assigns a new object, as in `self = cls()`.
    """
    for here in outward(scope):
        if here.owner is not None and here.is_function:
            args: ast.arguments = here.node.args  # type: ignore[union-attr]
            first = [*args.posonlyargs, *args.args][:1]
            if first and first[0].arg == name:
                return here.owner
            if name in here.bindings and _made_by(name, here, first, here.owner):
                return here.owner
    return None


def _made_by(name: str, scope: Scope, first: list[ast.arg], owner: Scope) -> bool:
    """Whether a method makes an object of its class: `self = cls()`, `cls.__new__`."""
    cls = {one.arg for one in first} | {owner.name.rpartition(".")[2]}
    return any(
        isinstance(made.node, ast.Call)
        and (
            ast.unparse(made.node.func) in cls
            or (
                ast.unparse(made.node.func).endswith(".__new__")
                and {ast.unparse(one) for one in made.node.args} & cls
            )
        )
        for made in scope.bindings[name]
        if made.how == "value"
    )
