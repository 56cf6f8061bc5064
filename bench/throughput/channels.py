"""Reading from a worker's pipe with a time limit, on every system.

Windows can wait only for sockets, so a thread reads the pipe there and puts the bytes
into a queue.  On other systems the controller itself waits, because a thread would run
beside the measured process.
"""

import os
import queue
import selectors
import sys
import threading
from typing import IO, Protocol

CHUNK_BYTES = 65536


class Channel(Protocol):
    """The reading end of a pipe."""

    def read(self, limit_seconds: float) -> bytes | None:
        """The bytes read; empty at the end, None if no bytes came within the limit."""


class WaitingChannel:
    """Waits for the pipe directly."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self._file = pipe.fileno()

    def read(self, limit_seconds: float) -> bytes | None:
        with selectors.DefaultSelector() as selector:
            selector.register(self._file, selectors.EVENT_READ)
            if not selector.select(max(0.0, limit_seconds)):
                return None
        return os.read(self._file, CHUNK_BYTES)


class ThreadChannel:
    """Waits for a thread that reads; the thread ends when the worker process ends."""

    def __init__(self, pipe: IO[bytes]) -> None:
        self._chunks: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._file = pipe.fileno()
        threading.Thread(target=self._fill, daemon=True).start()

    def read(self, limit_seconds: float) -> bytes | None:
        try:
            return self._chunks.get(timeout=max(0.0, limit_seconds))
        except queue.Empty:
            return None

    def _fill(self) -> None:
        chunk = b"x"
        while chunk:
            try:
                chunk = os.read(self._file, CHUNK_BYTES)
            except OSError:  # the controller has closed the pipe
                chunk = b""
            self._chunks.put(chunk)


def channel(pipe: IO[bytes]) -> Channel:
    """The way to read this pipe on this system."""
    return ThreadChannel(pipe) if sys.platform == "win32" else WaitingChannel(pipe)
