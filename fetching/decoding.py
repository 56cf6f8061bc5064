"""Decompress a body as it comes, within a bound: a few bytes must not fill a disk."""

import zlib

from fetching import failure

FREE_BYTES = 1024 * 1024  # up to here any ratio goes: a small page of blanks is none
GZIP, DEFLATE = 16 + zlib.MAX_WBITS, zlib.MAX_WBITS


class Decoder:
    """The bytes in a gzip or deflate body; raises FetchError when it is broken."""

    def __init__(self, encoding: str, max_ratio: float) -> None:
        if encoding not in ("gzip", "x-gzip", "deflate"):
            raise failure.bad_encoding(f"is in {encoding!r}, not in gzip or deflate")
        self.encoding = encoding
        self.max_ratio = max_ratio
        self.wbits = DEFLATE if encoding == "deflate" else GZIP
        self.inflate = zlib.decompressobj(self.wbits)
        self.taken = self.given = 0

    def decode(self, chunk: bytes | memoryview) -> bytes:
        """What is in the next chunk of the body."""
        self.taken += len(chunk)
        allowed = int(FREE_BYTES + self.taken * self.max_ratio) - self.given
        decoded, rest = [], bytes(chunk)
        while rest:
            if self.inflate.eof:  # gzip files may follow each other
                self.inflate = zlib.decompressobj(self.wbits)
            decoded.append(self.inflated(rest, allowed + 1))
            allowed -= len(decoded[-1])
            if allowed < 0:
                raise failure.bad_encoding(
                    f"grows by more than {self.max_ratio:g} times, which is the limit"
                )
            rest = self.inflate.unused_data or self.inflate.unconsumed_tail
        self.given += sum(map(len, decoded))
        return b"".join(decoded)

    def inflated(self, chunk: bytes, most: int) -> bytes:
        try:
            return self.inflate.decompress(chunk, most)
        except zlib.error as error:
            if self.encoding == "deflate" and not self.given and self.wbits > 0:
                self.wbits = -zlib.MAX_WBITS  # some send it bare
                self.inflate = zlib.decompressobj(self.wbits)
                return self.inflated(chunk, most)
            raise failure.bad_encoding("is broken") from error

    def end(self) -> None:
        """The body has ended: so must have what is in it."""
        if self.taken and not self.inflate.eof:
            raise failure.bad_encoding("is cut off")
