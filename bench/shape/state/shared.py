"""Each attribute and global that is written outside its maker, and under which lock.

A write is guarded when a lock that admits one worker at a time, and that other
workers can reach, is held where it stands.  A lock held by the caller is not seen.
"""

from collections.abc import Iterable

from bench.records.shapes import SharedAttribute
from bench.shape.resolution.evaluate import Types
from bench.shape.resolution.members import linear
from bench.shape.resolution.values import Instance, Library
from bench.shape.state.held import Held, holding
from bench.shape.state.writes import Write, writes
from bench.shape.tables.vocabulary import WORKERS, synchronizes

Guarded = tuple[Write, Held]


def shared(types: Types, module: str) -> tuple[SharedAttribute, ...]:
    """Those of one module, in the order in which the file writes them."""
    return tuple(one for one, _ in with_writes(types, module))


def with_writes(
    types: Types, module: str
) -> tuple[tuple[SharedAttribute, tuple[Guarded, ...]], ...]:
    """The same, each with its writes and the locks that are held at each."""
    found: dict[tuple[str, str], list[Guarded]] = {}
    for scope in types.program.functions(module):
        held = holding(types, scope)
        for write in writes(types, scope):
            if not guards_itself(types, write):
                key = write.owner, write.name
                found.setdefault(key, []).append(
                    (write, held.get(id(write.statement), frozenset()))
                )
    order = sorted(found.items(), key=lambda one: one[1][0][0].line)
    return tuple(
        (_attribute(owner, name, made), tuple(made)) for (owner, name), made in order
    )


def _attribute(owner: str, name: str, made: Iterable[Guarded]) -> SharedAttribute:
    made = list(dict.fromkeys(made))
    sure = [{lock.name for lock in held if lock.guards} for _, held in made]
    unsure = [
        {lock.name for lock in held if lock.kind == "unknown"} for _, held in made
    ]
    lines = [write.line for write, _ in made]
    groups = list(zip(lines, sure, unsure, strict=True))
    common = set.intersection(*sure) if sure else set()
    order = dict.fromkeys(n for names in sure for n in sorted(names))
    return SharedAttribute(
        owner=owner,
        name=name,
        guards=tuple(order),
        guarded_lines=_once(line for line, known, _ in groups if known),
        unguarded_lines=_once(
            line for line, known, maybe in groups if not known and not maybe
        ),
        unsure=tuple(
            dict.fromkeys(
                n for _, known, maybe in groups if not known for n in sorted(maybe)
            )
        ),
        unsure_lines=_once(
            line for line, known, maybe in groups if not known and maybe
        ),
        different=all(sure) and not common,
    )


def _once(lines: Iterable[int]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(lines))


def guards_itself(types: Types, write: Write) -> bool:
    """Whether what is written into is a primitive or worker: it has its own lock."""
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
