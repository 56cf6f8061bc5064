"""Workers that set `decimal`'s contexts; each run begins with the same ones.

A thread has a context of its own; tasks share that of their maker, unless they set
another.  `Broken...` is wrong in some order, `Holds...` in none.
"""

import asyncio
import decimal
from contextvars import ContextVar
from decimal import ROUND_UP, Context, Decimal, getcontext, localcontext, setcontext

MONEY = Context(prec=12)
user = ContextVar("user", default="guest")
getcontext().prec = 20


class HoldsInit:
    """The workers of another run never see what this one's `__init__` has set."""

    def __init__(self):
        self.before = getcontext().prec
        getcontext().prec = 5
        self.seen = []

    def work(self):
        self.seen.append(getcontext().prec)

    workers = (work, work)

    def check(self):
        assert self.before == 20
        assert self.seen == [28, 28]
        assert getcontext().prec == 5


class HoldsInitOfTasks(HoldsInit):
    """Tasks have the context of their maker."""

    async def work(self):
        self.seen.append(getcontext().prec)

    workers = (work, work)

    def check(self):
        assert self.before == 20
        assert self.seen == [5, 5]


class HoldsThread:
    """What one thread sets is its own."""

    def __init__(self):
        self.thirds = []

    def work(self):
        assert getcontext().prec == 28
        getcontext().prec = 3
        self.thirds.append(Decimal(1) / 3)

    workers = (work, work)

    def check(self):
        assert self.thirds == [Decimal("0.333")] * 2
        assert getcontext().prec == 20


class HoldsAnother:
    """A context that `__init__` puts in place of the thread's."""

    def __init__(self):
        assert getcontext().rounding != ROUND_UP
        setcontext(Context(prec=2, rounding=ROUND_UP))
        self.parts = []

    def work(self):
        self.parts.append(Decimal(1) / 3)

    workers = (work, work)

    def check(self):
        assert Decimal(1) / 3 == Decimal("0.34")
        assert len(str(self.parts[0])) == 30


class HoldsDefault:
    """New threads copy the module's own context."""

    def __init__(self):
        self.before = decimal.DefaultContext.prec
        decimal.DefaultContext.prec = 6
        self.seen = []

    def work(self):
        self.seen.append(getcontext().prec)

    workers = (work, work)

    def check(self):
        assert self.before == 28
        assert self.seen == [6, 6]


class HoldsFlags:
    """A signal of a run before is not one of this run."""

    def __init__(self):
        assert not getcontext().flags[decimal.Inexact]
        assert not MONEY.flags[decimal.Inexact]
        self.third = Decimal(1) / 3
        MONEY.divide(Decimal(1), 3)

    def work(self):
        assert not getcontext().flags[decimal.Inexact]
        self.third = Decimal(1) / 3
        self.inexact = getcontext().flags[decimal.Inexact]

    workers = (work, work)

    def check(self):
        assert self.inexact


class BrokenTasks:
    """One context for both: what one sets, the other computes with."""

    async def exact(self):
        await asyncio.sleep(0)
        self.digits = getcontext().prec
        self.third = Decimal(1) / 3

    async def short(self):
        await asyncio.sleep(0)
        getcontext().prec = 4

    workers = (exact, short)

    def check(self):
        assert self.digits == 20
        assert self.third == Decimal("0.33333333333333333333")


class HoldsLocal(BrokenTasks):
    """`localcontext` gives a task a context of its own."""

    async def short(self):
        with localcontext() as own:
            own.prec = 4
            await asyncio.sleep(0)
            self.rounded = Decimal(2) / 3

    workers = (BrokenTasks.exact, short)

    def check(self):
        super().check()
        assert self.rounded == Decimal("0.6667")


class BrokenShared:
    """A context of the module is shared by whoever uses it."""

    def widen(self):
        MONEY.prec += 1

    workers = (widen, widen)

    def check(self):
        assert MONEY.prec == 14


class HoldsVariable:
    """A context variable that `__init__` sets begins each run with its default."""

    def __init__(self):
        self.before = user.get()
        user.set("root")
        self.seen = []

    async def work(self):
        self.seen.append(user.get())
        user.set("other")

    workers = (work, work)

    def check(self):
        assert self.before == "guest"
        assert self.seen == ["root", "root"]
        assert user.get() == "root"
