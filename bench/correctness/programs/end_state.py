"""The end of a run as text: its end state, or its exception in one line."""

import linecache
import re
import traceback
import zlib
from collections import deque
from pathlib import Path
from typing import Any

from bench.correctness.engine.transitions import Abandoned, Stopped
from bench.correctness.tracking.base_slots import (
    class_attribute,
    is_rewritten,
    items_within,
    namespace_of,
)
from bench.correctness.tracking.type_cache import TypeCache

COLLECTIONS = (list, tuple, set, frozenset, deque)
LONGEST = 2_000  # characters of an exception's text, or of an end state
OWN = "bench.correctness."
PLAIN = (int, float, complex, str, bytes, bool, type(None))


class WrongError(Exception):
    """A run ended in a state that it must not end in."""


def state_of(instance: object) -> str:
    """Return the plain attributes of a scenario after its end: the row of a table."""
    shown = [
        f"{name}={show(value)}"
        for name, value in list(namespace_of(instance).items())
        if is_plain(value)
    ]
    return cut(", ".join(shown)) or "ended"


def show(value: Any) -> str:
    """Return the `repr` of a value, the same in every run."""
    try:
        if issubclass(type(value), (set, frozenset)):
            return cut("{" + ", ".join(sorted(map(repr, items_of_set(value)))) + "}")
        text = repr(value)
    except ValueError:  # a number of more digits than Python shows
        return shortened(value)
    return without_addresses(cut(text))


def shortened(value: Any) -> str:
    """What stands for a value with a number that is too long to be shown."""
    if not issubclass(type(value), int):
        return f"<{type(value).__name__} with a number of too many digits>"
    size = int.bit_length(value)
    mark = zlib.crc32(int.to_bytes(value, size // 8 + 1, "little", signed=True))
    return f"<number of {size:,} bits, CRC {mark:08x}>"


def without_addresses(text: str) -> str:
    """Return a text without addresses, and without lines of code in task names."""
    if " running at " in text:  # `re` is slow also where it finds nothing
        text = re.sub(r" running at [^<>]*:\d+", "", text)
    return re.sub(r"0x[0-9a-fA-F]{6,}", "0x...", text) if "0x" in text else text


def items_of_set(value: Any) -> Any:
    """Iterate over a set, whatever a subclass of the program's defines."""
    kind = set if issubclass(type(value), set) else frozenset
    return kind.__iter__(value)


def shows_itself(kind: type) -> bool:
    """Whether values of a type are shown without code of the program."""
    shows = class_attribute(kind, "__repr__")
    return issubclass(kind, (*PLAIN, *COLLECTIONS, dict)) and not (
        is_rewritten(shows) and shows.__globals__.get("_explored_", True)
    )


HIDDEN, SCALAR, MAPPING, SET, SEQUENCE = range(5)


def kind_of_value(kind: type) -> int:
    """Whether values of a type are shown, and how they hold their items."""
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
    """Whether a value is a number, a text, or a collection of such, not too deep."""
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
    if kind is list:  # as most
        items = value
    else:
        items = items_of_set(value) if shown == SET else items_within(value)
    return all(is_plain(item, depth - 1) for item in items)


def symptom_of(error: BaseException) -> str:
    """Return an exception in one line; for a bare assert its source line."""
    while isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    text = without_addresses(" ".join(cut(text_of(error)).split()))
    name = type(error).__name__
    if not text and isinstance(error, AssertionError):
        text = failed_assertion(error)
    return f"{name}: {text}" if text else name


def text_of(error: BaseException) -> str:
    """The text of an exception, whose `__str__` may be the program's and may fail."""
    try:
        text = str(error)
    except (Stopped, Abandoned):
        return "its text cannot be had: __str__, or a __repr__ in it, does not end"
    except Exception as problem:
        return f"its text cannot be had: __str__ raises {type(problem).__name__}"
    if OWN in text:  # the hook of a call was given the arguments in its place
        text = re.sub(rf"{OWN}[\w.]*\(\)", "a function", text)
    return text


def cut(text: str) -> str:
    """A text whose length is bounded; one that is cut keeps what tells it from others.

    Only its beginning is shown anyway, and it is compared in every run.
    """
    if len(text) <= LONGEST:
        return text
    mark = zlib.crc32(text.encode("utf-8", "surrogatepass"))
    return f"{text[:LONGEST]}... ({len(text):,} characters, CRC {mark:08x})"


def failed_assertion(error: AssertionError) -> str:
    """The source line of an assert without a text; outside the program with its place.

    A bare assert of the standard library is not one of the program's own.
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
    """Where in the program an exception was raised: " at line 5"; else empty."""
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
