"""The reasons why a URL could not be fetched, in the same words for all forms."""

import errno
import os
from http import HTTPStatus

from fetching.options import Options

PASSING_STATUSES = {408, 425, 429, 502, 503, 504}
PASSING_ERRORS = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ECONNREFUSED}
PASSING_ERRORS |= {errno.ECONNRESET, errno.ECONNABORTED, errno.ETIMEDOUT}


class FetchError(Exception):
    """A URL could not be fetched; the text says why.

    If `passing` is true, a retry may succeed.  `retry_after` is the wait in seconds
    that the server requests, or None.
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
        # Whether the request failed because its connection had ended while it was idle.
        # Such a failure says nothing about the URL, so the request is sent again.
        self.stale = False


class SessionClosedError(Exception):
    """The session was closed during a request; the result of the URL is unknown."""


def bad_url(reason: str) -> FetchError:
    """The text is not a URL that can be requested."""
    return FetchError(f"not a URL: {reason}")


def bad_status(status: int, retry_after: float | None = None) -> FetchError:
    """The status of the answer is not 200 to 299; its body is not stored."""
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
    """No connection was made: refused, unreachable and so on."""
    import ssl  # slow to import, seldom used

    if isinstance(error, ssl.SSLError):
        return tls(error)
    known = error.errno in range(1, 200)  # other numbers are not errno values
    reason = os.strerror(error.errno).lower() if known and error.errno else "no answer"
    passing = error.errno in PASSING_ERRORS
    return FetchError(f"cannot connect: {reason}", passing=passing)


def unknown_host(host: str | None) -> FetchError:
    """The name service has no address for the host."""
    return FetchError(f"cannot find the host {host}")


def no_tunnel(status: int) -> FetchError:
    """The proxy refuses to connect to the host."""
    return FetchError(f"the proxy refuses a tunnel: {status}")


def check_tunnel(status: int) -> None:
    """Raise FetchError if the proxy has not connected to the host."""
    if status not in range(200, 300):
        raise no_tunnel(status)


def tls(error: BaseException) -> FetchError:
    """No TLS connection was made."""
    reason = getattr(error, "verify_message", "") or getattr(error, "reason", "")
    words = str(reason or "handshake failed").replace("_", " ").lower()
    return FetchError(f"TLS: {words}")


def no_connection(seconds: float) -> FetchError:
    """No connection was made in time."""
    return FetchError(f"no connection within {seconds:g} s", passing=True)


def no_connection_in(left: float, options: Options) -> FetchError:
    """No connection was made in time.

    `left` is what was left of the URL's total time when the wait began.  If that was
    less than the time limit to connect, the total limit ended the wait, and is named.
    """
    if left < options.connect_timeout:
        return unfinished(options.total_timeout)
    return no_connection(options.connect_timeout)


def silent(seconds: float) -> FetchError:
    """No byte arrived for too long."""
    return FetchError(f"nothing came for {seconds:g} s", passing=True)


def unfinished(seconds: float) -> FetchError:
    """The URL took too long as a whole."""
    return FetchError(f"not done within {seconds:g} s")


def lost(length: int | None = None, *, answered: bool = True) -> FetchError:
    """The connection ended within the body, or before any byte of an answer came."""
    what = "the end of the body" if length is None else f"all {length} bytes"
    what = what if answered else "an answer"
    return FetchError(f"the connection was lost before {what} came", passing=True)


def cut_head() -> FetchError:
    """The connection ended in the middle of the head of the answer."""
    return FetchError("the connection was lost in the head of the answer", passing=True)


def no_room(length: int) -> FetchError:
    """The file system has no room for a body of this length."""
    return FetchError(f"no room on the disk for its {length} bytes")


def too_large(most: int) -> FetchError:
    """The body is larger than the limit, or does not end."""
    return FetchError(f"the body is over {most} bytes, which is the limit")


def not_http() -> FetchError:
    """The received bytes are not an answer in HTTP/1."""
    return FetchError("the answer is not HTTP")


def bad_head(reason: str) -> FetchError:
    """The head of the answer is invalid or too large."""
    return FetchError(f"the head of the answer {reason}")


def bad_chunks() -> FetchError:
    """The head announces a body in chunks, but the chunks are broken."""
    return FetchError("the chunks of the body are broken")


def bad_encoding(reason: str) -> FetchError:
    """A compressed body is broken, unknown, or grows beyond the limit."""
    return FetchError(f"the compressed body {reason}")
