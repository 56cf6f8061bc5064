"""Rewrite expressions: names, attributes, items, calls, and what operators look at.

Operands keep their order, and each is evaluated once, as before.
"""

import ast
from typing import Any

from bench.correctness.instrument.rewriter import Rewriter, has_slice, is_super, words

UNTOUCHED = {
    "super", "locals", "globals", "dir", "eval", "exec", "isinstance", "issubclass",
    "range", "type", "id", "callable", "int", "float", "print", "Exception",
}  # fmt: skip


VERBS: dict[type, tuple[str, str]] = {
    ast.Load: ("read", "reads"),
    ast.Store: ("write", "writes"),
    ast.Del: ("write", "deletes"),
}
CONSUMING = {
    "sum",
    "any",
    "all",
    "min",
    "max",
    "list",
    "tuple",
    "set",
    "dict",
    "sorted",
}


class Expressions(Rewriter):
    """Insert the hooks of what has a value."""

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
        hook, verb = VERBS[type(node.ctx)]
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
        if isinstance(function, ast.Name) and function.id in CONSUMING:
            self.consumed += node.args
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

    def visit_JoinedStr(self, node: ast.JoinedStr) -> Any:
        for value in node.values:
            if isinstance(value, ast.FormattedValue):
                value.value = self.visit(value.value)
                if self.inside:
                    value.value = self.used(value.value, "look")
        return node

    def visit_Yield(self, node: ast.Yield) -> Any:
        self.generic_visit(node)
        if self.inside and not isinstance(self.functions[-1], ast.Lambda):
            value = node.value or ast.copy_location(ast.Constant(None), node)
            node.value = self.hook("yield", node, value, self.site(node, "yields"))
        return node

    def visit_YieldFrom(self, node: ast.YieldFrom) -> Any:
        self.generic_visit(node)
        if self.inside:
            site = self.site(node, "goes over", words(node.value))
            node.value = self.hook("delegate", node, node.value, site)
        return node

    def visit_Compare(self, node: ast.Compare) -> Any:
        self.generic_visit(node)
        if self.inside and not all(
            isinstance(op, ast.Is | ast.IsNot) for op in node.ops
        ):
            node.left = self.used(node.left, "look")
            node.comparators = [self.used(value, "look") for value in node.comparators]
        return node

    def visit_BinOp(self, node: ast.BinOp) -> Any:
        self.generic_visit(node)
        if self.inside:
            looks = "look" if isinstance(node.op, ast.Mod) else "use"  # of a text
            node.left = self.used(node.left)
            node.right = self.used(node.right, looks)
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

    def visit_Starred(self, node: ast.Starred) -> Any:
        self.generic_visit(node)
        if self.inside and isinstance(node.ctx, ast.Load):
            node.value = self.used(node.value)
        return node

    def visit_NamedExpr(self, node: ast.NamedExpr) -> Any:
        self.generic_visit(node)
        if self.inside:
            node.value = self.bound(node.value, [node.target])
        return node

    visit_IfExp = Rewriter.visit_test
