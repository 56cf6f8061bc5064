"""Which functions a port makes `async`, which locks it replaces, and why."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property

from bench.shape.colour.events import Event
from bench.shape.colour.graph import CallGraph, Forced, is_implicit
from bench.shape.colour.reach import Blocker
from bench.shape.colour.spread import obstacle, shown
from bench.shape.port.analysis.escaping_locks import (
    LOCKS,
    escaping_locks,
    held_by_callers,
    taken_for_good,
)
from bench.shape.port.analysis.existing_awaits import existing_awaits
from bench.shape.port.analysis.lock_keys import class_key
from bench.shape.port.analysis.lock_methods import cannot_wait_for_its_lock
from bench.shape.port.analysis.primitive_uses import primitive_users
from bench.shape.port.analysis.same_locks import (
    by_names,
    of_threads,
    unsure_locks,
    with_outer,
)
from bench.shape.port.analysis.scenario_workers import beside_workers
from bench.shape.port.analysis.worker_functions import run_by_workers
from bench.shape.port.analysis.worker_starts import starters, starting
from bench.shape.resolution.facts import live
from bench.shape.resolution.scopes import Scope
from bench.shape.resolution.syntax import default_of
from bench.shape.resolution.values import Instance
from bench.shape.state.locks import bindings
from bench.shape.tables.blocking import LOCK

BY_NAME = "getattr("  # a lock whose name is a string
REPLACED = "threading.Condition", "threading.Semaphore", "threading.BoundedSemaphore"


@dataclass(frozen=True)
class Colours:
    """The functions that wait, by key, and the keys of locks that are held over a wait.

    loose: whether one of these locks has no name that shows where it is made, for
        example because it is in a list.  Then all locks without such a name become
        locks of asyncio.
    """

    graph: CallGraph
    waits: dict[str, Forced]
    slow: frozenset[str]  # keys of locks
    # functions that Python itself calls and that only take locks
    atomic: frozenset[str] = frozenset()
    loose: bool = False
    # function -> the primitive that it uses
    touches: dict[str, str] = field(default_factory=dict)
    # function -> the worker that it starts
    starts: dict[str, str] = field(default_factory=dict)
    # functions that have to wait, but that Python itself calls and cannot await
    hindered: dict[str, Forced] = field(default_factory=dict)

    def is_async(self, key: str) -> bool:
        """Whether a function is a coroutine function after the port."""
        return key in self.waits and self.graph.program.scopes[key].is_function

    def waits_at(self, event: Event) -> bool:
        """Whether a port awaits something at an event."""
        if event.how == "callback":
            return False
        own = any(block.forces_colour for block in event.reach.blocks)
        return own or any(key in self.waits for key in event.reach.functions)

    def takes_slow(self, event: Event, key: str) -> bool:
        lock = event.lock
        return lock is not None and class_key(self.graph, lock, key) in self.slow

    def _lock_stays(self, scope: Scope) -> str:
        """What the plan says about a lock inside which nothing waits."""
        taken = [e for e in self.graph.events[scope.key] if e.lock is not None]
        if any(self.takes_slow(event, scope.key) for event in taken):
            return (
                "remove the lock here, because Python itself calls this function, which"
                " therefore cannot await a lock"
            )
        if scope.key in self.in_threads:
            return (
                "keep the lock, because threads still run this after the port, and a"
                " thread may be interrupted anywhere"
            )
        return (
            "in one thread such a lock never has to wait, so the draft leaves it; you"
            " may take it out"
        )

    @cached_property
    def in_threads(self) -> frozenset[str]:
        """The functions that threads run after the port, by key."""
        plain = run_by_workers(self.graph) | self.graph.handed_only
        starts = (key for key in plain if not self.is_async(key))
        found = {key for key in starts if key not in self.touches}
        new = [*found]
        while new:
            for event in self.graph.events.get(new.pop(), ()):
                more = {k for k in event.reach.functions if not self.is_async(k)}
                new += more - found
                found |= more
        return frozenset(found)

    def why(self, scope: Scope) -> str:
        """One line: the chain to the call that waits, or why no such chain exists."""
        if scope.key in self.graph.handed_only:
            return "handed over to be called, in a thread or by the loop: stays plain"
        known = self.waits, self.hindered, self.graph.waiting
        found = next((one[scope.key] for one in known if scope.key in one), None)
        if found is None:
            return "nothing in it waits"
        chain = [shown(self.graph, step) for step in found.chain]
        ends = " → ".join([*chain, found.block.call])
        if found.reason == "lock":
            return f"only {ends}, and nothing inside waits: {self._lock_stays(scope)}"
        hindered = obstacle(self.graph, scope)
        return f"{ends} ({hindered})" if hindered else ends


def colours(graph: CallGraph) -> Colours:
    """The functions that become async, and the locks that become locks of asyncio.

    A function becomes async if it waits, if it calls a function that becomes async, or
    for one of these reasons:
    - It takes a lock that code holds over a wait.  Such a lock becomes asyncio's.
    - A worker runs it, and it uses a primitive that becomes asyncio's.
    - It starts a worker, and only code outside functions calls it.
    - A related method, or another worker of its scenario, becomes async.
    Each new function can be a reason for others, so the search is repeated.
    """
    atomic = frozenset(
        key
        for key in graph.events
        if key in graph.waiting and cannot_wait_for_its_lock(graph, key)
    )
    waits = {
        key: why
        for key, why in graph.waiting.items()
        if why.reason == "waits" and key not in atomic
    }
    touches = primitive_users(graph)
    workers, start = run_by_workers(graph), starting(graph)
    begin = starters(graph, start)
    makers = {key for scope in _scopes(graph) for key in _made(graph, scope)}
    held_now = frozenset(_held_now(graph))
    left, for_good = escaping_locks(graph), taken_for_good(graph)
    unsure = frozenset(unsure_locks(graph))
    hindered: dict[str, Forced] = {}
    while True:
        found = Colours(graph, waits, frozenset(), atomic)
        slow = held_now | for_good | frozenset(_held_over_waits(found))
        slow |= held_by_callers(graph, left, found.waits_at)
        slow = with_outer(graph, by_names(slow, makers, unsure))
        loose = {
            class_key(graph, event.lock, key)
            for key, events in graph.events.items()
            for event in events
            if event.lock is not None
            and (
                event.lock.library in LOCKS
                or (not event.lock.library and event.lock.name.startswith(BY_NAME))
            )
        } - makers
        has_loose = bool(loose & slow)
        found = Colours(
            graph, waits, slow | (loose if has_loose else set()), atomic, has_loose,
            touches, start, hindered,
        )  # fmt: skip
        new = _new_in_loop(found, workers)
        for key, events in graph.events.items():
            new += _new_by_locks(found, key, events) if key not in atomic else []
        new += _new_starters(found, begin)
        new += beside_workers(graph, waits)
        new += [key for key in graph.beside(waits) if key not in graph.handed_only]
        new = [key for key in new if key not in hindered]
        graph.climb(waits, new)
        for key in [key for key in waits if is_implicit(key)]:
            hindered[key] = replace(waits.pop(key), reason="implicit")
        if not new:
            return found


def _held_over_waits(found: Colours) -> Iterator[str]:
    """The keys of the locks of threads that are held where a port awaits."""
    graph = found.graph
    for key, events in graph.events.items():
        for event in events:
            if event.held and found.waits_at(event):
                for lock in filter(of_threads, event.held):
                    yield class_key(graph, lock, key)


def _new_by_locks(found: Colours, key: str, events: list[Event]) -> list[str]:
    """Mark functions that take a lock which a port replaces.

    A port replaces a lock that is held over a wait, and replaces each condition and
    each semaphore.  If an event takes a lock that is held over a wait, the functions
    that the event runs are marked too.
    """
    graph, waits, new = found.graph, found.waits, []
    for event in events:
        taken = found.takes_slow(event, key) or _replaced(event)
        if (
            key not in waits
            and key not in graph.handed_only
            and not key.endswith((".__init__", ".__post_init__"))
            and taken
            and not graph.program.scopes[key].is_async
        ):
            name = event.lock.name if event.lock else ""
            block = Blocker(f"{name}, held elsewhere over a wait", "")
            waits[key] = Forced((), block, event.line)
            new.append(key)
        if found.takes_slow(event, key):
            free = waits.keys() | graph.handed_only
            for callee in event.reach.functions - free:
                block = Blocker("the lock it takes is held over a wait", "")
                waits[callee] = Forced((), block, event.line)
                new.append(callee)
    return new


def _new_in_loop(found: Colours, workers: set[str]) -> list[str]:
    """Mark thread functions that use asyncio's primitives: the loop must run them."""
    graph, new = found.graph, []
    for key in sorted(workers & found.touches.keys()):
        scope = graph.program.scopes[key]
        told = found.waits and scope.is_function and not scope.is_async
        if told and key not in found.waits and key not in graph.handed_only:
            name = found.touches[key]
            block = Blocker(f"{name}, which belongs to the loop's thread", "")
            found.waits[key] = Forced((), block, scope.line)
            new.append(key)
    return new


def _new_starters(found: Colours, begin: dict[str, str]) -> list[str]:
    """Mark functions that start tasks and do not wait: the tasks need a loop."""
    new = []
    for key, started in begin.items() if found.waits else ():
        if key not in found.waits and key not in found.graph.handed_only:
            block = Blocker(f"{started}: its task starts only while a loop runs", "")
            line = found.graph.program.scopes[key].line
            found.waits[key] = Forced((), block, line)
            new.append(key)
    return new


def _scopes(graph: CallGraph) -> Iterator[Scope]:
    """The scopes of the given modules and of the neighbours read with them."""
    # a copy, because more modules may be read during the loop
    for module in list(graph.program.modules):
        yield from graph.own(module)


def made_as(statement: ast.stmt, scope: Scope) -> list[str]:
    """The keys of the locks that a statement makes, by its targets or defaults."""
    only = [getattr(statement, "target", None)]
    targets, found = getattr(statement, "targets", None) or only, []
    if isinstance(statement, ast.FunctionDef):  # `def work(lock=threading.Lock())`
        return [f"{scope.module}:{name}" for name in default_of(statement.args)]
    func = getattr(getattr(statement, "value", None), "func", None)
    if isinstance(func, ast.Attribute) and func.attr == "setdefault":
        return []  # the lock is in a dict: another name may mean the same lock
    for target in targets:
        if isinstance(target, ast.Attribute) and scope.owner is not None:
            found.append(f"{scope.owner.key}.{target.attr}")
        elif isinstance(target, ast.Name) and scope.is_class:
            found.append(f"{scope.key}.{target.id}")
        elif isinstance(target, ast.Name):
            found.append(f"{scope.module}:{target.id}")
    return found


def _made(graph: CallGraph, scope: Scope) -> Iterator[str]:
    """The keys of the locks that a scope makes and assigns in one statement."""
    if isinstance(scope.node, ast.Lambda):
        return
    for statement, path in live(scope):
        value = getattr(statement, "value", None)
        if isinstance(statement, ast.FunctionDef):
            for name, default in default_of(statement.args).items():
                made = graph.types.of(default, scope, path)
                if any(isinstance(v, Instance) and v.kind in LOCKS for v in made):
                    yield f"{scope.module}:{name}"
        if isinstance(value, ast.Call) and isinstance(
            statement, ast.Assign | ast.AnnAssign
        ):
            named = bindings(graph.types, value.func, scope, path)
            if any(one.how == "parameter" for one in named):
                continue  # the callers decide which class makes the lock
            made = graph.types.of(value, scope, path)
            if any(isinstance(v, Instance) and v.kind in LOCKS for v in made):
                yield from made_as(statement, scope)


def _held_now(graph: CallGraph) -> Iterator[str]:
    """The keys of the locks of threads that the code already holds over an await."""
    for key in graph.events:
        for lock, _ in existing_awaits(graph, graph.program.scopes[key]):
            if lock is not None and lock.library.startswith("threading."):
                yield class_key(graph, lock, key)


def _replaced(event: Event) -> bool:
    """Whether a port replaces the class of the lock that an event takes."""
    if event.lock is not None and event.lock.library.startswith(REPLACED):
        return True
    return any(
        block.kind == LOCK and block.call.removeprefix("with ").startswith(REPLACED)
        for block in event.reach.blocks
    )
