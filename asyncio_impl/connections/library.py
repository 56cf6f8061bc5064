"""A client that sends requests through aiohttp; the threaded twin uses urllib3.

Both libraries only send, receive and keep connections: cookies, decoding, redirects and
retries are turned off.  Both have the same header fields, chunk size and limits.  All
received bytes pass a gate, so that both libraries read the same answers.
"""

import asyncio
import ssl
import time
from contextvars import ContextVar
from functools import cached_property
from typing import Any, cast

import aiohttp
from aiohttp.client_proto import ResponseHandler
from yarl import URL

from asyncio_impl.connections.connection import Idle
from asyncio_impl.connections.overdue import Overdue
from fetching import failure
from fetching.answer import Answer
from fetching.failure import FetchError
from fetching.gate import Gate
from fetching.options import CHUNK_BYTES, Options
from fetching.request import common_fields, own_fields, proxy_fields, proxy_for
from fetching.target import Target
from fetching.trust import tls_context

asked: ContextVar["Asked"] = ContextVar("asked")


class Asked:
    """The request of a task: its deadline, and the connection that carries it.

    aiohttp chooses the connection.  The connection then finds this object in `asked`,
    and sets `connection`.
    """

    def __init__(self, deadline: float) -> None:
        self.deadline = deadline
        self.connection: GatedConnection | None = None


class Exchange:
    """An answer whose head has arrived, on a connection of the library."""

    def __init__(
        self,
        response: aiohttp.ClientResponse,
        connection: "GatedConnection",
    ) -> None:
        self.response = response
        self.answer: Answer = connection.gate.answer
        self.reused = connection.uses > 1
        self.connection = connection

    async def read(self) -> bytes:
        """Return the next chunk of the body, empty at its end; raises FetchError."""
        try:
            content = self.response.content
            # `read_nowait` starts no coroutine.  For a small body it is enough.
            chunk = content.read_nowait(CHUNK_BYTES) or await content.read(CHUNK_BYTES)
        except aiohttp.ClientError as error:
            raise self.connection.failed or failure.lost(self.answer.length) from error
        if not chunk and not self.answer.complete:
            raise self.connection.failed or failure.lost(self.answer.length)
        return chunk


class Client:
    """Connections to any number of hosts; the library stores the idle ones."""

    def __init__(self, workers: int, options: Options) -> None:
        self.options = options
        self.fields = common_fields(options)  # the library adds them to each request
        connector = aiohttp.TCPConnector(limit=workers, use_dns_cache=True)
        loop = asyncio.get_running_loop()
        connector._factory = cast(Any, lambda: GatedConnection(loop, options))
        self.timeout = aiohttp.ClientTimeout(sock_connect=options.connect_timeout)
        self.session = aiohttp.ClientSession(
            auto_decompress=False,
            headers=self.fields,
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            read_bufsize=CHUNK_BYTES,
            timeout=self.timeout,
        )
        self.session._retry_connection = False  # our session decides about retries

    @cached_property
    def tls(self) -> ssl.SSLContext:
        return tls_context(self.options)

    async def ask(self, target: Target, deadline: float) -> Exchange:
        """Send a request and wait for the head of its answer; raises FetchError."""
        proxy = proxy_for(target, self.options) if self.options.proxies else None
        fields = own_fields(target, self.options, self.fields)
        fields_for_proxy = None
        if proxy and target.scheme == "http":
            fields |= proxy_fields(proxy)
        elif proxy:
            fields_for_proxy = proxy_fields(proxy)
        left = deadline - time.monotonic()
        carried = Asked(deadline)
        asked.set(carried)
        try:
            response = await self.session.get(
                URL(target.url, encoded=True),
                headers=fields,
                allow_redirects=False,
                ssl=self.tls if target.scheme == "https" else True,
                proxy=f"http://{proxy.authority}" if proxy else None,
                proxy_headers=fields_for_proxy,
                timeout=self.timeout_within(left),
            )
        except aiohttp.ClientError as error:
            raise self.named(error, carried.connection, target.host, left) from error
        assert carried.connection is not None
        return Exchange(response, carried.connection)

    def release(self, exchange: Exchange) -> None:
        """Keep the connection for the next request, if it can carry one."""
        if exchange.answer.complete and exchange.answer.reusable:
            # At the end of its body, a response closes itself and gives its connection
            # back.
            if not exchange.response.closed:
                exchange.response.release()
        else:
            exchange.response.close()

    async def close(self) -> None:
        """End all connections."""
        await self.session.close()

    def timeout_within(self, left: float) -> aiohttp.ClientTimeout:
        """The time limits to connect, if this many seconds are left for the URL."""
        if left >= self.options.connect_timeout:
            return self.timeout
        return aiohttp.ClientTimeout(sock_connect=max(left, 0.001))

    def named(
        self,
        error: Exception,
        connection: "GatedConnection | None",
        host: str,
        left: float,
    ) -> FetchError:
        """Return the FetchError that corresponds to an error of the library."""
        match error:
            case aiohttp.ClientConnectorDNSError():
                return failure.unknown_host(host)
            case aiohttp.ClientConnectorCertificateError():
                return failure.tls(error.certificate_error)
            case aiohttp.ClientConnectorError():
                return failure.cannot_connect(error.os_error)
            case aiohttp.ClientHttpProxyError():
                return failure.no_tunnel(error.status)
            case aiohttp.ServerTimeoutError():
                return failure.no_connection_in(left, self.options)
            case aiohttp.InvalidURL():
                return failure.bad_url(str(error))
        if connection is not None and connection.failed:
            return connection.failed
        return failure.lost(answered=False)


class GatedConnection(ResponseHandler):
    """A connection of the library whose bytes pass a gate."""

    def __init__(self, loop: asyncio.AbstractEventLoop, options: Options) -> None:
        super().__init__(loop)
        self.gate = Gate()
        self.uses = 0
        self.failed: FetchError | None = None
        self.overdue = Overdue(options, self.fail)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.idle = Idle(transport.get_extra_info("socket"))

    def set_response_params(self, **params: Any) -> None:
        """Prepare for a request; the library calls this just before it sends one."""
        carried = asked.get()
        carried.connection = self
        self.uses += 1
        self.gate = Gate()  # a reader may still use the old gate
        self.overdue.begin(carried.deadline)
        super().set_response_params(**params)

    def is_connected(self) -> bool:
        """Whether the connection can carry another request.

        It cannot if bytes or the end of input have arrived since the last answer.
        """
        if not super().is_connected() or not self.gate.answer.reusable:
            return False
        return not self.idle.readable()

    def resume_reading(self, resume_parser: bool = True) -> None:
        """If reading was paused, read from the connection again.

        The library calls this after most reads, even if reading was not paused.  Then
        the method of its own class would parse zero bytes, which only takes time.
        """
        if self._reading_paused:
            super().resume_reading(resume_parser)

    def data_received(self, data: bytes) -> None:
        answer = self.gate.answer
        if data and answer.complete:
            answer.reusable = False  # these bytes answer no request
            self.force_close()
            return
        self.overdue.seen = time.monotonic()
        try:
            admitted = self.gate.admit(data) if data else data
        except FetchError as error:
            self.fail(error)
            return
        self.overdue.waits = not answer.complete
        if admitted or not data:
            super().data_received(admitted)

    def connection_lost(self, exc: BaseException | None) -> None:
        if self.overdue.waits and not self.gate.answer.complete and not self.failed:
            try:
                if exc is not None:
                    raise self.lost()
                self.gate.admit(b"")
            except FetchError as error:
                error.stale = self.uses > 1 and not self.gate.answer.came
                self.set_failed(error)
        payload = self._payload
        super().connection_lost(exc)
        if self.failed and payload is not None:
            payload.set_exception(self.failed)
        self.overdue.close()

    def lost(self) -> FetchError:
        """The error for a connection that ended before its answer was complete."""
        answer = self.gate.answer
        if not answer.headed and answer.came:
            return failure.cut_head()
        return failure.lost(answer.length, answered=answer.headed)

    def set_failed(self, error: FetchError) -> None:
        self.failed = error
        self.set_exception(error)
        if self._payload is not None:
            self._payload.set_exception(error)

    def fail(self, error: FetchError) -> None:
        """Set the error for the task that waits, and end the connection."""
        self.set_failed(error)
        if self.transport is not None:
            self.transport.abort()
