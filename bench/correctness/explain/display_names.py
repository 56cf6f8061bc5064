"""Names for a program's objects, read from the code that uses the objects.

An object that can be reached from the scenario is named by the path to it.  Any other
object, such as the state of a pair, gets its name from the code that first uses it.
"""

import sys
from collections import OrderedDict, deque
from collections.abc import Iterator
from itertools import count
from types import FrameType, FunctionType, ModuleType
from typing import Any

from bench.correctness.engine.frames import is_programs, locals_of
from bench.correctness.engine.kernel import kernel
from bench.correctness.engine.namespaces import behind
from bench.correctness.engine.transitions import What
from bench.correctness.explain.labels import path_to, thing_label
from bench.correctness.instrument.rewriter import PREFIX
from bench.correctness.models.threading_.thread import Thread
from bench.correctness.programs.object_names import CONDITION, PARTS, named_objects
from bench.correctness.tracking.weak_references import WEAK

MOST_FRAMES = 3  # frames of the program that are searched for a name, innermost first
UNNAMED = ""  # no name was found
CONTAINERS = (dict, list, deque, OrderedDict, bytearray)


def action_text(what: What) -> str:
    """An action in words: its verb, and the name of its object in the running code."""
    verb, thing = what
    return f"{verb} {display_name(thing)}".strip()


def display_name(thing: Any) -> str:
    """The name of an object, or of a part of it, in the running code."""
    if type(thing) is not tuple:
        return found_name(thing) or thing_label(thing)
    owner, key = thing
    name = found_name(owner) or thing_label((owner, None))
    if key is None:
        return name
    if issubclass(type(owner), CONTAINERS) or type(key) is not str:
        return f"{name}[{key!r}]" if type(key) in (str, int) else name
    return key if name == "self" or is_only_self(owner) else f"{name}.{key}"


def is_only_self(owner: object) -> bool:
    """Whether this object is `self` of the running method.

    If so, a trace shows only the name of the attribute, such as `count`.  The result is
    false if another named object has the same class, because `count` would not say
    which of the two objects is meant.
    """
    frame = next(frames_of_program(), None)
    return (
        frame is not None
        and locals_of(frame).get("self") is behind(owner)
        and not any(
            type(behind(other)) is type(behind(owner)) and other is not owner
            for _, other in kernel.display_names.values()
        )
    )


def found_name(thing: Any) -> str:
    """The program's name for an object; empty if no name is found."""
    # `isinstance` would read `__class__`, which may call code of the program.
    if thing is None or issubclass(type(thing), str | Thread):
        return ""
    found = behind(thing)
    path = path_to(found)
    if path is not None:
        return path.removeprefix("self.")
    if id(thing) not in kernel.display_names:
        kernel.note_display_name(thing, free_name(names_in_frames(found), thing))
    return kernel.display_names[id(thing)][0]


def free_name(names: Iterator[str], thing: Any) -> str:
    """The first of these names that no other object has.

    If other objects have all of these names, a number is added to the first name.  But
    the result is empty if the first name is `self`, or if there are no names.  A
    condition may have the same name as the lock that it contains.
    """
    own = thing._lock if PARTS[type(thing)] == CONDITION else None
    taken = {name for name, other in kernel.display_names.values() if other is not own}
    first = ""
    for name in names:
        if name not in taken:
            return name
        first = first or name
    if first in ("", "self"):
        return UNNAMED
    return next(name for n in count(2) if (name := f"{first} {n}") not in taken)


def names_in_frames(thing: object) -> Iterator[str]:
    """The names of an object in the running code; those of inner frames come first."""
    # To read the variables of a frame keeps their values alive.  A program with weak
    # references would notice this.
    if WEAK in kernel.points:
        return
    for frame in frames_of_program():
        scopes = own_first(locals_of(frame)), [*variables(frame).items()]
        for scope in scopes:
            for name, value in scope:
                if value is thing:
                    yield name
        for scope in scopes:
            for name, value in scope:
                path = named_objects(value, name).get(id(thing))
                if path is not None and value is not thing:
                    yield path.removeprefix("self.")


def own_first(names: dict[str, Any]) -> list[tuple[str, Any]]:
    """The variables of a frame, with `self` before the others."""
    return sorted(
        (item for item in names.items() if not item[0].startswith(PREFIX)),
        key=lambda item: item[0] != "self",
    )


def frames_of_program() -> Iterator[FrameType]:
    """The innermost frames of the program, at most MOST_FRAMES, from the inside out."""
    frame: FrameType | None = sys._getframe(1)
    left = MOST_FRAMES
    while frame is not None and left:
        if is_programs(frame):
            left -= 1
            yield frame
        frame = frame.f_back


def variables(frame: FrameType) -> dict[str, Any]:
    """The variables of the module of a frame, without functions and classes."""
    kinds = FunctionType, type, ModuleType
    return {
        name: value
        for name, value in list(frame.f_globals.items())
        if not name.startswith("_") and not issubclass(type(value), kinds)
    }
