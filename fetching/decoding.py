"""Decompress a body by chunks, within a limit: a few bytes must not fill a disk."""

import zlib

from fetching import failure

FREE_BYTES = 1024 * 1024  # below this size any ratio is allowed
GZIP, DEFLATE, BARE = 16 + zlib.MAX_WBITS, zlib.MAX_WBITS, -zlib.MAX_WBITS


class Decoder:
    """Decompresses a gzip or deflate body; raises FetchError if it is broken."""

    def __init__(self, encoding: str, max_ratio: float) -> None:
        if encoding not in ("gzip", "x-gzip", "deflate"):
            raise failure.bad_encoding(f"is in {encoding!r}, not in gzip or deflate")
        self.max_ratio = max_ratio
        self.wbits = 0 if encoding == "deflate" else GZIP  # 0: not known yet
        self.inflate = zlib.decompressobj(self.wbits or DEFLATE)
        self.taken = self.given = 0
        self.held = b""  # a first byte of deflate, until the second byte has come

    def decode(self, chunk: bytes | memoryview) -> bytes:
        """Return the decompressed bytes of the next chunk of the body."""
        rest = self.held + bytes(chunk)
        self.taken += len(chunk)
        if not self.wbits:
            if len(rest) < 2:
                self.held = rest
                return b""
            self.choose(rest)
        self.held = b""
        allowed = int(FREE_BYTES + self.taken * self.max_ratio) - self.given
        decoded = []
        while rest:
            # A body may have several compressed streams, one after another.
            if self.inflate.eof:
                self.inflate = zlib.decompressobj(self.wbits)
            try:
                decoded.append(self.inflate.decompress(rest, allowed + 1))
            except zlib.error as error:
                raise failure.bad_encoding("is broken") from error
            allowed -= len(decoded[-1])
            if allowed < 0:
                raise failure.bad_encoding(
                    f"grows by more than {self.max_ratio:g} times, which is the limit"
                )
            rest = self.inflate.unused_data or self.inflate.unconsumed_tail
        self.given += sum(map(len, decoded))
        return b"".join(decoded)

    def choose(self, start: bytes) -> None:
        """Choose the form of deflate from the first two bytes of the body.

        These two bytes should be a header (RFC 1950), but some servers omit it.
        """
        has_header = start[0] & 0x0F == 8 and int.from_bytes(start[:2]) % 31 == 0
        self.wbits = DEFLATE if has_header else BARE
        self.inflate = zlib.decompressobj(self.wbits)

    def end(self) -> None:
        """Raise FetchError if the body ended before the compressed data did."""
        if self.taken and not self.inflate.eof:
            raise failure.bad_encoding("is cut off")
