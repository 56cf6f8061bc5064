"""Workers that set attributes of numbers, texts and other constants.

`Broken...` is wrong in some order, `Holds...` in none.  In each pair, one worker sets
an attribute that the import has not set, and each run must begin without it.
"""

import enum
import re
from http import HTTPStatus


class Number(enum.IntEnum):
    ONE = 1


class Flag(enum.IntFlag):
    ONE = 1


class Color(str, enum.Enum):  # noqa: UP042 - another kind
    RED = "red"


class Count(int):
    pass


class Label(str):
    __slots__ = ("note",)


class Pair(tuple):
    pass


class Raw(bytes):
    pass


class Weight(float):
    pass


class Group(frozenset):
    pass


class Holding:
    label = Label("label")


count = Count(3)
pair = Pair((1, Weight(2.0)))
held = [Raw(b"raw"), Group([1])]


class Noting:
    """The note of an earlier run is not seen."""

    def work(self):
        self.before = getattr(self.noted, "note", None)
        self.noted.note = "new"

    def look(self):
        self.seen = getattr(self.noted, "note", None)

    workers = (work, look)

    def check(self):
        assert self.before is None


class Missing(Noting):
    """The one that looks may be the first, and sees no note."""

    def check(self):
        assert self.seen == "new"


class HoldsNumber(Noting):
    noted = Number.ONE


class BrokenNumber(Missing):
    noted = Number.ONE


class HoldsFlag(Noting):
    noted = Flag.ONE


class BrokenFlag(Missing):
    noted = Flag.ONE


class HoldsColor(Noting):
    noted = Color.RED


class BrokenColor(Missing):
    noted = Color.RED


class HoldsCount(Noting):
    noted = count


class BrokenCount(Missing):
    noted = count


class HoldsLabel(Noting):
    noted = Holding.label


class BrokenLabel(Missing):
    noted = Holding.label


class HoldsPair(Noting):
    noted = pair


class BrokenPair(Missing):
    noted = pair


class HoldsWithinPair(Noting):
    noted = pair[1]


class BrokenWithinPair(Missing):
    noted = pair[1]


class HoldsRaw(Noting):
    noted = held[0]


class BrokenRaw(Missing):
    noted = held[0]


class HoldsGroup(Noting):
    noted = held[1]


class BrokenGroup(Missing):
    noted = held[1]


class HoldsStatus(Noting):
    """A constant of a module that is not the program's."""

    noted = HTTPStatus.OK


class BrokenStatus(Missing):
    noted = HTTPStatus.OK


class HoldsRegexFlag(Noting):
    noted = re.IGNORECASE


class BrokenRegexFlag(Missing):
    noted = re.IGNORECASE


class HoldsPhrase:
    """A worker changes an attribute that the library has set; another deletes it."""

    def work(self):
        self.before = HTTPStatus.GONE.phrase
        setattr(HTTPStatus.GONE, "phrase", "none")  # noqa: B010 - another spelling

    def delete(self):
        HTTPStatus.OK.description = "none"
        del HTTPStatus.NOT_FOUND.description
        self.looked = hasattr(HTTPStatus.NOT_FOUND, "phrase")

    workers = (work, delete)

    def check(self):
        assert (self.before, self.looked) == ("Gone", True)


class BrokenPhrase(HoldsPhrase):
    def delete(self):
        del HTTPStatus.GONE.phrase

    workers = (HoldsPhrase.work, delete)
