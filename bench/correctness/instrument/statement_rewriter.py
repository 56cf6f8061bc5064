"""Rewrite statements: tests, loops and the many ways to bind a name.

An augmented assignment, such as `a.b += c`, becomes three steps: a read, a change in
place, and a write.  Other workers may run between these steps.
"""

import ast
import copy
from typing import Any

from bench.correctness.instrument.match_rewriter import Matches
from bench.correctness.instrument.rewriter import Rewriter, last_name
from bench.correctness.instrument.slices import Slices


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
        """Let a hook count the iterations of a loop that awaits.

        If the awaited objects never suspend, no other task can run.  By the count, the
        kernel finds such a loop if it is endless.
        """
        counting = ast.Expr(self.hook("awaiting_item", node))
        node.body.insert(0, ast.copy_location(counting, node))

    def visit_AnnAssign(self, node: ast.AnnAssign) -> Any:
        # In a function, an annotation of a variable is not evaluated.
        if self.class_body is not None or not self.inside:
            node.annotation = self.annotated(node.annotation) or node.annotation
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
                value = self.written(variable, node, value, node)
            return ast.copy_location(ast.Assign([target], value), node)
        temporaries: list[str] = []
        rebinds = any(isinstance(part, ast.NamedExpr) for part in ast.walk(node))
        owner, same_owner = self.twice(target.value, temporaries, rebinds)
        if isinstance(target, ast.Attribute):
            read_site = self.site(node, "reads", target.attr)
            write_site = self.site(node, "writes", target.attr)
            load = ast.Attribute(
                self.hook("read_attribute", node, owner, read_site),
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
            sliced = Slices(self).visit(target.slice)
            key, same_key = self.twice(sliced, temporaries, rebinds)
            load = self.hook("get_item", node, owner, key, read_site)
            store = ast.Subscript(
                self.hook("write_item", node, same_owner, same_key, write_site),
                copy.copy(same_key),
                ast.Store(),
            )
        value = self.in_place(node, ast.copy_location(load, node))
        assign = ast.copy_location(
            ast.Assign([ast.copy_location(store, node)], value), node
        )
        if not temporaries:
            return assign
        names: list[ast.expr] = [
            ast.copy_location(ast.Name(name, ast.Del()), node) for name in temporaries
        ]
        return [assign, ast.copy_location(ast.Delete(names), node)]

    def twice(
        self, node: ast.expr, temporaries: list[str], rebinds: bool
    ) -> tuple[ast.expr, ast.expr]:
        """Make two expressions for two uses of a node, which is evaluated only once.

        The first expression stores the value in a temporary, and the second expression
        reads the temporary.  Two kinds of nodes need no temporary: a constant, and a
        variable that only this function can bind.  But with `rebinds`, the statement
        binds a variable by `:=`, so each variable needs a temporary.
        """
        if isinstance(node, ast.Constant):
            return node, copy.copy(node)
        if isinstance(node, ast.Name) and not rebinds and self.is_local(node.id):
            return node, copy.copy(node)
        name = self.temporary()
        temporaries.append(name)
        same = ast.copy_location(ast.Name(name, ast.Load()), node)
        return self.store(name, self.visit(node)), same

    def is_local(self, name: str) -> bool:
        """Whether only the visited function itself can bind this variable."""
        bindings = self.shared.bindings[self.functions[-1]]
        return (
            self.class_body is None
            and bindings.hides(name)
            and name not in bindings.bound_later
            and self.shared_variable(name) is None
        )

    def in_place(self, node: ast.AugAssign, load: ast.expr) -> ast.expr:
        """The operation of an augmented assignment, as a call of its hook."""
        operator = ast.copy_location(ast.Constant(type(node.op).__name__), node)
        operand = self.visit(node.value)  # the hook reports both reads
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
    """Whether statements await something, not counting functions within them."""
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
