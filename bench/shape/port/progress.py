"""How far a port has come: the functions of one file beside those of another."""

from bench.records.ports import Mistake, Progress
from bench.shape.alignment.plain_names import plain_names
from bench.shape.colour.graph import CallGraph
from bench.shape.port.colours import colours
from bench.shape.port.loops import suspends
from bench.shape.port.mistakes import mistakes
from bench.shape.resolution.scopes import Scope


def progress(before: CallGraph, after: CallGraph) -> Progress:
    """Compare a threaded file with its port, function by function."""
    (here,), (there,) = before.program.given, after.program.given
    left, right = before.program.modules[here], after.program.modules[there]
    names = plain_names(right, left)
    ported: dict[str, Scope] = {}
    for scope in after.program.functions(there):
        plain = ".".join(names.plain(part) for part in scope.name.split("."))
        ported.setdefault(untwinned(plain), scope)
    found = colours(before)
    done, remaining, missing, needless = [], [], [], []
    for scope in before.program.functions(here):
        twin = ported.get(scope.name)
        if found.is_async(scope.key):
            if twin is None:
                missing.append(scope.name)
            elif twin.is_async:
                done.append(scope.name)
            else:
                remaining.append(scope.name)
        elif twin is not None and twin.is_async and not scope.is_async:
            waits = suspends(list(getattr(twin.node, "body", ())))
            needless += [] if waits else [scope.name]
    wrong: list[Mistake] = mistakes(after)
    return Progress(
        file=left.name,
        ported=right.name,
        done=tuple(done),
        remaining=tuple(remaining),
        missing=tuple(missing),
        needless=tuple(needless),
        mistakes=tuple(wrong),
    )


TWINS = {
    "__aenter__": "__enter__",
    "__aexit__": "__exit__",
    "__aiter__": "__iter__",
    "__anext__": "__next__",
}


def untwinned(name: str) -> str:
    """`Pool.__aenter__` as the threaded file calls it."""
    owner, dot, last = name.rpartition(".")
    return f"{owner}{dot}{TWINS.get(last, last)}"
