"""Attributes and globals that are written outside the constructor, and their locks.

A write is guarded if a lock is held there.  The lock must admit only one worker at a
time, and other workers must be able to reach it.  The lock may be held by the function
itself or by its decorator.  If the function is private, all of its callers may hold it.
"""

from collections.abc import Iterable

from bench.records.shapes import SharedAttribute
from bench.shape.resolution.evaluate import Types
from bench.shape.resolution.members import linear
from bench.shape.resolution.values import Instance, Library
from bench.shape.state.callers import held_by_callers
from bench.shape.state.held_locks import NOTHING, Held, holding
from bench.shape.state.locks import CHOSEN, MUTEX, UNKNOWN
from bench.shape.state.writes import Write, writes
from bench.shape.tables.vocabulary import WORKERS, synchronizes

Guarded = tuple[Write, Held]


def shared(types: Types, module: str) -> tuple[SharedAttribute, ...]:
    """The shared attributes of a module, in the order in which the file writes them."""
    return tuple(one for one, _ in with_writes(types, module))


def with_writes(
    types: Types, module: str
) -> tuple[tuple[SharedAttribute, tuple[Guarded, ...]], ...]:
    """The shared attributes, each with its writes and the locks held at each write."""
    found: dict[tuple[str, str], list[Guarded]] = {}
    callers = held_by_callers(types, module)
    for scope in types.program.functions(module):
        held = holding(types, scope, callers.get(scope.key, NOTHING))
        for write in writes(types, scope):
            if not guards_itself(types, write):
                key = write.owner, write.name
                locks = held.get(id(write.statement), NOTHING)
                found.setdefault(key, []).append((write, locks))
    order = sorted(found.items(), key=lambda one: one[1][0][0].line)
    return tuple(
        (_attribute(owner, name, made), tuple(made)) for (owner, name), made in order
    )


def _attribute(owner: str, name: str, made: Iterable[Guarded]) -> SharedAttribute:
    rests = [(write.line, *rests_on(held)) for write, held in dict.fromkeys(made)]

    def names(kind: str) -> tuple[str, ...]:
        found = (one for _, at, locks in rests if at == kind for one in sorted(locks))
        return tuple(dict.fromkeys(found))

    def lines(kind: str) -> tuple[int, ...]:
        return tuple(dict.fromkeys(line for line, at, _ in rests if at == kind))

    sure = [locks for _, at, locks in rests if at == MUTEX]
    common = frozenset.intersection(*sure) if sure else frozenset()
    return SharedAttribute(
        owner=owner,
        name=name,
        guards=names(MUTEX),
        guarded_lines=lines(MUTEX),
        unguarded_lines=lines(""),
        chosen=names(CHOSEN),
        chosen_lines=lines(CHOSEN),
        unsure=names(UNKNOWN),
        unsure_lines=lines(UNKNOWN),
        different=len(sure) == len(rests) and not common,
    )


def rests_on(held: Held) -> tuple[str, frozenset[str]]:
    """The surest kind among the locks held at a write, and the locks of this kind.

    The locks are given by name.  The kind is "" if no lock counts.
    """
    for kind in (MUTEX, CHOSEN, UNKNOWN):
        names = {one.name for one in held if one.kind == kind and not one.fresh}
        if names:
            return kind, frozenset(names)
    return "", frozenset()


def guards_itself(types: Types, write: Write) -> bool:
    """Whether a write only changes a primitive, a worker or a `threading.local`."""
    if write.replaces:
        return False
    kinds = {v.kind for v in write.held if isinstance(v, Instance)}
    return bool(kinds) and all(_safe(types, kind) for kind in kinds - {"NoneType"})


def _safe(types: Types, kind: str) -> bool:
    if ":" not in kind:
        return synchronizes(kind) or kind in WORKERS or kind == "threading.local"
    return any(
        synchronizes(base.name) or base.name in WORKERS
        for base in linear(types, kind)
        if isinstance(base, Library)
    )
