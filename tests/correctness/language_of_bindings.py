"""Every way to bind a global variable: what each function returns stays the same.

The hooks of these bindings must keep the order, the exceptions and their lines, the
names of what is defined, and the life of what is bound.
"""
# ruff: noqa: B007, TRY301  what is tested is what these advise against

import contextlib
import inspect
import traceback
import weakref

g = h = None


class Recorder:
    """Notes each attribute that is set, and the globals at that time."""

    def __init__(self):
        object.__setattr__(self, "notes", [])

    def __setattr__(self, name, value):
        self.notes.append((name, value, g, h))

    def __setitem__(self, key, value):
        self.notes.append((key, value, g, h))


class Thing:
    pass


def start():
    global g, h
    g = h = None


def order_of_targets():
    global g, h
    start()
    r = Recorder()
    r.a, g, r.b, h, r[g] = 1, 2, 3, 4, 5
    g, r.c = r.d, h = [7, 8]
    for r.i, (g, *h), r[g] in [(1, (2, 3, 4), 5)]:
        r.body = g
    with contextlib.nullcontext((5, 6)) as (r.w, g), contextlib.nullcontext(g) as r[g]:
        r.body = g
    return r.notes, g, h


def lines_of_errors():
    global g, h
    start()
    first = lines_of_errors.__code__.co_firstlineno
    found = []

    def note(error):
        trace = traceback.extract_tb(error.__traceback__)
        lines = [one.lineno - first for one in trace if one.name == "lines_of_errors"]
        found.append((str(error), lines))

    try:
        for g, h in [
            (1, 2),
            3,
        ]:
            pass
    except TypeError as error:
        note(error)
    try:
        (
            g,
            (
                h,
                g,
            ),
        ) = (
            1,
            (2, 3, 4),
        )
    except ValueError as error:
        note(error)
        found.append((g, h))
    try:
        with (
            contextlib.nullcontext(1) as g,
            contextlib.nullcontext(g / 0) as h,
        ):
            pass
    except ZeroDivisionError as error:
        note(error)
    try:
        try:
            raise KeyError(1)
        except KeyError as g:
            raise ValueError(
                2,
            ) from g
    except ValueError as error:
        note(error)
        note(error.__cause__)
    try:
        del g
    except NameError as error:
        note(error)
    try:
        import nothing.at_all as g
    except ImportError as error:
        note(error)
    try:
        from math import inf as g, nothing as h  # noqa: I001
    except ImportError:
        found.append(g)
    return found


def definitions():
    global g, h, Kept

    def same(made):
        return made

    def g(a, b=1):
        """Says what it is given."""
        return a, b

    @same
    @same
    def h():
        yield

    @same
    class Kept:
        """Has a method."""

        def method(self):
            pass

    def failing(made):
        raise ValueError(made.__name__)

    try:

        @failing
        def g():
            pass

    except ValueError as error:
        failure = (
            str(error),
            [one.name for one in traceback.extract_tb(error.__traceback__)],
        )
    made = [(one.__name__, one.__qualname__, one.__doc__) for one in (g, h, Kept)]
    lines = [one.__code__.co_firstlineno for one in (g, h, Kept.method)]
    return (
        made,
        lines,
        g(1),
        str(inspect.signature(g)),
        inspect.getsource(h),
        failure[0],
    )


def ends_of_except():
    global g
    start()
    found = []

    def handle():
        global g
        for number in range(4):
            try:
                raise KeyError(number)
            except KeyError as g:
                found.append(repr(g))
                if number == 0:
                    continue
                if number == 1:
                    del g
                if number == 2:
                    g = 9
                if number == 3:
                    return repr(g)
            found.append("g" in globals())

    def generate():
        global g
        try:
            raise KeyError(5)
        except KeyError as g:
            yield repr(g)
            yield 2

    found += [handle(), "g" in globals()]
    generator = generate()
    found.append(next(generator))
    generator.close()
    found.append("g" in globals())
    try:
        raise ExceptionGroup("", [KeyError(1), ValueError(2), TypeError(3)])
    except* KeyError as g:
        found.append(repr(g))
    except* (ValueError, TypeError) as g:
        found.append(repr(g))
    start()
    return found


def lives_of_values():
    global g, h
    start()
    found = []

    def made():
        thing = Thing()
        weakref.finalize(thing, found.append, "died")
        return thing

    for g in (made() for _ in "ab"):
        found.append("for")
    g = None
    found.append("after for")
    g, h = made(), 1
    g = None
    found.append("unpacked")
    match made():
        case Thing() as g:
            g = None
            found.append("matched")
    match made():
        case [g]:
            pass
        case {1: g}:
            pass
    found.append("not matched")
    match made():
        case g if found.append("guard"):
            pass
        case Thing(n=_):
            pass
        case _:
            g = None
            found.append("third")
    return found


def captures_of_patterns():
    global g, h
    found = []
    for subject in (
        1,
        "a",
        [1, 2],
        [1, 2, 3],
        {"k": 1, "z": 2},
        None,
        (1, [2, 3]),
        3.5,
    ):
        start()
        match subject:
            case 1 | "a" as g:
                found.append(1)
            case [g, h] if h == 5:
                found.append(2)
            case [g, [_, h]]:
                found.append(3)
            case [g, *h]:
                found.append(4)
            case {"k": g, **h}:
                found.append(5)
            case None:
                found.append(6)
            case float(g) if h := 1:
                found.append(7)
            case h:
                found.append(8)
        found.append((g, h))
    match 1, *[2, 3]:
        case [1, g]:
            pass
        case [1, *h]:
            pass
    match 7:
        case (1 as g) | g:
            pass
    return found, g, h


def imports():
    global os, g, h, json
    import json
    import json.decoder as g
    import os.path
    from math import inf as h

    return os.__name__, g.__name__, json.__name__, h
