"""The exceptions of requests, by the names that requests itself uses for them."""

from bench.shape.resolution.values import Library
from bench.shape.tables.replacements import EXCEPTIONS

OF_REQUESTS = "requests."


def requests_exception(value: object) -> str:
    """The name that requests uses for an exception; empty for any other value."""
    name = value.name if isinstance(value, Library) else ""
    name = name.replace("requests.exceptions.", OF_REQUESTS)
    return name if name.startswith(OF_REQUESTS) and name in EXCEPTIONS else ""
