"""One connection over anyio's streams; every failure is a FetchError."""

import time
from typing import TYPE_CHECKING, Self

import anyio
from anyio.abc import ByteStream, SocketAttribute
from anyio.streams.tls import TLSStream

from asyncio_impl.connections.connection import Idle, named
from fetching import failure
from fetching.answer import Answer
from fetching.failure import FetchError
from fetching.options import CHUNK_BYTES, Options
from fetching.target import Target

GONE = (anyio.BrokenResourceError, anyio.ClosedResourceError, OSError)

if TYPE_CHECKING:
    import ssl


class Connection:
    """Sends requests and receives answers, one at a time, within the time limits."""

    def __init__(self, stream: ByteStream, options: Options) -> None:
        self.stream = stream
        self.options = options
        self.answer = Answer()
        self.key: tuple[object, ...] = ()  # says to which host this is connected
        self.uses = 0
        self.deadline = 0.0
        self.ended = False
        self.idle = Idle(stream.extra(SocketAttribute.raw_socket))

    @classmethod
    async def open(
        cls,
        target: Target,
        tls: "ssl.SSLContext | None",
        options: Options,
        deadline: float,
    ) -> Self:
        """Connect; raises FetchError."""
        left = deadline - time.monotonic()
        limit = min(options.connect_timeout, left)
        try:
            with anyio.fail_after(max(limit, 0.001)):
                stream = await anyio.connect_tcp(target.host, target.port)
                connection = cls(stream, options)
                if tls:
                    await connection.wrap(tls, target.host)
        except anyio.EndOfStream as error:
            raise failure.tls(error) from error
        except GONE as error:
            raise named(first_cause(error), target.host, options, left) from error
        return connection

    async def wrap(self, tls: "ssl.SSLContext", host: str) -> None:
        try:
            self.stream = await TLSStream.wrap(
                self.stream,
                hostname=host,
                ssl_context=tls,
                standard_compatible=False,
            )
        except BaseException:
            await anyio.aclose_forcefully(self.stream)
            raise

    async def start_tls(
        self, tls: "ssl.SSLContext", host: str, deadline: float
    ) -> None:
        """Start TLS after a proxy has connected to the host; raises FetchError."""
        left = deadline - time.monotonic()
        limit = min(self.options.connect_timeout, left)
        try:
            with anyio.fail_after(max(limit, 0.001)):
                await self.wrap(tls, host)
        except anyio.EndOfStream as error:
            raise failure.tls(error) from error
        except GONE as error:
            raise named(first_cause(error), host, self.options, left) from error

    async def begin(
        self, request: bytes, deadline: float, method: bytes = b"GET"
    ) -> None:
        """Send a request and wait for the head of its answer; raises FetchError."""
        self.uses += 1
        self.deadline = deadline
        self.answer.begin(method)
        try:
            with anyio.fail_after(self.options.idle_timeout):
                await self.stream.send(request)
        except TimeoutError as error:
            raise failure.silent(self.options.idle_timeout) from error
        except GONE as error:
            raise self.lost() from error
        while not self.answer.headed:
            await self.receive()

    async def read(self) -> bytes | memoryview:
        """Return the next chunk of the body, empty at its end; raises FetchError."""
        answer = self.answer
        if not answer.chunks and answer.left:  # a body of known length: no parser
            chunk = await self.fill(min(answer.left, CHUNK_BYTES))
            if not chunk:
                raise self.lost()
            answer.skip(len(chunk))
            return chunk
        while not (answer.chunks or answer.complete):
            await self.receive()
        return answer.take()

    async def receive(self) -> None:
        """Wait for the next bytes, and pass them to the parser."""
        chunk = await self.fill(CHUNK_BYTES)
        if not chunk and self.ended:
            raise self.lost()  # the session was closed: see `end`
        try:
            self.answer.feed(chunk)
        except FetchError as error:
            error.stale = self.reused and not self.answer.came
            raise

    async def fill(self, most: int) -> bytes:
        """Receive the next bytes, b"" at the end of input."""
        left = self.deadline - time.monotonic()
        try:
            with anyio.fail_after(max(0.001, min(left, self.options.idle_timeout))):
                return await self.stream.receive(most)
        except TimeoutError as error:
            if time.monotonic() >= self.deadline:
                raise failure.unfinished(self.options.total_timeout) from error
            raise failure.silent(self.options.idle_timeout) from error
        except anyio.EndOfStream:
            return b""
        except GONE as error:
            raise self.lost() from error

    def lost(self) -> FetchError:
        """The error for a connection that ended before its answer was complete."""
        answer = self.answer
        if not answer.headed and answer.came:
            return failure.cut_head()
        error = failure.lost(answer.length, answered=answer.headed)
        error.stale = self.reused and not answer.came
        return error

    @property
    def reused(self) -> bool:
        """Whether the connection has already carried an earlier request."""
        return self.uses > 1

    def rest(self) -> None:
        """Prepare for the time until the next request: no bytes are expected then."""

    def is_fit(self) -> bool:
        """Whether the connection can carry another request.

        It cannot if bytes or the end of input have arrived since the last answer.
        """
        if self.ended:
            return False
        return not self.idle.readable()

    async def close(self) -> None:
        """Close a connection that no worker uses."""
        await anyio.aclose_forcefully(self.stream)

    async def end(self) -> None:
        """End the connection now; a wait of another worker raises FetchError."""
        self.ended = True
        await anyio.aclose_forcefully(self.stream)


def first_cause(error: BaseException) -> OSError:
    """Return the system's error behind an error of anyio.

    If a host has several addresses, this is the error for the first one.
    """
    cause = error.__cause__
    while isinstance(cause, BaseExceptionGroup):
        cause = cause.exceptions[0]
    if isinstance(cause, OSError):
        return cause
    return error if isinstance(error, OSError) else ConnectionResetError()
