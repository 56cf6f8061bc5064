"""What a pattern or an annotation names is read where it is evaluated.

Most workers append to a list before or after, so that each schedule is seen.
"""

from dataclasses import dataclass, field


class Limits:
    low = 1
    high = 9


class Square:
    def __init__(self, side):
        self.side = side


class Circle:
    def __init__(self, radius):
        self.radius = radius


KIND = Square


class Base:
    def __init__(self):
        self.log = []
        self.limit = 1
        self.chosen = None
        Limits.low = 1

    def change(self):
        self.limit = 2
        self.log.append("change")


class BrokenInASequence(Base):
    def use(self):
        self.log.append("use")
        match ("take", 2):
            case ("take", self.limit):
                self.chosen = "right"

    def check(self):
        assert self.chosen == "right"

    workers = (Base.change, use)


class BrokenInAMapping(Base):
    def use(self):
        self.log.append("use")
        match {"kind": "take", "count": 2}:
            case {"kind": "take", "count": self.limit}:
                self.chosen = "right"

    def check(self):
        assert self.chosen == "right"

    workers = (Base.change, use)


class BrokenByAKey(Base):
    def use(self):
        self.log.append("use")
        match {2: "two"}:
            case {self.limit: name}:
                self.chosen = name

    def check(self):
        assert self.chosen == "two"

    workers = (Base.change, use)


class BrokenByAlternatives(Base):
    def use(self):
        self.log.append("use")
        match 2:
            case 7 | self.limit | 8:
                self.chosen = "right"

    def check(self):
        assert self.chosen == "right"

    workers = (Base.change, use)


class BrokenByAClassAttribute(Base):
    def lower(self):
        Limits.low = 0
        self.log.append("lower")

    def use(self):
        self.log.append("use")
        match 0:
            case Limits.low as found:
                self.chosen = found

    def check(self):
        assert self.chosen == 0

    workers = (lower, use)


class BrokenByAKeywordOfAClass(Base):
    def use(self):
        self.log.append("use")
        match Square(2):
            case Square(side=self.limit):
                self.chosen = "right"

    def check(self):
        assert self.chosen == "right"

    workers = (Base.change, use)


class BrokenByAClassOfAnObject(Base):
    def __init__(self):
        super().__init__()
        self.kind = Square

    def turn(self):
        self.kind = Circle
        self.log.append("turn")

    def use(self):
        self.log.append("use")
        match Circle(1):
            case self.kind():
                self.chosen = "right"

    def check(self):
        assert self.chosen == "right"

    workers = (turn, use)


class BrokenByAClassThatIsBoundAnew(Base):
    def __init__(self):
        global KIND
        super().__init__()
        KIND = Square

    def turn(self):
        global KIND
        KIND = Circle
        self.log.append("turn")

    def use(self):
        self.log.append("use")
        match [Circle(1)]:
            case [KIND(radius=1)]:
                self.chosen = "right"

    def check(self):
        assert self.chosen == "right"

    workers = (turn, use)


class BrokenByAListThatIsCompared(Base):
    """Another worker may come between the cases: neither list is the one."""

    def __init__(self):
        super().__init__()
        self.wanted = [1]

    def turn(self):
        self.wanted[0] = 2

    def use(self):
        match [2]:
            case self.wanted:
                self.chosen = "first"
            case other if self.wanted != other:
                self.chosen = "second"

    def check(self):
        assert self.chosen is not None

    workers = (turn, use)


class BrokenByTwoValues(Base):
    def __init__(self):
        super().__init__()
        self.low = self.high = 1

    def move(self):
        self.low = self.high = 2

    def use(self):
        match (1, 2):
            case (self.low, self.high):
                self.chosen = "between"

    def check(self):
        assert self.chosen is None

    workers = (move, use)


class BrokenByANestedPath(Base):
    def __init__(self):
        super().__init__()
        self.inner = Base()

    def turn(self):
        self.inner.limit = 2
        self.log.append("turn")

    def use(self):
        self.log.append("use")
        match 2:
            case self.inner.limit:
                self.chosen = "right"

    def check(self):
        assert self.chosen == "right"

    workers = (turn, use)


class HoldsOnAFixedValue(Base):
    """What is never written is no shared place."""

    def use(self):
        match 1:
            case Limits.high:
                self.chosen = "high"
            case Limits.low:
                self.chosen = "low"

    def check(self):
        assert self.chosen == "low"

    workers = (Base.change, use)


class HoldsWhereTheGuardReadsIt(Base):
    def use(self):
        match 2:
            case self.limit:
                self.chosen = "new"
            case count if count > self.limit:
                self.chosen = "old"
            case _:
                self.chosen = "changed between"

    def check(self):
        assert self.chosen is not None

    workers = (Base.change, use)


class BrokenByAnAnnotation(Base):
    def use(self):
        def take(value: self.limit) -> None:
            return None

        self.log.append("use")
        assert take.__annotations__["value"] == 2

    workers = (Base.change, use)


class BrokenByAReturnType(Base):
    def use(self):
        def take() -> list[self.limit]:
            return []

        self.log.append("use")
        assert take.__annotations__["return"] == list[2]

    workers = (Base.change, use)


class BrokenByAFieldOfAClass(Base):
    def use(self):
        @dataclass
        class Taken:
            count: self.limit = 0
            names: list = field(default_factory=list)

        self.log.append("use")
        assert Taken.__annotations__["count"] == 2

    workers = (Base.change, use)


class HoldsInAFunction(Base):
    """An annotation of a local variable is not evaluated."""

    def use(self):
        count: self.missing = 3
        self.chosen = count

    def check(self):
        assert self.chosen == 3

    workers = (Base.change, use)
