"""One connection over asyncio's streams; what goes wrong is a FetchError."""

import asyncio
import socket
import ssl
from typing import Self

from fetching import failure
from fetching.settings import CHUNK_BYTES


class Connection:
    """Bytes out and in, each wait bounded by a timeout in seconds."""

    def __init__(
        self,
        stream: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        timeout: float,
    ) -> None:
        self.reader, self.writer = stream
        self.timeout = timeout
        self.ended = False

    @classmethod
    async def open(
        cls, host: str, port: int, tls: ssl.SSLContext | None, timeout: float
    ) -> Self:
        """Connect; raises FetchError."""
        try:
            async with asyncio.timeout(timeout):
                stream = await asyncio.open_connection(
                    host, port, ssl=tls, limit=CHUNK_BYTES
                )
        except socket.gaierror as error:
            raise failure.unknown_host(host) from error
        except TimeoutError as error:
            raise failure.silent(timeout) from error
        except OSError as error:
            raise failure.cannot_connect(error) from error
        return cls(stream, timeout)

    async def send(self, request: bytes) -> None:
        """Send all of a request; raises FetchError."""
        self.writer.write(request)  # a request is small: no need to drain

    async def receive(self) -> bytes:
        """The next bytes, b"" after an orderly end; raises FetchError on silence.

        Raises ConnectionError when bytes may be missing.
        """
        try:
            async with asyncio.timeout(self.timeout):
                received = await self.reader.read(CHUNK_BYTES)
        except TimeoutError as error:
            raise failure.silent(self.timeout) from error
        except OSError as error:
            raise ConnectionResetError from error
        if self.ended:
            raise ConnectionAbortedError
        return received

    async def close(self) -> None:
        """Close it, once it is no longer used."""
        self.writer.transport.abort()

    async def end(self) -> None:
        """End it; a read that another worker waits in raises ConnectionError."""
        self.ended = True
        self.writer.transport.abort()
