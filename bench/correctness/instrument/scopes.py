"""Which variables functions share: rebound globals, and captured variables.

Two kinds of variables need no hook: variables that only one function can access, and
variables that are bound once and never again.  Other workers cannot change these
variables between a read and a write.
"""

import ast
from collections.abc import Iterable
from typing import Any

# An attribute of the node of a definition.  Its value is the name of the variable that
# the definition binds.  A private name is spelled as the compiler spells it.
BOUND = "bound_name"
Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


class ScopeBindings(ast.NodeVisitor):
    """How often the body of a function or a class binds each name.

    Bindings in a function within the body are not counted.  A class within the body may
    bind variables outside the class by `nonlocal` or `global`.  These variables are in
    `bound_by_classes` and `globals_of_classes`.  All other names that the class binds
    are left out.
    """

    def __init__(self, body: Iterable[ast.AST], arguments: Iterable[str] = ()) -> None:
        self.bound: dict[str, int] = {}  # a binding in a loop counts more than once
        self.own: set[str] = set()  # names with a binding outside of comprehensions
        self.outer: set[str] = set()  # declared nonlocal or global
        self.global_: set[str] = set()  # declared global
        # What class bodies within this body bind by `nonlocal`, with counts.  What they
        # bind by `global` is in the next attribute.
        self.bound_by_classes: dict[str, int] = {}
        self.globals_of_classes: set[str] = set()
        # What generator expressions bind by `:=`, whenever an item is taken.
        self.bound_later: set[str] = set()
        self.loops = 0  # loops around the statement that is visited
        for argument in arguments:
            self.bind(argument)
        for statement in body:
            self.visit(statement)

    def bind(self, name: str) -> None:
        self.own.add(name)
        self.count(name)

    def count(self, name: str) -> None:
        self.bound[name] = self.bound.get(name, 0) + 1 + self.loops

    def binds_locally(self, name: str) -> bool:
        """Whether a name is a variable of this scope itself."""
        return name in self.bound and name not in self.outer

    def hides(self, name: str) -> bool:
        """Whether a name always means a variable of this scope.

        If only a comprehension binds the name, then outside of the comprehension the
        name means a variable of an outer scope.
        """
        return self.binds_locally(name) and name in self.own

    def visit_Name(self, node: ast.Name) -> None:
        if not isinstance(node.ctx, ast.Load):
            self.bind(node.id)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Name):
            self.bind(node.target.id)
        self.generic_visit(node)

    def visit_Nonlocal(self, node: ast.Nonlocal) -> None:
        self.outer.update(node.names)

    def visit_Global(self, node: ast.Global) -> None:
        self.outer.update(node.names)
        self.global_.update(node.names)

    def visit_loop(self, node: Any) -> None:
        self.loops += 1
        self.generic_visit(node)
        self.loops -= 1

    visit_For = visit_While = visit_AsyncFor = visit_loop
    visit_ListComp = visit_SetComp = visit_DictComp = visit_loop

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> None:
        self.visit_loop(node)
        for part in ast.walk(node):
            if isinstance(part, ast.NamedExpr):
                self.bound_later.add(part.target.id)

    def visit_comprehension(self, node: ast.comprehension) -> None:
        for part in ast.walk(node.target):
            if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store):
                self.count(part.id)
        for value in (node.iter, *node.ifs):
            self.visit(value)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        if node.name is not None:
            self.bind(node.name)
            self.bind(node.name)  # Python also unbinds the name at the end
        self.generic_visit(node)

    def visit_alias(self, node: ast.alias) -> None:
        self.bind(node.asname or node.name.partition(".")[0])

    def visit_capture(self, node: Any) -> None:
        if node.name is not None:
            self.bind(node.name)
        self.generic_visit(node)

    visit_MatchAs = visit_MatchStar = visit_capture

    def visit_MatchMapping(self, node: ast.MatchMapping) -> None:
        if node.rest is not None:
            self.bind(node.rest)
        self.generic_visit(node)

    def visit_nested(self, node: Any) -> None:
        if not isinstance(node, ast.Lambda):
            self.bind(bound_name(node))

    visit_FunctionDef = visit_AsyncFunctionDef = visit_Lambda = visit_nested

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self.bind(bound_name(node))
        within = ScopeBindings(node.body)
        times = {name: within.bound.get(name, 0) for name in within.outer}
        for name, count in {**within.bound_by_classes, **times}.items():
            if name not in within.global_:
                known = self.bound_by_classes.get(name, 0)
                self.bound_by_classes[name] = known + count + self.loops
        self.globals_of_classes |= within.global_ | within.globals_of_classes


def bound_name(node: Any) -> str:
    """The name of the variable that a definition binds."""
    return str(getattr(node, BOUND, node.name))


def bindings_of(function: Function) -> ScopeBindings:
    """How often a function binds each of its names, including its arguments."""
    arguments = function.args
    names = [
        argument.arg
        for argument in (
            *arguments.posonlyargs,
            *arguments.args,
            *arguments.kwonlyargs,
            *filter(None, (arguments.vararg, arguments.kwarg)),
        )
    ]
    body = [function.body] if isinstance(function, ast.Lambda) else function.body
    found = ScopeBindings(body, names)
    for name, count in found.bound_by_classes.items():
        if found.hides(name):
            found.bound[name] += count
    return found


class SharedVariables(ast.NodeVisitor):
    """The variables of a module that several functions may read and write."""

    def __init__(self, tree: ast.AST) -> None:
        # The bindings of each function.
        self.bindings: dict[ast.AST, ScopeBindings] = {}
        # By function: its name in the labels of its variables.  The name has no line
        # number, because an edit of the file would change this number.
        self.labels: dict[ast.AST, str] = {}
        self.label_counts: dict[str, int] = {}
        self.globals: set[str] = set()  # global variables that a function rebinds
        # By function: its variables that are captured by functions within it.
        self.captured: dict[ast.AST, set[str]] = {}
        self.stack: list[ast.AST] = []  # the functions around the visited node
        self.visit(tree)

    def visit_function(self, node: Any) -> None:
        self.enter(node, bindings_of(node), getattr(node, "name", "a lambda"))

    visit_FunctionDef = visit_AsyncFunctionDef = visit_Lambda = visit_function

    def visit_GeneratorExp(self, node: ast.GeneratorExp) -> None:
        """Treat a generator expression of a module as a function.

        Its code may run later, in workers that read the items.
        """
        if self.stack:
            self.generic_visit(node)
        else:
            self.enter(node, ScopeBindings([node]), "a generator")

    def enter(self, node: Any, bindings: ScopeBindings, name: str) -> None:
        """Visit the nodes within a function."""
        self.bindings[node] = bindings
        self.captured[node] = set()
        self.label_counts[name] = count = self.label_counts.get(name, 0) + 1
        self.labels[node] = name if count == 1 else f"{name} #{count}"
        self.globals |= bindings.global_ | bindings.globals_of_classes
        self.stack.append(node)
        self.generic_visit(node)
        self.stack.pop()

    def visit_Nonlocal(self, node: ast.Nonlocal) -> None:
        for name in node.names:
            self.capture(name, rebound=True)

    def visit_Name(self, node: ast.Name) -> None:
        if self.stack and isinstance(node.ctx, ast.Load):
            self.capture(node.id, rebound=False)

    def capture(self, name: str, *, rebound: bool) -> None:
        """Note that the visited function uses a variable of a function around it."""
        if self.bindings[self.stack[-1]].hides(name):
            return
        for function in reversed(self.stack[:-1]):
            bindings = self.bindings[function]
            if bindings.binds_locally(name):
                if rebound or bindings.bound[name] > 1:
                    self.captured[function].add(name)
                if bindings.hides(name):
                    return
