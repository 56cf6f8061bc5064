"""Loops over values that are annotated only as iterable: some may become async."""

import ast
from collections.abc import Iterator

from bench.shape.port.colours import Colours
from bench.shape.resolution.calls import is_generator
from bench.shape.resolution.facts import live
from bench.shape.resolution.scopes import Binding, Scope
from bench.shape.resolution.values import Instance

ABSTRACT = "Iterable", "Iterator", "Generator"


def abstract_loops(
    found: Colours, scope: Scope, makers: list[str]
) -> Iterator[tuple[int, str]]:
    """The comments on loops over abstract iterables, in async functions.

    There are no comments if the port has no async iterators.  The loops are not edited,
    because callers outside the files may pass the values of these loops.  `makers` is
    the result of `async_iterators`.
    """
    if not makers or not found.is_async(scope.key):
        return
    for statement, path in live(scope):
        if not isinstance(statement, ast.For):
            continue
        over, known = statement.iter, []
        if isinstance(over, ast.Name):
            known = scope.bindings.get(over.id, [])
        elif isinstance(over, ast.Attribute):
            for value in found.graph.types.of(over.value, scope, path):
                owner = found.graph.program.scopes.get(getattr(value, "kind", ""))
                if isinstance(value, Instance) and owner is not None:
                    known = [*known, *owner.attributes.get(over.attr, ())]
        if any(_is_abstract(one) for one in known):
            yield (
                statement.lineno,
                "async for, and await its close(), if callers pass an iterator that"
                f" becomes async: {', '.join(makers[:3])}",
            )


def _is_abstract(made: Binding) -> bool:
    """Whether a name, or the name that is assigned to it, is annotated as iterable."""
    notes = [made.annotation]
    if isinstance(made.node, ast.Name):
        notes += [b.annotation for b in made.scope.bindings.get(made.node.id, ())]
    return any(
        note is not None and any(word in ast.unparse(note) for word in ABSTRACT)
        for note in notes
    )


def async_iterators(found: Colours) -> list[str]:
    """The classes and generators that a port iterates by `async for`."""
    program = found.graph.program
    names = []
    for key in found.waits:
        scope = program.scopes[key]
        if scope.is_function and scope.name.endswith(("__iter__", "__next__")):
            names.append(scope.name.rpartition(".")[0])
        elif scope.is_function and is_generator(found.graph.types, scope):
            names.append(scope.name)
    return sorted(set(names))
