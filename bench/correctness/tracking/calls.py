"""The hook of calls: what code that is not transformed does to what it is given.

A transformed function tells of its accesses itself.  Of a built-in one we know by its
name whether it looks at its arguments or changes them.
"""

import itertools
import os
import types
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache, partial, reduce
from typing import Any

from bench.correctness.engine.frames import is_ours
from bench.correctness.engine.kernel import kernel
from bench.correctness.instrument.sites import CALLBACK_SITE
from bench.correctness.tracking.accesses import access, attribute, shared_iterator
from bench.correctness.tracking.deep_reads import (
    Read,
    cell_contents,
    own_names,
    read_plainly,
    reads_within,
    report,
)
from bench.correctness.tracking.type_traits import (
    ASYNC_ITERATOR,
    CONTAINER,
    CONTENTS,
    FIXED,
    METHOD,
    PROGRAM,
    SHARED,
    STATE,
    TypeCache,
    behind,
    plain,
)

READING = {
    "copy", "count", "get", "index", "items", "keys", "values", "__contains__",
    "__len__", "isdisjoint", "issubset", "issuperset", "union", "difference",
    "intersection", "symmetric_difference", "hex", "decode", "find", "getvalue",
    "tobytes", "tolist", "most_common", "elements", "__getitem__", "__iter__",
    "cache_info", "__reduce_ex__", "__reduce__", "__getstate__",
}  # fmt: skip
REDUCING = (
    "__reduce_ex__",
    "__reduce__",
    "__getstate__",
)  # take all attributes at once
FORMATTING = ("format", "format_map")  # look for what a text names
KEYED = {"get", "pop", "setdefault", "__getitem__", "__contains__"}
LOOKING = {
    len, sum, min, max, sorted, any, all, repr, print, iter, format, "".join,
}  # fmt: skip
NAMING = {
    getattr: False, hasattr: False, setattr: True, delattr: True,
    object.__setattr__: True, object.__getattribute__: False,
    object.__delattr__: True, type.__setattr__: True,
}  # fmt: skip
NESTED = (str, itertools.starmap)  # look into what they are given, and that into more
ASIDE = (isinstance, issubclass, id, callable)
CACHE = type(lru_cache(len))
MAPPING = (map, filter, itertools.starmap, itertools.takewhile, itertools.dropwhile)
CALL_BACK = {types.BuiltinFunctionType, types.MethodDescriptorType, type}
CALLED_BACK = {types.FunctionType, types.MethodType, types.GeneratorType}
Arguments = tuple[Any, ...]
EXPLORED = {"_explored_": True}  # in the namespace of each transformed module


def call(function: Any, site: int, /, *args: Any, **kwargs: Any) -> Any:
    """Call a function; built-in ones look at or change what they are given.

    They do so again after each call of a function of the program's, in which others
    may come between.
    """
    if kernel.alone:
        return function(*args, **kwargs)
    kind = type(function)
    given = (*args, *kwargs.values()) if kwargs else args
    BEFORE[kind](function, site, given)
    if kind not in CALL_BACK:
        return function(*args, **kwargs)
    transition = kernel.transition
    if any(type(one) in CALLED_BACK for one in given):
        args, kwargs = interrupted(function, site, args, kwargs)
    result = function(*args, **kwargs)
    if kernel.transition is not transition and not kernel.alone:
        BEFORE[kind](function, site, given)
    return result


def interrupted(
    function: Any, site: int, args: Arguments, kwargs: dict[str, Any]
) -> tuple[Arguments, dict[str, Any]]:
    """The arguments, with a look before each turn of what the function calls back."""
    given = (*args, *kwargs.values())

    def again() -> None:
        if not kernel.alone:
            BEFORE[type(function)](function, site, given)

    def ask(wanted: Any) -> Any:
        def asked(*values: Any) -> Any:
            again()
            return wanted(*values)

        return asked

    def each(items: Any) -> Iterator[Any]:
        for item in items:
            yield item
            again()

    if type(kwargs.get("key")) in CALLED_BACK:
        kwargs = {**kwargs, "key": ask(kwargs["key"])}
    elif args and (function is reduce or function in MAPPING):
        args = (ask(args[0]), *args[1:])
    elif CONTENTS[type(getattr(function, "__self__", None))] == CONTAINER:
        args = tuple(
            each(one) if type(one) is types.GeneratorType else one for one in args
        )
    return args, kwargs


def call_callback(function: Any, /, *args: Any, **kwargs: Any) -> Any:
    """Call what the program gave to a thread, a pool or a callback list."""
    return call(function, CALLBACK_SITE, *args, **kwargs)


def before_function(function: Any, site: int, args: Arguments) -> None:
    names = function.__globals__
    if function is os.getenv:
        method(os.environ, "get", site, args)
    elif "_explored_" not in names:
        deep = not is_ours(names.get("__name__", ""))
        changed = kept_in_closure(function) if deep and function.__closure__ else ()
        report_arguments(
            function, site, args, reading=False, deep=deep, changed=changed
        )


def before_method(bound: Any, site: int, args: Arguments) -> None:
    function = bound.__func__
    if type(function) is CACHE:
        before_cached(function, site, args)
        return
    names = getattr(function, "__globals__", EXPLORED)
    if "_explored_" not in names and not is_ours(names["__name__"]):
        method(bound.__self__, bound.__name__, site, args, keeps=False, deep=True)


def before_cached(function: Any, site: int, args: Arguments) -> None:
    access(function.__wrapped__, None, True, site, True)


def before_partial(function: Any, site: int, args: Arguments) -> None:
    inner = function.func
    BEFORE[type(inner)](inner, site, (*function.args, *args))


def before_unbound(function: Any, site: int, args: Arguments) -> None:
    if function in NAMING:
        attribute(args[0], args[1], NAMING[function], site)
    elif args:
        method(args[0], function.__name__, site, args[1:])


def before_class(made: Any, site: int, args: Arguments) -> None:
    if made.__module__ not in PROGRAM and not is_ours(made.__module__):
        report_arguments(made, site, args, reading=True, nested=made in NESTED)


def before_builtin(function: Any, site: int, args: Arguments) -> None:
    owner = function.__self__
    if owner is not None and not isinstance(owner, types.ModuleType):
        method(owner, function.__name__, site, args)
    elif function in ASIDE:
        return
    elif function in NAMING:
        if len(args) > 1:
            attribute(args[0], args[1], NAMING[function], site)
    elif function is vars and args:
        kernel.register_namespace(vars(args[0]), args[0])
    else:
        reading = function in LOOKING
        report_arguments(function, site, args, reading=reading, nested=reading)


def before_object(function: Any, site: int, args: Arguments) -> None:
    """Its `__call__` is the program's own, or nothing is known of it."""


BEFORES: dict[type, Callable[[Any, int, Arguments], None]] = {
    types.FunctionType: before_function,
    types.MethodType: before_method,
    types.BuiltinFunctionType: before_builtin,
    types.MethodWrapperType: before_builtin,
    types.MethodDescriptorType: before_unbound,
    types.WrapperDescriptorType: before_unbound,
    CACHE: before_cached,
}


def what_comes_before(kind: type) -> Callable[[Any, int, Arguments], None]:
    if issubclass(kind, type):
        return before_class
    if issubclass(kind, partial):
        return before_partial
    return BEFORES.get(kind, before_object)


BEFORE = TypeCache(what_comes_before)


def report_arguments(
    function: Any,
    site: int,
    args: Arguments,
    *,
    reading: bool,
    nested: bool = False,
    deep: bool = False,
    changed: Iterable[Any] = (),
) -> None:
    """A function that is not transformed may read or change its arguments.

    One in Python looks at the attributes of objects as well, as `copy.copy` does.
    """
    reads: list[Read] = [(one, None, True) for one in changed]
    for arg in args:
        contents = CONTENTS[type(arg)]
        if contents == CONTAINER:
            reads.append((arg, None, not reading))
        elif contents == METHOD:  # it will be called, as a key or for each item
            if CONTENTS[type(arg.__self__)] == CONTAINER:
                reads.append((arg.__self__, None, arg.__name__ not in READING))
        elif contents:
            reads += [(container, None, False) for container in behind(arg)]
            if contents == ASYNC_ITERATOR or hasattr(arg, "__next__"):
                reads.append((shared_iterator(arg), None, True))
    if nested or deep:
        reads += reads_within(args, attributes=deep)
    if len(reads) == 1 and reads[0][1] is None:
        obj, _, write = reads[0]
        access(obj, None, write, site, True)
    else:
        report(reads, site)


def method(
    owner: Any,
    name: str,
    site: int,
    args: Arguments,
    *,
    keeps: bool = True,
    deep: bool = False,
) -> None:
    """A method of an object that is not transformed is about to be called."""
    state = STATE[type(owner)]
    if type(owner) is CACHE:
        owner = owner.__wrapped__  # by which its calls are known
    if state != SHARED:
        if state == FIXED:
            deep = name in FORMATTING
            report_arguments(None, site, args, reading=True, deep=deep)
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
    access(shared_iterator(owner), key, not reading, site, True)
    foreign = type(owner).__module__ not in PROGRAM
    if reading and name in REDUCING:
        args, deep = (owner,), True
    elif deep and foreign and CONTENTS[type(owner)] != CONTAINER:
        args = (owner, *args)  # which keeps other things, and may look at them
    changed = kept_by(owner) if deep and foreign and not reading else ()
    report_arguments(None, site, args, reading=keeps, deep=deep, changed=changed)


def kept_in_closure(function: Any, depth: int = 2) -> list[Any]:
    """The containers that a function which is not the program's keeps for itself.

    One that chooses by the type of its argument keeps a table of what to call.
    """
    kept = []
    for cell in function.__closure__ or ():
        value = cell_contents(cell)
        if CONTENTS[type(value)] == CONTAINER:
            kept.append(value)
        elif depth and type(value) is types.FunctionType:
            kept += kept_in_closure(value, depth - 1)
    return kept


def kept_by(owner: Any) -> list[Any]:
    """The containers that an object has, which its methods may change."""
    values = [read_plainly(owner, name) for name in own_names(owner)]
    return [value for value in values if CONTENTS[type(value)] == CONTAINER]
