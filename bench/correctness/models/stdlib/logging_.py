"""The standard library's logging: its handlers have locks, and its loggers last.

Locks, clocks and the names of threads are the run's own while a program is explored,
and each run finds the loggers as an import of the program leaves them.
"""

import logging
import logging.handlers
import types
from typing import Any

from bench.correctness.models.threading_.module import THREADING, TIME
from bench.correctness.models.threading_.queue_ import QUEUE

MODELS: dict[types.ModuleType, dict[str, types.ModuleType]] = {
    logging: {"threading": THREADING, "time": TIME},
    logging.handlers: {"threading": THREADING, "time": TIME, "queue": QUEUE},
}
STOCK = {
    module: {name: vars(module)[name] for name in names}
    for module, names in MODELS.items()
}
Kept = tuple[dict[str, Any], list[tuple[Any, dict[str, Any]]]]


def control() -> None:
    """Let logging use the run's locks, threads and clock."""
    for module, names in MODELS.items():
        module.__dict__.update(names)


def let_go() -> None:
    for module, names in STOCK.items():
        module.__dict__.update(names)


def loggers() -> Kept:
    """What loggers there are, and what each of them has."""
    known = logging.root.manager.loggerDict
    return dict(known), [
        (one, unshared(vars(one))) for one in (logging.root, *known.values())
    ]


def restore(kept: Kept) -> None:
    """Put back what there was; a logger that came later is forgotten."""
    known, attributes = kept
    registry = logging.root.manager.loggerDict
    registry.clear()
    registry.update(known)
    for logger, names in attributes:
        logger.__dict__.clear()
        logger.__dict__.update(unshared(names))


def unshared(names: dict[str, Any]) -> dict[str, Any]:
    """The same names for values that do not change with the others'."""
    return {
        name: value.copy() if isinstance(value, list | dict) else value
        for name, value in names.items()
    }
