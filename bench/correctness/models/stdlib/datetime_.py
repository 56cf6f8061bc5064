"""The model of `datetime`, whose current time is that of the virtual clock."""

import datetime
from typing import Any, Self

from bench.correctness.models.substitution import module
from bench.correctness.models.threading_.module import wall_clock


class AnyDatetime(type):
    """Makes the standard library's own objects instances of the model class too."""

    def __instancecheck__(cls, thing: object) -> bool:
        return isinstance(thing, datetime.datetime)


class Datetime(datetime.datetime, metaclass=AnyDatetime):
    """`datetime.datetime`, whose current time is that of the virtual clock."""

    @classmethod
    def now(cls, tz: Any = None) -> Self:
        return cls.fromtimestamp(wall_clock(), tz)

    @classmethod
    def utcnow(cls) -> Self:
        return cls.now(datetime.UTC).replace(tzinfo=None)

    @classmethod
    def today(cls) -> Self:
        return cls.now()


class AnyDate(type):
    """Makes the standard library's own objects instances of the model class too."""

    def __instancecheck__(cls, thing: object) -> bool:
        return isinstance(thing, datetime.date)


class Date(datetime.date, metaclass=AnyDate):
    """`datetime.date`, whose current date is that of the virtual clock."""

    @classmethod
    def today(cls) -> Self:
        return cls.fromtimestamp(wall_clock())


Datetime.__name__, Date.__name__ = "datetime", "date"
DATETIME = module("datetime", datetime, datetime=Datetime, date=Date)
