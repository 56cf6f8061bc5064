"""What a check, a worker or a program that leaves says: each class by its ending."""

import asyncio
import sys
from functools import partialmethod


class Base:
    def __init__(self):
        self.value = 0

    def add(self):
        self.value += 1

    workers = (add, add)


class AsyncCheck_bad(Base):
    async def check(self):
        assert self.value == 2


class AsyncCheckAwaits_bad(Base):
    async def check(self):
        await asyncio.sleep(0)
        assert self.value == 2


class IndirectAsync_bad(Base):
    async def real(self):
        assert self.value == 2

    def check(self):
        return self.real()


class FalseCheck_bad(Base):
    def check(self):
        return self.value == 2


class PartialMethods_bad(Base):
    """Methods with an argument filled in are workers as well."""

    def put(self, amount):
        self.value += amount

    workers = (partialmethod(put, 10), partialmethod(put, amount=20))

    def check(self):
        assert self.value == 30


class AsyncPartialMethods_ok(PartialMethods_bad):
    async def put(self, amount):
        await asyncio.sleep(0)
        self.value += amount

    workers = (partialmethod(put, 10), partialmethod(put, amount=20))


class Property_refused(Base):
    """To ask for it would run it at once, in no worker."""

    @property
    def put(self):
        self.value += 1

    workers = (put, put)


class Gen_refused(Base):
    def check(self):
        yield


class AGen_refused(Base):
    async def check(self):
        yield


class GenWorker_refused(Base):
    def w(self):
        yield
        self.value += 1

    workers = (w, w)


class Exit0Check_refused(Base):
    def check(self):
        sys.exit()


class Exit1Check_bad(Base):
    def check(self):
        if self.value != 2:
            sys.exit("lost")


class ExitInit_refused(Base):
    def __init__(self):
        sys.exit(0)


class ExitWorker_bad(Base):
    def w(self):
        sys.exit(0)

    workers = (w,)


class ExitTask_bad(Base):
    async def w(self):
        sys.exit(0)

    workers = (w,)


class Quit_refused(Base):
    def check(self):
        quit()


class OsExit_refused(Base):
    def check(self):
        import os

        os._exit(0)


class Kbd_bad(Base):
    def check(self):
        raise KeyboardInterrupt


class NoTuple_refused(Base):
    def w(self):
        pass

    workers = w


class Text_refused(Base):
    def w(self):
        pass

    workers = "w"


class SetOf_refused(Base):
    def w(self):
        pass

    workers = {w}


class Twice_refused(Base):
    def w(self):
        self.value += 1

    def w(self):
        pass

    workers = (w, w)


class NoSuch_refused(Base):
    workers = ("nope",)


class Number_refused(Base):
    workers = (3,)


class Over_bad(Base):
    def add(self):
        raise ValueError("own")


class OverAsync_bad(Base):
    async def add(self):
        v = self.value
        await asyncio.sleep(0)
        self.value = v + 1

    def check(self):
        assert self.value == 2


class Explicit_ok(Base):
    def add(self):
        raise ValueError("own")

    workers = (Base.add,)


class TrueCheck_ok(Base):
    workers = (Base.add,)

    def check(self):
        return True


class PropCheck_ok(Base):
    workers = (Base.add,)

    @staticmethod
    def check():
        return None


class Static_bad(Base):
    @staticmethod
    def add():
        raise KeyError(1)


class StrOver_bad(Base):
    workers = ("add", "add")

    def check(self):
        assert self.value == 2


class ExitFunctionCode_bad(Base):
    def check(self):
        if self.value != 2:
            sys.exit(3)


class CheckCallable_bad(Base):
    class Check:
        def __init__(self, owner):
            self.owner = owner

        async def __call__(self):
            assert self.owner.value == 2

    def __init__(self):
        super().__init__()
        self.check = self.Check(self)


class AwaitableCheck_bad(Base):
    def check(self):
        async def look():
            return self.value == 2

        return look()


class AsyncWorkersAsyncCheck_bad:
    def __init__(self):
        self.value = 0

    async def add(self):
        v = self.value
        await asyncio.sleep(0)
        self.value = v + 1

    workers = (add, add)

    async def check(self):
        await asyncio.sleep(0)
        return self.value == 2


class AsyncGenWorker_refused(Base):
    async def w(self):
        yield

    workers = (w,)


class DictOf_refused(Base):
    def w(self):
        pass

    workers = {w: 1}


class GrandChild_bad(Over_bad):
    pass


class Mixin:
    def add(self):
        raise ValueError("mixin")


class Mixed_bad(Mixin, Base):
    pass


class Same_ok(Base):
    """It overrides something else."""

    def other(self):
        raise ValueError

    workers = (Base.add,)


class TwoNames_ok(Base):
    def first(self):
        self.value += 0

    second = first
    workers = (first, second)


class Property_ok(Base):
    @property
    def size(self):
        return 1

    @size.setter
    def size(self, value):
        pass

    workers = (Base.add,)


class Text_ok:
    """Not meant as a scenario."""

    workers = "threads"


class Number_ok:
    workers = 4
