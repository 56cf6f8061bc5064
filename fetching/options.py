"""The options of a fetch, and the constants that all sessions share.

The constants are shared so that a comparison of two models compares only the models.
"""

from collections.abc import Mapping

import msgspec

CHUNK_BYTES = 256 * 1024  # bytes that are read from a body at a time
WHOLE_BYTES = 256 * 1024  # a body up to this size is collected, and written whole
HEAD_BYTES = 64 * 1024  # limit of a head, with its interim answers
MOST_REDIRECTS = 10
LISTED_AHEAD = 1000  # the most URLs in the queue; the list is read on when it is empty
USER_AGENT = "threads-vs-asyncio"
GIB = 1024**3


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """What the user may set for a fetch; times in seconds, sizes in bytes."""

    connect_timeout: float = 10.0  # seconds to resolve, connect and start TLS
    idle_timeout: float = 30.0  # seconds to wait for the next byte
    total_timeout: float = 3600.0  # seconds for a URL with its redirects and retries
    retries: int = 1  # retries after a failure that may pass
    # seconds to wait before the first retry; each later wait is twice as long
    backoff: float = 0.5
    max_bytes: int = 16 * GIB  # the largest body
    per_host: int | None = (
        None  # the most requests to one host at a time; None: no limit
    )
    rate: float | None = None  # requests per second of all workers together
    # header fields of the user; a field replaces the usual one of the same name
    headers: tuple[tuple[str, str], ...] = ()
    ca: str | None = None  # file of certificates, instead of the system's
    insecure: bool = False  # whether certificates are accepted without a check
    # whether to request gzip or deflate, and store bodies decompressed
    compressed: bool = False
    max_ratio: float = 100.0  # the largest ratio of decompressed to received bytes
    # for each scheme, the URL of its proxy; for "no", the hosts that need no proxy
    proxies: Mapping[str, str] = msgspec.field(default_factory=dict)


DEFAULTS = Options()
