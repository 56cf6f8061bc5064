"""What a fetch is asked to do, and what every session has in common.

A comparison of two models compares nothing else than the models.
"""

from collections.abc import Mapping

import msgspec

CHUNK_BYTES = 256 * 1024  # of a body, at a time
WHOLE_BYTES = 256 * 1024  # bodies up to this size are held, and written at once
HEAD_BYTES = 64 * 1024  # the head of an answer is not longer, interim answers included
MOST_REDIRECTS = 10
LISTED_AHEAD = 1000  # URLs in the queue at most: a list of any length is a stream
USER_AGENT = "threads-vs-asyncio"
GIB = 1024**3


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """The limits of a fetch and how it asks; times in seconds, sizes in bytes."""

    connect_timeout: float = 10.0  # for an address, a connection and its TLS
    idle_timeout: float = 30.0  # for the next byte
    total_timeout: float = 3600.0  # for a URL, redirects and retries included
    retries: int = 1  # requests after the first, of what may pass
    backoff: float = 0.5  # before the first retry; doubled for each further one
    max_bytes: int = 16 * GIB  # of a body
    per_host: int | None = (
        None  # requests to a host at a time; None: as many as workers
    )
    rate: float | None = None  # requests a second, of all workers together
    headers: tuple[tuple[str, str], ...] = ()  # sent beside or instead of our own
    ca: str | None = None  # file of certificates to trust in place of the system's
    insecure: bool = False  # certificates are not verified
    compressed: bool = False  # ask for gzip or deflate, and store what is in it
    max_ratio: float = 100.0  # of a decompressed body to what came over the wire
    # by scheme; "no": hosts
    proxies: Mapping[str, str] = msgspec.field(default_factory=dict)


DEFAULTS = Options()
