"""Rewrite a module so that each access to something shared calls a hook first.

The rewritten code means the same: operands keep their order, lines their numbers,
and names their spelling, so that private names are mangled as ever.  Only what
runs inside functions is rewritten; a module's own statements run alone.
"""

import ast
import os
from typing import Any

from bench.correctness.sites import SITES, Site

STDLIB = os.path.dirname(os.__file__) + os.sep + "asyncio"
UNTOUCHED = {
    "super", "locals", "globals", "dir", "eval", "exec", "isinstance", "issubclass",
    "range", "type", "id", "callable", "int", "float", "print", "Exception",
}  # fmt: skip

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


class Names(ast.NodeVisitor):
    """How often one function binds each name, nested functions left out."""

    def __init__(self, function: Function) -> None:
        self.bound: dict[str, int] = {}
        self.outer: set[str] = set()  # declared nonlocal or global
        self.global_: set[str] = set()
        self.loops = 0
        arguments = function.args
        for argument in (
            *arguments.posonlyargs,
            *arguments.args,
            *arguments.kwonlyargs,
            *filter(None, (arguments.vararg, arguments.kwarg)),
        ):
            self.bind(argument.arg)
        body = [function.body] if isinstance(function, ast.Lambda) else function.body
        for statement in body:
            self.visit(statement)

    def bind(self, name: str) -> None:
        self.bound[name] = self.bound.get(name, 0) + 1 + self.loops

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

    visit_For = visit_While = visit_AsyncFor = visit_loop  # noqa: N815

    def visit_nested(self, node: Any) -> None:
        if not isinstance(node, ast.Lambda):
            self.bind(node.name)

    visit_FunctionDef = visit_AsyncFunctionDef = visit_ClassDef = visit_nested  # noqa: N815
    visit_Lambda = visit_nested  # noqa: N815


class Shared(ast.NodeVisitor):
    """Which variables functions share: rebound globals, and captured variables."""

    def __init__(self, tree: ast.Module) -> None:
        self.names: dict[ast.AST, Names] = {}
        self.globals: set[str] = set()
        self.captured: dict[ast.AST, set[str]] = {}
        self.stack: list[ast.AST] = []
        self.visit(tree)

    def visit_function(self, node: Any) -> None:
        names = self.names[node] = Names(node)
        self.captured[node] = set()
        self.globals |= names.global_
        self.stack.append(node)
        self.generic_visit(node)
        self.stack.pop()

    visit_FunctionDef = visit_AsyncFunctionDef = visit_Lambda = visit_function  # noqa: N815

    def visit_Nonlocal(self, node: ast.Nonlocal) -> None:
        for name in node.names:
            self.capture(name, rebound=True)

    def visit_Name(self, node: ast.Name) -> None:
        if self.stack and isinstance(node.ctx, ast.Load):
            self.capture(node.id, rebound=False)

    def capture(self, name: str, *, rebound: bool) -> None:
        own = self.names[self.stack[-1]]
        if name in own.bound and name not in own.outer:
            return
        for function in reversed(self.stack[:-1]):
            names = self.names[function]
            if name in names.bound and name not in names.outer:
                if rebound or names.bound[name] > 1:
                    self.captured[function].add(name)
                return


class Points(ast.NodeTransformer):
    """Insert the hooks."""

    def __init__(self, tree: ast.Module, file: str) -> None:
        self.file = file
        self.is_users = not file.startswith(STDLIB)
        self.shared = Shared(tree)
        self.functions: list[ast.AST] = []
        self.comprehensions = 0
        self.class_body = 0
        self.temporaries = 0
        self.words: dict[str, int] = {}

    # --- Making nodes -------------------------------------------------------------

    def site(self, node: Any, verb: str, key: str = "") -> ast.Constant:
        function = self.functions[-1] if self.functions else None
        where = getattr(function, "name", "lambda")
        word = f"{verb} {key} in {where} of {os.path.basename(self.file)}"
        self.words[word] = count = self.words.get(word, 0) + 1
        word = f"{word} #{count}"
        SITES.append(Site(self.file, node.lineno, verb, key, self.is_users, word))
        return ast.copy_location(ast.Constant(len(SITES) - 1), node)

    def hook(self, name: str, node: Any, *args: Any) -> ast.Call:
        function = ast.copy_location(ast.Name("_x_" + name, ast.Load()), node)
        return ast.copy_location(ast.Call(function, list(args), []), node)

    def temporary(self) -> str:
        self.temporaries += 1
        return f"_x_{self.temporaries}"

    @property
    def inside(self) -> bool:
        return bool(self.functions)

    def place(self, name: str) -> str | None:
        """The shared variable that a name means here, or None."""
        for function in reversed(self.functions):
            names = self.shared.names[function]
            if name in names.global_:
                return name
            if name in names.bound and name not in names.outer:
                if name in self.shared.captured[function]:
                    return f"{name} of line {getattr(function, 'lineno', 0)}"
                return None
        return name if name in self.shared.globals else None

    # --- Scopes -------------------------------------------------------------------

    def visit_function(self, node: Any) -> Any:
        for field in ("decorator_list", "returns", "type_params"):
            value = getattr(node, field, None)
            if isinstance(value, list):
                setattr(node, field, [self.visit(item) for item in value])
        node.args.defaults = [self.visit(item) for item in node.args.defaults]
        node.args.kw_defaults = [
            item and self.visit(item) for item in node.args.kw_defaults
        ]
        self.functions.append(node)
        outer = self.class_body, self.comprehensions
        self.class_body = self.comprehensions = 0
        if isinstance(node, ast.Lambda):
            node.body = self.visit(node.body)
        else:
            node.body = self.visit_body(node.body)
        self.class_body, self.comprehensions = outer
        self.functions.pop()
        return node

    def visit_body(self, body: list[ast.stmt]) -> list[ast.stmt]:
        made: list[ast.stmt] = []
        for statement in body:
            result = self.visit(statement)
            made.extend(result if isinstance(result, list) else [result])
        return made

    visit_FunctionDef = visit_AsyncFunctionDef = visit_Lambda = visit_function  # noqa: N815

    def visit_ClassDef(self, node: ast.ClassDef) -> Any:
        functions, self.functions = self.functions, []
        # A class body inside a function runs its own statements untouched, but
        # its methods still see the variables of the functions around it.
        body = []
        for statement in node.body:
            if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
                self.functions = list(functions)
                body.append(self.visit_function(statement))
                self.functions = []
            else:
                body.append(self.visit(statement))
        node.body = body
        self.functions = functions
        return node

    def visit_comprehension_expression(self, node: Any) -> Any:
        self.comprehensions += 1
        self.generic_visit(node)
        self.comprehensions -= 1
        return node

    visit_ListComp = visit_SetComp = visit_comprehension_expression  # noqa: N815
    visit_DictComp = visit_GeneratorExp = visit_comprehension_expression  # noqa: N815

    def visit_comprehension(self, node: ast.comprehension) -> Any:
        self.generic_visit(node)
        if self.inside:
            if not node.is_async:
                node.iter = self.iterated(node.iter)
            node.ifs = [self.used(test) for test in node.ifs]
        return node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> Any:
        for value in node.values:
            if isinstance(value, ast.FormattedValue):
                value.value = self.visit(value.value)
                if self.inside:
                    value.value = self.used(value.value)
        return node

    # Annotations and patterns are not run as expressions with accesses of note.

    def visit_arg(self, node: ast.arg) -> Any:
        return node

    def visit_MatchValue(self, node: ast.MatchValue) -> Any:
        return node

    def visit_MatchClass(self, node: ast.MatchClass) -> Any:
        return node

    def visit_MatchMapping(self, node: ast.MatchMapping) -> Any:
        return node

    # --- Expressions --------------------------------------------------------------

    def visit_Name(self, node: ast.Name) -> Any:
        if not self.inside or not isinstance(node.ctx, ast.Load):
            return node
        place = self.place(node.id)
        if place is None:
            return node
        look = self.hook("name", node, self.site(node, "reads", place))
        return ast.copy_location(ast.BoolOp(ast.Or(), [look, node]), node)

    def visit_Attribute(self, node: ast.Attribute) -> Any:
        self.generic_visit(node)
        if not self.inside or is_super(node.value):
            return node
        writing = not isinstance(node.ctx, ast.Load)
        hook, verb = ("write", "writes") if writing else ("read", "reads")
        node.value = self.hook(hook, node, node.value, self.site(node, verb, node.attr))
        return node

    def visit_Subscript(self, node: ast.Subscript) -> Any:
        self.generic_visit(node)
        if not self.inside:
            return node
        reading = isinstance(node.ctx, ast.Load)
        site = self.site(node, "reads" if reading else "writes", "[]")
        key = node.slice
        if isinstance(key, ast.Constant | ast.Name):
            again = (
                ast.copy_location(ast.Name(key.id, ast.Load()), key)
                if isinstance(key, ast.Name)
                else ast.copy_location(ast.Constant(key.value), key)
            )
            hook = "at" if reading else "put"
            node.value = self.hook(hook, node, node.value, again, site)
        elif has_slice(key):
            if reading:
                node.value = self.hook("use", node, node.value, site)
            else:
                none = ast.copy_location(ast.Constant(None), node)
                node.value = self.hook("put", node, node.value, none, site)
        elif reading:
            return self.hook("get", node, node.value, key, site)
        elif not self.comprehensions:
            name = self.temporary()
            keep = ast.copy_location(
                ast.NamedExpr(ast.Name(name, ast.Store()), key), key
            )
            node.value = self.hook("put", node, node.value, keep, site)
            node.slice = ast.copy_location(ast.Name(name, ast.Load()), key)
        return node

    def visit_Call(self, node: ast.Call) -> Any:
        if not self.inside:
            return self.generic_visit(node)
        function = node.func
        if isinstance(function, ast.Name) and function.id in UNTOUCHED:
            return self.generic_visit(node)
        self.generic_visit(node)
        if is_super(getattr(function, "value", None)):
            return node
        for keyword in node.keywords:
            if keyword.arg is None:
                keyword.value = self.used(keyword.value)
        site = self.site(node, "calls", words(function))
        node.args = [node.func, site, *node.args]
        node.func = ast.copy_location(ast.Name("_x_call", ast.Load()), node)
        return node

    def visit_Dict(self, node: ast.Dict) -> Any:
        self.generic_visit(node)
        if self.inside:
            node.values = [
                value if key else self.used(value)
                for key, value in zip(node.keys, node.values, strict=True)
            ]
        return node

    def visit_Yield(self, node: ast.Yield) -> Any:
        self.generic_visit(node)
        if self.inside and isinstance(self.functions[-1], ast.FunctionDef):
            value = node.value or ast.copy_location(ast.Constant(None), node)
            node.value = self.hook("yield", node, value, self.site(node, "yields"))
        return node

    def visit_YieldFrom(self, node: ast.YieldFrom) -> Any:
        self.generic_visit(node)
        if self.inside:
            site = self.site(node, "goes over", words(node.value))
            node.value = self.hook("delegate", node, node.value, site)
        return node

    def visit_Match(self, node: ast.Match) -> Any:
        self.generic_visit(node)
        if self.inside:
            node.subject = self.used(node.subject)
        return node

    def visit_Compare(self, node: ast.Compare) -> Any:
        self.generic_visit(node)
        if self.inside and not all(
            isinstance(op, ast.Is | ast.IsNot) for op in node.ops
        ):
            node.left = self.used(node.left)
            node.comparators = [self.used(value) for value in node.comparators]
        return node

    def visit_BinOp(self, node: ast.BinOp) -> Any:
        self.generic_visit(node)
        if self.inside:
            node.left, node.right = self.used(node.left), self.used(node.right)
        return node

    def visit_BoolOp(self, node: ast.BoolOp) -> Any:
        self.generic_visit(node)
        if self.inside:
            node.values[:-1] = [self.used(value) for value in node.values[:-1]]
        return node

    def visit_UnaryOp(self, node: ast.UnaryOp) -> Any:
        self.generic_visit(node)
        if self.inside:
            node.operand = self.used(node.operand)
        return node

    def visit_IfExp(self, node: ast.IfExp) -> Any:
        return self.visit_test(node)

    def visit_Starred(self, node: ast.Starred) -> Any:
        self.generic_visit(node)
        if self.inside and isinstance(node.ctx, ast.Load):
            node.value = self.used(node.value)
        return node

    def used(self, node: ast.expr) -> ast.expr:
        """The same value, its contents looked at if it may be a container."""
        if isinstance(
            node,
            ast.Constant
            | ast.Compare
            | ast.UnaryOp
            | ast.BinOp
            | ast.JoinedStr
            | ast.Lambda
            | ast.BoolOp,
        ) and not is_name_look(node):
            return node
        return self.hook("use", node, node, self.site(node, "looks at", words(node)))

    def iterated(self, node: ast.expr) -> ast.expr:
        if isinstance(node, ast.Constant):
            return node
        return self.hook("iter", node, node, self.site(node, "goes over", words(node)))

    # --- Statements ---------------------------------------------------------------

    def visit_test(self, node: Any) -> Any:
        self.generic_visit(node)
        if self.inside:
            node.test = self.used(node.test)
        return node

    visit_If = visit_Assert = visit_test  # noqa: N815

    def visit_While(self, node: ast.While) -> Any:
        self.visit_test(node)
        if self.inside:
            turn = self.hook("turn", node.test, self.site(node.test, "turns", ""))
            node.test = ast.copy_location(
                ast.BoolOp(ast.And(), [turn, node.test]), node.test
            )
        return node

    def visit_For(self, node: ast.For) -> Any:
        self.generic_visit(node)
        if self.inside:
            node.iter = self.iterated(node.iter)
            self.announce_targets(node, [node.target])
        return node

    def announce_targets(self, node: Any, targets: list[ast.expr]) -> None:
        """A loop that binds a shared variable: say so at the head of its body."""
        for target in targets:
            for name in ast.walk(target):
                if isinstance(name, ast.Name) and (place := self.place(name.id)):
                    none = ast.copy_location(ast.Constant(None), name)
                    site = self.site(name, "writes", place)
                    hook = self.hook("bind", name, none, site)
                    node.body.insert(0, ast.copy_location(ast.Expr(hook), name))

    def visit_Assign(self, node: ast.Assign) -> Any:
        self.generic_visit(node)
        if self.inside:
            if any(isinstance(target, ast.Tuple | ast.List) for target in node.targets):
                node.value = self.used(node.value)
            node.value = self.bound(node.value, node.targets)
        return node

    def visit_NamedExpr(self, node: ast.NamedExpr) -> Any:
        self.generic_visit(node)
        if self.inside:
            node.value = self.bound(node.value, [node.target])
        return node

    def bound(self, value: ast.expr, targets: list[Any]) -> ast.expr:
        """The value, its binding to shared variables announced."""
        for target in targets:
            for name in ast.walk(target):
                if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store):
                    place = self.place(name.id)
                    if place is not None:
                        site = self.site(name, "writes", place)
                        value = self.hook("bind", value, value, site)
        return value

    def visit_AnnAssign(self, node: ast.AnnAssign) -> Any:
        if node.value is None:
            return node
        node.value = self.visit(node.value)
        node.target = self.visit(node.target)
        if self.inside:
            node.value = self.bound(node.value, [node.target])
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> Any:
        """Make `a.b += c` a reading, the operation in place, and a writing."""
        if not self.inside:
            return self.generic_visit(node)
        target = node.target
        if isinstance(target, ast.Name):
            place = self.place(target.id)
            load: ast.expr = ast.copy_location(ast.Name(target.id, ast.Load()), node)
            value = self.in_place(node, self.visit(load))
            if place is not None:
                site = self.site(node, "writes", place)
                value = self.hook("bind", node, value, site)
            return ast.copy_location(ast.Assign([target], value), node)
        owner = self.temporary()
        kept = self.keep(owner, self.visit(target.value))
        again = ast.copy_location(ast.Name(owner, ast.Load()), node)
        if isinstance(target, ast.Attribute):
            read_site = self.site(node, "reads", target.attr)
            write_site = self.site(node, "writes", target.attr)
            load = ast.Attribute(
                self.hook("read", node, kept, read_site), target.attr, ast.Load()
            )
            store: ast.expr = ast.Attribute(
                self.hook("write", node, again, write_site), target.attr, ast.Store()
            )
        else:
            read_site = self.site(node, "reads", "[]")
            write_site = self.site(node, "writes", "[]")
            name = self.temporary()
            key = self.keep(name, self.visit(target.slice))
            key_again = ast.copy_location(ast.Name(name, ast.Load()), node)
            if has_slice(target.slice):
                return self.generic_visit(node)
            load = self.hook("get", node, kept, key, read_site)
            store = ast.Subscript(
                self.hook("put", node, again, key_again, write_site),
                ast.copy_location(ast.Name(name, ast.Load()), node),
                ast.Store(),
            )
        value = self.in_place(node, ast.copy_location(load, node))
        assign = ast.Assign([ast.copy_location(store, node)], value)
        return ast.copy_location(assign, node)

    def keep(self, name: str, value: ast.expr) -> ast.expr:
        target = ast.copy_location(ast.Name(name, ast.Store()), value)
        return ast.copy_location(ast.NamedExpr(target, value), value)

    def in_place(self, node: ast.AugAssign, load: ast.expr) -> ast.expr:
        kind = ast.copy_location(ast.Constant(type(node.op).__name__), node)
        operand = self.used(self.visit(node.value))
        site = self.site(node, "changes", words(node.target))
        return self.hook("augment", node, kind, load, operand, site)


def is_super(node: ast.AST | None) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "super"
    )


def is_name_look(node: ast.expr) -> bool:
    """A shared variable, as visit_Name writes it."""
    return isinstance(node, ast.BoolOp) and isinstance(node.values[-1], ast.Name)


def has_slice(key: ast.expr) -> bool:
    return isinstance(key, ast.Slice) or (
        isinstance(key, ast.Tuple) and any(map(has_slice, key.elts))
    )


def words(node: ast.AST) -> str:
    """The last name in an expression, for a person."""
    names = [
        part.attr if isinstance(part, ast.Attribute) else part.id
        for part in ast.walk(node)
        if isinstance(part, ast.Attribute)
        or (isinstance(part, ast.Name) and not part.id.startswith("_x_"))
    ]
    return names[0] if names else ""


def compile_module(source: str, file: str) -> Any:
    """Compile a module with the hooks in."""
    tree = ast.parse(source, file)
    tree = ast.fix_missing_locations(Points(tree, file).visit(tree))
    return compile(tree, file, "exec", dont_inherit=True)
