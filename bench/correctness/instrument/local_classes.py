"""Move a class out of the function that defines it, so that the explorer can load it.

A test may define its scenario in the test function.  The explorer loads the file again,
but it does not run the test, so the class would not exist.  For this reason the class
becomes a class of the module.  The imports, functions and classes beside it are copied
into the module, too.
"""

import ast
import copy
import symtable
from typing import Any

LOCALS = "<locals>"
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
Scope = ast.Module | Definition
CARRIED = (
    ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef,
)  # fmt: skip


def lift(tree: ast.Module, qualname: str) -> None:
    """Copy the class with this qualified name into the module, under its own name.

    For example, the copy of `test_count.<locals>.Counter` has the name `Counter`.

    Raises LookupError, with the reason, if the class uses a variable of its function
    that is not copied, or if the file has no such class.
    """
    *functions, name = qualname.split(f".{LOCALS}.")
    carried: list[ast.stmt] = []
    bound: set[str] = set()
    scope: Scope = tree
    outermost: Definition | None = None
    for path in functions:
        for part in path.split("."):
            scope = definition(scope, part)
        assert not isinstance(scope, ast.Module)
        outermost = outermost or scope
        carried += [one for one in scope.body if isinstance(one, CARRIED)]
        bound |= bound_names(scope)
    assert outermost is not None
    for part in name.split("."):
        scope = definition(scope, part)
    known = {one for statement in carried for one in names_of(statement)}
    waiting: list[Any] = [scope]
    asked: set[str] = set()
    while waiting:
        user = waiting.pop()
        used = variables_used(outermost, user) | (names_in_head(user) & bound)
        if missing := sorted(used - known):
            raise LookupError(
                f"{user.name} uses {', '.join(missing)} of the function that defines"
                " it; define it in the module"
            )
        waiting += [
            one
            for one in carried
            if isinstance(one, Definition) and one.name in used - asked
        ]
        asked |= used
    tree.body += copy.deepcopy(carried)


def definition(scope: Scope, name: str) -> Scope:
    """The last function or class with this name in a scope."""
    found = [
        node
        for node in ast.walk(scope)
        if isinstance(node, Definition) and node.name == name and node is not scope
    ]
    if not found:
        raise LookupError(f"the file has no {name} any more")
    return found[-1]


def bound_names(function: Definition) -> set[str]:
    """The names that a function binds itself: its arguments and variables."""
    found = set()
    waiting: list[ast.AST] = [*ast.iter_child_nodes(function)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Definition | ast.Lambda):
            continue
        if isinstance(node, ast.arg):
            found.add(node.arg)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        waiting += ast.iter_child_nodes(node)
    return found


def names_in_head(inner: Definition) -> set[str]:
    """The names in the bases, decorators and default arguments of a definition.

    Python looks up these names in the function around the definition.
    """
    head: list[ast.AST] = [*inner.decorator_list]
    if isinstance(inner, ast.ClassDef):
        head += [*inner.bases, *inner.keywords]
    else:
        head += [*inner.args.defaults, *filter(None, inner.args.kw_defaults)]
    return {
        node.id
        for part in head
        for node in ast.walk(part)
        if isinstance(node, ast.Name)
    }


def variables_used(function: Definition, inner: Definition) -> set[str]:
    """The names in `inner` that mean variables of a function around `inner`.

    `inner` is the definition of a class or a function.  The functions around it are
    `function`, and any functions between `function` and `inner`.  Variables that
    `inner` or its methods bind themselves are not in the result.  For example, each
    method of `inner` has its own `self`, even if `function` has a variable `self` too.
    """
    mark = "_x_the_definition"
    name, inner.name = inner.name, mark
    try:
        table = symtable.symtable(ast.unparse(function), "<function>", "exec")
    finally:
        inner.name = name
    waiting = [table]
    while waiting:
        table = waiting.pop()
        if table.get_name() == mark:
            return {one.get_name() for one in table.get_symbols() if one.is_free()}
        waiting += table.get_children()
    return set()


def names_of(statement: ast.stmt) -> list[str]:
    """The names that an import or a definition binds."""
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return [
            alias.asname or alias.name.partition(".")[0] for alias in statement.names
        ]
    return [statement.name] if isinstance(statement, Definition) else []
