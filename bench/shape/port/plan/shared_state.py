"""Shared state that needs no lock in asyncio, and the waits that would change this.

Between two awaits no other task runs.  So a lock is not needed after a port if nothing
is awaited while the lock is held.
"""

import ast
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from bench.records.ports import PortedState, WrittenUnder
from bench.records.shapes import SharedAttribute
from bench.shape.colour.graph import CallGraph
from bench.shape.port.analysis.existing_awaits import existing_awaits
from bench.shape.port.colours import Colours
from bench.shape.resolution.scopes import Scope
from bench.shape.state.locks import CHOSEN, UNKNOWN
from bench.shape.state.shared import Guarded, rests_on, with_writes

# kind of a lock -> words about it
SAID_OF = {UNKNOWN: " (unknown)", CHOSEN: " (not always the same)"}


def shared_state(
    graph: CallGraph, found: Colours, module: str
) -> tuple[PortedState, ...]:
    """Each shared attribute and global of a module, and whether it needs its lock."""
    waits = Waits()
    for scope in graph.own(module):
        waits.add(graph, found, scope)
    return tuple(
        _state(waits, one, writes) for one, writes in with_writes(graph.types, module)
    )


def _state(
    waits: "Waits", one: SharedAttribute, writes: tuple[Guarded, ...]
) -> PortedState:
    """One attribute, and each write of it with the locks that are held at its line."""
    by_lock: dict[str, set[int]] = {}
    for write, held in sorted(writes, key=lambda w: w[0].line):
        kind, locks = rests_on(held)
        names = ", ".join(f"{name}{SAID_OF.get(kind, '')}" for name in sorted(locks))
        by_lock.setdefault(names, set()).add(write.line)
    apart = tuple(
        WrittenUnder(lock=lock, lines=tuple(sorted(lines)))
        for lock, lines in by_lock.items()
    )
    alike = len(apart) == 1
    return PortedState(
        name=f"{one.owner}.{one.name}".strip("."),
        lock=apart[0].lock if alike else "",
        lines=tuple(sorted(set[int]().union(*by_lock.values()))),
        do=_advice(waits, one),
        apart=() if alike else apart,
    )


@dataclass
class Waits:
    """Where a module waits after the port, in the order of the file.

    held: class -> name of a lock -> the first place in this class where the code waits
        while it holds the lock.  The class None stands for code outside classes.  A
        place is a pair: its number among all waits of the file, and its line.
    around: a line of a function that waits -> this function, and the lines where it
        waits.
    """

    held: dict[str | None, dict[str, tuple[int, int]]] = field(default_factory=dict)
    around: dict[int, tuple[ast.AST, list[int]]] = field(default_factory=dict)
    threads: frozenset[int] = frozenset()  # lines that threads run after the port
    count: int = 0

    def add(self, graph: CallGraph, found: Colours, scope: Scope) -> None:
        events = [e for e in graph.events.get(scope.key, ()) if found.waits_at(e)]
        places = [(lock, e.line) for e in events for lock in e.held or (None,)]
        places = sorted([*places, *existing_awaits(graph, scope)], key=lambda p: p[1])
        last = getattr(scope.node, "end_lineno", 0) or 0
        if scope.key in found.in_threads:
            self.threads |= {*range(scope.line, last + 1)}
        owner = scope.owner.name if scope.owner is not None else None
        for lock, line in places:
            self.count += 1
            if lock is not None:
                known = self.held.setdefault(owner, {})
                known.setdefault(lock.name, (self.count, line))
        if places and scope.is_function:
            waiting = scope.node, [line for _, line in places]
            for line in range(scope.line, last + 1):
                self.around.setdefault(line, waiting)

    def held_over(self, name: str, owner: str) -> int | None:
        """The first line that waits while this lock is held; None if no line does."""
        owners = (owner, None) if owner else (*self.held,)
        found = [
            self.held[one][name]
            for one in dict.fromkeys(owners)
            if name in self.held.get(one, ())
        ]
        return min(found)[1] if found else None


def _lines(numbers: Collection[int]) -> str:
    """The words "line 3" or "lines 3, 7"."""
    word = "line" if len(numbers) == 1 else "lines"
    return f"{word} {', '.join(map(str, sorted(numbers)))}"


def _advice(waits: Waits, one: SharedAttribute) -> str:
    said = []
    lines = {name: waits.held_over(name, one.owner) for name in one.guards}
    kept = [name for name, line in lines.items() if line]
    if kept:
        said += [
            f"keep {name} as an asyncio lock: it is held over the await in"
            f" line {lines[name]}"
            for name in kept
        ]
    elif one.guards and waits.threads & {*one.guarded_lines}:
        said.append(
            f"keep {', '.join(one.guards)}, of threads: threads run"
            f" {_lines(waits.threads & {*one.guarded_lines})} after the port too"
        )
    elif one.guards:
        several = len(one.guards) > 1
        said.append(
            f"{', '.join(one.guards)} {'are' if several else 'is'} not needed after"
            " the port: nothing is awaited while"
            f" {'they are' if several else 'it is'} held."
            " An await between reading and writing would need a lock again"
        )
    if one.different:
        said.append(
            "no one lock is held at every write: in threads the writes race, and a"
            " port that keeps a lock needs the same lock at each write"
        )
    bare = ", ".join(map(str, one.unguarded_lines))
    if bare and one.guards:
        many = "lines" if len(one.unguarded_lines) > 1 else "line"
        taken = ": take it there too" if kept else ""
        said.append(f"{many} {bare}: written under no lock, a race in threads{taken}")
    if one.chosen_lines:
        kept = [name for name in one.chosen if waits.held_over(name, one.owner)]
        said.append(
            f"{', '.join(one.chosen)}: not always the same lock, which is right only"
            " if each lock guards its own part"
            + ("; keep them as asyncio locks: they are held over an await" * bool(kept))
        )
    if one.unsure_lines:
        said.append(
            f"{', '.join(one.unsure)}: not known to be a lock, so check whether it is"
            " one"
        )
    return "; ".join([*said, *_stale(waits, one)]) or (
        "no lock needed: no await between reading and writing"
    )


def _stale(waits: Waits, one: SharedAttribute) -> list[str]:
    """The comment on a write without a lock, after a read and then a wait.

    Another task may write during this wait, so the value that was read may be out of
    date.  The result has one comment at most.
    """
    for line in one.unguarded_lines:
        if line not in waits.around:
            continue
        node, waiting = waits.around[line]
        reads = [at for at in _reads(node, one.name) if at <= line]
        between = [w for w in waiting if any(at <= w for at in reads) and w <= line]
        if not between:
            continue
        wait = between[-1]
        if wait == line:
            return [
                f"line {line} reads it before its await: await into a variable in a"
                " separate line first, and then write"
            ]
        read = max(at for at in reads if at <= wait)
        return [
            f"line {read} reads it, line {wait} awaits, line {line} writes: another"
            f" task may write between, so read it again after line {wait}, or hold one"
            f" asyncio.Lock from line {read} to line {line}"
        ]
    return []


def _reads(node: ast.AST, name: str) -> list[int]:
    """The lines of a function that read an attribute or global of this name.

    `self.errors.append(...)` only writes into an attribute, so it does not count.
    """
    written = {id(part) for one in ast.walk(node) for part in _written(one)}
    return sorted(
        part.lineno
        for part in ast.walk(node)
        if isinstance(part, ast.Attribute | ast.Name)
        and name in (getattr(part, "attr", ""), getattr(part, "id", ""))
        and id(part) not in written
    )


def _written(node: ast.AST) -> Iterator[ast.AST]:
    """The names that a statement writes into and does not read; `n += 1` reads `n`."""
    targets: list[ast.expr] = []
    if isinstance(node, ast.Assign | ast.Delete):
        targets = node.targets
    elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        targets = [node.value.func]
    for target in targets:
        while isinstance(target, ast.Attribute | ast.Subscript):
            yield target
            target = target.value
        yield target
