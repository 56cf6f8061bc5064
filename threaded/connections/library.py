"""A client that sends requests through urllib3; the asyncio twin uses aiohttp.

Both libraries only send, receive and keep connections: cookies, decoding, redirects and
retries are turned off.  Both have the same header fields, chunk size and limits.  All
received bytes pass a gate, so that both libraries read the same answers.
"""

import http.client
import io
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from math import inf
from typing import Any
from weakref import WeakSet

import urllib3
from urllib3 import exceptions

from fetching import failure
from fetching.answer import Answer
from fetching.failure import FetchError
from fetching.gate import Gate
from fetching.options import CHUNK_BYTES, Options
from fetching.request import fields_of, proxy_fields, proxy_for
from fetching.target import Target
from fetching.trust import tls_context

# The most bytes of one read.  Each thread has a buffer, so a larger one wastes memory.
READ_BYTES = 16 * 1024


class Exchange:
    """An answer whose head has arrived, on a connection of the library."""

    def __init__(
        self, response: urllib3.BaseHTTPResponse, connection: Any, client: "Client"
    ) -> None:
        self.response = response
        self.answer: Answer = connection.gate.answer
        self.reused: bool = connection.reused
        self.connection = connection
        self.client = client
        self.chunks = response.stream(CHUNK_BYTES, decode_content=False)

    def read(self) -> bytes:
        """Return the next chunk of the body, empty at its end; raises FetchError."""
        try:
            chunk = next(self.chunks, b"")
        except exceptions.HTTPError as error:
            raise self.client.named(error, self.connection, "") from error
        if not chunk and not self.answer.complete:
            raise failure.lost(self.answer.length)
        return chunk


class Client:
    """Connections to any number of hosts; the library has at most a pool per worker."""

    def __init__(self, workers: int, options: Options) -> None:
        self.options = options
        self.sockets = Sockets()
        # for each thread: the deadline and the connection of its request
        self.local = threading.local()
        self.timeout = urllib3.Timeout(
            connect=options.connect_timeout, read=options.idle_timeout
        )
        self.settings: dict[str, Any] = {
            "num_pools": workers,
            "maxsize": workers,
            "retries": False,
            "ssl_context": tls_context(options),
            "timeout": self.timeout,
        }
        if options.insecure:  # the command line has already printed a warning
            urllib3.disable_warnings(exceptions.InsecureRequestWarning)
        self.pools: dict[Target | None, urllib3.PoolManager] = {}
        self.pool(None)

    def pool(self, proxy: Target | None) -> urllib3.PoolManager:
        """Return the pools of connections through a proxy, or of direct connections."""
        if proxy not in self.pools:
            pool = (
                urllib3.ProxyManager(
                    f"http://{proxy.authority}",
                    proxy_headers=proxy_fields(proxy),
                    **self.settings,
                )
                if proxy
                else urllib3.PoolManager(**self.settings)
            )
            pool.pool_classes_by_scheme = {
                scheme: gated(pool_class, self)
                for scheme, pool_class in pool.pool_classes_by_scheme.items()
            }
            self.pools[proxy] = pool
        return self.pools[proxy]

    def ask(self, target: Target, deadline: float) -> Exchange:
        """Send a request and wait for the head of its answer; raises FetchError."""
        proxy = proxy_for(target, self.options)
        left = deadline - time.monotonic()
        self.local.deadline, self.local.connection = deadline, None
        try:
            response = self.pool(proxy).request(
                "GET",
                target.url,
                headers=fields_of(target, self.options),
                redirect=False,
                preload_content=False,
                timeout=self.timeout_within(left),
            )
        except exceptions.HTTPError as error:
            named = self.named(error, self.local.connection, target.host, left)
            raise named from error
        except FetchError as error:
            connection = self.local.connection
            error.stale = connection.reused and not connection.gate.answer.came
            raise
        return Exchange(response, self.local.connection, self)

    def release(self, exchange: Exchange) -> None:
        """Keep the connection for the next request, if it can carry one."""
        if exchange.answer.complete and exchange.answer.reusable:
            for _ in exchange.chunks:  # bytes that arrived and were not read
                pass
            exchange.response.release_conn()
        else:
            # `close` ends the connection only if the response still has it.  At the end
            # of its body, a response has given the connection back: another worker may
            # use it by now.
            exchange.response.close()

    def close(self) -> None:
        """End all connections, also those on which a worker waits."""
        self.sockets.shut_down()
        for pool in list(self.pools.values()):
            pool.clear()

    def timeout_within(self, left: float) -> urllib3.Timeout:
        """The time limits to connect, if this many seconds are left for the URL."""
        if left >= self.options.connect_timeout:
            return self.timeout
        idle_timeout = self.options.idle_timeout
        return urllib3.Timeout(connect=max(left, 0.001), read=idle_timeout)

    def named(
        self, error: Exception, connection: Any, host: str, left: float = inf
    ) -> FetchError:
        """Return the FetchError that corresponds to an error of the library."""
        cause = error.__cause__ or error.__context__
        match error:
            case exceptions.NameResolutionError():
                return failure.unknown_host(host)
            case exceptions.NewConnectionError() if isinstance(cause, OSError):
                return failure.cannot_connect(cause)
            case exceptions.ProxyError() if "Tunnel connection failed" in str(error):
                words = str(error).partition("Tunnel connection failed: ")[2]
                return failure.no_tunnel(int(words[:3]))
            case exceptions.ProxyError() if isinstance(error.original_error, Exception):
                return self.named(error.original_error, connection, host, left)
            case exceptions.TimeoutError():
                return failure.no_connection_in(left, self.options)
            case exceptions.SSLError():
                return failure.tls(error.args[0] if error.args else error)
            case exceptions.LocationValueError():
                return failure.bad_url(str(error))
        answer = connection.gate.answer if connection else None
        lost = failure.lost(answered=False)
        lost.stale = bool(answer and connection.reused and not answer.came)
        return lost


def gated(pool_class: type[Any], client: Client) -> type[Any]:
    """Derive a pool class: its connections have a gate, and `close` can end a wait."""
    base: type[Any] = pool_class.ConnectionCls

    def connect(self: Any) -> None:
        self.gate, self.fresh, self.reused = Gate(), True, False
        client.local.connection = self
        self.connecting = True
        base.connect(self)
        self.connecting = False
        client.sockets.add(self.sock)

    def putrequest(self: Any, *args: Any, **named: Any) -> None:
        client.local.connection = self
        self.reused = self.sock is not None and not self.fresh
        base.putrequest(self, *args, **named)

    def response_class(self: Any, sock: Any, *args: Any, **named: Any) -> Any:
        self.gate = Gate()  # a reader may still use the old gate
        if self.connecting:  # through a proxy
            self.gate.begin(b"CONNECT")
        else:
            self.fresh = False
        stream = Received(sock, self.gate, client, client.local.deadline)
        return http.client.HTTPResponse(stream, *args, **named)  # type: ignore[arg-type]

    def is_connected(self: Any) -> bool:
        """Whether the connection can carry another request.

        It cannot if bytes or the end of input have arrived since the last answer.
        """
        connected: bool = base.is_connected.fget(self)
        return connected and (self.fresh or self.gate.answer.reusable)

    connection_class = type(
        "GatedConnection",
        (base,),
        {
            "connect": connect,
            "putrequest": putrequest,
            "response_class": response_class,
            "is_connected": property(is_connected),
        },
    )
    return type("GatedPool", (pool_class,), {"ConnectionCls": connection_class})


class Received(io.RawIOBase):
    """The bytes of a socket that a gate admits, for the library to read."""

    def __init__(
        self, sock: socket.socket, gate: Gate, client: Client, deadline: float
    ) -> None:
        self.sock = sock
        self.gate = gate
        self.client = client
        self.options = client.options
        self.deadline = deadline
        self.rest = b""  # bytes that the gate has admitted and the library has not read
        self.hold = sock.makefile("rb", 0)  # keeps the socket open

    def makefile(self, mode: str) -> io.BufferedReader:
        """Return a reader; http.client calls this, because it expects a socket."""
        return io.BufferedReader(self, READ_BYTES)

    def readable(self) -> bool:
        return True

    def close(self) -> None:
        self.hold.close()
        super().close()

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer).cast("B")
        answer = self.gate.answer
        if not self.rest and answer.left:  # inside a body of known length: no gate
            most = min(answer.left, len(view))
            count: int = self.receive(lambda: self.sock.recv_into(view, most))
            if not count:
                raise failure.lost(answer.length)
            answer.skip(count)
            return count
        while not self.rest:
            if answer.complete:
                return 0
            received = self.receive(lambda: self.sock.recv(READ_BYTES))
            if not received and self.client.sockets.closed:
                raise failure.lost(answer.length)  # the client ended the connection
            self.rest = self.gate.admit(received)
        count = min(len(view), len(self.rest))
        view[:count] = self.rest[:count]
        self.rest = self.rest[count:]
        return count

    def receive(self, call: Callable[[], Any]) -> Any:
        """Call a function that receives, within the time limits; raises FetchError."""
        left = self.deadline - time.monotonic()
        self.sock.settimeout(max(0.001, min(left, self.options.idle_timeout)))
        try:
            return call()
        except TimeoutError as error:
            if time.monotonic() >= self.deadline:
                raise failure.unfinished(self.options.total_timeout) from error
            raise failure.silent(self.options.idle_timeout) from error
        except OSError as error:
            answer = self.gate.answer
            if not answer.headed and answer.came:
                raise failure.cut_head() from error
            raise failure.lost(answer.length, answered=answer.headed) from error


class Sockets:
    """The open sockets; `shut_down` wakes the threads that wait on one of them."""

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


def shut_down(connected: socket.socket) -> None:
    """Shut a socket down, which wakes the threads that read or write.

    `SSLSocket.shutdown` is not used: it removes TLS while a thread may still read.
    """
    with suppress(OSError):  # the connection has already ended
        socket.socket.shutdown(connected, socket.SHUT_RDWR)
