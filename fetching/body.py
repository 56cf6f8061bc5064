"""The body of one answer: how long it may be, and what is in it if it is compressed."""

from fetching import failure
from fetching.answer import Answer
from fetching.decoding import Decoder
from fetching.options import Options


class Body:
    """Takes the chunks that came, gives those to store; raises FetchError."""

    def __init__(self, answer: Answer, options: Options) -> None:
        self.max_bytes = options.max_bytes
        self.stored = 0
        self.decoder: Decoder | None = None
        self.length = answer.length  # of what is stored; None: not known beforehand
        if self.length is not None and self.length > self.max_bytes:
            raise failure.too_large(self.max_bytes)
        if options.compressed and answer.encoding not in ("", "identity"):
            self.decoder = Decoder(answer.encoding, options.max_ratio)
            self.length = None

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

    @property
    def plain(self) -> bool:
        """Whether chunks need not be taken: of known length, and stored as they are."""
        return self.length is not None
