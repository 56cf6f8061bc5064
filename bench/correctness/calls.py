"""The hook of calls: what code that is not transformed does to what it is given.

A transformed function tells of its accesses itself.  Of a built-in one we know by its
name whether it looks at its arguments or changes them.
"""

import types
from functools import lru_cache, partial
from typing import Any

from bench.correctness.accesses import access, attribute
from bench.correctness.kernel import kernel
from bench.correctness.kinds import (
    IMMUTABLE,
    ITERATORS,
    LAZY,
    OURS,
    behind,
    container_types,
    is_container,
    plain,
    turning,
)
from bench.correctness.sites import HANDED_OVER

READING = {
    "copy", "count", "get", "index", "items", "keys", "values", "__contains__",
    "__len__", "isdisjoint", "issubset", "issuperset", "union", "difference",
    "intersection", "symmetric_difference", "hex", "decode", "find", "getvalue",
    "tobytes", "tolist", "most_common", "elements", "__getitem__", "__iter__",
}  # fmt: skip
KEYED = {"get", "pop", "setdefault", "__getitem__", "__contains__"}
LOOKING = {
    len, sum, min, max, sorted, any, all, repr, print, iter, format, "".join,
}  # fmt: skip
NAMING = {
    getattr: False, hasattr: False, setattr: True, delattr: True,
    object.__setattr__: True, object.__getattribute__: False,
    object.__delattr__: True, type.__setattr__: True,
}  # fmt: skip
ASIDE = (isinstance, issubclass, id, callable)
CACHE = type(lru_cache(len))
EXPLORED = {"_explored_": True}  # in the namespace of each transformed module


def call(function: Any, site: int, /, *args: Any, **kwargs: Any) -> Any:
    """Call a function; built-in ones look at or change what they are given."""
    if kernel.alone:
        return function(*args, **kwargs)
    before_call(function, site, args)
    return function(*args, **kwargs)


def handed_over(function: Any, /, *args: Any, **kwargs: Any) -> Any:
    """Call what the program gave to a thread, a pool or a callback list."""
    return call(function, HANDED_OVER, *args, **kwargs)


def before_call(function: Any, site: int, args: tuple[Any, ...]) -> None:
    while isinstance(function, partial):
        function, args = function.func, (*function.args, *args)
    cache = getattr(function, "__func__", function)
    if type(cache) is CACHE:
        access(cache.__wrapped__, None, True, site, True)
        return
    kind = type(function)
    if kind is types.FunctionType:
        if "_explored_" not in function.__globals__:
            look_at_arguments(function, site, args, reading=False)
        return
    if kind is types.MethodType:
        owner = function.__self__
        if "_explored_" not in getattr(function.__func__, "__globals__", EXPLORED):
            method(owner, function.__name__, site, args)
        return
    if kind is types.MethodDescriptorType or kind is types.WrapperDescriptorType:
        if function in NAMING:
            attribute(args[0], args[1], NAMING[function], site)
        elif args:
            method(args[0], function.__name__, site, args[1:])
        return
    if isinstance(function, type):
        if function.__module__ in ("builtins", "collections", "itertools"):
            look_at_arguments(function, site, args, reading=True)
        return
    owner = getattr(function, "__self__", None)
    if owner is None or isinstance(owner, types.ModuleType):
        if kind is not types.BuiltinFunctionType or function in ASIDE:
            return
        if function in NAMING:
            if len(args) > 1:
                attribute(args[0], args[1], NAMING[function], site)
        elif function is vars and args:
            kernel.namespaces[id(vars(args[0]))] = args[0]
        else:
            look_at_arguments(function, site, args, reading=function in LOOKING)
    elif kind in (types.BuiltinFunctionType, types.MethodWrapperType):
        method(owner, function.__name__, site, args)


def look_at_arguments(
    function: Any, site: int, args: tuple[Any, ...], *, reading: bool
) -> None:
    """A function that is not transformed may read or change its arguments."""
    for arg in args:
        kind = type(arg)
        if container_types.get(kind) or (
            kind not in container_types and is_container(kind)
        ):
            access(arg, None, not reading, site, True)
        elif kind in LAZY or (
            kind.__module__ in ITERATORS and hasattr(kind, "__next__")
        ):
            for container in behind(arg):
                access(container, None, False, site, True)
            if hasattr(kind, "__next__"):
                access(turning(arg), None, True, site, True)


def method(owner: Any, name: str, site: int, args: tuple[Any, ...]) -> None:
    """A method of an object that is not transformed is about to be called."""
    if isinstance(owner, IMMUTABLE):
        look_at_arguments(None, site, args, reading=True)
        return
    module = type(owner).__module__
    if module.startswith("bench.correctness") or module in OURS[:4]:
        return
    reading = name in READING
    key = None
    if args and name in KEYED and isinstance(owner, dict):
        key = plain(args[0])
        if not reading and (key not in owner or name == "pop"):
            key = None
        elif name == "setdefault":
            reading = True
    if name == "__setattr__" and args:
        attribute(owner, args[0], True, site)
        return
    access(owner, key, not reading, site, True)
    look_at_arguments(None, site, args, reading=True)
