"""The last operand of `and` or `or` decides a test: it is read like any other.

`Broken...` is wrong in some order, `Holds...` in none.
"""

import asyncio


class Base:
    def __init__(self):
        self.on = True
        self.off = False
        self.items = []
        self.took = None

    def put(self):
        self.items.append(1)

    def check(self):
        assert not self.took


class BrokenIf(Base):
    def look(self):
        if self.on and self.items:
            self.took = True

    workers = (look, Base.put)


class BrokenElif(Base):
    def look(self):
        if self.off:
            pass
        elif self.off or self.items:
            self.took = True

    workers = (look, Base.put)


class BrokenNested(Base):
    def look(self):
        if self.on and (self.off or (self.on and self.items)):
            self.took = True

    workers = (look, Base.put)


class BrokenConditional(Base):
    def look(self):
        self.took = True if self.on and self.items else None

    workers = (look, Base.put)


class BrokenNot(Base):
    def look(self):
        self.took = not (self.off or not self.items)

    workers = (look, Base.put)


class BrokenComprehension(Base):
    def look(self):
        self.took = [1 for _ in range(1) if self.on and self.items]

    workers = (look, Base.put)


class BrokenGuard(Base):
    def look(self):
        match 1:
            case 1 if self.items:
                self.took = True

    workers = (look, Base.put)


class BrokenAssert(Base):
    def look(self):
        assert self.off or not self.items

    workers = (look, Base.put)


class BrokenLambda(Base):
    def look(self):
        self.took = (lambda: 1 if self.on and self.items else 0)()

    workers = (look, Base.put)


class HoldsWhile(Base):
    """It ends as soon as an item is there."""

    def look(self):
        while self.off or not self.items:
            pass
        self.took = not self.items

    workers = (look, Base.put)


class BrokenWhile(Base):
    def look(self):
        while self.on and self.items:
            self.took = True
            break

    workers = (look, Base.put)


class BrokenTasks(Base):
    async def look(self):
        if self.on and self.items:
            self.took = True

    async def put_later(self):
        await asyncio.sleep(0)
        self.items.append(1)

    workers = (look, put_later)
