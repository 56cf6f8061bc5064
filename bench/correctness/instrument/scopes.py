"""Which variables functions share: rebound globals, and captured variables.

A variable that only one function can see, or that is bound once and never again,
needs no hook: nobody can come between its reading and its writing.
"""

import ast
from typing import Any

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


class FunctionBindings(ast.NodeVisitor):
    """How often one function binds each name, nested functions left out."""

    def __init__(self, function: Function) -> None:
        self.bound: dict[str, int] = {}
        self.outer: set[str] = set()  # declared nonlocal or global
        self.global_: set[str] = set()
        self.loops = 0
        arguments = function.args
        for argument in (
            *arguments.posonlyargs,
            *arguments.args,
            *arguments.kwonlyargs,
            *filter(None, (arguments.vararg, arguments.kwarg)),
        ):
            self.bind(argument.arg)
        body = [function.body] if isinstance(function, ast.Lambda) else function.body
        for statement in body:
            self.visit(statement)

    def bind(self, name: str) -> None:
        self.bound[name] = self.bound.get(name, 0) + 1 + self.loops

    def visit_Name(self, node: ast.Name) -> None:
        if not isinstance(node.ctx, ast.Load):
            self.bind(node.id)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Name):
            self.bind(node.target.id)
        self.generic_visit(node)

    def visit_Nonlocal(self, node: ast.Nonlocal) -> None:
        self.outer.update(node.names)

    def visit_Global(self, node: ast.Global) -> None:
        self.outer.update(node.names)
        self.global_.update(node.names)

    def visit_loop(self, node: Any) -> None:
        self.loops += 1
        self.generic_visit(node)
        self.loops -= 1

    visit_For = visit_While = visit_AsyncFor = visit_loop

    def visit_nested(self, node: Any) -> None:
        if not isinstance(node, ast.Lambda):
            self.bind(node.name)

    visit_FunctionDef = visit_AsyncFunctionDef = visit_ClassDef = visit_nested
    visit_Lambda = visit_nested


class SharedVariables(ast.NodeVisitor):
    """Which variables functions share: rebound globals, and captured variables."""

    def __init__(self, tree: ast.Module) -> None:
        self.names: dict[ast.AST, FunctionBindings] = {}
        self.labels: dict[ast.AST, str] = {}  # no line: it may change with an edit
        self.counts: dict[str, int] = {}
        self.globals: set[str] = set()
        self.captured: dict[ast.AST, set[str]] = {}
        self.stack: list[ast.AST] = []
        self.visit(tree)

    def visit_function(self, node: Any) -> None:
        names = self.names[node] = FunctionBindings(node)
        self.captured[node] = set()
        name = getattr(node, "name", "a lambda")
        self.counts[name] = count = self.counts.get(name, 0) + 1
        self.labels[node] = name if count == 1 else f"{name} #{count}"
        self.globals |= names.global_
        self.stack.append(node)
        self.generic_visit(node)
        self.stack.pop()

    visit_FunctionDef = visit_AsyncFunctionDef = visit_Lambda = visit_function

    def visit_Nonlocal(self, node: ast.Nonlocal) -> None:
        for name in node.names:
            self.capture(name, rebound=True)

    def visit_Name(self, node: ast.Name) -> None:
        if self.stack and isinstance(node.ctx, ast.Load):
            self.capture(node.id, rebound=False)

    def capture(self, name: str, *, rebound: bool) -> None:
        own = self.names[self.stack[-1]]
        if name in own.bound and name not in own.outer:
            return
        for function in reversed(self.stack[:-1]):
            names = self.names[function]
            if name in names.bound and name not in names.outer:
                if rebound or names.bound[name] > 1:
                    self.captured[function].add(name)
                return
