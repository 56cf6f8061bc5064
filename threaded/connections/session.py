"""The session that all workers share to request URLs; it uses one of two clients.

The client sends and receives the bytes: through a library, or with an engine of our own
(`lean`).  The session applies the limits.  It repeats a request whose connection ended
while it was idle.  A session can be closed while requests are in progress.
"""

import time
from collections.abc import Callable
from functools import partial
from types import TracebackType
from typing import Any, Self

from fetching.body import Body, body_of
from fetching.failure import FetchError, SessionClosedError
from fetching.options import Options
from fetching.retrying import retry_delay
from fetching.target import Target
from threaded.connections.lean import Client as LeanClient
from threaded.connections.throttle import Throttle


class Watched:
    """Reads a body that must be checked: its length is unknown, or it is compressed."""

    def __init__(self, exchange: Any, body: Body) -> None:
        self.exchange = exchange
        self.body = body

    def read(self) -> bytes | memoryview:
        """Return the next chunk to store, empty at the end; raises FetchError."""
        while chunk := self.exchange.read():
            if stored := self.body.take(chunk):
                return stored
        return self.body.take(b"")


class Response:
    """An answer whose head has arrived and whose body is still to be read."""

    def __init__(self, session: "Session", exchange: Any, target: Target) -> None:
        self.session = session
        self.exchange = exchange
        self.target = target
        answer = exchange.answer
        self.status: int = answer.status
        self.location: str | None = answer.location
        self.redirected: bool = answer.location is not None and answer.redirected
        self.length: int | None = answer.length
        # Returns the next chunk, empty at the end.  The next call may overwrite it.
        self.read: Any = exchange.read
        if body := body_of(answer, session.options):
            self.length, self.read = body.length, Watched(exchange, body).read

    @property
    def retry_after(self) -> float | None:
        """The seconds to wait before the next attempt, as the server requests."""
        seconds: float | None = self.exchange.answer.wait_seconds(time.time())
        return seconds

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        session = self.session
        if surplus := session.client.release(self.exchange):
            session.client.drop(surplus)
        if session.throttle.needed:
            session.throttle.leave(self.target.host)
        if isinstance(error, FetchError):
            if session.closed:
                raise SessionClosedError from error
            error.status = error.status or self.status


def library_client(workers: int, options: Options) -> Any:
    """Make the client that uses a library, which is imported only here."""
    from threaded.connections.library import Client

    return Client(workers, options)


class Session:
    """The connections that the workers share; a worker uses at most one at a time."""

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
        """End all connections now; a request in progress raises SessionClosedError."""
        self.closed = True
        self.throttle.close()
        self.client.close()

    def get(self, target: Target, deadline: float) -> Any:
        """Request a URL; the deadline is a time of the monotonic clock.

        Returns a Response as soon as its head has arrived; raises FetchError.
        """
        if self.throttle.needed:
            return self.ask_in_turn(target, deadline)
        return self.ask(target, deadline)

    def ask_in_turn(self, target: Target, deadline: float) -> Response:
        """Request a URL once the limits of its host and of the rate allow it."""
        self.throttle.enter(target.host)
        try:
            return self.ask(target, deadline)
        except BaseException:
            self.throttle.leave(target.host)
            raise

    def ask(self, target: Target, deadline: float) -> Response:
        """Send a request and wait for the head of its answer.

        A kept connection may end while it is idle.  Then the next request on it fails,
        or gets an answer with status 408.  This says nothing about the URL.  So the
        request is sent again, on another connection.
        """
        # How often this request may be repeated: there are at most as many idle
        # connections as workers.
        others = self.workers + 1
        while True:
            if self.closed:
                raise SessionClosedError
            try:
                exchange = self.client.ask(target, deadline)
            except FetchError as error:
                if self.closed:
                    raise SessionClosedError from error
                if not (error.stale and others):
                    raise
                others -= 1
                continue
            if exchange.answer.status == 408 and exchange.reused and others:
                self.release(exchange)
                others -= 1
                continue
            try:
                return Response(self, exchange, target)
            except FetchError as error:
                error.status = exchange.answer.status
                self.release(exchange)
                raise

    def release(self, exchange: Any) -> None:
        """Let the client keep the connection of a request, or close it."""
        if surplus := self.client.release(exchange):
            self.client.drop(surplus)

    def retry_delay(
        self, error: FetchError, failures: int, left_seconds: float
    ) -> float | None:
        """Return the seconds until a failed URL is requested again; None: not again."""
        return retry_delay(error, failures, left_seconds, self.options)

    def pause(self, seconds: float) -> None:
        """Wait before a retry; raises SessionClosedError."""
        self.throttle.pause(seconds)


LeanSession = partial(Session, client_class=LeanClient)
