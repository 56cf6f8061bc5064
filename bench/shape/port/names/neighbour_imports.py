"""Imports of a draft: the neighbour modules that are read have drafts too."""

import ast
from collections.abc import Iterator

from bench.shape.port.analysis.neighbours import draft_name
from bench.shape.port.colours import Colours
from bench.shape.port.rewriting import Rewriting
from bench.shape.reading.source import from_text
from bench.shape.resolution.program import package_of
from bench.shape.resolution.scopes import Path, Scope
from bench.shape.resolution.syntax import resolved_module
from bench.shape.resolution.values import ClassRef, FunctionRef, ModuleRef

FAKE = (
    "its draft has aiohttp: {}.aiohttp.ClientSession = a class with"
    " __init__(**options), async close(), and get(url, **options). The object from"
    " get works with async with and with await; its text() and read() are awaited,"
    " its raise_for_status() is not"
)


def neighbour_imports(
    found: Colours, scope: Scope, statement: ast.stmt
) -> Iterator[tuple[int, str]]:
    """The comment on an import of a module that needs a port, but was not given."""
    if isinstance(statement, ast.Import):
        names = [alias.name for alias in statement.names]
    elif isinstance(statement, ast.ImportFrom):
        source = found.graph.program.modules[scope.module]
        module = resolved_module(statement, package_of(scope.module, source))
        names = [module, *(f"{module}.{alias.name}" for alias in statement.names)]
    else:
        return
    drafted = {
        name
        for name in names
        if any(_becomes_async(found, module) for module in _home(found, name))
    }
    if drafted:
        new = _of_draft(statement, drafted)
        yield statement.lineno, f"what it imports becomes async too: {new}"


def faked(
    found: Colours, node: ast.Attribute, scope: Scope, path: Path
) -> Iterator[tuple[int, str]]:
    """The comment on `client.requests`, which a test or scenario replaces by a fake."""
    if node.attr != "requests":
        return
    for value in found.graph.types.of(node.value, scope, path):
        if isinstance(value, ModuleRef) and _uses_session(found, value.name):
            on = ast.unparse(node.value)
            yield node.lineno, FAKE.format(on)


def _uses_session(found: Colours, module: str) -> bool:
    """Whether a module becomes async and imports requests."""
    program = found.graph.program
    return module in program.tops and (
        "requests" in program.tops[module].bindings
        and any(found.is_async(one.key) for one in found.graph.own(module))
    )


def _home(found: Colours, name: str) -> Iterator[str]:
    """The module that defines a name; another module may export the name."""
    for value in found.graph.types.imported(name):
        if isinstance(value, ModuleRef):
            yield value.name
        elif isinstance(value, FunctionRef | ClassRef):
            yield value.key.partition(":")[0]


def _becomes_async(found: Colours, module: str) -> bool:
    """Whether a module that was not given has async functions, or a lock of asyncio."""
    program = found.graph.program
    if module not in program.tops or module in program.given:
        return False
    return any(found.is_async(one.key) for one in found.graph.own(module)) or any(
        key.startswith(f"{module}:") for key in found.slow
    )


def _of_draft(statement: ast.Import | ast.ImportFrom, drafted: set[str]) -> str:
    """The import of the draft instead of the module."""
    if isinstance(statement, ast.ImportFrom) and statement.module:
        dots, module = "." * statement.level, draft_name(statement.module)
        names = ", ".join(ast.unparse(alias) for alias in statement.names)
        return f"from {dots}{module} import {names}"
    return "import " + ", ".join(
        f"{draft_name(alias.name)} as {alias.asname or alias.name.rpartition('.')[2]}"
        if alias.name in drafted
        else ast.unparse(alias)
        for alias in statement.names
    )


def moved(text: str, old: str, new: str) -> str:
    """The text of a draft with a new name of its package, in imports and in code."""
    if old == new or not new.isidentifier() or old not in text:
        return text
    source = from_text("draft", text)
    try:
        tree = ast.parse(text)
    except SyntaxError:
        # not valid Python yet: the user must first act on comments of the draft
        return text
    rewriting = Rewriting(source)
    plainly = False  # whether the package's own name is bound
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            plainly |= _rename(rewriting, node, old, new)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            name = node.module or ""
            if name.partition(".")[0] == old:
                at = node.lineno, node.col_offset + len("from ")
                rewriting.replaced[at, (at[0], at[1] + len(old))] = new
    for node in ast.walk(tree) if plainly else ():
        if isinstance(node, ast.Name) and node.id == old:
            rewriting.replace(node, new)
    return "\n".join(rewriting.line(n) for n in range(1, len(source.lines) + 1))


def _rename(rewriting: Rewriting, node: ast.Import, old: str, new: str) -> bool:
    plainly = False
    for alias in node.names:
        if alias.name.partition(".")[0] == old:
            name = new + alias.name.removeprefix(old)
            rewriting.replace(
                alias, f"{name} as {alias.asname}" if alias.asname else name
            )
            plainly |= alias.asname is None
    return plainly
