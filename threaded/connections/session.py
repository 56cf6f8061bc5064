"""Connections kept alive by urllib3, set up as its asyncio twin sets up aiohttp.

No cookies, no proxies, no decoding, no redirects of the library's own; the same header
fields, chunk size, and seconds of silence that end a wait.  A connection that is lost
before its answer begins may have ended while it was idle: we ask once more.
"""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import BadStatusLine, RemoteDisconnected
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit
from weakref import WeakSet

import urllib3
from urllib3 import exceptions

from fetching import failure
from fetching.failure import FetchError, SessionClosedError
from fetching.settings import CHUNK_BYTES, HEADERS, REDIRECTS


class Response:
    """An answer whose head has come and whose body is still to be read."""

    def __init__(self, response: urllib3.BaseHTTPResponse, session: "Session") -> None:
        self.session = session
        self.stream = response.stream(CHUNK_BYTES, decode_content=False)
        self.status = response.status
        self.length = response.length_remaining  # None: it ends when it ends
        self.location = response.headers.get("Location")
        self.received = 0  # bytes of the body

    @property
    def redirected(self) -> bool:
        return self.status in REDIRECTS and self.location is not None

    def read(self) -> bytes:
        """The next chunk of the body, empty at its end; raises FetchError."""
        chunk = next(self.stream, b"")
        if self.session.closed:  # what looks like the end of the body may be ours
            raise SessionClosedError
        self.received += len(chunk)
        if not chunk and self.length is not None and self.received < self.length:
            raise failure.lost(self.length)
        return chunk


class Session:
    """Connections shared by the workers, at most one in use by each."""

    def __init__(self, workers: int, timeout: float) -> None:
        self.timeout = timeout
        self.closed = False
        self.sockets = Sockets()
        self.pool = urllib3.PoolManager(
            num_pools=workers,
            headers=HEADERS,
            maxsize=workers,
            retries=False,
            ssl_context=ssl.create_default_context(),
            timeout=urllib3.Timeout(connect=timeout, read=timeout),
        )
        self.pool.pool_classes_by_scheme = {
            scheme: self.sockets.watched(pool)
            for scheme, pool in self.pool.pool_classes_by_scheme.items()
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End all connections now; a wait on one raises SessionClosedError."""
        self.closed = True
        self.sockets.shut_down()
        self.pool.clear()

    @contextmanager
    def get(self, url: str) -> Iterator[Response]:
        """Ask for a URL; raises FetchError, also for what goes wrong while reading."""
        received: Response | None = None
        try:
            if self.closed:
                raise SessionClosedError
            answer = self.ask(url)
            try:
                received = Response(answer, self)
                yield received
            finally:
                if answer.length_remaining == 0:  # the next request may follow
                    answer.release_conn()
                answer.close()
        except (exceptions.HTTPError, FetchError) as error:
            if self.closed:
                raise SessionClosedError from error
            raise self.translated(error, url, received) from error

    def ask(self, url: str) -> urllib3.BaseHTTPResponse:
        """Send a request and wait for the head of its answer."""
        try:
            return self.pool.request("GET", url, redirect=False, preload_content=False)
        except exceptions.ProtocolError:
            if self.closed:
                raise
        return self.pool.request("GET", url, redirect=False, preload_content=False)

    def translated(
        self, error: Exception, url: str, response: Response | None
    ) -> FetchError:
        """The library's error in our words, with the status if there was one."""
        failed = error if isinstance(error, FetchError) else self.named(error, url)
        if failed is None:
            length = response.length if response else None
            failed = failure.lost(length, answered=response is not None)
        failed.status = failed.status or (response.status if response else None)
        return failed

    def named(self, error: Exception, url: str) -> FetchError | None:
        """What the library calls by a name of its own; None: the connection ended."""
        cause = error.__cause__ or error.__context__
        match error:
            case exceptions.NameResolutionError():
                return failure.unknown_host(urlsplit(url).hostname)
            case exceptions.NewConnectionError() if isinstance(cause, OSError):
                return failure.cannot_connect(cause)
            case exceptions.TimeoutError():
                return failure.silent(self.timeout)
            case exceptions.SSLError():
                return failure.tls(error.args[0] if error.args else error)
            case exceptions.LocationValueError():
                return failure.bad_url(str(error))
        if isinstance(cause, BadStatusLine) and not isinstance(
            cause, RemoteDisconnected
        ):
            return failure.not_http()
        return None


class Sockets:
    """The open sockets, so that a thread which waits on one can be woken."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.open: WeakSet[socket.socket] = WeakSet()
        self.closed = False

    def add(self, connected: socket.socket) -> None:
        with self.lock:
            self.open.add(connected)
            if self.closed:
                shut_down(connected)

    def shut_down(self) -> None:
        with self.lock:
            self.closed = True
            for connected in self.open:
                shut_down(connected)

    def watched(self, pool: type[Any]) -> type[Any]:
        """The class of pool, with connections that are listed here."""

        def connect(connection: Any) -> None:
            pool.ConnectionCls.connect(connection)
            self.add(connection.sock)

        watched = type("Watched", (pool.ConnectionCls,), {"connect": connect})
        return type("WatchedPool", (pool,), {"ConnectionCls": watched})


def shut_down(connected: socket.socket) -> None:
    """Wake reads and writes on it; SSLSocket's own would unwrap it under them."""
    with suppress(OSError):  # it had ended by itself
        socket.socket.shutdown(connected, socket.SHUT_RDWR)
