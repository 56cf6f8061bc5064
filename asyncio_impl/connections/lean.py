"""The HTTP engine of the control pair: kept connections, and the parser llhttp.

A session uses it like the client on a library, and gets the same answers.  Both sides
of the control pair use this engine, so they differ only by the model.
"""

from collections import deque
from functools import cached_property
from typing import TYPE_CHECKING

from asyncio_impl.connections.connection import Connection
from fetching import failure
from fetching.options import Options
from fetching.request import Requests, proxy_for, tunnel_request
from fetching.target import Target
from fetching.trust import tls_context

if TYPE_CHECKING:
    import ssl  # loaded by `tls_context`, at the first https URL

Key = tuple[object, ...]


class Client:
    """Connections to many hosts; at most as many idle ones as there are workers."""

    connection_class = Connection

    def __init__(self, workers: int, options: Options) -> None:
        self.workers = workers
        self.options = options
        self.requests = Requests(options)
        self.opened: set[Connection] = set()
        self.idle: deque[Connection] = deque()
        self.closed = False

    @cached_property
    def tls(self) -> "ssl.SSLContext":
        return tls_context(self.options)

    async def ask(self, target: Target, deadline: float) -> Connection:
        """Send a request and wait for the head of its answer; raises FetchError."""
        proxy = proxy_for(target, self.options) if self.options.proxies else None
        key: Key = (target.scheme, target.host, target.port)
        if proxy:
            key = (*proxy.origin, key if target.scheme == "https" else None)
        connection = self.kept(key)
        while connection and not connection.is_fit():
            await self.drop(connection)
            connection = self.kept(key)
        if connection is None:
            connection = await self.open(target, proxy, key, deadline)
        try:
            await connection.begin(self.requests.of(target, proxy), deadline)
        except BaseException:
            await self.drop(connection)
            raise
        return connection

    def kept(self, key: Key) -> Connection | None:
        """Return the idle connection with this key that was used last, or None."""
        for _ in range(len(self.idle)):
            try:
                connection = self.idle.pop()
            except IndexError:  # another worker took it
                return None
            if connection.key == key:
                return connection
            self.idle.appendleft(connection)
        return None

    async def open(
        self, target: Target, proxy: Target | None, key: Key, deadline: float
    ) -> Connection:
        """Connect to a host, or to its proxy; raises FetchError."""
        tls = self.tls if target.scheme == "https" else None
        connection = await self.connection_class.open(
            proxy or target, None if proxy else tls, self.options, deadline
        )
        connection.key = key
        self.opened.add(connection)
        if self.closed:
            await connection.end()  # the session was closed while this connected
        try:
            if proxy and tls:
                request = tunnel_request(target, proxy)
                await connection.begin(request, deadline, b"CONNECT")
                failure.check_tunnel(connection.answer.status)
                await connection.start_tls(tls, target.host, deadline)
        except BaseException:
            await self.drop(connection)
            raise
        connection.uses = 0
        return connection

    def release(self, connection: Connection) -> Connection | None:
        """Keep the connection for the next request, if it can carry one.

        Returns a connection that the caller must drop, or None.
        """
        answer = connection.answer
        if not (answer.complete and answer.reusable) or self.closed:
            return connection
        connection.rest()
        self.idle.append(connection)
        return self.idle.popleft() if len(self.idle) > self.workers else None

    async def drop(self, connection: Connection) -> None:
        """Close a connection and forget it."""
        self.opened.discard(connection)
        await connection.close()

    async def close(self) -> None:
        """End all connections, also those on which a worker waits."""
        self.closed = True
        for connection in list(self.opened):
            await connection.end()
        while self.idle:
            await self.drop(self.idle.pop())
