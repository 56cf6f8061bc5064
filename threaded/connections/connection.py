"""One connection over a blocking socket; what goes wrong is a FetchError."""

import socket
import ssl
from contextlib import suppress
from typing import Self

from fetching import failure
from fetching.settings import CHUNK_BYTES


class Connection:
    """Bytes out and in, each wait bounded by a timeout in seconds."""

    def __init__(self, stream: socket.socket, timeout: float) -> None:
        self.stream = stream
        self.timeout = timeout
        self.ended = False

    @classmethod
    def open(
        cls, host: str, port: int, tls: ssl.SSLContext | None, timeout: float
    ) -> Self:
        """Connect; raises FetchError."""
        try:
            stream = socket.create_connection((host, port), timeout=timeout)
            stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if tls:
                stream = tls.wrap_socket(stream, server_hostname=host)
        except socket.gaierror as error:
            raise failure.unknown_host(host) from error
        except TimeoutError as error:
            raise failure.silent(timeout) from error
        except OSError as error:
            raise failure.cannot_connect(error) from error
        return cls(stream, timeout)

    def send(self, request: bytes) -> None:
        """Send all of a request; raises FetchError."""
        try:
            self.stream.sendall(request)
        except OSError as error:
            raise failure.lost(answered=False) from error

    def receive(self) -> bytes:
        """The next bytes, b"" after an orderly end; raises FetchError on silence.

        Raises ConnectionError when bytes may be missing.
        """
        try:
            received = self.stream.recv(CHUNK_BYTES)
        except TimeoutError as error:
            raise failure.silent(self.timeout) from error
        except OSError as error:
            raise ConnectionResetError from error
        if self.ended:
            raise ConnectionAbortedError
        return received

    def close(self) -> None:
        """Close it, once it is no longer used."""
        self.stream.close()

    def end(self) -> None:
        """End it; a read that another worker waits in raises ConnectionError."""
        self.ended = True
        with suppress(OSError):  # it had ended by itself
            socket.socket.shutdown(self.stream, socket.SHUT_RDWR)
