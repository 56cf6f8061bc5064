"""What llhttp makes of the bytes of one answer: no sockets here, only bytes in."""

import httptools

from fetching import failure


class Answer:
    """One answer to a GET, as far as its bytes have come."""

    def __init__(self) -> None:
        self.parser = httptools.HttpResponseParser(self)
        self.status = 0
        self.length: int | None = None  # None: it ends when it ends
        self.location: str | None = None
        self.chunked = False
        self.headed = False  # the body follows
        self.complete = False
        self.reusable = False  # the connection may carry another request
        self.chunks: list[bytes] = []

    def feed(self, received: bytes) -> None:
        """Take what came, b"" when the other side has closed; raises FetchError."""
        if received:
            try:
                self.parser.feed_data(received)
            except (httptools.HttpParserError, httptools.HttpParserUpgrade) as error:
                if self.headed:
                    raise failure.lost(self.length) from error
                raise failure.not_http() from error
        elif self.headed and self.length is None and not self.chunked:
            self.complete = True  # a body without any length ends with the connection
        elif not self.complete:
            raise failure.lost(self.length, answered=self.headed)

    def take(self) -> bytes:
        """The part of the body that has come since the last call."""
        body = b"".join(self.chunks)
        self.chunks.clear()
        return body

    # What the parser calls

    def on_header(self, name: bytes, value: bytes) -> None:
        match name.lower():
            case b"content-length":
                self.length = int(value)
            case b"transfer-encoding":
                self.chunked = True
            case b"location":
                self.location = value.decode("latin-1")

    def on_headers_complete(self) -> None:
        self.status = self.parser.get_status_code()
        self.headed = self.status >= 200  # or it is on the way: 100 Continue
        self.length = None if self.chunked else self.length

    def on_body(self, chunk: bytes) -> None:
        self.chunks.append(chunk)

    def on_message_begin(self) -> None:
        self.reusable = False  # more came than was asked for

    def on_message_complete(self) -> None:
        self.complete = self.headed
        self.reusable = self.parser.should_keep_alive()
