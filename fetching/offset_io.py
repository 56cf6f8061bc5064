"""Reading, writing and copying at an offset, also where the system has no pwrite."""

import os
import sys

if sys.platform != "win32":
    write_some, read_some = os.pwrite, os.pread
else:
    import threading

    _seeking = threading.Lock()  # two steps: another could move the position between

    def write_some(file: int, chunk: memoryview, offset: int) -> int:
        with _seeking:
            os.lseek(file, offset, os.SEEK_SET)
            return os.write(file, chunk)

    def read_some(file: int, length: int, offset: int) -> bytes:
        with _seeking:
            os.lseek(file, offset, os.SEEK_SET)
            return os.read(file, length)


def write_all(file: int, chunk: bytes | bytearray, offset: int) -> None:
    """Write a chunk whole; the system may take it in parts."""
    rest = memoryview(chunk)
    while rest:
        written = write_some(file, rest, offset)
        rest, offset = rest[written:], offset + written


def copy_some(
    source: int, target: int, length: int, source_offset: int, target_offset: int
) -> int:
    """Copy at most length bytes, inside the system where it can; return how many."""
    if hasattr(os, "copy_file_range"):
        try:
            return os.copy_file_range(
                source, target, length, source_offset, target_offset
            )
        except OSError:
            pass  # not between these two; if the disk is full, writing says so
    chunk = read_some(source, length, source_offset)
    write_all(target, chunk, target_offset)
    return len(chunk)


def move_down(file: int, length: int, source_offset: int, target_offset: int) -> None:
    """Move bytes towards the start of their own file, over others if need be."""
    position = 0
    while position < length:
        chunk = read_some(
            file, min(1024 * 1024, length - position), source_offset + position
        )
        write_all(file, chunk, target_offset + position)
        position += len(chunk)
