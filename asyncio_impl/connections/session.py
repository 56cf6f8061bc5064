"""Connections kept alive by aiohttp, set up as its threaded twin sets up urllib3.

No cookies, no proxies, no decoding, no redirects of the library's own; the same header
fields, chunk size, and seconds of silence that end a wait.  A connection that is lost
before its answer begins may have ended while it was idle: aiohttp asks once more.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

import aiohttp
from aiohttp.connector import Connection
from yarl import URL

from fetching import failure
from fetching.failure import FetchError, SessionClosedError
from fetching.settings import CHUNK_BYTES, HEADERS, REDIRECTS


class Answer(aiohttp.ClientResponse):
    """An answer that remembers its connection: how that ended matters to the body."""

    ended: asyncio.Future[None] | None = None

    async def start(self, connection: Connection) -> Self:
        protocol = connection.protocol
        if protocol is not None and (ended := protocol.closed) is not None:
            ended.remove_done_callback(look_at)
            ended.add_done_callback(look_at)
            self.ended = ended
        await super().start(connection)
        return self

    @property
    def reset(self) -> bool:
        """Whether the connection was reset; for the library the body just ends."""
        return bool(self.ended and self.ended.done() and self.ended.exception())


def look_at(ended: asyncio.Future[None]) -> None:
    """Retrieve the exception of a future, or the loop would complain of it."""
    if not ended.cancelled():
        ended.exception()


class Response:
    """An answer whose head has come and whose body is still to be read."""

    def __init__(self, response: Answer, session: "Session") -> None:
        self.session = session
        self.response = response
        self.status = response.status
        self.length = response.content_length  # None: it ends when it ends
        self.location = response.headers.get("Location")
        self.received = 0  # bytes of the body

    @property
    def redirected(self) -> bool:
        return self.status in REDIRECTS and self.location is not None

    async def read(self) -> bytes:
        """The next chunk of the body, empty at its end; raises FetchError."""
        chunk = await self.response.content.read(CHUNK_BYTES)
        if self.session.closed:  # what looks like the end of the body may be ours
            raise SessionClosedError
        self.received += len(chunk)
        cut_off = (
            self.response.reset if self.length is None else self.received < self.length
        )
        if not chunk and cut_off:
            raise failure.lost(self.length)
        return chunk


class Session:
    """Connections shared by the workers, at most one in use by each."""

    def __init__(self, workers: int, timeout: float) -> None:
        self.timeout = timeout
        self.closed = False
        self.session = aiohttp.ClientSession(
            auto_decompress=False,
            connector=aiohttp.TCPConnector(
                limit=workers, ssl=ssl.create_default_context()
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers=HEADERS,
            read_bufsize=CHUNK_BYTES,
            response_class=Answer,
            timeout=aiohttp.ClientTimeout(sock_connect=timeout, sock_read=timeout),
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """End all connections now; a wait on one raises SessionClosedError."""
        self.closed = True
        await self.session.close()

    @asynccontextmanager
    async def get(self, url: str) -> AsyncIterator[Response]:
        """Ask for a URL; raises FetchError, also for what goes wrong while reading."""
        received: Response | None = None
        try:
            if self.closed:
                raise SessionClosedError
            async with self.session.get(
                URL(url, encoded=True), allow_redirects=False
            ) as answer:
                assert isinstance(answer, Answer)
                received = Response(answer, self)
                yield received
        except (aiohttp.ClientError, FetchError) as error:
            if self.closed:
                raise SessionClosedError from error
            raise self.translated(error, url, received) from error

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
        match error:
            case aiohttp.ClientConnectorDNSError():
                return failure.unknown_host(urlsplit(url).hostname)
            case aiohttp.ClientConnectorCertificateError():
                return failure.tls(error.certificate_error)
            case aiohttp.ClientConnectorError():
                return failure.cannot_connect(error.os_error)
            case aiohttp.ServerTimeoutError():
                return failure.silent(self.timeout)
            case aiohttp.InvalidURL():
                return failure.bad_url(str(error))
            case aiohttp.ClientResponseError():
                return failure.not_http()
        return None
