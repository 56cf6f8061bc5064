"""A gate between a connection and a client library that admits only valid answers.

`Answer` parses the received bytes.  The gate writes the result anew, always in the same
plain form, and the library reads only this form.  So two libraries with different
parsers cannot read different answers from the same bytes.
"""

from fetching.answer import Answer


class Gate:
    """Rewrites the bytes of a connection as the same answer in a plain form."""

    def __init__(self) -> None:
        self.answer = Answer()
        self.opened = False

    def begin(self, method: bytes = b"GET") -> None:
        """Prepare for the next answer on the connection."""
        self.answer.begin(method)
        self.opened = False

    def admit(self, received: bytes) -> bytes:
        """Take bytes from the connection; return the bytes that the library may read.

        At the end of the connection, `received` is b"".  Raises FetchError if the
        received bytes are no valid answer.
        """
        answer = self.answer
        if answer.complete:
            # these bytes, if any, are an answer that was not requested
            answer.reusable = answer.reusable and not received
            return b""
        if answer.left >= len(received) > 0:  # inside a body of known length
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
        """Return a head with the status and the framing of the body, for the library.

        Our code reads all other fields, such as Location, from `answer`.
        """
        answer = self.answer
        framing = b"" if answer.stays else b"Connection: close\r\n"
        if answer.chunked:
            framing += b"Transfer-Encoding: chunked\r\n"
        elif answer.length is not None:
            framing += b"Content-Length: %d\r\n" % answer.length
        return b"HTTP/1.1 %d -\r\n%b\r\n" % (answer.status, framing)
