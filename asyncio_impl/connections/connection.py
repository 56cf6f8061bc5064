"""One connection as an asyncio protocol; every failure is a FetchError."""

import asyncio
import select
import socket
import time
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Self, cast

from asyncio_impl.connections.overdue import Overdue
from fetching import failure
from fetching.answer import Answer
from fetching.buffers import buffer
from fetching.failure import FetchError
from fetching.options import Options
from fetching.target import Target

if TYPE_CHECKING:
    import ssl


class Connection(asyncio.BufferedProtocol):
    """Sends requests and receives answers, one at a time, within the time limits."""

    transport: asyncio.Transport

    def __init__(self, options: Options) -> None:
        self.options = options
        self.answer = Answer()
        self.key: tuple[object, ...] = ()  # says to which host this is connected
        self.uses = 0
        self.free = [buffer()]
        # received parts of a body of known length, which need no parser
        self.filled: deque[tuple[memoryview, int]] = deque()
        self.unread = 0  # bytes in `filled`
        # the buffer of the last chunk that `read` returned; the next call takes it back
        self.lent: memoryview | None = None
        self.paused = False
        self.failed: FetchError | None = None
        self.waiter: asyncio.Future[None] | None = None
        self.overdue = Overdue(options, self.fail)
        self.loop = asyncio.get_running_loop()

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
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(max(limit, 0.001)):
                _, connection = await loop.create_connection(
                    lambda: cls(options), target.host, target.port, ssl=tls
                )
        except OSError as error:
            raise named(error, target.host, options, left) from error
        return connection

    async def start_tls(
        self, tls: "ssl.SSLContext", host: str, deadline: float
    ) -> None:
        """Start TLS after a proxy has connected to the host; raises FetchError."""
        left = deadline - time.monotonic()
        limit = min(self.options.connect_timeout, left)
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(max(limit, 0.001)):
                transport = await loop.start_tls(
                    self.transport, self, tls, server_hostname=host
                )
        except OSError as error:
            raise named(error, host, self.options, left) from error
        assert transport
        self.transport = transport

    def begin(
        self, request: bytes, deadline: float, method: bytes = b"GET"
    ) -> asyncio.Future[None]:
        """Send a request and wait for the head of its answer; raises FetchError."""
        self.uses += 1
        self.answer.begin(method)
        self.overdue.begin(deadline)
        self.transport.write(request)
        return self.receive()

    async def read(self) -> bytes | memoryview:
        """Return the next chunk of the body, empty at its end; raises FetchError."""
        answer = self.answer
        if self.lent is not None:
            self.free.append(self.lent)
            self.lent = None
        while not (answer.chunks or answer.complete or self.filled):
            # The idle timeout begins now: the time before was the caller's.
            self.overdue.seen = time.monotonic()
            await self.receive()
        if answer.chunks or not self.filled:
            return answer.take()
        self.lent, count = self.filled.popleft()
        self.unread -= count
        answer.skip(count)
        return self.lent[:count]

    def receive(self) -> asyncio.Future[None]:
        """Wait until the head or more of the body has arrived; raises FetchError.

        This is a plain function that returns a future.  A coroutine function would be
        slower here: one more coroutine would be resumed for each answer.
        """
        if self.failed:
            raise self.failed
        if self.paused:
            self.paused = False
            self.transport.resume_reading()
        self.waiter = self.loop.create_future()
        return self.waiter

    @property
    def reused(self) -> bool:
        """Whether the connection has already carried an earlier request."""
        return self.uses > 1

    def rest(self) -> None:
        """Prepare for the time until the next request: no bytes are expected then."""
        self.overdue.waits = False
        if self.lent is not None:
            self.free.append(self.lent)
            self.lent = None

    def is_fit(self) -> bool:
        """Whether the connection can carry another request.

        It cannot if bytes or the end of input have arrived since the last answer.
        """
        if self.failed or self.transport.is_closing():
            return False
        return not self.idle.readable()

    async def close(self) -> None:
        """Close a connection that no worker uses."""
        self.overdue.close()
        self.transport.abort()

    async def end(self) -> None:
        """End the connection now; a wait of another worker raises FetchError."""
        self.fail(self.lost())

    def fail(self, error: FetchError) -> None:
        """End the connection; the worker that waits on it gets this error."""
        self.failed = self.failed or error
        self.transport.abort()
        self.wake()

    def wake(self) -> None:
        waiter = self.waiter
        if waiter is None or waiter.done():
            return
        if self.failed:
            waiter.set_exception(self.failed)
            # This marks the exception as read.  If the task is cancelled now and never
            # reads it, asyncio logs no warning.
            waiter.exception()
        else:
            waiter.set_result(None)

    def lost(self) -> FetchError:
        """The error for a connection that ended before its answer was complete."""
        answer = self.answer
        if not answer.headed and answer.came:
            return failure.cut_head()
        error = failure.lost(answer.length, answered=answer.headed)
        error.stale = self.reused and not answer.came
        return error

    # The methods that the transport calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        self.idle = Idle(transport.get_extra_info("socket"))

    def get_buffer(self, sizehint: int) -> memoryview:
        if not self.free:
            self.free.append(buffer())  # the others are in `filled` or `lent`
        left = self.answer.left
        if left and left != self.unread:
            return self.free[-1][: left - self.unread]
        return self.free[-1]

    def buffer_updated(self, count: int) -> None:
        answer = self.answer
        if answer.complete or not self.overdue.waits:
            self.failed = self.lost()  # these bytes answer no request
            answer.reusable = False
            self.transport.abort()
            return
        is_behind = answer.chunks or self.filled or self.lent is not None
        if answer.left and not answer.chunks:  # no parser needed
            self.filled.append((self.free.pop(), count))
            self.unread += count
            # If the body is whole now, further bytes are not part of it: stop reading.
            is_behind = is_behind or self.unread == answer.left
        else:
            try:
                answer.feed(self.free[-1][:count])
            except FetchError as error:
                self.fail(error)
                return
        if not answer.complete:
            self.overdue.seen = time.monotonic()
            if is_behind:
                self.paused = True  # until `read` catches up
                self.transport.pause_reading()
            if not answer.headed:
                return  # an interim answer or a part of the head
        self.wake()

    def connection_lost(self, error: Exception | None) -> None:
        answer = self.answer
        if not self.failed and not answer.complete and self.overdue.waits:
            if error is None:
                try:
                    answer.end()
                except FetchError as ended:
                    ended.stale = self.reused and not answer.came
                    self.failed = ended
            else:
                self.failed = self.lost()
        self.overdue.close()
        self.wake()


class Idle:
    """Tells whether a socket has bytes, or is at its end, before the loop sees this."""

    def __init__(self, connected: Any) -> None:
        self.socket = connected
        self.poll = select.poll() if hasattr(select, "poll") else None
        self.readable: Callable[[], object] = self.select  # true for bytes or an end
        if self.poll:
            if self.socket:
                self.poll.register(self.socket.fileno(), select.POLLIN)
            self.readable = partial(self.poll.poll, 0)

    def select(self) -> bool:
        return bool(self.socket and select.select([self.socket], [], [], 0)[0])


def named(error: OSError, host: str, options: Options, left: float) -> FetchError:
    """The FetchError that says why there is no connection.

    `left` is the time in seconds that the URL had left when the wait began.
    """
    if isinstance(error, socket.gaierror):
        return failure.unknown_host(host)
    if isinstance(error, TimeoutError):
        return failure.no_connection_in(left, options)
    return failure.cannot_connect(error)
