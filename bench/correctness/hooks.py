"""What transformed code calls at each access to something that may be shared.

The functions return what they are given, so that the expression means what it meant.
"""

import gc
import operator
import re
import sys
import types
from array import array
from collections import ChainMap, UserDict, UserList, defaultdict, deque
from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from pathlib import PurePath
from typing import Any, NamedTuple

from bench.correctness.kernel import kernel


class Site(NamedTuple):
    """A place in a source file where something is accessed."""

    file: str
    line: int
    verb: str
    key: str  # attribute or variable
    is_users: bool  # and not the standard library's
    words: str  # names it in a saved schedule: no line number, so edits do not matter


SITES: list[Site] = []
CONTAINERS = (
    list, dict, set, deque, bytearray, array, UserDict, UserList, ChainMap,
)  # fmt: skip
PLAIN_KEYS = (int, str, bytes, bool, type(None), float)
QUIET = (
    types.BuiltinFunctionType, types.MethodType, int, str, float, bytes, tuple,
    frozenset, type(None), range, complex, re.Pattern, PurePath,
)  # fmt: skip
OURS = ("_asyncio", "_contextvars", "contextvars", "_thread", "_io", "datetime", "enum")
MANY = 500  # types remembered before the memory is cleared: each run has new ones
tracked_types: dict[type, int] = {}
container_types: dict[type, bool] = {}


UNTRACKED, ORDINARY, SPECIAL = range(3)


def is_tracked(kind: type) -> int:
    """Whether attributes of such objects may be shared state of the program."""
    module = kind.__module__
    if len(tracked_types) > MANY:
        tracked_types.clear()
    if issubclass(kind, type | types.ModuleType | types.FunctionType):
        answer = SPECIAL
    elif issubclass(kind, QUIET) or module in OURS or is_ours(module):
        answer = UNTRACKED
    else:
        answer = ORDINARY
    tracked_types[kind] = answer
    return answer


def is_ours(module: str) -> bool:
    return module.startswith("bench.correctness")


def is_container(kind: type) -> bool:
    if len(container_types) > MANY:
        container_types.clear()
    container_types[kind] = answer = issubclass(kind, CONTAINERS)
    return answer


def access(obj: object, key: object, write: bool, site: int, whole: bool) -> None:
    """Tell the kernel of one access; `whole` for containers, checked as one."""
    if whole and id(obj) in kernel.namespaces:
        obj, whole = kernel.namespaces[id(obj)], key is None
    place: Any = id(obj) if whole else (id(obj), key)
    name: Any = None
    if isinstance(obj, types.ModuleType):
        place = name = (getattr(obj, "__file__", obj.__name__), key)
    worker = kernel.current
    if kernel.recording and (worker.in_loop or site not in kernel.marks):
        info = SITES[site]
        kernel.note(info.verb if info.is_users else "", (obj, key), place)
    if worker.in_loop:
        kernel.kept.append(obj)
        if not kernel.splits(site):
            if kernel.mixed or kernel.recording:
                kernel.check(place, write, site)  # first: to touch is to come after
            kernel.touch(name or kernel.name_of(obj), key, write)
            return
    if place not in kernel.reads and place not in kernel.writes:
        kernel.kept.append(obj)  # or its id could become another's
    if site in kernel.marks:
        kernel.pause(None, (SITES[site].verb, (obj, key)))
        kernel.check(place, write, site)
        kernel.touch(name or kernel.name_of(obj), key, write)
        kernel.publish()
    else:
        kernel.check(place, write, site)


def attribute(obj: Any, key: str, write: bool, site: int) -> None:
    """An attribute of any object is about to be read, set or deleted."""
    kind = type(obj)
    tracked = tracked_types.get(kind)
    if tracked is None:
        tracked = is_tracked(kind)
    if not tracked:
        return
    if tracked == SPECIAL:
        if kind in (types.ModuleType, types.FunctionType):
            if key.startswith("__") or getattr(obj, "__spec__", None) is not None:
                return
        elif write:
            kernel.found.update(("class", ("class", key)))
    elif key == "__dict__":
        kernel.namespaces[id(obj.__dict__)] = obj
        return
    elif kernel.class_marks and not write and ("class", key) in kernel.marks:
        for owner in kind.__mro__:
            if key in owner.__dict__:
                access(owner, key, False, site, False)
                break
    if site in kernel.marks or kernel.recording or kernel.current.in_loop:
        access(obj, key, write, site, False)
        return
    place = id(obj), key
    if place not in kernel.reads and place not in kernel.writes:
        kernel.kept.append(obj)
    kernel.check(place, write, site)


def read(obj: Any, site: int) -> Any:
    """Before an attribute is read."""
    if not kernel.alone:
        attribute(obj, SITES[site].key, False, site)
    return obj


def write(obj: Any, site: int) -> Any:
    """Before an attribute is set or deleted."""
    if not kernel.alone:
        attribute(obj, SITES[site].key, True, site)
    return obj


def name_read(site: int) -> None:
    """Before a shared variable is read."""
    if not kernel.alone:
        variable(site, False)


def bind(value: Any, site: int) -> Any:
    """Before a shared variable is bound."""
    if not kernel.alone:
        variable(site, True)
    return value


def variable(site: int, write: bool) -> None:
    info = SITES[site]
    place = (info.file, info.key)
    kernel.step(place, None, write, site, (info.verb, info.key))


def plain(key: Any) -> Any:
    return key if isinstance(key, PLAIN_KEYS) else None


def at(obj: Any, key: Any, site: int) -> Any:
    """Before an item is read."""
    if not kernel.alone:
        kind = type(obj)
        if container_types.get(kind) or (
            kind not in container_types and is_container(kind)
        ):
            missing = kind is defaultdict and key not in obj
            access(obj, None if missing else plain(key), missing, site, True)
    return obj


def get_item(obj: Any, key: Any, site: int) -> Any:
    at(obj, key, site)
    return obj[key]


def put(obj: Any, key: Any, site: int) -> Any:
    """Before an item is set or deleted: a new key changes the whole."""
    if not kernel.alone:
        kind = type(obj)
        if container_types.get(kind) or (
            kind not in container_types and is_container(kind)
        ):
            key = plain(key)
            if key is not None and isinstance(obj, dict) and key not in obj:
                key = None
            access(obj, key, True, site, True)
    return obj


def use(value: Any, site: int) -> Any:
    """Before something that may be a container is looked at as a whole."""
    if not kernel.alone:
        kind = type(value)
        if container_types.get(kind) or (
            kind not in container_types and is_container(kind)
        ):
            access(value, None, False, site, True)
        elif kind in LAZY:
            for container in behind(value):
                access(container, None, False, site, True)
    return value


LAZY = {
    type({}.keys()), type({}.values()), type({}.items()), enumerate, zip, map, filter,
    reversed, type(iter([])), type(iter({})), type(iter({}.items())), type(iter(set())),
    type(iter({}.values())), type(iter(deque())), type(reversed([])),
}  # fmt: skip


def behind(lazy: Any, depth: int = 4) -> list[Any]:
    """The containers that a view or an iterator goes over."""
    found = []
    for thing in gc.get_referents(lazy):
        if isinstance(thing, CONTAINERS):
            found.append(thing)
        elif depth and type(thing) in LAZY:
            found += behind(thing, depth - 1)
        elif depth and isinstance(thing, tuple):
            for item in thing:
                if type(item) in LAZY:
                    found += behind(item, depth - 1)
    return found


def iterate(value: Any, site: int) -> Any:
    """What a loop goes over: a look at a shared container for each turn."""
    if kernel.alone:
        return value
    kind = type(value)
    if container_types.get(kind) or (
        kind not in container_types and is_container(kind)
    ):
        return each(value, [value], site)
    if kind in LAZY:
        return each(value, behind(value), site)
    if kind.__module__ in ITERATORS and hasattr(kind, "__next__"):
        return shared_turns(value, site)
    return value


def delegate(value: Any, site: int) -> Any:
    """What `yield from` goes over: a generator as it is, for it may be sent things."""
    if kernel.alone or not hasattr(value, "send"):
        return iterate(value, site)
    access(turning(value), None, True, site, True)
    return value


def each(value: Any, containers: list[Any], site: int) -> Iterator[Any]:
    """Go over a container, or a view of some, with a look before each item."""
    lazy = not isinstance(value, CONTAINERS) and hasattr(value, "__next__")
    items = iter(value)
    while True:
        if not kernel.alone:
            if lazy:
                access(value, None, True, site, True)
            for container in containers:
                access(container, None, False, site, True)
        try:
            item = next(items)
        except StopIteration:
            return
        yield item


class shared_turns:  # noqa: N801 - stands in for an iterator
    """An iterator that several may share: each turn changes it."""

    def __init__(self, iterator: Any, site: int) -> None:
        self.iterator, self.site = iterator, site

    def __iter__(self) -> Any:
        return self

    def __next__(self) -> Any:
        if not kernel.alone:
            access(turning(self.iterator), None, True, self.site, True)
        return next(self.iterator)


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
ITERATORS = ("builtins", "itertools")
IMMUTABLE = (
    int, str, float, bytes, tuple, frozenset, type(None), range, complex, type,
    re.Pattern, re.Match, PurePath, types.ModuleType, types.CoroutineType,
)  # fmt: skip


def call(function: Any, site: int, /, *args: Any, **kwargs: Any) -> Any:
    """Call a function; built-in ones look at or change what they are given."""
    if kernel.alone:
        return function(*args, **kwargs)
    before_call(function, site, args)
    return function(*args, **kwargs)


def handed_over(function: Any, /, *args: Any, **kwargs: Any) -> Any:
    """Call what the program gave to a thread, a pool or a callback list."""
    return call(function, HANDED_OVER, *args, **kwargs)


CACHE = type(lru_cache(len))
HANDED_OVER = 0
SITES.append(Site("", 0, "calls", "", True, "calls what was handed over"))


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
        if "_explored_" not in getattr(function.__func__, "__globals__", HOOKS):
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


def turning(iterator: Any) -> Any:
    """What stands for an iterator: a generator's frame, which is what runs."""
    return getattr(iterator, "gi_frame", None) or iterator


def yielding(value: Any, site: int) -> Any:
    """Before a generator yields: until then it runs, and nobody else may run it."""
    if not kernel.alone:
        access(sys._getframe(1), None, True, site, True)
    return value


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


def turn(site: int) -> bool:
    """At each turn of a while loop, so that one that spins lets others go on."""
    kernel.spin(site)
    return True


IN_PLACE: dict[str, Callable[[Any, Any], Any]] = {
    "Add": operator.iadd,
    "Sub": operator.isub,
    "Mult": operator.imul,
    "MatMult": operator.imatmul,
    "Div": operator.itruediv,
    "Mod": operator.imod,
    "Pow": operator.ipow,
    "LShift": operator.ilshift,
    "RShift": operator.irshift,
    "BitOr": operator.ior,
    "BitXor": operator.ixor,
    "BitAnd": operator.iand,
    "FloorDiv": operator.ifloordiv,
}


def augment(kind: str, value: Any, operand: Any, site: int) -> Any:
    """An augmented assignment's operation, which changes a container in place."""
    if not kernel.alone and isinstance(value, CONTAINERS):
        access(value, None, True, site, True)
    return IN_PLACE[kind](value, operand)


HOOKS: dict[str, Any] = {
    "_explored_": True,
    "_x_read": read,
    "_x_write": write,
    "_x_name": name_read,
    "_x_bind": bind,
    "_x_at": at,
    "_x_get": get_item,
    "_x_put": put,
    "_x_use": use,
    "_x_iter": iterate,
    "_x_call": call,
    "_x_turn": turn,
    "_x_yield": yielding,
    "_x_delegate": delegate,
    "_x_augment": augment,
}
