"""One connection over asyncio's streams; what goes wrong is a FetchError."""

import asyncio
import socket
import ssl
from typing import Self

from fetching import failure
from fetching.settings import PIECE_BYTES


class Connection:
    """Bytes out and in, each wait bounded by patience, in seconds."""

    def __init__(
        self,
        stream: tuple[asyncio.StreamReader, asyncio.StreamWriter],
        patience: float,
    ) -> None:
        self.reader, self.writer = stream
        self.patience = patience
        self.ended = False

    @classmethod
    async def open(
        cls, host: str, port: int, tls: ssl.SSLContext | None, patience: float
    ) -> Self:
        """Connect; raises FetchError."""
        try:
            async with asyncio.timeout(patience):
                stream = await asyncio.open_connection(
                    host, port, ssl=tls, limit=PIECE_BYTES
                )
        except socket.gaierror as error:
            raise failure.unknown_host(host) from error
        except TimeoutError as error:
            raise failure.silent(patience) from error
        except OSError as error:
            raise failure.cannot_connect(error) from error
        return cls(stream, patience)

    async def send(self, request: bytes) -> None:
        """Send all of a request; raises FetchError."""
        self.writer.write(request)  # a request is small: no need to drain

    async def receive(self) -> bytes:
        """The next bytes, b"" after an orderly end; raises FetchError on silence.

        Raises ConnectionError when there is no telling whether all bytes came.
        """
        try:
            async with asyncio.timeout(self.patience):
                received = await self.reader.read(PIECE_BYTES)
        except TimeoutError as error:
            raise failure.silent(self.patience) from error
        except OSError as error:
            raise ConnectionResetError from error
        if self.ended:
            raise ConnectionAbortedError
        return received

    async def close(self) -> None:
        """Close it, when nobody uses it any more."""
        self.writer.transport.abort()

    async def end(self) -> None:
        """End it while another may be waiting on it, who gets a ConnectionError."""
        self.ended = True
        self.writer.transport.abort()
