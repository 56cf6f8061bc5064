"""The body of one answer: limits its length, and decompresses it if necessary."""

from fetching import failure
from fetching.answer import Answer
from fetching.decoding import Decoder
from fetching.options import Options


def body_of(answer: Answer, options: Options) -> "Body | None":
    """Return the Body that checks a body's chunks, or None; raises FetchError.

    A body needs checks if its length is unknown or if it must be decompressed.  The
    chunks of any other body are stored as they are, so the result is None.
    """
    length = answer.length
    if length is not None and length > options.max_bytes:
        raise failure.too_large(options.max_bytes)
    if options.compressed and answer.encoding not in ("", "identity"):
        return Body(Decoder(answer.encoding, options.max_ratio), options.max_bytes)
    return Body(None, options.max_bytes) if length is None else None


class Body:
    """Turns received chunks of a body into chunks to store; raises FetchError."""

    length = None  # how many bytes will be stored is known only at the end

    def __init__(self, decoder: Decoder | None, max_bytes: int) -> None:
        self.decoder = decoder
        self.max_bytes = max_bytes
        self.stored = 0

    def take(self, chunk: bytes | memoryview) -> bytes | memoryview:
        """Return the bytes to store for a chunk; they may be b"".

        At the end of the body, the chunk is b"": compressed data must then be whole.
        """
        if self.decoder:
            if chunk:
                chunk = self.decoder.decode(chunk)
            else:
                self.decoder.end()
        self.stored += len(chunk)
        if self.stored > self.max_bytes:
            raise failure.too_large(self.max_bytes)
        return chunk
