"""Separates the messages of a worker from other bytes in its channel.

The user's code may write to every descriptor that it finds.  So each message is a line
that begins with the token of its worker.  All other bytes are ignored.
"""

import json
from collections.abc import Mapping
from typing import Any

# If a line is no message, this byte replaces its beginning.  No message begins with it.
NO_START = b"\0"


class UnreadableError(Exception):
    """A line begins with the token but is no message; the text has its first bytes."""


class Messages:
    """Receives bytes in any pieces and returns the messages in them."""

    def __init__(self, token: str) -> None:
        self._start = token.encode()
        self._input = b""
        self.foreign_bytes = 0  # the number of bytes so far that belong to no message

    def take(self, chunk: bytes) -> None:
        self._input += chunk

    def next(self) -> Mapping[str, Any] | None:
        """The next complete message; None if there is none yet.

        Raises UnreadableError for a message that cannot be read.
        """
        while True:
            line, is_whole, rest = self._input.partition(b"\n")
            if not is_whole:
                if not self._start.startswith(line[: len(self._start)]):
                    self.foreign_bytes += len(line)
                    self._input = NO_START
                return None
            self._input = rest
            if line.startswith(self._start):
                return _read(line[len(self._start) :])
            self.foreign_bytes += len(line)


def _read(text: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict) or not {"ready", "status"} & found.keys():
        raise UnreadableError(text[:60].decode(errors="replace"))
    return found
