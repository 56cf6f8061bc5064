"""Why a URL could not be fetched, in the same words whatever fetched it."""

import os
import ssl
from http import HTTPStatus


class FetchError(Exception):
    """A URL could not be fetched; the text says why.

    What is passing may go well when tried again: a connection that was lost.
    """

    def __init__(
        self, reason: str, *, status: int | None = None, passing: bool = False
    ) -> None:
        super().__init__(reason)
        self.status = status
        self.passing = passing


class SessionClosedError(Exception):
    """The session was closed in the middle: nothing is known of this URL."""


def bad_url(reason: str) -> FetchError:
    """Nothing that could be asked for."""
    return FetchError(f"not a URL: {reason}")


def bad_status(status: int) -> FetchError:
    """An answer other than success; its body is not kept."""
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = "unknown status"
    return FetchError(f"{status} {phrase}", status=status)


def cannot_connect(error: OSError) -> FetchError:
    """No connection: refused, unreachable, ..."""
    if isinstance(error, ssl.SSLError):
        return tls(error)
    known = error.errno in range(1, 200)  # others are not the system's
    reason = os.strerror(error.errno).lower() if known and error.errno else "no answer"
    return FetchError(f"cannot connect: {reason}")


def unknown_host(host: str | None) -> FetchError:
    """The name service has no address for it."""
    return FetchError(f"cannot find the host {host}")


def tls(error: BaseException) -> FetchError:
    """No secure connection."""
    reason = getattr(error, "verify_message", "") or getattr(error, "reason", "")
    words = str(reason or "handshake failed").replace("_", " ").lower()
    return FetchError(f"TLS: {words}")


def silent(seconds: float) -> FetchError:
    """Waited for the next byte, or for a connection, for too long."""
    return FetchError(f"nothing came for {seconds:g} s")


def lost(length: int | None = None, *, answered: bool = True) -> FetchError:
    """The connection ended before the body did, or before there was an answer."""
    what = "the end of the body" if length is None else f"all {length} bytes"
    what = what if answered else "an answer"
    return FetchError(f"the connection was lost before {what} came", passing=True)


def no_room(length: int) -> FetchError:
    """The file system cannot hold a body of the length it announces."""
    return FetchError(f"no room on the disk for its {length} bytes")


def not_http() -> FetchError:
    """What came is not an answer in HTTP/1."""
    return FetchError("the answer is not HTTP")
