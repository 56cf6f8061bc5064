"""Spell private names as the compiler does: `self.__n` in `Bank` is `_Bank__n`.

Other code may use this spelling, for example `setattr(bank, "_Bank__n", 1)`.  Both
spellings mean the same attribute or variable.
"""

import ast
import sys
from typing import Any

from bench.correctness.instrument.scopes import BOUND


def mangled(name: str, cls: str) -> str:
    """The compiler's spelling of a name in the body of a class."""
    owner = cls.lstrip("_")
    is_private = name.startswith("__") and not name.endswith("__") and "." not in name
    return f"_{owner}{name}" if is_private and owner else name


class PrivateNames(ast.NodeVisitor):
    """Changes the private names in the classes of a tree.

    A definition `def __f` or `class __C` keeps its name, because this name becomes the
    `__name__` of the function or class.  But the definition binds a variable with the
    changed name.  So the attribute `BOUND` of the node stores the changed name.  Python
    changes neither names of keyword arguments nor names of attributes in patterns.
    """

    def __init__(self, *, annotates_texts: bool) -> None:
        # Whether the module stores its annotations as texts.  Python does not change
        # private names in such texts, so the annotations are left as they are.
        self.annotates_texts = annotates_texts
        self.cls = ""  # the class around the visited node; empty: none

    def name(self, name: Any) -> Any:
        return mangled(name, self.cls) if self.cls and name else name

    def visit_all(self, nodes: list[Any]) -> None:
        for node in nodes:
            self.visit(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        setattr(node, BOUND, self.name(node.name))
        around = self.cls
        self.visit_all(node.decorator_list)
        # If a class has type parameters, Python 3.12 changes the private names in its
        # bases, too.  Python 3.13 does not.
        if sys.version_info < (3, 13) and getattr(node, "type_params", None):
            self.cls = node.name
        self.visit_all([*node.bases, *node.keywords])
        self.cls = node.name
        self.visit_all([*getattr(node, "type_params", []), *node.body])
        self.cls = around

    def visit_function(self, node: Any) -> None:
        setattr(node, BOUND, self.name(node.name))
        returns = node.returns
        if self.annotates_texts:
            node.returns = None
        self.generic_visit(node)
        node.returns = returns

    visit_FunctionDef = visit_AsyncFunctionDef = visit_function

    def visit_arg(self, node: ast.arg) -> None:
        node.arg = self.name(node.arg)
        self.visit_annotation(node.annotation)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self.visit(node.target)
        self.visit_annotation(node.annotation)
        if node.value is not None:
            self.visit(node.value)

    def visit_annotation(self, node: ast.expr | None) -> None:
        if node is not None and not self.annotates_texts:
            self.visit(node)

    def visit_Name(self, node: ast.Name) -> None:
        node.id = self.name(node.id)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        self.visit(node.value)
        node.attr = self.name(node.attr)

    def visit_declaration(self, node: Any) -> None:
        node.names = [self.name(name) for name in node.names]

    visit_Global = visit_Nonlocal = visit_declaration

    def visit_alias(self, node: ast.alias) -> None:
        bound = node.asname or node.name
        if (name := self.name(bound)) != bound:
            node.asname = name

    def visit_named(self, node: Any) -> None:
        node.name = self.name(node.name)
        self.generic_visit(node)

    visit_ExceptHandler = visit_MatchAs = visit_MatchStar = visit_named

    def visit_MatchMapping(self, node: ast.MatchMapping) -> None:
        node.rest = self.name(node.rest)
        self.generic_visit(node)

    def visit_TypeAlias(self, node: Any) -> None:
        self.visit(node.value)  # the alias keeps its name from the source
