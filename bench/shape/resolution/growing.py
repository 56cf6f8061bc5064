"""What is put into a container after it was made: `threads.append(thread)`."""

import ast

from bench.shape.resolution.scopes import Binding, Path, Scope, class_of, outward, start

GROWS = {"append": 1, "appendleft": 1, "add": 1, "insert": 2}  # method -> arguments


def note_growth(call: ast.Call, func: ast.Attribute, scope: Scope, path: Path) -> None:
    """Note what `append` and the like put into what a name or attribute holds."""
    if len(call.args) != GROWS.get(func.attr):
        return
    put = Binding("value", start(call), path, scope, call.args[-1])
    match func.value:
        case ast.Name(id=name):
            home = next((s for s in outward(scope) if name in s.bindings), scope)
            home.grown.setdefault(name, []).append(put)
        case ast.Attribute(value=ast.Name(id=base), attr=attribute):
            owner = class_of(base, scope)
            if owner is not None:
                owner.grown_attributes.setdefault(attribute, []).append(put)
