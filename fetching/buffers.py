"""The buffers that receive the bytes of connections."""

import mmap

from fetching.options import CHUNK_BYTES


def buffer() -> memoryview:
    """Make a buffer for a chunk of a large body; it costs little for small bodies.

    The buffer is mapped memory, which takes memory only for pages with written bytes.
    So each of a thousand connections with small answers uses one page, not its whole
    buffer.
    """
    return memoryview(mmap.mmap(-1, CHUNK_BYTES))
