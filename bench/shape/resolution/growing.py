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
ITSELF = ""  # in the place of an attribute: what is put into `self`
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
            own = class_of(name, scope)
            if own is not None:  # of a class that is a container: `self.put(one)`
                own.grown_attributes.setdefault(ITSELF, []).append(put)
        case ast.Attribute(value=ast.Name(id=base), attr=attribute):
            owner = class_of(base, scope) or _named_class(base, scope)
            if owner is not None:
                owner.grown_attributes.setdefault(attribute, []).append(put)
        case (
            ast.Subscript(value=inner)
            | ast.Call(func=ast.Attribute(value=inner, attr="setdefault"))
        ):
            note_inside(inner, call, scope, path)


def note_item(name: str, value: ast.AST | None, scope: Scope, path: Path) -> None:
    """`handlers[key] = f`, also in a function that the name is not bound in."""
    home = next((s for s in outward(scope) if name in s.bindings), None)
    if home is not None:
        home.bindings[name].append(Binding("element", (0, 1), path, scope, value))


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


def _named_class(name: str, scope: Scope) -> Scope | None:
    """The class of this name around a function: `Plugin.all.append(one)` in it."""
    around = (here for here in outward(scope) if here.is_class)
    return next((s for s in around if s.name.rpartition(".")[2] == name), None)
