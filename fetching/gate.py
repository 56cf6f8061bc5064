"""Between a connection and a client library: only what is an answer comes through.

What `Answer` understands is passed on in one plain form, so that two libraries with
parsers of their own cannot take the same bytes for different answers.
"""

from fetching.answer import Answer


class Gate:
    """Turns the bytes of a connection into the same answer, written plainly."""

    def __init__(self) -> None:
        self.answer = Answer()
        self.opened = False

    def begin(self, method: bytes = b"GET") -> None:
        """Get ready for the next answer on the connection."""
        self.answer.begin(method)
        self.opened = False

    def admit(self, received: bytes) -> bytes:
        """What the library is given for these bytes, b"" for the end of the connection.

        Raises FetchError when they are no answer.
        """
        answer = self.answer
        if answer.complete:
            answer.reusable = answer.reusable and not received  # it was not asked for
            return b""
        if answer.left >= len(received) > 0:  # within a body of known length
            answer.skip(len(received))
            return received
        answer.feed(received)
        if answer.complete and answer.method != b"CONNECT":
            answer.let_go()
        if not answer.headed:
            return b""
        chunks = answer.chunks
        if answer.chunked:
            framed = [b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks]
            chunks = [*framed, b"0\r\n\r\n"] if answer.complete else framed
        admitted = b"".join(chunks) if self.opened else b"".join((self.head(), *chunks))
        self.opened = True
        answer.chunks.clear()
        return admitted

    def head(self) -> bytes:
        """Status and framing of the answer; the rest is read from `answer`."""
        answer = self.answer
        framing = b"" if answer.stays else b"Connection: close\r\n"
        if answer.chunked:
            framing += b"Transfer-Encoding: chunked\r\n"
        elif answer.length is not None:
            framing += b"Content-Length: %d\r\n" % answer.length
        return b"HTTP/1.1 %d -\r\n%b\r\n" % (answer.status, framing)
