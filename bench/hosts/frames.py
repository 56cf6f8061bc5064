"""Messages between two processes of this project over a pipe: a length, then a pickle.

Both processes have the same user and version.  No other process may write to the pipe.
"""

import pickle
import struct
from typing import IO, Any

LENGTH = struct.Struct("<Q")


def packed(message: Any) -> bytes:
    """Encode a message as it is sent."""
    content = pickle.dumps(message)
    return LENGTH.pack(len(content)) + content


def unpacked(content: bytes) -> Any:
    """Decode a message that was sent."""
    return pickle.loads(content[LENGTH.size :])


def write(stream: IO[bytes], message: Any) -> None:
    """Send a message.  Raises OSError if the other process has ended."""
    left = memoryview(packed(message))
    while left:
        left = left[stream.write(left) :]
    stream.flush()


def read(stream: IO[bytes]) -> Any:
    """Receive a message.  Raises EOFError if the other process has ended."""
    (length,) = LENGTH.unpack(_exactly(stream, LENGTH.size))
    return pickle.loads(_exactly(stream, length))


def _exactly(stream: IO[bytes], size: int) -> bytes:
    content = b""
    while len(content) < size:
        more = stream.read(size - len(content))
        if not more:
            raise EOFError
        content += more
    return content
