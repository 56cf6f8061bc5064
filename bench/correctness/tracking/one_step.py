"""Name the code of the library that is one step here, but several steps in CPython.

This code is in Python and is not rewritten.  In CPython other workers can run within
this code, but the explorer lets no other worker run there.  So if an access of this
code races with another worker, the verdict names the function that makes the access.
"""

import dataclasses
import operator
import os
import sys
import types
import weakref
from typing import Any

from bench.correctness.engine.frames import is_ours
from bench.correctness.engine.kernel import kernel
from bench.correctness.engine.transitions import ONE_STEP
from bench.correctness.tracking.base_slots import (
    bases,
    class_attribute,
    is_rewritten,
    members,
)
from bench.correctness.tracking.type_cache import TypeCache
from bench.correctness.tracking.type_traits import (
    CONTAINER,
    CONTENTS,
    ITERATOR,
    MORTAL,
    ORDINARY,
    READS_ITEMS_ITSELF,
    SHARED,
    STATE,
    TRACKED,
    VIEW,
)

ITERATING = ("__iter__", "__next__", "__len__")
ASKED: dict[Any, tuple[str, ...]] = {  # the special methods that each function calls
    len: ("__len__",), next: ("__next__",), repr: ("__repr__",), iter: ("__iter__",),
    bool: ("__bool__", "__len__"), reversed: ("__reversed__",),
    operator.contains: ("__contains__", "__iter__"),
    operator.getitem: ("__getitem__",), operator.setitem: ("__setitem__",),
    operator.delitem: ("__delitem__",),
}  # fmt: skip
# Packages whose functions are never named.  Their objects guard their changes by locks,
# and here these locks are models.  `copy` is another case: it is rewritten, except for
# its parts in C.
GUARDED = {"logging", "queue", "threading", "asyncio", "concurrent", "copy"}
ITEM = ("__getitem__", "__setitem__", "__delitem__", "__contains__", "__len__")
ONE_ACCESS: dict[type, tuple[str, ...]] = {  # methods that access their object once
    type(os.environ): ITEM,
    weakref.WeakValueDictionary: (*ITEM, "get"),
    weakref.WeakKeyDictionary: (*ITEM, "get"),
    weakref.WeakSet: ("add", "discard", "remove", "__contains__", "__len__"),
}
# Functions that are never named, because they access an object only once.
AT_ONCE = {
    class_attribute(kind, name) for kind, names in ONE_ACCESS.items() for name in names
}
# These functions read only the class of their argument.
AT_ONCE |= {dataclasses.fields, dataclasses.is_dataclass}
AT_ONCE.add(vars(dataclasses)["_is_dataclass_instance"])
# Modules in C whose objects behave differently here.  In CPython, their methods release
# the interpreter lock, so other threads run during a call.  Here a call is one step.
# In CPython, an object may also refuse a thread that did not make it.  Here the workers
# in greenlets share one thread of the system, so the object does not refuse them.
RELEASING = {"sqlite3"}
MIXINS = "collections.abc"  # its methods only call special methods of the same object


def of_library(function: Any) -> bool:
    """Whether a function is Python code of the standard library that may be named."""
    if type(function) is not types.FunctionType or is_rewritten(function):
        return False
    module = str(function.__globals__.get("__name__"))
    top = module.partition(".")[0]
    return (
        top in sys.stdlib_module_names
        and top not in GUARDED
        and not is_ours(module)
        and function not in AT_ONCE
    )


def has_state(thing: Any) -> bool:
    """Whether an object may change, and workers may share it."""
    kind = type(thing)
    if CONTENTS[kind] in (CONTAINER, VIEW, ITERATOR):
        return True
    return TRACKED[kind] in (ORDINARY, MORTAL) and STATE[kind] == SHARED


def is_split(site: int) -> bool:
    """Whether this site is a scheduling point, where another worker can run."""
    return site in kernel.points and (
        not kernel.current.in_loop or (kernel.mixed and kernel.split_before(site))
    )


def note_one_step(function: Any, site: int, args: tuple[Any, ...]) -> None:
    """Make the verdict name a Python function of the library as one step.

    The function is named if the call is a scheduling point, and if an argument may be
    shared state.  The first argument of a method is its object.
    """
    if not (is_split(site) and of_library(function)):
        return
    module = str(function.__module__)
    if module == MIXINS and args and READS_ITEMS_ITSELF[type(args[0])]:
        return
    if any(map(has_state, args)):
        name = qualified(function, type(args[0]))
        kernel.discover((ONE_STEP, name))


def qualified(function: Any, kind: type) -> str:
    """The full name of a function; `kind`: the class of its first argument.

    A method of MIXINS, such as `Mapping.get`, is named after the class that has it.
    """
    if function.__module__ != MIXINS:
        return f"{function.__module__}.{function.__qualname__}"
    if kind is type(os.environ):
        return f"os.environ.{function.__name__}"
    return f"{kind.__module__}.{kind.__qualname__}.{function.__name__}"


def note_in_c(kind: type, name: str) -> str:
    """Make the verdict name a method of a module in RELEASING; return its name."""
    if kind.__module__ in RELEASING and not kernel.alone:
        kernel.discover((ONE_STEP, f"{kind.__module__}.{kind.__name__}.{name}"))
    return name


def note_making(cls: type, site: int, args: tuple[Any, ...]) -> None:
    """Make the verdict name the `__init__` and `__new__` of a class of the library."""
    if site in kernel.points:
        for name in ("__init__", "__new__"):
            method = class_attribute(cls, name)
            if type(method) is staticmethod:
                method = method.__func__
            note_one_step(method, site, args)


def special_names(kind: type) -> dict[str, str]:
    """Return the special methods of a class that are functions of the library."""
    found: dict[str, str] = {}
    for owner in bases(kind):
        for name, method in members(owner).items():
            if (
                name.startswith("__")
                and name not in found
                and class_attribute(kind, name) is method
                and of_library(method)
                and not (method.__module__ == MIXINS and READS_ITEMS_ITSELF[kind])
            ):
                found[name] = qualified(method, kind)
    return found


SPECIAL_NAMES = TypeCache(special_names)


def note_special(thing: Any, site: int, *names: str) -> None:
    """Make the verdict name a special method of the library that an operation calls.

    `names` are the special methods that the operation may call.  The verdict names the
    first of them that is a Python function of the library.
    """
    known = SPECIAL_NAMES[type(thing)]
    if known and is_split(site):
        for name in names:
            if name in known:
                kernel.discover((ONE_STEP, known[name]))
                return


def note_asked(function: Any, site: int, args: tuple[Any, ...]) -> None:
    """Make the verdict name the library's Python methods that a function in C calls."""
    if site in kernel.points:
        names = (
            ASKED.get(function, ITERATING) if type(function) is not type else ITERATING
        )
        for arg in args:
            note_special(arg, site, *names)


def call_method(kind: type) -> Any:
    """Return the `__call__` of a type, if it is in C or is code of the library."""
    method = class_attribute(kind, "__call__")
    in_c = type(method) is types.MethodDescriptorType  # as `dict.get`
    return method if of_library(method) or in_c else None


CALL_METHODS = TypeCache(call_method)
