"""Features of the language, each in a function that returns plain data.

A function must return the same value here and after it is rewritten for exploration.
"""

# Unusual forms are the subject:
# ruff: noqa: B006, B007, B009, B010, B012, B018, B023, C408, C416, C417, F821
# ruff: noqa: RUF012, TRY301, UP008, UP031, UP032

import asyncio
import contextlib
import enum
import functools
import inspect
import itertools
import sys
import threading
import traceback
import typing
from collections import defaultdict, namedtuple
from dataclasses import asdict, dataclass, field, fields, replace

count = 0


class Tracer:
    """Notes each operation on it, so that the order of evaluation can be compared."""

    def __init__(self):
        self.__dict__["log"] = []

    def __getattr__(self, name):
        self.log.append(("get", name))
        return 10

    def __setattr__(self, name, value):
        self.log.append(("set", name, value))

    def __delattr__(self, name):
        self.log.append(("del", name))

    def __getitem__(self, key):
        self.log.append(("getitem", repr(key)))
        return 20

    def __setitem__(self, key, value):
        self.log.append(("setitem", repr(key), value))

    def __delitem__(self, key):
        self.log.append(("delitem", repr(key)))

    def __contains__(self, key):
        self.log.append(("contains", key))
        return key == 1

    def note(self, value):
        self.log.append(("note", value))
        return value


# --- Assignment -------------------------------------------------------------------


def order_of_assignment():
    t = Tracer()
    t.a = t[t.note(1)] = t.note(2)
    t.x, (t[0], *t.rest) = t.note([1, (2, 3, 4)])
    t[t.note("i")] += t.note(5)
    t.total += t.note(6)
    t[1:2] = t[::2]
    t[t.note(1) : t.note(2), ...] = 3
    del t.gone, t[t.note("k")], t[3:]
    return t.log


def order_of_augmented_assignment():
    t = Tracer()

    def owner(name):
        t.note(name)
        return t

    owner("a").x += owner("b").y
    owner("c")[owner("d").note(1)] -= owner("e")[2]
    owner("f")[1:2] *= 2
    return t.log


def swaps():
    items = [1, 2, 3]
    i = 0
    i, items[i] = 1, 9
    items[0], items[1], items[-1] = items[-1], items[0], items[1]
    a = b = [items.pop(0)]
    (a, b), [c, *d] = (b, a), "xyz"
    return items, a is b, c, d, i


def walrus():
    values = []
    while (n := len(values)) < 3:
        values.append(n)
    found = [y for x in values if (y := x * x)]
    print_if = (z := 3) and z + 1
    return values, found, y, print_if, (lambda: (w := 5) + w)()


def deleting():
    box = {"a": 1, "b": [1, 2, 3], "c": 3}
    key = "a"
    del box[key], box["b"][0:1], box["b"][-1]
    local = 1
    del local
    try:
        return local, box
    except UnboundLocalError as error:
        return type(error).__name__, box


def globals_and_nonlocals():
    global count
    count = 1

    def outer():
        value = 0

        def bump(by=1):
            global count
            nonlocal value
            value += by
            count += value
            return value

        return bump(), bump(by=2), value

    made = outer()
    result = made, count
    count = 0
    return result


def closures_over_loops():
    late = [lambda: i for i in range(3)]
    early = [lambda i=i: i for i in range(3)]
    made = []
    for name in "ab":

        def call(prefix, *, name=name):
            return prefix + name

        made.append(call)
    return [f() for f in late], [f() for f in early], [f("-") for f in made]


def in_place_operators():
    class Bag:
        def __init__(self, *items):
            self.items = [*items]

        def __iadd__(self, other):
            self.items.extend(other)
            return self

        def __matmul__(self, other):
            return "matmul", other

        def __ior__(self, other):
            return "replaced"

    bag = same = Bag(1)
    bag += [2]
    first = bag is same, bag.items
    bag @= 3
    same |= 0
    numbers = [7, 7.0, 2, True]
    numbers[0] //= 2
    numbers[1] **= 2
    numbers[2] <<= 3
    numbers[3] ^= True
    text = "a"
    text *= 3
    text %= ()
    pair = ([1], [2])
    with contextlib.suppress(TypeError):
        pair[0] += [3]  # the list changes, the tuple refuses
    return first, bag, same, numbers, text, pair


# --- Expressions ------------------------------------------------------------------


def comparisons():
    t = Tracer()
    chain = t.note(1) < t.note(2) < t.note(2) < t.note(9)
    return chain, 1 in t, 2 not in t, None is not t, (1 == 1 != 2), t.log


def boolean_values():
    empty, full = [], [1]
    result = [
        empty or full,
        full and empty,
        not empty,
        full if empty else "else",
        0 or None or "",
        (empty or full) is full,
    ]
    result[0].append(2)
    return result, full


def calls():
    def everything(a, /, b, *args, c, d=4, **kwargs):
        return a, b, args, c, d, sorted(kwargs.items())

    def function(function, site, *args, **kwargs):
        return function, site, args, kwargs

    t = Tracer()
    spread = {"c": 3, "e": 5}
    return (
        everything(1, 2, *(3, 4), **spread, f=6),
        everything(t.note("a"), b=t.note("b"), c=t.note("c"), d=t.note("d")),
        function(1, site=2, name=3, self=4),
        function(function=1, site=2, obj=3, value=4, key=5, node=6),
        dict(function=1, site=2, args=3, kwargs=4),
        (lambda *a, **k: (a, k))(*[1], *"ab", **{"x": 1}, **{"y": 2}),
        functools.partial(everything, 1, c=2)(5, z=1),
        t.log,
    )


def strings():
    name, width, items = "bar", 8, {"k": [1, 2]}
    return (
        f"{name!r:>{width}}|{items['k'][0] + 1:03d}|{name=}|{ {'a': 1}['a'] }",
        f"{'nested ' + f'{name.upper()}' + str(f'{width:x}')}",
        f"{sum(n for n in items['k'])}{{}}",
        "%s %r" % (name, name),
        "{0} {k[k]}".format(name, k=items),
        rb"\x" + b"y",
    )


def comprehensions():
    rows = [[1, 2], [3, 4]]
    base = 10
    return (
        [x + base for row in rows for x in row if x % 2 if x > 0],
        [[y * x for y in row] for x, row in enumerate(rows)],
        {x: y for x, y in zip("ab", rows, strict=True)},
        {x % 2 for row in rows for x in row},
        list(itertools.chain.from_iterable((x, -x) for x in range(2))),
        sum(x * y for x, y in rows),
        [(lambda: x)() for x in range(2)],
        [*map(lambda x: x + base, rows[0])],
    )


def slices():
    items = list(range(10))
    items[2:4] = ["x"]
    items[::3] = [0] * len(items[::3])
    start, stop = 1, 3
    return items[start:stop], items[-3:], items[:], items[1:][0], (1, 2, 3)[slice(1)]


# --- Functions --------------------------------------------------------------------


def defaults_are_made_once():
    def remember(value, seen=[]):
        seen.append(value)
        return len(seen)

    return remember(1), remember(2), remember.__defaults__


def generators():
    def inner():
        try:
            got = yield 1
            yield got * 2
        except ValueError as error:
            yield f"caught {error}"
        finally:
            log.append("closed")
        return "result"

    def outer():
        result = yield from inner()
        log.append(result)
        yield from "xy"

    log = []
    first, second = outer(), outer()
    seen = [next(first), first.send(21), *first]
    seen += [next(second), second.throw(ValueError("thrown"))]
    second.close()
    return seen, log, inspect.isgeneratorfunction(outer)


def recursion():
    @functools.lru_cache
    def fibonacci(n):
        return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)

    return fibonacci(20), fibonacci.cache_info().misses


def decorators():
    order = []

    def mark(name):
        order.append(f"made {name}")

        def decorate(function):
            order.append(f"applied {name}")

            @functools.wraps(function)
            def wrapper(*args, **kwargs):
                return name, function(*args, **kwargs)

            return wrapper

        return decorate

    @mark("outer")
    @mark("inner")
    def decorated(x: int = 1) -> "int":
        """Its words."""
        return x

    return (
        order,
        decorated(2),
        decorated.__name__,
        decorated.__doc__,
        str(inspect.signature(decorated)),
    )


def metadata_of_functions():
    def documented(a: int, b: "str" = "x", *, c: float) -> None:
        """First line.

        More.
        """

    return (
        documented.__doc__,
        documented.__qualname__,
        documented.__annotations__,
        documented.__kwdefaults__,
        documented.__code__.co_varnames,
        (lambda: 0).__name__,
    )


def lines_of_tracebacks():
    def fail(depth):
        if depth:
            return fail(depth - 1)
        empty = {}
        return [
            1,
            empty["missing"],
        ]

    try:
        fail(2)
    except KeyError as error:
        frames = traceback.extract_tb(error.__traceback__)
        begin = lines_of_tracebacks.__code__.co_firstlineno
        return [
            (frame.name, frame.lineno - begin)
            for frame in frames
            if frame.name in ("fail", "lines_of_tracebacks")
        ]


# --- Statements -------------------------------------------------------------------


def exceptions():
    log = []

    def attempt(error):
        try:
            log.append("try")
            if error:
                raise error
        except (KeyError, ValueError) as caught:
            log.append(type(caught).__name__)
            return "except"
        except OSError:
            log.append("os")
            raise RuntimeError("again") from None
        else:
            log.append("else")
        finally:
            log.append("finally")
        return "end"

    def overridden():
        for n in range(3):
            try:
                return n
            finally:
                if n < 1:
                    continue
                break
        return "after"

    results = [attempt(None), attempt(KeyError()), attempt(ValueError()), overridden()]
    try:
        attempt(OSError())
    except RuntimeError as error:
        results.append((str(error), error.__suppress_context__))
    try:
        caught = 1
        raise ExceptionGroup("both", [KeyError("k"), ValueError("v")])
    except* KeyError as group:
        results.append(len(group.exceptions))
    except* ValueError:
        results.append("value")
    return results, log, caught


def loops():
    log = []
    for i, (a, *b) in enumerate([(1, 2, 3), (4,)]):
        log.append((i, a, b))
    else:
        log.append("no break")
    n = 5
    while n:
        n -= 1
        if n == 3:
            continue
        if n == 1:
            break
        log.append(n)
    else:
        log.append("never")
    for log_of in log[:1]:
        pass
    box = {}
    for box["key"] in range(3):
        pass
    for n in iter(log.pop, 4):
        pass
    return log, log_of, box, n


def context_managers():
    log = []

    @contextlib.contextmanager
    def step(name, *, swallow=False):
        log.append(f"in {name}")
        try:
            yield name.upper()
        except ZeroDivisionError:
            log.append(f"caught in {name}")
            if not swallow:
                raise
        finally:
            log.append(f"out {name}")

    box = {}
    with step("a", swallow=True), step("b") as box["b"], step("c") as c:
        log.append((box, c))
        1 / 0
    with contextlib.ExitStack() as stack:
        names = [stack.enter_context(step(name)) for name in "xy"]
    return log, names


def matching():
    Point = namedtuple("Point", "x y")

    class Colour(enum.Enum):
        RED = 1

    def kind(value):
        match value:
            case 0 | 1:
                return "bit"
            case int(n) if n > 100:
                return f"big {n}"
            case [first, *rest]:
                return first, rest
            case {"op": str(op), **others}:
                return op, others
            case Point(x=0, y=y) | [Point(y=y)]:
                return y
            case Colour.RED:
                return "red"
            case str() as text:
                return text
            case None:
                return "nothing"
            case _:
                return "else"

    values = [1, 200, [1, 2], {"op": "+", "a": 1}, Colour.RED, "s", None, 3.0, ()]
    return [kind(value) for value in values], kind(Point(0, 5))


def asserting():
    try:
        box = {"a": 1}
        assert box["a"] == 2, f"got {box['a']}"
    except AssertionError as error:
        return str(error)


# --- Classes ----------------------------------------------------------------------


class Base:
    """Private names, slots, counting."""

    __slots__ = ("__hidden", "__weakref__", "shown")
    made = 0

    def __init__(self, shown=1):
        self.__hidden = shown
        self.shown = shown
        type(self).made += 1

    def hidden(self):
        self.__hidden += 1
        self.__hidden, before = self.__hidden * 2, self.__hidden
        return self.__hidden, before

    @property
    def double(self):
        return self.shown * 2

    @double.setter
    def double(self, value):
        self.shown = value // 2

    @double.deleter
    def double(self):
        self.shown = None

    @classmethod
    def build(cls, *args):
        return cls(*args)

    @staticmethod
    def plain(value):
        return value


class Derived(Base):
    """Has what its base has, and a `__hidden` of its own."""

    def __init__(self, shown=2):
        super().__init__(shown)
        self.__hidden = "derived"

    def hidden(self):
        __class__.made += 10
        return super().hidden(), self.__hidden, super(Derived, self).double


def classes():
    Base.made = Derived.made = 0
    base, derived = Base(), Derived.build(5)
    base.double += 4
    made = base.shown, base.double, base.hidden(), derived.hidden()
    del base.double
    try:
        base.other = 1
    except AttributeError as error:
        refused = type(error).__name__
    names = sorted(name for name in vars(derived) if "hidden" in name)
    counts = Derived.made, Base.made
    return made, base.shown, refused, names, counts, Base.plain(3)


def class_bodies():
    value = "outer"

    class Made:
        louder = f"{value}!"
        items = [n for n in range(3)]
        total = 0
        for n in items:
            total += n
        if total > 1:

            def method(self):
                return value, self.louder, self.total

        def __init_subclass__(cls, tag="none", **kwargs):
            super().__init_subclass__(**kwargs)
            cls.tag = tag

        class Inner:
            def read(self):
                return value

    class Sub(Made, tag="sub"):
        total = Made.total * 2

    return Sub().method(), Sub.tag, Made.Inner().read(), Made.n, Sub.__qualname__


def metaclasses():
    class Meta(type):
        def __call__(cls, *args):
            made = super().__call__(*args)
            cls.instances.append(made.name)
            return made

        def __getattr__(cls, name):
            return f"no {name}"

    class Named(metaclass=Meta):
        instances = []

        def __init__(self, name):
            self.name = name

    Named("a")
    Named(name="b") if False else Named("b")
    return Named.instances, Named.missing


def descriptors():
    class Positive:
        def __set_name__(self, owner, name):
            self.name = "_" + name

        def __get__(self, instance, owner=None):
            return self if instance is None else getattr(instance, self.name, 0)

        def __set__(self, instance, value):
            if value < 0:
                raise ValueError(f"{self.name[1:]} must not be negative")
            setattr(instance, self.name, value)

        def __delete__(self, instance):
            delattr(instance, self.name)

    class Tray:
        bars = Positive()

    tray = Tray()
    tray.bars += 3
    try:
        tray.bars -= 4
    except ValueError as error:
        refused = str(error)
    kept = tray.bars
    del tray.bars
    return kept, refused, tray.bars, type(Tray.bars).__name__


def operators():
    class Money:
        def __init__(self, cents):
            self.cents = cents

        def __add__(self, other):
            return Money(self.cents + other.cents)

        def __radd__(self, other):
            return Money(other + self.cents)

        def __eq__(self, other):
            return self.cents == other.cents

        def __lt__(self, other):
            return self.cents < other.cents

        def __hash__(self):
            return hash(self.cents)

        def __bool__(self):
            return self.cents > 0

        def __call__(self, *args, **kwargs):
            return args, kwargs

        def __len__(self):
            return self.cents

        def __iter__(self):
            yield from range(self.cents)

        def __repr__(self):
            return f"Money({self.cents})"

        def __format__(self, spec):
            return f"<{self.cents}{spec}>"

        def __getitem__(self, key):
            return key

    one, two = Money(1), Money(2)
    total = sum([one, two])
    total += one
    return (
        repr(total),
        sorted([two, one]) == [one, two],
        [bool(Money(0)), not one, one and 5],
        one(1, function=2, site=3),
        len(two),
        [*two],
        f"{two:x}",
        two[1:2, "k"],
        max(one, two) is two,
        one == one != two,
        {one: "one"}[Money(1)],
    )


@dataclass(order=True)
class Item:
    name: str
    price: int = 3
    tags: list["str"] = field(default_factory=list, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frozen:
    x: int
    y: "int" = 2

    def moved(self, by):
        return replace(self, x=self.x + by)


class Weekday(enum.IntFlag):
    MON = 1
    TUE = enum.auto()

    @classmethod
    def both(cls):
        return cls.MON | cls.TUE


class Row(typing.NamedTuple):
    key: str
    value: int = 0

    def upper(self):
        return self._replace(key=self.key.upper())


class Box(typing.Generic[typing.TypeVar("T")]):
    def __init__(self, content) -> None:
        self.content: list[int] = content


def records():
    item = Item("bar")
    item.price += 1
    item.tags += ["sweet"]
    try:
        Frozen(x=1).x = 2
    except AttributeError as error:
        refused = type(error).__name__
    Local = namedtuple("Local", ["a", "b"])
    return (
        asdict(item),
        item < Item("cup"),
        [f.name for f in fields(Item)],
        repr(Frozen(x=1).moved(2)),
        refused,
        repr(Weekday.both()),
        Weekday(3) is Weekday.both(),
        Row("k").upper(),
        Local(1, b=2),
        typing.get_type_hints(Item)["name"].__name__,
        Box[int]([1]).content,
        sys.modules[Item.__module__].__name__ == Item.__module__,
    )


def attributes_by_name():
    t = Tracer()
    setattr(t, "x", 1)
    box = type("Made", (), {"value": 1, "get": lambda self: self.value})()
    box.__dict__["other"] = 2
    box.value += getattr(box, "other") + getattr(box, "missing", 0)
    vars(box).update(third=3)
    return t.log, box.get(), vars(box), hasattr(box, "nothing"), box.__class__.__name__


def dicts():
    box = defaultdict(list, {1: [0]})
    box[1].append(1)
    box[2].append(2)
    merged = {**box, "k": "v"} | {3: 4}
    box.setdefault(9, []).extend([1, 2])
    merged |= {"z": 0}
    popped = merged.pop("k"), merged.pop("nothing", None)
    return dict(box), merged, popped, list(box.items()), [*merged.keys()]


def local_names():
    def inside(a):
        b = [a]
        b[0] += 1
        b[a - 1] += 1
        return {name: value for name, value in locals().items() if name[0] != "_"}

    return inside(1)


def dynamic_code():
    names = {"x": 1}
    exec("y = x + 1\ndef f(): return [i for i in (x, y)]", names)
    return names["y"], names["f"](), eval("x * 2", names)


def threads_of_its_own():
    out = []
    thread = threading.Thread(target=lambda *a, **k: out.append((a, k)), args=(1,))
    thread.start()
    thread.join()
    return out, thread.is_alive()


# --- Coroutines -------------------------------------------------------------------


async def awaiting():
    async def give(value):
        await asyncio.sleep(0)
        return value

    t = Tracer()
    box = {"a": 1}
    box["a"] += await give(2)
    t[await give("key")] = t.note(await give(3))
    pair = await give(1), *[await give(n) for n in (2, 3)]
    text = f"{await give('x')}{(await give([1]))[0]}"
    chosen = await give(1) if await give(0) else await give("else")
    return box, t.log, pair, text, chosen, (await give(dict))(a=await give(1))


async def async_generators():
    log = []

    async def numbers():
        try:
            for n in range(5):
                got = yield n
                log.append(got)
                await asyncio.sleep(0)
        finally:
            await asyncio.sleep(0)
            log.append("closed")

    made = numbers()
    first = await made.asend(None), await made.asend("sent")
    await made.aclose()
    rest = [n async for n in numbers() if n % 2]
    table = {n: [m async for m in numbers() if m < n] async for n in numbers() if n < 2}
    async for n in numbers():
        if n == 1:
            continue
    else:
        log.append("else")
    return first, rest, table, log


async def async_context_managers():
    log = []

    @contextlib.asynccontextmanager
    async def step(name):
        log.append(f"in {name}")
        try:
            await asyncio.sleep(0)
            yield name
        finally:
            await asyncio.sleep(0)
            log.append(f"out {name}")

    async with step("a") as a, step("b") as b:
        log.append(a + b)
    try:
        async with asyncio.TaskGroup() as group:
            group.create_task(asyncio.sleep(0, "done"))
            raise KeyError("k")
    except* KeyError as caught:
        log.append(len(caught.exceptions))
    return log


async def tasks_by_name():
    task = asyncio.create_task(asyncio.sleep(0, "result"), name="sleeper")
    done, pending = await asyncio.wait([task])
    return task.get_name(), [one.result() for one in done], pending, task.done()
