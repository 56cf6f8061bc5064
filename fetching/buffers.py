"""The buffers that receive the bytes of connections."""

import mmap

from fetching.options import CHUNK_BYTES


def buffer() -> memoryview:
    """Make a buffer for one chunk; a small answer in it takes little memory.

    The buffer is mapped memory: the system gives it a page of memory only when a byte
    of this page is written.  So a connection that receives only small answers uses one
    page, and not CHUNK_BYTES.
    """
    return memoryview(mmap.mmap(-1, CHUNK_BYTES))
