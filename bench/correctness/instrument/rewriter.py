"""What every rewriting of a node is made of: a site, a hook's call, a name to keep in.

Each hook is given the number of its site, which says where it stands and what it
does there; a site's words name it without a line number.
"""

import ast
import os
from typing import Any

from bench.correctness.instrument.scopes import SharedVariables
from bench.correctness.instrument.sites import SITES, Site

STDLIB = os.path.dirname(os.__file__) + os.sep


class Rewriter(ast.NodeTransformer):
    """The ways to put a hook around a node, and the function that it stands in."""

    def __init__(self, tree: ast.Module, file: str) -> None:
        self.file = file
        self.is_users = not file.startswith(STDLIB) or "site-packages" in file
        self.shared = SharedVariables(tree)
        self.functions: list[ast.AST] = []
        self.comprehensions = 0
        self.temporaries = 0
        self.consumed: list[ast.expr] = []  # generators that nobody else gets hold of
        self.words: dict[str, int] = {}

    def site(self, node: Any, verb: str, key: str = "") -> ast.Constant:
        function = self.functions[-1] if self.functions else None
        where = getattr(function, "name", "lambda")
        word = f"{verb} {key} in {where} of {os.path.basename(self.file)}"
        self.words[word] = count = self.words.get(word, 0) + 1
        word = f"{word} #{count}"
        if verb == "calls" and not self.is_users:
            verb = f"calls {key} of"  # each Python's library has other calls beside it
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
                    return f"{name} of {self.shared.labels[function]}"
                return None
        return name if name in self.shared.globals else None

    def keep(self, name: str, value: ast.expr) -> ast.expr:
        target = ast.copy_location(ast.Name(name, ast.Store()), value)
        return ast.copy_location(ast.NamedExpr(target, value), value)

    # --- Values whose use is an access -------------------------------------------

    def visit_test(self, node: Any) -> Any:
        self.generic_visit(node)
        if self.inside:
            node.test = self.used(node.test)
        return node

    def used(self, node: ast.expr, hook: str = "use") -> ast.expr:
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
        return self.hook(hook, node, node, self.site(node, "looks at", words(node)))

    def unpacked(self, node: ast.expr, targets: list[ast.expr]) -> ast.expr:
        """The same value, looked at as deeply as the targets take it apart."""
        apart = [one for one in targets if isinstance(one, ast.Tuple | ast.List)]
        if not apart:
            return node
        return self.used(node, "look" if any(map(is_nested, apart)) else "use")

    def iterated(self, node: ast.expr, hook: str = "iter") -> ast.expr:
        if isinstance(node, ast.Constant):
            return node
        return self.hook(hook, node, node, self.site(node, "goes over", words(node)))

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


def is_nested(target: ast.Tuple | ast.List) -> bool:
    """Whether a part of what is taken apart is taken apart itself."""
    return any(
        isinstance(part, ast.Tuple | ast.List)
        for part in ast.walk(target)
        if part is not target
    )


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
