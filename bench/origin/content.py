"""The bytes of every body, computed from seed and position, and never stored."""

import hashlib
import random
import zlib
from collections.abc import Iterable, Iterator

# The period is an odd prime, so no power of two is a multiple of it.  So a chunk that
# is stored at a wrong place, shifted by a power of two, never has the right bytes.
PERIOD_BYTES = 1_048_573
# The origin shares the cores with its clients.  With smaller chunks, it needs more time
# for each byte than a fast client, and a comparison of clients measures the origin.
CHUNK_BYTES = 256 * 1024
_block = random.Random("bodies of the origin").randbytes(PERIOD_BYTES)
# one period and some more bytes, because a slice may continue beyond the period
_PATTERN = memoryview(_block + _block[:CHUNK_BYTES])


def chunk(seed: int, start: int, length: int) -> memoryview:
    """Return length bytes of a body, from start on; at most CHUNK_BYTES."""
    offset = (seed * 7919 + start) % PERIOD_BYTES
    return _PATTERN[offset : offset + length]


def chunks(
    seed: int, length: int, chunk_bytes: int = CHUNK_BYTES
) -> Iterator[memoryview]:
    """Yield the body of this seed and length in order, chunk_bytes at a time."""
    for start in range(0, length, chunk_bytes):
        yield chunk(seed, start, min(chunk_bytes, length - start))


def encoded(
    parts: Iterable[memoryview], encoding: str, *, whole: bool
) -> Iterator[bytes]:
    """Yield a body, compressed chunk by chunk; a bomb consists of zeros."""
    wbits = zlib.MAX_WBITS + (0 if encoding == "deflate" else 16)
    deflate = zlib.compressobj(wbits=wbits)
    for part in parts:
        if some := deflate.compress(bytes(len(part)) if encoding == "bomb" else part):
            yield some
    if whole:
        yield deflate.flush()


def sha256(seed: int, length: int) -> str:
    """Return the checksum that a fetched body of this seed and length must have."""
    digest = hashlib.sha256()
    for part in chunks(seed, length):
        digest.update(part)
    return digest.hexdigest()
