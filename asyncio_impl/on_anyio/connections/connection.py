"""One connection over anyio's streams; what goes wrong is a FetchError."""

import socket
import ssl
from typing import Self

import anyio
from anyio.abc import ByteStream

from fetching import failure
from fetching.settings import CHUNK_BYTES

GONE = (anyio.BrokenResourceError, anyio.ClosedResourceError)


class Connection:
    """Bytes out and in, each wait bounded by a timeout in seconds."""

    def __init__(self, stream: ByteStream, timeout: float) -> None:
        self.stream = stream
        self.timeout = timeout
        self.ended = False

    @classmethod
    async def open(
        cls, host: str, port: int, tls: ssl.SSLContext | None, timeout: float
    ) -> Self:
        """Connect; raises FetchError."""
        stream: ByteStream
        try:
            with anyio.fail_after(timeout):
                if tls:
                    stream = await anyio.connect_tcp(host, port, ssl_context=tls)
                else:
                    stream = await anyio.connect_tcp(host, port)
        except socket.gaierror as error:
            raise failure.unknown_host(host) from error
        except TimeoutError as error:
            raise failure.silent(timeout) from error
        except (*GONE, anyio.EndOfStream) as error:
            raise failure.tls(error) from error
        except OSError as error:
            raise failure.cannot_connect(first_cause(error)) from error
        return cls(stream, timeout)

    async def send(self, request: bytes) -> None:
        """Send all of a request; raises FetchError."""
        try:
            with anyio.fail_after(self.timeout):
                await self.stream.send(request)
        except TimeoutError as error:
            raise failure.silent(self.timeout) from error
        except GONE as error:
            raise failure.lost(answered=False) from error

    async def receive(self) -> bytes:
        """The next bytes, b"" after an orderly end; raises FetchError on silence.

        Raises ConnectionError when bytes may be missing.
        """
        try:
            with anyio.fail_after(self.timeout):
                received = await self.stream.receive(CHUNK_BYTES)
        except TimeoutError as error:
            raise failure.silent(self.timeout) from error
        except anyio.EndOfStream:
            received = b""
        except GONE as error:
            raise ConnectionResetError from error
        if self.ended:
            raise ConnectionAbortedError
        return received

    async def close(self) -> None:
        """Close it, once it is no longer used."""
        await anyio.aclose_forcefully(self.stream)

    async def end(self) -> None:
        """End it; a read that another worker waits in raises ConnectionError."""
        self.ended = True
        await anyio.aclose_forcefully(self.stream)


def first_cause(error: OSError) -> OSError:
    """What the system said, of one address of a host or of the first of several."""
    cause = error.__cause__
    while isinstance(cause, BaseExceptionGroup):
        cause = cause.exceptions[0]
    return cause if isinstance(cause, OSError) else error
