"""What a module under exploration gets for `datetime` and `uuid`.

Dates follow the virtual clock, and what is drawn is the same in each run.
"""

import datetime
import random
import uuid
from typing import Any, Self

from bench.correctness.models.substitution import module
from bench.correctness.models.threading_.module import wall_clock


class AnyDatetime(type):
    """Makes what the standard library itself returns an instance as well."""

    def __instancecheck__(cls, thing: object) -> bool:
        return isinstance(thing, datetime.datetime)


class Datetime(datetime.datetime, metaclass=AnyDatetime):
    """`datetime.datetime`, whose present is the virtual clock's."""

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
    """Makes what the standard library itself returns an instance as well."""

    def __instancecheck__(cls, thing: object) -> bool:
        return isinstance(thing, datetime.date)


class Date(datetime.date, metaclass=AnyDate):
    """`datetime.date`, whose present is the virtual clock's."""

    @classmethod
    def today(cls) -> Self:
        return cls.fromtimestamp(wall_clock())


def uuid4() -> uuid.UUID:
    """One that follows from what was drawn before: each run begins the same."""
    return uuid.UUID(int=random.getrandbits(128), version=4)


Datetime.__name__, Date.__name__ = "datetime", "date"
DATETIME = module("datetime", datetime, datetime=Datetime, date=Date)
UUID = module("uuid", uuid, uuid4=uuid4)
