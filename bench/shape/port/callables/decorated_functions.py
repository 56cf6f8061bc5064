"""Decorators of libraries that receive a coroutine function after the port."""

import ast

from bench.shape.port.analysis.decorators import CACHES, KEPT
from bench.shape.port.rewriting import Said
from bench.shape.resolution.evaluate import Types
from bench.shape.resolution.scopes import Scope
from bench.shape.resolution.values import Library


def marked(types: Types, mark: ast.expr, scope: Scope) -> Said:
    """The comment on one decorator of a function that becomes async."""
    outer = scope.parent or scope
    target = mark.func if isinstance(mark, ast.Call) else mark
    for value in types.of(target, outer, scope.path):
        if not isinstance(value, Library):
            continue
        if value.name in CACHES:
            yield (
                mark.lineno,
                f"{value.name} would keep a coroutine, which can be awaited only"
                " once: store its results in a dict of your own",
            )
        elif value.name not in KEPT and "." in value.name:
            yield (
                mark.lineno,
                f"{value.name} gets a coroutine function now: check that it accepts"
                " one",
            )
