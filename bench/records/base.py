"""The base class of every record: frozen plain data, with units in field names."""

from typing import Annotated

import msgspec

# Seconds since the epoch.  A time after the year 9999 cannot be shown as a date.
Moment = Annotated[float, msgspec.Meta(ge=0, lt=253_402_300_800)]


class Record(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Plain data that can be written to JSON and read back unchanged."""
