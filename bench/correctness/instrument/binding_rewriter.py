"""Rewrite the ways to bind a variable, so that a hook runs right before each binding.

Some statements, such as `for` or `with`, bind a variable themselves.  If the variable
is shared, the rewritten statement binds a temporary variable instead.  After that, an
assignment with a hook binds the shared variable.  The binding of other variables is not
changed.
"""

import ast
import sys
from typing import Any

from bench.correctness.instrument.rewriter import Rewriter


class Bindings(Rewriter):
    """Makes the assignments that bind shared variables, and inserts their hooks."""

    def binds_shared(self, target: ast.expr) -> bool:
        """Whether a target is a shared variable, or unpacks a value into one."""
        if isinstance(target, ast.Tuple | ast.List):
            return any(map(self.binds_shared, target.elts))
        if isinstance(target, ast.Starred):
            return self.binds_shared(target.value)
        return isinstance(target, ast.Name) and bool(self.shared_variable(target.id))

    def binding(self, name: str, value: ast.expr, node: Any) -> ast.expr:
        """The value to bind to a name, inside a hook if the variable is shared."""
        variable = self.shared_variable(name)
        if variable is None:
            return value
        return self.written(variable, value, value, node)

    def reported(self, name: str, node: Any, verb: str) -> ast.expr:
        """An expression with the value None, as a place for a hook.

        The hook reports the change of a shared variable.  For any other variable, there
        is no hook.
        """
        none = ast.copy_location(ast.Constant(None), node)
        variable = self.shared_variable(name)
        if variable is None:
            return none
        return self.written(variable, node, none, node, verb)

    def bind(self, target: ast.expr, value: ast.expr) -> list[ast.stmt]:
        """Make the statements that bind a target, from left to right.

        A shared variable gets a statement of its own, so that its hook runs right
        before its binding.  But the parts of a target such as `a, b[c], c` must be
        bound in this order, because a part may use a variable that another part binds.
        So after the first shared variable, the other parts also get statements of their
        own.  For example, if only `a` is shared, `a, b[c], c = value` becomes
        `t, u, v = value; a = t; b[c] = u; c = v` with three temporary variables.
        """
        if isinstance(target, ast.Name):
            value = self.binding(target.id, value, target)
        if not isinstance(target, ast.Tuple | ast.List):
            return [ast.copy_location(ast.Assign([target], value), target)]
        parts: list[ast.expr] = []
        later: list[ast.stmt] = []
        for part in target.elts:
            inner = part.value if isinstance(part, ast.Starred) else part
            if not later and not self.binds_shared(inner):
                parts.append(part)
                continue
            name = self.temporary()
            later += self.bind_temporary(inner, name)
            stored: ast.expr = ast.copy_location(ast.Name(name, ast.Store()), inner)
            if inner is not part:
                stored = ast.copy_location(ast.Starred(stored, ast.Store()), part)
            parts.append(stored)
        target.elts = parts
        assign = ast.Assign([target], self.unpacked(value, [target]))
        return [ast.copy_location(assign, target), *later]

    def bind_temporary(self, target: ast.expr, name: str) -> list[ast.stmt]:
        """Make statements that move a value from a temporary to a target.

        They also delete the temporary.  If they did not, the temporary would keep its
        object alive, even after the program has released this object.
        """
        value = ast.copy_location(ast.Name(name, ast.Load()), target)
        end = ast.Delete([ast.copy_location(ast.Name(name, ast.Del()), target)])
        return [*self.bind(target, value), ast.copy_location(end, target)]

    def bind_name(self, name: str, temporary: str, node: Any) -> list[ast.stmt]:
        """The same as `bind_temporary`, for a name instead of a target."""
        target = ast.copy_location(ast.Name(name, ast.Store()), node)
        return self.bind_temporary(target, temporary)

    def visit_Assign(self, node: ast.Assign) -> Any:
        is_slice = len(node.targets) == 1 and sets_slice(node.targets[0])
        self.generic_visit(node)
        if not self.inside:
            return node
        if is_slice:
            return self.set_slice(node)
        if not any(map(self.binds_shared, node.targets)):
            node.value = self.unpacked(node.value, node.targets)
            return node
        if len(node.targets) == 1:
            return self.bind(node.targets[0], node.value)
        name = self.temporary()
        stored = ast.copy_location(ast.Name(name, ast.Store()), node)
        statements: list[ast.stmt] = [
            ast.copy_location(ast.Assign([stored], node.value), node)
        ]
        for target in node.targets:
            value = ast.copy_location(ast.Name(name, ast.Load()), node)
            statements += self.bind(target, value)
        end = ast.Delete([ast.copy_location(ast.Name(name, ast.Del()), node)])
        return [*statements, ast.copy_location(end, node)]

    def set_slice(self, node: ast.Assign) -> list[ast.stmt]:
        """Assign to a slice; one hook reports this write and the read of the value."""
        name = self.temporary()
        target: Any = node.targets[0]
        load = ast.copy_location(ast.Name(name, ast.Load()), node)
        owner, key, site = target.value.args  # arguments of the hook of the subscript
        target.value = self.hook("write_slice", node, owner, key, load, site)
        statements: list[ast.stmt] = [
            ast.Assign([ast.Name(name, ast.Store())], node.value),
            ast.Assign([target], ast.Name(name, ast.Load())),
            ast.Delete([ast.Name(name, ast.Del())]),
        ]
        return [ast.fix_missing_locations(ast.copy_location(one, node))
                for one in statements]  # fmt: skip

    def bind_item(self, node: ast.For | ast.AsyncFor) -> None:
        """Bind or unpack the item in the body of the loop, with hooks."""
        target = node.target
        if self.binds_shared(target) or isinstance(target, ast.Tuple | ast.List):
            name = self.temporary()
            node.body[:0] = self.bind_temporary(target, name)
            node.target = ast.copy_location(ast.Name(name, ast.Store()), target)

    def bind_entered(self, node: Any) -> Any:
        """Bind results of context managers to shared variables in the body of a `with`.

        For example, let `x` be shared in `with a as x, b as y`.  Then `b as y` moves
        into an inner `with` statement, and `x` is bound before this statement.
        """
        for index, item in enumerate(node.items):
            target = item.optional_vars
            if target is None or not self.binds_shared(target):
                continue
            name = self.temporary()
            body = node.body
            # The expressions of the later managers may use this variable.
            if rest := node.items[index + 1 :]:
                inner = ast.copy_location(type(node)(rest, body), node)
                body = [self.bind_entered(inner)]
            node.items = node.items[: index + 1]
            node.body = [*self.bind_temporary(target, name), *body]
            item.optional_vars = ast.copy_location(ast.Name(name, ast.Store()), target)
            break
        return node

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> Any:
        """Rewrite `except E as e`; Python also unbinds `e` when the handler ends."""
        self.generic_visit(node)
        if not self.inside or node.name is None:
            return node
        if self.shared_variable(node.name) is None:
            return node
        name, node.name = node.name, self.temporary()
        bound = self.bind_name(name, node.name, node)
        # Like Python, bind None before `del`: the body may have deleted the variable.
        stored = ast.copy_location(ast.Name(name, ast.Store()), node)
        none = self.reported(name, node, "deletes")
        end = ast.Delete([ast.copy_location(ast.Name(name, ast.Del()), node)])
        unbound = [ast.Assign([stored], none), end]
        body = ast.Try(
            node.body, [], [], [ast.copy_location(one, node) for one in unbound]
        )
        node.body = [*bound, ast.copy_location(body, node)]
        return node

    def visit_Delete(self, node: ast.Delete) -> Any:
        self.generic_visit(node)
        if not self.inside or not any(map(self.binds_shared, node.targets)):
            return node
        statements: list[ast.stmt] = []
        for target in leaves(node.targets):
            if isinstance(target, ast.Name):
                hook = self.reported(target.id, target, "deletes")
                statements.append(ast.copy_location(ast.Expr(hook), target))
            statements.append(ast.copy_location(ast.Delete([target]), target))
        return statements

    def visit_TypeAlias(self, node: Any) -> Any:
        """Report the binding of `type x = ...` in a statement before it.

        Python evaluates nothing between this report and the binding.
        """
        self.generic_visit(node)
        name = node.name.id
        if not self.inside or self.shared_variable(name) is None:
            return node
        hook = ast.Expr(self.reported(name, node, "writes"))
        return [ast.copy_location(hook, node), node]

    def visit_imports(self, node: Any) -> Any:
        """Rewrite `import m as x` and `from m import x`, one name after the other."""
        if not self.inside:
            return node
        names = [alias.name for alias in node.names]
        statements: list[ast.stmt] = []
        for alias in node.names:
            name = alias.asname or alias.name
            if isinstance(node, ast.Import) and not alias.asname:
                name = name.partition(".")[0]
            if self.shared_variable(name) is None:
                statements.append(part_of(node, alias))
                continue
            if isinstance(node, ast.Import) and not alias.asname and "." in alias.name:
                # `import a.b` loads the submodule `a.b`, but binds the package `a`.
                statements += import_submodule(node, alias.name, self.temporary())
                alias.name = name
            alias.asname = self.temporary()
            statements.append(part_of(node, alias))
            statements += self.bind_name(name, alias.asname, alias)
        if len(statements) == len(node.names):
            statements = [node]
        if isinstance(node, ast.ImportFrom) and may_be_programs(node):
            statements.insert(0, self.reading_names(node, names))
        return statements

    visit_Import = visit_ImportFrom = visit_imports

    def reading_names(self, node: ast.ImportFrom, names: list[str]) -> ast.stmt:
        """Make a call of the hook that reports which names of a module are read."""
        path = "." * node.level + (node.module or "")
        asked: list[ast.expr] = [ast.Constant(path), ast.Constant(" ".join(names))]
        site = self.site(node, "imports from", node.module or "")
        value = self.hook("import_from", node, *asked, site)
        return ast.copy_location(ast.Expr(value), node)

    def report_definition(self, node: Any, variable: str | None) -> None:
        """Add a decorator, applied last, that reports the binding of a definition."""
        if variable is None:
            return
        # The new decorator gets the first line of the definition.  So the first line of
        # the code object does not change.
        place = node.decorator_list[0] if node.decorator_list else node
        name = self.temporary()
        value = ast.copy_location(ast.Name(name, ast.Load()), place)
        arguments = ast.arguments([], [ast.arg(name)], None, [], [], None, [])
        hook = self.written(variable, place, value, node)
        decorator = ast.copy_location(ast.Lambda(arguments, hook), place)
        node.decorator_list.insert(0, decorator)


def leaves(targets: list[ast.expr]) -> list[ast.expr]:
    """The targets of a `del`, including each target inside parentheses."""
    found: list[ast.expr] = []
    for target in targets:
        if isinstance(target, ast.Tuple | ast.List):
            found += leaves(target.elts)
        else:
            found.append(target)
    return found


def may_be_programs(node: ast.ImportFrom) -> bool:
    """Whether the imported module may be a module of the program."""
    top = (node.module or "").partition(".")[0]
    return bool(node.level) or top not in sys.stdlib_module_names


def part_of(node: Any, alias: ast.alias) -> ast.stmt:
    """The part of an import that binds one name."""
    part: ast.stmt
    if isinstance(node, ast.ImportFrom):
        part = ast.ImportFrom(node.module, [alias], node.level)
    else:
        part = ast.Import([alias])
    return ast.copy_location(part, node)


def import_submodule(node: ast.Import, path: str, name: str) -> list[ast.stmt]:
    """Make an import that only loads a submodule."""
    alias = ast.copy_location(ast.alias(path, name), node)
    end = ast.Delete([ast.copy_location(ast.Name(name, ast.Del()), node)])
    return [part_of(node, alias), ast.copy_location(end, node)]


def sets_slice(target: ast.expr) -> bool:
    """Whether a target is a slice of a container."""
    return isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Slice)
