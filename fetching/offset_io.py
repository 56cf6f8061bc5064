"""Reads, writes and copies at an offset, even on systems without pwrite."""

import errno
import os
import sys
from contextlib import suppress
from pathlib import Path

if sys.platform != "win32":
    import fcntl

    write_some, read_some = os.pwrite, os.pread

    def lock(file: int, path: Path) -> None:
        """Lock a file against other fetches until it is closed or the process ends.

        Raises BlockingIOError if another fetch has the lock.
        """
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BlockingIOError(
                error.errno, "another fetch is writing it", str(path)
            ) from error
        except OSError as error:  # the file system has no locks
            if error.errno not in (errno.ENOTSUP, errno.ENOLCK, errno.ENOSYS):
                raise
else:
    import msvcrt
    import threading

    _seeking = threading.Lock()  # seek and write are two steps
    _FAR = 2**62  # A locked byte on Windows cannot be read: lock one beyond the end.

    def write_some(file: int, chunk: memoryview, offset: int) -> int:
        with _seeking:
            os.lseek(file, offset, os.SEEK_SET)
            return os.write(file, chunk)

    def read_some(file: int, length: int, offset: int) -> bytes:
        with _seeking:
            os.lseek(file, offset, os.SEEK_SET)
            return os.read(file, length)

    def lock(file: int, path: Path) -> None:
        os.lseek(file, _FAR, os.SEEK_SET)
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError as error:
            raise BlockingIOError(
                error.errno, "another fetch is writing it", str(path)
            ) from error


def write_all(file: int, chunk: bytes | bytearray | memoryview, offset: int) -> None:
    """Write a whole chunk, even if one call of the system writes only a part."""
    written = write_some(file, chunk, offset)  # type: ignore[arg-type, unused-ignore]
    if written == len(chunk):  # the usual case
        return
    rest = memoryview(chunk)[written:]
    while rest:
        offset += written
        written = write_some(file, rest, offset)
        rest = rest[written:]


def copy_some(
    source: int, target: int, length: int, source_offset: int, target_offset: int
) -> int:
    """Copy at most `length` bytes, inside the system if possible; return how many."""
    if hasattr(os, "copy_file_range"):
        # If this is unsupported or fails, the bytes are read and written below.
        with suppress(OSError):
            return os.copy_file_range(
                source, target, length, source_offset, target_offset
            )
    chunk = read_some(source, min(length, 1024 * 1024), source_offset)
    write_all(target, chunk, target_offset)
    return len(chunk)


def copy_all(
    source: int, target: int, length: int, source_offset: int, target_offset: int
) -> int:
    """Copy some of `length` bytes; return how many, at least one.

    Raises OSError if the source has ended.
    """
    copied = copy_some(source, target, length, source_offset, target_offset)
    if not copied:
        raise OSError(errno.EIO, "a file has become shorter than it was")
    return copied


def move(file: int, length: int, source_offset: int, target_offset: int) -> None:
    """Copy bytes to another place of the same file; the two places must not overlap."""
    position = 0
    while position < length:
        position += copy_all(
            file,
            file,
            length - position,
            source_offset + position,
            target_offset + position,
        )
