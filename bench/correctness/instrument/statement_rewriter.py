"""Rewrite statements: tests, loops and the many ways to bind a name.

An augmented assignment is taken apart: it reads, changes in place, and writes, and
others may come between.
"""

import ast
from typing import Any

from bench.correctness.instrument.rewriter import Rewriter, has_slice, words


class Statements(Rewriter):
    """Insert the hooks of what is done."""

    visit_If = visit_Assert = Rewriter.visit_test

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
            self.take_items_apart(node)
        return node

    def visit_AsyncFor(self, node: ast.AsyncFor) -> Any:
        self.generic_visit(node)
        if self.inside:
            node.iter = self.iterated(node.iter, "iter_async")
            self.announce_targets(node, [node.target])
            self.take_items_apart(node)
        return node

    def take_items_apart(self, node: Any) -> None:
        """A loop with several targets looks into each item: in its body it is seen."""
        target = node.target
        if isinstance(target, ast.Tuple | ast.List):
            name = self.temporary()
            item = ast.copy_location(ast.Name(name, ast.Load()), target)
            apart = ast.Assign([target], self.unpacked(item, [target]))
            node.body.insert(0, ast.copy_location(apart, target))
            node.target = ast.copy_location(ast.Name(name, ast.Store()), target)

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
            node.value = self.unpacked(node.value, node.targets)
            node.value = self.bound(node.value, node.targets)
        return node

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

    def in_place(self, node: ast.AugAssign, load: ast.expr) -> ast.expr:
        kind = ast.copy_location(ast.Constant(type(node.op).__name__), node)
        operand = self.used(self.visit(node.value))
        site = self.site(node, "changes", words(node.target))
        return self.hook("augment", node, kind, load, operand, site)

    def visit_Match(self, node: ast.Match) -> Any:
        self.generic_visit(node)
        if self.inside:
            names = sorted(
                {
                    name
                    for part in ast.walk(node)
                    if isinstance(part, ast.MatchClass)
                    for name in part.kwd_attrs
                }
            )
            site = self.site(node.subject, "looks at", words(node.subject))
            looked = ast.copy_location(ast.Constant(" ".join(names)), node.subject)
            node.subject = self.hook("match", node.subject, node.subject, looked, site)
        return node
