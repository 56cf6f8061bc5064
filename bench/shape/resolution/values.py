"""The values that an expression may have: a set, empty if no value is known.

A value is a class, a function, a module, an instance, or an object of a library.  "In
the files" means in the files that are read.  A class or function in the files is known
by its key, "package.module:Class.method".  The files of a library are not read.  A
class or function of a library is known by its absolute dotted name.
"""

from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True)
class Instance:
    """An object by its class: "threading.Lock", or the key of a class in the files."""

    kind: str
    # for a container: the values that iterating or indexing gives
    items: "Values" = frozenset()
    fields: "tuple[Values, ...]" = ()  # for a tuple: the values at each position
    # whether it is a queue without a size, whose `put` never waits
    unbounded: bool = False
    # whether it is an awaited future, whose `result` returns at once
    done: bool = False


@dataclass(frozen=True, slots=True)
class ClassRef:
    """A class in the files."""

    key: str


@dataclass(frozen=True, slots=True)
class FunctionRef:
    """A function, method or lambda in the files."""

    key: str
    receiver: "Value | None" = None


@dataclass(frozen=True, slots=True)
class ModuleRef:
    """A module in the files."""

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
    """The result of `functools.partial`, whose call runs the function."""

    function: "Value"


@dataclass(frozen=True, slots=True)
class Suspended:
    """A coroutine, generator or context manager: its function has not run yet."""

    key: str
    how: str  # "coroutine", "generator", "async generator" or "context"
    receiver: "Value | None" = None


@dataclass(frozen=True, slots=True)
class Lazy:
    """The result of `map` and the like, whose functions run when it is iterated."""

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
FILLED = frozenset({"dict", "list", "collections.deque"})


def one(value: Value) -> Values:
    return frozenset((value,))


def listed(items: Values, kind: str = "list") -> Values:
    """A container with these items."""
    return one(Instance(kind, items=items))


def unpacked(value: Values, positions: tuple[int, ...]) -> Values:
    """The values at one position of an unpacked tuple."""
    for number in positions:
        held = [each for each in value if isinstance(each, Instance)]
        value = NONE.union(
            *(
                each.fields[number]
                if -len(each.fields) <= number < len(each.fields)
                else each.items
                for each in held
            )
        )
    return value


def filled(made: Values, put: Values) -> Values:
    """Containers with the added items; a value that is no container stays as it is."""
    if not made:
        return put
    items = NONE.union(*(v.items for v in put if isinstance(v, Instance)))
    return frozenset(
        replace(v, items=v.items | items)
        if isinstance(v, Instance) and v.kind in FILLED
        else v
        for v in made
    )


def narrowed(said: Values, value: Values) -> Values:
    """The values of an annotation, made more exact by the known values.

    Each object of the annotation is replaced by the known object of the same class, if
    there is one.  Without an annotation, the result is the known values.

    said: the values of the annotation; value: the known values.
    """
    told = {v.kind: v for v in said if isinstance(v, Instance)}
    same = frozenset(
        replace(v, items=narrowed(told[v.kind].items, v.items))
        for v in value
        if isinstance(v, Instance) and v.kind in told
    )
    if not said:
        return value
    if not same:
        return said
    rest = {v.kind for v in same}
    return same | frozenset(
        v for v in said if not (isinstance(v, Instance) and v.kind in rest)
    )
