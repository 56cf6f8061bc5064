"""Classes that have what a `typing.Protocol` asks for, without naming it as a base."""

import ast

from bench.shape.resolution.scopes import Scope


def is_protocol(scope: Scope) -> bool:
    """Whether a class names `Protocol` or `Protocol[T]` as its base."""
    return any(
        ast.unparse(base).partition("[")[0].rpartition(".")[2] == "Protocol"
        for base in getattr(scope.node, "bases", ())
    )


def asked(scope: Scope) -> dict[str, list[str]]:
    """The methods that a protocol itself asks for, each with its arguments."""
    return {
        child.name.rpartition(".")[2]: arguments(child)
        for child in scope.children
        if child.is_function and not child.name.rpartition(".")[2].startswith("__")
    }


def arguments(scope: Scope) -> list[str]:
    """The names of a function's arguments, without the first."""
    if not isinstance(scope.node, ast.FunctionDef | ast.AsyncFunctionDef):
        return []
    given = scope.node.args
    positional = [*given.posonlyargs, *given.args][1:]
    return [one.arg for one in (*positional, *given.kwonlyargs)]
