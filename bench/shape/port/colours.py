"""Which functions a port makes `async`, which locks it needs, and why."""

from dataclasses import dataclass

from bench.shape.colour.events import Event
from bench.shape.colour.graph import CallGraph, Forced, is_implicit
from bench.shape.colour.ran import Block
from bench.shape.colour.spread import obstacle, shown
from bench.shape.resolution.scopes import Scope
from bench.shape.tables.blocking import FILES, LOCK

REPLACED = "threading.Condition", "threading.Semaphore", "threading.BoundedSemaphore"


@dataclass(frozen=True)
class Colours:
    """What waits, by key, and the keys of the locks that are held over a wait."""

    graph: CallGraph
    waits: dict[str, Forced]
    slow: frozenset[str]  # keys of locks
    atomic: frozenset[str] = frozenset()  # called by Python itself, only take locks

    def is_async(self, key: str) -> bool:
        """Whether a function is a coroutine function after the port."""
        return key in self.waits and self.graph.program.scopes[key].is_function

    def waits_at(self, event: Event) -> bool:
        """Whether a port awaits something at an event."""
        if event.how == "callback":
            return False
        own = any(block.forces_colour for block in event.ran.blocks)
        return own or any(key in self.waits for key in event.ran.functions)

    def takes_slow(self, event: Event, key: str) -> bool:
        lock = event.lock
        return lock is not None and self.graph.lock_key(lock, key) in self.slow

    def why(self, scope: Scope) -> str:
        """One line: the chain to the call that waits, or why the function stays."""
        if scope.key in self.graph.handed_only:
            return "handed over to be called, in a thread or by the loop: stays plain"
        found = self.waits.get(scope.key) or self.graph.waiting.get(scope.key)
        if found is None:
            return "nothing in it waits"
        chain = [shown(self.graph, step) for step in found.chain]
        ends = " → ".join([*chain, found.block.call])
        if found.reason == "lock":
            return (
                f"only {ends}, and nothing inside waits: in one thread such a lock"
                " never has to wait, so it stays as it is, or goes"
            )
        hindered = obstacle(self.graph, scope)
        return f"{ends} ({hindered})" if hindered else ends


def colours(graph: CallGraph) -> Colours:
    """What waits; then also what takes a lock that is held over a wait.

    Such a lock becomes an asyncio one, and is awaited wherever it is taken.
    """
    atomic = frozenset(
        key
        for key in graph.events
        if is_implicit(key) and key in graph.waiting and _only_locks(graph, key)
    )
    waits = {
        key: why
        for key, why in graph.waiting.items()
        if why.reason == "waits" and key not in atomic
    }
    slow: frozenset[str] = frozenset()
    while True:
        found = Colours(graph, waits, slow, atomic)
        slow = frozenset(
            graph.lock_key(lock, key)
            for key, events in graph.events.items()
            for event in events
            if found.waits_at(event)
            for lock in event.held
        )
        new = []
        found = Colours(graph, waits, slow, atomic)
        for key, events in graph.events.items():
            for event in events if key not in atomic else ():
                taken = found.takes_slow(event, key) or _replaced(event)
                if (
                    key not in waits
                    and key not in graph.handed_only
                    and taken
                    and not graph.program.scopes[key].is_async
                ):
                    name = event.lock.name if event.lock else ""
                    block = Block(f"{name}, held elsewhere over a wait", "")
                    waits[key] = Forced((), block, event.line)
                    new.append(key)
                if found.takes_slow(event, key):
                    free = waits.keys() | graph.handed_only
                    for callee in event.ran.functions - free:
                        block = Block("the lock it takes is held over a wait", "")
                        waits[callee] = Forced((), block, event.line)
                        new.append(callee)
        graph.climb(waits, new)
        if not new:
            return found


def _replaced(event: Event) -> bool:
    """Whether a port replaces the class of the lock that an event takes."""
    if event.lock is not None and event.lock.library.startswith(REPLACED):
        return True
    return any(
        block.kind == LOCK and block.call.removeprefix("with ").startswith(REPLACED)
        for block in event.ran.blocks
    )


def _only_locks(graph: CallGraph, key: str) -> bool:
    """Whether all that a function waits for are locks that it takes by `with`."""
    return all(
        event.how == "with" and event.lock is not None
        for event in graph.events[key]
        if any(b.kind != FILES for b in event.ran.blocks)
        or any(k in graph.waiting for k in event.ran.functions)
    )
