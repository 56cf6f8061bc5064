"""What workers ask for URLs: one session for all, whatever client is underneath.

The limits, the second try where a kept connection had ended, and what becomes of all
that when the session is closed in the middle are here; bytes are the client's.
"""

import time
from collections.abc import Callable
from functools import partial
from types import TracebackType
from typing import Any, Self

from asyncio_impl.connections.lean import Client as LeanClient
from asyncio_impl.connections.throttle import Throttle
from fetching.body import Body, body_of
from fetching.failure import FetchError, SessionClosedError
from fetching.options import Options
from fetching.retrying import retry_delay
from fetching.target import Target


class Watched:
    """Gives the chunks of a body that may grow too large, or is compressed."""

    def __init__(self, exchange: Any, body: Body) -> None:
        self.exchange = exchange
        self.body = body

    async def read(self) -> bytes | memoryview:
        """The next chunk to store, empty at the end; raises FetchError."""
        while chunk := await self.exchange.read():
            if stored := self.body.take(chunk):
                return stored
        return self.body.take(b"")


class Response:
    """An answer whose head has come and whose body is still to be read."""

    def __init__(self, session: "Session", exchange: Any, target: Target) -> None:
        self.session = session
        self.exchange = exchange
        self.target = target
        answer = exchange.answer
        self.status: int = answer.status
        self.location: str | None = answer.location
        self.redirected: bool = answer.location is not None and answer.redirected
        self.length: int | None = answer.length
        # The next chunk of the body, empty at its end; the next call may write over it.
        self.read: Any = exchange.read
        if body := body_of(answer, session.options):
            self.length, self.read = body.length, Watched(exchange, body).read

    @property
    def retry_after(self) -> float | None:
        """Seconds that the server asks to wait before the next attempt."""
        seconds: float | None = self.exchange.answer.wait_seconds(time.time())
        return seconds

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        session = self.session
        if surplus := session.client.release(self.exchange):
            await session.client.drop(surplus)
        if session.throttle.needed:
            await session.throttle.leave(self.target.host)
        if isinstance(error, FetchError):
            if session.closed:
                raise SessionClosedError from error
            error.status = error.status or self.status


def library_client(workers: int, options: Options) -> Any:
    """A client on a library, which is only loaded when one is asked for."""
    from asyncio_impl.connections.library import Client

    return Client(workers, options)


class Session:
    """Connections shared by the workers, at most one in use by each."""

    throttle_class = Throttle

    def __init__(
        self,
        workers: int,
        options: Options,
        client_class: Callable[[int, Options], Any] = library_client,
    ) -> None:
        self.options = options
        self.workers = workers
        self.client = client_class(workers, options)
        self.throttle = self.throttle_class(options)
        self.soon = self.throttle.soon
        self.closed = False

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
        await self.throttle.close()
        await self.client.close()

    def get(self, target: Target, deadline: float) -> Any:
        """Ask for a URL, until a moment of the monotonic clock.

        Gives a Response, as soon as its head has come; raises FetchError.
        """
        if self.throttle.needed:
            return self.ask_in_turn(target, deadline)
        return self.ask(target, deadline)

    async def ask_in_turn(self, target: Target, deadline: float) -> Response:
        """The same once there is a place at the host, and its moment has come."""
        await self.throttle.enter(target.host)
        try:
            return await self.ask(target, deadline)
        except BaseException:
            await self.throttle.leave(target.host)
            raise

    async def ask(self, target: Target, deadline: float) -> Response:
        """Send a request and wait for the head of its answer.

        A connection that was idle may have ended, or be about to: that says nothing
        of this URL, which is asked for on another.
        """
        others = self.workers + 1  # connections that may have been idle
        while True:
            if self.closed:
                raise SessionClosedError
            try:
                exchange = await self.client.ask(target, deadline)
            except FetchError as error:
                if self.closed:
                    raise SessionClosedError from error
                if not (error.stale and others):
                    raise
                others -= 1
                continue
            if exchange.answer.status == 408 and exchange.reused and others:
                await self.release(exchange)
                others -= 1
                continue
            try:
                return Response(self, exchange, target)
            except FetchError as error:
                error.status = exchange.answer.status
                await self.release(exchange)
                raise

    async def release(self, exchange: Any) -> None:
        """Give back what a request has used."""
        if surplus := self.client.release(exchange):
            await self.client.drop(surplus)

    def retry_delay(
        self, error: FetchError, failures: int, left_seconds: float
    ) -> float | None:
        """Seconds until a failed URL is asked for again; None: it is not."""
        return retry_delay(error, failures, left_seconds, self.options)

    async def pause(self, seconds: float) -> None:
        """Wait before a retry; raises SessionClosedError."""
        await self.throttle.pause(seconds)


LeanSession = partial(Session, client_class=LeanClient)
