"""Which functions a port makes `async`, which locks it needs, and why."""

from dataclasses import dataclass

from bench.shape.colour.events import Event
from bench.shape.colour.graph import CallGraph, Forced
from bench.shape.colour.ran import Block
from bench.shape.colour.spread import obstacle, shown
from bench.shape.resolution.scopes import Scope


@dataclass(frozen=True)
class Colours:
    """What waits, by key, and the keys of the locks that are held over a wait."""

    graph: CallGraph
    waits: dict[str, Forced]
    slow: frozenset[str]  # keys of locks

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
    waits = {k: why for k, why in graph.waiting.items() if why.reason == "waits"}
    slow: frozenset[str] = frozenset()
    while True:
        found = Colours(graph, waits, slow)
        slow = frozenset(
            graph.lock_key(lock, key)
            for key, events in graph.events.items()
            for event in events
            if found.waits_at(event)
            for lock in event.held
        )
        new = []
        found = Colours(graph, waits, slow)
        for key, events in graph.events.items():
            for event in events:
                if key not in waits and found.takes_slow(event, key):
                    name = event.lock.name if event.lock else ""
                    block = Block(f"{name}, held elsewhere over a wait", "")
                    waits[key] = Forced((), block, event.line)
                    new.append(key)
                if found.takes_slow(event, key):
                    for callee in event.ran.functions - waits.keys():
                        block = Block("the lock it takes is held over a wait", "")
                        waits[callee] = Forced((), block, event.line)
                        new.append(callee)
        graph.climb(waits, new)
        if not new:
            return found
