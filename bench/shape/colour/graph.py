"""Which function runs which, over all modules that are read; which waits, and why.

The functions that the given modules define are read first, then their callees.
"""

import ast
from collections import deque
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from bench.shape.colour.events import Event, Events
from bench.shape.colour.handed import handed, only_there
from bench.shape.colour.reach import Blocker
from bench.shape.reading.source import Source
from bench.shape.reading.ticks import Tick, silent
from bench.shape.resolution.arguments import learn
from bench.shape.resolution.evaluate import Types
from bench.shape.resolution.kin import same_name
from bench.shape.resolution.members import linear
from bench.shape.resolution.program import Program, program_of
from bench.shape.resolution.scopes import Scope, descendants
from bench.shape.resolution.values import ClassRef
from bench.shape.state.locks import COUNTER, LockUse
from bench.shape.tables.blocking import KNOWN, LOCK

PAIRS_OF_METHODS = {"__enter__": "__exit__", "__exit__": "__enter__"}
TOLD_EVERY = 50  # functions that are read between two reports of progress
# Special methods that a port can make async, for example as `__aenter__`.
AWAITABLE = ("__enter__", "__exit__", "__iter__", "__next__", "__call__")
# Python calls these in `table[key]` and in `Single()`, a call of a class.  A port can
# write `await table[key]` and `await Single()`.
AT_USE = ("__getitem__", "__new__")


def is_implicit(key: str) -> bool:
    """Whether Python calls a function at a place where nothing can be awaited."""
    name = key.rpartition(".")[2].partition("#")[0]
    is_special = name.startswith("__") and name.endswith("__")
    return is_special and name not in (*AWAITABLE, *AT_USE)


@dataclass(frozen=True)
class Forced:
    """Why a function waits: the chain of callees that ends at a call that blocks."""

    chain: tuple[str, ...]
    block: Blocker
    line: int  # the line of the call in the function itself
    # "waits", "lock" (it only takes a lock) or "implicit" (`_climb_from_implicit`)
    reason: str = "waits"


class CallGraph:
    """The events of every function that can be reached, by key."""

    def __init__(
        self, program: Program, also: Collection[str] = (), tick: Tick = silent
    ) -> None:
        self.program = program
        self.also = frozenset(also)
        self.types = Types(program, KNOWN)
        learn(self.types)
        reader = Events(self.types, self.also)
        self.events: dict[str, list[Event]] = {}
        waiting = [scope.key for module in program.given for scope in self.own(module)]
        while waiting:
            key = waiting.pop()
            if key in self.events:
                continue
            self.events[key] = reader.of(program.scopes[key])
            if len(self.events) % TOLD_EVERY == 0:
                tick("functions read", len(self.events), len(program.scopes))
            for event in self.events[key]:
                waiting += sorted(event.reach.functions | event.reach.coroutines)

    def own(self, module: str) -> Iterator[Scope]:
        """The scopes of a module: itself, functions, lambdas and class bodies."""
        yield from descendants(self.program.tops[module])

    @cached_property
    def callers(self) -> dict[str, list[tuple[str, Event]]]:
        found: dict[str, list[tuple[str, Event]]] = {}
        for key, events in self.events.items():
            for event in events:
                if event.how == "callback":
                    continue  # the loop calls the callback, not the function `key`
                for callee in sorted(event.reach.functions):
                    found.setdefault(callee, []).append((key, event))
        return found

    @cached_property
    def waiting(self) -> dict[str, Forced]:
        """Each function that waits or takes a lock, and is not only handed over."""
        forced: dict[str, Forced] = {}
        for key, events in self.events.items():
            why = self._waits_itself(key, events)
            if why is not None:
                forced[key] = why
        self.climb(forced, [*forced])
        while new := [
            *self._through_locks(forced),
            *self.beside(forced),
        ]:
            self.climb(forced, new)
        self._climb_from_implicit(forced)
        locks = []
        for key, events in self.events.items():
            if key not in forced and (found := _lock_block(events)):
                forced[key] = Forced((), found[1], found[0].line, "lock")
                locks.append(key)
        self.climb(forced, locks)
        for key in self.handed_only & forced.keys():
            del forced[key]
        return forced

    @cached_property
    def handed_only(self) -> frozenset[str]:
        """Functions that are only handed over, so that a port leaves them plain."""
        scopes = [self.program.scopes[key] for key in self.events]
        callers = {k: [one for one, _ in by] for k, by in self.callers.items()}
        runs: dict[str, list[str]] = {}
        for callee, by in callers.items():
            for caller in by:
                runs.setdefault(caller, []).append(callee)
        return only_there(handed(self.types, scopes), runs, callers)

    def _waits_itself(self, key: str, events: list[Event]) -> Forced | None:
        """Why a function waits by its own statements; None if it does not."""
        if self.told(key):
            return Forced((), Blocker("as told", ""), self.program.scopes[key].line)
        for event in events:
            block = next((b for b in event.reach.blocks if b.forces_colour), None)
            if block is None and event.lock is not None:
                block = self._by_lock(event, key)
            if block is not None:
                return Forced((), block, event.line)
        return None

    def _climb_from_implicit(self, forced: dict[str, Forced]) -> None:
        """Mark constructors and operators that wait, and their callers, as "implicit".

        A port moves the wait out of the constructor.  Then the callers of the class
        need not be async.
        """
        implicit = [key for key in forced if is_implicit(key)]
        for key in implicit:
            forced[key] = replace(forced[key], reason="implicit")
        self.climb(forced, implicit, through_implicit=True)

    def beside(self, forced: dict[str, Forced]) -> list[str]:
        """Mark methods that must be async because a method related to them is.

        For example, `async with` needs both `__aenter__` and `__aexit__`.  And if one
        method overrides another one, callers must call both in the same way.
        """
        new: dict[str, Forced] = {}
        for key in [*self.events]:
            if key in forced or self.program.scopes[key].is_async:
                continue
            for other in self.relatives.get(key, ()):
                why = forced.get(other)
                if why is not None and other not in new and why.reason == "waits":
                    line = self.program.scopes[key].line
                    new[key] = Forced((other, *why.chain), why.block, line)
                    break
        forced |= new
        return [*new]

    @cached_property
    def relatives(self) -> dict[str, list[str]]:
        """Method -> the other methods that must have its colour."""
        found: dict[str, list[str]] = {}
        for key, scope in list(self.program.scopes.items()):
            if scope.owner is None or not scope.is_function:
                continue
            name = key.rpartition(".")[2]
            prefix = key.removesuffix(name)
            twin = PAIRS_OF_METHODS.get(name)
            if twin and f"{prefix}{twin}" in self.program.scopes:
                found.setdefault(key, []).append(f"{prefix}{twin}")
            if is_implicit(key):
                continue
            for base in linear(self.types, scope.owner.key)[1:]:
                above = f"{base.key}.{name}" if isinstance(base, ClassRef) else ""
                if above in self.program.scopes:
                    found.setdefault(key, []).append(above)
                    found.setdefault(above, []).append(key)
        for one, other in same_name(self.types):
            found.setdefault(one, []).append(other)
            found.setdefault(other, []).append(one)
        return found

    def told(self, key: str) -> bool:
        """Whether the user named the function as one that blocks."""
        name = key.replace(":", ".").lstrip(".")
        return name in self.also

    def climb(
        self,
        forced: dict[str, Forced],
        start: Collection[str],
        through_implicit: bool = False,
    ) -> None:
        """Mark the callers of functions that wait, each with its shortest chain."""
        waiting = deque(start)
        while waiting:
            callee = waiting.popleft()
            if self.program.scopes[callee].is_async:
                continue  # a call of a coroutine function only makes a coroutine
            if is_implicit(callee) and not through_implicit:
                continue
            why = forced[callee]
            for caller, event in self.callers.get(callee, ()):
                if caller not in forced:
                    forced[caller] = Forced(
                        (callee, *why.chain), why.block, event.line, why.reason
                    )
                    waiting.append(caller)

    def _by_lock(self, event: Event, key: str) -> Blocker | None:
        """The wait for a semaphore, or for a lock that this function never releases."""
        lock, block = event.lock, _blocks_on_lock(event)
        if lock is None or block is None:
            return None
        if lock.kind == COUNTER:
            return block
        if isinstance(event.node, ast.Call) and event.how == "call":
            return None if _released(key, self.program) else block
        return None

    def _through_locks(self, forced: dict[str, Forced]) -> list[str]:
        """Mark the functions that must await the lock of a condition.

        If any function waits while it holds this lock, each function that takes the
        lock must await it.  Only locks of conditions count here.  For a port,
        `bench.shape.port.colours` finds the other locks that are held over a wait.
        """
        slow = {
            self.lock_key(lock, key)
            for key, events in self.events.items()
            for event in events
            if self._event_waits(event, forced)
            for lock in event.held
            if self._of_condition(lock)
        }
        new = []
        for key, events in self.events.items():
            if key in forced:
                continue
            for event in events:
                block = _blocks_on_lock(event)
                if event.lock and block and self.lock_key(event.lock, key) in slow:
                    forced[key] = Forced((), block, event.line)
                    new.append(key)
                    break
        return new

    def _of_condition(self, lock: LockUse) -> bool:
        return lock.condition

    def _event_waits(self, event: Event, forced: dict[str, Forced]) -> bool:
        if any(block.forces_colour for block in event.reach.blocks):
            return True
        if event.how == "callback":
            return False
        return any(
            callee in forced and not self.program.scopes[callee].is_async
            for callee in event.reach.functions
        )

    def lock_key(self, lock: LockUse, key: str) -> str:
        """A name for a lock; all methods that use the lock get the same name."""
        scope: Scope | None = self.program.scopes[key]
        first, _, rest = lock.name.partition(".")
        while scope is not None and rest and first in ("self", "cls"):
            if scope.owner is not None:
                attribute = rest.partition(".")[0]
                for base in reversed(linear(self.types, scope.owner.key)):
                    if isinstance(base, ClassRef):
                        holder = self.program.scopes[base.key]
                        if (
                            attribute in holder.attributes
                            or attribute in holder.bindings
                        ):
                            return f"{base.key}.{rest}"
                return f"{scope.owner.key}.{rest}"
            scope = scope.parent
        return f"{key.partition(':')[0]}:{lock.name}"


def _blocks_on_lock(event: Event) -> Blocker | None:
    return next((b for b in event.reach.blocks if b.kind == LOCK), None)


def _lock_block(events: list[Event]) -> tuple[Event, Blocker] | None:
    for event in events:
        if block := _blocks_on_lock(event):
            return event, block
    return None


def _released(key: str, program: Program) -> bool:
    """Whether the function that acquires a lock also releases a lock.

    For a lock that `__enter__` acquires, `release` may be anywhere in the class.
    """
    scope = program.scopes[key]
    if scope.owner is not None and scope.name.endswith("__enter__"):
        scope = scope.owner
    return any(
        isinstance(part, ast.Attribute) and part.attr == "release"
        for part in ast.walk(scope.node)
    )


@lru_cache(maxsize=8)
def graph_of(source: Source) -> CallGraph:
    """The call graph of one file and the modules of its own package that it imports."""
    return CallGraph(program_of(source))
