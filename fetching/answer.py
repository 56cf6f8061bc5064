"""Parses the bytes of an answer with llhttp; bytes come in, no socket is used.

Only this module decides what an answer is.  The HTTP engine of the control pair uses
this module, and so does the `gate` in front of a client library.  So all forms read the
same answer from the same bytes, or fail with the same reason.
"""

from typing import Any

import httptools

from fetching import failure
from fetching.failure import FetchError
from fetching.options import HEAD_BYTES

OLD, NEW = b"HTTP/1.0", b"HTTP/1.1"
START_BYTES = 8
MOST_LENGTH_DIGITS = 19
HEEDED = {b"content-length", b"transfer-encoding", b"location", b"content-encoding"}
HEEDED |= {b"retry-after"}
BODILESS = {101, 204, 304}
REDIRECTS = {301, 302, 303, 307, 308}


class Answer:
    """The answers to the GETs on one connection, one after another.

    `status`, `length` and so on belong to the last answer whose head has arrived.
    """

    def __init__(self) -> None:
        self.method = b"GET"
        self.parser: Any = None
        self.begin()

    def begin(self, method: bytes = b"GET") -> None:
        """Prepare for the next answer on the connection."""
        # An answer to CONNECT has no end for the parser, so a new parser is made.
        if self.parser is None or self.method == b"CONNECT":
            self.parser = httptools.HttpResponseParser(self)
        self.method = method
        self.status = 0
        self.length: int | None = None  # length of the body as sent; None: unknown
        self.chunked = False
        self.location: str | None = None
        self.encoding = ""
        self.retry_after: str | None = None
        self.start = b""  # the first bytes that came: they show the version
        self.interim = False  # whether an interim answer came
        self.came = 0  # number of bytes that the parser got
        self.headed = False  # whether the head is complete
        self.complete = False
        self.stays = False  # whether the head says that the connection stays open
        self.reusable = False  # whether the connection may carry another request
        self.left = 0  # number of bytes of the body that need no parser, see `skip`
        self.fault: FetchError | None = None
        self.chunks: list[bytes] = []
        self.body_bytes = 0

    @property
    def redirected(self) -> bool:
        return self.location is not None and self.status in REDIRECTS

    def feed(self, received: bytes | memoryview) -> None:
        """Parse received bytes, b"" at the end of the connection; raises FetchError."""
        try:
            if not received:
                self.end()
                return
            self.came += len(received)
            if len(self.start) < START_BYTES:
                start = (self.start + received[:64]).lstrip(b"\r\n")
                self.start = start[:START_BYTES]
            try:
                self.parser.feed_data(received)
            except (httptools.HttpParserError, httptools.HttpParserUpgrade) as error:
                self.reusable = False
                # If the answer is whole, the refused bytes came after it: no error.
                if not self.complete:
                    raise self.fault or self.broken() from error
            if self.fault:
                raise self.fault
            if not self.complete or self.came > HEAD_BYTES:
                self.check_limits()
        except FetchError as error:
            error.status = self.status if self.headed else None
            raise

    def check_limits(self) -> None:
        """Check the limits of the head and of chunks, and set `left`.

        A small answer that is complete needs no such check.  Raises FetchError.
        """
        if not self.headed and self.came > HEAD_BYTES:
            raise failure.bad_head(f"is over {HEAD_BYTES} bytes")
        if self.chunked and self.came > 2 * HEAD_BYTES + 16 * self.body_bytes:
            raise failure.bad_chunks()  # nearly all bytes are extensions or trailers
        if self.length and not self.complete and self.headed:
            self.left = self.length - self.body_bytes

    def skip(self, count: int) -> None:
        """Count bytes of the body that were received and not passed to the parser.

        If the length of a body is known, its bytes need not be parsed.  `count` is at
        most `left`, the number of bytes of the body that have not arrived yet.
        """
        self.left -= count
        self.body_bytes += count
        if not self.left:
            self.complete = True
            self.reusable = self.stays
            # The parser still waits for the skipped bytes, so it cannot be reused.
            self.let_go()

    def take(self) -> bytes:
        """Return the part of the body that arrived since the last call."""
        if len(self.chunks) == 1:
            return self.chunks.pop()
        body = b"".join(self.chunks)
        self.chunks.clear()
        return body

    def let_go(self) -> None:
        """Drop the parser of an answer that is complete.

        Answer and parser refer to each other.  Without this call, only the garbage
        collector would free them, and the collector runs seldom.
        """
        self.parser = None

    def end(self) -> None:
        """Handle the end of the connection.

        If the length of the body is unknown, the end of the connection completes the
        body.  In any other answer that is not complete, it is an error.
        """
        if self.complete:
            return
        if not self.headed:
            raise failure.cut_head() if self.came else failure.lost(answered=False)
        if self.length is not None or self.chunked:
            raise failure.lost(self.length)
        self.complete = True

    def broken(self) -> FetchError:
        """Return the error for bytes that the parser has refused."""
        return failure.bad_chunks() if self.headed else failure.not_http()

    def wait_seconds(self, now: float) -> float | None:
        """Return the seconds of Retry-After; now is the Unix time in seconds."""
        if self.retry_after is None:
            return None
        if self.retry_after.isdigit():
            return float(self.retry_after[:9])
        from email.utils import parsedate_to_datetime  # slow to import, seldom used

        try:
            then = parsedate_to_datetime(self.retry_after).timestamp()
        except (ValueError, OverflowError):
            return None
        return max(0.0, then - now)

    # The methods that the parser calls

    def on_header(self, name: bytes, value: bytes) -> None:
        name = name.lower()
        if name not in HEEDED or self.headed:  # a trailer, or a later answer
            return
        match name:
            case b"content-length":
                if len(value) > MOST_LENGTH_DIGITS:
                    self.fault = failure.bad_head("has an impossible Content-Length")
                else:
                    self.length = int(value)
            case b"transfer-encoding":
                if self.chunked or value.strip().lower() != b"chunked":
                    self.fault = failure.bad_head("has an unknown Transfer-Encoding")
                self.chunked = True
            case b"location":
                location = value.decode("latin-1")
                if self.location not in (None, location):
                    self.fault = failure.bad_head("has two Location fields")
                self.location = location
            case b"content-encoding":
                encoding = value.decode("latin-1").strip().lower()
                self.encoding = f"{self.encoding}, {encoding}".lstrip(", ")
            case b"retry-after":
                self.retry_after = value.decode("latin-1").strip()

    def on_headers_complete(self) -> None:
        if self.headed:
            return
        status = self.status = self.parser.get_status_code()
        version = self.start
        if self.interim:
            version = b"HTTP/" + self.parser.get_http_version().encode()
        if status < 100 or (
            version != NEW and (version != OLD or self.chunked)
        ):  # the parser also accepts other versions and protocols
            self.fault = self.fault or failure.not_http()
        if self.fault:
            return
        if status < 200 and status != 101:  # an interim answer
            self.location = self.length = self.retry_after = None
            self.chunked, self.encoding, self.interim = False, "", True
            return
        self.headed = True
        self.stays = status != 101 and self.parser.should_keep_alive()
        if status in BODILESS:
            self.length, self.chunked = 0, False
        if self.method == b"CONNECT" and 200 <= status < 300:
            self.length, self.chunked, self.complete = 0, False, True

    def on_body(self, chunk: bytes) -> None:
        if not self.complete:
            self.chunks.append(chunk)
            self.body_bytes += len(chunk)

    def on_message_begin(self) -> None:
        # If this is a second answer, it was not requested.  For the first answer,
        # `reusable` is set at its end.
        self.reusable = False

    def on_message_complete(self) -> None:
        if self.headed and not self.complete:
            self.complete = True
            self.reusable = self.stays
