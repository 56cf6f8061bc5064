"""Keep-alive connections with llhttp and nothing else: the engine of the control pair.

It looks like the session of a client library and gives the same answers, so that what
differs between two models on it is the model.
"""

import ssl
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import cached_property
from types import TracebackType
from typing import Self
from urllib.parse import SplitResult, urlsplit

from asyncio_impl.connections.connection import Connection
from fetching import failure
from fetching.answer import Answer
from fetching.failure import FetchError, SessionClosedError
from fetching.settings import HEADERS, REDIRECTS

Address = tuple[str, str, int]
FIELDS = "".join(f"{name}: {value}\r\n" for name, value in HEADERS.items())


class Response(Answer):
    """An answer on a connection: its head has come, its body is still to be read."""

    def __init__(self, connection: Connection) -> None:
        super().__init__()
        self.connection = connection

    @property
    def redirected(self) -> bool:
        return self.status in REDIRECTS and self.location is not None

    async def read_head(self) -> None:
        """Wait for status and header fields; raises FetchError."""
        while not self.headed:
            await self.receive()

    async def read(self) -> bytes:
        """The next chunk of the body, empty at its end; raises FetchError."""
        while not (self.chunks or self.complete):
            await self.receive()
        return self.take()

    async def receive(self) -> None:
        """Wait for the next bytes; raises FetchError."""
        try:
            self.feed(await self.connection.receive())
        except ConnectionError as error:
            raise failure.lost(self.length, answered=self.headed) from error


class Session:
    """Connections shared by the workers, at most one in use by each."""

    connection_class = Connection

    def __init__(self, workers: int, timeout: float) -> None:
        self.timeout = timeout
        self.closed = False
        self.opened: set[Connection] = set()
        self.idle: dict[Address, deque[Connection]] = {}

    @cached_property
    def tls(self) -> ssl.SSLContext:
        return ssl.create_default_context()

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
        for connection in list(self.opened):
            await connection.end()
        for idle in list(self.idle.values()):
            while idle:
                await self.drop(idle.pop())

    @asynccontextmanager
    async def get(self, url: str) -> AsyncIterator[Response]:
        """Ask for a URL; raises FetchError, also for what goes wrong while reading."""
        if self.closed:
            raise SessionClosedError
        parts = urlsplit(url)
        address = address_of(parts)
        response: Response | None = None
        try:
            response = await self.ask(address, request_of(parts))
            yield response
        except FetchError as error:
            if self.closed:
                raise SessionClosedError from error
            error.status = error.status or (response.status if response else None)
            raise
        finally:
            if response:
                await self.leave(response, address)

    async def ask(self, address: Address, request: bytes) -> Response:
        """Send a request and wait for the head of its answer."""
        connection = await self.connection(address)
        try:
            return await self.begin(connection, request)
        except FetchError as error:
            if self.closed or not error.passing:
                raise
        # It may have ended while it was idle, which is not the fault of this URL.
        return await self.begin(await self.open(address), request)

    async def connection(self, address: Address) -> Connection:
        """An idle connection to a host, or else a new one."""
        with suppress(KeyError, IndexError):
            return self.idle[address].pop()
        return await self.open(address)

    async def open(self, address: Address) -> Connection:
        """Connect to a host."""
        scheme, host, port = address
        tls = self.tls if scheme == "https" else None
        connection = await self.connection_class.open(host, port, tls, self.timeout)
        self.opened.add(connection)
        if self.closed:
            await connection.end()  # it was opened too late to be ended with the others
        return connection

    async def begin(self, connection: Connection, request: bytes) -> Response:
        """Send a request over a connection and wait for the head of its answer."""
        response = Response(connection)
        try:
            await connection.send(request)
            await response.read_head()
        except BaseException:
            await self.drop(connection)
            raise
        return response

    async def leave(self, response: Response, address: Address) -> None:
        """Keep the connection for the next request, if it is fit for one."""
        if response.complete and response.reusable and not self.closed:
            self.idle.setdefault(address, deque()).append(response.connection)
        else:
            await self.drop(response.connection)

    async def drop(self, connection: Connection) -> None:
        """Forget a connection."""
        self.opened.discard(connection)
        await connection.close()


def address_of(url: SplitResult) -> Address:
    """Scheme, host and port of a URL that has been checked."""
    assert url.hostname
    return url.scheme, url.hostname, url.port or (443 if url.scheme == "https" else 80)


def request_of(url: SplitResult) -> bytes:
    """A GET as it goes over the wire."""
    target = url.path + (f"?{url.query}" if url.query else "")
    return f"GET {target} HTTP/1.1\r\nHost: {url.netloc}\r\n{FIELDS}\r\n".encode(
        "ascii"
    )
