"""The options of a fetch, and the constants that all sessions share.

The constants are shared so that a comparison of two models compares only the models.
"""

from collections.abc import Mapping

import msgspec

CHUNK_BYTES = 256 * 1024  # bytes that are read from a body at a time
WHOLE_BYTES = 256 * 1024  # bodies up to this size are written at once
HEAD_BYTES = 64 * 1024  # limit of a head, with its interim answers
MOST_REDIRECTS = 10
LISTED_AHEAD = 1000  # the most URLs in the queue; the other URLs stay in the list
USER_AGENT = "threads-vs-asyncio"
GIB = 1024**3


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """The limits and requests of a fetch; times in seconds, sizes in bytes."""

    connect_timeout: float = 10.0  # seconds to resolve, connect and start TLS
    idle_timeout: float = 30.0  # seconds to wait for the next byte
    total_timeout: float = 3600.0  # seconds for a URL with its redirects and retries
    retries: int = 1  # retries after a failure that may pass
    # wait before the first retry; each later wait is twice as long
    backoff: float = 0.5
    max_bytes: int = 16 * GIB  # the largest body
    per_host: int | None = (
        None  # requests to a host at a time; None: as many as workers
    )
    rate: float | None = None  # requests per second of all workers together
    # header fields, which may replace the usual ones
    headers: tuple[tuple[str, str], ...] = ()
    ca: str | None = None  # file of certificates, instead of the system's
    insecure: bool = False  # whether certificates are accepted without a check
    # whether to request gzip or deflate, and store bodies decompressed
    compressed: bool = False
    max_ratio: float = 100.0  # the largest ratio of decompressed to received bytes
    # URL by scheme; "no": hosts without a proxy
    proxies: Mapping[str, str] = msgspec.field(default_factory=dict)


DEFAULTS = Options()
