"""What our client does with urllib3's connections, which urllib3 shares out itself."""

from dataclasses import dataclass, field

from fetching.answer import Answer
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
