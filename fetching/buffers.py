"""Where the bytes of a connection arrive."""

import mmap

from fetching.options import CHUNK_BYTES


def buffer() -> memoryview:
    """Room for a chunk of a large body, at little cost for small ones.

    What the system maps takes no memory until something is in it: of a thousand
    connections with small answers each takes a page, not all of its buffer.
    """
    return memoryview(mmap.mmap(-1, CHUNK_BYTES))
