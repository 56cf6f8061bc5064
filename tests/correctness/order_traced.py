"""Objects that note each operation on them, for the programs of `order_programs`.

A generated program starts with the text of this file.
"""

import re
import threading
import traceback
from collections.abc import Mapping, Sequence

LOG = []
FAILURE = [0, None]  # at which operation of a body to raise, and what
MOST = 250  # operations of a body


class Halt(BaseException):
    pass


class Oops(Exception):  # noqa: N818
    pass


def note(*what):
    """Note an operation; return a new object, or raise what was asked for."""
    LOG.append(what)
    if len(LOG) > MOST:
        raise Halt
    if len(LOG) == FAILURE[0]:
        raise FAILURE[1]("at", len(LOG))
    return T(f"{what[0]}{len(LOG)}")


def show(value, depth=4):
    """A value in words; two runs of a program give the same words."""
    if isinstance(value, T):
        return value.__dict__["name"]
    if isinstance(value, BaseException):
        return error_in_words(value)
    if isinstance(value, int | str | None | type(Ellipsis)):
        return repr(value)
    if not depth:
        return "..."  # it may contain itself
    if isinstance(value, list | tuple | set):
        parts = [show(one, depth - 1) for one in value]
        parts = sorted(parts) if isinstance(value, set) else parts
        return f"{type(value).__name__}({', '.join(parts)})"
    if isinstance(value, dict):
        parts = [
            f"{show(k, depth - 1)}: {show(v, depth - 1)}" for k, v in value.items()
        ]
        return "{" + ", ".join(parts) + "}"
    if isinstance(value, slice):
        return f"slice{show((value.start, value.stop, value.step), depth - 1)}"
    return f"a {type(value).__name__} {getattr(value, '__qualname__', '')}"


def error_in_words(error, depth=3):
    if error is None or not depth:
        return "-"
    words = f"{type(error).__name__}: {', '.join(map(show, error.args))}"
    if isinstance(error, BaseExceptionGroup):
        words += f"[{', '.join(error_in_words(one) for one in error.exceptions)}]"
    places = [
        f"{one.name}:{one.lineno}" for one in traceback.extract_tb(error.__traceback__)
    ]
    before = error_in_words(error.__context__, depth - 1)
    return f"<{words} at {' '.join(places)} after {before}>"


def values(found, of_module):
    """The values of the variables: of a function, or those with these names of all."""
    spaces = [(name, globals() if name in of_module else found) for name in "abcdef"]
    return [show(space.get(name, "unbound")) for name, space in spaces]


class T:
    __match_args__ = ("p", "q")

    def __init__(self, name):
        self.__dict__["name"] = name

    def __getattr__(self, key):
        if key.startswith("__"):
            LOG.append(("get", self, key))
            raise AttributeError(key)
        return note("get", self, key)

    def __setattr__(self, key, value):
        note("set", self, key, value)

    def __delattr__(self, key):
        note("del", self, key)

    def __getitem__(self, key):
        return note("getitem", self, key)

    def __setitem__(self, key, value):
        note("setitem", self, key, value)

    def __delitem__(self, key):
        note("delitem", self, key)

    def __call__(self, *args, **kwargs):
        if len(args) == 1 and callable(args[0]) and not isinstance(args[0], T):
            note("decorate", self, args[0])
            return args[0]
        return note("call", self, args, kwargs)

    def __bool__(self):
        note("bool", self)
        return len(LOG) % 3 > 0

    def __len__(self):
        note("len", self)
        return 2

    def __iter__(self):
        note("iter", self)
        return Items(self)

    def __contains__(self, value):
        note("contains", self, value)
        return len(LOG) % 2 > 0

    def __hash__(self):
        note("hash", self)
        return 7

    def __eq__(self, other):
        note("eq", self, other)
        return self is other or len(LOG) % 4 == 0

    def __lt__(self, other):
        return note("lt", self, other)

    def __ge__(self, other):
        return note("ge", self, other)

    def __add__(self, other):
        return note("add", self, other)

    def __radd__(self, other):
        return note("radd", self, other)

    def __iadd__(self, other):
        return note("iadd", self, other)

    def __mod__(self, other):
        return note("mod", self, other)

    def __neg__(self):
        return note("neg", self)

    def __index__(self):
        note("index", self)
        return len(LOG) % 2

    def __repr__(self):
        note("repr", self)
        return self.__dict__["name"]

    def __format__(self, spec):
        note("format", self, spec)
        return self.__dict__["name"]

    def __enter__(self):
        return note("enter", self)

    def __exit__(self, kind, error, trace):
        note("exit", self, kind)
        return len(LOG) % 3 == 0

    async def __aenter__(self):
        await note("aenter", self)
        return note("aentered", self)

    async def __aexit__(self, kind, error, trace):
        note("aexit", self, kind)
        return len(LOG) % 3 == 0

    def __aiter__(self):
        note("aiter", self)
        return AsyncItems(self)

    def __await__(self):
        note("await", self)
        yield self
        return note("awaited", self)

    def keys(self):
        note("keys", self)
        return iter(["k"])

    def get(self, key, default):
        note("asked", self, key)
        return self if len(LOG) % 3 else default


class M(T):
    pass


class S(T):
    pass


Mapping.register(M)
Sequence.register(S)


class Items:
    def __init__(self, owner):
        self.owner, self.left = owner, 2

    def __iter__(self):
        return self

    def __next__(self):
        note("next", self.owner)
        if not self.left:
            raise StopIteration
        self.left -= 1
        return (S, M, T)[len(LOG) % 3](f"item{len(LOG)}")


class AsyncItems(Items):
    def __aiter__(self):
        return self

    async def __anext__(self):
        await note("anext", self.owner)
        if not self.left:
            raise StopAsyncIteration
        self.left -= 1
        return (S, M, T)[len(LOG) % 3](f"item{len(LOG)}")


def drive(made):
    """The result of a function; a generator or coroutine is run, step by step."""
    if not hasattr(type(made), "send"):
        return made
    given = None
    try:
        while True:
            given = note("sent", made.send(given))
    except StopIteration as stop:
        return stop.value
    finally:
        made.close()


def start(function):
    """Run a function in another thread, after this step or beside the next ones."""
    thread = threading.Thread(target=function)
    thread.start()
    return thread


def run(body, at, error, ends):
    """Run a body, and say in words what it did."""
    LOG.clear()
    ends.clear()
    FAILURE[:] = [at, error]
    try:
        result = show(drive(body()))
    except BaseException as error:
        result = error_in_words(error)
    FAILURE[0] = 0
    words = [show(one) for one in LOG], result, list(ends)
    return re.sub("0x[0-9a-f]+", "0x", repr(words))
