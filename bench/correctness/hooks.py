"""What transformed code calls at each access to something that may be shared.

The functions return what they are given, so that the expression means what it meant.
"""

import operator
import types
from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from bench.correctness.kernel import kernel


class Site(NamedTuple):
    """A place in a source file where something is accessed."""

    file: str
    line: int
    verb: str
    key: str  # attribute or variable


SITES: list[Site] = []
CONTAINERS = (list, dict, set, deque, bytearray)
PLAIN_KEYS = (int, str, bytes, bool, type(None), float)
QUIET = (
    types.ModuleType,
    types.FunctionType,
    types.BuiltinFunctionType,
    types.MethodType,
    int,
    str,
    float,
    bytes,
    tuple,
    frozenset,
    type(None),
)
tracked_types: dict[type, bool] = {}
container_types: dict[type, bool] = {}


def is_tracked(kind: type) -> bool:
    """Whether attributes of such objects may be shared state of the program."""
    answer = not issubclass(kind, QUIET) and not kind.__module__.startswith(
        (
            "bench.correctness",
            "threading",
            "queue",
            "asyncio",
            "_asyncio",
            "contextvars",
        )
    )
    tracked_types[kind] = answer
    return answer


def is_container(kind: type) -> bool:
    container_types[kind] = answer = issubclass(kind, CONTAINERS)
    return answer


def access(obj: object, key: object, write: bool, site: int, whole: bool) -> None:
    """Tell the kernel of one access; `whole` for containers, checked as one."""
    place = id(obj) if whole else (id(obj), key)
    worker = kernel.current
    if kernel.recording and (worker.in_loop or site not in kernel.marks):
        kernel.note(SITES[site].verb, (obj, key), place)
    if worker.in_loop:
        kernel.kept.append(obj)
        kernel.touch(kernel.name_of(obj), key, write)
        if not kernel.mixed and not kernel.recording:
            return
    if place not in kernel.history:
        kernel.kept.append(obj)  # or its id could become another's
    if site in kernel.marks:
        kernel.pause(None, (SITES[site].verb, (obj, key)))
        kernel.check(place, write, site)
        kernel.touch(kernel.name_of(obj), key, write)
        kernel.publish()
    else:
        kernel.check(place, write, site)


def read(obj: Any, site: int) -> Any:
    """Before an attribute is read."""
    if kernel.alone:
        return obj
    kind = type(obj)
    if tracked_types.get(kind) or (kind not in tracked_types and is_tracked(kind)):
        access(obj, SITES[site].key, False, site, False)
    return obj


def write(obj: Any, site: int) -> Any:
    """Before an attribute is set or deleted."""
    if kernel.alone:
        return obj
    kind = type(obj)
    if tracked_types.get(kind) or (kind not in tracked_types and is_tracked(kind)):
        access(obj, SITES[site].key, True, site, False)
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
    return value


def iterate(value: Any, site: int) -> Any:
    """What a loop goes over: a look at a shared container for each turn."""
    if kernel.alone:
        return value
    kind = type(value)
    if container_types.get(kind) or (
        kind not in container_types and is_container(kind)
    ):
        return each(value, site)
    return value


def each(container: Any, site: int) -> Iterator[Any]:
    items = iter(container)
    while True:
        if not kernel.alone:
            access(container, None, False, site, True)
        try:
            item = next(items)
        except StopIteration:
            return
        yield item


READING = {
    "copy", "count", "get", "index", "items", "keys", "values", "__contains__",
    "__len__", "isdisjoint", "issubset", "issuperset", "union", "difference",
    "intersection", "symmetric_difference", "hex", "decode", "find",
}  # fmt: skip
KEYED = {"get", "pop", "setdefault", "__getitem__", "__contains__"}
LOOKING = {
    len, sum, min, max, sorted, any, all, list, tuple, set, frozenset, dict, str, repr,
    print, bool, deque, iter, enumerate, zip, map, filter, reversed, format, bytes,
}  # fmt: skip
ASIDE = {isinstance, issubclass, id, type, callable, hasattr, getattr, setattr, range}
ITERATORS = ("builtins", "itertools")


def call(function: Any, site: int, *args: Any, **kwargs: Any) -> Any:
    """Call a function; built-in ones look at or change what they are given."""
    if not kernel.alone and not isinstance(function, USERS):
        before_call(function, site, args)
    return function(*args, **kwargs)


USERS = (types.FunctionType, types.MethodType)


def before_call(function: Any, site: int, args: tuple[Any, ...]) -> None:
    owner = getattr(function, "__self__", None)
    if owner is not None and not isinstance(owner, types.ModuleType | type):
        kind = type(owner)
        if isinstance(owner, CONTAINERS):
            method(owner, function.__name__, site, args)
    elif isinstance(function, types.MethodDescriptorType) and args:
        if isinstance(args[0], CONTAINERS):
            method(args[0], function.__name__, site, args[1:])
    elif (
        function in ASIDE
        if isinstance(function, type | types.BuiltinFunctionType)
        else False
    ):
        return
    for arg in args:
        kind = type(arg)
        if container_types.get(kind) or (
            kind not in container_types and is_container(kind)
        ):
            if owner is None or isinstance(owner, types.ModuleType):
                looking = isinstance(function, type) or function in LOOKING
                access(arg, None, not looking, site, True)
            elif isinstance(owner, CONTAINERS):
                if function.__name__ in ("extend", "update", "extendleft"):
                    access(arg, None, False, site, True)
        elif kind.__module__ in ITERATORS and hasattr(kind, "__next__"):
            access(arg, None, True, site, True)


def method(owner: Any, name: str, site: int, args: tuple[Any, ...]) -> None:
    """A method of a built-in container is about to be called."""
    reading = name in READING
    key = None
    if args and name in KEYED and isinstance(owner, dict):
        key = plain(args[0])
        if not reading and (key not in owner or name == "pop"):
            key = None
        elif name == "setdefault":
            reading = True
    access(owner, key, not reading, site, True)


def touch_call(obj: Any, site: int) -> Any:
    """Before a method without arguments of its own is called."""
    if not kernel.alone and isinstance(obj, CONTAINERS):
        method(obj, SITES[site].key, site, ())
    return read(obj, site)


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
    "_x_method": touch_call,
    "_x_turn": turn,
    "_x_augment": augment,
}
assert OrderedDict  # a dict: tracked as one
