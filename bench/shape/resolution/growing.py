"""What is put into a container after it was made: `threads.append(thread)`."""

import ast

from bench.shape.resolution.scopes import Binding, Path, Scope, class_of, outward, start

GROWS = {
    "append": 1,
    "appendleft": 1,
    "add": 1,
    "put": 1,
    "put_nowait": 1,
    "insert": 2,
}  # method -> arguments
PUSH = "heappush"  # of heapq: the heap, then what is put into it


def note_growth(call: ast.Call, scope: Scope, path: Path) -> None:
    """Note what `append` and the like put into what a name or attribute holds."""
    func = call.func
    name = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
    if name == PUSH and len(call.args) == 2:
        into = call.args[0]
    elif isinstance(func, ast.Attribute) and len(call.args) == GROWS.get(name):
        into = func.value
    else:
        return
    put = Binding("value", start(call), path, scope, call.args[-1])
    match into:
        case ast.Name(id=name):
            home = next((s for s in outward(scope) if name in s.bindings), scope)
            home.grown.setdefault(name, []).append(put)
        case ast.Attribute(value=ast.Name(id=base), attr=attribute):
            owner = class_of(base, scope)
            if owner is not None:
                owner.grown_attributes.setdefault(attribute, []).append(put)
        case (
            ast.Subscript(value=inner)
            | ast.Call(func=ast.Attribute(value=inner, attr="setdefault"))
        ):
            note_inside(inner, call, scope, path)


def note_inside(inner: ast.expr, call: ast.Call, scope: Scope, path: Path) -> None:
    """`topics[key].append(one)`, `topics.setdefault(key, []).append(one)`."""
    held = ast.copy_location(ast.List([call.args[-1]], ast.Load()), call)
    match inner:
        case ast.Name(id=name):
            home = next((s for s in outward(scope) if name in s.bindings), None)
            if home is not None:
                made = Binding("element", (0, 1), path, scope, held)
                home.bindings[name].append(made)
        case ast.Attribute(value=ast.Name(id=base), attr=attribute):
            owner = class_of(base, scope)
            if owner is not None:
                made = Binding("element", start(call), path, scope, held)
                owner.attributes.setdefault(attribute, []).append(made)
