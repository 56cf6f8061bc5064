"""Tests that become async: unittest has a base class for them; pytest uses a plugin."""

import ast
from collections.abc import Iterator

from bench.shape.port.analysis.test_methods import (
    ASYNC_CASE,
    CASE,
    CASES,
    is_test_case,
)
from bench.shape.port.colours import Colours
from bench.shape.port.rewriting import Rewriting, stands_alone
from bench.shape.resolution.scopes import Path, Scope, end
from bench.shape.resolution.values import (
    FunctionRef,
    Library,
    LibraryMethod,
    Values,
)

OF_CLASS = ("setUpClass", "tearDownClass", "setUpModule", "tearDownModule")
CALLS = ("addCleanup", "assertRaises", "assertRaisesRegex")
NOT_RUN = (
    "pytest runs no async def by itself: install pytest-asyncio, and write"
    " @pytest.mark.asyncio above this function"
)
FIXTURE = (
    "pytest needs a plugin to give tests the value of an async fixture: install"
    " pytest-asyncio, and write @pytest_asyncio.fixture here"
)
ONCE = (
    "unittest does not await {}: move the waits into asyncSetUp, or run them here by"
    " asyncio.run"
)
PATCHED = (
    'time.sleep is not called any more: patch "asyncio.sleep" here, which'
    " unittest.mock replaces by an AsyncMock"
)


CALLED_IN = (
    "{} becomes async, and assertRaises awaits nothing: write it as a with statement,"
    " and await the call inside it"
)


def in_tests(callees: Values) -> bool:
    """Whether a call calls a method of unittest that `TestCases.call` edits."""
    edited = {f"{CASE}.{name}" for name in CALLS}
    return any(isinstance(v, LibraryMethod) and v.name in edited for v in callees)


class TestCases:
    """Edits the classes of tests in one file."""

    __test__ = False

    def __init__(self, colours: Colours, rewriting: Rewriting) -> None:
        self.colours, self.rewriting = colours, rewriting
        self.types = colours.graph.types
        self.whole: dict[int, str] = {}  # replacements of whole statements, by line
        # import lines that the draft needs for its new names
        self.imports: set[str] = set()

    def bases(self, scope: Scope) -> None:
        """Edit `class LoadTest(unittest.TestCase)`, if a test or hook becomes async."""
        node = scope.node
        if not isinstance(node, ast.ClassDef) or not self._awaits(scope):
            return
        for base in node.bases:
            values = self.types.of(base, scope.parent or scope, scope.path)
            if not any(isinstance(v, Library) and v.name in CASES for v in values):
                continue
            if isinstance(base, ast.Attribute):
                on = ast.unparse(base.value)
                self.rewriting.replace(base, f"{on}.{ASYNC_CASE}")
            else:
                self.rewriting.replace(base, ASYNC_CASE)
                self.imports.add(f"from unittest import {ASYNC_CASE}")

    def _awaits(self, scope: Scope) -> bool:
        """Whether a method of a class of tests, or of a subclass, becomes async."""
        below = self.types.below.get(scope.key, set())
        return is_test_case(self.types, scope) and any(
            self.colours.is_async(child.key)
            for key in {scope.key, *below}
            for child in self.types.program.scopes[key].children
        )

    def defined(self, scope: Scope) -> Iterator[tuple[int, str]]:
        """The comment on a test or fixture that becomes async."""
        name = scope.name.rpartition(".")[2]
        if not scope.is_function or not self.colours.is_async(scope.key):
            return
        marks = getattr(scope.node, "decorator_list", ())
        line = min([scope.line, *(one.lineno for one in marks)])
        if name in OF_CLASS:
            yield line, ONCE.format(name)
        elif self._is_fixture(scope):
            yield line, FIXTURE
        elif self._is_of_pytest(scope, name):
            yield line, NOT_RUN

    def _is_of_pytest(self, scope: Scope, name: str) -> bool:
        """Whether pytest finds a function by its name, and no other code calls it."""
        owner = scope.owner
        found = owner is None or owner.name.startswith("Test")
        top = (owner or scope).parent
        return (
            name.startswith("test_")
            and found
            and top is not None
            and top.parent is None
            and not is_test_case(self.types, owner)
            and not self.colours.graph.callers.get(scope.key)
        )

    def _is_fixture(self, scope: Scope) -> bool:
        marks = getattr(scope.node, "decorator_list", ())
        return any(ast.unparse(one).startswith("pytest.fixture") for one in marks)

    def call(
        self, node: ast.Call, statement: ast.stmt, scope: Scope, path: Path
    ) -> Iterator[tuple[int, str]]:
        """Edit `addCleanup(f)` and `assertRaises(E, f)`; comment on a patched sleep."""
        callees = self.types.of(node.func, scope, path)
        names = {v.name for v in callees if isinstance(v, Library | LibraryMethod)}
        patches = ast.unparse(node.func).rpartition(".")[2] == "patch"
        first = node.args[0] if node.args else None
        slept = isinstance(first, ast.Constant) and first.value == "time.sleep"
        if patches and slept and self.colours.waits:
            yield node.lineno, PATCHED
        if not isinstance(node.func, ast.Attribute):
            return
        if f"{CASE}.addCleanup" in names and self._is_async(first, scope, path):
            span = end(node.func.value), end(node.func)
            self.rewriting.replaced[span] = ".addAsyncCleanup"
        elif names & {f"{CASE}.assertRaises", f"{CASE}.assertRaisesRegex"}:
            yield from self._raises(node, statement, scope, path)

    def _is_async(self, node: ast.expr | None, scope: Scope, path: Path) -> bool:
        values = self.types.of(node, scope, path)
        return any(
            isinstance(v, FunctionRef) and self.colours.is_async(v.key) for v in values
        )

    def _raises(
        self, node: ast.Call, statement: ast.stmt, scope: Scope, path: Path
    ) -> Iterator[tuple[int, str]]:
        """Replace `assertRaises(E, f, x)` by a `with` that awaits the call of `f`."""
        asked = 2 if ast.unparse(node.func).endswith("Regex") else 1
        rest = node.args[asked:]
        if not rest or not self._is_async(rest[0], scope, path):
            return
        kept = self.rewriting.kept
        given = [
            *map(kept, rest[1:]),
            *(f"{k.arg}={kept(k.value)}" for k in node.keywords),
        ]
        raises = f"{kept(node.func)}({', '.join(map(kept, node.args[:asked]))})"
        new = f"with {raises}:\n    await {kept(rest[0])}({', '.join(given)})"
        alone = isinstance(statement, ast.Expr) and statement.value is node
        if alone and stands_alone(self.rewriting.source, statement):
            self.whole[statement.lineno] = new
        else:
            yield node.lineno, CALLED_IN.format(ast.unparse(rest[0]))
