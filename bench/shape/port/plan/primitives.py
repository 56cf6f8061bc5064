"""The primitives that a file makes, and the rules of threads on which it relies."""

import ast
from collections.abc import Callable, Iterator, Mapping

from bench.records.ports import Deviation, PortedPrimitive
from bench.records.primitives import Rule
from bench.shape.colour.graph import CallGraph
from bench.shape.port.analysis.reentrant_locks import reentered
from bench.shape.resolution.facts import expressions, live
from bench.shape.resolution.values import Instance, Library
from bench.shape.tables.correspondence import MATCHES, RULES

Test = Callable[[ast.Call], bool]
ASYNCIO = {one.threads: one.asyncio for one in MATCHES}
# primitives that stay as they are if no edit replaces them
KEPT = frozenset({"threading.Lock", "threading.RLock"})
# name in the support -> the rules of threads that this support keeps
KEPT_BY_SUPPORT = {
    "TaskLocal": {"local"},
    "TaskRLock": {"rlock"},
    "TaskCondition": {"rlock"},
    "TaskBarrier": {"barrier-action", "barrier-timeout"},
    "TaskPool": {"executor-map", "group-error"},
    "TaskTimer": {"timer"},
    "TaskThread": {"worker-error", "kept"},
    "asyncio.create_task": {"worker-error", "kept"},
    "kept_task": {"worker-error", "kept"},
    "as_done": {"as-completed"},
}


# text in the port of a line -> the rules of threads that this text keeps
KEPT_BY_EDITS = {
    "ended_in_time(": {"lock-timeout", "condition-timeout", "event-timeout"},
    "TimeoutError:\n": {"lock-timeout", "condition-timeout", "event-timeout"},
    "taken_in_time(": {"lock-timeout", "lock-try", "semaphore-try"},
    ".locked() and await ": {"lock-try", "semaphore-try"},
    "asyncio.wait_for(asyncio.shield(": {"future-timeout"},
}


def with_limit(at: int) -> Test:
    """Whether a call passes a time limit, by name or at a position."""
    return lambda call: (
        any(k.arg == "timeout" for k in call.keywords) or len(call.args) > at
    )


def without_waiting(call: ast.Call) -> bool:
    said = [*call.args[:1], *(k.value for k in call.keywords if k.arg == "blocking")]
    return any(isinstance(a, ast.Constant) and a.value is False for a in said)


def always(call: ast.Call) -> bool:
    return True


# Rule -> methods, and a test: a call of one of these methods relies on the rule if the
# call passes the test.
RELIES: dict[str, tuple[tuple[str, ...], Test]] = {
    "lock-try": (("Lock.acquire", "RLock.acquire"), without_waiting),
    "lock-timeout": (("Lock.acquire", "RLock.acquire"), with_limit(1)),
    "semaphore-try": (("Semaphore.acquire",), without_waiting),
    "semaphore-many": (("Semaphore.release",), lambda c: bool(c.args or c.keywords)),
    "condition-timeout": (("Condition.wait",), with_limit(0)),
    "event-timeout": (("Event.wait",), with_limit(0)),
    "barrier-timeout": (("Barrier.wait",), with_limit(0)),
    "queue-timeout": (("Queue.get",), with_limit(1)),
    "queue-put-timeout": (("Queue.put",), with_limit(2)),
    "future-timeout": (("Future.result",), with_limit(0)),
    "future-cancel": (("Future.cancel",), always),
    "worker-error": (("Thread.join",), always),
    "executor-map": (("ThreadPoolExecutor.map",), always),
    "queue-shutdown": (("Queue.shutdown",), always),
    "event-from-thread": (("Event.set",), lambda c: False),
}
# Rule -> the classes or functions that always rely on it.
MADE: dict[str, tuple[str, ...]] = {
    "timer": ("threading.Timer",),
    "local": ("threading.local",),
    "as-completed": ("concurrent.futures.as_completed",),
    "group-error": ("concurrent.futures.ThreadPoolExecutor",),
    "barrier-action": ("threading.Barrier",),
    "context": ("threading.Thread",),
    "kept": ("threading.Thread",),
}


def primitives(
    graph: CallGraph,
    module: str,
    new: Mapping[tuple[str, int], str],
    ported: Callable[[int], str],
) -> tuple[PortedPrimitive, ...]:
    """Each primitive of threads that a module makes, in the order of the file.

    new: (class of an object, line of the call that makes it) -> the replacement.  A
        lock that has no entry here stays as it is.
    ported: returns a line as it is in the port.  If this line keeps a rule of threads,
        the rule is not reported.
    """
    made: dict[tuple[str, str], list[int]] = {}
    relied: dict[str, list[int]] = {}
    for name, call in _calls(graph, module):
        if name in ASYNCIO:
            there = new.get((name, call.lineno), _default(name))
            made.setdefault((name, there), []).append(call.lineno)
        for key, names in MADE.items():
            if name in names and _fits(graph, key, call):
                relied.setdefault(key, []).append(call.lineno)
        for key, (methods, test) in RELIES.items():
            if key in _kept(ported(call.lineno)):
                continue
            if any(name.endswith(f".{method}") for method in methods) and test(call):
                relied.setdefault(key, []).append(call.lineno)
    for line in reentered(graph, module):
        relied.setdefault("rlock", []).append(line)
    return tuple(
        PortedPrimitive(
            threads=name,
            asyncio=there,
            lines=tuple(sorted(set(lines))),
            deviations=tuple(_deviations(name, there, relied)),
        )
        for (name, there), lines in sorted(
            made.items(), key=lambda one: (min(one[1]), one[0])
        )
    )


def _kept(line: str) -> set[str]:
    """The rules of threads that the port of a line keeps."""
    return {
        rule for said, rules in KEPT_BY_EDITS.items() if said in line for rule in rules
    }


def _fits(graph: CallGraph, key: str, call: ast.Call) -> bool:
    # a program without context variables does not rely on contexts
    if key == "context":
        return any("contextvars" in one.text for one in graph.program.modules.values())
    if key == "barrier-action":
        return len(call.args) > 1 or any(k.arg == "action" for k in call.keywords)
    return True


def _calls(graph: CallGraph, module: str) -> Iterator[tuple[str, ast.Call]]:
    """Every call of a library in a module, with the name of the function."""
    for scope in graph.own(module):
        if isinstance(scope.node, ast.Lambda):
            continue
        for statement, path in live(scope):
            for node in expressions(statement):
                if not isinstance(node, ast.Call):
                    continue
                for value in graph.types.of(node.func, scope, path):
                    if isinstance(value, Library):
                        yield value.name, node
                if isinstance(node.func, ast.Attribute):
                    for value in graph.types.of(node.func.value, scope, path):
                        if isinstance(value, Instance):
                            yield f"{value.kind}.{node.func.attr}", node


def _default(name: str) -> str:
    """The replacement of a primitive that no edit replaces."""
    if name in KEPT:
        return name
    return "as_done" if name.endswith(".as_completed") else ASYNCIO[name] or ""


def _deviations(
    name: str, there: str, relied: dict[str, list[int]]
) -> Iterator[Deviation]:
    if there == name:
        return
    for rule in RULES:
        kept = rule.key in KEPT_BY_SUPPORT.get(there, ())
        if rule.key in relied and _of(rule, name) and not kept:
            yield Deviation(rule=rule, lines=tuple(sorted(set(relied[rule.key]))))


def _of(rule: Rule, name: str) -> bool:
    last = name.rpartition(".")[2]
    base = {"BoundedSemaphore": "Semaphore", "LifoQueue": "Queue", "RLock": "Lock"}
    base |= {"PriorityQueue": "Queue", "SimpleQueue": "Queue"}
    return rule.primitive in (last, base.get(last, last))
