"""How far a port is: the functions of a threaded file beside those of its port."""

from collections.abc import Iterator

from bench.records.ports import Mistake, Progress
from bench.shape.alignment.plain_names import plain_names
from bench.shape.colour.graph import CallGraph
from bench.shape.port.analysis.existing_awaits import suspends
from bench.shape.port.colours import Colours, colours
from bench.shape.port.mistakes.check import mistakes
from bench.shape.resolution.program import Program
from bench.shape.resolution.scopes import Scope


def progress(before: CallGraph, after: CallGraph) -> list[Progress]:
    """Compare each threaded file with its port, function by function.

    The files of two packages are paired by their place in the package.  Two single
    files are always a pair.
    """
    found, wrong = colours(before), mistakes(after)
    return [
        _of_file(before, here, after, there, found, wrong)
        for here, there in _pairs(before.program, after.program)
    ]


def _pairs(before: Program, after: Program) -> Iterator[tuple[str, str | None]]:
    """Each module beside its port, or beside None if it has no port."""
    if len(before.given) == 1 == len(after.given):
        yield before.given[0], after.given[0]
        return
    there = {_place(module): module for module in after.given}
    for module in before.given:
        yield module, there.get(_place(module))


def _place(module: str) -> str:
    """A module's name without the package; the port's package has another name."""
    return module.partition(".")[2]


def _of_file(
    before: CallGraph,
    here: str,
    after: CallGraph,
    there: str | None,
    found: Colours,
    wrong: list[Mistake],
) -> Progress:
    if there is None:
        return _not_begun(before, here, found)
    left, right = before.program.modules[here], after.program.modules[there]
    names = plain_names(right, left)
    ported: dict[str, Scope] = {}
    for scope in after.program.functions(there):
        plain = ".".join(names.plain(part) for part in scope.name.split("."))
        ported.setdefault(untwinned(plain), scope)
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
    return Progress(
        file=left.name,
        ported=right.name,
        done=tuple(done),
        remaining=tuple(remaining),
        missing=tuple(missing),
        needless=tuple(needless),
        mistakes=tuple(one for one in wrong if one.file == right.name),
    )


def _not_begun(before: CallGraph, here: str, found: Colours) -> Progress:
    """The progress of a file without a port: every function that waits is missing."""
    waits = [
        scope.name
        for scope in before.program.functions(here)
        if found.is_async(scope.key)
    ]
    name = before.program.modules[here].name
    return Progress(file=name, ported="", missing=tuple(waits))


TWINS = {
    "__aenter__": "__enter__",
    "__aexit__": "__exit__",
    "__aiter__": "__iter__",
    "__anext__": "__next__",
}


def untwinned(name: str) -> str:
    """A name such as `Pool.__aenter__`, as the threaded file has it."""
    owner, dot, last = name.rpartition(".")
    return f"{owner}{dot}{TWINS.get(last, last)}"
