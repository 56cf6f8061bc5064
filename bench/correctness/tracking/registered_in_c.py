"""Registrations of objects with modules in C; C code later looks them up.

Examples are a codec, an error handler of encodings, and a converter of `sqlite3`.  The
explorer does not see the look-ups.  So a registration is allowed only before workers
run, and is undone before the next run.
"""

import codecs
import sqlite3
from collections.abc import Callable
from functools import partial
from typing import Any

from bench.correctness.engine.kernel import kernel
from bench.correctness.engine.refusals import refuse
from bench.correctness.tracking.module_state import CHANGES

Undo = Callable[[], object]


def undo_codec(search: Any, *_: Any) -> Undo:
    return partial(codecs.unregister, search)


def undo_handler(name: Any, *_: Any) -> Undo:
    """Return a function that restores the present handler of a name.

    Python cannot remove a handler.  If the name has no handler now, the function
    registers a handler that raises the LookupError of a missing handler.
    """
    try:
        before = codecs.lookup_error(name)
    except LookupError as missing:
        text = str(missing)

        def before(_: Exception) -> Any:
            raise LookupError(text)

    return partial(codecs.register_error, name, before)


def undo_entries(table: dict[Any, Any]) -> Callable[..., Undo]:
    """Return a function that saves a table, and returns what restores the table."""

    def undo(*_: Any) -> Undo:
        before = dict(table)

        def put_back() -> None:
            table.clear()
            table.update(before)

        return put_back

    return undo


UNDOING: dict[Any, tuple[str, Callable[..., Undo]]] = {
    codecs.register: ("codecs.register", undo_codec),
    codecs.register_error: ("codecs.register_error", undo_handler),
    sqlite3.register_converter: (
        "sqlite3.register_converter",
        undo_entries(sqlite3.converters),
    ),
    sqlite3.register_adapter: (
        "sqlite3.register_adapter",
        undo_entries(sqlite3.adapters),
    ),
}


def save_registering(function: Any, args: tuple[Any, ...]) -> None:
    """Note how to undo a registration; refuse a registration while workers run."""
    name, undo = UNDOING[function]
    if not kernel.alone:
        refuse(f"{name} in a worker")()
    try:
        CHANGES.append(undo(*args))
    except TypeError:
        return  # the call itself raises the error
