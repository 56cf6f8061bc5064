"""Report that a special method returns, because C code may then continue to read.

For example, `str` of a list calls `__repr__` of each item.  In the same way, `sum`
calls `__add__`, and `set` calls `__hash__`.
"""

import ast
from typing import Any

from bench.correctness.instrument.rewriter import Rewriter, is_new

ARITHMETIC = (
    "add", "sub", "mul", "truediv", "floordiv", "mod", "divmod", "pow", "matmul",
    "lshift", "rshift", "and", "or", "xor",
)  # fmt: skip
CALLED_IN_C = {
    "__repr__", "__str__", "__format__", "__bytes__", "__fspath__",
    "__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__", "__hash__",
    "__bool__", "__len__", "__length_hint__", "__contains__",
    "__int__", "__float__", "__complex__", "__index__", "__round__", "__trunc__",
    "__floor__", "__ceil__", "__abs__", "__neg__", "__pos__", "__invert__",
    "__iter__", "__next__", "__getitem__", "__reversed__", "__missing__", "__reduce__",
    *(f"__{name}__" for name in ARITHMETIC), *(f"__r{name}__" for name in ARITHMETIC),
}  # fmt: skip
# The methods of CALLED_IN_C that may return any object, which C code tests for truth.
TESTED = {"__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__", "__contains__"}
# Further methods that may return any object, which C code tests for truth.  They are
# not in CALLED_IN_C, because C code reads nothing after this test.
TESTED_AT_END = {"__exit__", "__aexit__", "__instancecheck__", "__subclasscheck__"}


class SpecialMethods(Rewriter):
    """Inserts the hook that reports the return of a special method."""

    def __init__(self, tree: ast.AST, file: str) -> None:
        super().__init__(tree, file)
        # Methods in CALLED_IN_C of the visited classes, except generators.
        self.special: set[ast.AST] = set()
        self.iterating: set[ast.AST] = set()  # the methods that return an iterator
        self.tested: set[ast.AST] = set()  # the methods in TESTED and TESTED_AT_END

    def note_special(self, body: list[ast.stmt]) -> None:
        """Note the special methods in the body of a class."""
        for statement in body:
            name = getattr(statement, "name", "")  # of a function or a class
            if name in TESTED or name in TESTED_AT_END:
                self.tested.add(statement)
            if isinstance(statement, ast.FunctionDef):
                if statement.name in CALLED_IN_C and not yields(statement.body):
                    self.special.add(statement)
                    if statement.name == "__iter__":
                        self.iterating.add(statement)
            elif isinstance(statement, ast.Assign) and any(
                isinstance(target, ast.Name) and target.id in CALLED_IN_C
                for target in statement.targets
            ):
                self.special.add(statement.value)
                if any(
                    isinstance(target, ast.Name) and target.id in TESTED
                    for target in statement.targets
                ):
                    self.tested.add(statement.value)
                if any(
                    isinstance(target, ast.Name) and target.id == "__iter__"
                    for target in statement.targets
                ):
                    self.iterating.add(statement.value)

    def visit_Return(self, node: ast.Return) -> Any:
        self.generic_visit(node)
        if self.inside and self.functions[-1] in self.special | self.tested:
            node.value = self.returned(node.value, node)
        return node

    def returned(self, value: ast.expr | None, node: ast.AST) -> ast.expr:
        """The value that a special method returns, inside a hook.

        The hook reports that the method returns.  For a method in TESTED_AT_END, it
        only reports a read of the value.
        """
        value = value or ast.copy_location(ast.Constant(None), node)
        if self.functions[-1] in self.iterating:
            return self.hook("iter_returns", value, value, self.site(node, "iterates"))
        if self.functions[-1] not in self.special:
            return self.read(value)
        is_bool = is_new(value) and not isinstance(value, ast.BoolOp)
        if self.functions[-1] in self.tested and not is_bool:
            return self.hook("tested_returns", value, value, self.site(node, "reads"))
        return self.hook("special_returns", value, value)

    def end_special(self, node: Any) -> None:
        """Report the return of a special method at an end without `return`.

        This is the end of a lambda, or the end of the statements of a function.
        """
        if isinstance(node, ast.Lambda):
            node.body = self.returned(node.body, node)
        elif not isinstance(node.body[-1], ast.Return | ast.Raise):
            end = ast.Expr(self.returned(None, node.body[-1]))
            node.body.append(ast.copy_location(end, node.body[-1]))


def yields(body: list[ast.stmt]) -> bool:
    """Whether statements yield something, not counting functions within them."""
    waiting: list[ast.AST] = [*body]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Yield | ast.YieldFrom):
            return True
        if not isinstance(
            node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda
        ):
            waiting += ast.iter_child_nodes(node)
    return False
