"""Every way to bind a captured variable: what each function returns stays the same."""
# ruff: noqa: B023, F811, TRY301  what is tested is what these advise against

import asyncio
import contextlib


def captured():
    functions = []
    for i in range(3):
        functions.append(lambda: i)
    found = [f() for f in functions]
    found += [f() for f in [lambda: (i, j) for i, j in zip("ab", "cd", strict=True)]]
    found += [f() for f in [lambda: x for x in range(4) if x % 2]]
    table = {1: "ab", 2: "cd"}
    found.append(
        {k: (lambda: (k, v))() for k, (v, *_) in table.items() if v for _ in [0]}
    )
    found += [(lambda: (x, y))() for x in range(3) if x for y in range(x) if not y % 2]

    def inner():
        nonlocal i

        class i:  # noqa: N801
            z = 1

        z = i.z
        del i
        try:
            return i
        except NameError as error:
            return z, str(error)

    return found, inner()


async def awaited_targets():
    i = None

    async def numbers():
        for number in range(3):
            yield number

    async def walk():
        nonlocal i
        found = [(lambda: z)() async for z in numbers()]
        async for i in numbers():
            found.append(i)
            await asyncio.sleep(0)
        else:
            found.append("else")
        stack = contextlib.AsyncExitStack
        async with stack() as i, stack():
            found.append(type(i).__name__)
        return found

    return await walk(), type(i).__name__


class Private:
    def run(self):
        global __g
        for __g in (1, 2):
            pass
        try:
            raise KeyError
        except KeyError as __g:
            pass
        import json as __g

        match 3:
            case __g:
                pass

        def __g():
            pass

        name = __g.__name__
        with contextlib.nullcontext(3) as __g:
            return name, __g, [one for one in globals() if one.startswith("_Private")]


def private_names():
    return Private().run()
