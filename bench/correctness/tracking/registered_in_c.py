"""What a program registers with modules in C that look it up themselves.

A codec, the handler of errors of encodings, a converter of `sqlite3`: what looks them
up is not seen.  They are registered before workers run, or it is refused; what was
registered is removed before the next run.
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
    """Python removes no handler: one that was not there raises what then is raised."""
    try:
        before = codecs.lookup_error(name)
    except LookupError as missing:
        text = str(missing)

        def before(_: Exception) -> Any:
            raise LookupError(text)

    return partial(codecs.register_error, name, before)


def undo_entries(table: dict[Any, Any]) -> Callable[..., Undo]:
    """Undo what is registered in a table, by putting back all of it."""

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
    """Note how to undo what this function registers; refuse it beside workers."""
    name, undo = UNDOING[function]
    if not kernel.alone:
        refuse(f"{name} in a worker")()
    try:
        CHANGES.append(undo(*args))
    except TypeError:
        return  # the call itself says what is wrong
