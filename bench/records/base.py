"""What every record is: frozen, plain data, units in the names of its fields."""

import msgspec


class Record(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Plain data that can be written to JSON and read back unchanged."""
