"""What our engine does in one turn of the loop, without a network."""

import asyncio
import gc
from importlib import import_module
from math import inf
from types import SimpleNamespace

import pytest

from asyncio_impl.connections.connection import Connection
from asyncio_impl.url_fetch import Fetch
from fetching.failure import FetchError
from fetching.journal import Entry
from fetching.options import Options

HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"


def connected() -> Connection:
    """A connection that has been made, over a transport that sends nothing."""
    connection = Connection(Options())
    connection.connection_made(
        SimpleNamespace(
            get_extra_info=lambda name: None,
            write=lambda sent: None,
            abort=lambda: None,
            is_closing=lambda: False,
        )
    )
    return connection


def arrive(connection: Connection, received: bytes) -> None:
    connection.get_buffer(-1)[: len(received)] = received
    connection.buffer_updated(len(received))


async def test_a_head_counts_also_if_its_connection_is_lost_in_the_same_turn():
    """The status is known: what fails is the body."""
    connection = connected()
    answered = connection.begin(b"", inf)

    arrive(connection, HEAD)
    connection.connection_lost(None)

    await answered
    assert connection.answer.status == 200
    with pytest.raises(FetchError, match="lost before all 5 bytes came"):
        await connection.read()


async def test_a_failure_that_nobody_waits_for_any_more_is_not_reported():
    """A worker that is cancelled in the turn in which its connection fails."""
    reported: list = []
    asyncio.get_running_loop().set_exception_handler(
        lambda loop, context: reported.append(context)
    )
    connection = connected()
    connection.begin(b"", inf)

    connection.fail(FetchError("it failed"))
    connection.waiter = None
    gc.collect()

    assert reported == []


class WholeResponse:
    """An answer whose body has come."""

    length = 4

    async def read(self):
        return b"body"


async def test_what_is_put_off_does_not_wait_for_the_lock(tmp_path):
    """Nothing is written there and no task can come between, so it guards nothing."""
    fetch = Fetch(str(tmp_path / "out"))
    calls: list = []
    fetch.file.soon = calls.append

    async with fetch.lock:
        place = await fetch.store(1, WholeResponse())
        await fetch.enter(Entry(1, "http://x/", place.offset, place.length, 200))

    calls.pop()()
    assert fetch.file.path.read_bytes() == b"body"
    fetch.close()


@pytest.mark.parametrize("package", ["threaded", "asyncio_impl"])
def test_the_oldest_idle_connection_makes_room(package):
    """Those to many hosts would else stay open, each for a request that never comes."""
    lean = import_module(f"{package}.connections.lean")
    client = lean.Client(2, Options())
    answer = SimpleNamespace(complete=True, reusable=True)
    first, *others = [
        SimpleNamespace(answer=answer, rest=lambda: None) for _ in range(3)
    ]

    assert [client.release(each) for each in (first, *others)] == [None, None, first]
    assert [*client.idle] == others
