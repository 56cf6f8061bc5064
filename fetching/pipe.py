"""Moves the bytes of a large body from a socket into a file inside the system.

The bytes go through a pipe and are not copied into the memory of this process.  This
takes less CPU time than to receive them and to write them.  Only Linux can do it.
"""

import errno
import os
import sys
from contextlib import suppress

from fetching.offset_io import write_all
from fetching.options import CHUNK_BYTES


class Pipe:
    """A chunk of a body, in a pipe: `fill` brings it, and `move` takes it away.

    Raises OSError if the process or its user has too many files or pipes.
    """

    def __init__(self) -> None:
        self.read_end, self.write_end = os.pipe()
        self.count = 0
        if sys.platform == "linux":
            import fcntl

            with suppress(OSError):  # too large for this user: smaller chunks
                fcntl.fcntl(self.write_end, fcntl.F_SETPIPE_SZ, CHUNK_BYTES)

    def __len__(self) -> int:
        """The number of bytes of the last chunk, even after `move`."""
        return self.count

    def fill(self, stream: int, most: int) -> int:
        """Move at most `most` bytes from a socket into the empty pipe.

        Returns how many: 0 at the end of input.  Waits and raises as `recv` does.
        """
        if sys.platform == "linux":
            self.count = os.splice(stream, self.write_end, min(most, CHUNK_BYTES))
        return self.count

    def move(self, file: int, offset: int) -> None:
        """Move the chunk into a file; raises OSError if it cannot be written."""
        left = self.count
        while left:
            moved = self.move_some(file, left, offset)
            left -= moved
            offset += moved

    def move_some(self, file: int, most: int, offset: int) -> int:
        if sys.platform == "linux":
            try:
                return os.splice(self.read_end, file, most, offset_dst=offset)
            except OSError as error:
                if error.errno not in (errno.EINVAL, errno.EOPNOTSUPP):
                    raise  # otherwise this file system needs a usual write
        chunk = os.read(self.read_end, most)
        write_all(file, chunk, offset)
        return len(chunk)

    def close(self) -> None:
        """Close both ends; a chunk that was not moved is lost."""
        os.close(self.read_end)
        os.close(self.write_end)


def open_pipe() -> Pipe | None:
    """Open a pipe, or return None if bytes cannot be moved in this way."""
    if sys.platform == "linux":
        with suppress(OSError):  # too many open files
            return Pipe()
    return None


def write_chunk(
    file: int, chunk: bytes | bytearray | memoryview | Pipe, offset: int
) -> None:
    """Write a whole chunk, which may be in a pipe."""
    if isinstance(chunk, Pipe):
        chunk.move(file, offset)
    else:
        write_all(file, chunk, offset)
