"""Classes that have the methods of a `typing.Protocol`, but do not derive from it."""

import ast
from collections.abc import Callable

from bench.shape.resolution.answers import Answers
from bench.shape.resolution.scopes import Scope
from bench.shape.resolution.values import ClassRef, Library

# the function that gives a class and its bases
Order = Callable[[Answers, str], list[ClassRef | Library]]


def is_protocol(scope: Scope) -> bool:
    """Whether a class has `Protocol` or `Protocol[T]` as a base."""
    return any(
        ast.unparse(base).partition("[")[0].rpartition(".")[2] == "Protocol"
        for base in getattr(scope.node, "bases", ())
    )


def fitting(types: Answers, protocol: Scope, order: Order) -> set[str]:
    """The classes that have each method of a protocol, with the same arguments."""
    scopes, wanted = types.program.scopes, asked(protocol)

    def has(key: str, name: str) -> bool:
        owners = [base.key for base in order(types, key) if isinstance(base, ClassRef)]
        own = next((f"{o}.{name}" for o in owners if f"{o}.{name}" in scopes), None)
        return own is not None and arguments(scopes[own]) == wanted[name]

    return {
        key
        for key in types.program.classes
        if wanted and key != protocol.key and all(has(key, name) for name in wanted)
    }


def asked(scope: Scope) -> dict[str, list[str]]:
    """The methods that a protocol itself defines, each with its arguments."""
    return {
        name: arguments(child)
        for child in scope.children
        if child.is_function
        and not (name := child.name.rpartition(".")[2]).startswith("__")
    }


def arguments(scope: Scope) -> list[str]:
    """The names of a function's arguments, without the first."""
    if not isinstance(scope.node, ast.FunctionDef | ast.AsyncFunctionDef):
        return []
    given = scope.node.args
    positional = [*given.posonlyargs, *given.args][1:]
    return [one.arg for one in (*positional, *given.kwonlyargs)]
