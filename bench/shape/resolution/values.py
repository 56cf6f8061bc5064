"""What an expression may stand for: a set of values, empty when nothing is known.

A value is a class, a function, a module, something of a library that is not read, or
an instance.  A class or function of the files that are read has a key,
"package.module:Class.method"; a library's is known by its absolute dotted name.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Instance:
    """An object by its class: "threading.Lock", or the key of a class that is read."""

    kind: str
    items: "Values" = frozenset()  # of a container: what iterating or indexing gives
    fields: "tuple[Values, ...]" = ()  # of a tuple: what each position holds
    unbounded: bool = False  # a queue without a size: `put` never waits
    done: bool = False  # a future that was awaited: `result` returns at once


@dataclass(frozen=True, slots=True)
class ClassRef:
    """A class of the files that are read."""

    key: str


@dataclass(frozen=True, slots=True)
class FunctionRef:
    """A function, method or lambda of the files that are read."""

    key: str
    receiver: "Value | None" = None


@dataclass(frozen=True, slots=True)
class ModuleRef:
    """A module that is read."""

    name: str


@dataclass(frozen=True, slots=True)
class Library:
    """A module, class or function of a library: "time", "time.sleep"."""

    name: str


@dataclass(frozen=True, slots=True)
class LibraryMethod:
    """A method of an instance of a library's class."""

    receiver: Instance
    owner: str  # "threading.Thread"
    method: str

    @property
    def name(self) -> str:
        return f"{self.owner}.{self.method}"


@dataclass(frozen=True, slots=True)
class Partial:
    """A call of `functools.partial`: the function runs when the result is called."""

    function: "Value"


@dataclass(frozen=True, slots=True)
class Suspended:
    """A coroutine, generator or context manager: its function has not run yet."""

    key: str
    how: str  # "coroutine", "generator", "async generator" or "context"
    receiver: "Value | None" = None


@dataclass(frozen=True, slots=True)
class Lazy:
    """What `map` and the like of a library return: calls happen on iteration."""

    items: "Values" = frozenset()
    functions: "Values" = field(default=frozenset())


@dataclass(frozen=True, slots=True)
class SuperRef:
    """`super()` inside a class."""

    key: str


Value = (
    Instance
    | ClassRef
    | FunctionRef
    | ModuleRef
    | Library
    | LibraryMethod
    | Partial
    | Suspended
    | Lazy
    | SuperRef
)
Values = frozenset[Value]
NONE: Values = frozenset()


def one(value: Value) -> Values:
    return frozenset((value,))


def listed(items: Values, kind: str = "list") -> Values:
    """A container of such items."""
    return one(Instance(kind, items=items))


def narrowed(said: Values, value: Values) -> Values:
    """An annotation, but for a value of the same class, of which more is known."""
    kinds = {v.kind for v in said if isinstance(v, Instance)}
    same = frozenset(v for v in value if isinstance(v, Instance) and v.kind in kinds)
    if not said:
        return value
    if not same:
        return said
    rest = {v.kind for v in same}
    return same | frozenset(
        v for v in said if not (isinstance(v, Instance) and v.kind in rest)
    )
