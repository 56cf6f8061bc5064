"""The base class of every record: frozen plain data, with units in field names."""

import msgspec


class Record(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Plain data that can be written to JSON and read back unchanged."""
