"""An object is given a dict for its attributes, and the program also uses the dict.

`Broken...` is wrong in some order, `Holds...` in none.
"""


class Settings:
    def __init__(self, values):
        self.__dict__ = values


class Base:
    def __init__(self):
        self.values = {"number": 0, "other": 0}
        self.settings = Settings(self.values)

    def through_attribute(self):
        self.settings.number += 1

    def through_dict(self):
        self.values["number"] += 1

    def other_through_dict(self):
        self.values["other"] += 1

    def check(self):
        assert self.values["number"] == 2


class BrokenCount(Base):
    workers = (Base.through_attribute, Base.through_dict)


class BrokenUpdate(Base):
    def update(self):
        self.values.update(number=self.values["number"] + 1)

    workers = (Base.through_attribute, update)


class BrokenCopy(Base):
    def copy(self):
        self.copied = dict(self.values)

    def two(self):
        self.settings.number += 1
        self.settings.other += 1

    workers = (copy, two)

    def check(self):
        assert self.copied["number"] == self.copied["other"]


class BrokenNewAttribute(Base):
    def show(self):
        assert ", ".join(name for name in self.values) is not None

    def add(self):
        self.settings.new = 1

    workers = (show, add)

    def check(self):
        assert self.values["new"] == 1


class HoldsOtherAttribute(Base):
    workers = (Base.through_attribute, Base.other_through_dict)

    def check(self):
        assert self.values == {"number": 1, "other": 1}


class HoldsCopiedDict(Base):
    """Without the same dict there are two numbers."""

    def __init__(self):
        super().__init__()
        self.settings = Settings(dict(self.values))

    workers = (Base.through_attribute, Base.through_dict)

    def check(self):
        assert self.values["number"] == self.settings.number == 1


class Borg:
    state = dict.fromkeys(("number",), 0)

    def __init__(self):
        self.__dict__ = self.state


class BrokenBorg:
    def __init__(self):
        Borg.state.clear()
        Borg.state["number"] = 0
        self.one = Borg()

    def by_attribute(self):
        self.one.number += 1

    def by_item(self):
        Borg.state["number"] += 1

    workers = (by_attribute, by_item)

    def check(self):
        assert Borg.state["number"] == 2


class BrokenTwoBorgs(BrokenBorg):
    def __init__(self):
        super().__init__()
        self.two = Borg()

    def second(self):
        self.two.number += 1

    workers = (BrokenBorg.by_attribute, second)
