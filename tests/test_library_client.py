"""What our client does with urllib3's connections, which urllib3 shares out itself."""

import gc
import weakref
from dataclasses import dataclass, field

import pytest

from fetching.answer import Answer
from fetching.gate import Gate
from fetching.options import Options
from threaded.connections.library import Client


@dataclass
class Closable:
    """A connection or a response that records whether it was closed."""

    closed: bool = False

    def close(self):
        self.closed = True


@dataclass
class Exchange:
    """An exchange whose answer has ended with its connection."""

    answer: Answer = field(default_factory=Answer)
    response: Closable = field(default_factory=Closable)
    connection: Closable = field(default_factory=Closable)


def test_a_connection_that_urllib3_took_back_is_not_closed_by_us():
    """Another worker may have it by now, and be in the middle of an answer."""
    exchange = Exchange()
    exchange.answer.feed(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nbody")
    exchange.answer.feed(b"")
    assert exchange.answer.complete
    assert not exchange.answer.reusable

    Client(1, Options()).release(exchange)

    assert exchange.response.closed
    assert not exchange.connection.closed


@pytest.mark.parametrize(
    "parts",
    [
        [b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"],
        [b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", b"o", b"k"],
        [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n"],
        [b"HTTP/1.1 204 No Content\r\n\r\n"],
    ],
    ids=["whole", "in parts", "chunked", "none"],
)
def test_an_answer_is_freed_without_the_collector(parts):
    """There is one a request, and the collector of the command comes seldom."""
    gate = Gate()
    for part in parts:
        gate.admit(part)
    assert gate.answer.complete
    answer = weakref.ref(gate.answer)

    gc.disable()
    try:
        del gate
        assert answer() is None
    finally:
        gc.enable()


def test_what_comes_behind_an_answer_is_not_let_through():
    """And the connection is not used again."""
    gate = Gate()
    gate.admit(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
    assert gate.answer.reusable

    assert gate.admit(b"") == b""
    assert gate.answer.reusable
    assert gate.admit(b"HTTP/1.1 200 OK\r\n") == b""
    assert not gate.answer.reusable
