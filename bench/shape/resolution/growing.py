"""Items that are put into a container after it was made: `threads.append(thread)`."""

import ast

from bench.shape.resolution.scopes import Binding, Path, Scope, class_of, outward, start

GROWS = {
    "append": 1,
    "appendleft": 1,
    "add": 1,
    "put": 1,
    "put_nowait": 1,
    "insert": 2,
    "setdefault": 2,
}  # method -> the number of its arguments
ITSELF = ""  # in place of an attribute's name: items that are put into `self`
# the prefix of an attribute's name, if code outside its class assigns the attribute
SET = "= "
PUSH = "heappush"  # in heapq: the first argument is the heap, the second the item


def note_growth(call: ast.Call, scope: Scope, path: Path) -> None:
    """Record the item that `append` and the like put into a name or attribute."""
    func = call.func
    if isinstance(func, ast.Attribute) and func.attr == "extend":
        if len(call.args) == 1:
            note_more(func.value, call.args[0], call, scope, path)
        return
    name = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
    if name == PUSH and len(call.args) == 2:
        into = call.args[0]
    elif isinstance(func, ast.Attribute) and len(call.args) == GROWS.get(name):
        into = func.value
    else:
        return
    _note(into, call.args[-1], call, scope, path)


def note_more(
    into: ast.expr, items: ast.expr, by: ast.AST, scope: Scope, path: Path
) -> None:
    """Record each item in the lists of `handlers += [f]` and `handlers.extend([f])`."""
    if isinstance(items, ast.List | ast.Tuple | ast.Set):
        for each in items.elts:
            if not isinstance(each, ast.Starred):
                _note(into, each, by, scope, path)


def note_outside(
    target: ast.Attribute, value: ast.AST | None, scope: Scope, path: Path
) -> None:
    """Record `button.clicked = f` and `signal.handlers = [f]` outside of the class."""
    if isinstance(value, ast.List):
        note_more(target, value, target, scope, path)
    elif isinstance(value, ast.Name | ast.Attribute | ast.Lambda):
        *_, top = outward(scope)
        put = Binding("value", start(target), path, scope, value)
        made = top.grown_outside.setdefault(f"{SET}{target.attr}", [])
        made.append((target.value, put))


def _note(
    into: ast.expr, item: ast.expr, by: ast.AST, scope: Scope, path: Path
) -> None:
    put = Binding("value", start(by), path, scope, item)
    match into:
        case ast.Name(id=name):
            home = next((s for s in outward(scope) if name in s.bindings), scope)
            home.grown.setdefault(name, []).append(put)
            own = class_of(name, scope)
            # `self.put(one)`: objects of the class are containers
            if own is not None:
                own.grown_attributes.setdefault(ITSELF, []).append(put)
        case ast.Attribute(value=base, attr=attribute):
            owner = None
            if isinstance(base, ast.Name):
                owner = class_of(base.id, scope) or _named_class(base.id, scope)
            if owner is not None:
                owner.grown_attributes.setdefault(attribute, []).append(put)
            else:
                *_, top = outward(scope)
                top.grown_outside.setdefault(attribute, []).append((base, put))
        case (
            ast.Subscript(value=inner)
            | ast.Call(func=ast.Attribute(value=inner, attr="setdefault"))
        ):
            note_inside(inner, item, by, scope, path)


def note_item(name: str, value: ast.AST | None, scope: Scope, path: Path) -> None:
    """Record `handlers[key] = f`, even in a function that does not bind `handlers`."""
    home = next((s for s in outward(scope) if name in s.bindings), None)
    if home is not None:
        home.bindings[name].append(Binding("element", (0, 1), path, scope, value))


def note_inside(
    inner: ast.expr, item: ast.expr, by: ast.AST, scope: Scope, path: Path
) -> None:
    """Record `topics[key].append(one)`, `topics.setdefault(key, []).append(one)`."""
    held = ast.copy_location(ast.List([item], ast.Load()), by)
    match inner:
        case ast.Name(id=name):
            home = next((s for s in outward(scope) if name in s.bindings), None)
            if home is not None:
                made = Binding("element", (0, 1), path, scope, held)
                home.bindings[name].append(made)
        case ast.Attribute(value=ast.Name(id=base), attr=attribute):
            owner = class_of(base, scope)
            if owner is not None:
                made = Binding("element", start(by), path, scope, held)
                owner.attributes.setdefault(attribute, []).append(made)


def _named_class(name: str, scope: Scope) -> Scope | None:
    """The class with this name, if it encloses the function.

    For example, a method of `Plugin` may call `Plugin.all.append(one)`.
    """
    around = (here for here in outward(scope) if here.is_class)
    return next((s for s in around if s.name.rpartition(".")[2] == name), None)
