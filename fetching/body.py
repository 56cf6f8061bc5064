"""The body of one answer: how long it may be, and what is in it if it is compressed."""

from fetching import failure
from fetching.answer import Answer
from fetching.decoding import Decoder
from fetching.options import Options


def body_of(answer: Answer, options: Options) -> "Body | None":
    """What has to look at the chunks of a body, if something has; raises FetchError.

    A body of known length is stored as it comes, unless it is to be decompressed.
    """
    length = answer.length
    if length is not None and length > options.max_bytes:
        raise failure.too_large(options.max_bytes)
    if options.compressed and answer.encoding not in ("", "identity"):
        return Body(Decoder(answer.encoding, options.max_ratio), options.max_bytes)
    return Body(None, options.max_bytes) if length is None else None


class Body:
    """Takes the chunks that came, gives those to store; raises FetchError."""

    length = None  # of what is stored: not known beforehand

    def __init__(self, decoder: Decoder | None, max_bytes: int) -> None:
        self.decoder = decoder
        self.max_bytes = max_bytes
        self.stored = 0

    def take(self, chunk: bytes | memoryview) -> bytes | memoryview:
        """What to store of a chunk, b"" for its end; may be empty before the end."""
        if self.decoder:
            if chunk:
                chunk = self.decoder.decode(chunk)
            else:
                self.decoder.end()
        self.stored += len(chunk)
        if self.stored > self.max_bytes:
            raise failure.too_large(self.max_bytes)
        return chunk
