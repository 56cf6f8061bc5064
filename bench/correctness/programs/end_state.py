"""The end of a run as text: its end state, or its exception in one line."""

import linecache
import re
import traceback
import zlib
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from bench.correctness.engine.transitions import Abandoned, Stopped
from bench.correctness.models.stdlib.file_places import PATHS
from bench.correctness.tracking.base_slots import (
    class_attribute,
    is_rewritten,
    items_within,
    namespace_of,
)
from bench.correctness.tracking.type_cache import TypeCache

SETS = (set, frozenset)
COLLECTIONS = (list, tuple, *SETS, deque)
LONGEST = 2_000  # most characters of an exception's text, or of an end state
OWN = "bench.correctness."
PLAIN = (int, float, complex, str, bytes, bool, type(None))


class WrongError(Exception):
    """The check found that a run ended in a wrong state."""


def state_of(instance: object, first: Iterable[str] = ()) -> str:
    """Return a scenario's plain attributes after a run: a row of the outcome table.

    The attributes named by `first` come first.  All others are sorted by name, because
    workers set them in an order that depends on the schedule.
    """
    values = namespace_of(instance)
    names = [*dict.fromkeys(name for name in first if name in values)]
    names += sorted(values.keys() - {*names}, key=str)
    shown = [f"{one}={show(values[one])}" for one in names if is_plain(values[one])]
    return cut(", ".join(shown)) or "ended"


def show(value: Any) -> str:
    """Return the `repr` of a value, as a text that is the same in every process."""
    try:
        if issubclass(type(value), SETS):
            return cut(in_braces(value))
        text = with_sorted_sets(value)
    except ValueError:  # a number has more digits than Python shows
        return shortened(value)
    return without_addresses(cut(text))


def in_braces(value: Any) -> str:
    """The items of a set in braces, sorted by their texts; `set()` if it has none."""
    items = sorted(map(with_sorted_sets, items_of_set(value)))
    if not items:
        return "set()" if issubclass(type(value), set) else "frozenset()"
    return "{" + ", ".join(items) + "}"


def with_sorted_sets(value: Any) -> str:
    """The `repr` of a value, in which the items of each set are sorted."""
    text = repr(value)
    if "{" in text and not issubclass(type(value), PLAIN):
        for one in sets_within(value):
            own = repr(one)
            items = own[own.find("{") : own.rfind("}") + 1]
            if items:  # an empty set has no braces
                text = text.replace(items, in_braces(one))
    return PATHS.in_text(text)


def sets_within(value: Any) -> Iterator[Any]:
    """The sets in a plain collection, except sets within sets: see `in_braces`."""
    kind = type(value)
    if issubclass(kind, SETS):
        yield value
    elif issubclass(kind, (*COLLECTIONS, dict)):
        for one in items_within(value):
            yield from sets_within(one)
        if issubclass(kind, dict):
            for key in dict.keys(value):
                yield from sets_within(key)


def shortened(value: Any) -> str:
    """Return a text for a value with a number that is too long to be shown."""
    if not issubclass(type(value), int):
        return f"<{type(value).__name__} with a number that has too many digits>"
    size = int.bit_length(value)
    mark = zlib.crc32(int.to_bytes(value, size // 8 + 1, "little", signed=True))
    return f"<number of {size:,} bits, CRC {mark:08x}>"


def without_addresses(text: str) -> str:
    """Remove addresses from a text, and source positions from names of tasks."""
    if " running at " in text:  # `re` is slow even if it finds nothing
        text = re.sub(r" running at [^<>]*:\d+", "", text)
    return re.sub(r"0x[0-9a-fA-F]{6,}", "0x...", text) if "0x" in text else text


def items_of_set(value: Any) -> Any:
    """Iterate over a set; ignore an `__iter__` that a subclass defines."""
    kind = set if issubclass(type(value), set) else frozenset
    return kind.__iter__(value)


def shows_itself(kind: type) -> bool:
    """Whether a type is plain, and its `repr` runs no code of the program."""
    shows = class_attribute(kind, "__repr__")
    return issubclass(kind, (*PLAIN, *COLLECTIONS, dict)) and not (
        is_rewritten(shows) and shows.__globals__.get("_explored_", True)
    )


HIDDEN, SCALAR, MAPPING, SET, SEQUENCE = range(5)


def kind_of_value(kind: type) -> int:
    """Return whether values of a type are shown, and how they store their items."""
    if not shows_itself(kind):
        return HIDDEN
    if issubclass(kind, PLAIN):
        return SCALAR
    if issubclass(kind, dict):
        return MAPPING
    return SET if issubclass(kind, (set, frozenset)) else SEQUENCE


SHOWN_KINDS = TypeCache(kind_of_value)
KNOWN_KINDS = SHOWN_KINDS.known


def is_plain(value: Any, depth: int = 4) -> bool:
    """Whether a value is a number, a text, or a collection of plain values.

    Collections may be nested to at most `depth` levels.
    """
    kind = type(value)
    try:
        shown = KNOWN_KINDS[kind]
    except KeyError:
        shown = SHOWN_KINDS[kind]
    if shown <= SCALAR:
        return shown == SCALAR
    if depth == 0:
        return False
    if shown == MAPPING:
        return all(
            is_plain(key, 1) and is_plain(item, depth - 1)
            for key, item in dict.items(value)
        )
    if kind is list:  # the most frequent type
        items = value
    else:
        items = items_of_set(value) if shown == SET else items_within(value)
    return all(is_plain(item, depth - 1) for item in items)


def symptom_of(error: BaseException) -> str:
    """Describe an exception in one line.

    An `assert` without a text is described by its source line.
    """
    while isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    text = without_addresses(" ".join(cut(text_of(error)).split()))
    name = type(error).__name__
    if not text and isinstance(error, AssertionError):
        text = failed_assertion(error)
    return f"{name}: {text}" if text else name


def text_of(error: BaseException) -> str:
    """Return the text of an exception, even if `__str__` fails or does not end."""
    try:
        text = str(error)
    except (Stopped, Abandoned):
        return "its text is unknown: __str__, or a __repr__ that it calls, does not end"
    except Exception as problem:
        return f"its text is unknown: __str__ raises {type(problem).__name__}"
    if OWN in text:  # an error about wrong arguments names the hook
        text = re.sub(rf"{OWN}[\w.]*\(\)", "a function", text)
    return PATHS.in_text(text)


def cut(text: str) -> str:
    """Shorten a long text; its length and CRC distinguish it from other long texts.

    A report shows only the beginning of the text.  Runs are compared by the shortened
    text, so different texts must still differ when they are shortened.
    """
    if len(text) <= LONGEST:
        return text
    mark = zlib.crc32(text.encode("utf-8", "surrogatepass"))
    return f"{text[:LONGEST]}... ({len(text):,} characters, CRC {mark:08x})"


def failed_assertion(error: AssertionError) -> str:
    """Return the source line of an assert without a text.

    If the assert is outside of the program, for example in the standard library, its
    file and line are added.
    """
    frames = [*traceback.walk_tb(error.__traceback__)]
    if not frames:
        return ""
    frame, line = frames[-1]
    file = frame.f_code.co_filename
    source = linecache.getline(file, line).strip()
    condition = source.partition("  #")[0].rpartition("assert ")[2]
    if frame.f_globals.get("_explored_"):
        return f"assert {condition}"
    return f"assert {condition} (in {'/'.join(Path(file).parts[-2:])}:{line})"


def line_of(error: BaseException) -> str:
    """Return the line of the program that raised, such as " at line 5".

    If the exception did not pass through the program, the result is empty.
    """
    lines = [
        line
        for frame, line in traceback.walk_tb(error.__traceback__)
        if "_explored_" in frame.f_globals
    ]
    return f" at line {lines[-1]}" if lines else ""


def in_program(error: BaseException) -> bool:
    """Whether an exception passed through code of the program."""
    return any(
        "_explored_" in frame.f_globals or "_explored_" in frame.f_builtins
        for frame, _ in traceback.walk_tb(error.__traceback__)
    )
