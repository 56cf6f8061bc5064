"""Code that runs when a file is run as a program: one loop for all of its waits."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field

from bench.shape.colour.events import Event
from bench.shape.colour.graph import CallGraph
from bench.shape.port.colours import Colours
from bench.shape.port.draft.free_names import bound_names, free
from bench.shape.resolution.members import linear, members
from bench.shape.resolution.scopes import Scope
from bench.shape.resolution.values import (
    ClassRef,
    FunctionRef,
    Instance,
    Library,
)
from bench.shape.tables.blocking import FILES

NAME = "_main"
STARTS = (
    "threading.Thread",
    "threading.Timer",
    "concurrent.futures.ThreadPoolExecutor",
)


@dataclass
class MainBlock:
    """The lines that become a coroutine function, run by `asyncio.run`.

    guard: the line of `if __name__ == "__main__":`; 0 if the file has none.
    """

    lines: range = range(0)
    guard: int = 0
    # names that the rest of the file also uses
    shared: list[str] = field(default_factory=list)
    # lines inside a multi-line string, which must not be indented
    texts: frozenset[int] = frozenset()
    begun: bool = False  # whether the function's first line is written
    # whether the function waits for all workers that it started
    to_the_end: bool = False
    name: str = NAME  # a name that the file does not have
    indent: str = "    "

    def put(self, out: list[str], number: int, text: str) -> None:
        """Add a line of the draft, in its form inside the coroutine function."""
        first = self.guard or self.lines.start
        if number >= first and not self.begun:
            self.begun = True
            out += [*([] if self.guard else ["", ""]), f"async def {self.name}():"]
            if self.shared:
                out.append(f"{self.indent}global {', '.join(self.shared)}")
        if number == self.guard:
            return
        if self.guard or number not in self.lines or not text.strip():
            out.append(text)
        else:
            out += [
                line if number in self.texts else f"    {line}"
                for line in text.split("\n")
            ]

    def end(self, names: Mapping[str, str]) -> list[str]:
        """The lines after the function; the names of the support may be replaced."""
        run = f"asyncio.run({self.name}())"
        if self.to_the_end:
            to_the_end = names.get("to_the_end", "to_the_end")
            run = f"asyncio.run({to_the_end}({self.name}()))"
        if self.guard:
            return ["", "", 'if __name__ == "__main__":', f"    {run}"]
        return ["", "", run]


def main_block(graph: CallGraph, found: Colours, module: str) -> MainBlock | None:
    """The code of a module that one loop must run.

    One loop must run the code in three cases: it starts a worker; it needs a loop in
    more than one place; or `asyncio.run` around a single call is not enough.  The
    result is None in all other cases, and if the code cannot become one coroutine
    function.
    """
    top = graph.program.tops[module]
    events = [e for e in graph.events.get(top.key, ()) if _needs_loop(found, e)]
    tree = graph.program.modules[module].tree
    started = [
        call
        for call in _calls(top.node)
        if _starts(graph, found, module, call)
        and not _is_pool_before_guard(graph, top, call, tree)
    ]
    if not started and (not events or (len(events) == 1 and _is_run(events[0]))):
        return None
    if not found.waits:
        return None
    first = min([e.statement.lineno for e in events] + [n.lineno for n in started])
    for node in tree.body:
        if node.lineno <= first <= (node.end_lineno or 0):
            break
    else:
        return None
    name = free(NAME, bound_names(tree))
    if isinstance(node, ast.If) and _is_guard(node):
        if node.orelse:
            return None
        lines = range(node.body[0].lineno, (node.end_lineno or 0) + 1)
        shared = _shared(tree, node.body)
        indent = " " * node.body[0].col_offset
        return MainBlock(lines, node.lineno, shared, name=name, indent=indent)
    rest = tree.body[tree.body.index(node) :]
    guarded = any(_is_guard(one) for one in rest)
    kinds = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    if guarded and any(isinstance(one, kinds) for one in rest):
        # other files may import this file, so its functions stay at the top level
        return None
    if any("*" in _imported(one) for one in rest):
        return None  # `from x import *` is only allowed at the top level
    lines = range(rest[0].lineno, (rest[-1].end_lineno or 0) + 1)
    shared = _shared(tree, rest)
    return MainBlock(lines, 0, shared, _texts(rest), name=name)


def _is_pool_before_guard(
    graph: CallGraph, top: Scope, call: ast.Call, tree: ast.Module
) -> bool:
    """Whether a call makes a pool at the top of a module, before the guard.

    The guard is `if __name__ == "__main__":`.  Such a pool may be made before a loop
    runs, because a pool of tasks needs no loop until it is used.
    """
    guards = [one.lineno for one in tree.body if _is_guard(one)]
    return call.lineno < min(guards, default=0) and any(
        isinstance(v, Library) and v.name == STARTS[2]
        for v in graph.types.of(call.func, top, ())
    )


def _is_run(event: Event) -> bool:
    """Whether `asyncio.run` around one call is enough: only this call waits."""
    waits = any(block.forces_colour for block in event.reach.blocks)
    return event.how == "call" and isinstance(event.node, ast.Call) and not waits


def _needs_loop(found: Colours, event: Event) -> bool:
    if event.how == "callback":
        return False
    waits = any(b.forces_colour and b.kind != FILES for b in event.reach.blocks)
    return waits or any(found.is_async(key) for key in event.reach.functions)


def _calls(top: ast.AST) -> list[ast.Call]:
    """The calls that the module's own code makes."""
    found: list[ast.Call] = []
    pending: list[ast.AST] = [top]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.Call):
            found.append(node)
        inner = ast.iter_child_nodes(node)
        apart = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda
        pending += [child for child in inner if not isinstance(child, apart)]
    return found


def _starts(graph: CallGraph, found: Colours, module: str, call: ast.Call) -> bool:
    """Whether a call makes a worker, itself or in a plain function that it calls."""
    top = graph.program.tops[module]
    if _starts_own(graph, top, call):
        return True
    for value in graph.types.of(call.func, top, ()):
        if isinstance(value, Library) and value.name in STARTS:
            return True
        made = members(graph.types, frozenset({value}), "__init__")
        for each in made if isinstance(value, ClassRef) else (value,):
            if (
                isinstance(each, FunctionRef)
                and not found.is_async(each.key)
                and (each.key in found.starts or _makes(graph, each.key))
            ):
                return True
    return False


def _makes(graph: CallGraph, key: str) -> bool:
    """Whether a function makes a worker, whose task would need a running loop."""
    scope = graph.program.scopes[key]
    for inner in _calls(ast.Module(getattr(scope.node, "body", []), [])):
        made = graph.types.of(inner.func, scope, ())
        if any(isinstance(v, Library) and v.name in STARTS for v in made):
            return True
    return False


def _starts_own(graph: CallGraph, top: Scope, call: ast.Call) -> bool:
    """Whether a call is `start()` of an object whose class derives from `Thread`."""
    if not isinstance(call.func, ast.Attribute) or call.func.attr != "start":
        return False
    kinds = {
        v.kind
        for v in graph.types.of(call.func.value, top, ())
        if isinstance(v, Instance)
    }
    return any(
        isinstance(base, Library) and base.name == STARTS[0]
        for kind in kinds
        if ":" in kind
        for base in linear(graph.types, kind)
    )


def _shared(tree: ast.Module, body: list[ast.stmt]) -> list[str]:
    """Names that the block binds, and that the rest of the file also uses.

    The rest of the file uses a name in one of two ways: a function, class or lambda
    mentions the name; or code outside the block binds the name too.
    """
    bound = _bound(body)
    apart = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
    functions: list[ast.AST] = [one for one in tree.body if isinstance(one, apart)]
    others = [one for one in tree.body if one not in body and not _has(one, body)]
    functions += [
        node
        for one in others
        for node in ast.walk(one)
        if isinstance(node, apart | ast.Lambda)
    ]
    used = {n.id for one in functions for n in ast.walk(one) if isinstance(n, ast.Name)}
    return sorted(bound & (used | _bound(others)))


def _has(statement: ast.stmt, body: list[ast.stmt]) -> bool:
    return isinstance(statement, ast.If) and statement.body == body


def _bound(body: list[ast.stmt]) -> set[str]:
    """Names that statements bind, without those that inner functions bind."""
    found: set[str] = set()
    pending: list[ast.AST] = [*body]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
            continue
        if isinstance(node, ast.Lambda):
            continue
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store | ast.Del):
            found.add(node.id)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            found |= _imported(node)
        elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar):
            found |= {node.name} if node.name else set()
        pending += ast.iter_child_nodes(node)
    return found


def _is_guard(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.If) and "__name__" in ast.unparse(statement.test)


def _imported(statement: ast.stmt) -> set[str]:
    """The names that the imports of the block bind, including "*"."""
    return {
        alias.asname or alias.name.partition(".")[0]
        for part in ast.walk(statement)
        if isinstance(part, ast.Import | ast.ImportFrom)
        for alias in part.names
    }


def _texts(body: list[ast.stmt]) -> frozenset[int]:
    """Lines inside a multi-line string."""
    found: set[int] = set()
    for one in body:
        for node in ast.walk(one):
            if isinstance(node, ast.Constant | ast.JoinedStr):
                found |= {*range(node.lineno + 1, (node.end_lineno or 0) + 1)}
    return frozenset(found)
