"""Read a file once and record every binding in the scope that it belongs to."""

import ast
from collections import Counter

from bench.shape.reading.functions import children
from bench.shape.resolution.captures import captured
from bench.shape.resolution.growing import (
    note_growth,
    note_item,
    note_more,
    note_outside,
)
from bench.shape.resolution.scopes import (
    END,
    INSIDE,
    Binding,
    Path,
    Position,
    Scope,
    ScopeNode,
    class_of,
    end,
    outward,
    start,
)
from bench.shape.resolution.syntax import (
    COMPREHENSIONS,
    constants,
    defaults,
    ends,
    named_tuple,
    parameters,
    places,
    resolved_module,
    skippable,
    swallows,
    truth,
)


def scopes_of(tree: ast.Module, module: str, package: str) -> Scope:
    """The module's scope, which contains all others."""
    top = Scope(f"{module}:", module, tree)
    Builder(module, package, constants(tree)).block(tree.body, top, ())
    return top


class Builder:
    """Fills the scopes of one file."""

    def __init__(self, module: str, package: str, known: dict[str, bool]) -> None:
        self.module, self.package, self.constants = module, package, known
        self.keys: Counter[str] = Counter()

    def block(self, body: list[ast.stmt], scope: Scope, path: Path) -> None:
        ended = False
        for node in body:
            if ended:
                scope.dead.add(id(node))
                continue
            scope.paths[id(node)] = path
            self.statement(node, scope, path)
            ended = ends(node, scope.is_function, self.constants)

    def statement(self, node: ast.stmt, scope: Scope, path: Path) -> None:
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                for part in (*node.decorator_list, *defaults(node.args)):
                    self.expression(part, scope, path)
                self.bind(scope, node.name, "def", start(node), path, node)
                self.enter(node, node.name, scope, path)
            case ast.ClassDef():
                for part in (*node.decorator_list, *node.bases):
                    self.expression(part, scope, path)
                self.bind(scope, node.name, "class", start(node), path, node)
                self.enter(node, node.name, scope, path)
            case ast.Import():
                for alias in node.names:
                    local = alias.asname or alias.name.partition(".")[0]
                    name = alias.name if alias.asname else local
                    at = end(node)
                    self.bind(scope, local, "import", at, path, node, imported=name)
                    if not alias.asname:
                        self.also_imported(scope, alias.name)
            case ast.ImportFrom():
                self.imported_from(node, scope, path)
            case ast.Global() | ast.Nonlocal():
                kind = "global" if isinstance(node, ast.Global) else "nonlocal"
                scope.elsewhere |= dict.fromkeys(node.names, kind)
            case _:
                self.header(node, scope, path)
                self.blocks(node, scope, path)
                for made in named_tuple(node):
                    self.statement(made, scope, path)

    def also_imported(self, scope: Scope, name: str) -> None:
        """Record `import a.b`, because the name `a` alone does not mean `a.b`."""
        top = scope
        while top.parent:
            top = top.parent
        top.elsewhere[f"import {name}"] = name

    def imported_from(self, node: ast.ImportFrom, scope: Scope, path: Path) -> None:
        module = resolved_module(node, self.package)
        for alias in node.names:
            if alias.name == "*":
                scope.stars.append(module)
                continue
            name = f"{module}.{alias.name}".strip(".")
            local = alias.asname or alias.name
            self.bind(scope, local, "import", end(node), path, node, imported=name)

    def header(self, node: ast.stmt, scope: Scope, path: Path) -> None:
        """Record what a statement itself evaluates and binds, without its blocks."""
        match node:
            case ast.Assign(targets=targets, value=value):
                self.expression(value, scope, path)
                for target in targets:
                    self.target(target, value, "value", end(node), scope, path)
            case ast.AnnAssign(target=target, annotation=note, value=value):
                if value is not None:
                    self.expression(value, scope, path)
                self.target(
                    target, value, "value", end(node), scope, path, annotation=note
                )
            case ast.For() | ast.AsyncFor():
                self.expression(node.iter, scope, path)
                body = (*path, (id(node), "loop"))
                self.target(node.target, node.iter, "item", end(node.iter), scope, body)
            case ast.With() | ast.AsyncWith():
                for item in node.items:
                    made, at = item.context_expr, end(item.context_expr)
                    self.expression(made, scope, path)
                    if item.optional_vars is not None:
                        self.target(item.optional_vars, made, "enter", at, scope, path)
                    if swallows(made):
                        path = (*path, (id(node), "try"))
            case ast.Match():
                self.expression(node.subject, scope, path)
            case ast.AugAssign(op=ast.Add(), target=target, value=value):
                self.expression(value, scope, path)
                note_more(target, value, node, scope, path)
            case _:
                for child in ast.iter_child_nodes(node):
                    if isinstance(child, ast.expr):
                        self.expression(child, scope, path)

    def blocks(self, node: ast.stmt, scope: Scope, path: Path) -> None:
        here = id(node)
        match node:
            case ast.If():
                self.branches(node, scope, path)
            case ast.For() | ast.AsyncFor() | ast.While():
                if isinstance(node, ast.While):
                    scope.repeated[here, "loop"] = start(node.test), end(node.test)
                self.block(node.body, scope, (*path, (here, "loop")))
                self.block(node.orelse, scope, (*path, (here, "orelse")))
            case ast.With() | ast.AsyncWith():
                if any(swallows(item.context_expr) for item in node.items):
                    path = (*path, (here, "try"))
                self.block(node.body, scope, path)
            case ast.Try() | ast.TryStar():
                self.block(node.body, scope, (*path, (here, "try")))
                for number, handler in enumerate(node.handlers):
                    inside = (*path, (here, f"handler {number}"))
                    if handler.name:
                        at = start(handler)
                        self.bind(scope, handler.name, "caught", at, inside, handler)
                    if handler.type is not None:
                        self.expression(handler.type, scope, path)
                    self.block(handler.body, scope, inside)
                self.block(node.orelse, scope, (*path, (here, "orelse")))
                self.block(node.finalbody, scope, path)
            case ast.Match():
                for number, case in enumerate(node.cases):
                    inside = (*path, (here, f"case {number}"))
                    for name, how, value, part in captured(case.pattern, node.subject):
                        at = start(case.pattern)
                        self.bind(scope, name, how, at, inside, value, part=part)
                    if case.guard is not None:
                        self.expression(case.guard, scope, inside)
                    self.block(case.body, scope, inside)
            case _:
                pass

    def branches(self, node: ast.If, scope: Scope, path: Path) -> None:
        """Record both branches of an `if`, unless a constant condition excludes one."""
        always = truth(node.test, self.constants) if scope.is_function else None
        for body, branch in ((node.body, "if"), (node.orelse, "else")):
            if always is None:
                self.block(body, scope, (*path, (id(node), branch)))
            elif always == (branch == "if"):
                self.block(body, scope, path)
            else:
                scope.dead.update(map(id, body))

    def expression(self, node: ast.expr, scope: Scope, path: Path) -> None:
        """Record the bindings inside an expression: walrus, comprehensions, lambdas."""
        pending: list[tuple[ast.AST, Path]] = [(node, path)]
        while pending:
            part, path = pending.pop()
            if isinstance(part, ast.Lambda):
                for default in defaults(part.args):
                    self.expression(default, scope, path)
                name = f"<lambda {part.lineno}:{part.col_offset}>"
                self.enter(part, name, scope, path)
                continue
            if isinstance(part, ast.Call):
                note_growth(part, scope, path)
            if isinstance(part, ast.NamedExpr):
                self.target(part.target, part.value, "value", end(part), scope, path)
            if isinstance(part, COMPREHENSIONS):
                extent = scope.repeated[id(part), "maybe"] = start(part), end(part)
                for made in part.generators:
                    self.target(
                        made.target, made.iter, "item", extent[0], scope, path, extent
                    )
            unsure = skippable(part)
            inside = (*path, (id(part), "maybe")) if unsure else path
            below = [(c, inside if c in unsure else path) for c in children(part)]
            pending += below[::-1]

    def target(
        self,
        target: ast.expr,
        value: ast.AST | None,
        how: str,
        at: Position,
        scope: Scope,
        path: Path,
        extent: tuple[Position, Position] | None = None,
        annotation: ast.expr | None = None,
        part: tuple[int, ...] = (),
    ) -> None:
        """Record a binding for each name or attribute on an assignment's left side."""
        match target:
            case ast.Tuple(elts=elements) | ast.List(elts=elements):
                same = isinstance(value, ast.Tuple | ast.List) and how == "value"
                size = len(value.elts) if same else 0  # type: ignore[union-attr]
                for number, element in zip(places(elements), elements, strict=True):
                    if same and not part and -size <= number < size:
                        one: ast.AST | None = value.elts[number]  # type: ignore[union-attr]
                        self.target(element, one, how, at, scope, path, extent)
                    else:
                        inner = (*part, number)
                        self.target(
                            element, value, how, at, scope, path, extent, None, inner
                        )
            case ast.Starred():
                self.target(target.value, None, "unknown", at, scope, path, extent)
            case ast.Name(id=name):
                self.bind(scope, name, how, at, path, value, annotation, part, extent)
            case ast.Attribute(value=base, attr=attribute):
                owner = class_of(getattr(base, "id", ""), scope)
                if owner is not None:
                    owner.attributes.setdefault(attribute, []).append(
                        Binding(how, at, path, scope, value, annotation, "", part)
                    )
                elif how == "value" and not part:
                    note_outside(target, value, scope, path)
            case ast.Subscript(value=inner):
                if isinstance(inner, ast.Name | ast.Attribute):
                    holds = {"value": "element", "item": "unknown"}.get(how, "unknown")
                    if isinstance(inner, ast.Attribute):
                        self.target(inner, value, holds, at, scope, path)
                    else:
                        note_item(inner.id, value, scope, path)
            case _:
                pass

    def bind(
        self,
        scope: Scope,
        name: str,
        how: str,
        at: Position,
        path: Path,
        node: ast.AST | None,
        annotation: ast.expr | None = None,
        part: tuple[int, ...] = (),
        extent: tuple[Position, Position] | None = None,
        imported: str = "",
    ) -> None:
        home = scope
        if scope.elsewhere.get(name) == "global":
            while home.parent:
                home = home.parent
        elif scope.elsewhere.get(name) == "nonlocal":
            around = [s for s in outward(scope.parent) if s.parent and not s.is_class]
            known = (one for one in around if name in one.bindings)
            home = next(known, around[0] if around else scope)
        if home is not scope:
            at, path = END, ((id(node), INSIDE),)
            home.bound_inside.add(name)
        if extent is not None:
            home.brief.add(name)
        home.bindings.setdefault(name, []).append(
            Binding(how, at, path, scope, node, annotation, imported, part, extent)
        )

    def enter(self, node: ScopeNode, name: str, outer: Scope, path: Path) -> None:
        """Open the scope of a class, function or lambda, and fill it."""
        prefix = outer.key if outer.key.endswith(":") else f"{outer.key}."
        key = f"{prefix}{name}"
        self.keys[key] += 1
        if self.keys[key] > 1:
            key = f"{key}#{self.keys[key]}"
        scope = Scope(key, self.module, node, outer, path)
        outer.children.append(scope)
        if isinstance(node, ast.ClassDef | ast.Module):
            self.block(node.body, scope, ())
            return
        of_method = outer.is_class and not isinstance(node, ast.Lambda)
        for one, how, given in parameters(node.args, of_method=of_method):
            self.bind(scope, one.arg, how, (0, 0), (), given, one.annotation)
        if isinstance(node, ast.Lambda):
            self.expression(node.body, scope, ())
        else:
            self.block(node.body, scope, ())
