"""Rewrite statements: tests, loops and the many ways to bind a name.

An augmented assignment is split: it reads, changes in place, and writes.  Other workers
may run between these.
"""

import ast
from typing import Any

from bench.correctness.instrument.match_rewriter import Matches
from bench.correctness.instrument.rewriter import Rewriter, last_name


class Statements(Matches):
    """Inserts the hooks of statements."""

    visit_If = visit_Assert = Rewriter.visit_test

    def visit_While(self, node: ast.While) -> Any:
        awaits = has_await(node.body)
        self.visit_test(node)
        if self.inside:
            site = self.site(node.test, "iterates", "")
            kind = "awaiting_iteration" if awaits else "loop_iteration"
            hook = self.hook(kind, node.test, site)
            # The hook returns True, so that `and` continues with the test itself.
            node.test = ast.copy_location(
                ast.BoolOp(ast.And(), [hook, node.test]), node.test
            )
        return node

    def visit_For(self, node: ast.For) -> Any:
        awaits = has_await(node.body)
        self.generic_visit(node)
        if self.inside:
            node.iter = self.iterated(node.iter)
            self.bind_item(node)
            if awaits:
                self.count_items(node)
        return node

    def visit_AsyncFor(self, node: ast.AsyncFor) -> Any:
        self.generic_visit(node)
        if self.inside:
            node.iter = self.iterated(node.iter, "iterate_async")
            self.bind_item(node)
            self.count_items(node)
        return node

    def count_items(self, node: Any) -> None:
        """Let a loop count its iterations: those with an `await` need not suspend."""
        counting = ast.Expr(self.hook("awaiting_item", node))
        node.body.insert(0, ast.copy_location(counting, node))

    def visit_AnnAssign(self, node: ast.AnnAssign) -> Any:
        if node.value is None:
            return node
        node.value = self.visit(node.value)
        node.target = self.visit(node.target)
        if self.inside:
            node.value = self.bound(node.value, [node.target])
        return node

    def visit_AugAssign(self, node: ast.AugAssign) -> Any:
        """Rewrite `a.b += c` as a read, the operation in place, and a write."""
        if not self.inside:
            return self.generic_visit(node)
        target = node.target
        if isinstance(target, ast.Name):
            variable = self.shared_variable(target.id)
            load: ast.expr = ast.copy_location(ast.Name(target.id, ast.Load()), node)
            value = self.in_place(node, self.visit(load))
            if variable is not None:
                site = self.site(node, "writes", variable)
                value = self.hook("write_variable", node, value, site)
            return ast.copy_location(ast.Assign([target], value), node)
        owner = self.temporary()
        stored_owner = self.store(owner, self.visit(target.value))
        same_owner = ast.copy_location(ast.Name(owner, ast.Load()), node)
        if isinstance(target, ast.Attribute):
            read_site = self.site(node, "reads", target.attr)
            write_site = self.site(node, "writes", target.attr)
            load = ast.Attribute(
                self.hook("read_attribute", node, stored_owner, read_site),
                target.attr,
                ast.Load(),
            )
            store: ast.expr = ast.Attribute(
                self.hook("write_attribute", node, same_owner, write_site),
                target.attr,
                ast.Store(),
            )
        else:
            read_site = self.site(node, "reads", "[]")
            write_site = self.site(node, "writes", "[]")
            name = self.temporary()
            key = self.store(name, self.as_object(self.visit(target.slice)))
            same_key = ast.copy_location(ast.Name(name, ast.Load()), node)
            load = self.hook("get_item", node, stored_owner, key, read_site)
            store = ast.Subscript(
                self.hook("write_item", node, same_owner, same_key, write_site),
                ast.copy_location(ast.Name(name, ast.Load()), node),
                ast.Store(),
            )
        value = self.in_place(node, ast.copy_location(load, node))
        assign = ast.Assign([ast.copy_location(store, node)], value)
        return ast.copy_location(assign, node)

    def as_object(self, key: ast.expr) -> ast.expr:
        """The key of a subscript, where `a:b` stands for a call that makes a slice."""
        if isinstance(key, ast.Slice):
            parts = [
                part or ast.copy_location(ast.Constant(None), key)
                for part in (key.lower, key.upper, key.step)
            ]
            return self.hook("slice", key, *parts)
        if isinstance(key, ast.Tuple):
            key.elts = [self.as_object(part) for part in key.elts]
        return key

    def in_place(self, node: ast.AugAssign, load: ast.expr) -> ast.expr:
        """The operation of an augmented assignment, as a call of its hook."""
        operator = ast.copy_location(ast.Constant(type(node.op).__name__), node)
        operand = self.read(self.visit(node.value))
        site = self.site(node, "changes", last_name(node.target))
        return self.hook("change_in_place", node, operator, load, operand, site)

    def visit_With(self, node: ast.With) -> Any:
        self.generic_visit(node)
        if self.inside:
            for item in node.items:
                manager = item.context_expr
                site = self.site(manager, "uses", last_name(manager))
                item.context_expr = self.hook("manage", manager, manager, site)
            self.bind_entered(node)
        return node

    def visit_AsyncWith(self, node: ast.AsyncWith) -> Any:
        self.generic_visit(node)
        return self.bind_entered(node) if self.inside else node


def has_await(body: list[ast.stmt]) -> bool:
    """Whether statements await something, functions within them left out."""
    waiting: list[ast.AST] = [*body]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Await | ast.AsyncFor | ast.AsyncWith):
            return True
        if not isinstance(
            node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda
        ):
            waiting += ast.iter_child_nodes(node)
    return False
