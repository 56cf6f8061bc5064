"""The parts of every rewritten node: sites, calls of hooks, names of temporaries.

Each hook gets the number of its site.  A site is a place in the source, together with
what the code does there.  The words of a site identify the site without a line number.
"""

import ast
import builtins
import os
from typing import Any

from bench.correctness.instrument.relocation import PLACEHOLDER, SiteParts, is_users
from bench.correctness.instrument.scopes import ScopeBindings, SharedVariables

PREFIX = "_x_"  # begins the names of hooks and temporaries in rewritten code
# The name of a built-in flag.  The flag is true until code outside of a module binds a
# variable of that module.
UNWRITTEN = f"{PREFIX}unwritten"
# An expression of these types needs no hook for its value: the value is a new object,
# or it has no state.  The operands of the expression have hooks of their own.
NOT_SHARED = (
    ast.Constant, ast.Compare, ast.UnaryOp, ast.BinOp, ast.JoinedStr, ast.Lambda,
    ast.BoolOp,
)  # fmt: skip

OPERATOR_HOOKS = (f"{PREFIX}operate", f"{PREFIX}compare")


class Rewriter(ast.NodeTransformer):
    """Puts hooks around nodes; it knows which functions contain the visited node."""

    def __init__(self, tree: ast.AST, file: str) -> None:
        self.file = file
        self.is_users = is_users(file)
        self.sites: list[SiteParts] = []
        self.shared = SharedVariables(tree)
        self.not_rebound = names_not_rebound(tree)
        self.functions: list[ast.AST] = []  # functions around the node, outermost first
        # The bindings of the class whose body is visited, if the class is in a
        # function.
        self.class_body: ScopeBindings | None = None
        self.class_temporaries: list[str] = []  # temporaries of classes in the function
        self.comprehensions = 0  # comprehensions between the node and its function
        self.temporaries = 0
        self.annotates_texts = postpones_annotations(tree)
        # Arguments of functions such as `sum`, which use up an iterator before they
        # return.  So a generator expression among these arguments is never shared.
        self.consumed: list[ast.expr] = []
        self.site_counts: dict[str, int] = {}  # by words: how many sites have them

    def site(self, node: Any, verb: str, key: str = "", told: str = "") -> ast.Constant:
        """Make a site for an access at a node; return its placeholder.

        `told`: words that a trace shows in place of the verb, at calls in the user's
        code.
        """
        function = self.functions[-1] if self.functions else None
        where = getattr(function, "name", "lambda")
        words = f"{verb} {key} in {where} of {os.path.basename(self.file)}"
        self.site_counts[words] = count = self.site_counts.get(words, 0) + 1
        words = f"{words} #{count}"
        if verb == "calls" and not self.is_users:
            verb = f"calls {key} of"  # code of the library differs between versions
        elif told:
            verb = told
        placeholder = PLACEHOLDER + len(self.sites)
        self.sites.append((node.lineno, verb, key, words))
        return ast.copy_location(ast.Constant(placeholder), node)

    def hook(self, name: str, node: Any, *args: Any) -> ast.Call:
        """Make a call of the hook with this name, at the position of a node."""
        function = ast.copy_location(ast.Name(PREFIX + name, ast.Load()), node)
        return ast.copy_location(ast.Call(function, list(args), []), node)

    def temporary(self) -> str:
        """Make a variable name that the program itself does not use."""
        self.temporaries += 1
        name = f"{PREFIX}{self.temporaries}"
        if self.class_body is not None and not self.comprehensions:
            # The class must not keep the temporary as a member.
            self.class_temporaries.append(name)
        return name

    @property
    def inside(self) -> bool:
        """Whether the visited node is in a function: only there, accesses get hooks."""
        return bool(self.functions)

    def shared_variable(self, name: str, *, reading: bool = False) -> str | None:
        """The label of the shared variable that a name refers to here, or None.

        With `reading`, it is enough that the name may refer to the shared variable.  In
        the body of a class, a name means the global variable until the body binds it.
        """
        body = self.class_body
        if body is not None:
            if name in body.global_:
                return name
            # Until the class body binds the name, it means the global variable.
            if body.hides(name):
                return name if reading and name in self.shared.globals else None
        of_comprehension = None
        for function in reversed(self.functions):
            bindings = self.shared.bindings[function]
            if name in bindings.global_:
                return name
            if not bindings.binds_locally(name):
                continue
            label = None
            if name in self.shared.captured[function]:
                label = f"{name} of {self.shared.labels[function]}"
            if bindings.hides(name):
                return label or of_comprehension
            of_comprehension = of_comprehension or label
        return name if name in self.shared.globals else of_comprehension

    def variable_hook(
        self, hook: str, node: Any, site: ast.expr, variable: str, *args: ast.expr
    ) -> ast.Call:
        """Make a call of a hook for a shared variable.

        If the variable is captured, the hook also gets a lambda that captures it.  The
        function that owns the variable makes a new variable at each call.  The lambda
        shows the hook which of these variables is meant.

        In a comprehension, no lambda is made.  There the name may mean a variable of
        the comprehension, such as `x` in `[x for x in rows]`.  CPython 3.12 and 3.13
        would confuse a captured `x` of the comprehension with a variable `x` of the
        function.  Without a lambda, the access counts for the variables of all calls of
        the function that owns the variable.
        """
        name, _, function = variable.partition(" of ")
        call = self.hook(hook, node, *args, site)
        if function and not self.comprehensions:
            arguments = ast.arguments([], [], None, [], [], None, [])
            captures = ast.Lambda(arguments, ast.Name(name, ast.Load()))
            for part in ast.walk(captures):
                ast.copy_location(part, node)
            call.args.append(captures)
        return call

    def written(
        self, variable: str, node: Any, value: ast.expr, at: Any, verb: str = "writes"
    ) -> ast.Call:
        """The value; a hook reports that it is bound to a shared variable."""
        site = self.site(at, verb, variable)
        return self.variable_hook("write_variable", node, site, variable, value)

    def may_be_rebound(self, name: str) -> bool:
        """Whether a name is a variable of this module that code elsewhere may bind.

        For example, `settings.limit = 2` in another file binds the variable `limit` of
        the module `settings`.  In modules of the standard library, no name counts.
        """
        if (
            not self.is_users
            or name in self.not_rebound
            or (name.startswith("__") and name.endswith("__"))
            or name.startswith(PREFIX)
            or (self.class_body is not None and self.class_body.hides(name))
        ):
            return False
        return not any(
            self.shared.bindings[function].binds_locally(name)
            for function in self.functions
        )

    def store(self, name: str, value: ast.expr) -> ast.expr:
        """The same value, which is also stored under a name."""
        target = ast.copy_location(ast.Name(name, ast.Store()), value)
        return ast.copy_location(ast.NamedExpr(target, value), value)

    # --- Values whose use is an access -------------------------------------------

    def visit_test(self, node: Any) -> Any:
        self.generic_visit(node)
        if self.inside:
            node.test = self.read(node.test)
        return node

    def annotated(self, node: ast.expr | None) -> ast.expr | None:
        """The annotation; it is rewritten, unless annotations are stored as texts."""
        if node is None or self.annotates_texts:
            return node
        visited: ast.expr = self.visit(node)
        return visited

    def read(self, node: ast.expr, hook: str = "read_container") -> ast.expr:
        """The same value; if it may be a container, a hook reports that it is read.

        For `a and b`, only `b` gets a hook here, because `visit_BoolOp` has put one
        around `a`.  A hook around the whole expression would report a second read of
        `a` if `a` is false, because then `a` is the value of the expression.  But
        Python tests `a` only once.  For `a if b else c`, there is a hook around `a` and
        another around `c`, because each may be an `and` expression.
        """
        if isinstance(node, ast.IfExp) and not is_variable_read(node):
            node.body, node.orelse = (
                self.read(one, hook) for one in (node.body, node.orelse)
            )
            return node
        if is_new(node):
            if isinstance(node, ast.BoolOp):  # its value may be the last operand
                node.values[-1] = self.read(node.values[-1], hook)
            return node
        return self.hook(hook, node, node, self.site(node, "reads", last_name(node)))

    def unpacked(self, node: ast.expr, targets: list[ast.expr]) -> ast.expr:
        """The same value; a hook reports the reads that the targets make.

        If a target is nested, such as `a, (b, c)`, the items of the value are read too.
        """
        unpacking = [one for one in targets if isinstance(one, ast.Tuple | ast.List)]
        if not unpacking:
            return node
        is_deep = any(map(is_nested, unpacking))
        return self.read(node, "read_deeply" if is_deep else "unpack")

    def iterated(self, node: ast.expr, hook: str = "iterate") -> ast.expr:
        """The same iterable; a hook reports each iteration over it."""
        if isinstance(node, ast.Constant):
            return node
        site = self.site(node, "iterates over", last_name(node))
        return self.hook(hook, node, node, site)

    def bound(self, value: ast.expr, targets: list[Any]) -> ast.expr:
        """The same value; hooks report the shared variables that are bound to it."""
        for target in targets:
            for name in ast.walk(target):
                if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store):
                    variable = self.shared_variable(name.id)
                    if variable is not None:
                        value = self.written(variable, value, value, name)
        return value


def postpones_annotations(tree: Any) -> bool:
    """Whether a module stores its annotations as texts and does not evaluate them."""
    body = getattr(tree, "body", [])
    return isinstance(body, list) and any(
        isinstance(node, ast.ImportFrom)
        and node.module == "__future__"
        and any(alias.name == "annotations" for alias in node.names)
        for node in body
    )


def names_not_rebound(tree: Any) -> set[str]:
    """The global names whose meaning is assumed never to change.

    These are the names of imported modules, and the names of built-in functions that
    the module does not bind itself.
    """
    body = getattr(tree, "body", [])
    bound = ScopeBindings(body if isinstance(body, list) else [body]).own
    modules = {
        alias.asname or alias.name.partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    }
    return (set(dir(builtins)) - bound) | modules


def is_nested(target: ast.Tuple | ast.List) -> bool:
    """Whether a part of a target also unpacks a value, as in `a, (b, c)`."""
    return any(
        isinstance(part, ast.Tuple | ast.List)
        for part in ast.walk(target)
        if part is not target
    )


def is_super(node: ast.AST | None) -> bool:
    """Whether a node is a call of `super`."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "super"
    )


def is_new(node: ast.expr) -> bool:
    """Whether the value of a node is a new object, or an object without state."""
    if isinstance(node, ast.Call):
        return getattr(node.func, "id", "") in OPERATOR_HOOKS
    return isinstance(node, NOT_SHARED) and not is_variable_read(node)


def is_variable_read(node: ast.expr) -> bool:
    """Whether a node is what `visit_Name` makes of a read of a shared variable."""
    if isinstance(node, ast.IfExp):
        return getattr(node.test, "id", "") == UNWRITTEN
    first = node.values[0] if isinstance(node, ast.BoolOp) else None
    return isinstance(first, ast.Call) and (
        getattr(first.func, "id", "") == f"{PREFIX}read_variable"
    )


def last_name(node: ast.AST) -> str:
    """The last name in a dotted expression, for a reader; empty if there is none."""
    names = [
        part.attr if isinstance(part, ast.Attribute) else part.id
        for part in ast.walk(node)
        if isinstance(part, ast.Attribute)
        or (isinstance(part, ast.Name) and not part.id.startswith(PREFIX))
    ]
    return names[0] if names else ""
