"""The state of `logging`: its handlers have locks, and its loggers outlive a run.

While a program is explored, `logging` uses the models of locks, clocks and threads.
When a run starts, the loggers are in the state in which the import of the program left
them.
"""

import logging
import logging.handlers
import types
from typing import Any

from bench.correctness.engine.refusals import refuse
from bench.correctness.models.stdlib.frames_ import TRACEBACK, is_internal_frame
from bench.correctness.models.substitution import UncontrolledModule
from bench.correctness.models.threading_.module import THREADING, TIME
from bench.correctness.models.threading_.queue_ import QUEUE

MODELS: dict[types.ModuleType, dict[str, Any]] = {
    logging: {
        "threading": THREADING,
        "time": TIME,
        "traceback": TRACEBACK,
        "_is_internal_frame": is_internal_frame,
    },
    logging.handlers: {
        "threading": THREADING,
        "time": TIME,
        "queue": QUEUE,
        "socket": UncontrolledModule("socket"),
        "SMTPHandler": refuse("logging.handlers.SMTPHandler"),
        "HTTPHandler": refuse("logging.handlers.HTTPHandler"),
    },
}
STOCK = {
    module: {name: vars(module)[name] for name in names}
    for module, names in MODELS.items()
}
SavedLoggers = tuple[dict[str, Any], list[tuple[Any, dict[str, Any]]]]


def control() -> None:
    """Make `logging` use the models of locks, threads and clocks."""
    for module, names in MODELS.items():
        module.__dict__.update(names)


def release() -> None:
    """Make `logging` use the standard modules again."""
    for module, names in STOCK.items():
        module.__dict__.update(names)


def loggers() -> SavedLoggers:
    """Return the existing loggers and their attributes, to be restored later."""
    known = logging.root.manager.loggerDict
    return dict(known), [
        (one, unshared(vars(one))) for one in (logging.root, *known.values())
    ]


def restore(saved: SavedLoggers) -> None:
    """Restore these loggers; remove loggers that were made later."""
    known, attributes = saved
    registry = logging.root.manager.loggerDict
    registry.clear()
    registry.update(known)
    for logger, names in attributes:
        logger.__dict__.clear()
        logger.__dict__.update(unshared(names))


def unshared(names: dict[str, Any]) -> dict[str, Any]:
    """Return these attributes, with copies of lists and dicts."""
    return {
        name: value.copy() if isinstance(value, list | dict) else value
        for name, value in names.items()
    }
