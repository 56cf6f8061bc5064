"""Why a URL could not be fetched, in the same words whatever fetched it."""

import errno
import os
import ssl
from http import HTTPStatus

from fetching.options import Options

PASSING_STATUSES = {408, 425, 429, 502, 503, 504}
PASSING_ERRORS = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ECONNREFUSED}
PASSING_ERRORS |= {errno.ECONNRESET, errno.ECONNABORTED, errno.ETIMEDOUT}


class FetchError(Exception):
    """A URL could not be fetched; the text says why.

    What is passing may go well when tried again, `retry_after` seconds later if the
    server said so.
    """

    def __init__(
        self,
        reason: str,
        *,
        status: int | None = None,
        passing: bool = False,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(reason)
        self.status = status
        self.passing = passing
        self.retry_after = retry_after
        self.stale = False  # a kept connection had ended: it says nothing of the URL


class SessionClosedError(Exception):
    """The session was closed in the middle: nothing is known of this URL."""


def bad_url(reason: str) -> FetchError:
    """Nothing that could be asked for."""
    return FetchError(f"not a URL: {reason}")


def bad_status(status: int, retry_after: float | None = None) -> FetchError:
    """An answer other than success; its body is not kept."""
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = "unknown status"
    return FetchError(
        f"{status} {phrase}",
        status=status,
        passing=status in PASSING_STATUSES,
        retry_after=retry_after,
    )


def cannot_connect(error: OSError) -> FetchError:
    """No connection: refused, unreachable, ..."""
    if isinstance(error, ssl.SSLError):
        return tls(error)
    known = error.errno in range(1, 200)  # others are not the system's
    reason = os.strerror(error.errno).lower() if known and error.errno else "no answer"
    passing = error.errno in PASSING_ERRORS
    return FetchError(f"cannot connect: {reason}", passing=passing)


def unknown_host(host: str | None) -> FetchError:
    """The name service has no address for it."""
    return FetchError(f"cannot find the host {host}")


def no_tunnel(status: int) -> FetchError:
    """The proxy does not connect to the host."""
    return FetchError(f"the proxy refuses a tunnel: {status}")


def check_tunnel(status: int) -> None:
    """Raise FetchError unless the proxy has connected us."""
    if status not in range(200, 300):
        raise no_tunnel(status)


def tls(error: BaseException) -> FetchError:
    """No secure connection."""
    reason = getattr(error, "verify_message", "") or getattr(error, "reason", "")
    words = str(reason or "handshake failed").replace("_", " ").lower()
    return FetchError(f"TLS: {words}")


def no_connection(seconds: float) -> FetchError:
    """There was no connection in time."""
    return FetchError(f"no connection within {seconds:g} s", passing=True)


def no_connection_in(left: float, options: Options) -> FetchError:
    """No connection in time, when so many seconds were left of the URL's total.

    Where less was left than a connection may take, the total limit ended the wait.
    """
    if left < options.connect_timeout:
        return unfinished(options.total_timeout)
    return no_connection(options.connect_timeout)


def silent(seconds: float) -> FetchError:
    """Waited for the next byte for too long."""
    return FetchError(f"nothing came for {seconds:g} s", passing=True)


def unfinished(seconds: float) -> FetchError:
    """The URL took too long as a whole."""
    return FetchError(f"not done within {seconds:g} s")


def lost(length: int | None = None, *, answered: bool = True) -> FetchError:
    """The connection ended before the body did, or before there was an answer."""
    what = "the end of the body" if length is None else f"all {length} bytes"
    what = what if answered else "an answer"
    return FetchError(f"the connection was lost before {what} came", passing=True)


def cut_head() -> FetchError:
    """The connection ended within the head of the answer."""
    return FetchError("the connection was lost in the head of the answer", passing=True)


def no_room(length: int) -> FetchError:
    """The file system cannot hold a body of the length it announces."""
    return FetchError(f"no room on the disk for its {length} bytes")


def too_large(most: int) -> FetchError:
    """The body is larger than is allowed, or does not end."""
    return FetchError(f"the body is over {most} bytes, which is the limit")


def not_http() -> FetchError:
    """What came is not an answer in HTTP/1."""
    return FetchError("the answer is not HTTP")


def bad_head(reason: str) -> FetchError:
    """The head of the answer cannot be relied on."""
    return FetchError(f"the head of the answer {reason}")


def bad_chunks() -> FetchError:
    """The body is not in chunks, as the head says it is."""
    return FetchError("the chunks of the body are broken")


def bad_encoding(reason: str) -> FetchError:
    """A compressed body cannot be decompressed, or should not be."""
    return FetchError(f"the compressed body {reason}")
