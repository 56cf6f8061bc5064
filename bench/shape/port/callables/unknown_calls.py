"""Calls of functions chosen at run time, which may be functions that become async."""

import ast
from collections.abc import Iterator

from bench.shape.port.analysis.worker_functions import run_by_workers
from bench.shape.port.colours import Colours
from bench.shape.port.rewriting import Said
from bench.shape.resolution.facts import expressions, live
from bench.shape.resolution.scopes import Scope, outward
from bench.shape.resolution.values import FunctionRef

MOST = 3  # functions that one comment names
TOLD = (
    "the plan does not know which function {called} is here. {names} becomes async. If"
    " this call may run it, {how} write await {called}({given})"
)
MAKE_ASYNC = "Make this function an async def that is awaited, and"
MAKE_LOCKED = (
    "Make this function an async def that is awaited, take the locks around this line"
    " by async with, and"
)


class UnknownCalls:
    """Finds functions without a known call, and calls that may call such functions."""

    def __init__(self, colours: Colours) -> None:
        self.colours = colours
        graph = colours.graph
        run = run_by_workers(graph)
        self.loose = {  # keys of functions without a known caller
            key
            for key in colours.waits
            if colours.is_async(key) and key not in run and not graph.callers.get(key)
        }
        methods = {k for k in self.loose if graph.program.scopes[k].owner is not None}
        self.methods = sorted(k for k in methods if not k.endswith("__"))
        known = {*self._called_as_values()}
        # functions in containers, even if they are also called by name
        stored = {
            key
            for key in self._used_as_values(stored=True)
            if key in colours.waits and colours.is_async(key) and key not in run
        }
        used = {*self._used_as_values(stored=False)} if self.loose else set()
        self.values = sorted((self.loose & used) | (stored - known))

    def _called_as_values(self) -> Iterator[str]:
        """Functions that the code calls by another name, or as an item."""
        for events in self.colours.graph.events.values():
            for event in events:
                func = getattr(event.node, "func", None)
                named = ast.unparse(func).rpartition(".")[2] if func else ""
                for key in event.reach.functions:
                    if key.rpartition(":")[2].rpartition(".")[2] != named:
                        yield key

    def _used_as_values(self, stored: bool) -> Iterator[str]:
        """The functions that the code mentions as values, without calling them there.

        stored: only mentions that write `f` into a container, as in `{"fn": f}` or
        `rows[key] = f`.
        """
        graph = self.colours.graph
        for scope in list(graph.program.scopes.values()) if self.colours.waits else ():
            if isinstance(scope.node, ast.Lambda):
                continue
            for statement, path in live(scope):
                parts = _stored(statement) if stored else expressions(statement)
                called = {id(p.func) for p in parts if isinstance(p, ast.Call)}
                for part in parts:
                    if isinstance(part, ast.Name | ast.Attribute) and (
                        id(part) not in called
                    ):
                        for value in graph.types.of(part, scope, path):
                            if isinstance(value, FunctionRef):
                                yield value.key

    def of(self, scope: Scope) -> Said:
        """The comments on calls that may call a function of `methods` or `values`."""
        for event in self.colours.graph.events.get(scope.key, ()):
            node = event.node
            if not isinstance(node, ast.Call) or event.reach.functions:
                continue
            if not any(name.startswith("? ") for name in event.reach.unread):
                continue
            kind = _chosen(node.func, scope)
            keys = {"getattr": self.methods, "item": self.values}.get(kind, [])
            if keys:
                named = [key.partition(":")[2].partition("#")[0] for key in keys]
                more = " or another" if len(named) > MOST else ""
                yield (
                    event.line,
                    TOLD.format(
                        called=ast.unparse(node.func),
                        how="In place of it"
                        if self.colours.is_async(scope.key)
                        else MAKE_LOCKED
                        if event.held
                        else MAKE_ASYNC,
                        names=" or ".join(named[:MOST]) + more,
                        given=", ".join(map(ast.unparse, (*node.args, *node.keywords))),
                    ),
                )


def _stored(statement: ast.stmt) -> list[ast.AST]:
    """The expressions that a statement writes into containers."""
    found: list[ast.AST] = []
    for part in expressions(statement):
        if isinstance(part, ast.Dict):
            found += part.values
        elif isinstance(part, ast.List | ast.Set | ast.Tuple):
            found += part.elts
        elif isinstance(part, ast.Call) and ast.unparse(part.func) == "dict":
            found += [k.value for k in part.keywords]
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    if isinstance(statement, ast.Assign) and any(
        isinstance(one, ast.Subscript) for one in targets
    ):
        found.append(statement.value)
    return found


def _chosen(func: ast.expr, scope: Scope) -> str:
    """How the program chooses the called function: "getattr" or "item"; else ""."""
    if isinstance(func, ast.Name):
        home = next((s for s in outward(scope) if func.id in s.bindings), None)
        made = home.bindings[func.id] if home is not None else []
        values = [one.node for one in made if one.how == "value"]
        kinds = {
            _chosen(v, scope) for v in values if isinstance(v, ast.Subscript | ast.Call)
        }
        return max(kinds, default="")
    if isinstance(func, ast.Subscript):
        return "item"
    if isinstance(func, ast.Call) and isinstance(func.func, ast.Name | ast.Attribute):
        name = ast.unparse(func.func)
        if name == "getattr":
            return "getattr"
        return "item" if name.endswith((".get", ".pop")) else ""
    return ""
