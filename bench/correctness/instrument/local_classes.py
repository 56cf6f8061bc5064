"""Move a class out of the function that defines it, so that it can be made again.

A test may define its scenario in the test function.  The explorer loads the file again
and does not run the test.  For this reason the class becomes a class of the module,
together with the imports, functions and classes beside it.
"""

import ast
import copy

LOCALS = "<locals>"
Scope = ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
CARRIED = (
    ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef,
)  # fmt: skip


def lift(tree: ast.Module, qualname: str) -> None:
    """Add the class with this qualified name to the module, under its own name.

    Raises LookupError, with the reason, if the class uses other variables of its
    function.
    """
    *functions, name = qualname.split(f".{LOCALS}.")
    carried: list[ast.stmt] = []
    bound: set[str] = set()
    scope: Scope = tree
    for path in functions:
        for part in path.split("."):
            scope = definition(scope, part)
        assert not isinstance(scope, ast.Module)
        carried += [one for one in scope.body if isinstance(one, CARRIED)]
        bound |= bound_names(scope)
    for part in name.split("."):
        scope = definition(scope, part)
    known = {one for statement in carried for one in names_of(statement)}
    used = {node.id for node in ast.walk(scope) if isinstance(node, ast.Name)}
    if missing := sorted(used & bound - known):
        raise LookupError(
            f"{name} uses {', '.join(missing)} of the function that defines {name};"
            f" define {name} in the module"
        )
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


def names_of(statement: ast.stmt) -> list[str]:
    """The names that an import or a definition binds."""
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return [
            alias.asname or alias.name.partition(".")[0] for alias in statement.names
        ]
    return [statement.name] if isinstance(statement, Definition) else []
