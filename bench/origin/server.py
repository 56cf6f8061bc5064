"""The server of the origin: one asyncio Protocol per connection, with llhttp."""

import asyncio
import contextlib
import socket
import ssl
import struct
from collections import Counter, deque
from collections.abc import AsyncIterator, Iterable
from functools import lru_cache
from http import HTTPStatus
from typing import cast

import httptools

from bench.origin import content, request
from bench.origin.request import BadRequestError, Request

BACKLOG = 4096  # connections that may wait to be accepted
MOST_PIPELINED = 256  # requests that are read ahead on a connection
RESET = struct.pack("ii", 1, 0)  # SO_LINGER of 0 seconds: close() sends a reset
NO_BODY = {HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED}


@lru_cache(maxsize=1024)
def head(status: int, *fields: str) -> bytes:
    """Return status line, header fields and the empty line."""
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = "Unnamed"
    lines = [f"HTTP/1.1 {status} {phrase}", "Server: origin", *fields, "", ""]
    return "\r\n".join(lines).encode("latin-1")


def text(status: int, words: str, *fields: str) -> bytes:
    """Return a whole answer of plain text."""
    body = words.encode("latin-1", "backslashreplace")
    return head(status, *fields, f"Content-Length: {len(body)}") + body


class Failures:
    """Counts the requests for each URL with `times`: only the first of them fail."""

    def __init__(self) -> None:
        self.seen: Counter[bytes] = Counter()

    def due(self, url: bytes, asked: Request) -> bool:
        """Count this request for the URL, and say whether it must fail."""
        if asked.fail is None:
            return False
        self.seen[url] += asked.times is not None
        return asked.times is None or self.seen[url] <= asked.times


class Connection(asyncio.Protocol):
    """Answers the requests of one client in their order, one at a time."""

    transport: asyncio.Transport

    def __init__(self, failures: Failures) -> None:
        self.failures = failures
        self.parser = httptools.HttpRequestParser(self)
        self.url = b""
        self.fields: list[bytes] = []
        self.waiting: deque[tuple[bytes, bytes, list[bytes], bool]] = deque()
        self.answering: asyncio.Task[None] | None = None
        self.stays = True  # whether the connection stays open after the current answer
        self.may_write = asyncio.Event()
        self.may_write.set()

    # The methods that the transport calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)

    def connection_lost(self, error: Exception | None) -> None:
        self.waiting.clear()
        if self.answering:
            self.answering.cancel()

    def pause_writing(self) -> None:
        self.may_write.clear()

    def resume_writing(self) -> None:
        self.may_write.set()
        self.answer_next()

    def data_received(self, received: bytes) -> None:
        try:
            self.parser.feed_data(received)
        except httptools.HttpParserUpgrade:
            self.refuse("no protocol to upgrade to")
        except httptools.HttpParserError as error:
            self.refuse(f"not HTTP: {error}")
        else:
            self.answer_next()

    def refuse(self, reason: str) -> None:
        self.transport.write(text(400, reason + "\n", "Connection: close"))
        self.transport.close()

    # The methods that the parser calls

    def on_url(self, url: bytes) -> None:
        self.url += url

    def on_header(self, name: bytes, value: bytes) -> None:
        self.fields.append(name + b": " + value)

    def on_message_complete(self) -> None:
        stays = self.parser.should_keep_alive()
        self.waiting.append((self.parser.get_method(), self.url, self.fields, stays))
        self.url, self.fields = b"", []

    # Answers

    def answer_next(self) -> None:
        """Answer requests at once, up to the first one that takes time.

        If a client does not read its answers, it gets no further answer, and its
        requests are not read.  If it got all answers, they would stay in memory here.
        """
        while self.waiting and self.may_answer():
            method, url, fields, self.stays = self.waiting.popleft()
            try:
                asked = request.parse(method, url)
            except BadRequestError as refused:
                self.transport.write(text(refused.status, f"{refused}\n"))
            else:
                self.answer(method, url, asked, fields)
            if not self.stays and not self.answering:
                self.transport.close()
        is_slow = bool(self.waiting) and not self.may_write.is_set()
        if len(self.waiting) >= MOST_PIPELINED or is_slow:
            self.transport.pause_reading()
        elif not self.transport.is_closing():
            self.transport.resume_reading()

    def may_answer(self) -> bool:
        """Whether the next request can be answered now."""
        is_free = self.may_write.is_set() and not self.answering
        return is_free and not self.transport.is_closing()

    def answer(
        self, method: bytes, url: bytes, asked: Request, fields: list[bytes]
    ) -> None:
        if asked.kind == "help":
            self.transport.write(text(200, request.__doc__ or ""))
        elif asked.kind == "headers":
            listing = b"\n".join(sorted(fields)).decode("latin-1")
            self.transport.write(text(200, listing + "\n"))
        elif asked.kind == "bytes" and asked.plain and method == b"GET":
            self.transport.write(self.opening(asked) + self.whole_body(asked))
            if asked.framing == "close":
                self.transport.close()
        else:
            fails = self.failures.due(url, asked)
            self.answering = asyncio.create_task(self.stream(method, asked, fails))
            self.answering.add_done_callback(self.answered)

    def answered(self, task: asyncio.Task[None]) -> None:
        self.answering = None
        if not task.cancelled():
            task.result()
            if not self.stays:
                self.transport.close()
            self.answer_next()

    @staticmethod
    def opening(asked: Request) -> bytes:
        """Return the head of the answer, with the framing of its body."""
        if asked.kind == "redirect":
            left = asked.size - 1
            to = f"/redirect/{left}?to={asked.to}" if left else asked.to
            return head(302, f"Location: {to}", "Content-Length: 0")
        if asked.status in NO_BODY:
            return head(asked.status)
        encoding = "deflate" if asked.encoding == "deflate" else "gzip"
        fields = [f"Content-Encoding: {encoding}"] if asked.encoding else []
        if asked.framing == "chunked" or asked.encoding:
            return head(asked.status, *fields, "Transfer-Encoding: chunked")
        if asked.framing == "close":
            return head(asked.status, "Connection: close")
        return head(asked.status, f"Content-Length: {asked.size}")

    @staticmethod
    def whole_body(asked: Request) -> bytes:
        if asked.status in NO_BODY:
            return b""
        return bytes(content.chunk(asked.seed, 0, asked.size))

    async def stream(self, method: bytes, asked: Request, fails: bool) -> None:
        """Answer with all the waits, chunks and failures that were requested."""
        if asked.delay:
            await asyncio.sleep(asked.delay)
        if fails and await self.fail_before(asked):
            return
        self.transport.write(head(103, "Link: </>") * asked.interim)
        if fails and asked.fail == "double" and asked.one_packet:
            second = text(200, "not asked for\n")
            self.transport.write(self.opening(asked) + self.whole_body(asked) + second)
            return
        self.transport.write(self.opening(asked))
        if asked.kind == "redirect" or method == b"HEAD" or asked.status in NO_BODY:
            return
        whole = not fails or asked.fail in ("double", "unasked")
        await self.stream_body(asked, None if whole else asked.after)
        if fails and not whole:
            await self.break_off(asked)
        elif asked.framing == "chunked" or asked.encoding:
            self.transport.write(b"0\r\n\r\n")
        elif asked.framing == "close":
            self.transport.close()
        if fails and whole:
            await self.go_on(asked)

    async def fail_before(self, asked: Request) -> bool:
        """Fail instead of an answer, if that was requested."""
        match asked.fail:
            case "silent":
                await asyncio.Event().wait()
            case "garbage":
                self.transport.write(b"\x00\xff this is not HTTP \r\n\r\n")
            case "drop":
                pass
            case "head":
                opening = self.opening(asked)
                self.transport.write(opening[: min(asked.after, len(opening) - 1)])
            case "busy":
                wait = f"Retry-After: {asked.retry}"
                self.transport.write(text(503, "busy\n", wait, "Connection: close"))
            case _:
                return False
        self.transport.close()
        return True

    async def stream_body(self, asked: Request, only: int | None) -> None:
        """Write the body, or a part of it, no faster than the client reads."""
        length = asked.size if only is None else min(only, asked.size)
        parts: Iterable[bytes | memoryview]
        parts = content.chunks(asked.seed, length, asked.chunk)
        if asked.encoding:
            parts = content.encoded(parts, asked.encoding, whole=only is None)
        for part in parts:
            if asked.framing == "chunked" or asked.encoding:
                self.transport.writelines((b"%x\r\n" % len(part), part, b"\r\n"))
            else:
                self.transport.write(part)
            await self.may_write.wait()
            # even a sleep of 0 seconds is needed, so that other clients can run
            await asyncio.sleep(asked.pause)
            if self.transport.is_closing():
                return

    async def break_off(self, asked: Request) -> None:
        """Fail in the middle of the body."""
        if asked.fail == "half":
            self.transport.write_eof()
        if asked.fail in ("stall", "half"):
            await asyncio.Event().wait()
        if asked.fail == "reset":
            peer = self.transport.get_extra_info("socket")
            peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            self.transport.abort()
        self.transport.close()

    async def go_on(self, asked: Request) -> None:
        """Send more than was requested."""
        if asked.fail == "unasked":
            await asyncio.sleep(0)  # so that the answer is in a packet of its own
        self.transport.write(text(200, "not asked for\n"))


@contextlib.asynccontextmanager
async def serving(
    host: str, port: int, tls: ssl.SSLContext | None = None
) -> AsyncIterator[int]:
    """Serve until the context ends; gives the port, a free one for 0."""
    failures = Failures()
    server = await asyncio.get_running_loop().create_server(
        lambda: Connection(failures), host, port, backlog=BACKLOG, ssl=tls
    )
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
