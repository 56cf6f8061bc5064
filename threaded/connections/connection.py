"""One connection over a blocking socket; every failure is a FetchError."""

import select
import socket
import struct
import sys
import time
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Self

from fetching import failure
from fetching.answer import Answer
from fetching.buffers import buffer
from fetching.failure import FetchError
from fetching.options import WHOLE_BYTES, Options
from fetching.pipe import Pipe, open_pipe
from fetching.target import Target

if TYPE_CHECKING:
    import ssl

TIMEVAL = struct.Struct("ll") if sys.platform in ("linux", "darwin") else None


class Connection:
    """Sends requests and receives answers, one at a time, within the time limits."""

    def __init__(self, stream: socket.socket, options: Options) -> None:
        self.stream = stream
        self.options = options
        self.answer = Answer()
        self.view = buffer()
        self.key: tuple[object, ...] = ()  # says to which host this is connected
        self.uses = 0
        self.deadline = 0.0
        self.ended = False
        self.encrypted = False
        self.watch_idle()

    @classmethod
    def open(
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
            stream = socket.create_connection(
                (target.host, target.port), timeout=max(limit, 0.001)
            )
            stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection = cls(stream, options)
            if tls:
                connection.wrap(tls, target.host)
        except OSError as error:
            raise named(error, target.host, options, left) from error
        connection.limit(options.idle_timeout)
        return connection

    def wrap(self, tls: "ssl.SSLContext", host: str) -> None:
        try:
            self.stream = tls.wrap_socket(self.stream, server_hostname=host)
        except BaseException:
            self.stream.close()
            raise
        self.encrypted = True
        self.watch_idle()

    def watch_idle(self) -> None:
        self.poll = select.poll() if hasattr(select, "poll") else None
        if self.poll:
            self.poll.register(self.stream, select.POLLIN)

    def start_tls(self, tls: "ssl.SSLContext", host: str, deadline: float) -> None:
        """Start TLS after a proxy has connected to the host; raises FetchError."""
        left = deadline - time.monotonic()
        limit = min(self.options.connect_timeout, left)
        self.stream.settimeout(max(limit, 0.001))
        try:
            self.wrap(tls, host)
        except OSError as error:
            raise named(error, host, self.options, left) from error
        self.limit(self.options.idle_timeout)

    def limit(self, seconds: float) -> None:
        """Set the longest time that one wait for bytes may last.

        Where possible, the system measures this time (SO_RCVTIMEO).  With a timeout of
        Python's sockets, each read would be two system calls: the first one waits.
        Another thread could take the interpreter lock between the two.
        """
        if TIMEVAL is None or self.encrypted:
            self.stream.settimeout(seconds)
            return
        self.stream.setblocking(True)
        value = TIMEVAL.pack(int(seconds), int(seconds % 1 * 1e6))
        self.stream.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, value)
        self.stream.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, value)

    def begin(self, request: bytes, deadline: float, method: bytes = b"GET") -> None:
        """Send a request and wait for the head of its answer; raises FetchError."""
        self.uses += 1
        self.deadline = deadline
        self.answer.begin(method)
        try:
            self.stream.sendall(request)
        except OSError as error:
            raise self.lost() from error
        while not self.answer.headed:
            self.receive()

    def read(self) -> bytes | memoryview | Pipe:
        """Return the next chunk of the body, empty at its end; raises FetchError.

        If a body is over WHOLE_BYTES and not compressed, its chunks may be in a pipe.
        """
        answer = self.answer
        if not answer.chunks and answer.left:  # a body of known length: no parser
            is_large = (answer.length or 0) > WHOLE_BYTES and not answer.encoding
            pipe = self.pipe if is_large else None
            count = self.fill(min(answer.left, len(self.view)), pipe)
            if not count:
                raise self.lost()
            answer.skip(count)
            return self.view[:count] if pipe is None else pipe
        while not (answer.chunks or answer.complete):
            self.receive()
        return answer.take()

    def receive(self) -> None:
        """Wait for the next bytes, and pass them to the parser."""
        count = self.fill(len(self.view))
        if not count and self.ended:
            raise self.lost()  # the session was closed: see `end`
        try:
            self.answer.feed(self.view[:count])
        except FetchError as error:
            error.stale = self.reused and not self.answer.came
            raise

    @cached_property
    def pipe(self) -> Pipe | None:
        """The pipe for large bodies; None if they must be received in the buffer."""
        return None if self.encrypted else open_pipe()

    def fill(self, most: int, pipe: Pipe | None = None) -> int:
        """Receive into the buffer or into a pipe.

        Returns how many bytes were received, 0 at the end of input.
        """
        left = self.deadline - time.monotonic()
        if left < self.options.idle_timeout:
            self.limit(max(left, 0.001))
        try:
            if pipe is not None:
                return pipe.fill(self.stream.fileno(), most)
            return self.stream.recv_into(self.view, most)
        except (TimeoutError, BlockingIOError) as error:
            if time.monotonic() >= self.deadline:
                raise failure.unfinished(self.options.total_timeout) from error
            raise failure.silent(self.options.idle_timeout) from error
        except OSError as error:
            raise self.lost() from error
        finally:
            if left < self.options.idle_timeout:
                self.limit(self.options.idle_timeout)

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
        if self.poll:
            return not self.poll.poll(0)
        return not select.select([self.stream], [], [], 0)[0]

    def close(self) -> None:
        """Close a connection that no worker uses."""
        self.stream.close()
        if (pipe := self.__dict__.pop("pipe", None)) is not None:
            pipe.close()

    def end(self) -> None:
        """End the connection now; a wait of another worker raises FetchError."""
        self.ended = True
        with suppress(OSError):  # the connection has already ended
            socket.socket.shutdown(self.stream, socket.SHUT_RDWR)


def named(error: OSError, host: str, options: Options, left: float) -> FetchError:
    """The FetchError that says why there is no connection.

    `left` is the time in seconds that the URL had left when the wait began.
    """
    if isinstance(error, socket.gaierror):
        return failure.unknown_host(host)
    if isinstance(error, TimeoutError):
        return failure.no_connection_in(left, options)
    return failure.cannot_connect(error)
