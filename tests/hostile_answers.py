"""Answers that a server should not give, and what each must be taken for.

What is expected is written by hand from RFC 9112, not computed: a body only where
there is no doubt of it, else a reason.
"""

from dataclasses import dataclass
from typing import Literal

OK = b"HTTP/1.1 200 OK\r\n"
NOT_HTTP = "the answer is not HTTP"
NO_ANSWER = "the connection was lost before an answer came"
CUT_HEAD = "the connection was lost in the head of the answer"
CUT_BODY = "the connection was lost before the end of the body came"
CHUNKS = "the chunks of the body are broken"
ENCODING = "the head of the answer has an unknown Transfer-Encoding"
LENGTH = "the head of the answer has an impossible Content-Length"
LOCATIONS = "the head of the answer has two Location fields"
LONG_HEAD = "the head of the answer is over 65536 bytes"


@dataclass(frozen=True)
class Hostile:
    """What is sent, how the connection goes on, and what it must be taken for."""

    sent: bytes
    body: bytes | None = None
    reason: str | None = None
    status: int | None = None
    end: Literal["close", "reset", "stay"] = "close"


def good(sent: bytes, body: bytes, **more: str) -> Hostile:
    return Hostile(sent, body=body, status=200, **more)


def bad(sent: bytes, reason: str, status: int | None = None, **more: str) -> Hostile:
    return Hostile(sent, reason=reason, status=status, **more)


def short(length: int) -> str:
    return f"the connection was lost before all {length} bytes came"


def length(value: bytes, body: bytes = b"") -> bytes:
    return OK + b"Content-Length: " + value + b"\r\n\r\n" + body


def chunked(body: bytes) -> bytes:
    return OK + b"Transfer-Encoding: chunked\r\n\r\n" + body


def fields(*lines: bytes) -> bytes:
    return OK + b"".join(line + b"\r\n" for line in lines) + b"\r\n"


TWO = length(b"2", b"ok")
ANSWERS = {
    # The connection ends too early
    "nothing": bad(b"", NO_ANSWER),
    "nothing, reset": bad(b"", NO_ANSWER, end="reset"),
    "one byte": bad(b"H", CUT_HEAD),
    "half a version": bad(b"HTTP/1.", CUT_HEAD),
    "a version": bad(b"HTTP/1.1 ", CUT_HEAD),
    "a status": bad(b"HTTP/1.1 200", CUT_HEAD),
    "half a phrase": bad(b"HTTP/1.1 200 O", CUT_HEAD),
    "a status line": bad(OK, CUT_HEAD),
    "a status line, half its end": bad(OK[:-1], CUT_HEAD),
    "half a field name": bad(OK + b"Content-Le", CUT_HEAD),
    "half a field": bad(OK + b"Content-Length: 1", CUT_HEAD),
    "a field": bad(OK + b"Content-Length: 1\r\n", CUT_HEAD),
    "half an empty line": bad(OK + b"Content-Length: 1\r\n\r", CUT_HEAD),
    "a head, reset": bad(OK, CUT_HEAD, end="reset"),
    "only an interim answer": bad(b"HTTP/1.1 100 Continue\r\n\r\n", CUT_HEAD),
    "interim and half a head": bad(b"HTTP/1.1 103 Early\r\n\r\nHTTP/", CUT_HEAD),
    "no body": bad(length(b"5"), short(5), 200),
    "half a body": bad(length(b"5", b"ab"), short(5), 200),
    "half a body, reset": bad(length(b"5", b"ab"), short(5), 200, end="reset"),
    "no chunk": bad(chunked(b""), CUT_BODY, 200),
    "half a chunk size": bad(chunked(b"1"), CUT_BODY, 200),
    "a chunk size": bad(chunked(b"5\r\n"), CUT_BODY, 200),
    "half a chunk": bad(chunked(b"5\r\nab"), CUT_BODY, 200),
    "a chunk, half its end": bad(chunked(b"2\r\nab\r"), CUT_BODY, 200),
    "a chunk and no last one": bad(chunked(b"2\r\nab\r\n"), CUT_BODY, 200),
    "a last chunk without end": bad(chunked(b"2\r\nab\r\n0\r\n"), CUT_BODY, 200),
    "a trailer without end": bad(chunked(b"0\r\nA: b\r\n"), CUT_BODY, 200),
    "until the end, reset": bad(OK + b"\r\nab", CUT_BODY, 200, end="reset"),
    # It is not HTTP/1
    "text": bad(b"hello\r\n\r\n", NOT_HTTP),
    "a body alone": bad(b"<html>hello</html>", NOT_HTTP),
    "a greeting": bad(b"220 mail.example ESMTP\r\n", NOT_HTTP),
    "another protocol": bad(b"SSH-2.0-OpenSSH_9.0\r\n", NOT_HTTP),
    "a TLS alert": bad(b"\x15\x03\x01\x00\x02\x02\x46", NOT_HTTP),
    "HTTP/2 frames": bad(b"\x00\x00\x12\x04\x00\x00\x00\x00\x00", NOT_HTTP),
    "zero bytes": bad(b"\0" * 100, NOT_HTTP),
    "a request": bad(b"GET / HTTP/1.1\r\n\r\n", NOT_HTTP),
    "HTTP/0.9": bad(b"HTTP/0.9 200 OK\r\nContent-Length: 2\r\n\r\nok", NOT_HTTP),
    "HTTP/1.2": bad(b"HTTP/1.2 200 OK\r\nContent-Length: 2\r\n\r\nok", NOT_HTTP),
    "HTTP/2.0": bad(b"HTTP/2.0 200 OK\r\nContent-Length: 2\r\n\r\nok", NOT_HTTP),
    "HTTP/11": bad(b"HTTP/11 200 OK\r\n\r\n", NOT_HTTP),
    "no version": bad(b"HTTP 200 OK\r\n\r\n", NOT_HTTP),
    "small letters": bad(b"http/1.1 200 OK\r\n\r\n", NOT_HTTP),
    "ICY": bad(b"ICY 200 OK\r\n\r\n", NOT_HTTP),
    "RTSP": bad(b"RTSP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", NOT_HTTP),
    "a space before": bad(b" HTTP/1.1 200 OK\r\n\r\n", NOT_HTTP),
    "two spaces": bad(b"HTTP/1.1  200 OK\r\n\r\n", NOT_HTTP),
    "a tab": bad(b"HTTP/1.1\t200 OK\r\n\r\n", NOT_HTTP),
    "no space": bad(b"HTTP/1.1200 OK\r\n\r\n", NOT_HTTP),
    "a status of 2 digits": bad(b"HTTP/1.1 20 OK\r\n\r\n", NOT_HTTP),
    "a status of 4 digits": bad(b"HTTP/1.1 2000 OK\r\n\r\n", NOT_HTTP),
    "a negative status": bad(b"HTTP/1.1 -20 OK\r\n\r\n", NOT_HTTP),
    "a status in words": bad(b"HTTP/1.1 OK\r\n\r\n", NOT_HTTP),
    "a status of 099": bad(b"HTTP/1.1 099 No\r\n\r\n", NOT_HTTP),
    "only line feeds": bad(b"HTTP/1.1 200 OK\nContent-Length: 2\n\nok", NOT_HTTP),
    "only returns": bad(b"HTTP/1.1 200 OK\rContent-Length: 2\r\rok", NOT_HTTP),
    # Fields
    "a line without colon": bad(fields(b"Nonsense", b"Content-Length: 2"), NOT_HTTP),
    "a space before the colon": bad(fields(b"Content-Length : 2"), NOT_HTTP),
    "a space in a name": bad(fields(b"Content Length: 2"), NOT_HTTP),
    "no name": bad(fields(b": 2"), NOT_HTTP),
    "a control byte in a name": bad(fields(b"A\x01: 2"), NOT_HTTP),
    "a name above ASCII": bad(fields(b"\xc3\xa4: 2"), NOT_HTTP),
    "a zero byte in a value": bad(fields(b"A: b\0c"), NOT_HTTP),
    "a control byte in a value": bad(fields(b"A: b\x07c"), NOT_HTTP),
    "a lone return in a value": bad(fields(b"A: b\rc"), NOT_HTTP),
    "a folded value": bad(fields(b"A: b", b" c", b"Content-Length: 2"), NOT_HTTP),
    "a folded first line": bad(fields(b" A: b", b"Content-Length: 2"), NOT_HTTP),
    "a status line as a field": bad(OK + TWO, NOT_HTTP),
    "an endless field": bad(OK + b"A: " + b"a" * 70_000, LONG_HEAD),
    "endless fields": bad(OK + b"A: b\r\n" * 12_000, LONG_HEAD),
    "endless interim answers": bad(b"HTTP/1.1 100 C\r\n\r\n" * 4000, LONG_HEAD),
    # Lengths
    "length -5": bad(length(b"-5", b"abcde"), NOT_HTTP),
    "length +5": bad(length(b"+5", b"abcde"), NOT_HTTP),
    "length 1_0": bad(length(b"1_0", b"abcdefghij"), NOT_HTTP),
    "length abc": bad(length(b"abc", b"abc"), NOT_HTTP),
    "length 0x5": bad(length(b"0x5", b"abcde"), NOT_HTTP),
    "length 5.0": bad(length(b"5.0", b"abcde"), NOT_HTTP),
    "length 5e0": bad(length(b"5e0", b"abcde"), NOT_HTTP),
    "length 5 5": bad(length(b"5 5", b"abcde"), NOT_HTTP),
    "length 5,5": bad(length(b"5,5", b"abcde"), NOT_HTTP),
    "length 5;": bad(length(b"5;", b"abcde"), NOT_HTTP),
    "length in quotes": bad(length(b'"5"', b"abcde"), NOT_HTTP),
    "length in other digits": bad(
        length("\N{ARABIC-INDIC DIGIT FIVE}".encode(), b"abcde"), NOT_HTTP
    ),
    "no length in the field": bad(length(b"", b"abcde"), NOT_HTTP),
    "a blank length": bad(length(b"   ", b"abcde"), NOT_HTTP),
    "length 10^18": bad(
        length(b"1" + b"0" * 18, b"abc"),
        "the body is over 17179869184 bytes, which is the limit",
        200,
    ),
    "length 10^19": bad(length(b"1" + b"0" * 19, b"abc"), LENGTH),
    "length 2^64": bad(length(b"18446744073709551616", b"abc"), NOT_HTTP),
    "two equal lengths": bad(
        fields(b"Content-Length: 2", b"Content-Length: 2") + b"ok", NOT_HTTP
    ),
    "two lengths": bad(
        fields(b"Content-Length: 2", b"Content-Length: 3") + b"oko", NOT_HTTP
    ),
    "length and chunks": bad(
        fields(b"Content-Length: 2", b"Transfer-Encoding: chunked") + b"0\r\n\r\n",
        NOT_HTTP,
    ),
    "chunks and length": bad(
        fields(b"Transfer-Encoding: chunked", b"Content-Length: 2") + b"0\r\n\r\n",
        NOT_HTTP,
    ),
    "leading zeros": good(length(b"002", b"ok"), b"ok"),
    "a length in small letters": good(fields(b"content-length: 2") + b"ok", b"ok"),
    "no space before a length": good(fields(b"Content-Length:2") + b"ok", b"ok"),
    "spaces around a length": good(fields(b"Content-Length: \t 2 \t ") + b"ok", b"ok"),
    # Chunks
    "chunk size -5": bad(chunked(b"-5\r\nabcde\r\n0\r\n\r\n"), CHUNKS, 200),
    "chunk size +5": bad(chunked(b"+5\r\nabcde\r\n0\r\n\r\n"), CHUNKS, 200),
    "chunk size 0x5": bad(chunked(b"0x5\r\nabcde\r\n0\r\n\r\n"), CHUNKS, 200),
    "chunk size 1_0": bad(chunked(b"1_0\r\nabcde\r\n0\r\n\r\n"), CHUNKS, 200),
    "chunk size g": bad(chunked(b"g\r\nabcde\r\n0\r\n\r\n"), CHUNKS, 200),
    "no chunk size": bad(chunked(b"\r\nabcde\r\n0\r\n\r\n"), CHUNKS, 200),
    "a space before a size": bad(chunked(b" 5\r\nabcde\r\n0\r\n\r\n"), CHUNKS, 200),
    "a space behind a size": bad(chunked(b"5 \r\nabcde\r\n0\r\n\r\n"), CHUNKS, 200),
    "chunk size 2^68": bad(chunked(b"f" * 17 + b"\r\nabc"), CHUNKS, 200),
    "a chunk that is too long": bad(chunked(b"2\r\nabc\r\n0\r\n\r\n"), CHUNKS, 200),
    "a chunk without line end": bad(chunked(b"2\r\nab0\r\n\r\n"), CHUNKS, 200),
    "chunks with line feeds": bad(chunked(b"2\nab\n0\n\n"), CHUNKS, 200),
    "a broken trailer": bad(chunked(b"2\r\nab\r\n0\r\nA b\r\n\r\n"), CHUNKS, 200),
    "plain text for chunks": bad(chunked(b"hello"), CHUNKS, 200),
    "endless extensions": bad(chunked(b"1;" + b"a" * 200_000), CHUNKS, 200),
    "endless trailers": bad(chunked(b"0\r\n" + b"A: b\r\n" * 40_000), CHUNKS, 200),
    "an extension": good(chunked(b'2;a="b"\r\nab\r\n0\r\n\r\n'), b"ab"),
    "a trailer": good(chunked(b"2\r\nab\r\n0\r\nA: b\r\n\r\n"), b"ab"),
    "a length in a trailer": bad(
        chunked(b"2\r\nab\r\n0\r\nContent-Length: 9\r\n\r\n"), CHUNKS, 200
    ),
    "capital digits": good(chunked(b"A\r\nabcdefghij\r\n00\r\n\r\n"), b"abcdefghij"),
    "many zeros": good(chunked(b"0000002\r\nab\r\n000\r\n\r\n"), b"ab"),
    # Encodings
    "gzip, chunked": bad(fields(b"Transfer-Encoding: gzip, chunked"), ENCODING),
    "chunked, gzip": bad(fields(b"Transfer-Encoding: chunked, gzip"), ENCODING),
    "gzip alone": bad(fields(b"Transfer-Encoding: gzip") + b"ab", ENCODING),
    "identity": bad(fields(b"Transfer-Encoding: identity") + b"ab", ENCODING),
    "chunked twice": bad(fields(*[b"Transfer-Encoding: chunked"] * 2), ENCODING),
    "chunked in HTTP/1.0": bad(
        b"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", NOT_HTTP
    ),
    "Chunked in capitals": good(
        fields(b"TRANSFER-ENCODING: CHUNKED") + b"2\r\nok\r\n0\r\n\r\n", b"ok"
    ),
    # Interim answers and statuses
    "100 first": good(b"HTTP/1.1 100 Continue\r\n\r\n" + TWO, b"ok", end="stay"),
    "102 first": good(b"HTTP/1.1 102 Processing\r\n\r\n" + TWO, b"ok", end="stay"),
    "103 first": good(
        b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + TWO, b"ok", end="stay"
    ),
    "199 first": good(b"HTTP/1.1 199 What\r\n\r\n" + TWO, b"ok", end="stay"),
    "three first": good(b"HTTP/1.1 102 P\r\n\r\n" * 3 + TWO, b"ok", end="stay"),
    "101": bad(
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\nabc",
        "101 Switching Protocols",
        101,
    ),
    "101, properly": bad(
        b"HTTP/1.1 101 S\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\nabc",
        "101 Switching Protocols",
        101,
    ),
    "304": bad(b"HTTP/1.1 304 N\r\nContent-Length: 5\r\n\r\n", "304 Not Modified", 304),
    "600": bad(
        b"HTTP/1.1 600 X\r\nContent-Length: 0\r\n\r\n", "600 unknown status", 600
    ),
    "999": bad(
        b"HTTP/1.1 999 X\r\nContent-Length: 0\r\n\r\n", "999 unknown status", 999
    ),
    "a redirect to nowhere": bad(
        b"HTTP/1.1 302 F\r\nContent-Length: 0\r\n\r\n", "302 Found", 302
    ),
    "a redirect into brackets": bad(
        b"HTTP/1.1 302 F\r\nLocation: http://[::1/\r\nContent-Length: 0\r\n\r\n",
        "not a URL: its address in brackets is not one",
        302,
    ),
    "a redirect to an empty label": bad(
        b"HTTP/1.1 302 F\r\nLocation: http://a..b/\r\nContent-Length: 0\r\n\r\n",
        "not a URL: a..b is not a host name",
        302,
    ),
    "a redirect to a long label": bad(
        b"HTTP/1.1 302 F\r\nLocation: http://%b/\r\nContent-Length: 0\r\n\r\n"
        % (b"a" * 64),
        f"not a URL: {'a' * 64} is not a host name",
        302,
    ),
    "a redirect to a file": bad(
        b"HTTP/1.1 302 F\r\nLocation: file:///etc/hosts\r\nContent-Length: 0\r\n\r\n",
        "not a URL: it does not start with http:// or https://",
        302,
    ),
    "a redirect with a space": bad(
        b"HTTP/1.1 302 F\r\nLocation: /a b\r\nContent-Length: 0\r\n\r\n",
        "not a URL: spaces and control characters must be %-encoded",
        302,
    ),
    "two Locations": bad(
        b"HTTP/1.1 302 F\r\nLocation: /a\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n",
        LOCATIONS,
    ),
    # Whole all the same
    "no phrase": good(
        b"HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok", b"ok", end="stay"
    ),
    "a phrase above ASCII": good(
        b"HTTP/1.1 200 \xc3\xa4\r\nContent-Length: 2\r\n\r\nok", b"ok", end="stay"
    ),
    "empty lines before": good(b"\r\n\r\n" + TWO, b"ok", end="stay"),
    "a value above ASCII": good(
        fields(b"A: \xc3\xa4\xff", b"Content-Length: 2") + b"ok", b"ok", end="stay"
    ),
    "an empty value": good(fields(b"A:", b"Content-Length: 2") + b"ok", b"ok"),
    "many fields": good(
        fields(*[b"A%d: b" % n for n in range(500)], b"Content-Length: 2") + b"ok",
        b"ok",
        end="stay",
    ),
    "a long field": good(
        fields(b"A: " + b"a" * 30_000, b"Content-Length: 2") + b"ok", b"ok", end="stay"
    ),
    "HTTP/1.0 with a length": good(
        b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", b"ok"
    ),
    "HTTP/1.0 until the end": good(b"HTTP/1.0 200 OK\r\n\r\nok", b"ok"),
    "until the end": good(OK + b"\r\nok", b"ok"),
    "until the end, nothing": good(OK + b"\r\n", b""),
    "an offer to upgrade": good(
        fields(b"Upgrade: h2c", b"Connection: upgrade", b"Content-Length: 2") + b"ok",
        b"ok",
    ),
    "gzip, unasked for": good(
        fields(b"Content-Encoding: gzip", b"Content-Length: 2") + b"ok", b"ok"
    ),
    "204 with a length": Hostile(
        b"HTTP/1.1 204 N\r\nContent-Length: 5\r\n\r\n", body=b"", status=204
    ),
    "204 with chunks": Hostile(
        b"HTTP/1.1 204 N\r\nTransfer-Encoding: chunked\r\n\r\n", body=b"", status=204
    ),
}
# More than was asked for, in the same packet: in one of its own, which may come when
# the next request is out, no client could tell it from the answer to that.
MORE = {
    "a second answer": good(TWO + length(b"3", b"bad"), b"ok", end="stay"),
    "a second answer, cut": good(TWO + OK[:9], b"ok", end="stay"),
    "bytes behind the body": good(TWO + b"junk", b"ok", end="stay"),
    "a line end behind the body": good(TWO + b"\r\n", b"ok", end="stay"),
    "bytes behind the chunks": good(
        chunked(b"2\r\nok\r\n0\r\n\r\njunk"), b"ok", end="stay"
    ),
    "a second answer behind chunks": good(
        chunked(b"2\r\nok\r\n0\r\n\r\n") + TWO, b"ok", end="stay"
    ),
    "a second answer behind nothing": good(length(b"0") + TWO, b"", end="stay"),
    "bytes behind a close": good(
        fields(b"Content-Length: 2", b"Connection: close") + b"okjunk", b"ok"
    ),
}
ANSWERS |= MORE
