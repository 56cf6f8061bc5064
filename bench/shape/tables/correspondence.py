"""Primitives of threads beside those of asyncio, anyio and trio.

The tests prove every entry.  Each rule of `RULES` says how one primitive behaves in
each model.  For each rule and model, the tests run a small program on the current
interpreter.  They look up each name of `MATCHES`, and check that the names called
missing do not exist.
"""

from bench.records.primitives import Rule
from bench.shape.tables import rules_of_primitives, rules_of_workers
from bench.shape.tables.matches import MATCHES

NONE = "has none"
RULES = (*rules_of_primitives.RULES, *rules_of_workers.RULES)


def differences(primitive: str) -> tuple[Rule, ...]:
    """The rules of a primitive ("threading.Event") that asyncio does not keep."""
    name = primitive.rpartition(".")[2]
    inherited = {"BoundedSemaphore": "Semaphore", "LifoQueue": "Queue"}
    inherited |= {"PriorityQueue": "Queue"}
    names = {name, inherited.get(name, name)}
    return tuple(r for r in RULES if r.primitive in names and r.verdict != "same")


__all__ = ["MATCHES", "NONE", "RULES", "differences"]
