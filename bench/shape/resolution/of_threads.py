"""The values that functions assign to attributes of a `threading.local`."""

import ast

from bench.shape.resolution.answers import Answers
from bench.shape.resolution.facts import live
from bench.shape.resolution.scopes import descendants
from bench.shape.resolution.values import NONE, Instance, Values

LOCAL = "threading.local"


def assigned(types: Answers, name: str) -> Values:
    """The values assigned to an attribute of this name, in any `threading.local`."""
    return types.once(("of a thread", name), lambda: _assigned(types, name))


def _assigned(types: Answers, name: str) -> Values:
    found = NONE
    program = types.program
    # a copy, because more modules may be read during the loop
    for module, source in list(program.modules.items()):
        if "local" not in source.text or f".{name}" not in source.text:
            continue
        for scope in descendants(program.tops[module]):
            if isinstance(scope.node, ast.Lambda):
                continue
            for statement, path in live(scope):
                if not isinstance(statement, ast.Assign | ast.AnnAssign):
                    continue
                for target in _targets(statement):
                    if (
                        isinstance(target, ast.Attribute)
                        and target.attr == name
                        and Instance(LOCAL) in types.of(target.value, scope, path)
                    ):
                        found |= types.of(statement.value, scope, path)
    return found


def _targets(statement: ast.Assign | ast.AnnAssign) -> list[ast.expr]:
    if isinstance(statement, ast.Assign):
        return statement.targets
    return [statement.target]
